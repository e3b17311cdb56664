package web

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"knead"
	"knead/internal/practice"
)

// listener is a page that listens.
type listener struct {
	t     *testing.T
	lines chan string
	stop  context.CancelFunc
	code  int
}

func (o *office) listen(address, cookie string) *listener {
	o.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	o.t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/events", http.NoBody)
	if err != nil {
		o.t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "knead", Value: cookie})
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		o.t.Fatal(err)
	}
	l := &listener{o.t, make(chan string, 100), stop, answer.StatusCode}
	go func() {
		defer close(l.lines)
		defer answer.Body.Close()
		for scan := bufio.NewScanner(answer.Body); scan.Scan(); {
			if text := scan.Text(); text != "" {
				l.lines <- text
			}
		}
	}()
	return l
}

// hears waits for the next line, or for the end.
func (l *listener) hears() (line string, open bool) {
	l.t.Helper()
	select {
	case line, open = <-l.lines:
		return line, open
	case <-time.After(time.Minute): // far longer than it takes; a test that hangs says where
		l.t.Fatal("nothing was heard")
		return "", false
	}
}

// touch changes the visit a little.
func (o *office) touch() {
	o.t.Helper()
	_, err := o.house.ChangeVisit(context.Background(), o.owner, o.visit, func(v *knead.VisitRecord) error {
		v.Input.Minutes = 30 + (v.Input.Minutes+1)%60
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// served is the office at an address.
func (o *office) served() string {
	web := httptest.NewServer(o.door)
	o.t.Cleanup(web.CloseClientConnections)
	return web.URL
}

func TestAPageHearsWhatChangesInItsPractice(t *testing.T) {
	o := newOffice(t)
	l := o.listen(o.served(), o.cookie)
	if line, _ := l.hears(); line != ": here" {
		t.Errorf("the stream begins with %q", line)
	}
	o.touch()
	line, _ := l.hears()
	if want := `data: {"kind":"visit","visit":"` + string(o.visit) + `","client":"` + string(o.client) + `"}`; line != want {
		t.Errorf("heard %q, want %q", line, want)
	}
	if strings.Contains(line, "Kim") {
		t.Error("a name was heard")
	}
}

func TestAListenerHearsOnlyWhatTheyMaySee(t *testing.T) {
	o := newOffice(t)
	address := o.served()
	elsewhere, err := o.house.SetUp(t.Context(), practice.Setup{Practice: "Elsewhere", Zone: "Europe/Berlin", Owner: "A Stranger", Email: "stranger@example.org", Password: officePassword})
	if err != nil {
		t.Fatal(err)
	}
	stranger, _, err := o.house.SignIn(t.Context(), elsewhere.Practice, practice.Proof{Email: "stranger@example.org", Password: officePassword, From: netip.MustParseAddr("192.0.2.7")})
	if err != nil {
		t.Fatal(err)
	}
	others := map[string]*listener{
		"a stranger's practice":            o.listen(address, stranger),
		"a substitute of no client at all": o.listen(address, o.member(knead.Substitute, "sub@example.org")),
	}
	for what, l := range others {
		if line, _ := l.hears(); line != ": here" {
			t.Fatalf("%s: the stream begins with %q", what, line)
		}
	}
	mine := o.listen(address, o.cookie)
	mine.hears()
	for range 3 {
		o.touch()
		mine.hears() // so that the others would have heard by now
	}
	for what, l := range others {
		select {
		case line := <-l.lines:
			t.Errorf("%s heard %q", what, line)
		default:
		}
	}
	for _, cookie := range []string{"", "junk"} {
		if l := o.listen(address, cookie); l.code != http.StatusUnauthorized {
			t.Errorf("nobody gets %d", l.code)
		}
	}
}

func TestAStreamEndsWithTheSignIn(t *testing.T) {
	o := newOffice(t)
	address := o.served()
	for _, end := range []string{"/lock", "/signout"} {
		cookie := o.signIn("noor@example.org")
		l := o.listen(address, cookie)
		l.hears()
		if code, _, _ := o.post(cookie, end, nil); code != http.StatusSeeOther {
			t.Fatalf("POST %s is %d", end, code)
		}
		if line, open := l.hears(); open {
			t.Errorf("after %s it went on with %q", end, line)
		}
	}
}

func TestFewPagesOfOneSignInListenAtOnce(t *testing.T) {
	o := newOffice(t)
	address := o.served()
	var all []*listener
	for range mostEars {
		l := o.listen(address, o.cookie)
		l.hears()
		all = append(all, l)
	}
	if l := o.listen(address, o.cookie); l.code != http.StatusTooManyRequests {
		t.Errorf("one more gets %d", l.code)
	}
	if l := o.listen(address, o.signIn("noor@example.org")); l.code != http.StatusOK {
		t.Errorf("another device gets %d", l.code)
	}
	all[0].stop()
	for until := time.Now().Add(time.Minute); time.Now().Before(until); { // the server notices a moment later
		if l := o.listen(address, o.cookie); l.code == http.StatusOK {
			return
		}
	}
	t.Error("a place that was given back is not lent again")
}

func TestASlowListenerHoldsNobodyUp(t *testing.T) {
	o := newOffice(t)
	_, stop := o.house.Watch(o.owner) // and never listens
	defer stop()
	for range 40 {
		o.touch()
	}
}

func TestAPageThatAsksByItselfKeepsNoScreenOpen(t *testing.T) {
	o := newOffice(t)
	ask := func(live string) int {
		r := httptest.NewRequest(http.MethodGet, "/today", http.NoBody)
		r.AddCookie(&http.Cookie{Name: "knead", Value: o.cookie})
		if live != "" {
			r.Header.Set(liveHeader, live)
		}
		w := httptest.NewRecorder()
		o.door.ServeHTTP(w, r)
		return w.Code
	}
	for range 2 {
		o.now = o.now.Add(6 * time.Minute)
		if code := ask("page"); code != http.StatusOK {
			t.Errorf("a page that asks by itself gets %d", code)
		}
	}
	o.now = o.now.Add(6 * time.Minute)
	if code := ask("page"); code != http.StatusSeeOther {
		t.Errorf("18 minutes after the last touch a page that asks by itself gets %d", code)
	}
	if code := ask(""); code != http.StatusSeeOther {
		t.Errorf("18 minutes after the last touch the page is %d, want the lock", code)
	}
}
