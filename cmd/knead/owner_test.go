package main

import (
	"bytes"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"knead/internal/practice"
)

func TestAnOwnerIsLetInAgainByWhoeverHasTheMachine(t *testing.T) {
	place := recordPlace{Data: t.TempDir()}
	ctx := t.Context()
	house, closeRecord, err := openHouse(ctx, place)
	if err != nil {
		t.Fatal(err)
	}
	defer closeRecord()
	var out, wrong bytes.Buffer
	reset := func(more ...string) int {
		out.Reset()
		wrong.Reset()
		return run(append([]string{"owner", "reset", "--data", place.Data, "--url", "https://knead.example/"}, more...), streams{strings.NewReader(""), &out, &wrong})
	}
	if code := reset(); code != exitInput || !strings.Contains(wrong.String(), "no practice in this record yet") {
		t.Errorf("an empty record: exit %d, %s", code, &wrong)
	}
	_, owner, err := house.SetUpAndEnter(ctx, practice.Setup{Practice: "Clay", Zone: "UTC", Owner: "Noor", Email: "noor@example.org"}, "test")
	if err != nil {
		t.Fatal(err)
	}
	if code := reset("--email", "nobody@example.org"); code != exitInput {
		t.Errorf("an unknown address: exit %d, want %d", code, exitInput)
	}
	if code := reset("--email", " Noor@example.org"); code != 0 {
		t.Fatalf("exit %d: %s", code, &wrong)
	}
	found := regexp.MustCompile(`https://knead\.example/join/(\S+)`).FindStringSubmatch(out.String())
	if found == nil {
		t.Fatalf("no link for an owner who never had a way in:\n%s", &out)
	}
	by, _, err := house.Invited(ctx, found[1], practice.ForJoin, netip.MustParseAddr("192.0.2.1"))
	if err != nil || by.Practice != owner.Practice || by.Member != owner.Member {
		t.Fatalf("the link is %+v, %v", by, err)
	}
	if _, _, err := house.Join(ctx, by, practice.Way{Password: "seven warm stones in a row"}); err != nil {
		t.Fatal(err)
	}
	if code := reset(); code != 0 || !strings.Contains(out.String(), "https://knead.example/reset/") {
		t.Errorf("an owner who had a way in: exit %d\n%s%s", code, &out, &wrong)
	}
}
