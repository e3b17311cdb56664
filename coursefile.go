package knead

import (
	"cmp"
	"fmt"
	"math"

	"knead/body"
	"knead/outcome"
	"knead/plan"
)

// Bounds of what a visit file says of earlier sessions: far more than a course has.
const (
	maxPast    = 100
	maxDaysAgo = 3650
)

// pastFile is an earlier session in a visit file.
type pastFile struct {
	DaysAgo    *float64      `json:"days_ago"`
	Minutes    int           `json:"minutes,omitzero"`
	Worked     []workedFile  `json:"worked,omitempty"`
	Before     *int          `json:"pain_before,omitempty"`
	After      *int          `json:"pain_after,omitempty"`
	Soreness24 *int          `json:"soreness_24h,omitempty"`
	Soreness72 *int          `json:"soreness_72h,omitempty"`
	Sore       []string      `json:"sore,omitempty"`
	Marked     bool          `json:"marked,omitzero"`
	Since      string        `json:"since,omitempty"`
	Home       string        `json:"home,omitempty"`
	Findings   []findingFile `json:"findings,omitempty"`
}

type workedFile struct {
	Where    string `json:"where"`
	Pressure int    `json:"pressure"`
	Pressed  bool   `json:"pressed,omitzero"`
}

// courseFile is what a therapist decided about the course.
type courseFile struct {
	EveryDays int `json:"every_days,omitzero"`
	Sessions  int `json:"sessions,omitzero"`
}

func (f visitFile) readPast(v *Visit) error {
	if err := tooMany("/past", len(f.Past), maxPast); err != nil {
		return err
	}
	for i, p := range f.Past {
		d, err := p.read(fmt.Sprintf("/past/%d", i))
		if err != nil {
			return err
		}
		v.History.Done = append(v.History.Done, d)
	}
	return nil
}

func (f pastFile) read(at string) (plan.Done, error) {
	if f.DaysAgo == nil || *f.DaysAgo < 0 || *f.DaysAgo > maxDaysAgo {
		return plan.Done{}, badInput(at+"/days_ago", "write how many days ago the session ended, from 0 to %d; parts of a day are fine", maxDaysAgo)
	}
	if f.Minutes < 0 || f.Minutes > MaxMinutes {
		return plan.Done{}, badInput(at+"/minutes", "%d minutes; write 1 to %d, or leave it out", f.Minutes, MaxMinutes)
	}
	if err := cmp.Or(tooMany(at+"/worked", len(f.Worked), maxPlaces), tooMany(at+"/sore", len(f.Sore), maxPlaces),
		tooMany(at+"/findings", len(f.Findings), maxFindings)); err != nil {
		return plan.Done{}, err
	}
	for _, level := range []struct {
		key string
		n   *int
	}{{"pain_before", f.Before}, {"pain_after", f.After}, {"soreness_24h", f.Soreness24}, {"soreness_72h", f.Soreness72}} {
		if level.n != nil && (*level.n < 0 || *level.n > 10) {
			return plan.Done{}, badInput(at+"/"+level.key, "%d; write a whole number from 0 (none) to 10, or leave it out when nobody asked", *level.n)
		}
	}
	since, err := oneOrNone(at+"/since", f.Since, []outcome.Direction{outcome.ToBetter, outcome.ToSame, outcome.ToWorse})
	if err != nil {
		return plan.Done{}, err
	}
	home, err := oneOrNone(at+"/home", f.Home, plan.HomeAnswers)
	if err != nil {
		return plan.Done{}, err
	}
	d := plan.Done{
		Ago: plan.Hours(math.Round(*f.DaysAgo * float64(plan.Day))), Minutes: f.Minutes, Before: f.Before, After: f.After,
		Soreness24: f.Soreness24, Soreness72: f.Soreness72, Marked: f.Marked, Since: since, Home: home,
	}
	for i, w := range f.Worked {
		place, err := body.Find(w.Where)
		if err != nil {
			return d, because(fmt.Sprintf("%s/worked/%d/where", at, i), err)
		}
		if w.Pressure < 1 || w.Pressure > 5 {
			return d, badInput(fmt.Sprintf("%s/worked/%d/pressure", at, i), "the pressure is %d; write 1 (lotion) to 5 (deep)", w.Pressure)
		}
		d.Work = append(d.Work, plan.Worked{Place: place, Pressure: w.Pressure, Pressed: w.Pressed})
	}
	for i, where := range f.Sore {
		place, err := body.Find(where)
		if err != nil {
			return d, because(fmt.Sprintf("%s/sore/%d", at, i), err)
		}
		d.Sore = append(d.Sore, place)
	}
	d.Findings, err = readFindings(at+"/findings", f.Findings)
	return d, err
}

func (f visitFile) readCourse(v *Visit) error {
	if f.Course == nil {
		return nil
	}
	v.History.Wishes = plan.Wishes{Every: f.Course.EveryDays, Sessions: f.Course.Sessions}
	if err := checkWishes(v.History.Wishes); err != nil {
		err.At = "/course/" + err.At
		return err
	}
	return nil
}

// checkWishes refuses what nobody can mean.
func checkWishes(w plan.Wishes) *InputError {
	if w.Every != 0 && (w.Every < plan.MinEvery || w.Every > plan.MaxEvery) {
		return badInput("every_days", "every %d days; write %d to %d, or leave it out", w.Every, plan.MinEvery, plan.MaxEvery)
	}
	if w.Sessions < 0 || w.Sessions > plan.MaxSessions {
		return badInput("sessions", "%d sessions; write 1 to %d before the first review, or leave it out", w.Sessions, plan.MaxSessions)
	}
	return nil
}

func writePast(done []plan.Done) []pastFile {
	var files []pastFile
	for _, d := range done {
		days := float64(d.Ago) / float64(plan.Day)
		f := pastFile{
			DaysAgo: &days, Minutes: d.Minutes, Before: d.Before, After: d.After, Soreness24: d.Soreness24, Soreness72: d.Soreness72,
			Marked: d.Marked, Since: string(d.Since), Home: string(d.Home),
		}
		for _, w := range d.Work {
			f.Worked = append(f.Worked, workedFile{w.Place.Words, w.Pressure, w.Pressed})
		}
		for _, p := range d.Sore {
			f.Sore = append(f.Sore, p.Words)
		}
		for _, g := range d.Findings {
			f.Findings = append(f.Findings, writeFinding(g))
		}
		files = append(files, f)
	}
	return files
}

func writeCourse(w plan.Wishes) *courseFile {
	if w == (plan.Wishes{}) {
		return nil
	}
	return &courseFile{w.Every, w.Sessions}
}
