package atlas

import (
	"cmp"
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed data
var dataFiles embed.FS

// Standard gives the embedded atlas. It is parsed on first use.
func Standard() *Atlas {
	a, err := Embedded()
	if err != nil {
		panic(err) // the embedded data are broken; a test holds them
	}
	return a
}

// Embedded gives the embedded atlas, or every mistake in its data. Whoever edits the
// data wants this one; all others take [Standard].
func Embedded() (*Atlas, error) { return embedded() }

var embedded = sync.OnceValues(func() (*Atlas, error) {
	data, err := fs.Sub(dataFiles, "data")
	if err != nil {
		return nil, err
	}
	return Parse(data)
})

// Parse reads all *.txt files of a file system. The error lists every mistake with
// file, line, column and what to do; see [Errors].
func Parse(data fs.FS) (*Atlas, error) {
	p := newParser()
	err := fs.WalkDir(data, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if path.Ext(name) != ".txt" {
			p.addf(place{name, 1, 1}, "only .txt files are read; rename or remove it")
			return nil
		}
		src, err := fs.ReadFile(data, name)
		if err != nil {
			return err
		}
		p.file(name, src)
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.link()
	return p.atlas, p.err()
}

// ParseText reads an atlas that is one text; file is its name in errors.
func ParseText(file, text string) (*Atlas, error) {
	p := newParser()
	p.file(file, []byte(text))
	p.link()
	return p.atlas, p.err()
}

// parser gathers the atlas; mistakes say what is wrong with the data.
type parser struct {
	mistakes

	atlas *Atlas
	taken map[string]place // "kind id" -> where it stands
	links []link
}

func newParser() *parser {
	return &parser{
		atlas: &Atlas{
			Version: Version,
			Sources: map[SourceID]*Source{},
			muscle:  map[MuscleID]*Muscle{},
			point:   map[PointID]*Point{},
			named:   map[string]*Muscle{},
			lists:   map[string][]string{},
		},
		taken: map[string]place{},
	}
}

// link is a mention of a source. Muscles and points that are mentioned are left to
// the lint, so that a file can be read before all others are written.
type link struct {
	at     place
	from   string // "point scalenes-1"
	source SourceID
}

func (p *parser) file(name string, src []byte) {
	var muscle *Muscle // the points that follow belong to it
	for _, b := range readBlocks(name, src, &p.mistakes) {
		key := b.kind + " " + b.id
		if first, ok := p.taken[key]; ok {
			p.addf(b.at, "%s stands already in %s; ids are unique", key, first)
			continue
		}
		p.taken[key] = b.at
		if b.kind != "point" && b.kind != "muscle" {
			muscle = nil
		}
		if b.kind == "muscle" {
			muscle = p.readMuscle(b)
			continue
		}
		if b.kind == "point" {
			p.readPoint(b, muscle)
			continue
		}
		p.readOther(b)
	}
}

func (p *parser) readMuscle(b block) *Muscle {
	m := &Muscle{ID: MuscleID(b.id), Place: b.at.String()}
	fill(m, b, muscleFields, &p.mistakes)
	p.atlas.Muscles = append(p.atlas.Muscles, m)
	p.atlas.muscle[m.ID] = m
	p.cites(b, m.Sources...)
	return m
}

func (p *parser) readPoint(b block, m *Muscle) {
	if m == nil {
		p.addf(b.at, "point %s belongs to no muscle; write it below its muscle", b.id)
		return
	}
	if !strings.HasPrefix(b.id, string(m.ID)+"-") {
		p.addf(b.at, "point %s: begin its id with %s-", b.id, m.ID)
	}
	pt := &Point{ID: PointID(b.id), Muscle: m, Place: b.at.String()}
	fill(pt, b, pointFields, &p.mistakes)
	m.Points = append(m.Points, pt)
	p.atlas.point[pt.ID] = pt
	p.cites(b, pt.Sources...)
}

func (p *parser) readOther(b block) {
	a, at := p.atlas, b.at.String()
	switch b.kind {
	case "source":
		s := &Source{ID: SourceID(b.id), Place: at}
		fill(s, b, sourceFields, &p.mistakes)
		if s.Seen == Recalled && s.Ref != "" {
			p.addf(b.at, "source %s was not seen and must not carry an id; take the line out", b.id)
		}
		a.Sources[s.ID] = s
	case "pattern":
		pt := &Pattern{ID: PatternID(b.id), Place: at}
		fill(pt, b, patternFields, &p.mistakes)
		a.Patterns = append(a.Patterns, pt)
		p.cites(b, pt.Sources...)
	case "technique":
		t := &Technique{ID: TechniqueID(b.id), Place: at}
		fill(t, b, techniqueFields, &p.mistakes)
		a.Techniques = append(a.Techniques, t)
		p.cites(b, t.Sources...)
	case "exercise":
		e := &Exercise{ID: ExerciseID(b.id), Place: at}
		fill(e, b, exerciseFields, &p.mistakes)
		a.Exercises = append(a.Exercises, e)
		p.cites(b, e.Sources...)
	case "condition":
		c := &Condition{ID: ConditionID(b.id), Place: at}
		fill(c, b, conditionFields, &p.mistakes)
		a.Conditions = append(a.Conditions, c)
		p.cites(b, c.cited()...)
	case "claim":
		c := &Claim{ID: ClaimID(b.id), Place: at}
		fill(c, b, claimFields, &p.mistakes)
		a.Claims = append(a.Claims, c)
		p.cites(b, c.cited()...)
	case "term":
		t := &Term{ID: TermID(b.id), Place: at}
		fill(t, b, termFields, &p.mistakes)
		a.Terms = append(a.Terms, t)
		p.cites(b, t.Sources...)
	case "change":
		c := &Change{ID: ChangeID(b.id), Place: at}
		fill(c, b, changeFields, &p.mistakes)
		a.Changes = append(a.Changes, c)
	case "study":
		s := Study{ID: StudyID(b.id), Place: at}
		fill(&s, b, studyFields, &p.mistakes)
		a.Studies = append(a.Studies, s)
		p.cites(b, s.Source)
	case "list":
		var w words
		fill(&w, b, wordFields, &p.mistakes)
		if !slices.Contains(listNames, b.id) {
			p.addf(b.at, "no list %q; there are %s", b.id, strings.Join(listNames, ", "))
		}
		a.lists[b.id] = w.items
	default:
		p.addf(b.at, "no block %q; there are muscle, point, pattern, source, technique, exercise, condition, claim, term, change, study, list", b.kind)
	}
}

func (p *parser) cites(b block, ids ...SourceID) {
	for _, id := range ids {
		if id != "" {
			p.links = append(p.links, link{b.at, b.kind + " " + b.id, id})
		}
	}
}

// link checks that what is mentioned exists and builds the look-ups.
func (p *parser) link() {
	a := p.atlas
	for _, l := range p.links {
		if _, ok := a.Sources[l.source]; !ok {
			p.addf(l.at, "%s names source %q, which does not exist; add it or mend the id", l.from, l.source)
		}
	}
	slices.SortStableFunc(a.Muscles, func(x, y *Muscle) int {
		return cmp.Compare(slices.Index(Groups, x.Group), slices.Index(Groups, y.Group))
	})
	slices.SortStableFunc(a.Patterns, func(x, y *Pattern) int {
		return cmp.Compare(slices.Index(PatternKinds, x.Kind), slices.Index(PatternKinds, y.Kind))
	})
	slices.SortStableFunc(a.Conditions, func(x, y *Condition) int {
		return cmp.Compare(slices.Index(ConditionGroups, x.Group), slices.Index(ConditionGroups, y.Group))
	})
	slices.SortStableFunc(a.Claims, func(x, y *Claim) int {
		return cmp.Compare(slices.Index(ClaimTopics, x.Topic), slices.Index(ClaimTopics, y.Topic))
	})
	slices.SortStableFunc(a.Changes, func(x, y *Change) int { return cmp.Compare(y.Date, x.Date) })
	a.name()
	for _, m := range a.Muscles {
		for _, pt := range m.Points {
			pt.seen = a.seen(pt.Sources)
		}
		a.points = append(a.points, m.Points...)
	}
	for _, pt := range a.Patterns {
		pt.seen = a.seen(pt.Sources)
	}
}

// seen tells whether at least one of the sources was seen.
func (a *Atlas) seen(ids []SourceID) bool {
	return slices.ContainsFunc(ids, func(id SourceID) bool {
		s, ok := a.Sources[id]
		return ok && s.Seen != Recalled
	})
}

// name builds the look-up by name. Working names go first, then aliases; a TA2 or
// Latin name that several parts of one muscle share means the first of them.
func (a *Atlas) name() {
	for _, kind := range []func(*Muscle) []string{(*Muscle).ownNames, (*Muscle).sharedNames} {
		for _, m := range a.Muscles {
			for _, n := range kind(m) {
				if _, ok := a.named[plainName(n)]; !ok && n != "" {
					a.named[plainName(n)] = m
				}
			}
		}
	}
}
