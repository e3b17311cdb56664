package practice

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"knead"
	"knead/internal/store/db"
	"knead/outcome"
)

// Measure is one instrument answered once: the answers as given, never a score alone, so
// that the score can be worked out again. Package outcome has the rules.
type Measure struct {
	ID         string
	Client     knead.ClientID
	Visit      knead.VisitID // empty: not at a visit
	Instrument string
	Place      string            // for pain of one place: its words
	Moment     string            // intake, before, after, day1, day3, review
	Answers    map[string]string // item to number; beside an item that the client names stands [ActivityOf] it
	Actor      string
	At         knead.Instant
}

// ActivityOf is the answer in which the words of the n-th activity stand, from 1, where
// the client names the items: a number means nothing without them.
func ActivityOf(n int) string { return activityKey + strconv.Itoa(n) }

const activityKey = "activity-"

// Score works out what the answers come to. Too few of them are no error: the score is
// then not known.
func (m Measure) Score() (outcome.Score, error) {
	in, ok := outcome.Standard().Instrument(outcome.ID(m.Instrument))
	if !ok {
		return outcome.Score{}, &knead.Error{Kind: knead.Invalid, Field: "instrument", Say: "This measure is not known here."}
	}
	answers := outcome.Answers{}
	for item, text := range m.Answers {
		if strings.HasPrefix(item, activityKey) {
			continue
		}
		x, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(text), ",", ".", 1), 64)
		if err != nil {
			return outcome.Score{}, &knead.Error{Kind: knead.Invalid, Field: item, Say: "Write a number."}
		}
		answers[outcome.ItemID(item)] = x
	}
	score, err := in.Score(answers)
	if wrong, ok := errors.AsType[*outcome.Error](err); ok {
		return score, &knead.Error{Kind: knead.Invalid, Field: string(wrong.Item), Say: strings.ToUpper(wrong.Text[:1]) + wrong.Text[1:] + ".", Err: err}
	}
	return score, err
}

// check refuses a measure that says nothing, or what cannot be.
func (m Measure) check() error {
	for field, text := range m.Answers {
		if err := knead.CheckText(field, text, 400); err != nil {
			return err
		}
	}
	if err := knead.CheckLine("place", m.Place, knead.MaxNameLetters); err != nil {
		return err
	}
	score, err := m.Score()
	if err != nil {
		return err
	}
	if len(score.Answered) == 0 {
		return &knead.Error{Kind: knead.Invalid, Field: "answers", Say: "Nothing was answered. Fill in at least one number."}
	}
	return nil
}

// AddMeasures stores measures. An id that is there already is not stored twice.
func (h *House) AddMeasures(ctx context.Context, by Actor, client knead.ClientID, list []Measure) error {
	for i := range list {
		if list[i].ID == "" {
			list[i].ID = newID()
		}
	}
	err := h.do(ctx, by, EditChart, func(c *change) error {
		if _, err := c.client(client); err != nil {
			return err
		}
		for _, m := range list {
			if m.Visit == "" {
				continue
			}
			if v, err := c.visit(m.Visit); err != nil || v.Client != client {
				return errors.Join(err, errNotYours("visit"))
			}
		}
		c.about("measure", string(client), client, nil)
		return c.addMeasures(client, list)
	})
	if err == nil {
		h.watch.tell(by.Practice, Event{Kind: "measure", Client: client})
	}
	return err
}

func (c *change) addMeasures(client knead.ClientID, list []Measure) error {
	for _, m := range list {
		row, err := c.measureRow(client, m)
		if err != nil {
			return err
		}
		if err := c.q.AddMeasure(c.ctx, row); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) measureRow(client knead.ClientID, m Measure) (row db.AddMeasureParams, err error) {
	if err := m.check(); err != nil {
		return row, err
	}
	answers, err := encode(m.Answers)
	row = db.AddMeasureParams{
		PracticeID: c.by.Practice, ID: m.ID, ClientID: client, Instrument: m.Instrument, Place: m.Place, Moment: m.Moment,
		Answers: answers, Actor: c.by.Text(), At: c.now,
	}
	if m.At != 0 {
		row.At = m.At
	}
	if m.Visit != "" {
		row.VisitID = &m.Visit
	}
	return row, err
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
