package trial

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"knead/body"
	"knead/reason"
)

// zoneCell is a cell of a cause's zones: 1 where it is often felt, spilled where
// sometimes.
type zoneCell struct {
	cell   body.CellID
	weight float64
}

// spilled is what a cell of a spillover zone counts beside one of an essential zone
// (chosen near the ratio of the model's chances, 0.22 to 0.60).
const spilled = 0.35

func (t *Trial) layZones() {
	t.zones = make([][]zoneCell, len(t.Causes))
	t.touched = make([][]int, t.skin.Len())
	for j, c := range t.Causes {
		z := c.Point.Zone(c.Side)
		for _, w := range z.Essential {
			t.zones[j] = append(t.zones[j], zoneCell{w.Cell, w.W})
			t.touched[w.Cell] = append(t.touched[w.Cell], j)
		}
		for _, w := range z.Spillover {
			t.zones[j] = append(t.zones[j], zoneCell{w.Cell, spilled * w.W})
		}
	}
}

// Rule puts causes in the order in which to check them, more simply than the model.
type Rule struct {
	Name  string
	Says  string
	order func(Client) []int
}

// Rules are what the ranking has to be better than.
func (t *Trial) Rules() []Rule {
	return []Rule{
		{"overlap", "paint times zone, summed over the skin, over the length of the zone: a dot product", t.byOverlap},
		{"counting", "in how many marks the zone has a part; of equals, any", t.byCounting},
		{"best zone", "the zone that fits one mark best: what both share, over what either covers", t.byBestZone},
		{"random", "any order of the points whose zone is touched", t.byChance},
	}
}

// Rank asks the model about each client.
func (t *Trial) Rank(clients []Client) []reason.Ranking {
	out := make([]reason.Ranking, len(clients))
	for i, c := range clients {
		out[i] = t.rank(c, nil)
	}
	return out
}

func (t *Trial) rank(c Client, found []reason.Finding) reason.Ranking {
	r, err := t.Model.Rank(c.Drawing, found, reason.Options{})
	if err != nil {
		panic(err) // the findings are ours
	}
	return r
}

// orders are rankings as numbers of causes.
func (t *Trial) orders(rankings []reason.Ranking) [][]int {
	out := make([][]int, len(rankings))
	for i, r := range rankings {
		out[i] = t.order(r)
	}
	return out
}

func (r Rule) orders(clients []Client) [][]int {
	out := make([][]int, len(clients))
	for i, c := range clients {
		out[i] = r.order(c)
	}
	return out
}

// order is a ranking as numbers of causes.
func (t *Trial) order(r reason.Ranking) []int {
	out := make([]int, len(r.Candidates))
	for i, c := range r.Candidates {
		out[i] = t.cause(c)
	}
	return out
}

func (t *Trial) cause(c reason.Candidate) int { return t.number[pointSide{c.Point.ID, c.Side}] }

func (t *Trial) byOverlap(c Client) []int {
	score := make([]float64, len(t.Causes))
	cells := c.Drawing.Cells()
	for j, zone := range t.zones {
		length := 0.0
		for _, z := range zone {
			a := t.skin.Area(z.cell)
			length += z.weight * z.weight * a
			if cells.Has(z.cell) {
				score[j] += z.weight * a * float64(c.Drawing.Level(z.cell))
			}
		}
		score[j] /= math.Sqrt(max(length, 1))
	}
	return best(score)
}

func (t *Trial) byCounting(c Client) []int {
	score := make([]float64, len(t.Causes))
	for _, m := range c.Drawing.Marks {
		cells := m.Cells()
		for j, zone := range t.zones {
			if slices.ContainsFunc(zone, func(z zoneCell) bool { return z.weight > spilled && cells.Has(z.cell) }) {
				score[j]++
			}
		}
	}
	rng := rand.New(rand.NewPCG(c.seed, 2))
	for j := range score {
		score[j] *= 1 + 0.01*rng.Float64() // of equals, any
	}
	return best(score)
}

func (t *Trial) byBestZone(c Client) []int {
	score := make([]float64, len(t.Causes))
	for _, m := range c.Drawing.Marks {
		cells, painted := m.Cells(), m.Area()
		for j, zone := range t.zones {
			both, all := 0.0, painted
			for _, z := range zone {
				switch {
				case z.weight <= spilled:
				case cells.Has(z.cell):
					both += t.skin.Area(z.cell)
				default:
					all += t.skin.Area(z.cell)
				}
			}
			score[j] = max(score[j], both/all)
		}
	}
	return best(score)
}

func (t *Trial) byChance(c Client) []int {
	rng := rand.New(rand.NewPCG(c.seed, 1))
	score := make([]float64, len(t.Causes))
	for cell := range c.Drawing.Cells().All {
		for _, j := range t.touched[cell] {
			score[j] = 1
		}
	}
	for j := range score {
		score[j] *= rng.Float64()
	}
	return best(score)
}

// best lists the causes with a positive score, the highest first, and of equals in
// the order of the atlas.
func best(score []float64) []int {
	var out []int
	for j, s := range score {
		if s > 0 {
			out = append(out, j)
		}
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	return out
}
