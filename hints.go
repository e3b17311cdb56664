package knead

import (
	"slices"
	"time"

	"knead/atlas"
	"knead/body"
	"knead/outcome"
	"knead/plan"
	"knead/screen"
)

// PastSession is one session of a client as far as the next plan needs it.
type PastSession struct {
	Ended  Instant
	Steps  []Actual // as [RunSession] gave them
	Before *int     // pain on arrival, 0-10; nil: not asked
	After  FollowUp
}

// FollowUp is what a client said about a session one day and three days after it. What
// was not answered is nil, and stays unknown.
type FollowUp struct {
	Soreness24 *int         // 0-10
	Soreness72 *int         // 0-10
	Sore       []body.Place // where; empty: wherever it was worked
	Effects    []SideEffect
	Change     outcome.Direction // of the complaint; empty: not said
}

// SideEffect is something that a client noticed after a session.
type SideEffect string

// The side effects.
const (
	EffectEmergency      SideEffect = "emergency-sign" // one of the signs of the screening's questions g1 to g5
	EffectDarkUrine      SideEffect = "dark-urine"     // with sore, weak muscles
	EffectCalfSwelling   SideEffect = "calf-swelling"
	EffectSpreading      SideEffect = "spreading-bruise"
	EffectHardLump       SideEffect = "hard-lump"
	EffectFever          SideEffect = "fever"
	EffectNumbWeak       SideEffect = "numb-weak"
	EffectSevereHeadache SideEffect = "severe-headache"
	EffectLargeBruise    SideEffect = "large-bruise" // wider than 5 cm
	EffectBruise         SideEffect = "bruise"
	EffectHeadache       SideEffect = "headache"
	EffectDizzy          SideEffect = "dizzy"
	EffectTired          SideEffect = "tired"
)

// SideEffects are all of them, the most urgent first.
var SideEffects = []SideEffect{
	EffectEmergency, EffectDarkUrine, EffectCalfSwelling, EffectSpreading, EffectHardLump, EffectFever,
	EffectNumbWeak, EffectSevereHeadache, EffectLargeBruise, EffectBruise, EffectHeadache, EffectDizzy, EffectTired,
}

// Words names the effect.
func (e SideEffect) Words() string { return say("effect." + string(e)) }

// Urgency says how soon somebody must see to it: an emergency, the same day, a call of
// the therapist ([screen.Refer]), or nobody. It follows what the screening says to watch
// for after a session ([screen.Watches]).
func (e SideEffect) Urgency() screen.Level {
	switch e {
	case EffectEmergency, EffectDarkUrine:
		return screen.Emergency
	case EffectCalfSwelling, EffectSpreading, EffectHardLump, EffectFever:
		return screen.SameDay
	case EffectNumbWeak, EffectSevereHeadache, EffectLargeBruise:
		return screen.Refer
	default:
		return screen.NoFlags
	}
}

// lowers tells whether the next plan is gentler for it where it was felt (chosen).
func (e SideEffect) lowers() bool {
	return slices.Contains([]SideEffect{EffectSpreading, EffectHardLump, EffectNumbWeak, EffectLargeBruise, EffectBruise}, e)
}

// How hints are made. No trial compared such rules.
const (
	soreFrom = 4 // of 10, a day later: lower the pressure, and wait 72 hours (chosen)

	afterLight = 24 * time.Hour     // until the next session after pressure up to 3 (chosen, after how long soreness lasts [cambron-2007])
	afterDeep  = 48 * time.Hour     // on the same place after pressure 4 to 5 or pressed points (chosen, the same)
	afterSore  = 72 * time.Hour     // when soreness reached 4 or is still there (chosen, the same)
	nextWithin = 7 * 24 * time.Hour // once or twice a week is what trials gave for a first course [sherman-2014]

	changeFrom = 4 // sessions without a change, then one thing is changed (chosen)
	referFrom  = 6 // sessions without a change, then somebody else looks (chosen)
	worseTwice = 2 // sessions after which it was worse, then the same (chosen)
	deepFrom   = 4 // the pressure that counts as deep
	usualMost  = 3 // what a plan uses where nobody asked for more
)

// HintKind is what a hint is about.
type HintKind string

// The kinds of hint.
const (
	HintLower  HintKind = "lower"  // the pressure, at a place
	HintAlert  HintKind = "alert"  // a side effect needs somebody
	HintSore   HintKind = "sore"   // soreness that lasts: call the client
	HintChange HintKind = "change" // one thing: style, dose or place
	HintRefer  HintKind = "refer"  // to a clinician
)

// Hint is one thing to do next time, with its reason.
type Hint struct {
	Kind    HintKind
	Words   string
	Place   body.Place // of HintLower
	Max     int        // the pressure, of HintLower; 0 otherwise
	Urgency screen.Level
	Source  atlas.SourceID // "convention" where there is none
	Chosen  bool           // the number is ours
}

// Window is when the next session is best booked.
type Window struct {
	From   Instant // not before
	Until  Instant // best by
	Wait   bool    // not before nothing is sore any more, however long that takes
	Source atlas.SourceID
	Chosen bool
}

// Hints are what earlier sessions say to the next plan.
type Hints struct {
	Hints  []Hint
	Window *Window // nil without an earlier session
}

// NextPlanHints reads the sessions of a client, whatever their order, and says what the
// next plan should mind. A question that nobody answered says nothing: the last answers
// that there are count.
func NextPlanHints(history []PastSession) Hints {
	history = slices.Clone(history)
	slices.SortStableFunc(history, func(a, b PastSession) int { return int(max(-1, min(1, a.Ended-b.Ended))) })
	var h Hints
	if len(history) == 0 {
		return h
	}
	last := history[len(history)-1]
	for _, e := range SideEffects {
		if slices.Contains(last.After.Effects, e) && e.Urgency() != screen.NoFlags {
			h.add(Hint{Kind: HintAlert, Words: say("hint.alert."+string(e.Urgency()), "effect", e.Words()), Urgency: e.Urgency(), Source: "convention"})
		}
	}
	if n := last.After.Soreness72; n != nil && *n > 0 {
		h.add(Hint{Kind: HintSore, Words: say("hint.sore", "n", *n), Urgency: screen.Refer, Source: "cambron-2007"})
	}
	if i := lastAnswered(history); i >= 0 {
		h.lower(history[i])
	}
	h.review(history)
	h.Window = window(last)
	return h
}

func (h *Hints) add(x Hint) { h.Hints = append(h.Hints, x) }

// lastAnswered is the last session after which the client said how it was.
func lastAnswered(history []PastSession) int {
	for i, h := range slices.Backward(history) {
		if f := h.After; f.Soreness24 != nil || f.Soreness72 != nil || len(f.Effects) > 0 {
			return i
		}
	}
	return -1
}

// sore tells whether a session was too much somewhere: soreness of 4 a day later, any
// three days later, or a mark of it.
func (f FollowUp) sore() bool {
	return f.Soreness24 != nil && *f.Soreness24 >= soreFrom || f.Soreness72 != nil && *f.Soreness72 > 0 ||
		slices.ContainsFunc(f.Effects, SideEffect.lowers)
}

// lower takes one level from what was used where it is sore.
func (h *Hints) lower(p PastSession) {
	if !p.After.sore() {
		return
	}
	places := p.After.Sore
	if len(places) == 0 {
		places = workedPlaces(p.Steps)
	}
	for _, place := range places {
		used := 0
		for _, a := range p.Steps {
			if _, strongest, ok := a.Pressures(); ok && touchesPlace(a.Step, place) {
				used = max(used, strongest)
			}
		}
		if used == 0 {
			continue // it was not worked: this plan cannot be gentler there
		}
		most := max(1, used-1)
		h.add(Hint{
			Kind: HintLower, Place: place, Max: most, Source: "convention", Chosen: true,
			Words: say("hint.lower", "where", place.Words, "used", used, "max", most),
		})
	}
}

// workedPlaces gives every place that was worked, once.
func workedPlaces(steps []Actual) []body.Place {
	var places []body.Place
	for _, a := range steps {
		if _, _, touched := a.Pressures(); !touched || len(a.Step.Regions) == 0 {
			continue
		}
		p := body.Place{Words: a.Step.Place}
		for _, id := range a.Step.Regions {
			for _, side := range []body.Side{body.Right, body.Left} {
				if a.Step.Side == nil || *a.Step.Side == side {
					p.Regions = append(p.Regions, body.RegionSide{Region: id, Side: side})
					p.Cells = p.Cells.Union(body.Skin().RegionCells(id, side))
				}
			}
		}
		if !slices.ContainsFunc(places, func(x body.Place) bool { return x.Words == p.Words }) {
			places = append(places, p)
		}
	}
	return places
}

// review says when the sessions do not help: who comes for long without a change is
// better seen by somebody else.
func (h *Hints) review(history []PastSession) {
	worse := 0
	for _, p := range history {
		if p.After.Change == outcome.ToWorse {
			worse++
		}
	}
	if worse >= worseTwice {
		h.add(Hint{Kind: HintRefer, Words: say("hint.refer.worse", "n", worse), Urgency: screen.Refer, Source: "convention", Chosen: true})
		return
	}
	if len(history) < changeFrom || changed(history) {
		return
	}
	if len(history) >= referFrom {
		h.add(Hint{Kind: HintRefer, Words: say("hint.refer.same", "n", len(history)), Urgency: screen.Refer, Source: "convention", Chosen: true})
		return
	}
	h.add(Hint{Kind: HintChange, Words: say("hint.change", "n", len(history)), Source: "convention", Chosen: true})
}

// changed tells whether pain is better than on the first day by what might matter, or
// whether nobody can tell: a hint needs figures.
func changed(history []PastSession) bool {
	nprs, ok := outcome.Standard().Instrument("nprs-now")
	if !ok {
		return true
	}
	var first, last outcome.Score
	known := 0
	for _, p := range history {
		if p.Before == nil {
			continue
		}
		score, err := nprs.Score(outcome.Answers{"now": float64(*p.Before)})
		if err != nil {
			continue // not on the scale: as if it was not asked
		}
		if known == 0 {
			first = score
		}
		last = score
		known++
	}
	c := nprs.Change(first, last)
	return known < 2 || c.Direction == outcome.ToBetter && c.Matters != outcome.No
}

// window is when to come again.
func window(p PastSession) *Window {
	w := &Window{Source: "cambron-2007", Chosen: true, Until: p.Ended.Add(nextWithin)}
	wait := afterLight
	for _, a := range p.Steps {
		_, strongest, touched := a.Pressures()
		if touched && (strongest >= deepFrom || a.Step.Hold != plan.Hold{}) {
			wait = afterDeep
		}
	}
	f := p.After
	w.Wait = f.Soreness72 != nil && *f.Soreness72 > 0
	if w.Wait || f.Soreness24 != nil && *f.Soreness24 >= soreFrom {
		wait = afterSore
	}
	w.From = p.Ended.Add(wait)
	return w
}

// Apply lowers the wishes of the client to what the hints leave. Preferences know one
// pressure for the whole session, so the tenderest place decides for all: gentler than
// need be elsewhere, never stronger.
func (h Hints) Apply(p plan.Preferences) plan.Preferences {
	for _, x := range h.Hints {
		if x.Kind != HintLower {
			continue
		}
		switch {
		case p.Pressure > 0:
			p.Pressure = min(p.Pressure, x.Max)
		case x.Max <= usualMost:
			p.Pressure = x.Max
		}
	}
	return p
}
