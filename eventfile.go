package knead

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"knead/atlas"
	"knead/body"
	"knead/reason"
)

// What is read of a session's log at once: far more than a session leaves.
const (
	MaxSessionBytes = 2 << 20
	maxEvents       = 5000
)

// The log of a session. docs/session.md describes it; docs/session.schema.json is its
// schema.
type sessionFile struct {
	Events []eventFile `json:"events"`
}

type eventFile struct {
	ID        string       `json:"id"`
	Device    string       `json:"device"`
	At        int64        `json:"at"`
	Seq       int          `json:"seq"`
	Kind      string       `json:"kind"`
	Step      string       `json:"step,omitempty"`
	Value     *int         `json:"value,omitempty"`
	Text      string       `json:"text,omitempty"`
	Technique string       `json:"technique,omitempty"`
	Rule      string       `json:"rule,omitempty"`
	Mark      *int         `json:"mark,omitempty"`
	Finding   *findingFile `json:"finding,omitempty"`
	Undoes    string       `json:"undoes,omitempty"`
}

// ReadSessionEvents reads the log of a session, or a part of it that a device sends.
// Every error is an [InputError].
func ReadSessionEvents(data []byte) ([]SessionEvent, error) {
	if err := jsonObject(data, MaxSessionBytes, "2 MB", "a session's log"); err != nil {
		return nil, err
	}
	var f sessionFile
	if err := json.Unmarshal(data, &f, json.RejectUnknownMembers(true)); err != nil {
		return nil, jsonErrorIn(err, "docs/session.md")
	}
	if err := tooMany("/events", len(f.Events), maxEvents); err != nil {
		return nil, err
	}
	events := make([]SessionEvent, 0, len(f.Events))
	for i, x := range f.Events {
		e, err := x.event()
		if err == nil {
			err = e.Check()
		}
		if err != nil {
			return nil, within(fmt.Sprintf("/events/%d", i), err)
		}
		events = append(events, e)
	}
	return events, nil
}

// within puts where an error was found before the place that it names.
func within(at string, err error) error {
	if wrong, ok := errors.AsType[*InputError](err); ok {
		return &InputError{At: at + wrong.At, Text: wrong.Text, err: wrong.err}
	}
	return because(at, err)
}

func (x eventFile) event() (SessionEvent, error) {
	e := SessionEvent{
		ID: EventID(x.ID), Device: x.Device, At: Instant(x.At), Seq: x.Seq, Kind: EventKind(x.Kind),
		Step: x.Step, Text: x.Text, Technique: atlas.TechniqueID(x.Technique), Rule: StopRule(x.Rule), Undoes: EventID(x.Undoes),
	}
	f := eventFields[e.Kind]
	for _, n := range []struct {
		at    string
		given *int
		use   use
		to    *int
	}{{"/value", x.Value, f.value, &e.Value}, {"/mark", x.Mark, f.mark, &e.Mark}} {
		switch {
		case n.given == nil && n.use == must:
			return e, badInput(n.at, "this is missing; write a whole number")
		case n.given != nil && n.use == never:
			return e, badInput(n.at, "an event of this kind has none")
		case n.given != nil:
			*n.to = *n.given
		}
	}
	if g := x.Finding; g != nil {
		side, err := body.ParseSide(g.Side)
		if err != nil {
			return e, because("/finding/side", err)
		}
		e.Finding = reason.Finding{
			Point: atlas.PointID(g.Point), Muscle: atlas.MuscleID(g.Muscle), Side: side,
			Familiar: check(g.Familiar), Tender: check(g.Tender), Limited: check(g.Limited), Resisted: check(g.Resisted),
		}
		if m, ok := atlas.Standard().MuscleByName(g.Muscle); ok {
			e.Finding.Muscle = m.ID
		}
		if f.finding == never {
			return e, badInput("/finding", "only a finding has one")
		}
	}
	return e, nil
}

// WriteSessionEvents writes a log that [ReadSessionEvents] reads back. It refuses an
// event that would not be read.
func WriteSessionEvents(events []SessionEvent) ([]byte, error) {
	file := sessionFile{Events: make([]eventFile, 0, len(events))}
	for i, e := range events {
		if err := e.Check(); err != nil {
			return nil, within(fmt.Sprintf("/events/%d", i), err)
		}
		x := eventFile{
			ID: string(e.ID), Device: e.Device, At: int64(e.At), Seq: e.Seq, Kind: string(e.Kind),
			Step: e.Step, Text: e.Text, Technique: string(e.Technique), Rule: string(e.Rule), Undoes: string(e.Undoes),
		}
		f := eventFields[e.Kind]
		if f.value == must || e.Value != 0 {
			x.Value = &e.Value
		}
		if f.mark == must {
			x.Mark = &e.Mark
		}
		if f.finding == must {
			g := writeFinding(e.Finding)
			x.Finding = &g
		}
		file.Events = append(file.Events, x)
	}
	return json.Marshal(file, json.Deterministic(true))
}
