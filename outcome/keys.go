package outcome

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// key ties one line of a record to one place in a value. The tables below are the
// format; FORMAT.md explains them and a test holds it to them.
type key[T any] struct {
	name       string
	need, many bool
	set        func(*T, string) error
}

// fill reads the lines of a record into v and says what is unknown, double, wrong or
// missing.
func fill[T any](v *T, r record, keys []key[T], m *mistakes) {
	seen := map[string]bool{}
	for _, l := range r.lines {
		i := slices.IndexFunc(keys, func(k key[T]) bool { return k.name == l.key })
		if i < 0 {
			m.addf(l.at, "%s has no line %q; it has %s", r.kind, l.key, names(keys))
			continue
		}
		if seen[l.key] && !keys[i].many {
			m.addf(l.at, "%s stands twice in %s %s; keep one", l.key, r.kind, r.id)
			continue
		}
		seen[l.key] = true
		if err := keys[i].set(v, l.text); err != nil {
			m.addf(l.from, "%s: %v", l.key, err)
		}
	}
	for _, k := range keys {
		if k.need && !seen[k.name] {
			m.addf(r.at, "%s %s has no %s; add a line '%s: ...'", r.kind, r.id, k.name, k.name)
		}
	}
}

func names[T any](keys []key[T]) string {
	list := make([]string, len(keys))
	for i, k := range keys {
		list[i] = k.name
	}
	return strings.Join(list, ", ")
}

// one is a line that stands once; may is one that can be left out; each is one that can
// stand many times.
func one[T, V any](name string, at func(*T) *V, read func(string) (V, error)) key[T] {
	return key[T]{name: name, need: true, set: func(t *T, s string) (err error) { *at(t), err = read(s); return err }}
}

func may[T, V any](name string, at func(*T) *V, read func(string) (V, error)) key[T] {
	k := one(name, at, read)
	k.need = false
	return k
}

func each[T, V any](name string, at func(*T) *[]V, read func(string) (V, error)) key[T] {
	return key[T]{name: name, many: true, set: func(t *T, s string) error {
		v, err := read(s)
		if err == nil {
			*at(t) = append(*at(t), v)
		}
		return err
	}}
}

func (k key[T]) needed() key[T] { k.need = true; return k }

type notice struct{ text string }

var instrumentKeys = []key[Instrument]{
	one("name", func(in *Instrument) *string { return &in.Name }, text),
	one("measures", func(in *Instrument) *string { return &in.Measures }, text),
	one("subject", func(in *Instrument) *Subject { return &in.Subject }, oneOf(subjects...)),
	may("family", func(in *Instrument) *string { return &in.Family }, anID[string]),
	one("use", func(in *Instrument) *Use { return &in.Use }, oneOf(Core, Optional, Entered)),
	one("range", func(in *Instrument) *Range { return &in.Range }, readRange),
	may("decimals", func(in *Instrument) *int { return &in.Decimals }, wholeFrom(0, 2)),
	may("unit", func(in *Instrument) *Unit { return &in.Unit }, oneOf(Points, Percent, InDays, TScore)),
	one("better", func(in *Instrument) *Better { return &in.Better }, oneOf(Lower, Higher)),
	may("items", func(in *Instrument) *[]Item { return &in.Items }, readNumbered),
	may("own", func(in *Instrument) *Own { return &in.Own }, readOwn),
	one("score", func(in *Instrument) *Rule { return &in.Rule }, oneOf(Single, Mean, Sum, Scaled, Typed)),
	one("need", func(in *Instrument) *int { return &in.Need }, wholeFrom(1, mostItems)),
	one("missing", func(in *Instrument) *string { return &in.Missing }, text),
	may("least", func(in *Instrument) *Yardstick { return &in.Least }, readYardstick),
	may("sure", func(in *Instrument) *Yardstick { return &in.Sure }, readYardstick),
	each("change", func(in *Instrument) *[]Statement { return &in.Changes }, readStatement),
	each("band", func(in *Instrument) *[]Band { return &in.Bands }, readBand),
	each("code", func(in *Instrument) *[]Code { return &in.Codes }, readCode),
	may("ask", func(in *Instrument) *string { return &in.Ask }, text),
	may("cite", func(in *Instrument) *[]SourceID { return &in.Cite }, ids[SourceID]),
	one("holder", func(in *Instrument) *string { return &in.Licence.Holder }, text),
	one("terms", func(in *Instrument) *string { return &in.Licence.Terms }, text),
	one("checked", func(in *Instrument) *string { return &in.Licence.Checked }, readDay),
	one("text", func(in *Instrument) *bool { return &in.Licence.Text }, yesNo),
	one("licence", func(in *Instrument) *Mark { return &in.Licence.Mark }, mark),
	each("note", func(in *Instrument) *[]string { return &in.Notes }, text),
}

var itemKeys = []key[Item]{
	one("text", func(i *Item) *string { return &i.Text }, text),
	one("range", func(i *Item) *Range { return &i.Range }, readRange),
	each("label", func(i *Item) *[]Label { return &i.Labels }, readLabel),
	each("code", func(i *Item) *[]Code { return &i.Codes }, readCode),
}

var partKeys = []key[Part]{
	one("name", func(p *Part) *string { return &p.Name }, text),
	one("items", func(p *Part) *[]ItemID { return &p.Items }, ids[ItemID]),
	may("high", func(p *Part) *float64 { return &p.High }, positive),
	each("change", func(p *Part) *[]Statement { return &p.Changes }, readStatement),
	each("code", func(p *Part) *[]Code { return &p.Codes }, readCode),
}

var scriptKeys = []key[Script]{
	each("client", func(s *Script) *[]string { return &s.Client }, text).needed(),
	each("therapist", func(s *Script) *[]string { return &s.Therapist }, text).needed(),
	one("source", func(s *Script) *SourceID { return &s.Source }, anID[SourceID]),
	one("mark", func(s *Script) *Mark { return &s.Mark }, mark),
}

var sourceKeys = []key[Source]{
	one("cite", func(s *Source) *string { return &s.Cite }, text),
	may("id", func(s *Source) *string { return &s.Ref }, readRef),
}

var noticeKeys = []key[notice]{
	one("text", func(n *notice) *string { return &n.text }, text),
}

var occasionKeys = []key[Occasion]{
	one("name", func(o *Occasion) *string { return &o.Name }, text),
	one("ask", func(o *Occasion) *[]ID { return &o.Ask }, ids[ID]),
	may("offer", func(o *Occasion) *[]ID { return &o.Offer }, ids[ID]),
	may("again", func(o *Occasion) *[]ID { return &o.Again }, ids[ID]),
	may("after", func(o *Occasion) *int { return &o.AfterHours }, wholeFrom(1, 24*366)),
	may("every", func(o *Occasion) *Every { return &o.Every }, readEvery),
	one("takes", func(o *Occasion) *int { return &o.Seconds }, wholeFrom(1, 3600)),
	one("source", func(o *Occasion) *Mark { return &o.Mark }, mark),
}

func text(s string) (string, error) { return s, nil }

func mark(s string) (Mark, error) { return oneOf(Seen, SeenPart, Unchecked, Chosen)(s) }

func oneOf[S ~string](from ...S) func(string) (S, error) {
	return func(s string) (S, error) {
		if !slices.Contains(from, S(s)) {
			return "", fmt.Errorf("%q: write one of %s", s, joined(from))
		}
		return S(s), nil
	}
}

func joined[S ~string](list []S) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return strings.Join(out, ", ")
}

func anID[S ~string](s string) (S, error) {
	if !plainID(s) {
		return "", fmt.Errorf("%q is no id: write small letters, digits and single hyphens", s)
	}
	return S(s), nil
}

func ids[S ~string](s string) ([]S, error) {
	var out []S
	for _, part := range splitList(s) {
		id, err := anID[S](part)
		if err != nil {
			return nil, err
		}
		if slices.Contains(out, id) {
			return nil, fmt.Errorf("%q stands twice; keep one", id)
		}
		out = append(out, id)
	}
	return out, nil
}

func yesNo(s string) (bool, error) {
	if s != "yes" && s != "no" {
		return false, fmt.Errorf("%q: write yes or no", s)
	}
	return s == "yes", nil
}

// readNumber reads a plain decimal number; no exponents, no words.
func readNumber(s string) (float64, error) {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || strings.Trim(s, "-0123456789.") != "" || math.Abs(x) > 1000 {
		return 0, fmt.Errorf("%q: write a number from -1000 to 1000", s)
	}
	return x, nil
}

func positive(s string) (float64, error) {
	x, err := readNumber(s)
	if err != nil || x <= 0 {
		return 0, fmt.Errorf("%q: write a number above 0", s)
	}
	return x, nil
}

func wholeFrom(low, high int) func(string) (int, error) {
	return func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err != nil || n < low || n > high {
			return 0, fmt.Errorf("%q: write a whole number from %d to %d", s, low, high)
		}
		return n, nil
	}
}

func whole(x float64) bool { return x == math.Trunc(x) }

// readRange reads "0..10".
func readRange(s string) (Range, error) {
	a, b, ok := strings.Cut(s, "..")
	low, err := readNumber(a)
	high, err2 := readNumber(b)
	if !ok || err != nil || err2 != nil || low >= high {
		return Range{}, fmt.Errorf("%q: write two numbers, such as 0..10, the lower first", s)
	}
	return Range{low, high}, nil
}

// mostItems bounds the items of an instrument (chosen: no short form has more).
const mostItems = 50

// readNumbered reads "10 of 0..5": items that are known by number only.
func readNumbered(s string) ([]Item, error) {
	count, scale, ok := strings.Cut(s, " of ")
	n, err := wholeFrom(1, mostItems)(count)
	r, err2 := readRange(scale)
	if !ok || err != nil || err2 != nil {
		return nil, fmt.Errorf("%q: write how many items and their range, such as 10 of 0..5", s)
	}
	items := make([]Item, n)
	for i := range items {
		items[i] = Item{ID: ItemID(strconv.Itoa(i + 1)), Range: r}
	}
	return items, nil
}

// readOwn reads "1..5 of 0..10".
func readOwn(s string) (Own, error) {
	count, scale, ok := strings.Cut(s, " of ")
	n, err := readRange(count)
	r, err2 := readRange(scale)
	if !ok || err != nil || err2 != nil || !whole(n.Low) || !whole(n.High) || n.Low < 1 || n.High > mostItems {
		return Own{}, fmt.Errorf("%q: write how many items there may be and their range, such as 1..5 of 0..10", s)
	}
	return Own{int(n.Low), int(n.High), r}, nil
}

// parts splits "a; b; rest" into n parts.
func parts(s string, n int) []string {
	list := strings.SplitN(s, ";", n)
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	if len(list) < n || slices.Contains(list, "") {
		return nil
	}
	return list
}

func readStatement(s string) (Statement, error) {
	f := parts(s, 3)
	if f == nil {
		return Statement{}, errors.New("write 'mark; source-id; what was found'")
	}
	m, err := mark(f[0])
	if err != nil {
		return Statement{}, err
	}
	id, err := anID[SourceID](f[1])
	return Statement{m, id, f[2]}, err
}

func readBand(s string) (Band, error) {
	f := parts(s, 3)
	if f == nil {
		return Band{}, errors.New("write 'mark; 0..4; words'")
	}
	m, err := mark(f[0])
	if err != nil {
		return Band{}, err
	}
	r, err := readRange(f[1])
	return Band{m, r, f[2]}, err
}

func readCode(s string) (Code, error) {
	f := parts(s, 3)
	if f == nil {
		return Code{}, errors.New("write 'mark; loinc 72514-3; what it stands for'")
	}
	m, err := mark(f[0])
	if err != nil {
		return Code{}, err
	}
	code, ok := strings.CutPrefix(f[1], "loinc ")
	if !ok || !loinc(code) {
		return Code{}, fmt.Errorf("%q: write 'loinc' and a code whose last digit fits, such as 72514-3", f[1])
	}
	return Code{m, "loinc", code, f[2]}, nil
}

// loinc tells whether a code is well formed: digits, a hyphen and the check digit
// (Luhn mod 10 over the digits, as LOINC uses it).
func loinc(code string) bool {
	digits, check, ok := strings.Cut(code, "-")
	if !ok || len(digits) < 1 || len(digits) > 7 || len(check) != 1 || strings.Trim(digits+check, "0123456789") != "" {
		return false
	}
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return (10-sum%10)%10 == int(check[0]-'0')
}

// answerCode tells whether a LOINC answer code is well formed.
func answerCode(code string) bool {
	digits, check, ok := strings.Cut(strings.TrimPrefix(code, "LA"), "-")
	return ok && strings.HasPrefix(code, "LA") && digits != "" && len(check) == 1 && strings.Trim(digits+check, "0123456789") == ""
}

func readLabel(s string) (Label, error) {
	f := strings.Split(s, ";")
	for i := range f {
		f[i] = strings.TrimSpace(f[i])
	}
	if len(f) < 2 || len(f) > 3 || slices.Contains(f, "") {
		return Label{}, errors.New("write '0; words', and a third part for an answer code")
	}
	x, err := readNumber(f[0])
	if err != nil {
		return Label{}, err
	}
	l := Label{Value: x, Text: f[1]}
	if len(f) == 3 {
		if !answerCode(f[2]) {
			return Label{}, fmt.Errorf("%q: write a LOINC answer code, such as LA6568-5", f[2])
		}
		l.Code = f[2]
	}
	return l, nil
}

func readDay(s string) (string, error) {
	f := strings.Split(s, "-")
	if len(f) == 3 && len(f[0]) == 4 && len(f[1]) == 2 && len(f[2]) == 2 {
		_, err := wholeFrom(2000, 2999)(f[0])
		_, err2 := wholeFrom(1, 12)(f[1])
		_, err3 := wholeFrom(1, 31)(f[2])
		if err == nil && err2 == nil && err3 == nil {
			return s, nil
		}
	}
	return "", fmt.Errorf("%q: write a day, such as 2026-11-28", s)
}

func readRef(s string) (string, error) {
	for _, scheme := range []string{"doi:", "pmc:", "isbn:", "url:"} {
		if rest, ok := strings.CutPrefix(s, scheme); ok && rest != "" && !strings.Contains(rest, " ") {
			return s, nil
		}
	}
	return "", fmt.Errorf("%q: write doi:, pmc:, isbn: or url: and the id", s)
}

// readYardstick reads "2 points", "30 percent", or both joined by 'and' or 'or'.
func readYardstick(s string) (Yardstick, error) {
	bad := fmt.Errorf("%q: write '2 points', '30 percent' or both with 'and' or 'or' between them", s)
	y := Yardstick{}
	first, second, both := strings.Cut(s, " and ")
	if !both {
		var either bool
		if first, second, either = strings.Cut(s, " or "); either {
			y.Either = true
			both = true
		}
	}
	for _, part := range []string{first, second} {
		if part == second && !both {
			break
		}
		num, unit, _ := strings.Cut(part, " ")
		x, err := positive(num)
		switch {
		case err != nil:
			return Yardstick{}, bad
		case unit == "points" && y.Points == 0:
			y.Points = x
		case unit == "percent" && y.Percent == 0:
			y.Percent = x
		default:
			return Yardstick{}, bad
		}
	}
	return y, nil
}

func readEvery(s string) (Every, error) {
	days, sessions, ok := strings.Cut(s, " or ")
	d, okDays := strings.CutSuffix(days, " days")
	n, okSessions := strings.CutSuffix(sessions, " sessions")
	nd, err := wholeFrom(1, 366)(d)
	ns, err2 := wholeFrom(1, 100)(n)
	if !ok || !okDays || !okSessions || err != nil || err2 != nil {
		return Every{}, fmt.Errorf("%q: write such as '14 days or 4 sessions'", s)
	}
	return Every{nd, ns}, nil
}
