package practice

import (
	"context"

	"knead"
	"knead/internal/store/db"
)

// Referral is a letter to another clinician as the record keeps it: as it was printed.
type Referral struct {
	ID     string
	Visit  knead.VisitID
	Member knead.MemberID
	Letter knead.Letter
	At     knead.Instant
}

// AddReferral keeps a letter with its visit. It never changes; a better one is another.
func (h *House) AddReferral(ctx context.Context, by Actor, visit knead.VisitID, l knead.Letter) (id string, err error) {
	if err := l.Check(); err != nil {
		return "", err
	}
	id = newID()
	err = h.do(ctx, by, WriteNote, func(c *change) error {
		v, err := c.visit(visit)
		if err != nil {
			return err
		}
		body, err := encode(l)
		if err != nil {
			return err
		}
		c.about("letter", id, v.Client, nil)
		return c.q.AddLetter(ctx, db.AddLetterParams{PracticeID: by.Practice, ID: id, VisitID: visit, MemberID: by.Member, Body: body, At: c.now})
	})
	return id, err
}

// Referral reads one letter of a visit.
func (h *House) Referral(ctx context.Context, by Actor, visit knead.VisitID, id string) (l Referral, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if by.ByLink() { // a client gets the whole record from the practice, not by a link
			return errNotYours("letter")
		}
		if _, err := c.visit(visit); err != nil {
			return err
		}
		row, err := c.q.Letter(ctx, by.Practice, id)
		if err != nil {
			return missing(err, "letter")
		}
		if row.VisitID != visit {
			return errNotYours("letter")
		}
		l, err = referralOf(row)
		return err
	})
	return l, err
}

// mostLetters is how many letters are listed (chosen: a visit has one or two).
const mostLetters = 50

// Referrals lists the letters of a visit, newest first.
func (h *House) Referrals(ctx context.Context, by Actor, visit knead.VisitID) (list []Referral, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if by.ByLink() {
			return errNotYours("letter")
		}
		if _, err := c.visit(visit); err != nil {
			return err
		}
		rows, err := c.q.LettersOf(ctx, by.Practice, visit, mostLetters)
		if err != nil {
			return err
		}
		list, err = referrals(rows)
		return err
	})
	return list, err
}

// ReferralsOf lists a client's letters, newest first.
func (h *House) ReferralsOf(ctx context.Context, by Actor, client knead.ClientID) (list []Referral, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if by.ByLink() {
			return errNotYours("letter")
		}
		if _, err := c.client(client); err != nil {
			return err
		}
		rows, err := c.q.LettersOfClient(ctx, by.Practice, client, mostLetters)
		if err != nil {
			return err
		}
		list, err = referrals(rows)
		return err
	})
	return list, err
}

func referrals(rows []db.Letter) ([]Referral, error) {
	list := make([]Referral, 0, len(rows))
	for _, r := range rows {
		l, err := referralOf(r)
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

func referralOf(r db.Letter) (Referral, error) {
	l, err := decode[knead.Letter](r.Body)
	return Referral{r.ID, r.VisitID, r.MemberID, l, r.At}, err
}
