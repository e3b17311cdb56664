package practice

import (
	"context"
	"sync"

	"knead"
)

// Event tells a page that something changed. It carries ids only: the page asks for what
// it may see.
type Event struct {
	Kind   string
	Visit  knead.VisitID
	Client knead.ClientID
}

// EventSignin is the kind of the event that a device was locked or signed out: whoever
// listens has to look whether they still may.
const EventSignin = "signin"

// MayHear tells whether an event is about a client whom the actor may see.
func (h *House) MayHear(ctx context.Context, by Actor, e Event) (bool, error) {
	if by.ByLink() || e.Client == "" {
		return false, nil
	}
	err := h.see(ctx, by, SeeNames, func(c *change) error {
		_, err := c.client(e.Client)
		return err
	})
	if kind := knead.KindOf(err); kind == knead.NotFound || kind == knead.NotAllowed {
		return false, nil
	}
	return err == nil, err
}

// watch passes events to the pages that are open in this process. Losing one costs a
// reload, never data.
type watch struct {
	mu   sync.Mutex
	ears map[knead.PracticeID]map[chan Event]bool
}

func newWatch() *watch { return &watch{ears: map[knead.PracticeID]map[chan Event]bool{}} }

func (w *watch) tell(p knead.PracticeID, e Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ear := range w.ears[p] {
		select {
		case ear <- e:
		default: // a page that does not listen is not waited for
		}
	}
}

// Watch gives the events of the actor's practice until stop is called.
func (h *House) Watch(by Actor) (events <-chan Event, stop func()) {
	ear := make(chan Event, 16)
	w := h.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ears[by.Practice] == nil {
		w.ears[by.Practice] = map[chan Event]bool{}
	}
	w.ears[by.Practice][ear] = true
	return ear, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.ears[by.Practice], ear)
	}
}
