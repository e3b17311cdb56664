package knead

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"knead/atlas"
	"knead/body"
	"knead/reason"
)

// EventID names an event of a session: a UUID in lower case that the device made.
type EventID string

// EventKind is what happened.
type EventKind string

// The kinds of event.
const (
	EventStart      EventKind = "start"
	EventPause      EventKind = "pause"
	EventResume     EventKind = "resume"
	EventBegin      EventKind = "step-begin"
	EventDone       EventKind = "step-done"
	EventSkip       EventKind = "skip"
	EventAdd        EventKind = "add"           // a step by hand, which goes next
	EventPressure   EventKind = "pressure"      // the level now, 0-5
	EventMore       EventKind = "pressure-more" // one level up
	EventLess       EventKind = "pressure-less" // one level down
	EventComfort    EventKind = "comfort"       // how strong it feels, 0-10
	EventStop       EventKind = "stop"
	EventFinding    EventKind = "finding"
	EventRemark     EventKind = "remark"
	EventPainBefore EventKind = "pain-before"        // of one mark, 0-10, before hands go on
	EventPainAfter  EventKind = "pain-after"         // of one mark, 0-10
	EventWithdrawn  EventKind = "consent-withdrawn"  // for an area
	EventDeclined   EventKind = "technique-declined" // it is not used any more
	EventInstead    EventKind = "technique-instead"  // this one does what declined ones were to do; the client agreed to it
	EventEnd        EventKind = "end"
	EventUndo       EventKind = "undo" // of another event, also of an undo
)

const (
	earliestAt      Instant = 946_684_800_000_000   // the year 2000: a clock that was never set shows an earlier one
	latestAt        Instant = 4_102_444_800_000_000 // the year 2100
	maxSeq                  = 1 << 31
	maxRemark               = 1000 // letters
	maxDevice               = 64   // letters
	maxStepID               = 200  // letters
	maxAddedMinutes         = 60
)

// The answers of a thumb where numbers are too many: up is 'comfortable', down is 'as
// much as is right' (chosen, after the client's scale: 3 comfortable, 5 strong, 7 the
// limit, 8 and more stop).
const (
	ThumbUp   = 3
	ThumbDown = 7
)

// easeFrom and stopFrom are the answers at which the hands go lighter, and stop.
const (
	easeFrom = 7
	stopFrom = 8
)

// SessionEvent is one line of the log that a session leaves. Devices write events while
// they are out of reach of each other; [RunSession] reads any number of them in any
// order. Each kind uses the fields that [SessionEvent.Check] asks of it and no others.
type SessionEvent struct {
	ID     EventID
	Device string
	At     Instant // by the clock of the device
	Seq    int     // counts the events of the device, for those in one instant
	Kind   EventKind

	Step      string            // id of the step; empty where an event is about the current one
	Value     int               // a pressure, an answer, a pain, or the minutes of an added step
	Text      string            // a remark, or the words of a place
	Technique atlas.TechniqueID // of an added step, declined, or used instead
	Rule      StopRule          // why it was stopped
	Mark      int               // which mark of the drawing, from 0
	Finding   reason.Finding
	Undoes    EventID
}

// fields says which fields a kind of event has.
type fields struct {
	step, value, text, technique, rule, mark, finding, undoes use
	least, most                                               int // of the value
}

type use uint8

const (
	never use = iota
	may
	must
)

var eventFields = map[EventKind]fields{
	EventStart:      {},
	EventPause:      {},
	EventResume:     {},
	EventBegin:      {step: must},
	EventDone:       {step: must},
	EventSkip:       {step: must, text: may},
	EventAdd:        {step: must, text: must, technique: must, value: must, least: 1, most: maxAddedMinutes},
	EventPressure:   {step: may, value: must, most: 5},
	EventMore:       {step: may},
	EventLess:       {step: may},
	EventComfort:    {step: may, value: must, most: 10},
	EventStop:       {rule: must, value: may, most: 10, text: may},
	EventFinding:    {finding: must},
	EventRemark:     {step: may, text: must},
	EventPainBefore: {mark: must, value: must, most: 10},
	EventPainAfter:  {mark: must, value: must, most: 10},
	EventWithdrawn:  {text: must},
	EventDeclined:   {technique: must},
	EventInstead:    {technique: must},
	EventEnd:        {},
	EventUndo:       {undoes: must},
}

// EventKinds lists the kinds, by name.
func EventKinds() []EventKind { return slices.Sorted(maps.Keys(eventFields)) }

// Check refuses an event that nobody can mean. [RunSession] passes over such events.
func (e SessionEvent) Check() error {
	f, ok := eventFields[e.Kind]
	switch {
	case !ok:
		return badInput("/kind", "there is no kind of event %.40q; docs/session.md lists them", e.Kind)
	case !isUUID(string(e.ID)):
		return badInput("/id", "the id %.40q is no UUID in lower case", e.ID)
	case e.At < earliestAt || e.At > latestAt:
		return badInput("/at", "%d is not in microseconds since 1970, or the clock of the device was never set", e.At)
	case e.Seq < 0 || e.Seq > maxSeq:
		return badInput("/seq", "the count is %d; write 0 or more", e.Seq)
	}
	if err := cmp.Or(
		plainWords("/device", e.Device, must, maxDevice),
		plainWords("/step", e.Step, f.step, maxStepID),
		plainWords("/text", e.Text, f.text, maxRemark),
		f.checkValue(e),
	); err != nil {
		return err
	}
	return f.checkRest(e)
}

func (f fields) checkValue(e SessionEvent) error {
	switch {
	case f.value == never && e.Value != 0:
		return badInput("/value", "an event %s has no value", e.Kind)
	case e.Value < f.least || e.Value > f.most:
		return badInput("/value", "the value is %d; write %d to %d", e.Value, f.least, f.most)
	}
	return nil
}

func (f fields) checkRest(e SessionEvent) error {
	switch {
	case (f.technique == never) != (e.Technique == ""):
		return badInput("/technique", "a technique belongs to an added step, is declined or used instead, and belongs to nothing else")
	case (f.rule == never) != (e.Rule == ""):
		return badInput("/rule", "a stop, and nothing else, has the rule that it obeys")
	case f.rule == must && !slices.Contains(StopRules, e.Rule):
		return badInput("/rule", "there is no rule %.40q; docs/session.md lists them", e.Rule)
	case f.mark == never && e.Mark != 0, e.Mark < 0, e.Mark >= maxMarks:
		return badInput("/mark", "the mark is %d; write the number of a mark of the drawing, from 0, with a pain-before or pain-after", e.Mark)
	case f.undoes == never && e.Undoes != "":
		return badInput("/undoes", "only an undo names another event")
	case f.undoes == must && !isUUID(string(e.Undoes)):
		return badInput("/undoes", "name the event that is undone by its id")
	case f.finding == never && e.Finding != reason.Finding{}:
		return badInput("/finding", "only a finding has one")
	}
	if e.Kind == EventFinding {
		return checkFinding(e.Finding)
	}
	if e.Technique != "" {
		if _, ok := atlas.Standard().Technique(e.Technique); !ok {
			return badInput("/technique", "there is no technique %.40q in the atlas", e.Technique)
		}
	}
	if e.Kind == EventAdd || e.Kind == EventWithdrawn {
		if _, err := body.Find(e.Text); err != nil {
			return because("/text", err)
		}
	}
	return nil
}

func checkFinding(g reason.Finding) error {
	_, point := atlas.Standard().Point(g.Point)
	_, muscle := atlas.Standard().Muscle(g.Muscle)
	switch {
	case (g.Point == "") == (g.Muscle == ""):
		return badInput("/finding", "name either a point or a muscle")
	case g.Point != "" && !point:
		return badInput("/finding/point", "there is no point %.40q; take the id from the ranking", g.Point)
	case g.Muscle != "" && !muscle:
		return badInput("/finding/muscle", "there is no muscle %.40q in the atlas", g.Muscle)
	case g.Side != body.Right && g.Side != body.Left:
		return badInput("/finding/side", "write right or left")
	case max(g.Familiar, g.Tender, g.Limited, g.Resisted) > reason.No:
		return badInput("/finding", "an answer is yes, no or not given")
	case max(g.Familiar, g.Tender, g.Limited, g.Resisted) == reason.NotChecked:
		return badInput("/finding", "say what was found: familiar, tender, limited or resisted")
	}
	return nil
}

// plainWords refuses words that are missing, too long or cannot be seen.
func plainWords(at, words string, f use, most int) error {
	switch {
	case f == never && words != "":
		return badInput(at, "an event of this kind has none")
	case f == must && strings.TrimSpace(words) == "":
		return badInput(at, "this is missing")
	case len(words) > 4*most || utf8.RuneCountInString(words) > most:
		return badInput(at, "this is too long; write at most %d letters", most)
	case !utf8.ValidString(words) || strings.ContainsFunc(words, unseen):
		return badInput(at, "there are characters in it that cannot be seen; write one plain line")
	}
	return nil
}

// unseen tells that a character moves the cursor or turns the direction of reading.
func unseen(r rune) bool {
	return unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\u2028' || r == '\u2029'
}

// isUUID tells whether a text is a UUID as RFC 9562 section 4 writes it, in lower case so
// that one event has one name.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	return true
}

// StandingEvents gives the events of a log that count, in the order of time, each once:
// without those that nobody can mean, those that somebody undid, and the undos.
func StandingEvents(events []SessionEvent) []SessionEvent {
	sensible := slices.DeleteFunc(slices.Clone(events), func(e SessionEvent) bool { return e.Check() != nil })
	return standing(MergeEvents(sensible))
}

// StopsSession tells that an event stops the session: a stop rule, or an answer of pain
// at which the hands come off.
func (e SessionEvent) StopsSession() bool {
	return e.Kind == EventStop || e.Kind == EventComfort && e.Value >= stopFrom
}

// MergeEvents puts the logs of several devices together: in the order of time, each event
// once. Where two events claim one id, the earlier is kept. It does not matter in which
// order the logs are given.
func MergeEvents(logs ...[]SessionEvent) []SessionEvent {
	all := slices.Concat(logs...)
	slices.SortFunc(all, SessionEvent.compare)
	seen := make(map[EventID]bool, len(all))
	return slices.DeleteFunc(all, func(e SessionEvent) bool {
		again := seen[e.ID]
		seen[e.ID] = true
		return again
	})
}

// compare orders events in time. What comes after the id matters only for events that
// claim one id and differ: their order must not depend on who arrived first.
func (e SessionEvent) compare(o SessionEvent) int {
	if by := cmp.Or(
		cmp.Compare(e.At, o.At), cmp.Compare(e.Device, o.Device), cmp.Compare(e.Seq, o.Seq), cmp.Compare(e.ID, o.ID),
	); by != 0 || e == o {
		return by
	}
	return cmp.Compare(fmt.Sprintf("%#v", e), fmt.Sprintf("%#v", o))
}

// standing gives the events that nobody has undone, without the undos. An undo that was
// itself undone undoes nothing; nor do undos that name each other in a circle.
func standing(events []SessionEvent) []SessionEvent {
	at := make(map[EventID]int, len(events))
	for i, e := range events {
		at[e.ID] = i
	}
	open := make([]int, len(events)) // undos of an event that are not yet decided
	for _, e := range events {
		if target, ok := at[e.Undoes]; ok && e.Kind == EventUndo {
			open[target]++
		}
	}
	undone := make([]bool, len(events))
	var decided []int
	for i := range events {
		if open[i] == 0 {
			decided = append(decided, i)
		}
	}
	for len(decided) > 0 {
		i := decided[0]
		decided = decided[1:]
		target, ok := at[events[i].Undoes]
		if events[i].Kind != EventUndo || !ok {
			continue
		}
		undone[target] = undone[target] || !undone[i]
		if open[target]--; open[target] == 0 {
			decided = append(decided, target)
		}
	}
	var kept []SessionEvent
	for i, e := range events {
		if e.Kind != EventUndo && !undone[i] {
			kept = append(kept, e)
		}
	}
	return kept
}
