package practice

import (
	"sync"

	"knead"
)

// unwritten is what this process knows of a device and could not write down, as on a full
// disk: that somebody is here, that the screen was locked, that it was opened. Without it
// a screen would lock while it is used, and a right password would open nothing. It only
// ever opens the lock that the proof was given for, and is gone when the process ends:
// then what was written last counts.
type unwritten struct {
	mu      sync.Mutex
	devices map[string]device // by the id of the sign-in, which is a digest of 256 random bits
}

type device struct {
	seen   knead.Instant
	proved knead.Instant // when the member showed who they are; 0: not since it was written
	opens  knead.Instant // the written lock that this opened, by its time
	locked bool
}

func (u *unwritten) of(id string) device {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.devices[id]
}

func (u *unwritten) note(id string, change func(*device)) {
	u.mu.Lock()
	defer u.mu.Unlock()
	d := u.devices[id]
	change(&d)
	if u.devices == nil {
		u.devices = map[string]device{}
	}
	u.devices[id] = d
}

func (u *unwritten) forget(id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.devices, id)
}
