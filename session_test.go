package knead_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// nine is when the sessions of these tests begin.
var nine = knead.InstantOf(time.Date(2024, 5, 6, 9, 0, 0, 0, time.UTC))

// planOf gives the plan of a visit file.
func planOf(t testing.TB, visit string) plan.Plan {
	t.Helper()
	v, err := knead.ReadVisit([]byte(visit))
	if err != nil {
		t.Fatal(err)
	}
	a, err := knead.Assess(v)
	if err != nil || a.Plan == nil {
		t.Fatalf("no plan: %v %s", err, a.NoPlan)
	}
	return *a.Plan
}

const deskBack = `{"marks":[{"where":"between the shoulder blades","level":5,"quality":"aching"}],"answers":"all-no","client":{"age":29}}`

func eventID(n int) knead.EventID {
	return knead.EventID(fmt.Sprintf("00000000-0000-4000-8000-%012x", n))
}

// tape writes a log by hand: each call is one event, so many seconds after nine.
type tape struct {
	events []knead.SessionEvent
	made   int
}

func (l *tape) add(second int, e knead.SessionEvent) knead.EventID {
	l.made++
	e.ID, e.Device, e.Seq = eventID(l.made), "tablet", l.made
	e.At = nine.Add(time.Duration(second) * time.Second)
	l.events = append(l.events, e)
	return e.ID
}

func (l *tape) on(second int, kind knead.EventKind, step string) knead.EventID {
	return l.add(second, knead.SessionEvent{Kind: kind, Step: step})
}

func at(second int) knead.Instant { return nine.Add(time.Duration(second) * time.Second) }

// actual gives a step of a session.
func actual(t testing.TB, s knead.Session, step string) knead.Actual {
	t.Helper()
	i := slices.IndexFunc(s.Steps, func(a knead.Actual) bool { return a.Step.ID == step })
	if i < 0 {
		t.Fatalf("the session has no step %q", step)
	}
	return s.Steps[i]
}

func TestASessionResumesAtTheSecondAtWhichTheTabWasKilled(t *testing.T) {
	p := planOf(t, deskBack)
	var l tape
	l.on(0, knead.EventStart, "")
	l.on(0, knead.EventBegin, "arrive")
	l.on(100, knead.EventDone, "arrive")
	l.on(110, knead.EventBegin, "warm.back")
	l.on(140, knead.EventPause, "")
	l.on(200, knead.EventResume, "")
	m := knead.RunSession(p, l.events).At(at(217))
	want := knead.Moment{
		Phase: knead.Running, Step: "warm.back", Next: "work.back", Ask: "warm.back",
		StepElapsed: 47 * time.Second, StepLeft: (180 - 47) * time.Second,
		Elapsed: 157 * time.Second, Left: (3600 - 157) * time.Second,
		// Arriving took 20 seconds less than planned, and 10 seconds were no work.
		Behind: -10 * time.Second,
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("At 217 s (-want +got):\n%s", diff)
	}
	s := knead.RunSession(p, l.events)
	if got := s.At(at(50)); got.StepElapsed != 30*time.Second {
		t.Errorf("a clock behind the log shows %v, want 30s: what the log has", got.StepElapsed)
	}
	if again := s.At(at(217)); again != m {
		t.Errorf("asking twice gives %+v and %+v", m, again)
	}
}

func TestTheClientIsAskedOnceAtEachNewRegion(t *testing.T) {
	p := planOf(t, deskBack)
	var l tape
	l.on(0, knead.EventStart, "")
	if m := knead.RunSession(p, l.events).At(at(1)); m.Ask != "" || m.Next != "arrive" {
		t.Errorf("before arriving: ask %q, next %q", m.Ask, m.Next)
	}
	l.on(1, knead.EventBegin, "arrive")
	l.on(2, knead.EventDone, "arrive")
	if m := knead.RunSession(p, l.events).At(at(2)); m.Ask != "warm.back" {
		t.Errorf("before the back: ask %q", m.Ask)
	}
	l.on(3, knead.EventBegin, "warm.back")
	l.add(4, knead.SessionEvent{Kind: knead.EventComfort, Step: "warm.back", Value: knead.ThumbDown})
	if m := knead.RunSession(p, l.events).At(at(5)); m.Ask != "" || !m.Ease {
		t.Errorf("after a thumb down: ask %q, ease %v", m.Ask, m.Ease)
	}
	l.add(6, knead.SessionEvent{Kind: knead.EventComfort, Value: knead.ThumbUp})
	if m := knead.RunSession(p, l.events).At(at(7)); m.Ease {
		t.Error("after a thumb up it still says to go lighter")
	}
}

func TestPainOfEightStopsTheSession(t *testing.T) {
	p := planOf(t, deskBack)
	var l tape
	l.on(0, knead.EventBegin, "warm.back")
	l.add(60, knead.SessionEvent{Kind: knead.EventComfort, Value: 8})
	l.on(90, knead.EventBegin, "work.back")
	s := knead.RunSession(p, l.events)
	m := s.At(at(600))
	if m.Phase != knead.Stopped || m.Stop == nil || m.Stop.Rule != knead.StopPain || m.Stop.Level != 8 {
		t.Fatalf("after 8 of 10: %+v", m)
	}
	if w := actual(t, s, "warm.back").Worked; w != time.Minute || actual(t, s, "work.back").Worked != 0 || m.Elapsed != time.Minute {
		t.Errorf("worked %v, elapsed %v: nothing is work after a stop", w, m.Elapsed)
	}
}

func TestAnEmergencyIsHeardAlsoAfterAStopAndNamesTheNumber(t *testing.T) {
	var l tape
	l.on(0, knead.EventBegin, "warm.back")
	l.add(60, knead.SessionEvent{Kind: knead.EventStop, Rule: knead.StopDizzy})
	l.add(70, knead.SessionEvent{Kind: knead.EventStop, Rule: knead.StopChestPain})
	m := knead.RunSession(planOf(t, deskBack), l.events).At(at(80))
	if m.Stop == nil || m.Stop.Rule != knead.StopChestPain {
		t.Fatalf("the stop is %+v, want chest pain", m.Stop)
	}
	for _, rule := range knead.StopRules {
		if rule.Urgency() == screen.Emergency && !strings.Contains(rule.Do(), "112") {
			t.Errorf("%s: %s", rule, rule.Do())
		}
		if !strings.HasPrefix(rule.Do(), "Stop.") || rule.Words() == "" {
			t.Errorf("%s: %q, %q", rule, rule.Words(), rule.Do())
		}
	}
}

func TestCuesComeBeforeTheTurnAndInTheLastTenMinutes(t *testing.T) {
	p := planOf(t, `{"marks":[{"where":"between the shoulder blades","level":5},{"where":"front of the right thigh","level":6}],"answers":"all-no"}`)
	turn := slices.IndexFunc(p.Steps, func(x plan.Step) bool { return x.Kind == plan.Turn })
	if turn < 1 {
		t.Fatal("the plan has no turn")
	}
	p.Steps[turn-1].Seconds = 180
	before, planned := p.Steps[turn-1], 0
	for _, x := range p.Steps {
		planned += x.Seconds
	}
	var l tape
	l.on(0, knead.EventBegin, before.ID)
	s := knead.RunSession(p, l.events)
	if m := s.At(at(before.Seconds - 61)); m.Turn {
		t.Error("the turn is announced more than a minute ahead")
	}
	if m := s.At(at(before.Seconds - 60)); !m.Turn || m.Next != p.Steps[turn].ID {
		t.Errorf("a minute ahead: turn %v, next %q", m.Turn, m.Next)
	}
	if m := s.At(at(planned - 601)); m.LastTen {
		t.Error("the last ten minutes are announced early")
	}
	if m := s.At(at(planned - 600)); !m.LastTen {
		t.Error("the last ten minutes are not announced")
	}
}

func TestPressureUsedIsKeptForEachLevel(t *testing.T) {
	p := planOf(t, deskBack)
	planned := p.Steps[slices.IndexFunc(p.Steps, func(x plan.Step) bool { return x.ID == "work.back" })].Pressure
	var l tape
	l.on(0, knead.EventBegin, "work.back")
	l.on(30, knead.EventLess, "")
	l.add(50, knead.SessionEvent{Kind: knead.EventPressure, Value: 5})
	l.on(60, knead.EventMore, "")
	l.on(90, knead.EventDone, "work.back")
	a := actual(t, knead.RunSession(p, l.events), "work.back")
	lightest, strongest, ok := a.Pressures()
	if a.AtPressure[planned] != 30*time.Second || a.AtPressure[planned-1] != 20*time.Second || a.AtPressure[5] != 40*time.Second ||
		lightest != planned-1 || strongest != 5 || !ok {
		t.Errorf("planned %d: %v, %d to %d", planned, a.AtPressure, lightest, strongest)
	}
	for limit, over := range map[int]bool{4: true, 5: false} {
		p.Steps[slices.IndexFunc(p.Steps, func(x plan.Step) bool { return x.ID == "work.back" })].Limit = limit
		if m := knead.RunSession(p, l.events[:3]).At(at(55)); m.OverLimit != over {
			t.Errorf("pressure 5 with a limit of %d: above it %v", limit, m.OverLimit)
		}
	}
}

func TestAnAddedStepGoesNextAndAsks(t *testing.T) {
	p := planOf(t, deskBack)
	var l tape
	l.on(0, knead.EventBegin, "warm.back")
	l.add(10, knead.SessionEvent{Kind: knead.EventAdd, Step: "added-1", Text: "left forearm", Technique: "swedish", Value: 5})
	l.add(11, knead.SessionEvent{Kind: knead.EventAdd, Step: "added-2", Text: "right forearm", Technique: "swedish", Value: 3})
	l.on(60, knead.EventDone, "warm.back")
	s := knead.RunSession(p, l.events)
	if m := s.At(at(60)); m.Next != "added-1" || m.Ask != "added-1" {
		t.Errorf("next %q, ask %q", m.Next, m.Ask)
	}
	l.on(61, knead.EventBegin, "added-1")
	l.on(120, knead.EventDone, "added-1")
	s = knead.RunSession(p, l.events)
	a := actual(t, s, "added-1")
	if m := s.At(at(120)); m.Next != "added-2" || !a.Added || a.Worked != 59*time.Second || a.Step.Side == nil || *a.Step.Side != body.Left {
		t.Errorf("next %q, added %+v", m.Next, a)
	}
}

func TestWithdrawnConsentClosesWhatTouchesTheArea(t *testing.T) {
	p := planOf(t, `{"marks":[{"where":"between the shoulder blades","level":5},{"where":"low back","level":4}],"answers":"all-no"}`)
	var l tape
	l.on(0, knead.EventBegin, "ease1.back")
	l.on(0, knead.EventBegin, "warm.back")
	l.add(90, knead.SessionEvent{Kind: knead.EventWithdrawn, Text: "between the shoulder blades"})
	s := knead.RunSession(p, l.events)
	m := s.At(at(600))
	if m.Step != "" || actual(t, s, "warm.back").Worked != 90*time.Second {
		t.Errorf("work on the area went on: %q, %v", m.Step, actual(t, s, "warm.back").Worked)
	}
	place, err := body.Find("between the shoulder blades")
	if err != nil {
		t.Fatal(err)
	}
	closed := 0
	for _, a := range s.Steps {
		touches := slices.ContainsFunc(place.Regions, func(r body.RegionSide) bool {
			return slices.Contains(a.Step.Regions, r.Region) && (a.Step.Side == nil || *a.Step.Side == r.Side)
		})
		if a.Step.ID == "ease1.back" {
			touches = false // it was done before
		}
		if touches != a.Withdrawn {
			t.Errorf("%s touches the area: %v, closed: %v", a.Step.ID, touches, a.Withdrawn)
		}
		if a.Withdrawn {
			closed++
		}
		if a.Withdrawn && a.Step.ID == m.Next {
			t.Errorf("a closed step comes next: %s", m.Next)
		}
	}
	if closed < 2 || closed == len(s.Steps) {
		t.Errorf("%d of %d steps are closed", closed, len(s.Steps))
	}
}

func TestADeclinedTechniqueIsDoneOtherwiseInWhatWasLeftOfItsTime(t *testing.T) {
	p := planOf(t, `{"marks":[{"where":"between the shoulder blades","level":5}],"answers":"all-no","client":{"age":29},"preferences":{"pressure":4,"techniques":["deep-tissue"]}}`)
	var strong []plan.Step
	for _, x := range p.Steps {
		if x.Technique == "deep-tissue" {
			strong = append(strong, x)
		}
	}
	if len(strong) < 3 {
		t.Fatalf("the plan has %d steps of deep tissue", len(strong))
	}
	var l tape
	l.on(0, knead.EventBegin, strong[0].ID)
	l.on(strong[0].Seconds, knead.EventBegin, strong[1].ID) // the first is done
	now := strong[0].Seconds + 70
	l.add(now, knead.SessionEvent{Kind: knead.EventDeclined, Technique: "deep-tissue"})
	s := knead.RunSession(p, l.events)
	left := -70 * time.Second
	for _, x := range strong[1:] {
		left += time.Duration(x.Seconds) * time.Second
	}
	offers := s.Offers()
	if len(offers) == 0 || offers[0].Technique != "swedish" || offers[0].Time != left {
		t.Fatalf("offered are %+v, want swedish for the %v that were freed", offers, left)
	}
	free := s.At(at(now + 5)).Behind
	l.add(now+5, knead.SessionEvent{Kind: knead.EventInstead, Technique: "swedish"})
	s = knead.RunSession(p, l.events)
	if got := s.At(at(now+5)).Behind - free; got != left {
		t.Errorf("%v of %v are worked otherwise", got, left)
	}
	a := actual(t, s, strong[1].ID+".swedish")
	if m := s.At(at(now + 5)); m.Next != a.Step.ID || a.For != "deep-tissue" || a.Step.Seconds != strong[1].Seconds-70 || a.Pressure > 3 {
		t.Errorf("next is %s, then %+v", m.Next, a)
	}
	if len(s.Offers()) != 0 {
		t.Errorf("it is offered again: %+v", s.Offers())
	}
	l.on(now+10, knead.EventBegin, a.Step.ID)
	l.add(now+50, knead.SessionEvent{Kind: knead.EventDeclined, Technique: "swedish"})
	s = knead.RunSession(p, l.events)
	if offers := s.Offers(); len(offers) != 1 || offers[0].Technique != "myofascial-release" {
		t.Errorf("after the second no: %+v", offers)
	}
	l.add(now+51, knead.SessionEvent{Kind: knead.EventWithdrawn, Text: "between the shoulder blades"})
	l.add(now+52, knead.SessionEvent{Kind: knead.EventInstead, Technique: "myofascial-release"})
	place, err := body.Find("between the shoulder blades")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range knead.RunSession(p, l.events).Steps {
		for _, r := range place.Regions {
			if a.Step.Technique == "myofascial-release" && slices.Contains(a.Step.Regions, r.Region) {
				t.Errorf("%s works what was withdrawn", a.Step.ID)
			}
		}
	}
}

func TestNothingIsDoneOtherwiseTwiceNorWhereItIsNotWanted(t *testing.T) {
	p := planOf(t, deskBack)
	planned := map[string]plan.Step{}
	for _, x := range p.Steps {
		planned[x.ID] = x
		for _, y := range x.Instead {
			planned[y.ID] = x
		}
	}
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		log := aLog(t, p)
		s := knead.RunSession(p, log)
		if rapid.Bool().Draw(t, "in the end") { // what is offered is taken, which a random log seldom does
			no := knead.SessionEvent{ID: eventID(98), Device: "tablet", Seq: 98, At: at(5001), Kind: knead.EventDeclined, Technique: "swedish"}
			s = knead.RunSession(p, append(log, no))
			for _, offer := range s.Offers() {
				yes := knead.SessionEvent{ID: eventID(99), Device: "tablet", Seq: 99, At: at(5002), Kind: knead.EventInstead, Technique: offer.Technique}
				s = knead.RunSession(p, append(log, no, yes))
			}
		}
		if s.Ended != 0 || len(s.Stops) > 0 {
			return // nothing is worked any more, whatever is said afterwards
		}
		open := map[string]int{}
		for _, a := range s.Steps {
			x, known := planned[a.Step.ID]
			if a.Done || a.Skipped || a.Withdrawn || !known {
				continue
			}
			if open[x.ID]++; open[x.ID] > 1 {
				t.Fatalf("%s is to be worked twice", x.ID)
			}
			if a.For == "" {
				continue
			}
			seen++
			if a.Step.Seconds > x.Seconds || a.Step.Pressure > x.Pressure || !slices.ContainsFunc(s.Instead, func(d knead.Decline) bool { return d.Technique == a.Step.Technique }) {
				t.Fatalf("%s has %d seconds at %d, planned were %d at %d", a.Step.ID, a.Step.Seconds, a.Step.Pressure, x.Seconds, x.Pressure)
			}
			if slices.ContainsFunc(s.Declined, func(d knead.Decline) bool { return d.Technique == a.Step.Technique }) {
				t.Fatalf("%s is done with what was declined", a.Step.ID)
			}
			for _, w := range s.Withdrawn {
				place, err := body.Find(w.Words)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range place.Regions {
					if slices.Contains(a.Step.Regions, r.Region) && (a.Step.Side == nil || *a.Step.Side == r.Side) {
						t.Fatalf("%s works %s, which was withdrawn", a.Step.ID, w.Words)
					}
				}
			}
		}
	})
	if seen == 0 {
		t.Error("no log did anything otherwise")
	}
}

func TestUndoTwiceRestores(t *testing.T) {
	p := planOf(t, deskBack)
	var l tape
	l.on(0, knead.EventBegin, "warm.back")
	stop := l.add(30, knead.SessionEvent{Kind: knead.EventStop, Rule: knead.StopClient})
	stopped := knead.RunSession(p, l.events)
	undo := l.add(33, knead.SessionEvent{Kind: knead.EventUndo, Undoes: stop})
	if m := knead.RunSession(p, l.events).At(at(90)); m.Phase != knead.Running || m.StepElapsed != 90*time.Second {
		t.Errorf("after the undo: %+v", m)
	}
	l.add(34, knead.SessionEvent{Kind: knead.EventUndo, Undoes: undo})
	if restored := knead.RunSession(p, l.events); !reflect.DeepEqual(stopped, restored) {
		t.Errorf("the undo was undone, and the stop is not back: %+v", restored.At(at(90)))
	}
	l.add(35, knead.SessionEvent{Kind: knead.EventUndo, Undoes: stop})
	l.add(36, knead.SessionEvent{Kind: knead.EventUndo, Undoes: stop})
	if m := knead.RunSession(p, l.events).At(at(90)); m.Phase != knead.Running {
		t.Errorf("two devices undid the same stop, and it is %s", m.Phase)
	}
}

func TestUndosInACircleUndoNothing(t *testing.T) {
	p := planOf(t, deskBack)
	var l tape
	l.on(0, knead.EventBegin, "warm.back")
	l.add(1, knead.SessionEvent{Kind: knead.EventUndo, Undoes: eventID(3)})
	l.add(2, knead.SessionEvent{Kind: knead.EventUndo, Undoes: eventID(2)})
	l.add(3, knead.SessionEvent{Kind: knead.EventUndo, Undoes: eventID(4)})
	if m := knead.RunSession(p, l.events).At(at(60)); m.StepElapsed != time.Minute {
		t.Errorf("worked %v, want a minute", m.StepElapsed)
	}
}

func TestFindingsKeepTheLastAnswerOfEachSign(t *testing.T) {
	var l tape
	tender := reason.Finding{Muscle: "levator-scapulae", Side: body.Left, Tender: reason.Yes, Familiar: reason.No}
	l.add(0, knead.SessionEvent{Kind: knead.EventFinding, Finding: tender})
	l.add(9, knead.SessionEvent{Kind: knead.EventFinding, Finding: reason.Finding{Muscle: "levator-scapulae", Side: body.Left, Familiar: reason.Yes}})
	got := knead.RunSession(planOf(t, deskBack), l.events).Findings
	tender.Familiar = reason.Yes
	if diff := cmp.Diff([]reason.Finding{tender}, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// aLog draws a log of a plan, as devices leave it when their clocks, their users and
// their lines are not to be trusted.
func aLog(t *rapid.T, p plan.Plan) []knead.SessionEvent {
	kinds := []knead.EventKind{
		knead.EventStart, knead.EventPause, knead.EventResume, knead.EventBegin, knead.EventBegin, knead.EventBegin,
		knead.EventDone, knead.EventSkip, knead.EventAdd, knead.EventPressure, knead.EventMore, knead.EventLess,
		knead.EventComfort, knead.EventStop, knead.EventFinding, knead.EventRemark, knead.EventPainBefore, knead.EventPainAfter,
		knead.EventWithdrawn, knead.EventDeclined, knead.EventDeclined, knead.EventInstead, knead.EventInstead, knead.EventEnd, knead.EventUndo, knead.EventUndo,
	}
	n := rapid.IntRange(0, 40).Draw(t, "events")
	steps := []string{"added", "nowhere"}
	for _, x := range p.Steps {
		steps = append(steps, x.ID)
	}
	var log []knead.SessionEvent
	for i := range n {
		e := knead.SessionEvent{
			ID: eventID(i + 1), Device: rapid.SampledFrom([]string{"tablet", "phone"}).Draw(t, "device"), Seq: i,
			At:   at(rapid.IntRange(0, 5000).Draw(t, "second")),
			Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
		}
		step := rapid.SampledFrom(steps).Draw(t, "step")
		switch e.Kind {
		case knead.EventBegin, knead.EventDone, knead.EventSkip, knead.EventMore, knead.EventLess:
			e.Step = step
		case knead.EventAdd:
			e.Step, e.Text, e.Technique, e.Value = "added", "left forearm", "swedish", 5
		case knead.EventPressure:
			e.Value = rapid.IntRange(0, 5).Draw(t, "pressure")
		case knead.EventComfort:
			e.Step, e.Value = step, rapid.IntRange(0, 8).Draw(t, "comfort")
		case knead.EventStop:
			e.Rule = rapid.SampledFrom(knead.StopRules).Draw(t, "rule")
		case knead.EventFinding:
			e.Finding = reason.Finding{Muscle: "levator-scapulae", Side: body.Left, Familiar: reason.Check(rapid.IntRange(1, 2).Draw(t, "familiar"))}
		case knead.EventRemark:
			e.Text = "warmer towel next time"
		case knead.EventPainBefore, knead.EventPainAfter:
			e.Value = rapid.IntRange(0, 10).Draw(t, "pain")
		case knead.EventDeclined:
			e.Technique = rapid.SampledFrom([]atlas.TechniqueID{"swedish", "trigger-point"}).Draw(t, "technique")
		case knead.EventInstead:
			e.Technique = rapid.SampledFrom([]atlas.TechniqueID{"swedish", "myofascial-release"}).Draw(t, "instead")
		case knead.EventWithdrawn:
			e.Text = rapid.SampledFrom([]string{"left forearm", "between the shoulder blades", "neck"}).Draw(t, "area")
		case knead.EventUndo:
			e.Undoes = eventID(rapid.IntRange(1, n).Draw(t, "undoes"))
		}
		log = append(log, e)
	}
	return log
}

func TestOrderOfArrivalAndDuplicatesChangeNothing(t *testing.T) {
	p := planOf(t, deskBack)
	rapid.Check(t, func(t *rapid.T) {
		log := aLog(t, p)
		want := knead.RunSession(p, log)
		again := slices.Clone(log)
		for range rapid.IntRange(0, 5).Draw(t, "twice") {
			if len(log) > 0 {
				again = append(again, rapid.SampledFrom(log).Draw(t, "which"))
			}
		}
		if len(again) > 0 {
			again = rapid.Permutation(again).Draw(t, "order")
		}
		if got := knead.RunSession(p, again); !reflect.DeepEqual(want, got) {
			t.Fatalf("the log in another order gives another session:\n%+v\n%+v", want, got)
		}
	})
}

func TestTwoDevicesGiveOneLogInWhateverOrderTheyMeet(t *testing.T) {
	p := planOf(t, deskBack)
	rapid.Check(t, func(t *rapid.T) {
		log := aLog(t, p)
		var tablet, phone []knead.SessionEvent
		for _, e := range log {
			both := rapid.Bool().Draw(t, "seen by both")
			if e.Device == "tablet" || both {
				tablet = append(tablet, e)
			}
			if e.Device == "phone" || both {
				phone = append(phone, e)
			}
		}
		one, other := knead.MergeEvents(tablet, phone), knead.MergeEvents(phone, tablet)
		if diff := cmp.Diff(one, other); diff != "" || len(one) != len(log) {
			t.Fatalf("%d events became %d (-tablet first +phone first):\n%s", len(log), len(one), diff)
		}
		if !reflect.DeepEqual(knead.RunSession(p, one), knead.RunSession(p, log)) {
			t.Fatal("the merged log gives another session")
		}
	})
}

func TestTwoEventsOfOneNameAreOneWhicheverCameFirst(t *testing.T) {
	p := planOf(t, deskBack)
	a := knead.SessionEvent{ID: eventID(1), Device: "tablet", At: at(0), Kind: knead.EventPressure, Step: "work.back", Value: 1}
	b := a
	b.Value = 5
	one, other := knead.RunSession(p, []knead.SessionEvent{a, b}), knead.RunSession(p, []knead.SessionEvent{b, a})
	if !reflect.DeepEqual(one, other) {
		t.Errorf("pressure %d or %d, by the order of arrival", actual(t, one, "work.back").Pressure, actual(t, other, "work.back").Pressure)
	}
}

func TestWorkedTimeNeverPassesTheTimeOnTheWall(t *testing.T) {
	p := planOf(t, deskBack)
	rapid.Check(t, func(t *rapid.T) {
		s := knead.RunSession(p, aLog(t, p))
		now := at(rapid.IntRange(0, 9000).Draw(t, "now"))
		m := s.At(now)
		var worked time.Duration
		for _, a := range s.Steps {
			var levels time.Duration
			for _, d := range a.AtPressure {
				levels += d
			}
			if levels != a.Worked || a.Worked < 0 {
				t.Fatalf("%s: worked %v, by levels %v", a.Step.ID, a.Worked, levels)
			}
			worked += a.Worked
		}
		if worked > s.Elapsed || s.Elapsed > 5000*time.Second || m.Elapsed < s.Elapsed {
			t.Fatalf("worked %v in %v, later %v", worked, s.Elapsed, m.Elapsed)
		}
		if s.Started != 0 && m.Elapsed > max(now, at(5000)).Sub(s.Started) {
			t.Fatalf("elapsed %v since %v", m.Elapsed, s.Started)
		}
		if (m.Phase == knead.Stopped) != (m.Stop != nil) {
			t.Fatalf("phase %s, stop %v", m.Phase, m.Stop)
		}
	})
}

func TestNothingIsWorkAfterAStop(t *testing.T) {
	p := planOf(t, deskBack)
	rapid.Check(t, func(t *rapid.T) {
		log := aLog(t, p)
		log = slices.DeleteFunc(log, func(e knead.SessionEvent) bool { return e.Kind == knead.EventUndo })
		stop := knead.SessionEvent{ID: eventID(999), Device: "phone", At: at(rapid.IntRange(0, 5000).Draw(t, "stopped")), Kind: knead.EventStop, Rule: knead.StopClient}
		before := slices.DeleteFunc(slices.Clone(log), func(e knead.SessionEvent) bool { return e.At >= stop.At })
		after := slices.DeleteFunc(slices.Clone(log), func(e knead.SessionEvent) bool { return e.At == stop.At })
		short, long := knead.RunSession(p, append(before, stop)), knead.RunSession(p, append(after, stop))
		if short.Elapsed != long.Elapsed || short.Started != long.Started || !reflect.DeepEqual(short.Findings, long.Findings) {
			t.Fatalf("elapsed %v, then %v", short.Elapsed, long.Elapsed)
		}
		for i, a := range long.Steps {
			a.Remarks, short.Steps[i].Remarks = nil, nil // remarks count
			if !reflect.DeepEqual(a, short.Steps[i]) {
				t.Fatalf("after the stop %s became %+v", a.Step.ID, a)
			}
		}
	})
}
