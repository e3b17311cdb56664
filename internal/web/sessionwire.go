package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"

	"knead"
	"knead/body"
	"knead/internal/practice"
	"knead/internal/server"
)

// looseRoutes are the routes whose limits differ from all others.
func (s *site) looseRoutes() map[string]looseRoute {
	return map[string]looseRoute{
		"POST /visits/{visit}/session/events": {server.RouteLimits{MaxBody: knead.MaxSessionBytes, Types: []string{"application/json"}}, s.sessionEvents},
		"GET /events":                         {server.RouteLimits{WriteTimeout: server.NoLimit}, s.live},
		"GET /visits/{visit}/session/watch":   {server.RouteLimits{WriteTimeout: server.NoLimit}, s.watchSession},
	}
}

type looseRoute struct {
	limits server.RouteLimits
	handle server.Handler
}

// sessionTableWire is what the script knows of a session that does not change.
type sessionTableWire struct {
	Plan    json.RawMessage      `json:"plan"`
	Places  map[string]placeWire `json:"places"`
	NotHere map[string][]string  `json:"notHere"`
	Add     map[string]string    `json:"add"`
}

// sessionTable writes it; away is the skin on which nothing may be added.
func sessionTable(r practice.SessionRecord, away body.Set) (string, error) {
	t := sessionTableWire{Plan: json.RawMessage(r.Visit.Plan), Places: logPlaces(r.Events), NotHere: map[string][]string{}, Add: map[string]string{}}
	for _, a := range knead.RunSession(r.Plan, r.Events).Steps {
		words := areaWords(a.Step)
		if len(words) == 0 {
			continue
		}
		t.NotHere[a.Step.ID] = words
		for _, w := range words {
			learnPlace(t.Places, w)
		}
	}
	for key, place := range addPlaces() {
		if place.cells.Intersect(away).Len() > 0 {
			continue
		}
		t.Add[key] = place.words
		maps.Copy(t.Places, place.wires)
	}
	b, err := json.Marshal(t)
	return string(b), err
}

// logPlaces are the places that a log names.
func logPlaces(events []knead.SessionEvent) map[string]placeWire {
	places := map[string]placeWire{}
	for _, e := range events {
		if e.Kind != knead.EventAdd && e.Kind != knead.EventWithdrawn {
			continue
		}
		learnPlace(places, e.Text)
	}
	return places
}

// learnPlace adds the words of a place, and those in which it is read back.
func learnPlace(places map[string]placeWire, words string) {
	w, ok := placeWireOf(words)
	if !ok {
		return
	}
	places[words] = w
	if again, ok := placeWireOf(w.Words); ok {
		places[w.Words] = again
	}
}

// sessionAnswer is what a device gets back: the whole log where it holds another number
// of events than the record. A log only grows, so that equal numbers are equal logs once
// everything that the device has was taken.
type sessionAnswer struct {
	Now    int64                `json:"now"`
	State  knead.VisitState     `json:"state"`
	Count  int                  `json:"count"`
	Log    json.RawMessage      `json:"log,omitempty"`
	Places map[string]placeWire `json:"places,omitempty"`
}

// refusal is why a device's events were not taken.
type refusal struct {
	Why  string `json:"why"` // gone, locked or refused
	Text string `json:"text,omitempty"`
}

// sessionEvents takes events from a device that keeps them until it gets an answer. The
// answer to somebody who is not signed in is no page, since a script reads it.
func (s *site) sessionEvents(w http.ResponseWriter, r *http.Request) error {
	p, err := s.who(r)
	switch {
	case err != nil:
		return status(err)
	case p == nil:
		return writeJSON(w, http.StatusUnauthorized, refusal{Why: "gone"})
	case p.signin.Locked:
		return writeJSON(w, http.StatusLocked, refusal{Why: "locked"})
	}
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return bad(err)
	}
	events, err := knead.ReadSessionEvents(sent)
	if err != nil {
		return writeJSON(w, http.StatusUnprocessableEntity, refusal{Why: "refused", Text: err.Error()})
	}
	record, err := s.house.AddSessionEvents(r.Context(), p.Actor, knead.VisitID(r.PathValue("visit")), events)
	if err != nil {
		_, say := saidOf(err)
		answer := status(err)
		if known, ok := errors.AsType[*server.StatusError](answer); ok && say != "" && known.Status < http.StatusInternalServerError && knead.KindOf(err) != knead.Conflict {
			return writeJSON(w, known.Status, refusal{Why: "refused", Text: say})
		}
		return answer
	}
	answer := sessionAnswer{Now: int64(s.house.Now()), State: record.Visit.State, Count: len(record.Events)}
	if have, err := strconv.Atoi(r.URL.Query().Get("have")); err != nil || have != answer.Count {
		if answer.Log, err = knead.WriteSessionEvents(record.Events); err != nil {
			return fmt.Errorf("write the log of visit %s: %w", record.Visit.ID, err)
		}
		answer.Places = logPlaces(record.Events)
	}
	return writeJSON(w, http.StatusOK, answer)
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err = w.Write(b)
	return err
}

// watchSession tells a session screen that another device has added something.
func (s *site) watchSession(w http.ResponseWriter, r *http.Request) error {
	r.Header.Set(liveHeader, "stream") // listening is not being there
	p, err := s.who(r)
	if err != nil {
		return status(err)
	}
	if p == nil || p.signin.Locked {
		return writeJSON(w, http.StatusUnauthorized, refusal{Why: "gone"})
	}
	id := knead.VisitID(r.PathValue("visit"))
	if _, err := s.house.SessionLog(r.Context(), p.Actor, id); err != nil {
		return status(err)
	}
	s.stream(w, r, p.Actor, func(e practice.Event) (line string, still bool) {
		if e.Kind != "session" || e.Visit != id {
			return "", true
		}
		return "data: changed\n\n", true
	})
	return nil
}

// serviceWorker serves the script that answers for session pages without a line. It has
// an address of its own, since its address decides for which pages it may answer.
func (s *site) serviceWorker(w http.ResponseWriter, r *http.Request) error {
	f := s.assets.files["sw.js"]
	w.Header().Set("Cache-Control", "no-cache")
	return f.write(w, r)
}
