package knead

import (
	"knead/screen"
)

// StopRule is a reason to stop a session at once.
type StopRule string

// The stop rules.
const (
	StopChestPain    StopRule = "chest-pain"
	StopBreathless   StopRule = "breathless"
	StopSightSpeech  StopRule = "sight-speech"
	StopNumbWeak     StopRule = "numb-weak"
	StopSharpPain    StopRule = "sharp-pain"
	StopDizzy        StopRule = "dizzy"
	StopNausea       StopRule = "nausea"
	StopPalpitations StopRule = "palpitations"
	StopPain         StopRule = "pain" // 8 or more out of 10
	StopClient       StopRule = "client"
)

// StopRules are all of them, what may be an emergency first: the order in which a screen
// offers them.
var StopRules = []StopRule{
	StopChestPain, StopBreathless, StopSightSpeech, StopNumbWeak, StopSharpPain,
	StopDizzy, StopNausea, StopPalpitations, StopPain, StopClient,
}

// Stop is a stop rule that acted.
type Stop struct {
	Rule  StopRule
	At    Instant
	Level int    // the pain, 0-10, where one was said
	Text  string // what the therapist wrote, such as what was done
}

// Words names the sign: "new numbness or weakness".
func (r StopRule) Words() string { return say("stop." + string(r)) }

// Do says what to do now. In an emergency it names the emergency number.
func (r StopRule) Do() string { return say("stop." + string(r) + ".do") }

// Urgency says how soon somebody else must see the client: [screen.Emergency] or, where
// stopping is all that the sign itself asks for, [screen.WithLimits].
//
// Chest pain, sudden breathlessness and a change of sight or speech are the signs of the
// screening's questions g1, g2 and g3, and mean the same at the table as before.
func (r StopRule) Urgency() screen.Level {
	switch r {
	case StopChestPain, StopBreathless, StopSightSpeech:
		return screen.Emergency
	default:
		return screen.WithLimits
	}
}

// strictest gives the stop that decides what is said: an emergency before all else, then
// the first.
func (s *Session) strictest() *Stop {
	var found *Stop
	for i, x := range s.Stops {
		if found == nil || x.Rule.Urgency().Rank() > found.Rule.Urgency().Rank() {
			found = &s.Stops[i]
		}
	}
	if found == nil {
		return nil
	}
	stop := *found
	return &stop
}
