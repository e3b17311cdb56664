package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"knead"
)

func holds(t *testing.T, what, page string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("%s does not hold %q", what, want)
		}
	}
}

func TestTheCarePlanStandsBesideThePlanAndOnTheRecord(t *testing.T) {
	x := newAtTable(t, true)
	first := x.see(x.at()+"/assess", http.StatusOK)
	holds(t, "the first plan", first, "A first course: 4 sessions", `class="sitting to-come"`, "Look before session 4 begins", "Session 4, week 4")
	if page := x.see(x.person()+"/outcomes", http.StatusOK); strings.Contains(page, `id="course"`) {
		t.Error("a client without a session has a course on their record")
	}
	x.treat()
	x.again("5")
	page := x.see(x.at()+"/assess", http.StatusOK)
	holds(t, "the second plan", page, "Sessions had: 1. 3 more", `class="sitting had"`, "Session 1, had:", "Pain on arrival")
	page = x.see(x.person()+"/outcomes", http.StatusOK)
	holds(t, "the record", page, "As planned at the first session", `class="sitting planned"`, "As it went, and what is to come", `action="`+x.person()+`/course"`)
}

func TestATherapistDecidesOtherwiseAboutTheCourse(t *testing.T) {
	x := newAtTable(t, true)
	x.treat()
	x.again("5")
	to := x.person() + "/course"
	wishes := func() knead.CourseWishes {
		c, err := x.house.Client(context.Background(), x.owner, x.client)
		if err != nil {
			t.Fatal(err)
		}
		return c.Profile.Course
	}
	x.send(to, http.StatusSeeOther, url.Values{"every": {"14"}, "sessions": {"3"}})
	if got := wishes(); got.Every != 14 || got.Sessions != 3 {
		t.Errorf("the wishes are %+v, want every 14 days and 3 sessions", got)
	}
	holds(t, "the plan", x.see(x.at()+"/assess", http.StatusOK), "Sessions had: 1. 2 more, one about every 14 days", "Look before session 3 begins")
	for _, bad := range []url.Values{{"every": {"1"}}, {"every": {"soon"}}, {"sessions": {"7"}}} {
		x.send(to, http.StatusUnprocessableEntity, bad)
	}
	if got := wishes(); got.Every != 14 {
		t.Errorf("what was refused was stored: %+v", got)
	}
	x.pass(time.Minute)
	x.send(to, http.StatusSeeOther, url.Values{"do": {"begin"}})
	x.again("5")
	page := x.see(x.at()+"/assess", http.StatusOK)
	holds(t, "the plan of a new course", page, "A first course: 3 sessions")
	x.send(to, http.StatusSeeOther, url.Values{"do": {"rejoin"}})
	holds(t, "the plan of the old course", x.see(x.at()+"/assess", http.StatusOK), "Sessions had: 1.")
	audit := x.see("/audit", http.StatusOK)
	holds(t, "the list of what was done", audit, "planned a client’s course")
}
