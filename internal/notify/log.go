package notify

import (
	"context"
	"slices"
	"sync"
)

// keptMessages is how many messages [Log] keeps (chosen: some days of a small
// practice; they are held in memory, with their links).
const keptMessages = 200

// Log stands in for a [Mailer] where no mail server is set up. It keeps the latest
// messages, so that the desk can read them out or hand over a link, and says of each
// that it was not sent. The zero value is ready.
type Log struct {
	mu   sync.Mutex
	kept []Message
}

// Send keeps the message and returns [ErrNotConfigured]. A message that is tried again
// is kept once.
func (l *Log) Send(_ context.Context, m Message) error {
	if err := m.check(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if m.ID != "" {
		l.kept = slices.DeleteFunc(l.kept, func(k Message) bool { return k.ID == m.ID })
	}
	l.kept = append(l.kept, m)
	if over := len(l.kept) - keptMessages; over > 0 {
		l.kept = slices.Delete(l.kept, 0, over)
	}
	return ErrNotConfigured
}

// Check returns [ErrNotConfigured].
func (*Log) Check(context.Context) error { return ErrNotConfigured }

// Kept lists the messages that were not sent, the latest last.
func (l *Log) Kept() []Message {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.kept)
}
