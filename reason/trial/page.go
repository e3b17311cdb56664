package trial

import (
	_ "embed"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/template"

	"knead/atlas"
	"knead/reason"
)

// Size is how much is tried: clients of each world, and clients of each world with whom
// sessions are held and numbers are varied.
type Size struct{ Clients, Sessions int }

// Full is the size of the report, Small that of what a test repeats.
var (
	Full  = Size{800, 300}
	Small = Size{120, 60}
)

// Seed is what all clients of the report follow from.
const Seed = 1

// Judged is what came of one world.
type Judged struct {
	World
	Knead   Hits
	Rules   []Hits // in the order of Trial.Rules
	Weights Weights
	Other   Other
}

// Judge ranks clients of a world in every way.
func (t *Trial) Judge(w World, size Size) Judged {
	clients := t.Clients(w, size.Clients, Seed)
	rankings := t.Rank(clients)
	out := Judged{World: w, Knead: t.Hits(clients, t.orders(rankings)), Weights: t.Weights(clients, rankings), Other: t.Other(clients, rankings)}
	for _, r := range t.Rules() {
		out.Rules = append(out.Rules, t.Hits(clients, r.orders(clients)))
	}
	return out
}

//go:embed page.md
var pageText string

// Page is docs/calibration.md and its pictures, by name.
type Page struct {
	Text     string
	Pictures map[string]string
}

// WritePage tries everything out and writes it down.
func (t *Trial) WritePage(size Size) (Page, error) {
	p := Page{Pictures: map[string]string{}}
	judged := sideBySide(Worlds(), func(w World) Judged { return t.Judge(w, size) })
	first, every, limits := map[string][]Checks{}, map[string][]Checks{}, map[string][]Reach{}
	pressing := t.pressing()
	var names []string
	for _, w := range Worlds() {
		if !w.sessions {
			continue
		}
		names = append(names, w.Name)
		clients := t.Clients(w, size.Sessions, Seed)
		first[w.Name] = sideBySide(t.Ways(), func(way Way) Checks { return t.Checks(clients, way, FirstPoint) })
		every[w.Name] = sideBySide(t.Ways(), func(way Way) Checks { return t.Checks(clients, way, EveryPoint) })
		limits[w.Name] = t.Reaches(pressing, clients)
	}
	p.Pictures["hits.svg"] = t.hitsChart(judged).svg()
	p.Pictures["weights.svg"] = weightsChart(judged).svg()
	p.Pictures["bands.svg"] = bandsChart(judged).svg()
	p.Pictures["checks.svg"] = checksChart(first[names[0]]).svg()
	var w strings.Builder
	err := template.Must(template.New("page").Parse(pageText)).Execute(&w, map[string]any{
		"Clients": size.Clients, "Sessions": size.Sessions, "Seed": Seed, "Small": Small,
		"Worlds": worldTable(), "Rules": t.ruleList(), "Ways": t.wayList(),
		"Hits": t.hitTable(judged), "Lost": t.lost(judged),
		"Weights": weightTable(judged), "Bands": bandTable(judged), "Other": otherTable(judged),
		"Without": t.withoutTable(size), "Found": t.foundTable(size),
		"Varied": t.variedTable(size), "Checks": checksTable(names, first), "Every": checksTable(names, every), "Reach": reachTable(names, limits),
		"Sample": t.Sample().Table(), "Studied": studied(),
	})
	p.Text = w.String()
	return p, err
}

// sideBySide does one thing with each of a list, on all processors.
func sideBySide[A, B any](list []A, do func(A) B) []B {
	out := make([]B, len(list))
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i, a := range list {
		free <- struct{}{}
		all.Go(func() {
			out[i] = do(a)
			<-free
		})
	}
	all.Wait()
	return out
}

// table writes rows in Markdown, the first row as the head.
func table(rows [][]string) string {
	var w strings.Builder
	for i, row := range rows {
		fmt.Fprintf(&w, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			w.WriteString("|" + strings.Repeat("---|", len(row)) + "\n")
		}
	}
	return strings.TrimSuffix(w.String(), "\n")
}

func percent(p float64) string { return fmt.Sprintf("%.0f", 100*p) }

func worldTable() string {
	rows := [][]string{{"clients", "how they differ"}}
	for _, w := range Worlds() {
		rows = append(rows, []string{w.Name, w.Says})
	}
	return table(rows)
}

func (t *Trial) ruleList() string {
	var out []string
	for _, r := range t.Rules() {
		out = append(out, fmt.Sprintf("- **%s**: %s.", r.Name, r.Says))
	}
	return strings.Join(out, "\n")
}

func (t *Trial) wayList() string {
	var out []string
	for _, w := range t.Ways() {
		out = append(out, fmt.Sprintf("- **%s**: %s.", w.Name, w.Says))
	}
	return strings.Join(out, "\n")
}

func (h Hits) String() string {
	return percent(h[0].Part()) + " / " + percent(h[1].Part()) + " / " + percent(h[2].Part())
}

func (t *Trial) hitTable(judged []Judged) string {
	head := []string{"clients", "Knead"}
	for _, r := range t.Rules() {
		head = append(head, r.Name)
	}
	rows := [][]string{head}
	for _, j := range judged {
		row := []string{j.Name, "**" + j.Knead.String() + "**"}
		for _, h := range j.Rules {
			row = append(row, h.String())
		}
		rows = append(rows, row)
	}
	return table(rows)
}

// lost lists where a simpler rule is as good or better.
func (t *Trial) lost(judged []Judged) string {
	var out []string
	for _, j := range judged {
		for r, h := range j.Rules {
			for k, top := range Tops {
				gap := h[k].Part() - j.Knead[k].Part()
				if gap >= 0 {
					out = append(out, fmt.Sprintf("- *%s*, first %d: %s finds %s in 100, Knead %s.", j.Name, top, t.Rules()[r].Name, percent(h[k].Part()), percent(j.Knead[k].Part())))
				}
			}
		}
	}
	if out == nil {
		return "Nowhere in this trial."
	}
	return strings.Join(out, "\n")
}

// plotted are the worlds whose weights are drawn as lines.
func plotted(judged []Judged) (out []Judged) {
	for _, j := range judged {
		if j.sessions {
			out = append(out, j)
		}
	}
	return out
}

// fewest is below how many candidates a tenth of the scale is not shown.
const fewest = 20

func weightTable(judged []Judged) string {
	head := []string{"clients"}
	for i := range 10 {
		head = append(head, fmt.Sprintf("%.1f-%.1f", float64(i)/10, float64(i+1)/10))
	}
	rows := [][]string{append(head, "mean distance")}
	for _, j := range judged {
		row := []string{j.Name}
		for _, d := range j.Weights.Decile {
			cell := "-"
			if d.Of >= fewest {
				cell = fmt.Sprintf("%s: %s±%s", percent(d.Weight), percent(d.Part()), percent(d.Margin()))
			}
			row = append(row, cell)
		}
		rows = append(rows, append(row, fmt.Sprintf("%.1f", 100*j.Weights.Error())))
	}
	return table(rows)
}

func bandTable(judged []Judged) string {
	rows := [][]string{{"clients", "check first", "check next", "also possible", "how many of each"}}
	for _, j := range judged {
		row := []string{j.Name}
		var sizes []string
		for _, b := range Bands {
			s := j.Weights.Band[b]
			row = append(row, fmt.Sprintf("%.0f±%.0f", 100*s.Part(), 100*s.Margin()))
			sizes = append(sizes, fmt.Sprintf("%.1f", j.Weights.Size[b]))
		}
		rows = append(rows, append(row, strings.Join(sizes, ", ")))
	}
	return table(rows)
}

func otherTable(judged []Judged) string {
	rows := [][]string{{"clients", "it leads: pain from no point", "pain from no point: it leads", "tells them apart", "the nerve or joint is named", "one is named where it is a point"}}
	of := func(s Share) string {
		if s.Of == 0 {
			return "-"
		}
		return fmt.Sprintf("%s of 100 (%d of %d)", percent(s.Part()), s.Hits, s.Of)
	}
	for _, j := range judged {
		if o := j.Other; j.World.Other+j.Pattern > 0 {
			rows = append(rows, []string{j.Name, of(o.Wins), of(o.Finds), fmt.Sprintf("%.2f", o.Apart), of(o.Named), of(o.Falsely)})
		}
	}
	return table(rows)
}

// studied tells how often examined muscles were active in the studies of the atlas.
func studied() string {
	studies, muscles, sum := 0, 0, 0.0
	for _, st := range atlas.Standard().Studies {
		if !st.Active {
			continue
		}
		studies++
		for _, p := range slices.Sorted(maps.Values(st.Percent)) {
			muscles++
			sum += p
		}
	}
	return fmt.Sprintf("In the %d studies of the atlas that counted active points in single muscles it was %.0f in 100, on average over %d figures.", studies, sum/float64(max(muscles, 1)), muscles)
}

func (t *Trial) withoutTable(size Size) string {
	rows := [][]string{{"the ranking"}}
	var crowds [][]Client
	for _, w := range Worlds() {
		if w.sessions {
			rows[0] = append(rows[0], w.Name)
			crowds = append(crowds, t.Clients(w, size.Clients, Seed))
		}
	}
	return table(append(rows, sideBySide(t.Without(), func(v Variant) []string {
		u, row := t.with(v.Numbers), []string{v.Name}
		for _, c := range crowds {
			row = append(row, u.Hits(c, u.orders(u.Rank(c))).String())
		}
		return row
	})...))
}

// findingsOf lets a therapist press so many points in one order.
func (t *Trial) findingsOf(clients []Client, w Way, checks int) [][]reason.Finding {
	out := make([][]reason.Finding, len(clients))
	for i, c := range clients {
		out[i] = t.Session(c, w, FirstPoint, checks).Findings
	}
	return out
}

// ordersWith ranks each client with what was found.
func (t *Trial) ordersWith(clients []Client, found [][]reason.Finding) [][]int {
	out := make([][]int, len(clients))
	for i, c := range clients {
		out[i] = t.order(t.rank(c, found[i]))
	}
	return out
}

// foundTable shows what findings add: where the ranking stands after some checks.
func (t *Trial) foundTable(size Size) string {
	rows := [][]string{{"after", "checks down the list", "checks named by Knead"}}
	clients := t.Clients(Worlds()[0], size.Sessions, Seed)
	ways := t.Ways()
	for _, n := range []int{0, 1, 3, 5} {
		row := []string{fmt.Sprintf("%d checks", n)}
		for _, w := range []Way{ways[0], ways[len(ways)-1]} {
			found := t.findingsOf(clients, w, n)
			row = append(row, t.Hits(clients, t.ordersWith(clients, found)).String())
		}
		rows = append(rows, row)
	}
	return table(rows)
}

func (t *Trial) variedTable(size Size) string {
	rows := [][]string{{"number", "halved: other first", "other three", "tau", "hits", "half more: other first", "other three", "tau", "hits"}}
	clients := t.Clients(Worlds()[0], size.Sessions/2, Seed)
	found := make([][]reason.Finding, len(clients))
	for i, c := range clients {
		order := t.order(t.rank(c, nil))
		for _, j := range order[:min(2, len(order))] {
			found[i] = append(found[i], t.examine(c, j))
		}
	}
	was := t.ordersWith(clients, found)
	return table(append(rows, sideBySide(slices.Collect(slices.Chunk(t.Halved(), 2)), func(pair []Variant) []string {
		row := []string{"`" + pair[0].Name + "`"}
		for _, v := range pair {
			c := t.Change(clients, was, t.with(v.Numbers).ordersWith(clients, found))
			row = append(row, percent(c.First.Part()), percent(c.Three.Part()), fmt.Sprintf("%.2f", c.Tau), c.Hits.String())
		}
		return row
	})...))
}

func checksTable(names []string, sessions map[string][]Checks) string {
	rows := [][]string{{"clients", "order", "checks, mean", "against the list", "against the region", "found", "with 3", "with 10", "as many as the list takes"}}
	for _, name := range names {
		list, region := sessions[name][0], sessions[name][2]
		for _, c := range sessions[name] {
			against := func(o Checks) string { return fmt.Sprintf("%+.0f %%", 100*(c.Mean/o.Mean-1)) }
			until := "-"
			if n := c.Until(list.Found.Hits); n > 0 {
				until = fmt.Sprintf("%d, list %d", n, list.Until(list.Found.Hits))
			}
			rows = append(rows, []string{
				name, c.Way.Name, fmt.Sprintf("%.1f", c.Mean), against(list), against(region),
				percent(c.Found.Part()), percent(c.By[3].Part()), percent(c.By[10].Part()), until,
			})
		}
	}
	return table(rows)
}

func reachTable(names []string, limits map[string][]Reach) string {
	rows := [][]string{{"clients", "down the list", "the likeliest after the answers so far", "no order takes fewer than", "which is"}}
	for _, name := range names {
		m := mean(limits[name])
		rows = append(rows, []string{
			name, fmt.Sprintf("%.2f", m.List), fmt.Sprintf("%.2f (%+.0f %%)", m.Greedy, 100*(m.Greedy/m.List-1)),
			fmt.Sprintf("%.2f", m.Least), fmt.Sprintf("%.1f %% fewer", 100*(1-m.Least/m.List)),
		})
	}
	return table(rows)
}

func (t *Trial) hitsChart(judged []Judged) chart {
	c := chart{
		title: "A muscle with an active point is among the first three", yName: "of 100 clients", yMax: 1,
		says:  "One group of dots for each kind of clients, one shape for each way of ranking. The table below has the figures.",
		lines: []line{{name: "Knead"}},
	}
	for _, r := range t.Rules() {
		c.lines = append(c.lines, line{name: r.Name})
	}
	for x, j := range judged {
		c.names = append(c.names, j.Name)
		for i, h := range append([]Hits{j.Knead}, j.Rules...) {
			c.lines[i].points = append(c.lines[i].points, point{float64(x), h[1].Part(), h[1].Margin()})
		}
	}
	return c
}

func weightsChart(judged []Judged) chart {
	c := chart{
		title: "How many candidates of a weight are active", xName: "weight", yName: "of 100 candidates are active", xMax: 1, yMax: 1, diagonal: true,
		says: "One line for each kind of clients. On the dotted diagonal weights are frequencies; above it they are too modest, below it too sure. The table below has the figures.",
	}
	for _, j := range plotted(judged) {
		l := line{name: j.Name}
		for _, d := range j.Weights.Decile {
			if d.Of >= fewest {
				l.points = append(l.points, point{d.Weight, d.Part(), d.Margin()})
			}
		}
		c.lines = append(c.lines, l)
	}
	return c
}

func bandsChart(judged []Judged) chart {
	c := chart{
		title: "How many candidates of a band are active", yName: "of 100 candidates are active",
		says: "One group of dots for each kind of clients, one shape for each band. The table below has the figures.",
	}
	for _, b := range Bands {
		c.lines = append(c.lines, line{name: string(b)})
	}
	for x, j := range judged {
		c.names = append(c.names, j.Name)
		for i, b := range Bands {
			s := j.Weights.Band[b]
			c.lines[i].points = append(c.lines[i].points, point{float64(x), s.Part(), s.Margin()})
			c.yMax = max(c.yMax, nice(s.Part()+s.Margin()))
		}
	}
	return c
}

func checksChart(all []Checks) chart {
	c := chart{
		title: "An active point was found, by number of checks", xName: "checks", yName: "of 100 sessions", xMax: mostChecks, yMax: 1,
		says: "One rising line for each order of checking. The table below has the figures at 3 and at 10 checks.",
	}
	for _, s := range all {
		l := line{name: s.Way.Name}
		for n, share := range s.By {
			l.points = append(l.points, point{float64(n), share.Part(), 0})
		}
		c.lines = append(c.lines, l)
	}
	return c
}

// Sample is a small part of the report that a test repeats.
type Sample struct {
	Worlds             []Judged
	List, Region, Next Checks
	Reach              Reach
}

// Sample judges some worlds in the small size.
func (t *Trial) Sample() (s Sample) {
	for _, w := range Worlds() {
		if w.sessions {
			s.Worlds = append(s.Worlds, t.Judge(w, Small))
		}
	}
	clients, ways := t.Clients(Worlds()[0], Small.Sessions, Seed), t.Ways()
	s.List, s.Region, s.Next = t.Checks(clients, ways[0], FirstPoint), t.Checks(clients, ways[2], FirstPoint), t.Checks(clients, ways[len(ways)-1], FirstPoint)
	s.Reach = mean(t.Reaches(t.pressing(), clients))
	return s
}

// Table writes the sample.
func (s Sample) Table() string {
	rows := [][]string{{"clients", "Knead", "overlap", "check first active", "check next active"}}
	for _, j := range s.Worlds {
		rows = append(rows, []string{
			j.Name, j.Knead.String(), j.Rules[0].String(),
			percent(j.Weights.Band[reason.CheckFirst].Part()), percent(j.Weights.Band[reason.CheckNext].Part()),
		})
	}
	return table(rows) + fmt.Sprintf("\n\nChecks until an active point was found: %.1f down the list, %.1f by region, %.1f as Knead names them. No order takes fewer than %.0f in 100 of the list's.", s.List.Mean, s.Region.Mean, s.Next.Mean, 100*s.Reach.Least/s.Reach.List)
}
