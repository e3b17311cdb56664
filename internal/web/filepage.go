package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"knead"
	"knead/internal/practice"
	"knead/internal/server"
)

// clientFileRoutes are the photos and documents on a client's record.
func (s *site) clientFileRoutes() map[string]staffHandler {
	return map[string]staffHandler{
		"POST /clients/{client}/files":             s.addFiles,
		"GET /clients/{client}/files/{file}":       s.file,
		"POST /clients/{client}/files/{file}":      s.removeFile,
		"GET /clients/{client}/files/{file}/thumb": s.thumb,
	}
}

// filesAtOnce is how many files one form takes (chosen: a handful of photos).
const filesAtOnce = 10

// routeLimits are the routes that may take more than all others, and why.
func routeLimits() map[string]server.RouteLimits {
	return map[string]server.RouteLimits{
		// photos from a telephone, over a line of the countryside; a small machine draws each anew
		"POST /clients/{client}/files": {MaxBody: filesAtOnce*practice.MaxFileBytes + 1<<20, ReadTimeout: 10 * time.Minute, WriteTimeout: 12 * time.Minute},
		// the same line, the other way
		"GET /clients/{client}/files/{file}": {WriteTimeout: 5 * time.Minute},
		"GET /clients/{client}/export":       {WriteTimeout: 30 * time.Minute},
	}
}

// filesView is the part of the client's page that holds the files.
type filesView struct {
	Rows     []fileRow
	Removed  []fileRow
	Undo     *fileRow // was removed just now
	Problems []fileProblem
	Added    int
	MaxBytes int
	AtOnce   int
}

type fileRow struct {
	practice.File
	When, Size string
}

type fileProblem struct{ Name, Say string }

func (s *site) filesView(r *http.Request, p person, d desk, client knead.ClientID) (v filesView, err error) {
	v.MaxBytes, v.AtOnce = practice.MaxFileBytes, filesAtOnce
	list, err := s.house.Files(r.Context(), p.Actor, client)
	if err != nil {
		return v, err
	}
	undo := knead.FileID(r.URL.Query().Get("removed"))
	v.Added, _ = strconv.Atoi(r.URL.Query().Get("added")) // what is no number says nothing
	for _, f := range list {
		row := fileRow{f, d.Day(f.At), s.bytes(f.Size)}
		switch {
		case f.Removed == 0:
			v.Rows = append(v.Rows, row)
		case f.ID == undo:
			v.Undo = &row
		default:
			v.Removed = append(v.Removed, row)
		}
	}
	return v, nil
}

// bytes writes a size as people read it.
func (s *site) bytes(n int64) string {
	if n < 1<<20 {
		return s.words.say("files.kb", max(1, (n+1<<9)>>10))
	}
	return s.words.say("files.mb", fmt.Sprintf("%.1f", float64(n)/(1<<20)))
}

// addFiles takes the files of a form one after another, so that a large one never lies in
// memory beside the next.
func (s *site) addFiles(w http.ResponseWriter, r *http.Request, p person) error {
	client := knead.ClientID(r.PathValue("client"))
	form, err := r.MultipartReader()
	if err != nil {
		return bad(err)
	}
	var problems []fileProblem
	added := 0
	for n := 0; ; {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return brokenForm(err)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		if n++; n > filesAtOnce {
			problems = append(problems, fileProblem{part.FileName(), s.words.say("files.too-many", filesAtOnce)})
			break
		}
		_, err = s.house.AddFile(r.Context(), p.Actor, client, part.FileName(), part)
		switch kind := knead.KindOf(err); {
		case err == nil:
			added++
		case isTooBig(err):
			return err
		case kind == knead.Invalid || kind == knead.Conflict:
			_, say := saidOf(err)
			problems = append(problems, fileProblem{part.FileName(), say})
		default:
			return err
		}
	}
	if added == 0 && problems == nil {
		problems = append(problems, fileProblem{Say: s.words.say("files.none-chosen")})
	}
	if problems != nil {
		return s.showClient(w, r, p, http.StatusUnprocessableEntity, filesView{Problems: problems, Added: added})
	}
	http.Redirect(w, r, "/clients/"+string(client)+"?added="+strconv.Itoa(added)+"#files", http.StatusSeeOther)
	return nil
}

func isTooBig(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}

// brokenForm is for a form that did not arrive whole.
func brokenForm(err error) error {
	if isTooBig(err) {
		return err
	}
	return bad(err)
}

// file serves what somebody brought in. It opens in a place of its own, where nothing in
// it can run or reach the workspace; a document is only ever downloaded.
func (s *site) file(w http.ResponseWriter, r *http.Request, p person) error {
	f, content, err := s.house.File(r.Context(), p.Actor, knead.ClientID(r.PathValue("client")), knead.FileID(r.PathValue("file")))
	if err != nil {
		return err
	}
	how := "attachment"
	if f.Picture() {
		how = "inline"
	}
	shutIn(w.Header(), f.Type, len(content))
	w.Header().Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": f.Name}))
	_, err = w.Write(content)
	return err
}

func (s *site) thumb(w http.ResponseWriter, r *http.Request, p person) error {
	picture, err := s.house.Thumbnail(r.Context(), p.Actor, knead.ClientID(r.PathValue("client")), knead.FileID(r.PathValue("file")))
	if err != nil {
		return err
	}
	shutIn(w.Header(), "image/jpeg", len(picture))
	w.Header().Set("Content-Disposition", "inline")
	_, err = w.Write(picture)
	return err
}

// shutIn sets the headers of a file that came from outside.
func shutIn(h http.Header, mediaType string, size int) {
	h.Set("Content-Type", mediaType)
	h.Set("Content-Length", strconv.Itoa(size))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
}

// removeFile takes a file off the page, or brings it back.
func (s *site) removeFile(w http.ResponseWriter, r *http.Request, p person) error {
	client, id := r.PathValue("client"), r.PathValue("file")
	undo := r.PostFormValue("undo") != ""
	if err := s.house.SetFileRemoved(r.Context(), p.Actor, knead.ClientID(client), knead.FileID(id), !undo); err != nil {
		return err
	}
	to := "/clients/" + client + "?removed=" + id + "#files"
	if undo {
		to = "/clients/" + client + "#files"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
