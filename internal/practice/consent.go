package practice

import (
	"context"
	"errors"
	"strings"

	"knead"
	"knead/internal/store/db"
	"knead/plan"
)

// Consents lists what a client agreed to and took back, oldest first.
func (h *House) Consents(ctx context.Context, by Actor, client knead.ClientID) (acts []knead.Consent, err error) {
	act := SeeNames // the desk sees what is missing
	if by.ByLink() {
		act = SeeChart
	}
	err = h.see(ctx, by, act, func(c *change) error {
		if _, err := c.client(client); err != nil {
			return err
		}
		acts, err = c.consents(client)
		return err
	})
	return acts, err
}

func (c *change) consents(client knead.ClientID) ([]knead.Consent, error) {
	rows, err := c.q.Consents(c.ctx, c.by.Practice, client)
	if err != nil {
		return nil, err
	}
	acts := make([]knead.Consent, 0, len(rows))
	for _, r := range rows {
		scope, err := decode[knead.ConsentScope](r.Scope)
		if err != nil {
			return nil, err
		}
		a := knead.Consent{
			ID: r.ID, Client: r.ClientID, Kind: knead.ConsentKind(r.Kind), Act: r.Act, Edition: r.Edition, Words: r.Words, Scope: scope,
			SignedName: r.SignedName, Signature: r.Signature, Guardian: r.Guardian, Actor: r.Actor, At: r.At,
		}
		if r.VisitID != nil {
			a.Visit = *r.VisitID
		}
		acts = append(acts, a)
	}
	return acts, nil
}

// AddConsents adds acts of consent in one go, each with the words that were shown.
func (h *House) AddConsents(ctx context.Context, by Actor, client knead.ClientID, acts []knead.Consent) error {
	for i := range acts {
		a := &acts[i]
		a.ID, a.SignedName, a.Guardian = newID(), strings.TrimSpace(a.SignedName), strings.TrimSpace(a.Guardian)
		if err := checkConsent(*a); err != nil {
			return err
		}
	}
	err := h.tries(func() error { return h.addConsents(ctx, by, client, acts) })
	if err == nil {
		h.watch.tell(by.Practice, Event{Kind: "consent", Client: client})
	}
	return err
}

func (h *House) addConsents(ctx context.Context, by Actor, client knead.ClientID, acts []knead.Consent) error {
	return h.do(ctx, by, EditChart, func(c *change) error {
		who, err := c.client(client)
		if err != nil {
			return err
		}
		before, err := c.agreed(client)
		if err != nil {
			return err
		}
		told := map[string]string{}
		for _, a := range acts {
			if err := c.guarded(who, a); err != nil {
				return err
			}
			scope, err := encode(a.Scope)
			if err != nil {
				return err
			}
			row := db.AddConsentParams{
				PracticeID: by.Practice, ID: a.ID, ClientID: client, Kind: string(a.Kind), Act: a.Act, Edition: a.Edition, Words: a.Words, Scope: scope,
				SignedName: a.SignedName, Signature: a.Signature, Guardian: a.Guardian, Actor: by.Text(), At: c.now,
			}
			if a.Visit != "" {
				if v, err := c.visit(a.Visit); err != nil || v.Client != client {
					return errors.Join(err, errNotYours("visit"))
				}
				row.VisitID = &a.Visit
			}
			if err := c.q.AddConsent(ctx, row); err != nil {
				return err
			}
			told[string(a.Kind)] = a.Act
		}
		now, err := c.agreed(client)
		if err != nil {
			return err
		}
		if err := c.rewish(client, knead.Bounds(who.Profile, before), knead.Bounds(who.Profile, now)); err != nil {
			return err
		}
		c.about("consent", string(client), client, told)
		return nil
	})
}

// agreed is what the client agreed to for the treatment, or left out.
func (c *change) agreed(client knead.ClientID) (knead.ConsentScope, error) {
	acts, err := c.consents(client)
	if err != nil {
		return knead.ConsentScope{}, err
	}
	return knead.Consents(acts, nil)[knead.ConsentTreatment].Scope, nil
}

// guarded holds that a guardian signs for a minor, by the birth date or by the age that
// was answered.
func (c *change) guarded(who knead.Client, a knead.Consent) error {
	if a.Act != knead.ConsentGiven || a.Guardian != "" {
		return nil
	}
	p, err := c.practice()
	if err != nil {
		return err
	}
	age, known := who.AgeAt(c.now.Time())
	if a.Visit != "" && !known {
		v, err := c.visit(a.Visit)
		if err != nil {
			return err
		}
		age, known = v.Input.Client.Age, v.Input.Client.Age > 0
	}
	if known && age < p.Settings.MinorUntilAge {
		return &knead.Error{Kind: knead.Invalid, Field: "guardian", Say: "A parent or guardian signs for a minor. Please write their name."}
	}
	return nil
}

// rewish changes what the visits of a client that are still to come must not do.
func (c *change) rewish(client knead.ClientID, before, now plan.Preferences) error {
	return c.visitsToCome(client, func(v *knead.VisitRecord) { v.Input.Rewish(before, now) })
}

// visitsToCome changes the visits of a client that are not over.
func (c *change) visitsToCome(client knead.ClientID, f func(*knead.VisitRecord)) error {
	rows, err := c.q.VisitsOf(c.ctx, c.by.Practice, client, newestVisits)
	if err != nil {
		return err
	}
	for _, r := range rows {
		switch knead.VisitState(r.State) {
		case knead.VisitEnded, knead.VisitClosed, knead.VisitCancelled:
			continue
		}
		v, err := visitOf(r)
		if err != nil {
			return err
		}
		before, err := writeParts(v)
		if err != nil {
			return err
		}
		f(&v)
		after, err := writeParts(v)
		if err != nil {
			return err
		}
		if before == after {
			continue
		}
		if err := c.putVisit(v); err != nil {
			return err
		}
	}
	return nil
}

// newestVisits is how many of a client's newest visits are looked at for those to come
// (chosen: nobody is booked further ahead).
const newestVisits = 60

// longest drawn signature, in bytes of its path; chosen: about 2,000 points
const maxSignature = 32 << 10

func checkConsent(a knead.Consent) error {
	switch a.Act {
	case "given":
		if a.SignedName == "" {
			return &knead.Error{Kind: knead.Invalid, Field: "signed", Say: "Please sign with your name."}
		}
	case "refused", "withdrawn":
	default:
		return &knead.Error{Kind: knead.Invalid, Say: "A consent is given, refused or withdrawn."}
	}
	for field, text := range map[string]string{"signed": a.SignedName, "guardian": a.Guardian} {
		if err := knead.CheckLine(field, text, knead.MaxNameLetters); err != nil {
			return err
		}
	}
	if len(a.Signature) > maxSignature || strings.Trim(a.Signature, "MLml0123456789., -") != "" {
		return &knead.Error{Kind: knead.Invalid, Field: "signature", Say: "The signature could not be read. Draw it again, or type your name."}
	}
	return nil
}
