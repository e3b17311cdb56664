package screen

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed rules.txt
var rulesText string

// standard is the embedded rules, parsed once. A test holds that they parse.
var standard = sync.OnceValue(func() *book {
	b, err := parse("rules.txt", rulesText)
	if err != nil {
		panic(fmt.Sprintf("screen: the embedded rules are broken: %v", err))
	}
	return b
})

// stop is the level, in the file only, of what postpones the session: a consent or a
// clear head is missing. People see it as 'not cleared'.
const stop Level = "stop"

// removable are the names that 'remove' may take out of a plan: techniques of the
// atlas, strokes, and measures that no plan offers but that people ask for.
var removable = []string{
	"swedish", "deep-tissue", "sports", "myofascial-release", "trigger-point", "thai", "heat", "stretching",
	"effleurage", "petrissage", "friction", "tapotement", "vibration",
	"end-range", "neck-stretch", "rub", "traction", "thrust", "cupping", "needling",
}

var positions = []string{"prone", "supine", "side-lying", "seated"}

// book is the rules file as read.
type book struct {
	version   int
	date      string
	reviewed  string
	levels    map[Level]levelText
	areas     []*area
	sites     []*area
	medicines []medicine
	questions []*question // in the order of the file
	rules     []*rule     // each question's own rule, then those that join answers
	watches   []Watch

	area     map[string]*area
	question map[QuestionID]*question
	medicine map[string]int // class to its place in medicines

	skinOnce sync.Once
	skin     *skinOf
}

// levelText is what is said at a level.
type levelText struct{ title, say, do string }

// question is a row of the form with what only the engine needs.
type question struct {
	Question
	everyone, pregnant bool
	areas              []*area
	ageMin, ageMax     int // ageMax 0 means no limit
	kinds              []kind
	unsaid             []string // the kinds assumed when nothing was written
	unread             []string // and when what was written names none; empty means as unsaid
	plainly            []string // phrases that name nothing and turn nothing around
}

// kind is one reading of a 'yes', and the words by which it is recognised in a
// client's own text. A mild one is not recognised in a text that also says 'not'.
type kind struct {
	Kind
	words     []string
	weak      []string // count only where no mild kind is recognised
	medicines []string // names of medicines, which may be misspelt
	mild      bool
}

// rule is a condition and its effects.
type rule struct {
	id       RuleID
	question QuestionID // whose own rule it is
	level    Level
	mark     Mark
	when     [][]term // all of the lines, any item of a line
	effects  []effect
	notes    []string
	why, say string
	source   string
}

// before tells whether the rule stops every session until somebody has agreed.
func (r *rule) before() bool {
	return slices.ContainsFunc(r.effects, func(e effect) bool { return e.verb == beforeAny })
}

// medicine is a class of medicines.
type medicine struct {
	class, title string
	names        []string
	unless       []string // forms that do not belong to the class
}

// Watch is something to look for during a session or after it.
type Watch struct {
	When   string // "during" or "after"
	Level  Level
	Mark   Mark
	Text   string
	Source string
}

// parse reads a rules file strictly: what it does not know is an error.
func parse(file, text string) (*book, error) {
	records, err := readRecords(file, text)
	if err != nil {
		return nil, err
	}
	b := &book{
		levels: map[Level]levelText{}, area: map[string]*area{},
		question: map[QuestionID]*question{}, medicine: map[string]int{},
	}
	// What is named must be known before it is named, wherever it stands in the file.
	passes := []map[string]func(*record, fields) error{
		{"rules": b.readHead, "level": b.readLevel, "area": b.readArea, "site": b.readSite, "medicine": b.readMedicine, "watch": b.readWatch},
		{"question": b.readQuestion},
		{"rule": b.readRule},
	}
	seen := map[string]bool{}
	for _, r := range records {
		known := slices.ContainsFunc(passes, func(p map[string]func(*record, fields) error) bool { return p[r.kind] != nil })
		name := r.kind + " " + r.id
		switch {
		case !known:
			return nil, &syntaxError{file, r.line, 1, fmt.Sprintf("unknown kind %q", r.kind)}
		case seen[name] && r.kind != "watch":
			return nil, r.errorf("%s stands here twice: give it another id", name)
		}
		seen[name] = true
	}
	for _, readers := range passes {
		for _, r := range records {
			if read := readers[r.kind]; read != nil {
				if err := read(r, fieldsOf(r)); err != nil {
					return nil, err
				}
			}
		}
	}
	return b, b.check(file)
}

// check holds what no single record shows.
func (b *book) check(file string) error {
	fail := func(format string, args ...any) error {
		return &syntaxError{file, 1, 1, fmt.Sprintf(format, args...)}
	}
	if b.version == 0 {
		return fail(`no "rules VERSION" record`)
	}
	for _, l := range []Level{NoFlags, WithLimits, Refer, NotCleared, SameDay, Emergency} {
		if _, ok := b.levels[l]; !ok {
			return fail("no record for level %s", l)
		}
	}
	for _, r := range b.rules {
		for _, e := range r.effects {
			if e.target != "" && !slices.Contains([]string{"all", "area", "place", "limb"}, e.target) && b.area[e.target] == nil {
				return fail("rule %s: %q is no area", r.id, e.target)
			}
		}
	}
	for _, q := range b.questions {
		if q.Only != "" && b.question[q.Only] == nil {
			return fail("question %s is asked after %s, which does not exist", q.ID, q.Only)
		}
	}
	return nil
}

func (b *book) readHead(r *record, f fields) (err error) {
	if b.version, err = strconv.Atoi(r.id); err != nil || b.version < 1 {
		return r.errorf("the version is a whole number from 1")
	}
	b.date, b.reviewed = f.one("date"), f.one("reviewed")
	return f.done("date", "reviewed")
}

func (b *book) readLevel(r *record, f fields) error {
	b.levels[Level(r.id)] = levelText{title: f.one("title"), say: f.may("say"), do: f.one("do")}
	return f.done("title", "say", "do")
}

func (b *book) readMedicine(r *record, f fields) error {
	m := medicine{class: r.id, title: f.one("title")}
	for _, name := range items(f.one("names")) {
		m.names = append(m.names, plain(name))
	}
	for _, form := range items(f.may("unless")) {
		m.unless = append(m.unless, plain(form))
	}
	b.medicine[r.id] = len(b.medicines)
	b.medicines = append(b.medicines, m)
	return f.done("title", "names", "unless")
}

func (b *book) readWatch(r *record, f fields) error {
	if r.id != "during" && r.id != "after" {
		return r.errorf("watch during or watch after")
	}
	level, mark := f.level(), f.mark()
	b.watches = append(b.watches, Watch{When: r.id, Level: level, Mark: mark, Text: f.one("text"), Source: f.one("source")})
	return f.done("level", "mark", "text", "source")
}

func (b *book) readQuestion(r *record, f fields) error {
	q := &question{Question: Question{
		ID: QuestionID(r.id), Level: f.level(), Mark: f.mark(), Text: f.one("text"),
		Wants: f.oneOf("wants", "", "place", "weeks", "medicine", "detail"), Alarm: Yes, Source: f.one("source"), Version: b.version,
	}}
	q.Verified = q.Mark.Verified()
	if f.oneOf("alarm", "yes", "yes", "no") == "no" {
		q.Alarm = No
	}
	b.readAudience(q, f)
	q.Again = f.oneOf("again", "", "every visit") != "" || q.Level == Emergency || q.Alarm == No
	for _, key := range []string{"kind", "mild"} {
		for _, line := range f.all[key] {
			k, err := b.readKind(r, line)
			if err != nil {
				return err
			}
			k.mild = key == "mild"
			q.kinds = append(q.kinds, k)
			q.Kinds = append(q.Kinds, k.Kind)
		}
	}
	q.unsaid, q.unread = q.kindsNamed(f, "unsaid"), q.kindsNamed(f, "unread")
	for _, phrase := range items(f.may("plainly")) {
		q.plainly = append(q.plainly, plain(phrase))
	}
	own := f.rule(RuleID(r.id))
	own.question = q.ID
	own.when = [][]term{{{question: q}}}
	if own.level == Refer && len(own.effects) == 0 {
		own.effects = []effect{{verb: mask, target: "area"}}
	}
	for _, e := range own.effects {
		if (e.target == "place" || e.target == "limb") && q.Wants != "place" {
			return r.errorf("%s masks a place but does not ask for one: add 'wants: place'", r.id)
		}
	}
	b.questions = append(b.questions, q)
	b.question[q.ID] = q
	b.rules = append(b.rules, own)
	return f.done("for", "ages", "again", "level", "mark", "text", "alarm", "wants", "kind", "mild", "unsaid", "unread", "plainly", "why", "say", "do", "note", "source")
}

// readAudience reads who is asked: everybody, people with paint in some areas, or
// those who gave a certain answer; and of which ages.
func (b *book) readAudience(q *question, f fields) {
	for i, who := range items(f.one("for")) {
		switch parent, after := strings.CutPrefix(who, "after "); {
		case after:
			q.Only, q.everyone, q.Set = QuestionID(parent), true, "Joints"
		case who == "everyone":
			q.everyone, q.Set = true, "Everybody"
		case who == "pregnant":
			q.pregnant, q.Set, q.Only = true, "Pregnancy", "g11"
		case b.area[who] == nil:
			f.failf("for", "%q is no area: name one that stands above", who)
		default:
			q.areas = append(q.areas, b.area[who])
			if i == 0 {
				q.Set = capital(b.area[who].words)
			}
		}
	}
	ages := f.may("ages")
	if ages == "" {
		return
	}
	low, high, ok := strings.Cut(ages, "..")
	var errLow, errHigh error
	if low != "" {
		q.ageMin, errLow = strconv.Atoi(low)
	}
	if high != "" {
		q.ageMax, errHigh = strconv.Atoi(high)
	}
	if !ok || errLow != nil || errHigh != nil {
		f.failf("ages", `write ages as "50..", "..17" or "10..16"`)
	}
	if q.ageMax > 0 && q.ageMax < adult {
		q.Set = "Under 18"
	}
}

// readKind reads "surgery = Surgery in the last 6 weeks ; operation | stitches".
func (b *book) readKind(r *record, f field) (kind, error) {
	head, words, _ := strings.Cut(f.text, ";")
	key, label, ok := strings.Cut(head, "=")
	k := kind{Kind: Kind{Key: strings.TrimSpace(key), Words: strings.TrimSpace(label)}}
	if !ok || k.Key == "" || k.Words == "" {
		return k, r.errorAt(f, `write "key = words for the client ; word | word"`)
	}
	k.words = []string{plain(k.Key), plain(k.Words)}
	for _, w := range items(words) {
		class, isClass := strings.CutPrefix(w, "medicine ")
		if !isClass {
			if weak, ok := strings.CutSuffix(w, "?"); ok {
				k.weak = append(k.weak, plain(weak))
			} else {
				k.words = append(k.words, plain(w))
			}
			continue
		}
		i, known := b.medicine[class]
		if !known {
			return k, r.errorAt(f, "no class of medicines %q above", class)
		}
		k.medicines = append(k.medicines, b.medicines[i].names...)
	}
	return k, nil
}

// kindsNamed reads a line of kinds.
func (q *question) kindsNamed(f fields, key string) []string {
	list := items(f.may(key))
	for _, name := range list {
		if !q.hasKind(name) {
			f.failf(key, "%s has no kind %q", q.ID, name)
		}
	}
	return list
}

func (q *question) hasKind(key string) bool {
	return slices.ContainsFunc(q.kinds, func(k kind) bool { return k.Key == key })
}

func (b *book) readRule(r *record, f fields) error {
	own := f.rule(RuleID(r.id))
	for _, line := range f.all["when"] {
		var terms []term
		for _, text := range items(line.text) {
			t, err := b.readTerm(text)
			if err != nil {
				return r.errorAt(line, "%v", err)
			}
			terms = append(terms, t)
		}
		own.when = append(own.when, terms)
	}
	if len(own.when) == 0 {
		return r.errorf("rule %s has no 'when' line", r.id)
	}
	if own.level == Refer && len(own.effects) == 0 {
		own.effects = []effect{{verb: mask, target: "area"}}
	}
	for _, e := range own.effects {
		if e.target == "place" || e.target == "limb" {
			return r.errorf("rule %s masks a place: only a question's own rule can", r.id)
		}
	}
	b.rules = append(b.rules, own)
	return f.done("when", "level", "mark", "why", "say", "do", "note", "source")
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
