package web

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"knead"
	"knead/internal/chart"
	"knead/internal/practice"
	"knead/outcome"
	"knead/screen"
)

// exportClient hands out the whole record of one client as one archive, for the client:
// a page to read, the same for programs, the pictures and the files.
func (s *site) exportClient(w http.ResponseWriter, r *http.Request, p person) error {
	record, err := s.house.ExportClient(r.Context(), p.Actor, knead.ClientID(r.PathValue("client")))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="client-record.zip"`) // no name: it stands in the list of downloads
	h.Set("Cache-Control", "no-store")
	return s.writeExport(r.Context(), w, record, func(ctx context.Context, f practice.File) ([]byte, error) {
		_, content, err := s.house.File(ctx, p.Actor, record.Client.ID, f.ID)
		return content, err
	})
}

// writeExport writes the archive as it goes: of the files, one at a time is in memory. The
// same record gives the same bytes.
func (s *site) writeExport(ctx context.Context, w io.Writer, r practice.ClientRecord, content func(context.Context, practice.File) ([]byte, error)) error {
	z := zip.NewWriter(w)
	as, err := time.LoadLocation(r.Practice.Zone)
	if err != nil {
		return fmt.Errorf("zone of the practice: %w", err)
	}
	page := recordPage{ClientRecord: r, words: s.words, zone: as}
	for n, v := range r.Visits {
		page.Visits = append(page.Visits, s.recordVisit(page, n, v))
	}
	put := func(name string, method uint16, write func(io.Writer) error) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: r.AsOf().Time()})
		if err != nil {
			return err
		}
		if err := write(f); err != nil {
			return fmt.Errorf("write the archive: %w", err)
		}
		return nil
	}
	bytes := func(b []byte) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := w.Write(b)
			return err
		}
	}
	if err := put("index.html", zip.Deflate, func(w io.Writer) error { return s.pages["record"].ExecuteTemplate(w, "record", page) }); err != nil {
		return err
	}
	data, err := r.JSON()
	if err != nil {
		return err
	}
	if err := put("data.json", zip.Deflate, bytes(data)); err != nil {
		return err
	}
	for _, v := range page.Visits {
		for _, picture := range v.Pictures {
			svg, err := picture.SVG()
			if err != nil {
				return err
			}
			if err := put("pictures/"+picture.Name(), zip.Deflate, bytes([]byte(svg))); err != nil {
				return err
			}
		}
	}
	for n, f := range r.Files {
		b, err := content(ctx, f)
		if err != nil {
			return err
		}
		if err := put(r.PathOf(n), zip.Store, bytes(b)); err != nil { // packed already
			return err
		}
	}
	return z.Close()
}

// recordPage is the record of a client as a page that needs nothing else: no script, no
// address, no style from elsewhere.
type recordPage struct {
	practice.ClientRecord
	Visits []recordVisit
	words  catalogue
	zone   *time.Location
}

type recordVisit struct {
	practice.ClientVisit
	Marks     []recordMark
	Pictures  []recordPicture
	Answers   []recordAnswer
	Denied    []string // answered with no
	Verdict   string
	Therapist string
}

// recordPicture is drawn when it is written, so that the pictures of many years never lie
// in memory together.
type recordPicture struct{ chart.PaintedFigure }

// Name is that of its file.
func (p recordPicture) Name() string { return p.ID + ".svg" }

type recordMark struct {
	markRow
	Letter string
}

type recordAnswer struct{ Question, Answer, Detail string }

func (s *site) recordVisit(page recordPage, n int, v practice.ClientVisit) recordVisit {
	out := recordVisit{ClientVisit: v, Therapist: page.Members[v.Therapist]}
	for i, row := range s.markRows(v.Input.Drawing) {
		out.Marks = append(out.Marks, recordMark{row, chart.MarkLetter(i)})
	}
	for _, view := range chart.PaintedViews(v.Input.Drawing) {
		out.Pictures = append(out.Pictures, recordPicture{chart.PaintedFigure{
			ID: fmt.Sprintf("visit-%03d-%s", n+1, view.Name), View: view, Drawing: v.Input.Drawing,
			Alt: s.words.say("record.picture", page.Day(v.Starts), s.words.say("view."+view.Name)),
		}})
	}
	out.Answers, out.Denied = s.recordAnswers(v.Input)
	if v.Verdict.At != 0 {
		out.Verdict = s.words.or("verdict."+v.Verdict.Level, v.Verdict.Level)
	}
	return out
}

// recordAnswers reads the answers back in the order in which they were asked: those that
// say something, and the questions that were answered with no.
func (s *site) recordAnswers(v knead.Visit) (said []recordAnswer, denied []string) {
	words := map[screen.Value]string{screen.Yes: s.words.say("record.answer.yes"), screen.NotSure: s.words.say("record.answer.not-sure"), screen.No: s.words.say("record.answer.no")}
	add := func(question string, a screen.Answer) {
		if a.Value == screen.No && a.Detail == "" && len(a.Where) == 0 {
			denied = append(denied, question)
			return
		}
		row := recordAnswer{question, words[a.Value], a.Detail}
		for _, place := range a.Where {
			row.Detail = strings.TrimPrefix(row.Detail+"; "+place.Words, "; ")
		}
		said = append(said, row)
	}
	rest := maps.Clone(v.Answers)
	for _, q := range screen.Questions(painted(v.Drawing), v.Client) {
		a, answered := v.Answers[q.ID]
		if !answered && !v.AllNo {
			continue
		}
		if !answered {
			a.Value = screen.No
		}
		delete(rest, q.ID)
		add(q.Text, a)
	}
	for _, id := range slices.Sorted(maps.Keys(rest)) { // asked by the rules of another day
		add(string(id), rest[id])
	}
	return said, denied
}

// Day writes a date in the practice's zone.
func (p recordPage) Day(at knead.Instant) string {
	return at.Time().In(p.zone).Format("2 January 2006")
}

// When writes a date and a time in the practice's zone.
func (p recordPage) When(at knead.Instant) string {
	return at.Time().In(p.zone).Format("2 January 2006, 15:04")
}

// State says how far a visit has come.
func (p recordPage) State(v recordVisit) string { return p.words.say("visit.state." + string(v.State)) }

// Member names who works here.
func (p recordPage) Member(id knead.MemberID) string { return p.Members[id] }

// Consent says what a consent is about.
func (p recordPage) Consent(kind knead.ConsentKind) string {
	return p.words.say("consent." + string(kind) + ".title")
}

// ConsentAct says what was done.
func (p recordPage) ConsentAct(act string) string { return p.words.say("consent.state." + act) }

// Measure names an instrument and says what the answers come to, where that is known.
func (p recordPage) Measure(m practice.Measure) string {
	name := m.Instrument
	if in, ok := outcome.Standard().Instrument(outcome.ID(m.Instrument)); ok {
		name = in.Name
	}
	if score, err := m.Score(); err == nil {
		if x, known := score.Number(); known {
			return p.words.say("record.score", name, fmt.Sprintf("%g", x))
		}
	}
	return name
}

// Path is the address of a file beside the page.
func (p recordPage) Path(n int) string { return (&url.URL{Path: p.PathOf(n)}).String() }

// signature is a name as it was drawn, in the window that holds it.
type signature struct {
	Path, Box string
}

// Drawn gives the signature of a consent; nothing where the name was typed.
func (p recordPage) Drawn(c knead.Consent) *signature {
	numbers := strings.FieldsFunc(c.Signature, func(r rune) bool { return !strings.ContainsRune("0123456789.-", r) })
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for i, text := range numbers {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil // it was drawn on a device that writes otherwise; data.json has it
		}
		low[i%2], high[i%2] = min(low[i%2], x), max(high[i%2], x)
	}
	if len(numbers) < 4 || strings.ContainsAny(c.Signature, "ml") { // steps from the point before have no window of their own
		return nil
	}
	const edge = 4 // so that the pen is not cut
	return &signature{c.Signature, fmt.Sprintf("%g %g %g %g", low[0]-edge, low[1]-edge, high[0]-low[0]+2*edge, high[1]-low[1]+2*edge)}
}
