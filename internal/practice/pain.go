package practice

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"knead"
	"knead/body"
	"knead/internal/store/db"
)

// painAtPlace is the instrument of pain at one place, with its one item.
const painAtPlace, painItem = "nprs-place", "place"

// followPain keeps how much each painted place hurts before and after a session among the
// client's measures. They follow from the log: their ids are those of the visit and the
// mark, so that a log that comes in twice, or from two devices, doubles nothing, and what
// was taken back at the table goes.
func (c *change) followPain(r SessionRecord, before []knead.SessionEvent) error {
	was, is := painMeasures(r, before), painMeasures(r, r.Events)
	for id := range was {
		if _, still := is[id]; still {
			continue
		}
		if _, err := c.q.DropMeasure(c.ctx, c.by.Practice, id); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(is)) {
		m := is[id]
		if old, known := was[id]; known && old.Moment == m.Moment && old.At == m.At && maps.Equal(old.Answers, m.Answers) {
			continue
		}
		row, err := c.measureRow(r.Visit.Client, m)
		if err != nil {
			return err
		}
		if err := c.q.SetMeasure(c.ctx, db.SetMeasureParams(row)); err != nil {
			return err
		}
	}
	return nil
}

// painMeasures are the pains of a session, by the id of their measure. Where nobody asked
// at the table, the pain before is the one that the client painted.
func painMeasures(r SessionRecord, events []knead.SessionEvent) map[string]Measure {
	session := knead.RunSession(r.Plan, events)
	found := map[string]Measure{}
	places := markPlaces(r.Visit.Input.Drawing)
	add := func(when, moment string, p knead.Pain) {
		if p.Mark >= len(places) { // the drawing has fewer marks by now
			return
		}
		id := uuid.NewSHA1(uuid.NameSpaceOID, []byte("pain "+string(r.Visit.ID)+" "+when+" "+strconv.Itoa(p.Mark))).String()
		found[id] = Measure{
			ID: id, Visit: r.Visit.ID, Instrument: painAtPlace, Place: places[p.Mark], Moment: moment,
			Answers: map[string]string{painItem: strconv.Itoa(p.Level)}, At: p.At,
		}
	}
	if session.Started != 0 {
		for i, m := range r.Visit.Input.Drawing.Marks {
			add("before", "intake", knead.Pain{Mark: i, Level: topLevel(m), At: session.Started})
		}
	}
	for _, p := range session.PainBefore {
		add("before", "before", p)
	}
	for _, p := range session.PainAfter {
		add("after", "after", p)
	}
	return found
}

// markPlaces names each mark of a drawing by the largest place in it, so that next week's
// drawing of the same pain has the same name; by all of its places where two would share it.
func markPlaces(d body.Drawing) []string {
	names := make([]string, len(d.Marks))
	for i, m := range d.Marks {
		var words []string
		for _, place := range body.Describe(m.Cells()) {
			words = append(words, place.Words)
		}
		all := strings.Join(words, ", ")
		switch {
		case len(words) == 0:
			names[i] = strconv.Itoa(i + 1)
		case !slices.Contains(names, words[0]):
			names[i] = words[0]
		case len(all) <= knead.MaxNameLetters && !slices.Contains(names, all):
			names[i] = all
		default:
			names[i] = words[0] + " (" + strconv.Itoa(i+1) + ")"
		}
	}
	return names
}

func topLevel(m body.Mark) (top int) {
	for _, level := range m.Levels {
		top = max(top, int(level))
	}
	return top
}
