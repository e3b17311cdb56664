package knead

import (
	"slices"
	"strings"
	"time"

	"knead/atlas"
	"knead/body"
	"knead/outcome"
	"knead/plan"
	"knead/screen"
)

// Checkin asks a client how they are, a day or three days after a session.
type Checkin struct {
	ID       string
	Visit    VisitID
	Moment   string // day1 or day3
	Ended    Instant
	Due      Instant
	Answered Instant // zero: not yet
	Answers  CheckinAnswers
}

// CheckinAnswers are what a client said at a check-in. What was not answered is nil or
// empty, and stays unknown; that there was nothing is an answer of its own.
type CheckinAnswers struct {
	Signs     []EmergencySign    `json:"signs,omitzero"`
	NoSigns   bool               `json:"no_signs,omitzero"` // asked, and none of them
	Effects   []SideEffect       `json:"effects,omitzero"`
	NoEffects bool               `json:"no_effects,omitzero"`
	Soreness  *int               `json:"soreness,omitzero"` // 0-10
	Pain      *int               `json:"pain,omitzero"`     // 0-10, now
	Since     outcome.Direction  `json:"since,omitzero"`
	Home      plan.HomeDone      `json:"home,omitzero"`       // whether the exercises for home were done
	HomeWorse []atlas.ExerciseID `json:"home_worse,omitzero"` // which of them made it worse
	Message   string             `json:"message,omitzero"`
}

// EmergencySign is one of the signs after a session at which the emergency number is
// called: those of the screening's questions of the same id, and dark urine.
type EmergencySign string

// The signs that a check-in asks, in the order of the screening.
const (
	SignChest     EmergencySign = "g1"
	SignBreath    EmergencySign = "g2"
	SignStroke    EmergencySign = "g3"
	SignHeadache  EmergencySign = "g4"
	SignSaddle    EmergencySign = "g5"
	SignDarkUrine EmergencySign = "g29"
)

// EmergencySigns are all of them.
func EmergencySigns() []EmergencySign {
	return []EmergencySign{SignChest, SignBreath, SignStroke, SignHeadache, SignSaddle, SignDarkUrine}
}

// Words are the sign as the client reads it.
func (s EmergencySign) Words() string { return say("sign." + string(s)) }

// AskedEffects are the side effects that a check-in asks after the emergency signs.
func AskedEffects() []SideEffect {
	return slices.DeleteFunc(slices.Clone(SideEffects), func(e SideEffect) bool { return e.Urgency() == screen.Emergency })
}

// maxMessage is how long a message may be (chosen: a screen full).
const maxMessage = 2000

// Check refuses answers that nobody can mean, and those in which something is missing
// that must be known. In an emergency nothing else is asked.
func (a CheckinAnswers) Check() error {
	wrong := func(field, words string) error { return &Error{Kind: Invalid, Field: field, Say: words} }
	for _, s := range a.Signs {
		if !slices.Contains(EmergencySigns(), s) {
			return wrong("signs", say("checkin.unknown"))
		}
	}
	for _, e := range a.Effects {
		if !slices.Contains(AskedEffects(), e) {
			return wrong("effects", say("checkin.unknown"))
		}
	}
	for field, level := range map[string]*int{"soreness": a.Soreness, "pain": a.Pain} {
		if level != nil && (*level < 0 || *level > 10) {
			return wrong(field, say("checkin.level"))
		}
	}
	if !slices.Contains([]outcome.Direction{"", outcome.ToBetter, outcome.ToSame, outcome.ToWorse}, a.Since) {
		return wrong("since", say("checkin.unknown"))
	}
	if a.Home != "" && !slices.Contains(plan.HomeAnswers, a.Home) || a.Home != plan.HomeWorse && len(a.HomeWorse) > 0 {
		return wrong("home", say("checkin.unknown"))
	}
	for _, id := range a.HomeWorse {
		if _, ok := atlas.Standard().Exercise(id); !ok {
			return wrong("home", say("checkin.unknown"))
		}
	}
	if err := CheckText("message", a.Message, maxMessage); err != nil {
		return err
	}
	switch {
	case len(a.Signs) > 0:
		return nil
	case !a.NoSigns:
		return wrong("signs", say("checkin.missing.signs"))
	case len(a.Effects) == 0 && !a.NoEffects:
		return wrong("effects", say("checkin.missing.effects"))
	case a.Soreness == nil:
		return wrong("soreness", say("checkin.missing.soreness"))
	case a.Since == "":
		return wrong("since", say("checkin.missing.since"))
	}
	return nil
}

// Urgency is how soon somebody must see to what the client said.
func (a CheckinAnswers) Urgency() screen.Level {
	if len(a.Signs) > 0 {
		return screen.Emergency
	}
	level := screen.NoFlags
	for _, e := range a.Effects {
		if u := e.Urgency(); u.Rank() > level.Rank() {
			level = u
		}
	}
	return level
}

// Alarm is why a therapist must look at a check-in.
type Alarm struct {
	Kind  string // danger, sore, pain, worse, home or message
	Words string
}

const (
	soreTooLong  = 72 * time.Hour // the rule after a session, see [screen.Watches]
	painFrom     = 48 * time.Hour // the same
	painHigherBy = 3              // points of 10, the same
)

// Alarms are what of the answers must reach the therapist. after is how long ago the
// session ended; before is the pain with which the client came, nil where nobody asked.
func (a CheckinAnswers) Alarms(after time.Duration, before *int) (alarms []Alarm) {
	var told []string
	for _, s := range a.Signs {
		told = append(told, s.Words())
	}
	for _, e := range a.Effects {
		if e.Urgency() != screen.NoFlags {
			told = append(told, e.Words())
		}
	}
	if len(told) > 0 {
		alarms = append(alarms, Alarm{"danger", say("alarm.danger."+string(a.Urgency()), "what", strings.Join(told, "; "))})
	}
	if a.Soreness != nil && *a.Soreness > 0 && after >= soreTooLong {
		alarms = append(alarms, Alarm{"sore", say("alarm.sore", "n", *a.Soreness)})
	}
	if a.Pain != nil && before != nil && after >= painFrom && *a.Pain-*before >= painHigherBy {
		alarms = append(alarms, Alarm{"pain", say("alarm.pain", "n", *a.Pain, "before", *before)})
	}
	if a.Since == outcome.ToWorse {
		alarms = append(alarms, Alarm{"worse", say("alarm.worse")})
	}
	if a.Home == plan.HomeWorse {
		alarms = append(alarms, Alarm{"home", say("alarm.home", "what", list(ExerciseNames(a.HomeWorse)))})
	}
	if words := strings.TrimSpace(a.Message); words != "" {
		alarms = append(alarms, Alarm{"message", words})
	}
	return alarms
}

// ExerciseName is the name of an exercise; an id that the atlas no longer has stays.
func ExerciseName(id atlas.ExerciseID) string {
	if e, ok := atlas.Standard().Exercise(id); ok {
		return e.Name
	}
	return string(id)
}

// ExerciseNames are the names of exercises.
func ExerciseNames(ids []atlas.ExerciseID) []string { return each(ids, ExerciseName) }

// Programme are the exercises of a plan's advice.
func Programme(advice []plan.Advice) (ids []atlas.ExerciseID) {
	for _, a := range advice {
		if a.Exercise != "" {
			ids = append(ids, a.Exercise)
		}
	}
	return ids
}

// AboutProgramme keeps of the answers about the exercises what is about the ones that were
// given. Where somebody cannot tell which made it worse, it may have been each.
func (a CheckinAnswers) AboutProgramme(given []atlas.ExerciseID) CheckinAnswers {
	if len(given) == 0 {
		a.Home = ""
	}
	if a.Home != plan.HomeWorse {
		a.HomeWorse = nil
		return a
	}
	a.HomeWorse = slices.DeleteFunc(slices.Clone(given), func(id atlas.ExerciseID) bool { return !slices.Contains(a.HomeWorse, id) })
	if len(a.HomeWorse) == 0 {
		a.HomeWorse = given
	}
	return a
}

// HomeHurt is an exercise that a client said made it worse. It is not proposed any more
// until a therapist takes this away.
type HomeHurt struct {
	Exercise atlas.ExerciseID `json:"exercise"`
	Checkin  string           `json:"checkin"` // at which it was said
	At       Instant          `json:"at"`
}

// Hurt changes a profile for an answer about the programme: what is newly said to have
// made it worse is held back, and what was said at this check-in and is taken back is not.
// What a therapist has let in again comes back only where it is said anew.
func (p *ClientProfile) Hurt(k Checkin, now CheckinAnswers, at Instant) {
	p.HomeHurt = slices.DeleteFunc(slices.Clone(p.HomeHurt), func(h HomeHurt) bool {
		return h.Checkin == k.ID && !slices.Contains(now.HomeWorse, h.Exercise)
	})
	for _, id := range now.HomeWorse {
		held := slices.ContainsFunc(p.HomeHurt, func(h HomeHurt) bool { return h.Exercise == id })
		if !held && !slices.Contains(k.Answers.HomeWorse, id) {
			p.HomeHurt = append(p.HomeHurt, HomeHurt{Exercise: id, Checkin: k.ID, At: at})
		}
	}
}

// FollowUpOf joins the check-ins of one session to what the next plan needs of them. sore
// are the places at which the client was sore; none: wherever it was worked.
func FollowUpOf(checkins []Checkin, sore []body.Place) FollowUp {
	f := FollowUp{Sore: sore}
	for _, k := range checkins {
		if k.Answered == 0 {
			continue
		}
		a := k.Answers
		if k.Answered.Sub(k.Ended) >= soreTooLong {
			f.Soreness72 = cmpOr(a.Soreness, f.Soreness72)
		} else {
			f.Soreness24 = cmpOr(a.Soreness, f.Soreness24)
		}
		if a.Since != "" {
			f.Change = a.Since // the later one counts: check-ins come in the order of their time
		}
		if a.Home != "" {
			f.Home = a.Home
		}
		for _, s := range a.Signs {
			f.note(map[bool]SideEffect{true: EffectDarkUrine, false: EffectEmergency}[s == SignDarkUrine])
		}
		for _, e := range a.Effects {
			f.note(e)
		}
	}
	return f
}

func (f *FollowUp) note(e SideEffect) {
	if !slices.Contains(f.Effects, e) {
		f.Effects = append(f.Effects, e)
	}
}

func cmpOr(a, b *int) *int {
	if a != nil {
		return a
	}
	return b
}
