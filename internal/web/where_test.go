package web

import (
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/screen"
)

// alone posts the answers of somebody who marked a place: every question that applies is
// answered with what does not fire, but for those given.
func alone(t *testing.T, h http.Handler, place string, answers map[screen.QuestionID]screen.Answer) *httptest.ResponseRecorder {
	t.Helper()
	v := aloneVisit(t, place, answers)
	text, err := knead.WriteVisit(v)
	if err != nil {
		t.Fatal(err)
	}
	return post(t, h, "/atlas/where/answers", url.Values{"visit": {string(text)}})
}

func aloneVisit(t *testing.T, place string, answers map[screen.QuestionID]screen.Answer) knead.Visit {
	t.Helper()
	found, err := body.Find(place)
	if err != nil {
		t.Fatal(err)
	}
	var m body.Mark
	m.Paint(found.Cells, 5)
	v := knead.Visit{Drawing: body.Drawing{Marks: []body.Mark{m}}, Answers: map[screen.QuestionID]screen.Answer{}}
	for _, q := range screen.Questions(found.Cells, v.Client) {
		a := screen.Answer{Value: screen.No}
		if q.Alarm == screen.No {
			a.Value = screen.Yes
		}
		v.Answers[q.ID] = a
	}
	for id, a := range answers {
		v.Answers[id] = a
	}
	return v
}

var (
	ranked = regexp.MustCompile(`(?i)check first|check next|also possible|\brank|\bscore|probab|most likely|band-mark|data-band|\d ?%|trigger point`)
	inMain = regexp.MustCompile(`(?s)<main.*</main>`)
	toRows = regexp.MustCompile(`href="/atlas/(muscles|exercises|conditions)/([^"#]+)"`)
)

// aloneLinks lists the rows of the atlas to which the page itself leads, by list.
func aloneLinks(page string) map[string][]string {
	out := map[string][]string{}
	for _, m := range toRows.FindAllStringSubmatch(inMain.FindString(page), -1) {
		out[m[1]] = append(out[m[1]], m[2])
	}
	return out
}

func TestAloneReadsInGeneralAndIsRankedNothing(t *testing.T) {
	h := door(t)
	for _, place := range []string{"right shoulder blade", "nape", "left outer knee", "lower back", "right heel", "left temple"} {
		w := alone(t, h, place, nil)
		page := w.Body.String()
		if w.Code != 200 || !strings.Contains(page, "What can be felt there") {
			t.Fatalf("%s: status %d\n%.800s", place, w.Code, page)
		}
		text := inMain.FindString(page)
		text = regexp.MustCompile(`(?s)<svg.*?</svg>|<input[^>]*>`).ReplaceAllString(text, "")
		if found := ranked.FindString(text); found != "" {
			t.Errorf("%s: the page says %q", place, found)
		}
		links := aloneLinks(page)
		if len(links["muscles"]) == 0 {
			t.Errorf("%s: no muscle to read about", place)
		}
		var names []string
		for _, id := range links["muscles"] {
			m, ok := atlas.Standard().Muscle(atlas.MuscleID(id))
			if !ok {
				t.Fatalf("%s: no muscle %s", place, id)
			}
			names = append(names, strings.ToLower(m.Name))
		}
		if !slices.IsSorted(names) {
			t.Errorf("%s: muscles are not in alphabetical order: %v", place, names)
		}
		if w.Header().Get("Cache-Control") != "no-store" || !strings.Contains(page, `content="noindex"`) {
			t.Errorf("%s: the page may be kept or indexed", place)
		}
	}
}

// Nerves and joints stand by name with how they feel and when a doctor should look, and
// lead to their pages.
func TestAloneReadsWhatElseToAskAbout(t *testing.T) {
	h := door(t)
	for place, want := range map[string][]atlas.PatternID{
		"right thumb":    {"c6-root", "median-nerve-wrist"},
		"left cheek":     {"trigeminal-nerve"},
		"nape":           {"c4-c5-facet"},
		"low back, left": {"t10-root", "sacroiliac-joint"},
	} {
		page := alone(t, h, place, nil).Body.String()
		var ids []atlas.PatternID
		var names []string
		for _, m := range regexp.MustCompile(`href="/atlas/patterns/([^"#]+)"`).FindAllStringSubmatch(inMain.FindString(page), -1) {
			p, ok := atlas.Standard().Pattern(atlas.PatternID(m[1]))
			if !ok {
				t.Fatalf("%s: no pattern %s", place, m[1])
			}
			ids, names = append(ids, p.ID), append(names, strings.ToLower(p.Name))
			for _, line := range p.Refer {
				if !strings.Contains(page, template.HTMLEscapeString(line)) {
					t.Errorf("%s: %s without %q", place, p.ID, line)
				}
			}
		}
		t.Logf("%s: %v", place, names)
		if !slices.IsSorted(names) || len(ids) != len(slices.Compact(slices.Clone(ids))) {
			t.Errorf("%s: not by name, once each: %v", place, names)
		}
		for _, id := range want {
			if !slices.Contains(ids, id) {
				t.Errorf("%s: %s is not among %v", place, id, ids)
			}
		}
	}
}

// Every answer that stops a visit stops somebody alone, and shows nothing else.
func TestEveryStopStopsSomebodyAlone(t *testing.T) {
	h := door(t)
	stops := 0
	tried := map[screen.QuestionID]bool{}
	for _, place := range []string{"nape", "left temple", "lower back", "right shoulder blade", "left calf", "right groin", "left upper chest", "right jaw", "left elbow", "lower belly, right", "right outer knee", "left heel"} {
		v := aloneVisit(t, place, nil)
		for _, q := range screen.Questions(painted(v.Drawing), v.Client) {
			if tried[q.ID] || q.Level != screen.Emergency && q.Level != screen.SameDay {
				continue
			}
			tried[q.ID] = true
			for _, value := range []screen.Value{screen.Yes, screen.NotSure} {
				answers := map[screen.QuestionID]screen.Answer{q.ID: {Value: value}}
				want := screen.Run(painted(v.Drawing), aloneVisit(t, place, answers).Answers, v.Client).Level
				if want != screen.Emergency && want != screen.SameDay {
					continue
				}
				stops++
				page := alone(t, h, place, answers).Body.String()
				if !strings.Contains(page, `class="stop `+string(want)+`"`) {
					t.Errorf("%s, %s: want the stop %s:\n%.300s", place, q.ID, want, inMain.FindString(page))
				}
				if links := aloneLinks(page); len(links) > 0 || strings.Contains(page, "I am the therapist") || strings.Contains(page, "No massage today") {
					t.Errorf("%s, %s: the stop leads on to %v", place, q.ID, links)
				}
			}
		}
	}
	if stops < 60 {
		t.Errorf("%d stops were tried, want at least 60", stops)
	}
}

// What an answer masks or takes away is not listed for home.
func TestAloneAtHomeKeepsToTheLimits(t *testing.T) {
	h := door(t)
	kinds := func(page string) map[atlas.ExerciseKind]int {
		out := map[atlas.ExerciseKind]int{}
		for _, id := range aloneLinks(page)["exercises"] {
			if e, ok := atlas.Standard().Exercise(atlas.ExerciseID(id)); ok {
				out[e.Kind]++
			}
		}
		return out
	}
	free := kinds(alone(t, h, "nape", nil).Body.String())
	if free["stretch"]+free["mobility"] == 0 {
		t.Fatalf("the nape has no exercise to take away: %v", free)
	}
	loose := kinds(alone(t, h, "nape", map[screen.QuestionID]screen.Answer{"n6": {Value: screen.Yes}}).Body.String())
	if loose["stretch"] > 0 || loose["mobility"] > 0 || loose["self-release"] > 0 {
		t.Errorf("with a loose upper neck: %v", loose)
	}
	for name, answers := range map[string]map[screen.QuestionID]screen.Answer{
		"a clinician before anything": {"g10": {Value: screen.Yes}, "g21": {Value: screen.Yes}, "g22": {Value: screen.Yes}},
		"the place is masked":         {"n1": {Value: screen.Yes}},
	} {
		page := alone(t, h, "nape", answers).Body.String()
		if got := kinds(page); len(got) > 0 || !strings.Contains(page, "Ask somebody first") {
			t.Errorf("%s: exercises %v, want none and a word on whom to ask", name, got)
		}
	}
	for _, id := range aloneLinks(alone(t, h, "lower back", map[screen.QuestionID]screen.Answer{"g11": {Value: screen.Yes, Detail: "30 weeks pregnant"}}).Body.String())["exercises"] {
		if e, ok := atlas.Standard().Exercise(atlas.ExerciseID(id)); ok && (e.Position == atlas.Supine || e.Position == atlas.Prone) {
			t.Errorf("pregnant: %s, which is done %s", e.ID, e.Position)
		}
	}
	if all := aloneLinks(alone(t, h, "lower back", nil).Body.String())["exercises"]; !slices.Contains(all, "legs-on-chair") {
		t.Errorf("nobody is offered an exercise on the back: %v", all)
	}
	knee, err := body.Find("right outer knee")
	if err != nil {
		t.Fatal(err)
	}
	page := alone(t, h, "right outer knee", map[screen.QuestionID]screen.Answer{"g27": {Value: screen.Yes, Where: []body.Place{knee}}}).Body.String()
	if got := kinds(page); len(got) > 0 {
		t.Errorf("a fresh injury of the knee: exercises %v, want none", got)
	}
}

func TestAloneIsAskedForAPlaceAndForEveryAnswer(t *testing.T) {
	h := door(t)
	for _, c := range []struct {
		path, want string
		fields     url.Values
		status     int
	}{
		{"/atlas/where/questions", "Show or say where it hurts first", nil, 422},
		{"/atlas/where", "is not a place we know", url.Values{"say": {"the left flugelhorn"}}, 422},
		{"/atlas/where/questions", `action="/atlas/where/answers"`, url.Values{"say": {"left elbow"}}, 200},
		{"/atlas/where/answers", `id="problem"`, url.Values{"visit": {`{"marks":[{"where":"left elbow","level":4}]}`}, "asked": {"1"}}, 422},
		{"/atlas/where/answers", `id="problem"`, url.Values{"visit": {`{"marks":[{"where":"left elbow","level":4}]}`}, "anyway": {"1"}, "look": {"1"}}, 422},
	} {
		w := post(t, h, c.path, c.fields)
		page := w.Body.String()
		if w.Code != c.status || !strings.Contains(page, c.want) || !strings.Contains(page, "data-alone") {
			t.Errorf("%s %v: status %d, want %d with %q", c.path, c.fields, w.Code, c.status, c.want)
		}
		if inside := inMain.FindString(page); strings.Contains(inside, `action="/paint"`) || strings.Contains(inside, `action="/assess"`) || strings.Contains(inside, "data-swap") {
			t.Errorf("%s leads into the visit of a therapist", c.path)
		}
	}
	for _, path := range []string{"/atlas/where/questions", "/atlas/where/answers"} {
		if w := get(t, path); w.Code != 303 || w.Header().Get("Location") != "/atlas/where" {
			t.Errorf("GET %s: %d to %q, want the way back to the start", path, w.Code, w.Header().Get("Location"))
		}
	}
}

// Words are looked up one by one, so that their number is bounded.
func TestWordsBesideAnAnswerAreBounded(t *testing.T) {
	h := door(t)
	text, err := knead.WriteVisit(aloneVisit(t, "left temple", nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"w-g12", "w-g13"} {
		form := url.Values{"visit": {string(text)}, "asked": {"1"}, "q-" + field[2:]: {"yes"}}
		form.Set(field, strings.Repeat("nose of nobody;", 40_000))
		if w := post(t, h, "/atlas/where/answers", form); !strings.Contains(w.Body.String(), "This is too long") {
			t.Errorf("%s: status %d, and nothing says that it is too long", field, w.Code)
		}
	}
}
