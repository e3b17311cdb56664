//go:build peers

package reason

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The peers are other ways to work out the weights of a net, written plainly: a junction
// tree, likelihood weighting, loopy belief propagation, and JAGS as Debian has it. Run
// `make bench-peers`; docs/performance.md has what came of it.

// widestClique is how many causes a table of the junction tree may hold: with 22 it has
// four million numbers, and a tree has as many tables as causes.
const widestClique = 22

// patience is how long JAGS may work on one net.
const patience = 2 * time.Minute

var errTooWide = errors.New("too wide")

type peer struct {
	name string
	// most is the number of nets that it is given of each kind, 0 for all.
	most  int
	exact bool
	run   func(*net) ([]float64, error)
}

func peers(t *testing.T) []peer {
	out := []peer{
		{"junction tree", 0, true, junctionTree},
		{"likelihood weighting, 10,000 draws", 0, false, func(n *net) ([]float64, error) { return likelihoodWeighting(n, 10_000), nil }},
		{"likelihood weighting, 1,000,000 draws", 4, false, func(n *net) ([]float64, error) { return likelihoodWeighting(n, 1_000_000), nil }},
		{"loopy belief propagation", 0, false, func(n *net) ([]float64, error) { return loopyBelief(n), nil }},
	}
	if _, err := exec.LookPath("jags"); err != nil {
		t.Log("jags is not installed (apt-get install jags): left out")
		return out
	}
	dir := t.TempDir()
	return append(out, peer{"JAGS, 1,000 + 10,000 rounds", 4, false, func(n *net) ([]float64, error) { return jags(dir, n) }})
}

func TestPeers(t *testing.T) {
	for _, kind := range []struct {
		name string
		nets []*net
	}{
		{"small nets", smallNets(40)},
		{"drawings of 1 to 4 marks", drawnNets(40, 4)},
		{"drawings of 1 to 12 marks", drawnNets(40, 12)},
	} {
		causes, sites := 0, 0
		for _, n := range kind.nets {
			causes, sites = causes+len(n.odds), sites+len(n.leak)
		}
		t.Logf("%s: %d, with %.0f causes and %.1f sites on average", kind.name, len(kind.nets), float64(causes)/float64(len(kind.nets)), float64(sites)/float64(len(kind.nets)))
		var exact [][]float64
		var least []time.Duration
		var worst []float64
		for _, n := range kind.nets {
			want := exactWeights(t, n)
			got, took := kneadWeights(n)
			exact, least, worst = append(exact, want), append(least, took), append(worst, farthest(got, want))
		}
		t.Logf("| %s | Knead | %d of %d | 1 | %s |", kind.name, len(kind.nets), len(kind.nets), spreadOf(worst))
		for _, p := range peers(t) {
			nets := kind.nets
			if p.most > 0 {
				nets = nets[:p.most]
			}
			var ratios, errs []float64
			for i, n := range nets {
				from := time.Now()
				got, err := p.run(n)
				took := time.Since(from)
				if err != nil {
					if !errors.Is(err, errTooWide) {
						t.Logf("%s: net %d: %v", p.name, i, err)
					}
					continue
				}
				ratios = append(ratios, took.Seconds()/least[i].Seconds())
				errs = append(errs, farthest(got, exact[i]))
				if p.exact && errs[len(errs)-1] > rounding {
					t.Errorf("net %d of %s: Knead and the %s differ by %v", i, kind.name, p.name, errs[len(errs)-1])
				}
			}
			if len(ratios) == 0 {
				t.Logf("| %s | %s | 0 of %d | - | - |", kind.name, p.name, len(nets))
				continue
			}
			slices.Sort(ratios)
			t.Logf("| %s | %s | %d of %d | %.3g | %s |", kind.name, p.name, len(ratios), len(nets), ratios[len(ratios)/2], spreadOf(errs))
		}
	}
}

// spreadOf is the median and the worst of the errors of nets, each the largest error of
// any weight in its net.
func spreadOf(errs []float64) string {
	slices.Sort(errs)
	return fmt.Sprintf("%.1e | %.1e", errs[len(errs)/2], errs[len(errs)-1])
}

func farthest(got, want []float64) (far float64) {
	for j := range want {
		far = max(far, math.Abs(got[j]-want[j]))
	}
	return far
}

// smallNets are nets on which a junction tree can run.
func smallNets(count int) (out []*net) {
	rng := rand.New(rand.NewSource(5))
	for range count {
		out = append(out, bodyLike(rng, 12+rng.Intn(9), 6+rng.Intn(5)))
	}
	return out
}

// siteCauses lists the causes of each site.
func siteCauses(n *net) [][]int {
	out := make([][]int, len(n.leak))
	for j := range n.odds {
		for _, e := range n.of(j) {
			out[e.site] = append(out[e.site], j)
		}
	}
	return out
}

func hitOf(n *net, j int, site int) float64 {
	for _, e := range n.of(j) {
		if int(e.site) == site {
			return e.hit
		}
	}
	return 0
}

// factor is a table over some causes: bit i of the place says whether vars[i] is active.
type factor struct {
	vars []int
	val  []float64
}

// place gives the place in f of a place in a table over vars.
func (f *factor) at(vars []int) func(x int) int {
	bit := make([]int, len(f.vars))
	for i, v := range f.vars {
		bit[i] = slices.Index(vars, v)
	}
	return func(x int) (y int) {
		for i, b := range bit {
			y |= x >> b & 1 << i
		}
		return y
	}
}

// product multiplies factors into a table over vars.
func product(vars []int, fs []*factor) *factor {
	out := &factor{vars, make([]float64, 1<<len(vars))}
	for x := range out.val {
		out.val[x] = 1
	}
	for _, f := range fs {
		at := f.at(vars)
		for x := range out.val {
			out.val[x] *= f.val[at(x)]
		}
	}
	return out
}

// onto sums a factor down to some of its causes.
func (f *factor) onto(vars []int) *factor {
	out := &factor{vars, make([]float64, 1<<len(vars))}
	at := out.at(f.vars)
	for x, v := range f.val {
		out.val[at(x)] += v
	}
	return out
}

// junctionTree eliminates the causes in the order of least fill, which makes a tree of
// cliques, and sends messages up and down it (Shenoy and Shafer's way).
func junctionTree(n *net) ([]float64, error) {
	var fs []*factor
	near := make([]map[int]bool, len(n.odds))
	for j, o := range n.odds {
		fs = append(fs, &factor{[]int{j}, []float64{1 / (1 + o), o / (1 + o)}})
		near[j] = map[int]bool{}
	}
	for s, causes := range siteCauses(n) {
		if len(causes) > widestClique {
			return nil, errTooWide
		}
		f := &factor{causes, make([]float64, 1<<len(causes))}
		for x := range f.val {
			q := 1 - n.leak[s]
			for y := uint(x); y != 0; y &= y - 1 {
				q *= 1 - hitOf(n, causes[bits.TrailingZeros(y)], s)
			}
			f.val[x] = 1 - q
		}
		fs = append(fs, f)
		for _, a := range causes {
			for _, b := range causes {
				if a != b {
					near[a][b] = true
				}
			}
		}
	}
	type clique struct {
		vars, up []int // up is shared with the parent
		parent   int
		own      []*factor
		fromUp   *factor
		fromLow  []*factor
		lower    []int
	}
	cliques := make([]clique, 0, len(n.odds))
	of := make([]int, len(n.odds)) // the clique in which a cause is summed out
	gone := make([]bool, len(n.odds))
	for range n.odds {
		best, least := -1, math.MaxInt
		for v := range near {
			if gone[v] {
				continue
			}
			fill := 0
			for a := range near[v] {
				for b := range near[v] {
					if a < b && !near[a][b] {
						fill++
					}
				}
			}
			if fill < least {
				best, least = v, fill
			}
		}
		c := clique{parent: -1}
		for a := range near[best] {
			c.up = append(c.up, a)
			for b := range near[best] {
				if a != b {
					near[a][b] = true
				}
			}
		}
		slices.Sort(c.up)
		for _, a := range c.up {
			delete(near[a], best)
		}
		c.vars = append([]int{best}, c.up...)
		if len(c.vars) > widestClique {
			return nil, errTooWide
		}
		gone[best], of[best] = true, len(cliques)
		cliques = append(cliques, c)
	}
	for i := range cliques {
		first := math.MaxInt
		for _, v := range cliques[i].up {
			first = min(first, of[v])
		}
		if first < math.MaxInt {
			cliques[i].parent = first
			cliques[first].lower = append(cliques[first].lower, i)
		}
	}
	for _, f := range fs {
		first := math.MaxInt
		for _, v := range f.vars {
			first = min(first, of[v])
		}
		cliques[first].own = append(cliques[first].own, f)
	}
	for i := range cliques {
		c := &cliques[i]
		if c.parent >= 0 {
			up := product(c.vars, append(slices.Clone(c.own), c.fromLow...)).onto(c.up)
			cliques[c.parent].fromLow = append(cliques[c.parent].fromLow, up)
		}
	}
	out := make([]float64, len(n.odds))
	for i := len(cliques) - 1; i >= 0; i-- {
		c := &cliques[i]
		all := slices.Clone(c.own)
		if c.fromUp != nil {
			all = append(all, c.fromUp)
		}
		for k, low := range c.lower {
			others := append(slices.Clone(all), slices.Delete(slices.Clone(c.fromLow), k, k+1)...)
			cliques[low].fromUp = product(c.vars, others).onto(cliques[low].up)
		}
		mine := product(c.vars, append(all, c.fromLow...)).onto(c.vars[:1])
		out[c.vars[0]] = mine.val[1] / (mine.val[0] + mine.val[1])
	}
	return out, nil
}

// likelihoodWeighting draws which causes are active and weighs each draw by the chance
// that it has the sites painted.
func likelihoodWeighting(n *net, draws int) []float64 {
	rng := rand.New(rand.NewSource(7))
	on, total := make([]float64, len(n.odds)), 0.0
	done, active := make([]float64, len(n.leak)), []int{}
	for range draws {
		copy(done, n.leak)
		active = active[:0]
		for j, o := range n.odds {
			if rng.Float64() < o/(1+o) {
				active = append(active, j)
				for _, e := range n.of(j) {
					done[e.site] += (1 - done[e.site]) * e.hit
				}
			}
		}
		w := 1.0
		for _, d := range done {
			w *= d
		}
		total += w
		for _, j := range active {
			on[j] += w
		}
	}
	for j := range on {
		on[j] /= total
	}
	return on
}

// loopyBelief passes messages between causes and sites until they settle, or 500 times.
func loopyBelief(n *net) []float64 {
	type tie struct {
		cause int
		hit   float64
		ratio float64 // the message from the site: how it multiplies the odds
	}
	sites := make([][]tie, len(n.leak))
	for j := range n.odds {
		for _, e := range n.of(j) {
			sites[e.site] = append(sites[e.site], tie{j, e.hit, 1})
		}
	}
	odds := slices.Clone(n.odds) // with all messages
	for range 500 {
		change := 0.0
		for s, ties := range sites {
			for i := range ties {
				quiet := 1 - n.leak[s]
				for k, o := range ties {
					if k != i {
						without := odds[o.cause] / o.ratio
						quiet *= 1 - without/(1+without)*o.hit
					}
				}
				ratio := (1 - quiet*(1-ties[i].hit)) / (1 - quiet)
				ratio = math.Sqrt(ratio * ties[i].ratio) // damped, to settle at all
				change = max(change, math.Abs(math.Log(ratio/ties[i].ratio)))
				odds[ties[i].cause] *= ratio / ties[i].ratio
				ties[i].ratio = ratio
			}
		}
		if change < 1e-9 {
			break
		}
	}
	for j, o := range odds {
		odds[j] = o / (1 + o)
	}
	return odds
}

// jags runs JAGS on the net.
func jags(dir string, n *net) ([]float64, error) {
	var w strings.Builder
	list := func(name string, count int, value func(i int) float64) {
		parts := make([]string, count)
		for i := range parts {
			parts[i] = strconv.FormatFloat(value(i), 'g', 17, 64)
		}
		fmt.Fprintf(&w, "%s <- c(%s)\n", name, strings.Join(parts, ","))
	}
	causes, sites := len(n.odds), len(n.leak)
	list("p", causes, func(j int) float64 { return n.odds[j] / (1 + n.odds[j]) })
	list("quiet", sites, func(s int) float64 { return 1 - n.leak[s] })
	list("y", sites, func(int) float64 { return 1 })
	w.WriteString("L <- structure(")
	parts := make([]string, causes*sites)
	for j := range causes {
		for s := range sites {
			parts[j*sites+s] = strconv.FormatFloat(math.Log(max(1-hitOf(n, j, s), 1e-12)), 'g', 17, 64)
		}
	}
	fmt.Fprintf(&w, "c(%s), .Dim = c(%dL,%dL))\n", strings.Join(parts, ","), sites, causes)
	for name, text := range map[string]string{
		"data.txt": w.String(),
		"init.txt": ".RNG.name <- \"base::Mersenne-Twister\"\n.RNG.seed <- 7\n",
		"model.txt": fmt.Sprintf("model {\n for (j in 1:%d) { x[j] ~ dbern(p[j]) }\n"+
			" for (s in 1:%d) { y[s] ~ dbern(1 - quiet[s] * exp(inprod(L[s,], x[]))) }\n}\n", causes, sites),
		"run.txt": "model in model.txt\ndata in data.txt\ncompile\nparameters in init.txt\ninitialize\n" +
			"update 1000\nmonitor x\nupdate 10000\ncoda *\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	cmd := exec.CommandContext(ctx, "jags", "run.txt")
	cmd.Dir = dir
	if text, err := cmd.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("no answer within %v", patience)
		}
		return nil, fmt.Errorf("%w: %s", err, text)
	}
	chain, err := os.Open(filepath.Join(dir, "CODAchain1.txt"))
	if err != nil {
		return nil, err
	}
	defer chain.Close()
	out, rounds := make([]float64, causes), 10_000
	lines := bufio.NewScanner(chain)
	for i := 0; lines.Scan(); i++ {
		_, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		if strings.TrimSpace(value) == "1" {
			out[i/rounds] += 1 / float64(rounds)
		}
	}
	return out, lines.Err()
}

// kneadWeights solves a net as a ranking does, and says how long that takes.
func kneadWeights(n *net) ([]float64, time.Duration) {
	var s solver
	out := make([]belief, len(n.odds))
	least := time.Hour
	for range 20 {
		from := time.Now()
		s.solve(n, DefaultNodes, out)
		least = min(least, time.Since(from))
	}
	return weightsOf(out), least
}

func exactWeights(t *testing.T, n *net) []float64 { return weightsOf(n.eliminated(t)) }

func weightsOf(bs []belief) (out []float64) {
	for _, b := range bs {
		out = append(out, b.weight)
	}
	return out
}

// drawnNets are the nets of the largest groups of made-up drawings.
func drawnNets(count, marks int) (out []*net) {
	m := Standard()
	for _, d := range clientDrawings(m, count, marks) {
		c := m.Case()
		c.Draw(d)
		if _, _, err := c.Weigh(Options{}); err != nil {
			panic(err)
		}
		largest := slices.MaxFunc(c.solved, func(a, b solvedNet) int { return len(a.net.edges) - len(b.net.edges) })
		out = append(out, &largest.net)
	}
	return out
}
