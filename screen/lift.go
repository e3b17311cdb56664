package screen

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lift is a therapist's decision to treat although a rule stops the session: who, why,
// and which rules it is about. What the client answers later can set off another rule,
// and that one nobody has lifted.
type Lift struct {
	By     string   // the therapist's name
	Reason string   // such as "GP saw the calf on Monday: no clot, massage agreed"
	Rules  []RuleID // the rules that stopped and that were shown
}

// ErrLift says that a stop cannot be lifted; the error around it says why.
var ErrLift = errors.New("the stop cannot be lifted")

// longestReason bounds the words of a lift.
const longestReason = 400

// Check refuses a lift without a name, a reason or a rule. A name and a reason of blanks
// are none.
func (l Lift) Check() error {
	for _, words := range []struct{ what, text string }{{"name of the therapist", l.By}, {"reason", l.Reason}} {
		switch {
		case strings.TrimSpace(words.text) == "":
			return fmt.Errorf("the %s is missing: %w", words.what, ErrLift)
		case utf8.RuneCountInString(words.text) > longestReason:
			return fmt.Errorf("the %s is longer than %d letters: %w", words.what, longestReason, ErrLift)
		case strings.ContainsFunc(words.text, unicode.IsControl):
			return fmt.Errorf("the %s has characters that cannot be seen: %w", words.what, ErrLift)
		}
	}
	if len(l.Rules) == 0 {
		return fmt.Errorf("no rule is named: %w", ErrLift)
	}
	return nil
}

// Stopping gives the rules that keep the session from being planned, the strictest first.
// It is empty when nothing stops it, and when only answers are missing.
func (r Result) Stopping() []RuleID {
	var rules []RuleID
	for _, f := range r.Fired {
		if f.stops() && !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
		}
	}
	return rules
}

func (f Fired) stops() bool { return f.Before || f.Level.Rank() >= NotCleared.Rank() }

// Lift gives the permission that the rules refuse, on the word of a named therapist who
// says why. All limits and all masks stay. It is never given in an emergency, while an
// answer is missing, or in the place of a consent; these errors are [ErrLift].
func (r Result) Lift(by, reason string) (Clearance, error) {
	return r.LiftWith(Lift{By: by, Reason: reason, Rules: r.Stopping()})
}

// LiftWith is [Result.Lift] with a lift that was recorded earlier: it holds only for the
// rules that it names.
func (r Result) LiftWith(l Lift) (Clearance, error) {
	if err := r.liftable(l.Rules); err != nil {
		return Clearance{}, err
	}
	if err := l.Check(); err != nil {
		return Clearance{}, err
	}
	l.By, l.Reason, l.Rules = strings.TrimSpace(l.By), strings.TrimSpace(l.Reason), slices.Clone(l.Rules)
	c := r.permit()
	c.lift = &l
	return c, nil
}

// Liftable tells whether a therapist may go past what stops the session: nil, or why not.
func (r Result) Liftable() error { return r.liftable(r.Stopping()) }

// liftable tells whether a therapist may go past what stops the session.
func (r Result) liftable(named []RuleID) error {
	stopping := r.Stopping()
	switch {
	case !r.run:
		return fmt.Errorf("no screening was made: %w", ErrLift)
	case r.Level.Rank() >= Emergency.Rank():
		return fmt.Errorf("these are signs of an emergency: %w", ErrLift)
	case len(r.Missing) > 0:
		return fmt.Errorf("%d answers are missing: %w", len(r.Missing), ErrLift)
	case r.cleared || len(stopping) == 0:
		return fmt.Errorf("nothing stops the session: %w", ErrLift)
	}
	for _, f := range r.Fired {
		if q := standard().question[f.Question]; f.stops() && q != nil && q.Alarm == No {
			return fmt.Errorf("rule %s asks for a consent, which only the client or the guardian gives: %w", f.Rule, ErrLift)
		}
	}
	for _, rule := range stopping {
		if !slices.Contains(named, rule) {
			return fmt.Errorf("rule %s stops the session too, and the lift does not name it: %w", rule, ErrLift)
		}
	}
	return nil
}

// Lifted gives the therapist's decision that the permission rests on, or false where the
// rules gave it.
func (c Clearance) Lifted() (Lift, bool) {
	if c.lift == nil {
		return Lift{}, false
	}
	l := *c.lift
	l.Rules = slices.Clone(l.Rules)
	return l, true
}
