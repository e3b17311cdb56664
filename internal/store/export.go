package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"knead"
)

// The export of a practice is a folder or an archive:
//
//	practice.json      the record: what [Store.Import] reads back
//	tables/NAME.csv    the same tables for a spreadsheet
//	datapackage.json   describes them (Frictionless Data Package 1)
//	files/ID.EXT       the contents of files
//
// It is written the same way each time, so that an export of what was imported from an
// export is the same, byte by byte. docs/export.md is for those who read it.
const (
	exportFormat  = "knead-practice"
	exportVersion = 1
	exportFile    = "practice.json"
)

// Export writes all that a practice owns, as it is at one moment. Create begins a file of
// the export; the one before is complete then. The Create of a zip.Writer is one.
func (s *Store) Export(ctx context.Context, practice knead.PracticeID, create func(name string) (io.Writer, error)) error {
	version, _, err := s.Version(ctx)
	if err != nil {
		return err
	}
	return s.stream(ctx, func(c conn) error {
		if _, err := c.queries().Practice(ctx, practice); err != nil {
			return err
		}
		e := export{conn: c, practice: practice, create: create}
		if err := e.json(ctx, version); err != nil {
			return err
		}
		if err := e.tables(ctx); err != nil {
			return err
		}
		return e.files(ctx)
	})
}

type export struct {
	conn
	practice knead.PracticeID
	create   func(name string) (io.Writer, error)
}

// notInTables are columns whose content is a file of its own.
var notInTables = map[string][]string{"files": {"content"}}

// json writes practice.json: one row a line, so that two exports can be compared.
func (e export) json(ctx context.Context, version int64) error {
	w, err := e.create(exportFile)
	if err != nil {
		return err
	}
	var b []byte
	b = append(b, `{"format":`...)
	b = quote(b, exportFormat)
	b = fmt.Appendf(b, `,"version":%d,"tables_version":%d,"practice":`, exportVersion, version)
	b = quote(b, string(e.practice))
	b = append(b, `,"tables":{`...)
	first := true
	for _, t := range Tables() {
		if t.Left != "" {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = quote(append(b, '\n'), t.Name)
		b = append(b, `:[`...)
		between := ""
		err := e.dump(ctx, t, e.practice, notInTables[t.Name], func(_ string, columns []string, row []any) error {
			b = append(b, between+"\n{"...)
			between = ","
			for i, v := range row {
				if i > 0 {
					b = append(b, ',')
				}
				b = append(quote(b, columns[i]), ':')
				b = appendValue(b, v)
			}
			b = append(b, '}')
			if len(b) < 64<<10 {
				return nil
			}
			_, err := w.Write(b)
			b = b[:0]
			return err
		})
		if err != nil {
			return err
		}
		b = append(b, ']')
	}
	_, err = w.Write(append(b, "\n}}\n"...))
	return err
}

// quote appends a text in JSON. It cannot fail: conn.go lets only text into the record.
func quote(b []byte, text string) []byte {
	quoted, err := jsontext.AppendQuote(b, text)
	if err != nil {
		return quoted // with U+FFFD for what is no text
	}
	return quoted
}

// exact is the largest whole number that every reader of JSON takes as it stands
// (RFC 7493 2.2). Larger ones are written as text.
const exact = 1<<53 - 1

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		if v > exact || v < -exact {
			return quote(b, strconv.FormatInt(v, 10))
		}
		return strconv.AppendInt(b, v, 10)
	case []byte:
		return quote(b, base64.StdEncoding.EncodeToString(v))
	default:
		return quote(b, fmt.Sprint(v))
	}
}

// tables writes a CSV file for each table, and then what describes them.
func (e export) tables(ctx context.Context) error {
	var resources []string
	for _, t := range Tables() {
		if t.Left != "" {
			continue
		}
		columns, err := e.columns(ctx, t.Name)
		if err != nil {
			return err
		}
		columns = slices.DeleteFunc(columns, func(c tableColumn) bool { return slices.Contains(notInTables[t.Name], c.name) })
		name := "tables/" + t.Name + ".csv"
		w, err := e.create(name)
		if err != nil {
			return err
		}
		sum := &summed{w: w, sum: sha256.New()}
		table := csv.NewWriter(sum)
		head := make([]string, len(columns))
		for i, c := range columns {
			head[i] = c.name
		}
		if err := table.Write(head); err != nil {
			return err
		}
		err = e.dump(ctx, t, e.practice, notInTables[t.Name], func(_ string, _ []string, row []any) error {
			cells := make([]string, len(row))
			for i, v := range row {
				cells[i] = cell(v)
			}
			return table.Write(cells)
		})
		if err != nil {
			return err
		}
		table.Flush()
		if err := table.Error(); err != nil {
			return err
		}
		resources = append(resources, t.resource(name, columns, sum))
	}
	w, err := e.create("datapackage.json")
	if err != nil {
		return err
	}
	about := quote(nil, "Made from practice.json, which is the record. A text that starts with = + - @, a tab or a line break has an apostrophe before it here, so that no spreadsheet takes it for a formula. Instants are microseconds since 1970 in UTC; 0 is: not yet.")
	_, err = fmt.Fprintf(w, "{\"profile\":\"tabular-data-package\",\"name\":\"knead-practice\",\"description\":%s,\"resources\":[\n%s\n]}\n", about, strings.Join(resources, ",\n"))
	return err
}

// formula are the signs that begin one (OWASP ASVS 5.0, 1.2.10), with the ends of lines and
// the wide forms of the signs as a precaution (chosen).
const formula = "=+-@\t\r\n＝＋－＠"

// cell writes a value for a spreadsheet. A text must not begin as a formula does.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		if first, _ := utf8.DecodeRuneInString(v); v != "" && strings.ContainsRune(formula, first) {
			return "'" + v
		}
		return v
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	default:
		return fmt.Sprint(v)
	}
}

// summed counts and digests what is written.
type summed struct {
	w     io.Writer
	bytes int64
	sum   hash.Hash
}

func (s *summed) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	s.bytes += int64(n)
	s.sum.Write(p[:n])
	return n, err
}

// resource describes the table's file: Table Schema with its key and its foreign keys.
func (t Table) resource(file string, columns []tableColumn, sum *summed) string {
	list := func(names []string) string {
		quoted := make([]string, len(names))
		for i, n := range names {
			quoted[i] = string(quote(nil, n))
		}
		return "[" + strings.Join(quoted, ",") + "]"
	}
	var fields, foreign []string
	for _, c := range columns {
		holds := c.holds
		format := ""
		if holds == bytesColumn {
			holds, format = textColumn, `,"format":"binary"`
		}
		fields = append(fields, fmt.Sprintf(`{"name":%s,"type":%q%s}`, quote(nil, c.name), holds, format))
	}
	for _, column := range slices.Sorted(maps.Keys(t.Refers)) {
		foreign = append(foreign, fmt.Sprintf(`{"fields":%s,"reference":{"resource":%q,"fields":["practice_id","id"]}}`, list([]string{"practice_id", column}), t.Refers[column]))
	}
	return fmt.Sprintf(`{"profile":"tabular-data-resource","name":%q,"path":%q,"format":"csv","mediatype":"text/csv","encoding":"utf-8","bytes":%d,"hash":"sha256:%s","schema":{"fields":[%s],"primaryKey":%s,"foreignKeys":[%s]}}`,
		t.Name, file, sum.bytes, hex.EncodeToString(sum.sum.Sum(nil)), strings.Join(fields, ","), list(t.Key), strings.Join(foreign, ","))
}

// files writes the contents of files.
func (e export) files(ctx context.Context) error {
	var ids []knead.FileID
	t := Table{Name: "files", Key: []string{"id"}}
	err := e.dump(ctx, t, e.practice, notInTables[t.Name], func(_ string, columns []string, row []any) error {
		ids = append(ids, knead.FileID(fmt.Sprint(row[slices.Index(columns, "id")])))
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		row, err := e.queries().File(ctx, e.practice, id)
		if err != nil {
			return err
		}
		name, err := exportName(string(id), row.Name)
		if err != nil {
			return err
		}
		w, err := e.create(name)
		if err != nil {
			return err
		}
		if _, err := w.Write(row.Content); err != nil {
			return err
		}
	}
	return nil
}

var (
	plainID   = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)
	extension = regexp.MustCompile(`^\.[0-9a-z]{1,8}$`)
)

// exportName is where the content of a file stands in an export. Its own name is not used
// but for a plain ending: it may hold anything.
func exportName(id, name string) (string, error) {
	if !plainID.MatchString(id) {
		return "", &knead.Error{Kind: knead.Invalid, Say: "A file's id is no id.", Err: fmt.Errorf("file id %q", id)}
	}
	ending := strings.ToLower(path.Ext(name))
	if !extension.MatchString(ending) {
		ending = ".bin"
	}
	return "files/" + id + ending, nil
}

// Import reads an export into an installation that has no such practice, all of it or
// nothing, and tells which practice it was. Members must be invited anew: an export holds
// no secrets. A zip.Reader and an os.DirFS are file systems.
func (s *Store) Import(ctx context.Context, from fs.FS) (practice knead.PracticeID, err error) {
	_, newest, err := s.Version(ctx)
	if err != nil {
		return "", err
	}
	err = s.transaction(ctx, func(c conn) error {
		practice, err = c.load(ctx, from, newest)
		return err
	})
	if err != nil {
		return "", err
	}
	return practice, nil
}

// broken says that an export cannot be read, and where.
func broken(err error, say string, args ...any) error {
	return &knead.Error{Kind: knead.Invalid, Say: "This is not an export of a practice, or it is damaged: " + fmt.Sprintf(say, args...) + ".", Err: err}
}

func (c conn) load(ctx context.Context, from fs.FS, newest int64) (knead.PracticeID, error) {
	f, err := from.Open(exportFile)
	if err != nil {
		return "", broken(err, "%s is not there", exportFile)
	}
	defer f.Close() //nolint:errcheck // only read
	r := &exportReader{d: jsontext.NewDecoder(f)}
	practice := r.head()
	if r.err == nil && !plainID.MatchString(string(practice)) {
		r.fail(nil, "the practice has no id")
	}
	if r.err != nil {
		return "", r.err
	}
	if r.version > exportVersion || r.tablesVersion > newest {
		return "", &knead.Error{Kind: knead.Invalid, Say: "This export was written by a newer Knead. Use that version to read it."}
	}
	l, err := c.loader(ctx, practice)
	if err != nil {
		return "", err
	}
	r.open('{')
	for r.more('}') {
		t, err := l.table(ctx, r.text())
		if r.err != nil {
			return "", r.err
		}
		if err != nil {
			return "", err
		}
		if t.Left != "" {
			return "", notInADump(t.Name)
		}
		if err := l.rows(ctx, t, r, from); err != nil {
			return "", err
		}
	}
	r.open('}')
	r.end()
	if r.err != nil {
		return "", r.err
	}
	return practice, l.finish(ctx)
}

// rows reads the rows of one table.
func (l *loader) rows(ctx context.Context, t Table, r *exportReader, from fs.FS) error {
	for r.open('['); r.more(']'); {
		var columns []string
		var row []any
		for r.open('{'); r.more('}'); {
			column := r.text()
			columns = append(columns, column)
			row = append(row, r.value(l.columns[t.Name][column]))
		}
		if r.err != nil {
			return r.err
		}
		if t.Name == "files" {
			content, err := content(from, columns, row)
			if err != nil {
				return err
			}
			columns, row = append(columns, "content"), append(row, content)
		}
		if err := l.put(ctx, t.Name, columns, row); err != nil {
			return err
		}
	}
	return r.err
}

// content reads the content of a file, whose row says where it is and how long.
func content(from fs.FS, columns []string, row []any) ([]byte, error) {
	field := func(name string) any {
		if i := slices.Index(columns, name); i >= 0 {
			return row[i]
		}
		return nil
	}
	id, ok1 := field("id").(string)
	own, ok2 := field("name").(string)
	size, ok3 := field("size").(int64)
	if !ok1 || !ok2 || !ok3 {
		return nil, broken(nil, "a file has no id, name or size")
	}
	name, err := exportName(id, own)
	if err != nil {
		return nil, err
	}
	f, err := from.Open(name)
	if err != nil {
		return nil, broken(err, "%s is not there", name)
	}
	defer f.Close() //nolint:errcheck // only read
	content, err := io.ReadAll(io.LimitReader(f, max(size, 0)+1))
	if err != nil {
		return nil, broken(err, "%s cannot be read", name)
	}
	if int64(len(content)) != size {
		return nil, broken(nil, "%s is not as long as it was", name)
	}
	return content, nil
}

// exportReader reads practice.json until the first mistake.
type exportReader struct {
	d             *jsontext.Decoder
	version       int64
	tablesVersion int64
	err           error
}

func (r *exportReader) fail(err error, say string, args ...any) {
	if r.err == nil {
		r.err = broken(err, "%s, byte %d: "+say, append([]any{exportFile, r.d.InputOffset()}, args...)...)
	}
}

func (r *exportReader) token() jsontext.Token {
	if r.err != nil {
		return jsontext.Null
	}
	t, err := r.d.ReadToken()
	if err != nil {
		r.fail(err, "no JSON")
		return jsontext.Null
	}
	return t
}

// open reads a bracket.
func (r *exportReader) open(bracket jsontext.Kind) {
	if t := r.token(); t.Kind() != bracket {
		r.fail(nil, "%s instead of %s", t.Kind(), bracket)
	}
}

// more tells whether anything comes before the closing bracket, which it reads.
func (r *exportReader) more(closing jsontext.Kind) bool {
	if r.err != nil {
		return false
	}
	if r.d.PeekKind() == closing {
		r.token()
		return false
	}
	return true
}

func (r *exportReader) text() string {
	t := r.token()
	if t.Kind() != '"' {
		r.fail(nil, "%s instead of a text", t.Kind())
		return ""
	}
	return t.String()
}

func (r *exportReader) whole() int64 {
	t := r.token()
	n, err := strconv.ParseInt(t.String(), 10, 64)
	if err != nil {
		r.fail(err, "no whole number")
	}
	return n
}

// head reads what stands before the tables, in its order.
func (r *exportReader) head() knead.PracticeID {
	name := func(want string) {
		if got := r.text(); got != want {
			r.fail(nil, "%q instead of %q", got, want)
		}
	}
	r.open('{')
	name("format")
	name(exportFormat)
	name("version")
	r.version = r.whole()
	name("tables_version")
	r.tablesVersion = r.whole()
	name("practice")
	practice := r.text()
	name("tables")
	return knead.PracticeID(practice)
}

// end asks that nothing follows.
func (r *exportReader) end() {
	if r.err != nil {
		return
	}
	if _, err := r.d.ReadToken(); !errors.Is(err, io.EOF) {
		r.fail(err, "something follows the end")
	}
}

// value reads a value of a column. What does not fit is refused by [loader.put].
func (r *exportReader) value(holds columnType) any {
	t := r.token()
	switch kind := t.Kind(); {
	case kind == 'n':
		return nil
	case kind == 't' || kind == 'f':
		return t.Bool()
	case holds == wholeColumn && (kind == '0' || kind == '"'):
		n, err := strconv.ParseInt(t.String(), 10, 64)
		if err != nil {
			r.fail(err, "no whole number")
		}
		return n
	case holds == bytesColumn && kind == '"':
		b, err := base64.StdEncoding.Strict().DecodeString(t.String())
		if err != nil {
			r.fail(err, "no base64")
		}
		return b
	case kind == '"':
		return t.String()
	}
	r.fail(nil, "%s is no value of a column", t.Kind())
	return nil
}
