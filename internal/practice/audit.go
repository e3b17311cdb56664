package practice

import (
	"context"
	"fmt"
	"strings"

	"knead"
	"knead/internal/store/db"
)

// genesis is what the first line of a chain points back to.
const genesis = "0000000000000000000000000000000000000000000000000000000000000000"

// chainDigest is the digest of a line: of everything in it but the payload, which stands
// in it by its own digest.
func chainDigest(a db.Audit) string {
	return digest(strings.Join([]string{
		a.Previous, string(a.PracticeID), fmt.Sprint(a.Seq), string(a.ActID), fmt.Sprint(int64(a.At)),
		a.Actor, a.Act, a.Subject, a.SubjectID, string(a.ClientID), a.PayloadDigest,
	}, "\x1f"))
}

// AuditLine is one act as a person reads it.
type AuditLine struct {
	Seq       int64
	At        knead.Instant
	Actor     string
	Act       Act
	Subject   string
	SubjectID string
	Client    knead.ClientID
	Payload   string // empty where it was erased
	Erased    bool
}

// Audit lists acts before a number, newest first; before 0 means from the newest on. more
// tells that the list was cut.
func (h *House) Audit(ctx context.Context, by Actor, before int64, most int) (lines []AuditLine, more bool, err error) {
	return h.AuditOf(ctx, by, "", before, most)
}

// AuditOf lists the acts that concern one client, as [House.Audit] does those of all.
func (h *House) AuditOf(ctx context.Context, by Actor, client knead.ClientID, before int64, most int) (lines []AuditLine, more bool, err error) {
	err = h.see(ctx, by, SeeAudit, func(c *change) error {
		if before <= 0 {
			before = 1 << 62
		}
		var rows []db.Audit
		if client == "" {
			rows, err = c.q.AuditBefore(ctx, by.Practice, before, int32(most+1))
		} else {
			if _, err := c.client(client); err != nil {
				return err
			}
			rows, err = c.q.AuditOfClient(ctx, by.Practice, client, before, int32(most+1))
		}
		if err != nil {
			return err
		}
		if more = len(rows) > most; more {
			rows = rows[:most]
		}
		lines = make([]AuditLine, 0, len(rows))
		for _, r := range rows {
			lines = append(lines, AuditLine{r.Seq, r.At, r.Actor, Act(r.Act), r.Subject, r.SubjectID, r.ClientID, erasable(r.Payload), r.Payload == nil})
		}
		return nil
	})
	return lines, more, err
}

func erasable(payload *string) string {
	if payload == nil {
		return ""
	}
	return *payload
}

// ChainError says where the audit chain of a practice is broken.
type ChainError struct {
	Seq int64
	Why string
}

func (e *ChainError) Error() string { return fmt.Sprintf("audit line %d: %s", e.Seq, e.Why) }

// VerifyAudit walks the chain from its first line to its head and gives how many lines it
// has. A line that was changed, removed or added by hand is a [ChainError]; an erased
// payload is none.
func (h *House) VerifyAudit(ctx context.Context, p knead.PracticeID) (lines int64, err error) {
	err = h.store.Read(ctx, func(q *db.Queries) error {
		head, err := q.AuditHead(ctx, p)
		if err != nil {
			return err
		}
		previous := genesis
		lines = 0
		for {
			rows, err := q.AuditAfter(ctx, p, lines, 500)
			if err != nil {
				return err
			}
			for _, r := range rows {
				switch {
				case r.Seq != lines+1:
					return &ChainError{lines + 1, "is missing"}
				case r.Previous != previous:
					return &ChainError{r.Seq, "does not follow the line before"}
				case chainDigest(r) != r.Digest:
					return &ChainError{r.Seq, "was changed"}
				case r.Payload != nil && digest(*r.Payload) != r.PayloadDigest:
					return &ChainError{r.Seq, "has another payload than the one that was sealed"}
				}
				previous, lines = r.Digest, r.Seq
			}
			if len(rows) < 500 {
				break
			}
		}
		if head.Seq != lines || head.Digest != previous {
			return &ChainError{lines + 1, "is missing: the chain ends before its head"}
		}
		return nil
	})
	return lines, err
}

// NewestAct is when the newest act of any practice was done.
func (h *House) NewestAct(ctx context.Context) (newest knead.Instant, err error) {
	list, err := h.Practices(ctx)
	if err != nil {
		return 0, err
	}
	for _, p := range list {
		lines, _, err := h.Audit(ctx, Program(p.ID, "doctor"), 0, 1)
		if err != nil {
			return 0, err
		}
		for _, l := range lines {
			newest = max(newest, l.At)
		}
	}
	return newest, nil
}

// NoteExport puts into the chain that everything of a practice was taken out.
func (h *House) NoteExport(ctx context.Context, p knead.PracticeID) error {
	return h.do(ctx, Program(p, "export"), ExportPractice, func(c *change) error {
		c.about("practice", string(p), "", nil)
		return nil
	})
}
