package practice

import (
	"context"

	"knead"
	"knead/internal/store/db"
)

// Measure is one instrument answered once: the answers as given, never a score alone, so
// that the score can be worked out again. Package outcome has the rules.
type Measure struct {
	ID         string
	Client     knead.ClientID
	Visit      knead.VisitID // empty: not at a visit
	Instrument string
	Place      string // for pain of one place: its words
	Moment     string // intake, before, after, day1, day3, review
	Answers    map[string]string
	Actor      string
	At         knead.Instant
}

// AddMeasures stores measures. An id that is there already is not stored twice.
func (h *House) AddMeasures(ctx context.Context, by Actor, client knead.ClientID, list []Measure) error {
	for i := range list {
		if list[i].ID == "" {
			list[i].ID = newID()
		}
	}
	return h.do(ctx, by, EditChart, func(c *change) error {
		if _, err := c.client(client); err != nil {
			return err
		}
		c.about("measure", string(client), client, nil)
		return c.addMeasures(client, list)
	})
}

func (c *change) addMeasures(client knead.ClientID, list []Measure) error {
	for _, m := range list {
		for field, text := range m.Answers {
			if err := knead.CheckText(field, text, 400); err != nil {
				return err
			}
		}
		answers, err := encode(m.Answers)
		if err != nil {
			return err
		}
		row := db.AddMeasureParams{
			PracticeID: c.by.Practice, ID: m.ID, ClientID: client, Instrument: m.Instrument, Place: m.Place, Moment: m.Moment,
			Answers: answers, Actor: c.by.Text(), At: c.now,
		}
		if m.At != 0 {
			row.At = m.At
		}
		if m.Visit != "" {
			row.VisitID = &m.Visit
		}
		if err := c.q.AddMeasure(c.ctx, row); err != nil {
			return err
		}
	}
	return nil
}

// Measures lists what a client answered, oldest first.
func (h *House) Measures(ctx context.Context, by Actor, client knead.ClientID) (list []Measure, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if _, err := c.client(client); err != nil {
			return err
		}
		list, err = c.measures(client)
		return err
	})
	return list, err
}

func (c *change) measures(client knead.ClientID) ([]Measure, error) {
	rows, err := c.q.Measures(c.ctx, c.by.Practice, client)
	if err != nil {
		return nil, err
	}
	list := make([]Measure, 0, len(rows))
	for _, r := range rows {
		answers, err := decode[map[string]string](r.Answers)
		if err != nil {
			return nil, err
		}
		m := Measure{ID: r.ID, Client: client, Instrument: r.Instrument, Place: r.Place, Moment: r.Moment, Answers: answers, Actor: r.Actor, At: r.At}
		if r.VisitID != nil {
			m.Visit = *r.VisitID
		}
		list = append(list, m)
	}
	return list, nil
}
