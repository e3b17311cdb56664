package practice

import (
	"context"

	"knead"
	"knead/internal/store"
	"knead/internal/store/db"
)

// SaveDraft keeps what a member is typing. It is theirs alone, leaves no audit line, and
// goes when the real thing is saved.
func (h *House) SaveDraft(ctx context.Context, by Actor, subject, words string) error {
	if by.ByLink() || !by.May(WriteNote) && !by.May(EditNames) { // the front desk types, too; an auditor does not
		return errNotAllowed(WriteNote)
	}
	if len(subject) > 200 {
		return &knead.Error{Kind: knead.Invalid, Say: "This draft has no place."}
	}
	if err := knead.CheckText("draft", words, 4*knead.MaxTextLetters); err != nil {
		return err
	}
	return h.store.Write(ctx, func(q *db.Queries) error {
		return q.SaveDraft(ctx, db.SaveDraftParams{PracticeID: by.Practice, MemberID: by.Member, Subject: subject, Words: words, UpdatedAt: h.Now()})
	})
}

// Draft reads a draft; nothing is no error.
func (h *House) Draft(ctx context.Context, by Actor, subject string) (words string, err error) {
	err = h.store.Read(ctx, func(q *db.Queries) error {
		row, err := q.Draft(ctx, by.Practice, by.Member, subject)
		if store.KindOf(err) == knead.NotFound {
			return nil
		}
		words = row.Words
		return err
	})
	return words, err
}

// DropDraft forgets a draft, once the real thing is saved.
func (h *House) DropDraft(ctx context.Context, by Actor, subject string) error {
	return h.store.Write(ctx, func(q *db.Queries) error {
		_, err := q.RemoveDraft(ctx, by.Practice, by.Member, subject)
		return err
	})
}
