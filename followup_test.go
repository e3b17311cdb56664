package knead_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"knead"
	"knead/outcome"
	"knead/screen"
)

func level(n int) *int { return &n }

// quiet is a check-in at which nothing is to be told.
func quietCheckin() knead.CheckinAnswers {
	return knead.CheckinAnswers{NoSigns: true, NoEffects: true, Soreness: level(0), Since: outcome.ToBetter}
}

func TestACheckinRaisesTheAlarmAtItsBoundaries(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*knead.CheckinAnswers)
		after  time.Duration
		before *int
		want   []string
	}{
		{"nothing", func(*knead.CheckinAnswers) {}, 24 * time.Hour, nil, nil},
		{"sore a day later", func(a *knead.CheckinAnswers) { a.Soreness = level(9) }, 71*time.Hour + 59*time.Minute, nil, nil},
		{"sore after three days", func(a *knead.CheckinAnswers) { a.Soreness = level(1) }, 72 * time.Hour, nil, []string{"sore"}},
		{"not sore after three days", func(*knead.CheckinAnswers) {}, 80 * time.Hour, nil, nil},
		{"pain 3 higher after two days", func(a *knead.CheckinAnswers) { a.Pain = level(7) }, 48 * time.Hour, level(4), []string{"pain"}},
		{"pain 3 higher, too early to say", func(a *knead.CheckinAnswers) { a.Pain = level(7) }, 47 * time.Hour, level(4), nil},
		{"pain 2 higher", func(a *knead.CheckinAnswers) { a.Pain = level(6) }, 72 * time.Hour, level(4), nil},
		{"pain without a first one", func(a *knead.CheckinAnswers) { a.Pain = level(10) }, 72 * time.Hour, nil, nil},
		{"worse", func(a *knead.CheckinAnswers) { a.Since = outcome.ToWorse }, 24 * time.Hour, nil, []string{"worse"}},
		{"the same", func(a *knead.CheckinAnswers) { a.Since = outcome.ToSame }, 24 * time.Hour, nil, nil},
		{"a bruise", func(a *knead.CheckinAnswers) { a.Effects = []knead.SideEffect{knead.EffectBruise} }, 24 * time.Hour, nil, nil},
		{"a swollen calf", func(a *knead.CheckinAnswers) { a.Effects = []knead.SideEffect{knead.EffectCalfSwelling} }, 24 * time.Hour, nil, []string{"danger"}},
		{"numbness", func(a *knead.CheckinAnswers) { a.Effects = []knead.SideEffect{knead.EffectNumbWeak} }, 24 * time.Hour, nil, []string{"danger"}},
		{"an emergency", func(a *knead.CheckinAnswers) { a.Signs = []knead.EmergencySign{knead.SignSaddle} }, time.Hour, nil, []string{"danger"}},
		{"a message", func(a *knead.CheckinAnswers) { a.Message = " Thank you \n" }, 24 * time.Hour, nil, []string{"message"}},
		{"blank lines are no message", func(a *knead.CheckinAnswers) { a.Message = " \n\n" }, 24 * time.Hour, nil, nil},
		{"all at once", func(a *knead.CheckinAnswers) {
			*a = knead.CheckinAnswers{Signs: []knead.EmergencySign{knead.SignChest}, Soreness: level(8), Pain: level(9), Since: outcome.ToWorse, Message: "help"}
		}, 72 * time.Hour, level(2), []string{"danger", "sore", "pain", "worse", "message"}},
	} {
		a := quietCheckin()
		c.change(&a)
		var got []string
		for _, alarm := range a.Alarms(c.after, c.before) {
			got = append(got, alarm.Kind)
			if alarm.Words == "" || strings.ContainsAny(alarm.Words, "{}") || strings.Contains(alarm.Words, "alarm.") {
				t.Errorf("%s: the words of %s are %q", c.name, alarm.Kind, alarm.Words)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: Alarms = %v, want %v", c.name, got, c.want)
		}
	}
}

func TestACheckinAsksForWhatIsMissing(t *testing.T) {
	for field, change := range map[string]func(*knead.CheckinAnswers){
		"":         func(*knead.CheckinAnswers) {},
		"signs":    func(a *knead.CheckinAnswers) { a.NoSigns = false },
		"effects":  func(a *knead.CheckinAnswers) { a.NoEffects = false },
		"soreness": func(a *knead.CheckinAnswers) { a.Soreness = nil },
		"since":    func(a *knead.CheckinAnswers) { a.Since = "" },
		"pain":     func(a *knead.CheckinAnswers) { a.Pain = level(11) },
		"message":  func(a *knead.CheckinAnswers) { a.Message = strings.Repeat("x", 2001) },
	} {
		a := quietCheckin()
		change(&a)
		err := a.Check()
		e, _ := err.(*knead.Error)
		if field == "" {
			if err != nil {
				t.Errorf("Check of whole answers = %v", err)
			}
			continue
		}
		if e == nil || e.Kind != knead.Invalid || e.Field != field || e.Say == "" {
			t.Errorf("Check = %v, want words about %s", err, field)
		}
	}
	emergency := knead.CheckinAnswers{Signs: []knead.EmergencySign{knead.SignBreath}}
	if err := emergency.Check(); err != nil {
		t.Errorf("an emergency alone: Check = %v, want nothing more asked", err)
	}
	for _, a := range []knead.CheckinAnswers{{Signs: []knead.EmergencySign{"g6"}}, {NoSigns: true, Effects: []knead.SideEffect{knead.EffectEmergency}}} {
		if a.Check() == nil {
			t.Errorf("Check(%+v) takes what is not asked", a)
		}
	}
}

func TestWhatIsMostUrgentDecides(t *testing.T) {
	a := quietCheckin()
	for _, step := range []struct {
		add  func()
		want screen.Level
	}{
		{func() {}, screen.NoFlags},
		{func() { a.Effects = append(a.Effects, knead.EffectTired) }, screen.NoFlags},
		{func() { a.Effects = append(a.Effects, knead.EffectNumbWeak) }, screen.Refer},
		{func() { a.Effects = append(a.Effects, knead.EffectFever) }, screen.SameDay},
		{func() { a.Signs = append(a.Signs, knead.SignDarkUrine) }, screen.Emergency},
	} {
		step.add()
		if got := a.Urgency(); got != step.want {
			t.Errorf("Urgency of %v %v = %s, want %s", a.Signs, a.Effects, got, step.want)
		}
	}
}

func TestEverySignIsAskedByTheScreeningToo(t *testing.T) {
	asked := map[screen.QuestionID]bool{}
	for _, q := range screen.Questions(knead.Visit{}.Drawing.Cells(), screen.Client{}) {
		asked[q.ID] = true
	}
	for _, s := range knead.EmergencySigns() {
		if !asked[screen.QuestionID(s)] || s.Words() == "sign."+string(s) {
			t.Errorf("%s is no question of the screening, or has no words", s)
		}
	}
}

func TestAFollowUpTakesEachAnswerForItsTime(t *testing.T) {
	ended := knead.Instant(1_700_000_000_000_000)
	one := quietCheckin()
	one.Soreness, one.Since, one.Effects, one.NoEffects = level(5), outcome.ToWorse, []knead.SideEffect{knead.EffectBruise}, false
	three := quietCheckin()
	three.Soreness = level(2)
	day1 := knead.Checkin{Moment: "day1", Ended: ended, Answered: ended.Add(25 * time.Hour), Answers: one}
	day3 := knead.Checkin{Moment: "day3", Ended: ended, Answered: ended.Add(75 * time.Hour), Answers: three}
	f := knead.FollowUpOf([]knead.Checkin{day1, day3, {Moment: "day3", Ended: ended}}, nil)
	if *f.Soreness24 != 5 || *f.Soreness72 != 2 || f.Change != outcome.ToBetter || !slices.Equal(f.Effects, []knead.SideEffect{knead.EffectBruise}) {
		t.Errorf("FollowUpOf = %+v", f)
	}
	day1.Answered = ended.Add(73 * time.Hour) // the first link, answered late, speaks of the third day
	if f := knead.FollowUpOf([]knead.Checkin{day1}, nil); f.Soreness24 != nil || *f.Soreness72 != 5 {
		t.Errorf("an answer after 73 hours: %+v", f)
	}
}
