package knead_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"knead"
)

const oneEvent = `{"id":"0197a3c0-0000-7000-8000-000000000001","device":"tablet","at":1714986000000000,"seq":1,"kind":`

// logs are logs that must be read; they seed the fuzzer too.
var logs = []string{
	`{"events":[]}`,
	`{"events":[` + oneEvent + `"start"}]}`,
	`{"events":[` + oneEvent + `"pressure","value":0},` + oneEvent + `"comfort","step":"work.back","value":10}]}`,
	`{"events":[` + oneEvent + `"stop","rule":"dizzy","text":"lay still for 5 minutes, then well"}]}`,
	`{"events":[` + oneEvent + `"stop","rule":"pain","value":9}]}`,
	`{"events":[` + oneEvent + `"add","step":"added-1","text":"left forearm","technique":"swedish","value":5}]}`,
	`{"events":[` + oneEvent + `"finding","finding":{"muscle":"levator scapulae","side":"left","familiar":true}}]}`,
	`{"events":[` + oneEvent + `"pain-after","mark":0,"value":2},` + oneEvent + `"remark","text":"สมชาย likes it slow"}]}`,
	`{"events":[` + oneEvent + `"consent-withdrawn","text":"both thighs"},` + oneEvent + `"undo","undoes":"0197a3c0-0000-7000-8000-000000000009"}]}`,
}

func TestReadSessionEventsReadsBackWhatWasWritten(t *testing.T) {
	for _, in := range logs {
		events, err := knead.ReadSessionEvents([]byte(in))
		if err != nil {
			t.Errorf("ReadSessionEvents(%s): %v", in, err)
			continue
		}
		sameEvents(t, events)
	}
	p := planOf(t, deskBack)
	rapid.Check(t, func(t *rapid.T) { sameEvents(t, aLog(t, p)) })
}

func sameEvents(t rapid.TB, events []knead.SessionEvent) {
	t.Helper()
	out, err := knead.WriteSessionEvents(events)
	if err != nil {
		t.Fatalf("WriteSessionEvents: %v", err)
	}
	back, err := knead.ReadSessionEvents(out)
	if err != nil {
		t.Fatalf("ReadSessionEvents of %s: %v", out, err)
	}
	if diff := cmp.Diff(events, back, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the log changed on its way (-was +is):\n%s", diff)
	}
}

// refused are logs that must not be read.
var refused = []string{
	``, `[]`, `{"events":null,"x":1}`, `{"event":[]}`, `{"events":[{}]}`,
	`{"events":[` + oneEvent + `"start","kind":"end"}]}`,
	`{"events":[` + oneEvent + `"begin"}]}`,
	`{"events":[` + oneEvent + `"step-begin"}]}`,
	`{"events":[` + oneEvent + `"start","step":"work.back"}]}`,
	`{"events":[` + oneEvent + `"pressure"}]}`,
	`{"events":[` + oneEvent + `"pressure","value":6}]}`,
	`{"events":[` + oneEvent + `"start","value":0}]}`,
	`{"events":[` + oneEvent + `"comfort","value":11}]}`,
	`{"events":[` + oneEvent + `"comfort","value":2.5}]}`,
	`{"events":[` + oneEvent + `"stop"}]}`,
	`{"events":[` + oneEvent + `"stop","rule":"bored"}]}`,
	`{"events":[` + oneEvent + `"remark","text":"a\u001b[2J"}]}`,
	`{"events":[` + oneEvent + `"remark","text":"a\nb"}]}`,
	`{"events":[` + oneEvent + `"remark","text":"\u202egnp.exe"}]}`,
	`{"events":[` + oneEvent + `"remark","text":" "}]}`,
	`{"events":[` + oneEvent + `"remark","text":"` + strings.Repeat("a", 1001) + `"}]}`,
	`{"events":[` + oneEvent + `"add","step":"a","text":"left nowhere","technique":"swedish","value":5}]}`,
	`{"events":[` + oneEvent + `"add","step":"a","text":"left forearm","technique":"karate","value":5}]}`,
	`{"events":[` + oneEvent + `"add","step":"a","text":"left forearm","technique":"swedish","value":0}]}`,
	`{"events":[` + oneEvent + `"consent-withdrawn","text":"somewhere"}]}`,
	`{"events":[` + oneEvent + `"finding"}]}`,
	`{"events":[` + oneEvent + `"finding","finding":{"muscle":"levator scapulae","side":"left"}}]}`,
	`{"events":[` + oneEvent + `"finding","finding":{"muscle":"karate","side":"left","familiar":true}}]}`,
	`{"events":[` + oneEvent + `"end","finding":{"muscle":"levator scapulae","side":"left","familiar":true}}]}`,
	`{"events":[` + oneEvent + `"pain-after","value":3}]}`,
	`{"events":[` + oneEvent + `"pain-after","mark":-1,"value":3}]}`,
	`{"events":[` + oneEvent + `"undo","undoes":"the last"}]}`,
	`{"events":[{"id":"0197A3C0-0000-7000-8000-000000000001","device":"tablet","at":1714986000000000,"seq":1,"kind":"start"}]}`,
	`{"events":[{"id":"0197a3c0-0000-7000-8000-000000000001","device":"","at":1714986000000000,"seq":1,"kind":"start"}]}`,
	`{"events":[{"id":"0197a3c0-0000-7000-8000-000000000001","device":"tablet","at":1714986000,"seq":1,"kind":"start"}]}`,
	`{"events":[{"id":"0197a3c0-0000-7000-8000-000000000001","device":"tablet","at":1714986000000000,"seq":-1,"kind":"start"}]}`,
	`{"events":[` + strings.Repeat(oneEvent+`"start"},`, 5000) + oneEvent + `"start"}]}`,
	strings.Repeat(" ", knead.MaxSessionBytes+1),
}

func TestALogThatNobodyCanMeanIsRefused(t *testing.T) {
	for _, in := range refused {
		_, err := knead.ReadSessionEvents([]byte(in))
		if wrong, ok := errors.AsType[*knead.InputError](err); !ok || strings.ContainsAny(wrong.Error(), "\x1b\n\u202e") {
			t.Errorf("ReadSessionEvents(%.200q): %v, want an InputError of one plain line", in, err)
		}
	}
}

func TestWriteRefusesWhatReadWould(t *testing.T) {
	for _, e := range []knead.SessionEvent{
		{},
		{ID: eventID(1), Device: "tablet", At: nine, Kind: knead.EventRemark, Text: "two\nlines"},
		{ID: eventID(1), Device: "tablet", At: nine, Kind: knead.EventStart, Value: 1},
	} {
		if out, err := knead.WriteSessionEvents([]knead.SessionEvent{e}); err == nil {
			t.Errorf("WriteSessionEvents(%+v) wrote %s", e, out)
		}
	}
}

func FuzzReadSessionEvents(f *testing.F) {
	for _, text := range append(logs, refused[:len(refused)-2]...) {
		f.Add([]byte(text))
	}
	p := planOf(f, deskBack)
	f.Fuzz(func(t *testing.T, in []byte) {
		events, err := knead.ReadSessionEvents(in)
		if err != nil {
			if wrong, ok := errors.AsType[*knead.InputError](err); !ok || strings.ContainsAny(wrong.Error(), "\n\r\x1b") {
				t.Errorf("%q: %v, want an InputError of one plain line", in, err)
			}
			return
		}
		out, err := knead.WriteSessionEvents(events)
		if err != nil {
			t.Fatalf("what was read is not written: %v", err)
		}
		back, err := knead.ReadSessionEvents(out)
		if diff := cmp.Diff(events, back, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("the log changed on its way: %v\n%s", err, diff)
		}
		knead.RunSession(p, events).At(nine)
	})
}

func TestTheSessionSchemaAndItsPageSayWhatIsRead(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("docs/session.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range logs {
		if err := schema.Validate(value(t, []byte(text))); err != nil {
			t.Errorf("the schema refuses %s: %v", text, err)
		}
	}
	for _, text := range []string{`{}`, `{"events":[{}]}`, `{"events":[` + oneEvent + `"begin"}]}`, `{"events":[` + oneEvent + `"pressure","value":11}]}`} {
		if schema.Validate(value(t, []byte(text))) == nil {
			t.Errorf("the schema takes %s", text)
		}
	}
	page, err := os.ReadFile("docs/session.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```json\n")
	example, _, ok := strings.Cut(rest, "```")
	if _, err := knead.ReadSessionEvents([]byte(example)); !ok || err != nil {
		t.Errorf("the example of docs/session.md: %v", err)
	}
	for _, rule := range knead.StopRules {
		if !strings.Contains(string(page), "`"+string(rule)+"`") {
			t.Errorf("docs/session.md does not name the stop rule %s", rule)
		}
	}
	for _, kind := range knead.EventKinds() {
		if !strings.Contains(string(page), "`"+string(kind)+"`") {
			t.Errorf("docs/session.md does not name the kind %s", kind)
		}
	}
}
