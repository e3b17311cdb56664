package body

// ChangeKind is what became of a cell from one drawing to a later one.
type ChangeKind string

// The kinds. The words are keys for a catalogue.
const (
	IsGone  ChangeKind = "gone"  // painted before, clear after
	IsEased ChangeKind = "eased" // painted in both, at a lower level after
	IsSame  ChangeKind = "same"  // painted in both, at one level
	IsWorse ChangeKind = "worse" // painted in both, at a higher level after
	IsNew   ChangeKind = "new"   // clear before, painted after
)

// ChangeKinds lists the kinds, from what is over to what has come.
func ChangeKinds() []ChangeKind { return []ChangeKind{IsGone, IsEased, IsSame, IsWorse, IsNew} }

// Changes is how a drawing differs from an earlier one. Each painted cell of either is
// in one of the sets; the level of a cell is the highest of all marks. What happened to
// the pain between the two is all it says: not why.
type Changes struct{ Gone, Eased, Same, Worse, New Set }

// Difference compares an earlier drawing with a later one.
func Difference(before, after Drawing) Changes {
	a, b := levelsOf(before), levelsOf(after)
	var c Changes
	for i, was := range a {
		now := b[i]
		if was == 0 && now == 0 {
			continue
		}
		cell := CellID(i)
		switch {
		case now == 0:
			c.Gone.Add(cell)
		case was == 0:
			c.New.Add(cell)
		case now < was:
			c.Eased.Add(cell)
		case now > was:
			c.Worse.Add(cell)
		default:
			c.Same.Add(cell)
		}
	}
	return c
}

// levelsOf gives the level of every cell of the skin. What is no cell is left out;
// [Drawing.Check] refuses it.
func levelsOf(d Drawing) []uint8 {
	out := make([]uint8, Skin().Len())
	for _, m := range d.Marks {
		for c, l := range m.Levels {
			if int(c) < len(out) {
				out[c] = max(out[c], l)
			}
		}
	}
	return out
}

// Cells gives the cells of a kind.
func (c Changes) Cells(kind ChangeKind) Set {
	switch kind {
	case IsGone:
		return c.Gone
	case IsEased:
		return c.Eased
	case IsSame:
		return c.Same
	case IsWorse:
		return c.Worse
	default:
		return c.New
	}
}

// All gives the cells that are painted in either drawing.
func (c Changes) All() (out Set) {
	for _, k := range ChangeKinds() {
		out = out.Union(c.Cells(k))
	}
	return out
}

// ChangeWords is one kind of change, read back.
type ChangeWords struct {
	Kind   ChangeKind
	Cells  Set
	Area   float64 // cm2 on the neutral figure
	Places []PlaceWords
}

// Read puts the changes into numbers and words, kind by kind; a kind that does not occur
// is left out.
func (c Changes) Read() (out []ChangeWords) {
	for _, k := range ChangeKinds() {
		if cells := c.Cells(k); cells.Len() > 0 {
			out = append(out, ChangeWords{k, cells, Skin().areaOf(cells), Describe(cells)})
		}
	}
	return out
}
