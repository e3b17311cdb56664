package knead

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"

	"knead/atlas"
	"knead/body"
	"knead/plan"
	"knead/screen"
)

// MaxPlanBytes is the largest plan that is read.
const MaxPlanBytes = 1 << 20

// The plan as it was agreed on, for keeping: a later atlas or planner must not change
// what was planned then. What the plan was worth to the planner is not kept.
type planFile struct {
	Minutes   int              `json:"minutes"`
	Worked    int              `json:"worked"`
	Unused    int              `json:"unused"`
	UnusedWhy string           `json:"unused_why,omitempty"`
	Limit     int              `json:"limit"`
	Steps     []planStepFile   `json:"steps"`
	LeftOut   []LeftOutReport  `json:"left_out"`
	Advice    []planAdviceFile `json:"advice"`
}

type planStepFile struct {
	ID        string   `json:"id"`
	Kind      string   `json:"kind"`
	Region    string   `json:"region,omitempty"`
	Regions   []string `json:"regions,omitempty"`
	Place     string   `json:"place,omitempty"`
	Words     string   `json:"words"`
	Muscle    string   `json:"muscle,omitempty"`
	Point     string   `json:"point,omitempty"`
	Side      string   `json:"side,omitempty"`
	Technique string   `json:"technique,omitempty"`
	Strokes   []string `json:"strokes,omitempty"`
	Position  string   `json:"position,omitempty"`
	Pressure  int      `json:"pressure"`
	Limit     int      `json:"limit"`
	Seconds   int      `json:"seconds"`
	Hold      []int    `json:"hold,omitempty"` // seconds, repeats, seconds between
	Reason    string   `json:"reason,omitempty"`
	Source    string   `json:"source,omitempty"`
	Ask       bool     `json:"ask,omitzero"`
	Pinned    bool     `json:"pinned,omitzero"`

	Instead []planStepFile `json:"instead,omitempty"` // these have none
}

type planAdviceFile struct {
	Kind     string `json:"kind"`
	Words    string `json:"words"`
	Dose     string `json:"dose,omitempty"`
	Minutes  int    `json:"minutes,omitzero"`
	Exercise string `json:"exercise,omitempty"`
	Source   string `json:"source,omitempty"`
}

// WritePlan writes a plan for keeping. [ReadPlan] reads it back.
func WritePlan(p plan.Plan) ([]byte, error) {
	f := planFile{
		Minutes: p.Minutes, Worked: p.Worked, Unused: p.Unused, UnusedWhy: p.UnusedWhy, Limit: p.Limit,
		Steps: make([]planStepFile, 0, len(p.Steps)), LeftOut: make([]LeftOutReport, 0, len(p.LeftOut)), Advice: make([]planAdviceFile, 0, len(p.Advice)),
	}
	for _, x := range p.Steps {
		step := planStepOf(x)
		for _, y := range x.Instead {
			step.Instead = append(step.Instead, planStepOf(y))
		}
		f.Steps = append(f.Steps, step)
	}
	for _, x := range p.LeftOut {
		f.LeftOut = append(f.LeftOut, LeftOutReport{What: x.Words, Why: x.Why})
	}
	for _, x := range p.Advice {
		f.Advice = append(f.Advice, planAdviceFile{Kind: string(x.Kind), Words: x.Words, Dose: x.Dose, Minutes: x.Minutes, Exercise: string(x.Exercise), Source: string(x.Source)})
	}
	return json.Marshal(f, json.Deterministic(true))
}

func planStepOf(x plan.Step) planStepFile {
	step := planStepFile{
		ID: x.ID, Kind: string(x.Kind), Region: string(x.Region), Regions: texts(x.Regions), Place: x.Place, Words: x.Words,
		Technique: string(x.Technique), Strokes: texts(x.Strokes), Position: string(x.Position),
		Pressure: x.Pressure, Limit: x.Limit, Seconds: x.Seconds, Reason: x.Reason, Source: string(x.Source), Ask: x.Ask, Pinned: x.Pinned,
	}
	if x.Muscle != nil {
		step.Muscle = string(x.Muscle.ID)
	}
	if x.Point != nil {
		step.Point = string(x.Point.ID)
	}
	if x.Side != nil {
		step.Side = x.Side.String()
	}
	if x.Hold != (plan.Hold{}) {
		step.Hold = []int{x.Hold.Seconds, x.Hold.Repeats, x.Hold.Rest}
	}
	return step
}

// texts gives names as plain strings.
func texts[S ~string](names []S) []string {
	if len(names) == 0 {
		return nil
	}
	list := make([]string, len(names))
	for i, s := range names {
		list[i] = string(s)
	}
	return list
}

func namesOf[S ~string](list []string) []S {
	if len(list) == 0 {
		return nil
	}
	names := make([]S, len(list))
	for i, s := range list {
		names[i] = S(s)
	}
	return names
}

// ReadPlan reads a plan that [WritePlan] wrote, also one of an earlier atlas: a point or
// muscle that the atlas no longer has stays in the words of the step. Every error is an
// [InputError].
func ReadPlan(data []byte) (plan.Plan, error) {
	if err := jsonObject(data, MaxPlanBytes, "1 MB", "a plan"); err != nil {
		return plan.Plan{}, err
	}
	var f planFile
	if err := json.Unmarshal(data, &f, json.RejectUnknownMembers(true)); err != nil {
		return plan.Plan{}, jsonErrorIn(err, "the format of plans (planfile.go)")
	}
	p := plan.Plan{Minutes: f.Minutes, Worked: f.Worked, Unused: f.Unused, UnusedWhy: f.UnusedWhy, Limit: f.Limit}
	if f.Limit < 0 || f.Limit > screen.MaxPressure {
		return plan.Plan{}, badInput("/limit", "the pressure is %d; a plan has 0 to %d", f.Limit, screen.MaxPressure)
	}
	seen := map[string]bool{}
	read := func(at string, x planStepFile) (plan.Step, error) {
		if x.ID == "" || seen[x.ID] {
			return plan.Step{}, badInput(at+"/id", "a step has one id, and no other step has it")
		}
		seen[x.ID] = true
		step, err := x.step()
		if err != nil {
			return step, within(at, err)
		}
		return step, nil
	}
	for i, x := range f.Steps {
		at := fmt.Sprintf("/steps/%d", i)
		step, err := read(at, x)
		if err != nil {
			return plan.Plan{}, err
		}
		for j, y := range x.Instead {
			at := fmt.Sprintf("%s/instead/%d", at, j)
			if len(y.Instead) > 0 {
				return plan.Plan{}, badInput(at+"/instead", "what a step may become has nothing instead")
			}
			other, err := read(at, y)
			if err != nil {
				return plan.Plan{}, err
			}
			step.Instead = append(step.Instead, other)
		}
		p.Steps = append(p.Steps, step)
	}
	for _, x := range f.LeftOut {
		p.LeftOut = append(p.LeftOut, plan.LeftOut{Words: x.What, Why: x.Why})
	}
	for _, x := range f.Advice {
		p.Advice = append(p.Advice, plan.Advice{Kind: plan.AdviceKind(x.Kind), Words: x.Words, Dose: x.Dose, Minutes: x.Minutes, Exercise: atlas.ExerciseID(x.Exercise), Source: atlas.SourceID(x.Source)})
	}
	return p, nil
}

// planKinds are the kinds of step.
var planKinds = []plan.Kind{plan.Arrive, plan.Warm, plan.Work, plan.Turn, plan.Rest, plan.Close}

func (x planStepFile) step() (plan.Step, error) {
	s := plan.Step{
		ID: x.ID, Kind: plan.Kind(x.Kind), Region: body.RegionID(x.Region), Regions: namesOf[body.RegionID](x.Regions), Place: x.Place,
		Words: x.Words, Technique: atlas.TechniqueID(x.Technique), Strokes: namesOf[atlas.Stroke](x.Strokes), Position: atlas.Position(x.Position),
		Pressure: x.Pressure, Limit: x.Limit, Seconds: x.Seconds, Reason: x.Reason, Source: atlas.SourceID(x.Source), Ask: x.Ask, Pinned: x.Pinned,
	}
	switch {
	case !slices.Contains(planKinds, s.Kind):
		return s, badInput("/kind", "there is no kind of step %.40q", x.Kind)
	case x.Pressure < 0 || x.Pressure > screen.MaxPressure || x.Limit < 0 || x.Limit > screen.MaxPressure:
		return s, badInput("/pressure", "pressure %d of %d; both are 0 to %d", x.Pressure, x.Limit, screen.MaxPressure)
	case x.Seconds < 0 || x.Seconds > 60*MaxMinutes:
		return s, badInput("/seconds", "%d seconds; a step lasts at most %d minutes", x.Seconds, MaxMinutes)
	case len(x.Hold) != 0 && len(x.Hold) != 3:
		return s, badInput("/hold", "write seconds, how many times, and seconds between")
	}
	if len(x.Hold) == 3 {
		s.Hold = plan.Hold{Seconds: x.Hold[0], Repeats: x.Hold[1], Rest: x.Hold[2]}
	}
	if x.Side != "" {
		side, err := body.ParseSide(x.Side)
		if err != nil {
			return s, because("/side", err)
		}
		s.Side = &side
	}
	if m, ok := atlas.Standard().Muscle(atlas.MuscleID(x.Muscle)); ok {
		s.Muscle = m
	}
	if p, ok := atlas.Standard().Point(atlas.PointID(x.Point)); ok && s.Side != nil {
		s.Point = p
	}
	return s, nil
}
