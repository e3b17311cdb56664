package outcome

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

//go:embed data/*.txt
var dataFiles embed.FS

// Standard gives the embedded book. It is read on first use.
func Standard() *Book {
	b, err := standard()
	if err != nil {
		panic(err) // the embedded data are broken; a test holds them
	}
	return b
}

var standard = sync.OnceValues(func() (*Book, error) {
	data, err := fs.Sub(dataFiles, "data")
	if err != nil {
		return nil, err
	}
	return Parse(data)
})

// Parse reads all *.txt files of a directory. The error lists every mistake with file,
// line, column and what to do; see [SyntaxErrors].
func Parse(data fs.FS) (*Book, error) {
	names, err := fs.Glob(data, "*.txt")
	if err != nil {
		return nil, err
	}
	p := newParser()
	for _, name := range names {
		text, err := fs.ReadFile(data, name)
		if err != nil {
			return nil, err
		}
		p.file(name, string(text))
	}
	p.link()
	return p.book, p.err()
}

// ParseText reads a book that is one text; file is its name in errors.
func ParseText(file, text string) (*Book, error) {
	p := newParser()
	p.file(file, text)
	p.link()
	return p.book, p.err()
}

type parser struct {
	mistakes

	book  *Book
	taken map[string]place
	names []mention // of sources
	asks  []mention // of instruments
}

// mention is an id that must exist.
type mention struct {
	at   place
	from string
	id   string
}

func newParser() *parser {
	return &parser{
		book:  &Book{Sources: map[SourceID]Source{}, Notices: map[string]string{}},
		taken: map[string]place{},
	}
}

func (p *parser) file(name, text string) {
	var in *Instrument // what follows belongs to it
	for _, r := range readRecords(name, text, &p.mistakes) {
		owner := ""
		if in != nil && slices.Contains([]string{"item", "part", "script"}, r.kind) {
			owner = string(in.ID) + " "
		}
		key := owner + r.kind + " " + r.id
		if first, ok := p.taken[key]; ok {
			p.addf(r.at, "%s %s stands already in line %d of %s; ids are unique", r.kind, r.id, first.line, first.file)
			continue
		}
		p.taken[key] = r.at
		switch r.kind {
		case "instrument":
			in = p.instrument(r)
			continue
		case "item", "part", "script":
			if in == nil {
				p.addf(r.at, "%s %s belongs to no instrument; write it below its instrument", r.kind, r.id)
				continue
			}
			p.below(in, r)
			continue
		case "source":
			s := Source{ID: SourceID(r.id)}
			fill(&s, r, sourceKeys, &p.mistakes)
			p.book.Sources[s.ID] = s
		case "notice":
			var n notice
			fill(&n, r, noticeKeys, &p.mistakes)
			p.book.Notices[r.id] = n.text
		case "occasion":
			o := &Occasion{ID: OccasionID(r.id)}
			fill(o, r, occasionKeys, &p.mistakes)
			p.book.Occasions = append(p.book.Occasions, o)
			for _, id := range slices.Concat(o.Ask, o.Offer, o.Again) {
				p.asks = append(p.asks, mention{r.at, "occasion " + r.id, string(id)})
			}
		default:
			p.addf(r.at, "no record %q; there are instrument, item, part, script, source, notice, occasion", r.kind)
		}
		in = nil
	}
}

func (p *parser) instrument(r record) *Instrument {
	in := &Instrument{ID: ID(r.id), Unit: Points, place: r.at}
	fill(in, r, instrumentKeys, &p.mistakes)
	p.book.Instruments = append(p.book.Instruments, in)
	for _, id := range in.Cite {
		p.names = append(p.names, mention{r.at, "instrument " + r.id, string(id)})
	}
	p.states(r, in.Changes)
	return in
}

// below reads what belongs to an instrument.
func (p *parser) below(in *Instrument, r record) {
	switch r.kind {
	case "item":
		item := Item{ID: ItemID(r.id)}
		fill(&item, r, itemKeys, &p.mistakes)
		for _, l := range item.Labels {
			if !item.Range.Has(l.Value) || !whole(l.Value) {
				p.addf(r.at, "item %s: the label of %g lies outside %g..%g; mend the label or the range", r.id, l.Value, item.Range.Low, item.Range.High)
			}
		}
		if r.id == string(EnteredItem) {
			p.addf(r.at, "an item may not be called %q: that is a score from elsewhere; choose another id", EnteredItem)
		}
		in.Items = append(in.Items, item)
	case "part":
		part := Part{ID: PartID(r.id)}
		fill(&part, r, partKeys, &p.mistakes)
		in.Parts = append(in.Parts, part)
		p.states(r, part.Changes)
	case "script":
		s := &Script{ID: r.id}
		fill(s, r, scriptKeys, &p.mistakes)
		if in.Script != nil {
			p.addf(r.at, "instrument %s has a script already; keep one", in.ID)
		}
		in.Script = s
		p.names = append(p.names, mention{r.at, "script " + r.id, string(s.Source)})
	}
}

func (p *parser) states(r record, list []Statement) {
	for _, s := range list {
		p.names = append(p.names, mention{r.at, r.kind + " " + r.id, string(s.Source)})
	}
}

// link checks what can be known only when everything was read.
func (p *parser) link() {
	for _, n := range p.names {
		if _, ok := p.book.Sources[SourceID(n.id)]; !ok && n.id != "" {
			p.addf(n.at, "%s names source %q, which does not exist; add it or mend the id", n.from, n.id)
		}
	}
	for _, n := range p.asks {
		if _, ok := p.book.Instrument(ID(n.id)); !ok {
			p.addf(n.at, "%s asks %q, which is no instrument; add it or mend the id", n.from, n.id)
		}
	}
	for _, in := range p.book.Instruments {
		if what := in.wrong(); what != "" {
			p.addf(in.place, "instrument %s: %s", in.ID, what)
		}
	}
}

// wrong says what does not fit together in an instrument, "" for nothing.
func (in *Instrument) wrong() string {
	wording := in.Ask != "" || in.Own.Most > 0 || slices.ContainsFunc(in.Items, func(i Item) bool { return i.Text != "" })
	switch {
	case !in.Licence.Text && wording:
		return "its wording may not stand here; take the items and 'ask' out, or prove 'text: yes'"
	case in.Rule == Typed && in.asked() > 0:
		return "a score that is entered has no items"
	case in.Rule != Typed && in.asked() == 0:
		return "it has no items to score"
	case in.Rule == Single && in.asked() != 1:
		return "score 'single' has one item"
	case in.Need < 1 || in.Need > max(1, in.asked()):
		return "need: write a number from 1 to the number of its items"
	case in.Rule == Sum && in.Need != len(in.Items):
		return "a sum needs all its items"
	case in.Script != nil && !slices.ContainsFunc(in.Parts, func(p Part) bool { return p.High > 0 }):
		return "no part is ever high, so that its script is never shown"
	case in.Script == nil && slices.ContainsFunc(in.Parts, func(p Part) bool { return p.High > 0 }):
		return "a part can be high and there is no script to show"
	case !in.scoreFits():
		return "the items can give a score outside 'range'; mend one of the two"
	}
	for _, part := range in.Parts {
		for _, id := range part.Items {
			if _, ok := in.Item(id); !ok {
				return "part " + string(part.ID) + " adds up " + string(id) + ", which is no item"
			}
		}
	}
	for i, band := range in.Bands {
		if !in.Range.Has(band.Range.Low) || !in.Range.Has(band.Range.High) || i > 0 && band.Range.Low <= in.Bands[i-1].Range.High {
			return "its bands do not follow each other within 'range'"
		}
	}
	return ""
}

// scoreFits tells whether the extremes of the items give the extremes of the score.
func (in *Instrument) scoreFits() bool {
	ranges := []Range{in.Own.Range}
	if in.Own.Most == 0 {
		ranges = nil
		for _, item := range in.Items {
			ranges = append(ranges, item.Range)
		}
	}
	var low, high float64
	for _, r := range ranges {
		if r.High <= r.Low {
			return false
		}
		low, high = low+r.Low, high+r.High
	}
	n := float64(len(ranges))
	switch in.Rule {
	case Single, Mean:
		return in.Range == Range{low / n, high / n}
	case Sum:
		return in.Range == Range{low, high}
	case Scaled:
		return !slices.ContainsFunc(ranges, func(r Range) bool { return r != ranges[0] })
	}
	return true
}

func splitList(s string) []string {
	parts := strings.Split(s, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}
