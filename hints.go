package knead

import (
	"cmp"
	"slices"
	"time"

	"knead/atlas"
	"knead/body"
	"knead/outcome"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// PastSession is one session of a client as far as the next plan needs it.
type PastSession struct {
	Ended    Instant
	Steps    []Actual         // as [RunSession] gave them
	Findings []reason.Finding // of the visit and the session
	Before   *int             // pain on arrival, 0-10; nil: not asked
	Left     *int             // pain when they left, 0-10; nil: not asked
	After    FollowUp
}

// FollowUp is what a client said about a session one day and three days after it. What
// was not answered is nil, and stays unknown.
type FollowUp struct {
	Soreness24 *int         // 0-10
	Soreness72 *int         // 0-10
	Sore       []body.Place // where; empty: wherever it was worked
	Effects    []SideEffect
	Change     outcome.Direction // of the complaint; empty: not said
	Home       plan.HomeDone     // whether the exercises were done; empty: not said
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

// How hints are made; plan.Look has the rest. No trial compared such rules.
const nextWithin = 7 * 24 * time.Hour // once or twice a week is what trials gave for a first course [sherman-2014]

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
	Used    int        // the pressure after which it was sore, of HintLower
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
// next plan should mind. A question that nobody answered says nothing.
func NextPlanHints(history []PastSession) Hints {
	var h Hints
	if len(history) == 0 {
		return h
	}
	last := slices.MaxFunc(history, func(a, b PastSession) int { return cmp.Compare(a.Ended, b.Ended) })
	for _, e := range SideEffects {
		if slices.Contains(last.After.Effects, e) && e.Urgency() != screen.NoFlags {
			h.add(Hint{Kind: HintAlert, Words: say("hint.alert."+string(e.Urgency()), "effect", e.Words()), Urgency: e.Urgency(), Source: "convention"})
		}
	}
	if n := last.After.Soreness72; n != nil && *n > 0 {
		h.add(Hint{Kind: HintSore, Words: say("hint.sore", "n", *n), Urgency: screen.Refer, Source: "cambron-2007"})
	}
	course := plan.Look(plan.History{Done: DoneOf(history, last.Ended)})
	for _, c := range course.Caps {
		h.add(Hint{
			Kind: HintLower, Place: c.Place, Max: c.Max, Used: c.Used, Source: "convention", Chosen: true,
			Words: say("hint.lower", "where", c.Place.Words, "used", c.Used, "max", c.Max),
		})
	}
	n := len(course.Done)
	switch {
	case course.Why == plan.WorseTwice:
		h.add(Hint{Kind: HintRefer, Words: say("hint.refer.worse", "n", course.Worse), Urgency: screen.Refer, Source: "convention", Chosen: true})
	case course.Why == plan.Worse:
		h.add(Hint{Kind: HintRefer, Words: say("hint.refer.worse-now", "n", n), Urgency: screen.Refer, Source: "convention", Chosen: true})
	case course.Way == plan.Refer:
		h.add(Hint{Kind: HintRefer, Words: say("hint.refer.same", "n", n), Urgency: screen.Refer, Source: "convention", Chosen: true})
	case course.Way == plan.ChangeOne:
		h.add(Hint{Kind: HintChange, Words: say("hint.change", "n", n), Source: "convention", Chosen: true})
	}
	h.Window = &Window{
		From: last.Ended.Add(time.Duration(course.Rest) * time.Hour), Until: last.Ended.Add(nextWithin), Wait: course.Wait, Source: "cambron-2007", Chosen: true,
	}
	return h
}

func (h *Hints) add(x Hint) { h.Hints = append(h.Hints, x) }

// Apply adds to the wishes of a client how hard the places may be worked that were sore.
// A place that is under such a bound already keeps the stricter one.
func (h Hints) Apply(p plan.Preferences) plan.Preferences {
	p.Caps = slices.Clone(p.Caps)
	for _, x := range h.Hints {
		if x.Kind != HintLower {
			continue
		}
		for _, place := range WholePlaces(x.Place.Cells) { // in words that are understood again
			c := plan.Cap{Place: place, Max: x.Max, Used: x.Used}
			i := slices.IndexFunc(p.Caps, func(y plan.Cap) bool { return y.Place.Words == place.Words })
			switch {
			case i < 0:
				p.Caps = append(p.Caps, c)
			case c.Max < p.Caps[i].Max:
				p.Caps[i] = c
			}
		}
	}
	return p
}
