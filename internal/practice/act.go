package practice

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"

	"knead"
	"knead/internal/store/db"
)

// change is one act on the record while its transaction is open.
type change struct {
	ctx   context.Context //nolint:containedctx // lives as long as one call
	q     *db.Queries
	by    Actor
	now   knead.Instant
	line  auditLine
	quiet bool
}

// auditLine is what the chain will say of the act.
type auditLine struct {
	subject   string // client, visit, note ...
	subjectID string
	client    knead.ClientID // whom it concerns; empty for nobody
	payload   any            // details; can be erased without breaking the chain
}

// about says what the act was done to.
func (c *change) about(subject, id string, client knead.ClientID, payload any) {
	c.line = auditLine{subject, id, client, payload}
}

// unchanged ends an act that found nothing to do: no audit line is written.
func (c *change) unchanged() { c.quiet = true }

// do runs an act in one transaction: it asks whether the actor may, runs f, writes the
// audit line and commits. f may run several times, each on a fresh transaction; when the
// database lost the answer to a commit, the second run finds the act in the chain and
// does nothing, so identifiers must be made before do is called.
func (h *House) do(ctx context.Context, by Actor, act Act, f func(*change) error) error {
	if !by.May(act) {
		return errNotAllowed(act)
	}
	return h.doAny(ctx, by, act, f)
}

// doAny is do for acts that everybody may, such as signing out.
func (h *House) doAny(ctx context.Context, by Actor, act Act, f func(*change) error) error {
	id := knead.ActID(newID())
	tries := 0
	err := h.store.Write(ctx, func(q *db.Queries) error {
		if tries++; tries > 1 {
			if n, err := q.ActDone(ctx, by.Practice, id); err != nil || n > 0 {
				return err
			}
		}
		c := &change{ctx: ctx, q: q, by: by, now: h.Now()}
		if err := f(c); err != nil {
			return err
		}
		if c.quiet {
			return nil
		}
		return c.seal(act, id)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// see runs a reading act on one snapshot.
func (h *House) see(ctx context.Context, by Actor, act Act, f func(*change) error) error {
	if !by.May(act) {
		return errNotAllowed(act)
	}
	err := h.store.Read(ctx, func(q *db.Queries) error {
		return f(&change{ctx: ctx, q: q, by: by, now: h.Now()})
	})
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// seal writes the act into the chain. It comes last, because from here to the commit no
// other act of this practice can be written.
func (c *change) seal(act Act, id knead.ActID) error {
	payload, err := encode(c.line.payload)
	if err != nil {
		return err
	}
	head, err := c.q.TakeAuditHead(c.ctx, c.by.Practice)
	if err != nil {
		return fmt.Errorf("take the audit chain: %w", err)
	}
	row := db.AddAuditParams{
		PracticeID: c.by.Practice, Seq: head.Seq, ActID: id, At: c.now, Actor: c.by.Text(), Act: string(act),
		Subject: c.line.subject, SubjectID: c.line.subjectID, ClientID: c.line.client,
		Payload: &payload, PayloadDigest: digest(payload), Previous: head.Digest,
	}
	row.Digest = chainDigest(db.Audit(row))
	if err := c.q.AddAudit(c.ctx, row); err != nil {
		return fmt.Errorf("write the audit line: %w", err)
	}
	_, err = c.q.SetAuditHead(c.ctx, row.PracticeID, row.Digest)
	return err
}

// encode writes a document for a TEXT column, always the same way.
func encode(v any) (string, error) {
	if v == nil {
		return "{}", nil
	}
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	return string(b), nil
}

func decode[T any](text string) (T, error) {
	var v T
	if text == "" {
		return v, nil
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return v, fmt.Errorf("decode %T: %w", v, err)
	}
	return v, nil
}

// one demands that a statement changed its row. Where it did not, somebody else was
// quicker.
func one(n int64, err error) error {
	if err != nil {
		return err
	}
	if n == 0 {
		return &knead.Error{Kind: knead.Conflict, Say: "Somebody else changed this a moment ago. Look at it again, then decide."}
	}
	return nil
}
