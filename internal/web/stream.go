package web

import (
	"io"
	"net/http"
	"time"

	"knead/internal/practice"
)

// watchPulse is how often a silent stream says that it is alive, and looks whether the
// person is still signed in.
const watchPulse = 25 * time.Second

// stream passes what happens in the practice on to a page that listens, as server-sent
// events, until the page goes or the person is no longer signed in on an open screen. hear
// gives the line for an event; an empty one says nothing, and still=false ends the stream.
func (s *site) stream(w http.ResponseWriter, r *http.Request, by practice.Actor, hear func(practice.Event) (line string, still bool)) {
	events, stop := s.house.Watch(by)
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy must not hold the stream back
	flush := http.NewResponseController(w)
	say := func(line string) bool {
		_, err := io.WriteString(w, line)
		return err == nil && flush.Flush() == nil
	}
	pulse := time.NewTicker(watchPulse)
	defer pulse.Stop()
	for ok := say(": here\n\n"); ok; {
		select {
		case <-r.Context().Done():
			return
		case e := <-events:
			line, still := hear(e)
			if !still {
				return
			}
			ok = line == "" || say(line)
		case <-pulse.C:
			if !s.stillHere(r) {
				return
			}
			ok = say(": here\n\n")
		}
	}
}

// stillHere tells that the one who listens is signed in and the screen is not locked.
func (s *site) stillHere(r *http.Request) bool {
	p, err := s.who(r)
	return err == nil && p != nil && !p.signin.Locked
}
