package reason

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// division of one site, and what it should be.
type shared struct {
	site  piece
	got   division
	exact []float64 // by cause
	plain []float64 // by cause: divided by the weights themselves
}

// sharesOf draws a net of ten causes with numbers like those of the atlas (around a patch
// stand some 26, each with a chance near 0.007 before its clear skin; here ten, each as
// much likelier), one in six a pattern and one in six pressed, works out the weights over
// all sets of causes, and divides each site.
func sharesOf(rng *rand.Rand, m *Model) (out []shared) {
	const causes, leak = 10, 0.05
	order := make([]int32, causes) // patterns last, as in the model
	for j := range order {
		if order[j] = int32(j); rng.IntN(6) == 0 {
			order[j] = int32(m.points + j)
		}
	}
	slices.Sort(order)
	n, sites := new(net), 1+rng.IntN(6)
	n.reset()
	observations := make([]float64, sites)
	for i := range sites {
		observations[i] = []float64{1, 1, 0.5, 1.5, 2.5}[rng.IntN(5)]
		n.leak = append(n.leak, math.Pow(leak, observations[i]))
		out = append(out, shared{
			site:  piece{causes: order, strength: make([]float64, causes)},
			exact: make([]float64, causes), plain: make([]float64, causes),
		})
	}
	for j := range causes {
		from, size := rng.IntN(sites), 1+rng.IntN(4)
		for i := range sites {
			if (i-from+sites)%sites >= size {
				continue
			}
			s := 0.025 + []float64{0.6, 0.22, 0.4, 0.25, 0.6 * rng.Float64(), 0, 0}[rng.IntN(7)]
			out[i].site.strength[j] = s
			gain := math.Pow((leak+(1-leak)*s)/leak, observations[i])
			n.edges = append(n.edges, edge{int32(i), (gain - 1) * n.leak[i] / (1 - n.leak[i])})
		}
		odds := 0.007 * 26 / causes * math.Exp(0.4*rng.NormFloat64()) * math.Pow(0.19, rng.Float64())
		n.add(odds * [...]float64{10, 0.25, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}[rng.IntN(12)])
	}
	weight, total := make([]float64, causes), 0.0
	for set, w := range n.sets() {
		total += w
		for i := range out {
			all := leak
			for j, s := range out[i].site.strength {
				all += s * float64(set>>j&1)
			}
			for j, s := range out[i].site.strength {
				out[i].exact[j] += w * s * float64(set>>j&1) / all
			}
		}
		for j := range weight {
			weight[j] += w * float64(set>>j&1)
		}
	}
	beliefs := make([]belief, len(m.causes))
	for j, k := range order {
		beliefs[k].weight = weight[j] / total
	}
	for i := range out {
		x := &out[i]
		x.got.m = m
		x.got.divide(&x.site, beliefs)
		all := leak
		for j, k := range order {
			x.exact[j] /= total
			x.plain[j] = x.site.strength[j] * beliefs[k].weight
			all += x.plain[j]
		}
		for j := range x.plain {
			x.plain[j] /= all
		}
	}
	return out
}

// TestSharesLieNearWhatSetsOfCausesSay compares the shares of a place with the expectation
// over all sets of causes. -v prints what stands in docs/explanations.md.
func TestSharesLieNearWhatSetsOfCausesSay(t *testing.T) {
	m, rng := Standard(), rand.New(rand.NewPCG(8, 8))
	var share, other, plainShare, plainOther []float64
	for range 3000 {
		for _, x := range sharesOf(rng, m) {
			far, plain, exactOther, plainsOther := 0.0, 0.0, 1.0, 1.0
			for j, k := range x.site.causes {
				if int(k) >= m.points {
					continue
				}
				far = max(far, math.Abs(x.got.mid[j]/x.got.all-x.exact[j]))
				plain = max(plain, math.Abs(x.plain[j]-x.exact[j]))
				exactOther -= x.exact[j]
				plainsOther -= x.plain[j]
			}
			share, plainShare = append(share, far), append(plainShare, plain)
			other = append(other, math.Abs(x.got.other.mid-exactOther))
			plainOther = append(plainOther, math.Abs(plainsOther-exactOther))
		}
	}
	for _, row := range []struct {
		name       string
		errs       []float64
		p50, worst float64
	}{
		{"the point that is farthest off", share, 0.02, 0.2},
		{"something else", other, 0.02, 0.2},
		{"divided by the weights themselves: the point that is farthest off", plainShare, 1, 1},
		{"divided by the weights themselves: something else", plainOther, 1, 1},
	} {
		slices.Sort(row.errs)
		at := func(part float64) float64 { return row.errs[int(part*float64(len(row.errs)-1))] }
		t.Logf("| %s | %.3f | %.3f | %.3f |", row.name, at(0.5), at(0.9), at(1))
		if at(0.5) > row.p50 || at(1) > row.worst {
			t.Errorf("%s: off by %.3f for half of %d places, by %.3f at worst", row.name, at(0.5), len(row.errs), at(1))
		}
	}
}
