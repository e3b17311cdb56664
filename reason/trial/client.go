package trial

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"knead/atlas"
	"knead/body"
	"knead/reason"
)

// World is a kind of clients. The zero World is the model's own: points are active
// independently of each other with the chances of the priors, an active one makes each
// patch of skin hurt with the chance that the model gives it, and of the patches around
// some hurt for another reason.
type World struct {
	Name string
	Says string // how these clients differ, for a table

	Stray    bool    // any patch may hurt for another reason, not only those around
	Tilt     float64 // added to 1, the power to which priors are raised: -1 makes them equal, -2 turns them round
	Together bool    // one complaint: one to four points, none more than reachCM from the first
	Pieces   bool    // a zone is felt as one piece, not patch by patch
	ShiftCM  float64 // each zone lies so far from where the atlas has it, in any direction
	Clumsy   bool    // see paintClumsily
	Other    float64 // share of the clients whose pain does not come from a point at all
	Pattern  float64 // share of the clients whose pain comes from a nerve or joint that the atlas has a pattern of

	sessions bool // one of the few with whom sessions are held and numbers are varied
}

// Client is a drawing of which it is known what made it.
type Client struct {
	Drawing body.Drawing
	Active  []int          // the causes that made something hurt
	Pattern *atlas.Pattern // or else the nerve or joint that did, where the atlas has it
	seed    uint64
}

// Trial holds what is needed to draw clients of a model.
type Trial struct {
	Model   *reason.Model
	Numbers reason.Numbers
	Causes  []reason.Cause

	skin     *body.Surface
	patches  []body.Set
	felt     [][]feltPatch // by cause
	patterns []pattern
	near     [][]int       // by patch: the patches beside it
	all      []int         // patches
	spot     []body.CellID // by cause
	zones    [][]zoneCell  // by cause
	touched  [][]int       // by cell: the causes in whose essential zone it lies
	number   map[pointSide]int
}

type pointSide struct {
	point atlas.PointID
	side  body.Side
}

// feltPatch is a patch that an active cause makes hurt with some chance.
type feltPatch struct {
	patch  int
	chance float64
	heart  float64 // share of the chance that is of the heart of the zone, where pain is strong
}

// reachCM is how far the points of one complaint lie apart at most (chosen: about
// from the shoulder to the elbow).
const reachCM = 25

// New prepares the trial of a model that was made with these numbers on the standard
// skin.
func New(m *reason.Model, n reason.Numbers) *Trial {
	t := &Trial{Model: m, Numbers: n, Causes: m.Causes(), skin: body.Skin(), patches: m.Patches(), number: map[pointSide]int{}}
	of := make([]int, t.skin.Len())
	area := make([]float64, len(t.patches))
	for p, cells := range t.patches {
		t.all = append(t.all, p)
		for c := range cells.All {
			of[c] = p
			area[p] += t.skin.Area(c)
		}
	}
	t.near = make([][]int, len(t.patches))
	for p, cells := range t.patches {
		for c := range cells.All {
			for _, d := range t.skin.Neighbours(c) {
				if q := of[d]; !t.skin.Hidden(d) && q != p && !slices.Contains(t.near[p], q) {
					t.near[p] = append(t.near[p], q)
				}
			}
		}
	}
	for p := range area {
		area[p] = max(area[p], 1e-9)
	}
	patched := func(felt []body.Weighted, heart body.Set) (out []feltPatch) {
		chance, strong := make([]float64, len(t.patches)), make([]float64, len(t.patches))
		for _, w := range felt {
			if t.skin.Hidden(w.Cell) {
				continue
			}
			p := of[w.Cell]
			chance[p] += w.W * t.skin.Area(w.Cell) / area[p]
			if heart.Has(w.Cell) {
				strong[p] += w.W * t.skin.Area(w.Cell) / area[p]
			}
		}
		for p, w := range chance {
			if w > 0 {
				out = append(out, feltPatch{p, w, strong[p] / w})
			}
		}
		return out
	}
	for j, c := range t.Causes {
		t.number[pointSide{c.Point.ID, c.Side}] = j
		t.spot = append(t.spot, c.Point.Cell(c.Side))
		heart := body.SetOf(t.skin.Near(t.skin.Centre(t.spot[j]), n.NearPointCM)...).Union(cellsOf(c.Point.Zone(c.Side).Essential))
		t.felt = append(t.felt, patched(c.Felt, heart))
	}
	for _, p := range atlas.Standard().Patterns {
		for _, side := range []body.Side{body.Right, body.Left} {
			z := p.Zone(side)
			var felt []body.Weighted
			for _, w := range z.Essential {
				felt = append(felt, body.Weighted{Cell: w.Cell, W: n.OftenPainted * w.W})
			}
			for _, w := range z.Spillover {
				felt = append(felt, body.Weighted{Cell: w.Cell, W: n.SometimesPainted * w.W})
			}
			t.patterns = append(t.patterns, pattern{p, patched(felt, cellsOf(z.Essential))})
		}
	}
	t.layZones()
	return t
}

// pattern is a nerve or a joint on one side and where it is felt.
type pattern struct {
	*atlas.Pattern

	felt []feltPatch
}

func cellsOf(zone []body.Weighted) (out body.Set) {
	for _, w := range zone {
		out.Add(w.Cell)
	}
	return out
}

// with is the same trial of a model with other numbers: clients are still drawn, and
// still answer, by the first ones.
func (t *Trial) with(n reason.Numbers) *Trial {
	u := *t
	u.Model = reason.NewModel(atlas.Standard(), t.skin, n)
	return &u
}

// Clients draws so many clients of a world. The same seed gives the same clients.
func (t *Trial) Clients(w World, count int, seed uint64) []Client {
	out := make([]Client, count)
	for i := range out {
		rng := rand.New(rand.NewPCG(seed, uint64(i)))
		for len(out[i].Drawing.Marks) == 0 {
			out[i] = t.client(w, rng)
		}
		out[i].seed = rng.Uint64()
	}
	return out
}

// client draws one client; nothing may be painted.
func (t *Trial) client(w World, rng *rand.Rand) (c Client) {
	switch x := rng.Float64(); {
	case x < w.Other:
		c.Drawing.Marks = t.otherPain(rng)
		return c
	case x < w.Other+w.Pattern:
		return t.patternPain(rng)
	}
	var hurt []int // patches
	for _, j := range t.active(w, rng) {
		m, patches := t.feel(t.felt[j], "", rng)
		if w.Pieces {
			m = mark(t.pieceOf(j, rng), "", rng)
		}
		if w.ShiftCM > 0 {
			m = mark(t.moved(m.Cells(), w.ShiftCM, rng), "", rng)
		}
		if len(m.Levels) == 0 {
			continue
		}
		hurt = append(hurt, patches...)
		c.Active = append(c.Active, j)
		c.Drawing.Marks = append(c.Drawing.Marks, m)
	}
	if w.Stray {
		hurt = t.all
	}
	if stray := t.strayPain(hurt, rng); len(stray.Levels) > 0 {
		c.Drawing.Marks = append(c.Drawing.Marks, stray)
	}
	if w.Clumsy {
		t.paintClumsily(&c, rng)
	}
	return c
}

// patternPain draws the pain of one nerve or joint of the atlas. Where it feels in ways
// of its own, two of three clients say so.
func (t *Trial) patternPain(rng *rand.Rand) (c Client) {
	weight := make([]float64, len(t.patterns))
	for i, p := range t.patterns {
		weight[i] = p.Ratio
	}
	p := t.patterns[pick(weight, rng)]
	var q body.Quality
	if len(p.Quality) > 0 && rng.IntN(3) < 2 {
		q = p.Quality[rng.IntN(len(p.Quality))]
	}
	if m, _ := t.feel(p.felt, q, rng); len(m.Levels) > 0 {
		c.Pattern = p.Pattern
		c.Drawing.Marks = []body.Mark{m}
	}
	return c
}

// active draws which causes are active.
func (t *Trial) active(w World, rng *rand.Rand) []int {
	weight, sum := make([]float64, len(t.Causes)), 0.0
	for j, c := range t.Causes {
		weight[j] = math.Pow(c.Prior, 1+w.Tilt)
		sum += weight[j]
	}
	if !w.Together {
		var out []int
		for j := range weight {
			if rng.Float64() < weight[j]/sum*t.Numbers.ExpectedActive {
				out = append(out, j)
			}
		}
		return out
	}
	first := pick(weight, rng)
	out := []int{first}
	from := t.skin.Centre(t.spot[first])
	for range rng.IntN(4) {
		for j := range weight {
			if distance(t.skin.Centre(t.spot[j]), from) > reachCM || slices.Contains(out, j) {
				weight[j] = 0
			}
		}
		if j := pick(weight, rng); weight[j] > 0 {
			out = append(out, j)
		}
	}
	return out
}

// pick draws a place with a chance in proportion to its weight.
func pick(weight []float64, rng *rand.Rand) int {
	sum := 0.0
	for _, w := range weight {
		sum += w
	}
	x := rng.Float64() * sum
	for j, w := range weight {
		if x -= w; x < 0 {
			return j
		}
	}
	return len(weight) - 1
}

// feel draws which patches an active cause makes hurt, and how strongly.
func (t *Trial) feel(felt []feltPatch, q body.Quality, rng *rand.Rand) (m body.Mark, patches []int) {
	m.Quality = q
	for _, f := range felt {
		if rng.Float64() >= f.chance {
			continue
		}
		patches = append(patches, f.patch)
		above := t.Numbers.EdgeAbove
		if rng.Float64() < f.heart {
			above = t.Numbers.HeartAbove
		}
		m.Paint(t.patches[f.patch], level(above, rng))
	}
	return m, patches
}

// level draws one of three grades of pain, by the chances to be above the faint and
// above the middle one.
func level(above [2]float64, rng *rand.Rand) uint8 {
	switch x := rng.Float64(); {
	case x < above[1]:
		return 9
	case x < above[0]:
		return 6
	}
	return 3
}

// pieceOf is where a cause hurts that is felt in one piece.
func (t *Trial) pieceOf(j int, rng *rand.Rand) body.Set {
	z := t.Causes[j].Point.Zone(t.Causes[j].Side)
	cells := t.piece(z.Essential, 0.3+0.7*rng.Float64(), rng)
	if rng.Float64() < t.Numbers.SometimesPainted {
		cells = cells.Union(t.piece(z.Spillover, 0.3+0.7*rng.Float64(), rng))
	}
	return cells
}

// piece is a share of a zone's cells, those around one of them.
func (t *Trial) piece(zone []body.Weighted, share float64, rng *rand.Rand) body.Set {
	if len(zone) == 0 {
		return body.Set{}
	}
	cells := make([]body.CellID, len(zone))
	for i, w := range zone {
		cells[i] = w.Cell
	}
	return t.around(cells, cells[rng.IntN(len(cells))], share)
}

// around is the share of the cells that lies nearest to one of them.
func (t *Trial) around(cells []body.CellID, middle body.CellID, share float64) body.Set {
	cells = slices.Clone(cells)
	slices.SortFunc(cells, func(a, b body.CellID) int {
		return cmp.Or(cmp.Compare(t.gap(a, middle), t.gap(b, middle)), cmp.Compare(a, b))
	})
	return body.SetOf(cells[:max(1, int(share*float64(len(cells))))]...)
}

// strayPain draws which of the patches that hurt, and of those beside them, hurt for
// a reason that is not on the list.
func (t *Trial) strayPain(hurt []int, rng *rand.Rand) (m body.Mark) {
	var near []int
	for _, p := range hurt {
		near = append(near, p)
		near = append(near, t.near[p]...)
	}
	slices.Sort(near)
	for _, p := range slices.Compact(near) {
		if rng.Float64() < t.Numbers.Leak {
			m.Paint(t.patches[p], level(t.Numbers.LeakAbove, rng))
		}
	}
	return m
}

// otherPain draws one or two pains that do not come from a point: a round one as of a
// joint or an organ, or a band along a limb or around the trunk as of a nerve.
func (t *Trial) otherPain(rng *rand.Rand) (marks []body.Mark) {
	for range 1 + rng.IntN(2) {
		middle := t.somewhere(rng)
		if rng.IntN(2) == 0 {
			marks = append(marks, mark(t.disc(middle, 3+5*rng.Float64()), "", rng))
			continue
		}
		q := []body.Quality{body.Burning, body.Tingling, "", ""}[rng.IntN(4)]
		marks = append(marks, mark(t.band(middle), q, rng))
	}
	return marks
}

func (t *Trial) somewhere(rng *rand.Rand) body.CellID {
	for {
		if c := body.CellID(rng.IntN(t.skin.Len())); !t.skin.Hidden(c) {
			return c
		}
	}
}

// disc is the skin within so many centimetres that faces the same way.
func (t *Trial) disc(middle body.CellID, radius float64) (out body.Set) {
	for _, c := range t.skin.Near(t.skin.Centre(middle), radius) {
		if !t.skin.Hidden(c) && t.facing(c, middle) {
			out.Add(c)
		}
	}
	return out
}

// band is a strip of skin through a cell, as wide as a hand: around one side of head,
// neck or trunk, along a hand or a foot, or from one end of a limb's part to the other.
func (t *Trial) band(middle body.CellID) (out body.Set) {
	at := t.skin.Coord(middle)
	axis, width := 1, 25.0 // degrees around a limb
	switch at.Part {
	case body.Head:
		axis, width = 1, 12
	case body.Neck:
		axis, width = 0, 0.25
	case body.Trunk:
		axis, width = 0, 0.8
	case body.Hand:
		axis, width = 0, 0.6
	case body.Foot:
		axis, width = 1, 0.2
	}
	for c := range body.CellID(t.skin.Len()) {
		o := t.skin.Coord(c)
		if o.Part == at.Part && t.skin.Side(c) == t.skin.Side(middle) && !t.skin.Hidden(c) && math.Abs(o.V[axis]-at.V[axis]) < width {
			out.Add(c)
		}
	}
	return out
}

// How clumsy clients paint (chosen; docs/calibration.md tells).
const (
	slipCM    = 2.0      // each mark lies so far off, in any direction
	wrongSide = 1.0 / 20 // of the marks are on the other side
	lost      = 1.0 / 10 // of the marks are missing
	swollen   = 1.0 / 3  // of the marks are painted too wide, by swellCM all around
	shrunk    = 1.0 / 3  // of the marks are painted in half
	swellCM   = 2.0
)

// paintClumsily spoils a drawing as hurried hands do. What made it stays known.
func (t *Trial) paintClumsily(c *Client, rng *rand.Rand) {
	var kept []body.Mark
	for _, m := range c.Drawing.Marks {
		if rng.Float64() < lost {
			continue
		}
		cells := t.moved(m.Cells(), slipCM, rng)
		switch x := rng.Float64(); {
		case x < swollen:
			var wide body.Set
			for cell := range cells.All {
				wide = wide.Union(t.disc(cell, swellCM))
			}
			cells = wide
		case x < swollen+shrunk && cells.Len() > 0:
			all := slices.Collect(cells.All)
			cells = t.around(all, all[rng.IntN(len(all))], 0.5)
		}
		if rng.Float64() < wrongSide {
			var other body.Set
			for cell := range cells.All {
				other.Add(t.skin.Mirror(cell))
			}
			cells = other
		}
		if cells.Len() > 0 {
			kept = append(kept, mark(cells, m.Quality, rng))
		}
	}
	c.Drawing.Marks = kept
}

// moved is a piece of skin so many centimetres away, in a direction along the skin.
func (t *Trial) moved(cells body.Set, by float64, rng *rand.Rand) (out body.Set) {
	if cells.Len() == 0 {
		return out
	}
	var way body.Vec
	for i := range way {
		way[i] = rng.NormFloat64()
	}
	for c := range cells.All {
		n, p, along := t.skin.Normal(c), t.skin.Centre(c), way
		lift := dot(way, n)
		for i := range along {
			along[i] -= lift * n[i]
		}
		long := math.Sqrt(dot(along, along))
		for i := range p {
			p[i] += along[i] * by / max(long, 1e-9)
		}
		best, gap := c, math.Inf(1)
		for _, d := range t.skin.Near(p, by+1) {
			if g := distance(t.skin.Centre(d), p); g < gap && !t.skin.Hidden(d) && t.facing(c, d) {
				best, gap = d, g
			}
		}
		out.Add(best)
	}
	for _, c := range slices.Collect(out.All) { // close the holes that stretching leaves
		for _, d := range t.skin.Neighbours(c) {
			inside := 0
			for _, e := range t.skin.Neighbours(d) {
				if out.Has(e) {
					inside++
				}
			}
			if 2*inside > len(t.skin.Neighbours(d)) && !t.skin.Hidden(d) {
				out.Add(d)
			}
		}
	}
	return out
}

// mark paints some cells with one level from 3 to 9.
func mark(cells body.Set, q body.Quality, rng *rand.Rand) body.Mark {
	m := body.Mark{Quality: q}
	m.Paint(cells, uint8(3+rng.IntN(7)))
	return m
}

func (t *Trial) facing(a, b body.CellID) bool { return dot(t.skin.Normal(a), t.skin.Normal(b)) > 0 }

func (t *Trial) gap(a, b body.CellID) float64 {
	return distance(t.skin.Centre(a), t.skin.Centre(b))
}

func distance(a, b body.Vec) float64 {
	d := body.Vec{a[0] - b[0], a[1] - b[1], a[2] - b[2]}
	return math.Sqrt(dot(d, d))
}

func dot(a, b body.Vec) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }
