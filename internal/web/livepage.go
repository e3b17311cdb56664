package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"knead"
	"knead/internal/practice"
	"knead/internal/server"
)

// liveHeader marks what a page asks by itself. Its value says nothing.
const liveHeader = "Knead-Live"

// mostEars is how many pages of one sign-in may listen at once (chosen: browsers open six
// connections to one server, and a page needs some to load).
const mostEars = 4

// ears counts the pages that listen, by sign-in.
type ears struct {
	mu sync.Mutex
	n  map[string]int
}

// lend gives a place to listen, until done is called; false: all are taken.
func (e *ears) lend(signin string) (done func(), ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.n == nil {
		e.n = map[string]int{}
	}
	if e.n[signin] >= mostEars {
		return nil, false
	}
	e.n[signin]++
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.n[signin]--; e.n[signin] == 0 {
			delete(e.n, signin)
		}
	}, true
}

// liveEvent is what a page hears: that something changed, by its ids. What it is, the
// page asks for.
type liveEvent struct {
	Kind   string         `json:"kind"`
	Visit  knead.VisitID  `json:"visit,omitempty"`
	Client knead.ClientID `json:"client,omitempty"`
}

// live tells the pages of the workspace when something changed that their reader may see.
// It ends when the reader signs out or the screen locks.
func (s *site) live(w http.ResponseWriter, r *http.Request) error {
	r.Header.Set(liveHeader, "stream") // listening is not being there
	p, err := s.who(r)
	if err != nil {
		return status(err)
	}
	if p == nil || p.signin.Locked {
		return writeJSON(w, http.StatusUnauthorized, refusal{Why: "gone"})
	}
	done, ok := s.ears.lend(p.Signin)
	if !ok {
		return &server.StatusError{Status: http.StatusTooManyRequests, Err: errors.New("too many pages listen")}
	}
	defer done()
	s.stream(w, r, p.Actor, func(e practice.Event) (line string, still bool) {
		line, still, err := s.heard(r, p.Actor, e)
		return line, still && err == nil
	})
	return nil
}

// heard is what an event sounds like to somebody: nothing, if it is not theirs to hear.
func (s *site) heard(r *http.Request, by practice.Actor, e practice.Event) (line string, still bool, err error) {
	if !s.stillHere(r) {
		return "", false, nil
	}
	if may, err := s.house.MayHear(r.Context(), by, e); err != nil || !may {
		return "", true, err
	}
	b, err := json.Marshal(liveEvent{e.Kind, e.Visit, e.Client})
	return fmt.Sprintf("data: %s\n\n", b), true, err
}
