package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"knead"
	"knead/body"
	"knead/internal/server"
	"knead/screen"
)

var routes = sync.OnceValues(func() (*server.Router, error) { return New() })

// door is the real router behind the real chassis.
func door(t *testing.T) http.Handler {
	t.Helper()
	routes, err := routes()
	if err != nil {
		t.Fatal(err)
	}
	return server.Chassis(routes, server.Options{Addr: "192.0.2.1:80", PerSecond: 1e6, Burst: 1e6, Log: slog.New(slog.DiscardHandler)})
}

func post(t *testing.T, h http.Handler, path string, fields url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// visit is a story as it would be typed into a visit file.
const visit = `{"marks":[{"where":"inside edge of the left shoulder blade","level":6,"quality":"aching","depth":"deep"},{"where":"right temple","level":3}],"answers":"all-no","minutes":60}`

func TestEveryPageRendersWholeAndWithoutInlineCode(t *testing.T) {
	h := door(t)
	inline := regexp.MustCompile(`(?i)<script(?:[^>]*[^>c])?>[^<]|\sstyle=|\son[a-z]+=|<style`)
	missing := regexp.MustCompile(`\[[a-z]+(\.[a-z0-9-]+)+\]|\{[0-9]\}|<no value>`)
	for _, c := range []struct {
		name, path, want string
		fields           url.Values
		status           int
	}{
		{"paint", "/paint", `id="painter"`, url.Values{"visit": {visit}}, 200},
		{"paint, unknown words", "/paint", `id="say-err"`, url.Values{"say": {"the left flugelhorn"}}, 422},
		{"questions", "/questions", `id="urgent"`, url.Values{"visit": {visit}}, 200},
		{"questions, missing", "/assess", `id="problem"`, url.Values{"visit": {strings.Replace(visit, `"answers":"all-no",`, "", 1)}, "asked": {"1"}}, 422},
		{"assess", "/assess", `class="cands"`, url.Values{"visit": {visit}}, 200},
		{"assess without marks", "/assess", `class="empty"`, url.Values{"visit": {`{"answers":"all-no"}`}}, 200},
		{"assess not cleared", "/assess", `No plan can be made`, url.Values{"visit": {`{"marks":[{"where":"left elbow","level":4}]}`}}, 200},
		{"emergency", "/assess", `stop emergency`, url.Values{"visit": {`{"marks":[{"where":"chest, left","level":8}],"answers":{"g1":"yes"}}`}}, 200},
		{"same day", "/assess", `stop same-day`, url.Values{"visit": {strings.Replace(visit, `"all-no"`, sameDay(), 1)}}, 200},
		{"same day, looked at", "/assess", `class="limits today"`, url.Values{"visit": {strings.Replace(visit, `"all-no"`, sameDay(), 1)}, "anyway": {"1"}}, 200},
		{"hand back", "/assess", `class="handback"`, url.Values{"visit": {visit}, "mode": {"client"}}, 200},
		{"print", "/print", `class="print-steps"`, url.Values{"visit": {visit}}, 200},
		{"broken visit", "/assess", `could not be read`, url.Values{"visit": {`{"marks":`}}, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := post(t, h, c.path, c.fields)
			page := w.Body.String()
			if w.Code != c.status || !strings.Contains(page, c.want) {
				t.Fatalf("status %d, want %d with %q:\n%.600s", w.Code, c.status, c.want, page)
			}
			if !strings.Contains(page, "</html>") {
				t.Error("the page is cut off")
			}
			if found := inline.FindString(page); found != "" {
				t.Errorf("inline code or style: %q", found)
			}
			text := regexp.MustCompile(`data-words="[^"]*"`).ReplaceAllString(page, "") // texts that the script fills in
			if found := missing.FindString(text); found != "" {
				t.Errorf("a text is missing: %q", found)
			}
			if w.Header().Get("Cache-Control") != "no-store" {
				t.Error("a page with a visit must not be stored")
			}
		})
	}
}

// sameDay answers everything that applies to the story with no, and fever with yes.
func sameDay() string {
	v, err := knead.ReadVisit([]byte(visit))
	if err != nil {
		return err.Error()
	}
	var parts []string
	for _, q := range screen.Questions(painted(v.Drawing), v.Client) {
		answer := "no"
		if q.ID == "g6" || q.Alarm == screen.No {
			answer = "yes"
		}
		parts = append(parts, fmt.Sprintf("%q:%q", q.ID, answer))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func TestProblemPagesSayWhatToDo(t *testing.T) {
	h := door(t)
	for _, c := range []struct {
		method, path string
		status       int
	}{{"GET", "/nowhere", 404}, {"GET", "/read", 405}, {"GET", "/static/old/app.js", 404}, {"GET", "/body/x/neutral/front/map", 404}, {"GET", "/body/x/neutral/nose/map", 404}} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.status || !strings.Contains(w.Body.String(), "Start with a new client") {
			t.Errorf("%s %s: %d, want %d with a way on", c.method, c.path, w.Code, c.status)
		}
	}
	big := post(t, h, "/paint", url.Values{"visit": {strings.Repeat("x", 2<<20)}})
	if big.Code != 413 || !strings.Contains(big.Body.String(), "too large") {
		t.Errorf("a huge post gave %d", big.Code)
	}
}

func TestTheClientsPagesHoldNothingOfTheRanking(t *testing.T) {
	h := door(t)
	for _, path := range []string{"/paint", "/questions", "/assess"} {
		page := post(t, h, path, url.Values{"visit": {visit}, "mode": {"client"}}).Body.String()
		for _, never := range []string{`class="cand`, `data-zone=`, "Check first", "Low evidence"} {
			if strings.Contains(page, never) {
				t.Errorf("%s shows %q to the client", path, never)
			}
		}
	}
}

func TestAFindingReRanksAndCanBeTakenBack(t *testing.T) {
	h := door(t)
	page := post(t, h, "/assess", url.Values{"visit": {visit}}).Body.String()
	ref := regexp.MustCompile(`name="finding" value="([^"]+) familiar"`).FindStringSubmatch(page)
	if ref == nil {
		t.Fatal("no candidate can be answered")
	}
	said := post(t, h, "/assess", url.Values{"visit": {visit}, "finding": {ref[1] + " no"}}).Body.String()
	if !strings.Contains(said, "not the pain") || said == page {
		t.Error("the answer is not shown")
	}
	state := regexp.MustCompile(`name="visit" value="([^"]*)"`).FindStringSubmatch(said)[1]
	state = strings.NewReplacer("&#34;", `"`, "&amp;", "&", "&#43;", "+").Replace(state)
	if !strings.Contains(state, `"familiar":false`) {
		t.Errorf("the visit does not carry the finding: %s", state)
	}
	if !strings.Contains(state, `"planned":[{`) {
		t.Errorf("the visit does not carry what was planned before the finding: %s", state)
	}
	if handed := post(t, h, "/paint", url.Values{"visit": {state}, "mode": {"client"}}).Body.String(); strings.Contains(handed, "&#34;planned&#34;") {
		t.Error("the client's page carries the plan")
	}
	back := post(t, h, "/assess", url.Values{"visit": {state}, "finding": {ref[1] + " clear"}}).Body.String()
	if strings.Contains(back, "not the pain") {
		t.Error("the answer was not taken back")
	}
}

func TestAnAgeThatCallsForMoreQuestionsAnswersNoneOfThem(t *testing.T) {
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	v, err := knead.ReadVisit([]byte(`{"marks":[{"where":"left temple","level":5},{"where":"low back, right","level":5}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, age := range []string{"9", "30", "80"} {
		w := work{visit: v}
		asked := screen.Questions(v.Drawing.Cells(), v.Client)
		fields := url.Values{"age": {age}}
		for _, g := range s.questionGroups(asked, s.questionRows(asked, w, answersForm{}), answersForm{}) {
			fields.Set("none-"+g.Key, "1")
		}
		r := httptest.NewRequest("POST", "/assess", strings.NewReader(fields.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if err := r.ParseForm(); err != nil {
			t.Fatal(err)
		}
		s.takeAnswers(&w, r, true)
		seen := map[screen.QuestionID]bool{}
		for _, q := range asked {
			seen[q.ID] = true
		}
		for id := range w.visit.Answers {
			if !seen[id] {
				t.Errorf("age %s: %s was answered and never asked", age, id)
			}
		}
	}
}

func TestPaintOnTheWireComesBackTheSame(t *testing.T) {
	text := "aching;deep;4:10-12,40;7:13\n;;10:500-503"
	d, err := parsePaint(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := writePaint(d); got != text {
		t.Errorf("got %q, want %q", got, text)
	}
	for _, wrong := range []string{"a", "odd;;5:1", ";odd;5:1", ";;11:1", ";;0:1", ";;5:9-3", ";;5:99999", ";;5:-1", ";;x:1", strings.Repeat(";;5:1\n", body.MaxMarks+1)} {
		if _, err := parsePaint(wrong); err == nil {
			t.Errorf("parsePaint(%q) found nothing wrong", wrong)
		}
	}
}

func FuzzPaintOnTheWire(f *testing.F) {
	for _, seed := range []string{"", ";;5:1", "aching;deep;4:10-12,40;7:13\n;;10:500-503", ";;1:0-35000", "a;b;c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parsePaint(text)
		if err != nil {
			return
		}
		again, err := parsePaint(writePaint(d))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if writePaint(again) != writePaint(d) {
			t.Errorf("%q changed on its way", text)
		}
	})
}

func TestEveryRegionCanBeChosenOnBothSides(t *testing.T) {
	w := httptest.NewRecorder()
	door(t).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	page := w.Body.String()
	for _, r := range body.Regions() {
		for _, side := range []string{"right", "left"} {
			if !strings.Contains(page, fmt.Sprintf(`value="%s:%s"`, r.ID, side)) {
				t.Errorf("%s on the %s is not in the list", r.ID, side)
			}
		}
	}
}

func TestEveryWordIsUsedAndNoneIsMissing(t *testing.T) {
	text, err := english()
	if err != nil {
		t.Fatal(err)
	}
	words, err := readCatalogue(text)
	if err != nil {
		t.Fatal(err)
	}
	used, prefixes := usedKeys(t)
	for key := range used {
		_, one := words[key]
		_, counted := words[key+".other"]
		if !one && !counted && !slices.ContainsFunc(prefixes, func(p string) bool { return p == key }) {
			t.Errorf("%s is used and has no text", key)
		}
	}
	for key := range words {
		base := strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".other")
		if used[key] || used[base] || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			continue
		}
		t.Errorf("%s has a text and is never used", key)
	}
}

// usedKeys finds the keys in templates, Go and TypeScript: whole ones, and the
// beginnings of those that are put together.
func usedKeys(t *testing.T) (used map[string]bool, prefixes []string) {
	t.Helper()
	used = map[string]bool{}
	whole := map[string]*regexp.Regexp{
		".html": regexp.MustCompile(`\{\{tn? "([a-z0-9.-]+)"|\(tn? "([a-z0-9.-]+)"`),
		".go":   regexp.MustCompile(`words\.(?:say|count|or)\("([a-z0-9.-]+)"[,)]|key :?= "([a-z0-9.-]+)"`),
		".ts":   regexp.MustCompile(`words\("([a-z0-9.-]+)"`),
	}
	begun := map[string]*regexp.Regexp{
		".html": regexp.MustCompile(`\(print "([a-z.-]+)"`),
		".go":   regexp.MustCompile(`(?:say|or|count)\((?:fmt\.Sprintf\()?"([a-z.-]+)(?:"\s*\+|%)`),
		".ts":   regexp.MustCompile("words\\((?:`([a-z.-]+)\\$|e\\.)"),
	}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "browser" || d.Name() == "static") {
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return err
		}
		ext := filepath.Ext(name)
		if whole[ext] == nil || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		script := ""
		if ext == ".ts" {
			script = "script."
		}
		for _, m := range whole[ext].FindAllStringSubmatch(string(content), -1) {
			used[script+strings.Join(m[1:], "")] = true
		}
		for _, m := range begun[ext].FindAllStringSubmatch(string(content), -1) {
			if p := strings.Join(m[1:], ""); p != "" {
				prefixes = append(prefixes, script+p)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, screen := range screens { // each screen has a title
		used[screen+".heading"] = true
	}
	for _, both := range []string{"script.undone", "script.redone"} { // chosen by a condition
		used[both] = true
	}
	for _, side := range []string{"your", "client"} {
		used["side."+side+"-left"], used["side."+side+"-right"] = true, true
	}
	return used, prefixes
}

func TestTheBundleIsFresh(t *testing.T) {
	h := sha256.New()
	err := filepath.WalkDir("ui", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel("ui", path)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %d\n", filepath.ToSlash(name), len(content))
		h.Write(content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("static/inputs.sha256")
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != strings.TrimSpace(string(want)) {
		t.Error("ui/ has changed since static/app.js and app.css were made: run make bundle")
	}
}

func TestFilesWithTheirHashInTheirNameMayBeKeptForAYear(t *testing.T) {
	h := door(t)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	for _, pattern := range []string{`/static/[0-9a-f]+/app\.js`, `/body/[0-9a-f]+/neutral/front/map`, `/body/cells/[0-9a-f]+`} {
		at := regexp.MustCompile(pattern).FindString(w.Body.String())
		f := httptest.NewRecorder()
		h.ServeHTTP(f, httptest.NewRequest("GET", at, nil))
		if f.Code != 200 || !strings.Contains(f.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d, Cache-Control %q", at, f.Code, f.Header().Get("Cache-Control"))
		}
	}
}

func BenchmarkAssessPage(b *testing.B) {
	routes, err := New()
	if err != nil {
		b.Fatal(err)
	}
	fields := url.Values{"visit": {visit}}.Encode()
	for b.Loop() {
		r := httptest.NewRequest("POST", "/assess", strings.NewReader(fields))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		routes.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
}
