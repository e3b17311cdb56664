package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"knead"
	"knead/internal/practice"
	"knead/screen"
)

// readers are the readers of forms, each on what it fills in. What a reader gives is
// checked by the record's own rules before it is kept; here it only must not fall over,
// and what it says of a wrong field must be words.
var readers = map[string]func(s *site, r *http.Request) error{
	"a client": func(_ *site, r *http.Request) error {
		var c knead.Client
		takeClient(&c, r, true)
		return c.Check()
	},
	"about you": func(_ *site, r *http.Request) error {
		c := knead.Client{Name: "Ana"}
		takeAboutForm(&c.Profile, r.PostForm)
		return c.Check()
	},
	"a check-in": func(_ *site, r *http.Request) error { return takeCheckin(r).Check() },
	"a letter": func(_ *site, r *http.Request) error {
		l, err := takeLetter(r)
		if err == nil {
			err = l.Check()
		}
		return err
	},
	"a note": func(_ *site, r *http.Request) error {
		n, _, _, err := takeNote(r)
		if err == nil {
			_, err = n.Canonical()
		}
		return err
	},
	"a measure": func(_ *site, r *http.Request) error {
		m := practice.Measure{Instrument: r.PostForm.Get("instrument"), Moment: r.PostForm.Get("moment"), Answers: map[string]string{}}
		err := takeMeasure(&m, r, time.UTC, knead.InstantOf(accessTime))
		if err == nil {
			_, err = m.Score()
		}
		return err
	},
	"phrases": func(_ *site, r *http.Request) error {
		for _, p := range readPhrases(r.PostForm.Get("phrases")) {
			if strings.Contains(p.Label+p.Words, "\n") {
				panic("a phrase of two lines")
			}
		}
		return nil
	},
	"a key of the session": func(s *site, r *http.Request) error { _, err := s.readTap(r); return err },
	"a painted visit": func(s *site, r *http.Request) error {
		w, err := readWork(r)
		if err != nil {
			return err
		}
		s.takePaint(&w, r)
		return readable(w.visit)
	},
	"answers": func(s *site, r *http.Request) error {
		w, err := readAlone(r)
		if err != nil {
			return err
		}
		s.takeAnswers(&w, r, true)
		screen.Run(painted(w.visit.Drawing), w.visit.Answers, w.visit.Client)
		return readable(w.visit)
	},
	"a way back": func(_ *site, r *http.Request) error {
		if to := urlPath(r.PostForm.Get("to")); !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
			panic("leads away: " + to)
		}
		return nil
	},
}

// readable holds that what a form made of a visit can be written, and read again.
func readable(v knead.Visit) error {
	text, err := knead.WriteVisit(v)
	if err != nil {
		return err
	}
	if _, err := knead.ReadVisit(text); err != nil {
		return &knead.Error{Kind: knead.Invalid, Say: "cannot be read again", Err: err}
	}
	return nil
}

// FuzzFormReaders gives any form to each reader.
func FuzzFormReaders(f *testing.F) {
	s, err := newSite()
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		"", "name=Ana&called=A&born=1980-02-03&tags=a,b&medicines=x%0Ay&pressure=3&technique=stroking", "sign=g1&effect=bruise&since=better&soreness=3&message=hello",
		"to=x&reason=x&findings=x&done=x&urgency=x&from=x", "h-0=S&s-0=a%0Ab&h-1=O&s-1=&version=3&private=1", "instrument=psfs&moment=review&at=2026-03-09T08:00&a-1=4&activity-1=stairs",
		"instrument=odi&moment=review&at=2026-03-09T08:00&a-score=20", "phrases=a:+b%0Ac:d%0A:", "tap=comfort+3&step=warm", "tap=pain-after+0+4", "tap=stop+faint", "tap=add&place=nape&side=left&minutes=3",
		`visit={"answers":"all-no"}&paint=aching;deep;4:10-12&say=left+shoulder&say-level=5&r=nape:left&l-nape=4&figure=lean&view=back`, "asked=1&q-g1=no&q-g6=yes&w-g12=x&p-g12=left+knee&age=40&none-g0=1",
		"age=999999999999999999999&q-g11=yes&w-g11=46", "to=//elsewhere.example&to=/today", "emergency=x&guardian=y&can=prone&none=1&wishes=1", "%zz=%&;=&=", "a=" + strings.Repeat("x", 5000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for name, read := range readers {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if r.ParseForm() != nil {
				return
			}
			if err := read(s, r); err != nil && !utf8.ValidString(err.Error()) && utf8.ValidString(body) && !strings.Contains(body, "%") {
				t.Errorf("%s: what is said of a wrong form is no text: %q", name, err)
			}
		}
	})
}

// FuzzAddresses asks the whole door for any address, as nobody: no address makes it fall
// over, and none that is not known leads anywhere but to the sign-in.
func FuzzAddresses(f *testing.F) {
	s, door, _ := accessSite(f)
	d := seedDesks(f, s)
	d.open(f, s)
	for _, seed := range []string{
		"/", "/l/x", "/l/" + strings.Repeat("A", 66), "/c/..", "/join/%00", "/reset/AaIlm7jGcC6CIl6KAUIQ1w.VqXN2horxhktY393NIubJPwdCnUjo7YIwfn6rgNszQU", "/visits/../today", "/clients/%2e%2e",
		"/signin?to=//elsewhere.example", "/unlock?to=/%0d%0aX:1", "/find?q=%ff", "/audit?before=99999999999999999999&client=x", "/static/x/../../y", "/body/1/lean/back/cells", "/l/" + d.values["/l"][0] + "/paint?view=%22%3E",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.ParseRequestURI(address)
		if err != nil || u.Host != "" || !strings.HasPrefix(address, "/") || strings.Contains(address, "/events") || strings.ContainsAny(address, " \r\n") {
			return
		}
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.URL, r.RequestURI, r.Host = u, address, "localhost:8080"
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("GET %q is answered with %d", address, w.Code)
		}
		if to := w.Header().Get("Location"); strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\r\n\\") {
			t.Errorf("GET %q leads to %q", address, to)
		}
	})
}
