package web

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"knead"
)

func TestTheSearchFindsClientsDaysAndTheAtlas(t *testing.T) {
	o := newOffice(t)
	visit := `href="/visits/` + string(o.visit) + `"`
	for q, want := range map[string]string{
		"kim": `href="/clients/` + string(o.client) + `"`, "2026-05-04": visit, "4 May": visit, "4 may 2026": visit, "May 4": visit, "4.5.": visit,
		"levator": `href="/atlas/muscles/`, "": "What you look for appears here", "5 May": "There is no visit on this day",
	} {
		code, page := o.get(o.cookie, "/find?q="+url.QueryEscape(q))
		if code != http.StatusOK {
			t.Errorf("/find?q=%s is %d", q, code)
		}
		o.holds("the search for "+q, page, want)
	}
	_, page := o.get(o.member(knead.Substitute, "sub@example.org"), "/find?q=kim")
	o.lacks("a search by somebody who may not see the client", page, "Kim Sun")
	_, page = o.get(o.cookie, "/find?q="+url.QueryEscape(`<script>"`))
	o.lacks("the page", page, "<script>\"")
}

func TestADayWithoutAYearIsTheNearest(t *testing.T) {
	now := time.Date(2026, 1, 10, 9, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"20 December": "2025-12-20", "31 May": "2026-05-31", "31.1.": "2026-01-31", "Feb 3": "2026-02-03", "2024-02-29": "2024-02-29", "29 February": "",
		"31 June": "", "May": "", "1": "", "31 May 1066": "",
	} {
		day, ok := dayNamed(text, now)
		if got := day.Format(time.DateOnly); ok != (want != "") || ok && got != want {
			t.Errorf("dayNamed(%q) = %s, %v, want %q", text, got, ok, want)
		}
	}
}

func TestWhatIsTypedIntoAClientsFormIsKeptUntilItIsSaved(t *testing.T) {
	o := newOffice(t)
	form := "/clients/" + string(o.client)
	typed := url.Values{"name": {"Kim Sun"}, "history": {"Fell off a horse"}, "version": {"1"}}
	if code, _, _ := o.post(o.cookie, form+"/draft", typed); code != http.StatusNoContent {
		t.Fatalf("keeping a draft is %d", code)
	}
	_, page := o.get(o.cookie, form+"/edit")
	o.holds("the form", page, "Fell off a horse", "This is what you typed before", `data-draft="`+form+`/draft"`)
	_, page = o.get(o.cookie, form+"/edit?fresh=1")
	o.lacks("the form as it is saved", page, "Fell off a horse")
	_, page = o.get(o.member(knead.Therapist, "other@example.org"), form+"/edit")
	o.lacks("the form of somebody else", page, "Fell off a horse")
	_, page = o.get(o.cookie, "/clients/new")
	o.lacks("the form of a new client", page, "Fell off a horse")
	if code, _, _ := o.post(o.cookie, form, typed); code != http.StatusSeeOther {
		t.Fatalf("saving is %d", code)
	}
	_, page = o.get(o.cookie, form+"/edit")
	o.lacks("the form after saving", page, "This is what you typed before")

	if code, _, _ := o.post(o.cookie, "/clients/draft", url.Values{"name": {"Somebody New"}}); code != http.StatusNoContent {
		t.Errorf("keeping a draft of a new client is %d", code)
	}
	_, page = o.get(o.cookie, "/clients/new")
	o.holds("the form of a new client", page, "Somebody New")
	o.post(o.cookie, "/clients", url.Values{"name": {"Somebody New"}})
	_, page = o.get(o.cookie, "/clients/new")
	o.lacks("the next form", page, "Somebody New")

	if code, _, _ := o.post(o.member(knead.Auditor, "ada@example.org"), form+"/draft", typed); code != http.StatusForbidden {
		t.Errorf("an auditor's draft is %d", code)
	}
	if code, _, _ := o.post(o.member(knead.Substitute, "sub@example.org"), form+"/draft", typed); code != http.StatusNotFound {
		t.Errorf("a draft about a client who is not theirs is %d", code)
	}
}

func TestTheKeysAreListedWithoutScriptToo(t *testing.T) {
	o := newOffice(t)
	code, page := o.get(o.cookie, "/help/keys")
	if code != http.StatusOK {
		t.Errorf("the page is %d", code)
	}
	o.holds("the page", page, "<kbd>g</kbd> <kbd>t</kbd>", "Hide or show names", "data-keys-switch", `<dialog id="keys"`)
}
