package auth

import (
	"container/list"
	"crypto/sha256"
	"hash/maphash"
)

// shelf remembers a value for each of the keys used last, and a trace of all others, in
// bounded memory.
//
// Simply forgetting the oldest key would let somebody who is slowed down ask under ten
// thousand other names until their own is forgotten, and begin afresh. Refusing new keys
// when the memory is full would let the same person shut everybody else out. So a value
// that must make room is folded into one of a fixed number of traces, chosen by a hash
// with a secret seed, and a key that is not remembered begins from its trace. merge makes
// a trace stricter, never milder: who is pushed out comes back no better off. The price
// is that under such a flood a stranger may share the trace of another and wait with
// them; they wait for as long as that one key would have, and nobody is shut out.
type shelf[V any] struct {
	most   int
	merge  func(trace, leaving V) V
	seed   maphash.Seed
	traces []V // none until a key has been pushed out
	byKey  map[string]*list.Element
	order  *list.List // front is the key used last
}

type shelved[V any] struct {
	key   string
	value V
}

func newShelf[V any](most int, merge func(trace, leaving V) V) *shelf[V] {
	return &shelf[V]{most: max(most, 1), merge: merge, seed: maphash.MakeSeed(), byKey: map[string]*list.Element{}, order: list.New()}
}

// at gives the value of a key, to read and to change until the next call.
func (s *shelf[V]) at(key string) *V {
	if len(key) > sha256.Size {
		sum := sha256.Sum256([]byte(key)) // a key may be as long as somebody cares to type
		key = string(sum[:])
	}
	if e, ok := s.byKey[key]; ok {
		s.order.MoveToFront(e)
		return &e.Value.(*shelved[V]).value //nolint:forcetypeassert // only these are on the shelf
	}
	if len(s.byKey) >= s.most {
		oldest := s.order.Back()
		leaving := s.order.Remove(oldest).(*shelved[V]) //nolint:forcetypeassert // only these are on the shelf
		delete(s.byKey, leaving.key)
		if s.traces == nil {
			s.traces = make([]V, 4*s.most) // chosen: few keys share a trace even when all of the memory was pushed out once
		}
		trace := s.trace(leaving.key)
		*trace = s.merge(*trace, leaving.value)
	}
	entry := &shelved[V]{key: key}
	if s.traces != nil {
		entry.value = *s.trace(key)
	}
	s.byKey[key] = s.order.PushFront(entry)
	return &entry.value
}

func (s *shelf[V]) trace(key string) *V {
	return &s.traces[maphash.String(s.seed, key)%uint64(len(s.traces))]
}
