package practice

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"knead"
	"knead/internal/store/db"
)

// File is a photo or a document of a client, without what is in it.
type File struct {
	ID      knead.FileID
	Client  knead.ClientID
	Name    string // without a path; its ending fits the type
	Type    string // image/jpeg, image/png or application/pdf: found in the content
	Size    int64
	Digest  string // SHA-256 of what is stored, in hex
	Actor   string
	At      knead.Instant
	Removed knead.Instant
}

// Picture tells that the file can be looked at, and has a thumbnail.
func (f File) Picture() bool { return f.Type != pdfType }

const pdfType = "application/pdf"

// MaxFileBytes is how large a file may be. Chosen: a photo of a telephone, or a scanned
// letter of some pages.
const MaxFileBytes = 15 << 20

// maxFiles is how many files one client may have. Chosen: above what a treatment of years
// brings together, and few enough to list.
const maxFiles = 500

// AddFile puts a photo or a document on a client's record. Only JPEG, PNG, WebP and PDF
// are taken, and what a file is, its content says, never its name. A picture is drawn
// anew, which leaves behind where and when it was taken; a PDF stays byte for byte as it
// came. What is there already is not stored twice.
func (h *House) AddFile(ctx context.Context, by Actor, client knead.ClientID, name string, content io.Reader) (id knead.FileID, err error) {
	if by.ByLink() || !by.May(EditChart) {
		return "", errNotAllowed(EditChart)
	}
	body, err := io.ReadAll(io.LimitReader(content, MaxFileBytes+1))
	if err != nil {
		return "", &knead.Error{Kind: knead.Invalid, Field: "file", Say: "The file did not arrive whole. Send it again.", Err: err}
	}
	if err := h.see(ctx, by, EditChart, func(c *change) error { // before any work is done for it
		_, err := c.client(client)
		return err
	}); err != nil {
		return "", err
	}
	row, err := h.readFile(ctx, name, body)
	if err != nil {
		return "", err
	}
	row.PracticeID, row.ID, row.ClientID, row.Actor = by.Practice, knead.FileID(newID()), client, by.Text()
	err = h.do(ctx, by, EditChart, func(c *change) error {
		if _, err := c.client(client); err != nil {
			return err
		}
		there, err := c.q.FilesOf(ctx, by.Practice, client)
		if err != nil {
			return err
		}
		if twice := slices.IndexFunc(there, func(f db.FilesOfRow) bool { return f.Digest == row.Digest && f.RemovedAt == 0 }); twice >= 0 {
			id = there[twice].ID
			c.unchanged()
			return nil
		}
		if len(there) >= maxFiles {
			return &knead.Error{Kind: knead.Conflict, Say: "This client has 500 files, and more are not taken. Join several letters into one PDF."}
		}
		id, row.At = row.ID, c.now
		c.about("file", string(id), client, nil)
		return c.q.AddFile(ctx, row)
	})
	return id, err
}

// readFile finds out what a file is and makes of it what is stored.
func (h *House) readFile(ctx context.Context, name string, body []byte) (row db.AddFileParams, err error) {
	switch {
	case len(body) == 0:
		return row, &knead.Error{Kind: knead.Invalid, Field: "file", Say: "This file is empty."}
	case len(body) > MaxFileBytes:
		return row, &knead.Error{Kind: knead.Invalid, Field: "file", Say: "This file is larger than 15 MB. Send a smaller version of it."}
	}
	switch kind := http.DetectContentType(body); kind {
	case "image/jpeg", "image/png", "image/webp":
		select { // one at a time: an open picture takes much memory
		case h.darkroom <- struct{}{}:
			defer func() { <-h.darkroom }()
		case <-ctx.Done():
			return row, ctx.Err()
		}
		p, err := develop(ctx, kind, body)
		if err != nil {
			return row, err
		}
		row.Content, row.Thumbnail, row.MediaType = p.content, p.thumbnail, p.mediaType
	case pdfType:
		if !bytes.Contains(body[max(0, len(body)-2048):], []byte("%%EOF")) { // ISO 32000-1, 7.5.5: it ends so
			return row, &knead.Error{Kind: knead.Invalid, Field: "file", Say: "This PDF has no end: it was cut off, or is none. Save it anew, then send it.", Err: errors.New("no %%EOF")}
		}
		row.Content, row.MediaType = body, pdfType
	default:
		return row, &knead.Error{Kind: knead.Invalid, Field: "file", Say: "Only photos (JPEG, PNG, WebP) and PDF are taken. Save it as one of these, then send it.", Err: errors.New("content is " + kind)}
	}
	sum := sha256.Sum256(row.Content)
	row.Size, row.Digest, row.Name = int64(len(row.Content)), hex.EncodeToString(sum[:]), fileName(name, row.MediaType)
	return row, nil
}

// fileEndings are what the name of a file may end with; the first is what it gets.
var fileEndings = map[string][]string{
	"image/jpeg": {".jpg", ".jpeg"}, "image/png": {".png"}, pdfType: {".pdf"},
}

// fileName makes a name that can be shown and written anywhere: without a path, without
// signs that cannot be seen or that mean something to a file system, with an ending that
// tells the truth.
func fileName(name, mediaType string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r): // also marks that turn the reading direction
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		}
		return r
	}, name)
	ending := path.Ext(name)
	stem := strings.TrimSuffix(name, ending)
	if len(ending) > 8 { // no ending, but the rest of a sentence
		stem = name
	}
	endings := fileEndings[mediaType]
	if ending = strings.ToLower(ending); !slices.Contains(endings, ending) {
		ending = endings[0]
	}
	stem = strings.Trim(strings.Join(strings.Fields(stem), " "), ". ")
	const most = 100 // letters; chosen: it fits every file system with the number of the export before it
	if utf8.RuneCountInString(stem) > most {
		stem = strings.TrimRight(string([]rune(stem)[:most]), ". ")
	}
	for len(stem) > 2*most { // letters of four bytes
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	if stem == "" {
		stem = "file"
	}
	return stem + ending
}

// Files lists the files of a client, newest first, with those that were removed.
func (h *House) Files(ctx context.Context, by Actor, client knead.ClientID) (list []File, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if by.ByLink() { // a client gets the whole record from the practice, not by a link
			return errNotYours("file")
		}
		if _, err := c.client(client); err != nil {
			return err
		}
		list, err = c.files(client)
		return err
	})
	return list, err
}

func (c *change) files(client knead.ClientID) ([]File, error) {
	rows, err := c.q.FilesOf(c.ctx, c.by.Practice, client)
	if err != nil {
		return nil, err
	}
	list := make([]File, 0, len(rows))
	for _, r := range rows {
		list = append(list, fileOf(db.FileHeadRow(r)))
	}
	return list, nil
}

func fileOf(r db.FileHeadRow) File {
	return File{r.ID, r.ClientID, r.Name, r.MediaType, r.Size, r.Digest, r.Actor, r.At, r.RemovedAt}
}

// file finds a file of a client whom the actor may see.
func (c *change) file(client knead.ClientID, id knead.FileID) (File, error) {
	if c.by.ByLink() {
		return File{}, errNotYours("file")
	}
	if _, err := c.client(client); err != nil {
		return File{}, errNotYours("file")
	}
	r, err := c.q.FileHead(c.ctx, c.by.Practice, id)
	if err != nil {
		return File{}, missing(err, "file")
	}
	if r.ClientID != client {
		return File{}, errNotYours("file")
	}
	return fileOf(r), nil
}

// File reads a file with what is in it.
func (h *House) File(ctx context.Context, by Actor, client knead.ClientID, id knead.FileID) (f File, content []byte, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if f, err = c.file(client, id); err != nil {
			return err
		}
		row, err := c.q.File(ctx, by.Practice, id)
		content = row.Content
		return err
	})
	return f, content, err
}

// Thumbnail reads the small picture of a file: a JPEG. A document has none.
func (h *House) Thumbnail(ctx context.Context, by Actor, client knead.ClientID, id knead.FileID) (picture []byte, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if _, err := c.file(client, id); err != nil {
			return err
		}
		row, err := c.q.FileThumbnail(ctx, by.Practice, id)
		if err == nil && len(row.Thumbnail) == 0 {
			return errNotYours("picture")
		}
		picture = row.Thumbnail
		return err
	})
	return picture, err
}

// SetFileRemoved takes a file off a client's page, or brings it back. It stays stored as
// long as the record must; see [House.EraseClient].
func (h *House) SetFileRemoved(ctx context.Context, by Actor, client knead.ClientID, id knead.FileID, removed bool) error {
	return h.do(ctx, by, EditChart, func(c *change) error {
		f, err := c.file(client, id)
		if err != nil {
			return err
		}
		if removed == (f.Removed != 0) {
			c.unchanged()
			return nil
		}
		at, what := knead.Instant(0), "back"
		if removed {
			at, what = c.now, "removed"
		}
		c.about("file", string(id), client, map[string]string{"file": what})
		return one(c.q.SetFileRemoved(ctx, by.Practice, id, at))
	})
}
