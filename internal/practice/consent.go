package practice

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"knead"
	"knead/atlas"
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
	var tables []knead.VisitID
	err := h.tries(func() error { return h.addConsents(ctx, by, client, acts, &tables) })
	if err == nil {
		h.watch.tell(by.Practice, Event{Kind: "consent", Client: client})
		for _, visit := range tables {
			h.watch.tell(by.Practice, Event{Kind: "session", Visit: visit, Client: client})
		}
	}
	return err
}

// addConsents gives the visits whose session was changed by it.
func (h *House) addConsents(ctx context.Context, by Actor, client knead.ClientID, acts []knead.Consent, tables *[]knead.VisitID) error {
	return h.do(ctx, by, EditChart, func(c *change) error {
		*tables = nil
		who, err := c.client(client)
		if err != nil {
			return err
		}
		before, err := c.treatment(client)
		if err != nil {
			return err
		}
		told := map[string]string{}
		for _, a := range acts {
			if err := c.guarded(who, a); err != nil {
				return err
			}
			if a.Act == knead.ConsentSpoken && (by.ByLink() || before.Last == nil || before.Last.Act != knead.ConsentGiven) {
				return &knead.Error{Kind: knead.NotAllowed, Say: "A word at the table adds to a consent that was given. Ask for the consent first."}
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
		now, err := c.treatment(client)
		if err != nil {
			return err
		}
		if err := c.rewish(client, knead.Bounds(who.Profile, before.Scope), knead.Bounds(who.Profile, now.Scope)); err != nil {
			return err
		}
		if *tables, err = c.followConsent(client, acts[len(acts)-1].ID, before, now); err != nil {
			return err
		}
		c.about("consent", string(client), client, told)
		return nil
	})
}

// agreed is what the client agreed to for the treatment, or left out.
func (c *change) agreed(client knead.ClientID) (knead.ConsentScope, error) {
	state, err := c.treatment(client)
	return state.Scope, err
}

// treatment is the consent to the treatment as it stands.
func (c *change) treatment(client knead.ClientID) (knead.ConsentState, error) {
	acts, err := c.consents(client)
	return knead.Consents(acts, nil)[knead.ConsentTreatment], err
}

// followConsent lets the sessions of a client that are running do at once what was taken
// back: an area or a technique closes what is still to come of it, the whole consent stops
// the session. by is the act from which it follows. It gives the visits that it changed.
func (c *change) followConsent(client knead.ClientID, by string, before, now knead.ConsentState) (tables []knead.VisitID, err error) {
	var events []knead.SessionEvent
	for _, id := range now.Scope.NotAreas {
		if slices.Contains(before.Scope.NotAreas, id) {
			continue
		}
		if area, ok := knead.AreaByID(id); ok {
			for _, place := range knead.WholePlaces(area.Cells()) {
				events = append(events, knead.SessionEvent{Kind: knead.EventWithdrawn, Text: place.Words})
			}
		}
	}
	for _, id := range now.Scope.Without {
		if !slices.Contains(before.Scope.Without, id) {
			events = append(events, knead.SessionEvent{Kind: knead.EventDeclined, Technique: atlas.TechniqueID(id)})
		}
	}
	if now.Last != nil && now.Last.Act != knead.ConsentGiven && before.Last != nil && before.Last.Act == knead.ConsentGiven {
		events = []knead.SessionEvent{{Kind: knead.EventStop, Rule: knead.StopClient}}
	}
	if len(events) == 0 {
		return nil, nil
	}
	rows, err := c.q.VisitsOf(c.ctx, c.by.Practice, client, newestVisits)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if knead.VisitState(row.State) != knead.VisitStarted {
			continue
		}
		r, err := c.session(row.ID)
		if err != nil {
			return nil, err
		}
		at := c.now
		for _, e := range r.Events {
			at = max(at, e.At) // a device's clock may run ahead; this comes last
		}
		mine := slices.Clone(events)
		for i := range mine {
			e := &mine[i]
			e.Device, e.At, e.Seq = "record", at, i
			e.ID = knead.EventID(uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "consent %s %s %d", by, row.ID, i)).String())
		}
		if _, err := c.addSessionEvents(&r, mine); err != nil {
			return nil, err
		}
		tables = append(tables, row.ID)
	}
	return tables, nil
}

// guarded holds that a guardian signs for a minor, by the birth date or by the age that
// was answered.
func (c *change) guarded(who knead.Client, a knead.Consent) error {
	if a.Act != knead.ConsentGiven && a.Act != knead.ConsentSpoken || a.Guardian != "" {
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

// putProfile stores a client whose profile was another before, and lets the visits to come
// not do what the client does not want by now.
func (c *change) putProfile(client knead.Client, before knead.ClientProfile) error {
	if err := c.putClient(client); err != nil {
		return err
	}
	scope, err := c.agreed(client.ID)
	if err != nil {
		return err
	}
	return c.rewish(client.ID, knead.Bounds(before, scope), knead.Bounds(client.Profile, scope))
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
	case "spoken":
		sensitive := func(id string) bool {
			area, known := knead.AreaByID(id)
			return !known || area.Sensitive
		}
		if a.Kind != knead.ConsentTreatment || len(a.Scope.Areas)+len(a.Scope.Techniques) == 0 || slices.ContainsFunc(a.Scope.Areas, sensitive) {
			return &knead.Error{Kind: knead.Invalid, Field: "area", Say: "This place needs a consent that is signed. Ask for it on the consent page."}
		}
	default:
		return &knead.Error{Kind: knead.Invalid, Say: "A consent is given, refused, withdrawn or spoken."}
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
