package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"knead"
)

func TestALetterIsPrefilledChangedKeptAndPrinted(t *testing.T) {
	o := newOffice(t)
	o.answers("l5")
	code, page := o.get(o.cookie, o.at()+"/letter")
	if code != http.StatusOK {
		t.Fatalf("the letter is %d", code)
	}
	o.holds("the letter", page, "General practitioner or physiotherapist", "Does pain go below the knee", "No massage was given.", "Noor Haddad", "Ask the client before you send it", "lower back: 5 of 10")
	o.lacks("the letter", page, "nerve root", "advises against")

	fields := lettersFields(page)
	if len(fields) != 7 {
		t.Fatalf("the letter has the fields %v", fields)
	}
	fields.Set("to", "Dr. Amara Osei\nHigh Street 1")
	fields.Set("done", "")
	code, _, page = o.post(o.cookie, o.at()+"/letter", fields)
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a letter that does not say what was done is %d", code)
	}
	o.holds("the refusal", page, `id="l-done-err"`, "Dr. Amara Osei", "Say what was done")

	fields.Set("done", "Nothing was done.")
	if code, _, _ := o.post(o.cookie, o.at()+"/letter/draft", fields); code != http.StatusNoContent {
		t.Errorf("keeping a draft is %d", code)
	}
	_, page = o.get(o.cookie, o.at()+"/letter")
	o.holds("the draft", page, "Dr. Amara Osei", "This is what you typed before")
	_, page = o.get(o.cookie, o.at()+"/letter?fresh=1")
	o.lacks("the letter written again", page, "Dr. Amara Osei")

	code, to, _ := o.post(o.cookie, o.at()+"/letter", fields)
	if code != http.StatusSeeOther || !strings.HasPrefix(to, o.at()+"/letters/") {
		t.Fatalf("keeping leads to %d %q", code, to)
	}
	_, page = o.get(o.cookie, to)
	o.holds("the print", page, "Dr. Amara Osei", "High Street 1", "About Kim Sun", "born 10 March 1984", "4 May 2026", "<svg", "It holds no diagnosis")
	o.lacks("the print", page, "Since when") // an empty field is left out
	for _, where := range []string{o.at(), "/clients/" + string(o.client)} {
		_, page := o.get(o.cookie, where)
		o.holds(where, page, `href="`+to+`"`)
	}
	_, page = o.get(o.cookie, o.at()+"/letter")
	o.lacks("the next letter", page, "This is what you typed before")
}

// lettersFields reads the fields of the form.
func lettersFields(page string) url.Values {
	fields := url.Values{}
	for _, m := range regexp.MustCompile(`(?s)<textarea id="l-[a-z]+" name="([a-z]+)"[^>]*>(.*?)</textarea>`).FindAllStringSubmatch(page, -1) {
		fields.Set(m[1], m[2])
	}
	return fields
}

func TestALetterSaysWhenAPlaceWasFirstPainted(t *testing.T) {
	o := newOffice(t)
	o.answers()
	o.now = o.now.AddDate(0, 1, 0)
	o.cookie = o.signIn("noor@example.org")
	next, err := o.house.OpenVisit(t.Context(), o.owner, knead.VisitRecord{Client: o.client, Therapist: o.owner.Member, Starts: o.house.Now()})
	if err != nil {
		t.Fatal(err)
	}
	o.visit = next
	_, page := o.get(o.cookie, o.at()+"/letter")
	o.lacks("a letter without a drawing", page, "for the first time")
	o.answers("g22")
	_, page = o.get(o.cookie, o.at()+"/letter")
	o.holds("the letter", page, "for the first time on 4 May 2026")
}

func TestALetterIsForThoseWhoMaySeeTheChart(t *testing.T) {
	o := newOffice(t)
	o.answers("g6")
	_, to, _ := o.post(o.cookie, o.at()+"/letter", url.Values{"to": {"A doctor"}, "reason": {"x"}, "findings": {"x"}, "done": {"x"}, "urgency": {"x"}, "from": {"x"}})
	for _, c := range []struct {
		role              knead.Role
		write, read, list int
	}{{knead.Desk, 404, 404, 200}, {knead.Auditor, 403, 200, 200}, {knead.Substitute, 404, 404, 404}} {
		cookie := o.member(c.role, string(c.role)+"@example.org")
		if code, _ := o.get(cookie, o.at()+"/letter"); code != c.write {
			t.Errorf("%s: GET letter is %d, want %d", c.role, code, c.write)
		}
		if code, _, _ := o.post(cookie, o.at()+"/letter", nil); code != c.write && code != http.StatusUnprocessableEntity {
			t.Errorf("%s: POST letter is %d, want %d", c.role, code, c.write)
		}
		if code, _, _ := o.post(cookie, o.at()+"/letter/draft", nil); code != c.write {
			t.Errorf("%s: POST letter/draft is %d, want %d", c.role, code, c.write)
		}
		if code, _ := o.get(cookie, to); code != c.read {
			t.Errorf("%s: GET a letter that was kept is %d, want %d", c.role, code, c.read)
		}
		code, page := o.get(cookie, o.at())
		if code != c.list {
			t.Errorf("%s: GET the visit is %d, want %d", c.role, code, c.list)
		}
		if c.read != http.StatusOK {
			o.lacks("the visit for "+string(c.role), page, "A doctor")
		}
	}
	if code, _ := o.get("", to); code != http.StatusSeeOther {
		t.Errorf("nobody gets %d", code)
	}
}
