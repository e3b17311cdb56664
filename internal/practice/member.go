package practice

import (
	"context"
	"strings"
	"time"

	"knead"
	"knead/internal/auth"
	"knead/internal/store/db"
)

// Setup is what the first page asks: the practice and its owner.
type Setup struct {
	Practice string
	Zone     string
	Owner    string
	Email    string
	Password string // empty: the owner comes by passkey, made right after
	Demo     bool
}

// Practices lists the practices of this installation.
func (h *House) Practices(ctx context.Context) (list []knead.Practice, err error) {
	err = h.store.Read(ctx, func(q *db.Queries) error {
		rows, err := q.Practices(ctx)
		if err != nil {
			return err
		}
		list = make([]knead.Practice, 0, len(rows))
		for _, r := range rows {
			p, err := practiceOf(r)
			if err != nil {
				return err
			}
			list = append(list, p)
		}
		return nil
	})
	return list, err
}

// Practice reads the actor's practice.
func (h *House) Practice(ctx context.Context, by Actor) (p knead.Practice, err error) {
	err = h.store.Read(ctx, func(q *db.Queries) error {
		row, err := q.Practice(ctx, by.Practice)
		if err != nil {
			return err
		}
		p, err = practiceOf(row)
		return err
	})
	return p, err
}

// practice reads the actor's practice within a transaction.
func (c *change) practice() (knead.Practice, error) {
	row, err := c.q.Practice(c.ctx, c.by.Practice)
	if err != nil {
		return knead.Practice{}, err
	}
	return practiceOf(row)
}

func practiceOf(r db.Practice) (knead.Practice, error) {
	settings, err := decode[knead.Settings](r.Settings)
	return knead.Practice{
		ID: r.PracticeID, Name: r.Name, Zone: r.Zone, Settings: settings.WithDefaults(), Demo: r.Demo, Created: r.CreatedAt, Version: r.Version,
	}, err
}

// Check says what is wrong with what was typed, in the order of the page; the password is
// looked at when it is kept.
func (s Setup) Check() error {
	name := strings.TrimSpace(s.Practice)
	if name == "" {
		return &knead.Error{Kind: knead.Invalid, Field: "practice", Say: "Give the practice a name. It can be changed later."}
	}
	if err := knead.CheckLine("practice", name, knead.MaxNameLetters); err != nil {
		return err
	}
	if err := checkZone(s.Zone); err != nil {
		return err
	}
	return checkMember(knead.Member{Name: strings.TrimSpace(s.Owner), Email: address(s.Email)})
}

// SetUp makes a practice and its owner, and gives the owner as an actor.
func (h *House) SetUp(ctx context.Context, s Setup) (owner Actor, err error) {
	if err := s.Check(); err != nil {
		return owner, err
	}
	s.Practice, s.Owner, s.Email = strings.TrimSpace(s.Practice), strings.TrimSpace(s.Owner), address(s.Email)
	m := knead.Member{ID: knead.MemberID(newID()), Name: s.Owner, Email: s.Email, Role: knead.Owner}
	hash, err := hashNew(s.Password, s.Practice, s.Owner, s.Email)
	if err != nil {
		return owner, err
	}
	owner = Actor{Practice: knead.PracticeID(newID()), Member: m.ID, Name: m.Name, Role: knead.Owner}
	credential := newID()
	begun := false
	act := knead.ActID(newID())
	err = h.store.Write(ctx, func(q *db.Queries) error {
		if begun {
			if n, err := q.ActDone(ctx, owner.Practice, act); err != nil || n > 0 {
				return err
			}
		}
		begun = true
		c := &change{ctx: ctx, q: q, by: owner, now: h.Now()}
		if err := q.AddPractice(ctx, db.AddPracticeParams{PracticeID: owner.Practice, Name: s.Practice, Zone: s.Zone, Settings: "{}", Demo: s.Demo, CreatedAt: c.now}); err != nil {
			return err
		}
		if err := q.AddAuditHead(ctx, owner.Practice, genesis); err != nil {
			return err
		}
		if err := c.addMember(m); err != nil {
			return err
		}
		if hash != "" {
			if err := c.addCredential(credential, m.ID, "password", "Password", hash, 0); err != nil {
				return err
			}
		}
		c.about("practice", string(owner.Practice), "", nil)
		return c.seal(ChangePractice, act)
	})
	return owner, err
}

// SetUpAndEnter makes a practice and its owner, and signs the owner in.
func (h *House) SetUpAndEnter(ctx context.Context, s Setup, agent string) (bearer string, owner Actor, err error) {
	if owner, err = h.SetUp(ctx, s); err != nil {
		return "", owner, err
	}
	bearer, err = h.enter(ctx, &owner, agent, "setup")
	return bearer, owner, err
}

// hashNew hashes a password that somebody chooses, if it is good enough.
func hashNew(password string, known ...string) (string, error) {
	if password == "" {
		return "", nil
	}
	if err := auth.AcceptPassword(password, known...); err != nil {
		return "", &knead.Error{Kind: knead.Invalid, Field: "password", Say: err.Error()}
	}
	return auth.HashPassword(password)
}

func checkZone(zone string) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		return &knead.Error{Kind: knead.Invalid, Field: "zone", Say: "This time zone is not known. It looks like Europe/Berlin."}
	}
	return nil
}

func address(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func checkMember(m knead.Member) error {
	if m.Name == "" {
		return &knead.Error{Kind: knead.Invalid, Field: "name", Say: "Give a name: it stands under notes and in the log of what was done."}
	}
	if err := knead.CheckLine("name", m.Name, knead.MaxNameLetters); err != nil {
		return err
	}
	if name, host, ok := strings.Cut(m.Email, "@"); !ok || name == "" || host == "" || strings.ContainsAny(m.Email, " \t\r\n,;<>") || len(m.Email) > 254 {
		return &knead.Error{Kind: knead.Invalid, Field: "email", Say: "This is not a mail address. It looks like name@example.org."}
	}
	return nil
}

func (c *change) addMember(m knead.Member) error {
	profile, err := encode(m.Profile)
	if err != nil {
		return err
	}
	return c.q.AddMember(c.ctx, db.AddMemberParams{
		PracticeID: c.by.Practice, ID: m.ID, Name: m.Name, Email: m.Email, Role: string(m.Role), Profile: profile, UntilAt: m.Until, CreatedAt: c.now,
	})
}

func (c *change) addCredential(id string, m knead.MemberID, kind, label, secret string, counter int64) error {
	return c.q.AddCredential(c.ctx, db.AddCredentialParams{
		PracticeID: c.by.Practice, ID: id, MemberID: m, Kind: kind, Label: label, Secret: secret, Counter: counter, CreatedAt: c.now,
	})
}

func memberOf(r db.Member) (knead.Member, error) {
	profile, err := decode[knead.MemberProfile](r.Profile)
	return knead.Member{
		ID: r.ID, Name: r.Name, Email: r.Email, Role: knead.Role(r.Role), Profile: profile,
		Until: r.UntilAt, Disabled: r.DisabledAt, Created: r.CreatedAt, Version: r.Version,
	}, err
}

// Members lists who works for the practice.
func (h *House) Members(ctx context.Context, by Actor) (list []knead.Member, err error) {
	err = h.see(ctx, by, SeeNames, func(c *change) error {
		rows, err := c.q.Members(ctx, by.Practice)
		if err != nil {
			return err
		}
		list = make([]knead.Member, 0, len(rows))
		for _, r := range rows {
			m, err := memberOf(r)
			if err != nil {
				return err
			}
			list = append(list, m)
		}
		return nil
	})
	return list, err
}

// ChangePractice changes the practice's name, zone or settings.
func (h *House) ChangePractice(ctx context.Context, by Actor, version int64, f func(*knead.Practice) error) error {
	return h.do(ctx, by, ChangePractice, func(c *change) error {
		row, err := c.q.Practice(ctx, by.Practice)
		if err != nil {
			return err
		}
		p, err := practiceOf(row)
		if err != nil {
			return err
		}
		if version != 0 && version != p.Version {
			return one(0, nil)
		}
		if err := f(&p); err != nil {
			return err
		}
		if err := checkPractice(&p); err != nil {
			return err
		}
		settings, err := encode(p.Settings)
		if err != nil {
			return err
		}
		c.about("practice", string(p.ID), "", nil)
		return one(c.q.ChangePractice(ctx, db.ChangePracticeParams{PracticeID: p.ID, Name: p.Name, Zone: p.Zone, Settings: settings, Version: p.Version}))
	})
}
