package web

import (
	"fmt"
	"slices"
	"strings"

	"knead"
	"knead/atlas"
	"knead/internal/practice"
)

// tap is one press of a key on the session screen. ui/sessiontap.ts has the same rules,
// for the screen that must go on without a line; testdata/session-vectors.json holds both
// to the same events.
type tap struct {
	Tap       string
	Step      string // the step that the screen showed
	Value     int
	Text      string
	Technique string
	Rule      string
	Mark      int
}

// tapped gives the events of a tap at a point in time, by a device. newStep names a step
// that is added. A tap on what is no longer on the screen is none: somebody else was
// quicker, or the page is old. The events have no ids yet.
func tapped(r practice.SessionRecord, now knead.Instant, device string, t tap, newStep string) []knead.SessionEvent {
	h := hand{record: r, now: now, device: device}
	session := h.run()
	m := session.At(now)
	shown := m.Step
	if shown == "" {
		shown = m.Next
	}
	runs := m.Phase == knead.Running || m.Phase == knead.NotStarted
	about := slices.ContainsFunc(session.Steps, func(a knead.Actual) bool { return a.Step.ID == t.Step })
	if !about && slices.Contains([]string{"begin", "done", "skip", "lighter", "firmer", "comfort", "not-here", "not-technique"}, t.Tap) {
		return nil
	}
	switch t.Tap {
	case "begin":
		if runs && m.Step != t.Step {
			h.add(knead.SessionEvent{Kind: knead.EventBegin, Step: t.Step})
		}
	case "done":
		if m.Step == t.Step {
			h.add(knead.SessionEvent{Kind: knead.EventDone, Step: t.Step})
			h.goOn()
		}
	case "skip":
		if shown == t.Step {
			h.add(knead.SessionEvent{Kind: knead.EventSkip, Step: t.Step})
			h.goOn()
		}
	case "not-here":
		if shown == t.Step {
			h.notHere(session, t.Step)
			h.goOn()
		}
	case "not-technique":
		if shown == t.Step {
			h.notTechnique(session, t.Step)
			if len(h.run().Offers()) == 0 { // else somebody is asked what comes instead
				h.goOn()
			}
		}
	case "instead":
		if slices.ContainsFunc(session.Offers(), func(o knead.Offer) bool { return string(o.Technique) == t.Technique }) {
			h.add(knead.SessionEvent{Kind: knead.EventInstead, Technique: atlas.TechniqueID(t.Technique)})
			h.goOn()
		}
	case "pause":
		if m.Phase == knead.Running {
			h.add(knead.SessionEvent{Kind: knead.EventPause})
		}
	case "resume":
		if m.Phase == knead.Paused {
			h.add(knead.SessionEvent{Kind: knead.EventResume})
		}
	case "lighter":
		h.add(knead.SessionEvent{Kind: knead.EventLess, Step: t.Step})
	case "firmer":
		h.add(knead.SessionEvent{Kind: knead.EventMore, Step: t.Step})
	case "comfort":
		h.add(knead.SessionEvent{Kind: knead.EventComfort, Step: t.Step, Value: t.Value})
		if t.Value == knead.ThumbDown {
			h.add(knead.SessionEvent{Kind: knead.EventLess, Step: t.Step})
		}
		if m.Ask == t.Step {
			h.goOn()
		}
	default:
		h.other(t, session, about, newStep)
	}
	return h.events
}

// hand collects the events of one tap: they have one time, so that they are undone together.
type hand struct {
	record practice.SessionRecord
	now    knead.Instant
	device string
	events []knead.SessionEvent
}

func (h *hand) add(e knead.SessionEvent) {
	e.Device, e.At, e.Seq = h.device, h.now, len(h.events)
	for _, x := range h.record.Events {
		if x.Device == h.device {
			e.Seq++
		}
	}
	h.events = append(h.events, e)
}

// run carries out the log with what the tap has added so far.
func (h *hand) run() knead.Session {
	more := slices.Clone(h.events)
	for i := range more {
		more[i].ID = knead.EventID(fmt.Sprintf("ffffffff-ffff-4fff-bfff-%012x", i))
	}
	return knead.RunSession(h.record.Plan, append(slices.Clone(h.record.Events), more...))
}

// goOn begins the next step, unless the client is asked first.
func (h *hand) goOn() {
	m := h.run().At(h.now)
	if (m.Phase == knead.Running || m.Phase == knead.NotStarted) && m.Step == "" && m.Next != "" && m.Ask == "" {
		h.add(knead.SessionEvent{Kind: knead.EventBegin, Step: m.Next})
	}
}

// notHere takes the area of a step out of the session.
func (h *hand) notHere(s knead.Session, step string) {
	i := slices.IndexFunc(s.Steps, func(a knead.Actual) bool { return a.Step.ID == step })
	words := areaWords(s.Steps[i].Step)
	if s.Steps[i].Added {
		words = []string{s.Steps[i].Step.Words}
	}
	for _, text := range words {
		h.add(knead.SessionEvent{Kind: knead.EventWithdrawn, Text: text})
	}
	if len(words) == 0 {
		h.add(knead.SessionEvent{Kind: knead.EventSkip, Step: step})
	}
}

// notTechnique takes the technique of a step out of the session.
func (h *hand) notTechnique(s knead.Session, step string) {
	i := slices.IndexFunc(s.Steps, func(a knead.Actual) bool { return a.Step.ID == step })
	if t := s.Steps[i].Step.Technique; t != "" {
		h.add(knead.SessionEvent{Kind: knead.EventDeclined, Technique: t})
	} else {
		h.add(knead.SessionEvent{Kind: knead.EventSkip, Step: step})
	}
}

// other are the taps that are about the whole session.
func (h *hand) other(t tap, s knead.Session, about bool, newStep string) {
	switch t.Tap {
	case "add":
		h.add(knead.SessionEvent{Kind: knead.EventAdd, Step: newStep, Text: t.Text, Technique: atlas.TechniqueID(t.Technique), Value: t.Value})
	case "stop":
		h.add(knead.SessionEvent{Kind: knead.EventStop, Rule: knead.StopRule(t.Rule)})
	case "unstop":
		for _, e := range knead.StandingEvents(h.record.Events) {
			if e.StopsSession() {
				h.add(knead.SessionEvent{Kind: knead.EventUndo, Undoes: e.ID})
			}
		}
	case "undo":
		for _, e := range lastTap(h.record.Events, h.device) {
			h.add(knead.SessionEvent{Kind: knead.EventUndo, Undoes: e.ID})
		}
	case "pain-before", "pain-after":
		h.add(knead.SessionEvent{Kind: knead.EventKind(t.Tap), Mark: t.Mark, Value: t.Value})
	case "remark":
		e := knead.SessionEvent{Kind: knead.EventRemark, Text: strings.TrimSpace(t.Text)}
		if about {
			e.Step = t.Step
		}
		if e.Text != "" {
			h.add(e)
		}
	case "unend":
		for _, e := range knead.StandingEvents(h.record.Events) {
			if e.Kind == knead.EventEnd {
				h.add(knead.SessionEvent{Kind: knead.EventUndo, Undoes: e.ID})
			}
		}
	case "end":
		if s.Ended == 0 {
			h.add(knead.SessionEvent{Kind: knead.EventEnd})
		}
	}
}

// lastTap gives the events of a device's last tap that still stands.
func lastTap(log []knead.SessionEvent, device string) []knead.SessionEvent {
	mine := slices.DeleteFunc(knead.StandingEvents(log), func(e knead.SessionEvent) bool { return e.Device != device })
	if len(mine) == 0 {
		return nil
	}
	at := mine[len(mine)-1].At
	return slices.DeleteFunc(mine, func(e knead.SessionEvent) bool { return e.At != at })
}
