package trial

import (
	"reflect"
	"slices"
	"strings"

	"knead/reason"
)

// Variant is the model with other numbers.
type Variant struct {
	Name    string
	Numbers reason.Numbers
}

// Without leaves out one kind of evidence at a time.
func (t *Trial) Without() []Variant {
	vary := func(name string, change func(*reason.Numbers)) Variant {
		n := t.Numbers
		change(&n)
		return Variant{name, n}
	}
	return []Variant{
		vary("as it is", func(*reason.Numbers) {}),
		vary("without clear skin", func(n *reason.Numbers) { n.OftenClear, n.SometimesClear = 1, 1 }),
		vary("without priors from studies", func(n *reason.Numbers) { n.StudyShrink = 1e9 }),
		vary("without spillover zones", func(n *reason.Numbers) { n.SometimesPainted, n.SometimesClear = n.AnyhowPainted, 1 }),
		vary("without the muscle and the point itself", func(n *reason.Numbers) { n.NearPainted, n.OverPainted = n.AnyhowPainted, n.AnyhowPainted }),
		vary("without levels", func(n *reason.Numbers) { n.HeartAbove, n.EdgeAbove = n.LeakAbove, n.LeakAbove }),
	}
}

// Halved changes each chosen number by itself, to half and to half as much again, two
// variants for each. What is at most 1 goes no higher than 0.95; two chances of one kind
// go together; and of a sign it is the errors that are halved and raised.
func (t *Trial) Halved() (out []Variant) {
	var walk func(name string, at func(*reason.Numbers) reflect.Value)
	walk = func(name string, at func(*reason.Numbers) reflect.Value) {
		n := t.Numbers
		v := at(&n)
		if sign, ok := reflect.TypeAssert[*reason.Sign](v.Addr()); ok {
			for _, x := range []struct {
				of     string
				chance *float64
			}{{"Sensitivity", &sign.Sensitivity}, {"Specificity", &sign.Specificity}} {
				was := *x.chance
				for _, by := range []float64{0.5, 1.5} {
					*x.chance = 1 - (1-was)*by
					out = append(out, Variant{name + "." + x.of, n})
				}
				*x.chance = was
			}
			return
		}
		if v.Kind() == reflect.Struct {
			for i := range v.NumField() {
				part := strings.TrimPrefix(name+"."+v.Type().Field(i).Name, ".")
				walk(part, func(n *reason.Numbers) reflect.Value { return at(n).Field(i) })
			}
			return
		}
		for _, by := range []float64{0.5, 1.5} {
			n = t.Numbers
			scale(v, by)
			out = append(out, Variant{name, n})
		}
	}
	walk("", func(n *reason.Numbers) reflect.Value { return reflect.ValueOf(n).Elem() })
	return out
}

// scale multiplies a number, or each of several.
func scale(v reflect.Value, by float64) {
	if v.Kind() == reflect.Array {
		for i := range v.Len() {
			scale(v.Index(i), by)
		}
		return
	}
	now := v.Float() * by
	if v.Float() <= 1 {
		now = min(now, 0.95)
	}
	v.SetFloat(now)
}

// Change is what becomes of the order of muscles when numbers change.
type Change struct {
	First Share   // clients whose first muscle is another
	Three Share   // clients whose first three muscles are not the same three
	Tau   float64 // Kendall's tau of the two first tens, mean over clients: 1 is the same order
	Hits  Hits
}

// Change compares two rankings of clients.
func (t *Trial) Change(clients []Client, was, now [][]int) (c Change) {
	for i := range clients {
		before, after := t.muscles(was[i]), t.muscles(now[i])
		three := func(list []muscle) []muscle { return list[:min(3, len(list))] }
		same := len(three(before)) == len(three(after))
		for _, m := range three(before) {
			same = same && slices.Contains(three(after), m)
		}
		c.First.count(len(before) > 0 && (len(after) == 0 || before[0] != after[0]))
		c.Three.count(!same)
		c.Tau += tau(before[:min(10, len(before))], after[:min(10, len(after))]) / float64(len(clients))
	}
	c.Hits = t.Hits(clients, now)
	return c
}

// muscles is the order of muscles that an order of causes makes.
func (t *Trial) muscles(order []int) (out []muscle) {
	for _, j := range order {
		if m := t.muscle(j); !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}

// tau is Kendall's tau over all that is in either list; what is missing in one stands
// at its end, and pairs that are missing together do not count there.
func tau(a, b []muscle) float64 {
	all := slices.Clone(a)
	for _, m := range b {
		if !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	place := func(list []muscle, m muscle) int {
		if i := slices.Index(list, m); i >= 0 {
			return i
		}
		return len(list)
	}
	agree, pairs := 0, 0
	for i, x := range all {
		for _, y := range all[:i] {
			d := (place(a, x) - place(a, y)) * (place(b, x) - place(b, y))
			switch {
			case d > 0:
				agree, pairs = agree+1, pairs+1
			case d < 0:
				agree, pairs = agree-1, pairs+1
			}
		}
	}
	if pairs == 0 {
		return 1
	}
	return float64(agree) / float64(pairs)
}
