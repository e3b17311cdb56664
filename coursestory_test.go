package knead_test

import (
	"fmt"
	"slices"
	"strings"

	"knead"
	"knead/body"
	"knead/outcome"
	"knead/plan"
)

// past reads an earlier session of a story: "past 7 days ago: pain 6, worked PLACE at 4 pressed, sore 5 next day".
func (s *story) past(rest string) error {
	ago, said, _ := strings.Cut(rest, " days ago")
	d := plan.Done{Minutes: knead.DefaultMinutes}
	days := 0
	if err := number(ago, &days); err != nil {
		return err
	}
	d.Ago = plan.Hours(days) * plan.Day
	for _, part := range strings.Split(strings.TrimPrefix(said, ":"), ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if err := pastPart(&d, part); err != nil {
			return fmt.Errorf("%s: %w", part, err)
		}
	}
	s.visit.History.Done = append(s.visit.History.Done, d)
	return nil
}

func pastPart(d *plan.Done, part string) (err error) {
	word, rest, _ := strings.Cut(part, " ")
	level := func(to **int, text string) error {
		*to = new(int)
		return number(text, *to)
	}
	switch {
	case word == "pain":
		return level(&d.Before, rest)
	case word == "left":
		return level(&d.After, strings.TrimPrefix(rest, "with "))
	case word == "sore" && strings.HasSuffix(rest, " next day"):
		return level(&d.Soreness24, strings.TrimSuffix(rest, " next day"))
	case word == "sore" && strings.HasSuffix(rest, " after three days"):
		return level(&d.Soreness72, strings.TrimSuffix(rest, " after three days"))
	case word == "sore" && strings.HasPrefix(rest, "at "):
		place, err := body.Find(strings.TrimPrefix(rest, "at "))
		d.Sore = append(d.Sore, place)
		return err
	case word == "worked":
		w := plan.Worked{}
		rest, w.Pressed = strings.CutSuffix(rest, " pressed")
		where, pressure, _ := strings.Cut(rest, " at ")
		if w.Place, err = body.Find(where); err != nil {
			return err
		}
		d.Work = append(d.Work, w)
		return number(pressure, &d.Work[len(d.Work)-1].Pressure)
	case word == "said":
		d.Since = outcome.Direction(rest)
		return nil
	case word == "bruise":
		d.Marked = true
		return nil
	case rest == "minutes":
		return number(word, &d.Minutes)
	}
	return fmt.Errorf("pain N, left with N, sore N next day, sore N after three days, sore at PLACE, worked PLACE at N [pressed], said better|same|worse, bruise, N minutes")
}

// wish reads what the therapist decided: "course every 3 days", "course 2 sessions".
func (s *story) wish(rest string) error {
	if days, ok := strings.CutPrefix(rest, "every "); ok {
		return number(strings.TrimSuffix(days, " days"), &s.visit.History.Wishes.Every)
	}
	return number(strings.TrimSuffix(rest, " sessions"), &s.visit.History.Wishes.Sessions)
}

// course checks what is expected of the care plan.
func (s *story) course(rest string) error {
	k := s.result.Course
	word, more, _ := strings.Cut(rest, " ")
	switch {
	case word == "says":
		var all []string
		for _, l := range knead.CourseLines(k) {
			all = append(all, l.Words)
		}
		if said := strings.Join(all, " "); !strings.Contains(strings.ToLower(said), strings.ToLower(more)) {
			return fmt.Errorf("it says: %s", said)
		}
		return nil
	case word == "because":
		if string(k.Why) != more {
			return fmt.Errorf("because %q", k.Why)
		}
		return nil
	case word == "weeks":
		var weeks []string
		for _, x := range k.Sessions {
			weeks = append(weeks, fmt.Sprint(knead.CourseWeek(k, x)))
		}
		if got := strings.Join(weeks, " "); got != more {
			return fmt.Errorf("the sessions are in weeks %s", got)
		}
		return nil
	case strings.HasSuffix(rest, " sessions") || strings.HasSuffix(rest, " session"):
		n := 0
		if err := number(word, &n); err != nil || len(k.Sessions) != n {
			return fmt.Errorf("%d sessions to come", len(k.Sessions))
		}
		return nil
	case word == "review" && strings.HasPrefix(more, "at session "):
		n := 0
		if err := number(strings.TrimPrefix(more, "at session "), &n); err != nil || k.Review != n {
			return fmt.Errorf("the review is at session %d", k.Review)
		}
		return nil
	case word == "rests":
		n := 0
		if err := number(strings.TrimSuffix(more, " hours"), &n); err != nil || int(k.Rest) != n {
			return fmt.Errorf("it rests %d hours", k.Rest)
		}
		return nil
	case word == "early":
		n := 0
		if err := number(strings.TrimSuffix(more, " hours"), &n); err != nil || int(k.Early) != n {
			return fmt.Errorf("it is %d hours early", k.Early)
		}
		return nil
	case word == "keeps":
		return keeps(k, more)
	}
	if string(k.Way) != rest {
		return fmt.Errorf("the way is %s %s", k.Way, k.Why)
	}
	return nil
}

// keeps checks a cap: "keeps right side of the neck to 3".
func keeps(k plan.Course, rest string) error {
	where, most, _ := strings.Cut(rest, " to ")
	n := 0
	if err := number(most, &n); err != nil {
		return err
	}
	place, err := body.Find(where)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(k.Caps, func(c plan.Cap) bool { return c.Place.Words == place.Words && c.Max == n }) {
		return fmt.Errorf("the caps are %v", capWords(k))
	}
	return nil
}

func capWords(k plan.Course) (words []string) {
	for _, c := range k.Caps {
		words = append(words, fmt.Sprintf("%s to %d", c.Place.Words, c.Max))
	}
	return words
}
