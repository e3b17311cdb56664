package knead

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// WriteVisit writes the visit as a file that [ReadVisit] reads back.
func WriteVisit(v Visit) ([]byte, error) {
	if v.AllNo && len(v.Answers) > 0 {
		v.Answers = v.answers(screen.Questions(v.Drawing.Cells(), v.Client))
		v.AllNo = false
	}
	f := visitFile{Pins: writePins(v.Pins), Planned: writePlanned(v.Planned), Past: writePast(v.History.Done), Course: writeCourse(v.History.Wishes)}
	if len(v.Drawing.Marks) > 0 {
		f.Drawing = v.Drawing.Encode()
	}
	answers, err := writeAnswers(v)
	if err != nil {
		return nil, err
	}
	f.Answers = answers
	if v.Client.Age != 0 || v.Client.PregnantWeeks != 0 || len(v.Client.Medicines) > 0 {
		f.Client = &clientFile{Age: nonZero(v.Client.Age), PregnantWeeks: nonZero(v.Client.PregnantWeeks), Medicines: v.Client.Medicines}
	}
	for _, g := range v.Findings {
		f.Findings = append(f.Findings, writeFinding(g))
	}
	f.Minutes = nonZero(v.Minutes)
	p := v.Preferences
	if p.Pressure != 0 || p.HomeMinutes != 0 || len(p.Techniques)+len(p.Avoid)+len(p.Positions)+len(p.Caps)+len(p.Never)+len(p.NotHome) > 0 {
		out := &preferencesFile{Pressure: nonZero(p.Pressure), HomeMinutes: nonZero(p.HomeMinutes)}
		out.Techniques, out.Never = texts(p.Techniques), texts(p.Never)
		out.NotHome = texts(p.NotHome)
		for _, place := range p.Avoid {
			out.Avoid = append(out.Avoid, place.Words)
		}
		for _, c := range p.Caps {
			out.Caps = append(out.Caps, capFile{c.Place.Words, c.Max, c.Used})
		}
		out.Positions = texts(p.Positions)
		f.Preferences = out
	}
	if l := v.Lift; l != nil {
		f.Lift = &liftFile{By: l.By, Reason: l.Reason}
		for _, rule := range l.Rules {
			f.Lift.Rules = append(f.Lift.Rules, string(rule))
		}
	}
	return json.Marshal(f, json.Deterministic(true))
}

func writeAnswers(v Visit) (jsontext.Value, error) {
	if v.AllNo {
		return json.Marshal(allNo)
	}
	if len(v.Answers) == 0 {
		return nil, nil
	}
	words := map[screen.Value]string{}
	for word, value := range answerWords {
		words[value] = word
	}
	out := map[string]any{}
	for id, a := range v.Answers {
		switch {
		case a.Value == screen.Unanswered:
		case len(a.Where) == 0 && a.Detail == "":
			out[string(id)] = words[a.Value]
		default:
			f := answerFile{Answer: words[a.Value], Detail: a.Detail}
			for _, place := range a.Where {
				f.Where = append(f.Where, place.Words)
			}
			out[string(id)] = f
		}
	}
	return json.Marshal(out, json.Deterministic(true))
}

func writeFinding(g reason.Finding) findingFile {
	f := findingFile{
		Point: string(g.Point), Side: g.Side.String(),
		Familiar: known(g.Familiar), Tender: known(g.Tender), Limited: known(g.Limited), Resisted: known(g.Resisted),
	}
	if g.Point == "" {
		f.Muscle = string(g.Muscle)
	}
	return f
}

func known(c reason.Check) *bool {
	if c == reason.NotChecked {
		return nil
	}
	yes := c == reason.Yes
	return &yes
}

func nonZero(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

func writePins(pins []plan.Pin) []pinFile {
	var files []pinFile
	for _, p := range pins {
		files = append(files, pinFile(p))
	}
	return files
}

func writePlanned(planned []plan.Planned) []plannedFile {
	var files []plannedFile
	for _, p := range planned {
		files = append(files, plannedFile(p))
	}
	return files
}
