package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"knead"
	"knead/atlas"
	"knead/internal/practice"
)

// The script carries a session out without the server, so it has the same rules a second
// time. testdata/session-vectors.json is what both are held to: this test holds the file to
// the Go code, browser/sessionfold.test.mjs holds the script to the file.
// KNEAD_UPDATE_VECTORS=1 writes it anew.

const vectorFile = "testdata/session-vectors.json"

type vectors struct {
	Tables []vectorTable `json:"tables"`
	Cases  []vectorCase  `json:"cases"`
}

type vectorTable struct {
	Plan    json.RawMessage      `json:"plan"`
	Places  map[string]placeWire `json:"places"`
	NotHere map[string][]string  `json:"notHere"`
}

type vectorCase struct {
	Table   int             `json:"table"`
	Log     json.RawMessage `json:"log"`
	Moments []vectorMoment  `json:"moments"`
	Taps    []vectorTap     `json:"taps"`
}

// vectorMoment has its times in microseconds.
type vectorMoment struct {
	Now         int64  `json:"now"`
	Mode        string `json:"mode"`
	Phase       string `json:"phase"`
	Step        string `json:"step"`
	StepElapsed int64  `json:"stepElapsed"`
	StepLeft    int64  `json:"stepLeft"`
	Elapsed     int64  `json:"elapsed"`
	Left        int64  `json:"left"`
	Behind      int64  `json:"behind"`
	Next        string `json:"next"`
	Turn        bool   `json:"turn"`
	LastTen     bool   `json:"lastTen"`
	Ask         string `json:"ask"`
	Ease        bool   `json:"ease"`
	OverLimit   bool   `json:"overLimit"`
	Stop        string `json:"stop"`
	Pressures   []int  `json:"pressures"` // of all steps
	Offers      []any  `json:"offers"`    // a technique and its seconds, in turn
}

type vectorTap struct {
	Now       int64         `json:"now"`
	Device    string        `json:"device"`
	Tap       string        `json:"tap"`
	Step      string        `json:"step,omitempty"`
	Value     int           `json:"value,omitempty"`
	Text      string        `json:"text,omitempty"`
	Technique string        `json:"technique,omitempty"`
	Rule      string        `json:"rule,omitempty"`
	Mark      int           `json:"mark,omitempty"`
	Events    []vectorDraft `json:"events"`
}

// vectorDraft is an event as a tap makes it.
type vectorDraft struct {
	Kind      string `json:"kind"`
	Step      string `json:"step,omitempty"`
	Value     int    `json:"value,omitempty"`
	Text      string `json:"text,omitempty"`
	Technique string `json:"technique,omitempty"`
	Rule      string `json:"rule,omitempty"`
	Mark      int    `json:"mark,omitempty"`
	Undoes    string `json:"undoes,omitempty"`
}

// Plans written by hand, so that a change of the planner is none of the script's business.
var vectorPlans = []string{
	`{"minutes":30,"worked":30,"unused":0,"limit":4,"left_out":[],"advice":[],"steps":[
	{"id":"arrive","kind":"arrive","words":"Settle","position":"prone","pressure":0,"limit":0,"seconds":120},
	{"id":"warm.back","technique":"swedish","kind":"warm","region":"interscapular-upper","regions":["interscapular-upper","interscapular-lower"],"place":"upper back","words":"Warm up","position":"prone","pressure":2,"limit":4,"seconds":180,"ask":true},
	{"id":"work.back","technique":"deep-tissue","kind":"work","region":"interscapular-upper","regions":["interscapular-upper","interscapular-lower"],"place":"upper back","words":"Knead","position":"prone","pressure":3,"limit":3,"seconds":360,"instead":[
		{"id":"work.back.swedish","technique":"swedish","kind":"work","region":"interscapular-upper","regions":["interscapular-upper","interscapular-lower"],"place":"upper back","words":"Smooth","position":"prone","pressure":3,"limit":3,"seconds":360},
		{"id":"work.back.myofascial-release","technique":"myofascial-release","kind":"work","region":"interscapular-upper","regions":["interscapular-upper","interscapular-lower"],"place":"upper back","words":"Hold","position":"prone","pressure":3,"limit":3,"seconds":360}]},
	{"id":"point.right","technique":"trigger-point","kind":"work","region":"interscapular-lower","regions":["interscapular-lower"],"side":"right","words":"Press","position":"prone","pressure":3,"limit":3,"seconds":180,"instead":[
		{"id":"point.right.swedish","technique":"swedish","kind":"work","region":"interscapular-lower","regions":["interscapular-lower"],"side":"right","words":"Stroke","position":"prone","pressure":2,"limit":3,"seconds":180}]},
	{"id":"warm.calves","technique":"swedish","kind":"warm","region":"calf-inner","regions":["calf-inner","calf-outer"],"place":"calves","words":"Warm up","position":"prone","pressure":2,"limit":4,"seconds":180,"ask":true,"instead":[
		{"id":"warm.calves.myofascial-release","technique":"myofascial-release","kind":"warm","region":"calf-inner","regions":["calf-inner","calf-outer"],"place":"calves","words":"Warm up","position":"prone","pressure":2,"limit":4,"seconds":120,"ask":true}]},
	{"id":"turn.1","kind":"turn","words":"Turn","position":"supine","pressure":0,"limit":0,"seconds":60},
	{"id":"warm.shins","technique":"myofascial-release","kind":"warm","region":"shin","regions":["shin"],"place":"shins","words":"Warm up","position":"supine","pressure":1,"limit":2,"seconds":420,"ask":true},
	{"id":"close","kind":"close","words":"Calm","position":"supine","pressure":0,"limit":0,"seconds":300}]}`,
	`{"minutes":15,"worked":15,"unused":0,"limit":1,"left_out":[],"advice":[],"steps":[
	{"id":"warm.neck","technique":"swedish","kind":"warm","region":"nape","regions":["nape"],"words":"Warm up","position":"seated","pressure":1,"limit":1,"seconds":300,"ask":true},
	{"id":"turn.1","kind":"turn","words":"Turn","position":"supine","pressure":0,"limit":0,"seconds":60},
	{"id":"work.neck","technique":"sports","kind":"work","region":"nape","regions":["nape"],"words":"Knead","position":"supine","pressure":1,"limit":1,"seconds":540}]}`,
}

var vectorPlaces = []string{"right calf", "upper back", "both shins", "left shoulder blade", "back of the neck"}

var vectorStart = knead.InstantOf(time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC))

func TestTheScriptCarriesOutASessionAsTheRecordDoes(t *testing.T) {
	got := makeVectors(t).lines(t)
	if os.Getenv("KNEAD_UPDATE_VECTORS") != "" {
		if err := os.WriteFile(vectorFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s is not what the Go code says; if that is meant, run this test with KNEAD_UPDATE_VECTORS=1, then node --test internal/web/browser/sessionfold.test.mjs", vectorFile)
	}
}

// lines writes one table or case a line, so that a change can be read.
func (v vectors) lines(t *testing.T) []byte {
	var b bytes.Buffer
	list := func(key string, n int, at func(int) any) {
		fmt.Fprintf(&b, "%q: [", key)
		for i := range n {
			line, err := json.Marshal(at(i))
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s\n%s", []string{"", ","}[min(i, 1)], line)
		}
		b.WriteString("\n]")
	}
	b.WriteString("{")
	list("tables", len(v.Tables), func(i int) any { return v.Tables[i] })
	b.WriteString(",\n")
	list("cases", len(v.Cases), func(i int) any { return v.Cases[i] })
	b.WriteString("}\n")
	return b.Bytes()
}

func makeVectors(t *testing.T) vectors {
	var v vectors
	for _, text := range vectorPlans {
		p, err := knead.ReadPlan([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		table := vectorTable{Plan: json.RawMessage(text), Places: map[string]placeWire{}, NotHere: map[string][]string{}}
		learn := func(words string) {
			if learnPlace(table.Places, words); len(table.Places[words].At) == 0 {
				t.Fatalf("%q is no place", words)
			}
		}
		for _, words := range vectorPlaces {
			learn(words)
		}
		for _, x := range p.Steps {
			for _, words := range areaWords(x) {
				table.NotHere[x.ID] = append(table.NotHere[x.ID], words)
				learn(words)
			}
		}
		v.Tables = append(v.Tables, table)
	}
	for seed := range uint64(80) {
		v.Cases = append(v.Cases, makeCase(t, rand.New(rand.NewPCG(seed, 7)), int(seed)%len(vectorPlans)))
	}
	return v
}

func makeCase(t *testing.T, r *rand.Rand, table int) vectorCase {
	p, err := knead.ReadPlan([]byte(vectorPlans[table]))
	if err != nil {
		t.Fatal(err)
	}
	var steps []string
	for _, x := range p.Steps {
		steps = append(steps, x.ID)
	}
	steps = append(steps, "added-1", "added-2", "nowhere", "work.back.swedish", "point.right.swedish")
	record := practice.SessionRecord{Plan: p}
	second := 0
	for n := range r.IntN(28) {
		second += r.IntN(200) - 20
		record.Events = append(record.Events, randomEvent(r, n, second, steps, record.Events))
	}
	record.Events = slices.DeleteFunc(record.Events, func(e knead.SessionEvent) bool { return e.Check() != nil })
	r.Shuffle(len(record.Events), func(i, j int) { record.Events[i], record.Events[j] = record.Events[j], record.Events[i] })
	log, err := knead.WriteSessionEvents(record.Events)
	if err != nil {
		t.Fatal(err)
	}
	c := vectorCase{Table: table, Log: log}
	s := knead.RunSession(p, record.Events)
	for _, after := range []int{0, second / 2, second + 1, second + 90, second + 4000} {
		c.Moments = append(c.Moments, momentAt(s, vectorStart.Add(time.Duration(after)*time.Second)))
	}
	for range 8 {
		c.Taps = append(c.Taps, randomTap(r, record, s, vectorStart.Add(time.Duration(second+r.IntN(60))*time.Second), steps))
	}
	return c
}

func momentAt(s knead.Session, now knead.Instant) vectorMoment {
	m := s.At(now)
	v := vectorMoment{
		Now: int64(now), Phase: string(m.Phase), Step: m.Step, StepElapsed: m.StepElapsed.Microseconds(), StepLeft: m.StepLeft.Microseconds(),
		Elapsed: m.Elapsed.Microseconds(), Left: m.Left.Microseconds(), Behind: m.Behind.Microseconds(), Next: m.Next, Turn: m.Turn, LastTen: m.LastTen,
		Ask: m.Ask, Ease: m.Ease, OverLimit: m.OverLimit,
	}
	v.Mode, _ = sessionMode(m)
	if m.Stop != nil {
		v.Stop = string(m.Stop.Rule)
	}
	for _, a := range s.Steps {
		v.Pressures = append(v.Pressures, a.Pressure)
	}
	v.Offers = []any{}
	for _, o := range s.Offers() {
		v.Offers = append(v.Offers, o.Technique, o.Time/time.Second)
	}
	return v
}

func randomEvent(r *rand.Rand, n, second int, steps []string, log []knead.SessionEvent) knead.SessionEvent {
	device := []string{"tablet", "phone"}[r.IntN(2)]
	e := knead.SessionEvent{
		ID: knead.EventID(fmt.Sprintf("00000000-0000-4000-8000-%012x", n)), Device: device, Seq: n, At: vectorStart.Add(time.Duration(second) * time.Second),
	}
	step := steps[r.IntN(len(steps))]
	switch r.IntN(25) {
	case 0:
		e.Kind = knead.EventStart
	case 1:
		e.Kind = knead.EventPause
	case 2:
		e.Kind = knead.EventResume
	case 3, 4, 5, 6, 7:
		e.Kind, e.Step = knead.EventBegin, step
	case 8, 9:
		e.Kind, e.Step = knead.EventDone, step
	case 10:
		e.Kind, e.Step = knead.EventSkip, step
	case 11:
		e.Kind, e.Step, e.Text, e.Technique, e.Value = knead.EventAdd, []string{"added-1", "added-2"}[r.IntN(2)], vectorPlaces[r.IntN(len(vectorPlaces))], "swedish", 1+r.IntN(9)
	case 12:
		e.Kind, e.Value = knead.EventPressure, r.IntN(6)
	case 13:
		e.Kind, e.Step = knead.EventMore, step
	case 14:
		e.Kind = knead.EventLess
	case 15, 16:
		e.Kind, e.Value = knead.EventComfort, r.IntN(8)
		if r.IntN(12) == 0 {
			e.Value = 9
		}
	case 17:
		e.Kind, e.Text = knead.EventWithdrawn, vectorPlaces[r.IntN(len(vectorPlaces))]
	case 18:
		e.Kind = []knead.EventKind{knead.EventEnd, knead.EventStop, knead.EventPainAfter, knead.EventRemark, knead.EventPainBefore}[r.IntN(5)]
		switch e.Kind {
		case knead.EventStop:
			e.Rule = knead.StopRules[r.IntN(len(knead.StopRules))]
		case knead.EventPainBefore, knead.EventPainAfter:
			e.Mark, e.Value = r.IntN(3), r.IntN(11)
		case knead.EventRemark:
			e.Text = "warm"
		}
	case 19, 20, 23:
		e.Kind, e.Technique = knead.EventDeclined, []atlas.TechniqueID{"deep-tissue", "deep-tissue", "trigger-point", "swedish"}[r.IntN(4)]
	case 21, 22:
		e.Kind, e.Technique = knead.EventInstead, []atlas.TechniqueID{"swedish", "myofascial-release"}[r.IntN(2)]
	default:
		e.Kind, e.Undoes = knead.EventUndo, e.ID
		if len(log) > 0 {
			e.Undoes = log[r.IntN(len(log))].ID
		}
	}
	return e
}

func randomTap(r *rand.Rand, record practice.SessionRecord, s knead.Session, now knead.Instant, steps []string) vectorTap {
	names := []string{"begin", "done", "skip", "pause", "resume", "lighter", "firmer", "comfort", "comfort", "not-here", "not-technique", "instead", "instead", "add", "stop", "unstop", "unend", "undo", "pain-before", "pain-after", "remark", "end"}
	m := s.At(now)
	_, shown := sessionMode(m)
	step := shown
	if r.IntN(4) == 0 {
		step = steps[r.IntN(len(steps))]
	}
	t := tap{Tap: names[r.IntN(len(names))], Step: step}
	switch t.Tap {
	case "comfort":
		t.Value = []int{3, 7, 7, 8, r.IntN(11)}[r.IntN(5)]
	case "pain-before", "pain-after":
		t.Mark, t.Value = r.IntN(3), r.IntN(11)
	case "remark":
		t.Text = []string{"  ", " warm "}[r.IntN(2)]
	case "stop":
		t.Rule = string(knead.StopNausea)
	case "instead":
		t.Technique = []string{"swedish", "myofascial-release"}[r.IntN(2)]
	case "add":
		t.Text, t.Technique, t.Value = vectorPlaces[r.IntN(len(vectorPlaces))], "swedish", 5
	}
	device := []string{"tablet", "phone", "another"}[r.IntN(3)]
	v := vectorTap{Now: int64(now), Device: device, Tap: t.Tap, Step: t.Step, Value: t.Value, Text: t.Text, Technique: t.Technique, Rule: t.Rule, Mark: t.Mark, Events: []vectorDraft{}}
	for _, e := range tapped(record, now, device, t, "added-9") {
		v.Events = append(v.Events, vectorDraft{string(e.Kind), e.Step, e.Value, e.Text, string(e.Technique), string(e.Rule), e.Mark, string(e.Undoes)})
	}
	return v
}
