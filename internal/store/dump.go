package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"knead"
)

// Table is one table of the record.
type Table struct {
	Name string
	// Key is the primary key. Its order is the order of a dump.
	Key []string
	// Refers names, by column, the table whose id the column holds.
	Refers map[string]string
	// Left says why a dump leaves the table out. Empty: it is part of a dump.
	Left string
}

// tables lists each table after those that it refers to. A test compares it with the
// databases.
var tables = []Table{
	{Name: "practices", Key: []string{"practice_id"}},
	{Name: "members"},
	{Name: "credentials", Refers: of("member_id", "members"), Left: "passwords and passkeys belong to one installation"},
	{Name: "signins", Refers: of("member_id", "members"), Left: "devices are signed in at one installation"},
	{Name: "ceremonies", Left: "sign-ins that have begun end where they began"},
	{Name: "clients", Refers: of("merged_into", "clients")},
	{Name: "grants", Refers: of("member_id", "members", "client_id", "clients")},
	{Name: "visits", Refers: of("client_id", "clients", "therapist_id", "members")},
	{Name: "links", Refers: of("client_id", "clients", "visit_id", "visits", "member_id", "members"), Left: "a link opens one installation"},
	{Name: "consents", Refers: of("client_id", "clients", "visit_id", "visits")},
	{Name: "lifts", Refers: of("visit_id", "visits", "member_id", "members")},
	{Name: "letters", Refers: of("visit_id", "visits", "member_id", "members")},
	{Name: "session_events", Refers: of("visit_id", "visits")},
	{Name: "notes", Refers: of("visit_id", "visits", "author_id", "members")},
	{Name: "addenda", Refers: of("note_id", "notes", "author_id", "members")},
	{Name: "measures", Refers: of("client_id", "clients", "visit_id", "visits")},
	{Name: "checkins", Refers: of("visit_id", "visits")},
	{Name: "incidents", Refers: of("client_id", "clients", "visit_id", "visits")},
	{Name: "alerts", Refers: of("client_id", "clients", "visit_id", "visits")},
	{Name: "files", Refers: of("client_id", "clients")},
	{Name: "merges", Refers: of("from_id", "clients", "into_id", "clients")},
	{Name: "erasures", Refers: of("client_id", "clients")},
	{Name: "drafts", Key: []string{"practice_id", "member_id", "subject"}, Refers: of("member_id", "members"), Left: "what is being typed is not yet part of the record"},
	{Name: "audit", Key: []string{"practice_id", "seq"}},
	{Name: "audit_heads", Key: []string{"practice_id"}},
	{Name: "jobs", Left: "mails that wait would be sent twice"},
}

func of(pairs ...string) map[string]string {
	refers := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		refers[pairs[i]] = pairs[i+1]
	}
	return refers
}

// Tables lists all tables, each after those that it refers to.
func Tables() []Table {
	all := slices.Clone(tables)
	for i := range all {
		if all[i].Key == nil {
			all[i].Key = []string{"practice_id", "id"}
		}
	}
	return all
}

// Put takes one row. A value is a string, an int64, a bool, a []byte or nil.
type Put func(table string, columns []string, row []any) error

// Dump hands the record of one practice to put, as it is at one moment: the tables in the
// order of [Tables], the rows in the order of their keys. Secrets, devices, drafts and
// jobs are left out; see [Table.Left].
func (s *Store) Dump(ctx context.Context, practice knead.PracticeID, put Put) error {
	return s.stream(ctx, func(c conn) error {
		if _, err := c.queries().Practice(ctx, practice); err != nil {
			return err
		}
		for _, t := range Tables() {
			if t.Left != "" {
				continue
			}
			if err := c.dump(ctx, t, practice, nil, put); err != nil {
				return err
			}
		}
		return nil
	})
}

// dump hands on the rows of one table, but for some columns.
func (c conn) dump(ctx context.Context, t Table, practice knead.PracticeID, without []string, put Put) (err error) {
	columns, err := c.columns(ctx, t.Name)
	if err != nil {
		return err
	}
	var names []string
	for _, col := range columns {
		if !slices.Contains(without, col.name) {
			names = append(names, col.name)
		}
	}
	rows, err := c.QueryContext(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+t.Name+" WHERE practice_id = $1 ORDER BY "+order(t), practice)
	if err != nil {
		return fmt.Errorf("dump %s: %w", t.Name, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		row := make([]any, len(names))
		targets := make([]any, len(names))
		for i := range row {
			targets[i] = &row[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return fmt.Errorf("dump %s: %w", t.Name, err)
		}
		if err := put(t.Name, names, row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// order is the order of a table's key: text by its bytes, as in every ORDER BY.
func order(t Table) string {
	var terms []string
	for _, name := range t.Key {
		if name != "seq" {
			name += ` COLLATE "C"`
		}
		terms = append(terms, name)
	}
	return strings.Join(terms, ", ")
}

// columnType is what a column holds.
type columnType string

const (
	textColumn  columnType = "string"
	wholeColumn columnType = "integer"
	boolColumn  columnType = "boolean"
	bytesColumn columnType = "bytes"
)

type tableColumn struct {
	name  string
	holds columnType
}

// columns asks the database which columns a table has, in their order.
func (c conn) columns(ctx context.Context, table string) (columns []tableColumn, err error) {
	rows, err := c.QueryContext(ctx, "SELECT * FROM "+table+" LIMIT 0") //nolint:unqueryvet // the columns are the answer
	if err != nil {
		return nil, fmt.Errorf("columns of %s: %w", table, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, fmt.Errorf("columns of %s: %w", table, err)
	}
	for _, t := range types {
		holds, ok := map[string]columnType{
			"TEXT": textColumn, "BIGINT": wholeColumn, "INT8": wholeColumn, "BOOLEAN": boolColumn, "BOOL": boolColumn, "BYTEA": bytesColumn,
		}[t.DatabaseTypeName()]
		if !ok {
			return nil, fmt.Errorf("column %s.%s is of type %s", table, t.Name(), t.DatabaseTypeName())
		}
		columns = append(columns, tableColumn{t.Name(), holds})
	}
	return columns, rows.Err()
}

// Load puts the record of a practice into an installation that has no such practice, all
// of it or nothing. Rows hands the rows to put, each table after those that it refers to,
// as [Store.Dump] does; it may be called again from the start. So a practice moves with
//
//	to.Load(ctx, practice, func(put Put) error { return from.Dump(ctx, practice, put) })
func (s *Store) Load(ctx context.Context, practice knead.PracticeID, rows func(put Put) error) error {
	return s.transaction(ctx, func(c conn) error {
		l, err := c.loader(ctx, practice)
		if err != nil {
			return err
		}
		put := func(table string, columns []string, row []any) error {
			if t, err := l.table(ctx, table); err != nil {
				return err
			} else if t.Left != "" {
				return notInADump(table)
			}
			return l.put(ctx, table, columns, row)
		}
		if err := rows(put); err != nil {
			return err
		}
		return l.finish(ctx)
	})
}

func notInADump(table string) error {
	return &knead.Error{Kind: knead.Invalid, Say: "This is not an export of a practice: it has a table " + table + "."}
}

// loader puts rows of one practice into tables.
type loader struct {
	conn
	practice knead.PracticeID
	columns  map[string]map[string]columnType
	later    []func() error // what refers to a row of the same table, which may come later
}

// loader begins to load a practice that is not there yet.
func (c conn) loader(ctx context.Context, practice knead.PracticeID) (*loader, error) {
	there, err := c.queries().Practices(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range there {
		if p.PracticeID == practice {
			return nil, &knead.Error{Kind: knead.Conflict, Say: "This practice is here already. Import it into an installation that does not have it."}
		}
	}
	return &loader{conn: c, practice: practice, columns: map[string]map[string]columnType{}}, nil
}

// table gives a table, and learns its columns.
func (l *loader) table(ctx context.Context, name string) (Table, error) {
	i := slices.IndexFunc(tables, func(t Table) bool { return t.Name == name })
	if i < 0 {
		return Table{}, notInADump(name)
	}
	if l.columns[name] == nil {
		columns, err := l.conn.columns(ctx, name)
		if err != nil {
			return Table{}, err
		}
		l.columns[name] = map[string]columnType{}
		for _, c := range columns {
			l.columns[name][c.name] = c.holds
		}
	}
	return Tables()[i], nil
}

func (l *loader) put(ctx context.Context, name string, columns []string, row []any) error {
	t, err := l.table(ctx, name)
	if err != nil {
		return err
	}
	if len(columns) != len(row) {
		return fmt.Errorf("load %s: %d columns, %d values", name, len(columns), len(row))
	}
	for _, key := range t.Key {
		if !slices.Contains(columns, key) {
			return &knead.Error{Kind: knead.Invalid, Say: "A row of " + name + " has no " + key + "."}
		}
	}
	values := slices.Clone(row)
	places := make([]string, len(columns))
	theirs := false
	for i, column := range columns {
		places[i] = fmt.Sprintf("$%d", i+1)
		holds, ok := l.columns[name][column]
		if !ok || slices.Contains(columns[:i], column) {
			return &knead.Error{Kind: knead.Invalid, Say: fmt.Sprintf("This Knead knows no column %s of %s, or has it twice. Was this written by a newer Knead?", column, name)}
		}
		if row[i] != nil && !holds.fits(row[i]) {
			return &knead.Error{Kind: knead.Invalid, Say: fmt.Sprintf("A value of %s.%s is no %s.", name, column, holds)}
		}
		if column == "practice_id" {
			theirs = row[i] == string(l.practice)
		}
		if t.Refers[column] == name && row[i] != nil {
			values[i] = nil
			l.refer(ctx, t, column, columns, row, row[i])
		}
	}
	if !theirs {
		return &knead.Error{Kind: knead.Invalid, Say: "A row of " + name + " belongs to another practice."}
	}
	_, err = l.ExecContext(ctx, "INSERT INTO "+name+" ("+strings.Join(columns, ", ")+") VALUES ("+strings.Join(places, ", ")+")", values...)
	if err != nil {
		return fmt.Errorf("load %s: %w", name, err)
	}
	return nil
}

// refer sets a column once all rows are there.
func (l *loader) refer(ctx context.Context, t Table, column string, columns []string, row []any, value any) {
	id := row[slices.Index(columns, t.Key[1])]
	l.later = append(l.later, func() error {
		_, err := l.ExecContext(ctx, "UPDATE "+t.Name+" SET "+column+" = $3 WHERE practice_id = $1 AND "+t.Key[1]+" = $2", string(l.practice), id, value)
		if err != nil {
			return fmt.Errorf("load %s: %w", t.Name, err)
		}
		return nil
	})
}

func (l *loader) finish(ctx context.Context) error {
	for _, f := range l.later {
		if err := f(); err != nil {
			return err
		}
	}
	if l.columns["practices"] == nil {
		return &knead.Error{Kind: knead.Invalid, Say: "This export has no practice in it."}
	}
	return ctx.Err()
}

func (t columnType) fits(value any) bool {
	switch value.(type) {
	case string:
		return t == textColumn
	case int64:
		return t == wholeColumn
	case bool:
		return t == boolColumn
	case []byte:
		return t == bytesColumn
	}
	return false
}
