package practice

import (
	"context"
	"strings"

	"knead"
	"knead/internal/store"
	"knead/internal/store/db"
)

// NoteRecord is a note as the record keeps it: a draft until it is signed, and unchanged
// for ever after.
type NoteRecord struct {
	ID      knead.NoteID
	Visit   knead.VisitID
	Author  knead.MemberID
	Note    knead.Note
	Private bool
	Hidden  bool // private, and the reader is not the author: only that it exists is told
	Created knead.Instant
	Updated knead.Instant
	Signed  knead.Instant
	Digest  string
	Version int64
	Addenda []AddendumRecord
}

// AddendumRecord is something added to a signed note.
type AddendumRecord struct {
	Author knead.MemberID
	Reason string
	Words  string
	At     knead.Instant
}

// Note reads the note of a visit. A visit without one gives an empty record and no error.
func (h *House) Note(ctx context.Context, by Actor, visit knead.VisitID) (n NoteRecord, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if by.ByLink() { // a client gets the whole record from the practice, not by a link
			return errNotYours("note")
		}
		if _, err := c.visit(visit); err != nil {
			return err
		}
		n, err = c.note(visit)
		return err
	})
	return n, err
}

func (c *change) note(visit knead.VisitID) (n NoteRecord, err error) {
	row, err := c.q.NoteOfVisit(c.ctx, c.by.Practice, visit)
	if store.KindOf(err) == knead.NotFound {
		return NoteRecord{Visit: visit}, nil
	}
	if err != nil {
		return n, err
	}
	n = NoteRecord{
		ID: row.ID, Visit: visit, Author: row.AuthorID, Private: row.Private, Created: row.CreatedAt, Updated: row.UpdatedAt,
		Signed: row.SignedAt, Digest: row.Digest, Version: row.Version,
	}
	if n.Private && n.Author != c.by.Member && c.by.Role != program {
		n.Hidden = true
		return n, nil
	}
	if n.Note, err = knead.ReadNote([]byte(row.Body)); err != nil {
		return n, err
	}
	rows, err := c.q.Addenda(c.ctx, c.by.Practice, row.ID)
	for _, r := range rows {
		n.Addenda = append(n.Addenda, AddendumRecord{r.AuthorID, r.Reason, r.Words, r.At})
	}
	return n, err
}

// noteLetters bounds a note; chosen: some twenty pages.
const noteLetters = 60_000

func checkNote(n knead.Note) error {
	if len(n.Sections) == 0 || len(n.Sections) > 40 {
		return &knead.Error{Kind: knead.Invalid, Say: "A note has at least one section, and at most 40."}
	}
	all := 0
	for _, s := range n.Sections {
		if err := knead.CheckLine("note", s.Heading, knead.MaxNameLetters); err != nil {
			return err
		}
		for _, p := range s.Paragraphs {
			if err := knead.CheckText("note", p, noteLetters); err != nil {
				return err
			}
			all += len(p)
		}
	}
	if all > 4*noteLetters {
		return &knead.Error{Kind: knead.Invalid, Field: "note", Say: "This note is too long. Nothing was lost; please shorten it."}
	}
	return nil
}

// SaveNote keeps a draft of the note of a visit. version is that of the draft that was
// edited, 0 for the first. Whoever saves first is the author; only the author goes on.
func (h *House) SaveNote(ctx context.Context, by Actor, visit knead.VisitID, version int64, note knead.Note, private bool) (n NoteRecord, err error) {
	if err := checkNote(note); err != nil {
		return n, err
	}
	body, err := note.Canonical()
	if err != nil {
		return n, &knead.Error{Kind: knead.Invalid, Field: "note", Say: "The note holds signs that cannot be stored. Paste it as plain text.", Err: err}
	}
	id := knead.NoteID(newID())
	err = h.do(ctx, by, WriteNote, func(c *change) error {
		v, err := c.visit(visit)
		if err != nil {
			return err
		}
		if v.State == knead.VisitCancelled {
			return &knead.Error{Kind: knead.Conflict, Say: "This visit was cancelled. Bring it back before writing its note."}
		}
		old, err := c.note(visit)
		if err != nil {
			return err
		}
		switch {
		case old.ID == "":
			err = c.q.AddNote(ctx, db.AddNoteParams{PracticeID: by.Practice, ID: id, VisitID: visit, AuthorID: by.Member, Body: string(body), Private: private, CreatedAt: c.now})
		case old.Author != by.Member:
			return errOthersNote()
		case old.Signed != 0:
			return errSigned()
		case version != old.Version:
			return one(0, nil)
		default:
			err = one(c.q.ChangeNote(ctx, db.ChangeNoteParams{PracticeID: by.Practice, ID: old.ID, Body: string(body), Private: private, UpdatedAt: c.now, Version: old.Version}))
		}
		if err != nil {
			return err
		}
		n, err = c.note(visit)
		c.about("note", string(n.ID), v.Client, nil)
		return err
	})
	return n, err
}

func errSigned() error {
	return &knead.Error{Kind: knead.Conflict, Say: "This note is signed and does not change any more. Write an addendum."}
}

func errOthersNote() error {
	return &knead.Error{Kind: knead.NotAllowed, Say: "Somebody else writes this note. Only its author changes or signs it; you can add an addendum once it is signed."}
}

// SignNote signs the draft as the author saw it: version must be that of the draft. From
// then on it never changes, and the visit is closed.
func (h *House) SignNote(ctx context.Context, by Actor, visit knead.VisitID, version int64) error {
	return h.do(ctx, by, WriteNote, func(c *change) error {
		v, err := c.visit(visit)
		if err != nil {
			return err
		}
		n, err := c.note(visit)
		switch {
		case err != nil:
			return err
		case n.ID == "":
			return errNotYours("note")
		case n.Author != by.Member:
			return errOthersNote()
		case n.Signed != 0:
			return errSigned()
		case n.Version != version:
			return one(0, nil)
		}
		sum, err := n.Note.Digest()
		if err != nil {
			return err
		}
		if err := one(c.q.SignNote(ctx, db.SignNoteParams{PracticeID: by.Practice, ID: n.ID, SignedAt: c.now, Digest: sum, Version: version})); err != nil {
			return err
		}
		v.State = knead.VisitClosed
		if err := c.putVisit(v); err != nil {
			return err
		}
		c.about("note", string(n.ID), v.Client, map[string]string{"signed": sum})
		return nil
	})
}

// AddAddendum adds to a signed note: the note stays as it is.
func (h *House) AddAddendum(ctx context.Context, by Actor, visit knead.VisitID, reason, words string) error {
	reason, words = strings.TrimSpace(reason), strings.TrimSpace(words)
	if reason == "" || words == "" {
		return &knead.Error{Kind: knead.Invalid, Field: "words", Say: "An addendum says what is added, and why."}
	}
	if err := knead.CheckLine("reason", reason, 400); err != nil {
		return err
	}
	if err := knead.CheckText("words", words, knead.MaxTextLetters); err != nil {
		return err
	}
	id := newID()
	return h.do(ctx, by, WriteNote, func(c *change) error {
		v, err := c.visit(visit)
		if err != nil {
			return err
		}
		n, err := c.note(visit)
		switch {
		case err != nil:
			return err
		case n.ID == "" || n.Hidden:
			return errNotYours("note")
		case n.Signed == 0:
			return &knead.Error{Kind: knead.Conflict, Say: "This note is not signed yet: change it itself."}
		}
		c.about("note", string(n.ID), v.Client, map[string]string{"addendum": id})
		return c.q.AddAddendum(ctx, db.AddAddendumParams{PracticeID: by.Practice, ID: id, NoteID: n.ID, AuthorID: by.Member, Reason: reason, Words: words, At: c.now})
	})
}

// notesAtOnce is how many notes are read at once (chosen: a few megabytes).
const notesAtOnce = 200

// VerifyNotes recomputes the digest of every signed note of a practice and gives the ids
// of those that were changed after signing.
func (h *House) VerifyNotes(ctx context.Context, p knead.PracticeID) (checked int, changed []knead.NoteID, err error) {
	err = h.store.Read(ctx, func(q *db.Queries) error {
		checked, changed = 0, nil
		last := knead.NoteID("")
		for {
			rows, err := q.SignedNotesAfter(ctx, p, last, notesAtOnce)
			if err != nil {
				return err
			}
			for _, r := range rows {
				last, checked = r.ID, checked+1
				if note, err := knead.ReadNote([]byte(r.Body)); err != nil || !signs(note, r.Digest) {
					changed = append(changed, r.ID)
				}
			}
			if len(rows) < notesAtOnce {
				return nil
			}
		}
	})
	return checked, changed, err
}

func signs(n knead.Note, digest string) bool {
	sum, err := n.Digest()
	return err == nil && sum == digest
}
