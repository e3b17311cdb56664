package plan

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"knead/atlas"
	"knead/body"
)

//go:embed order.txt
var orderText string

// area is what a therapist works as one piece. See order.txt.
type area struct {
	id        string
	words     string
	region    string // what a short session stays within
	regions   []body.RegionID
	also      []body.RegionID
	positions []atlas.Position
	stretch   []atlas.Position
	pressure  int
	both      bool
	relax     int
	place     int         // in the order of working
	skin      [2]body.Set // of its regions, by side
}

// order is the areas in the order of working.
type order struct {
	areas []*area
	of    map[body.RegionID]*area
	skin  map[body.RegionID][2]body.Set // by side
}

// standard is the embedded order, read once. A test holds that it can be read.
var standard = sync.OnceValue(func() *order {
	o, err := parseOrder("order.txt", orderText)
	if err != nil {
		panic(fmt.Sprintf("plan: the embedded order is broken: %v", err))
	}
	for id := range o.of {
		o.skin[id] = [2]body.Set{body.Skin().RegionCells(id, body.Right), body.Skin().RegionCells(id, body.Left)}
	}
	for _, a := range o.areas {
		for _, side := range []body.Side{body.Right, body.Left} {
			a.skin[side] = o.skinOf(a.regions, side)
		}
	}
	return o
})

// skinOf is the skin of some regions on a side.
func (o *order) skinOf(regions []body.RegionID, side body.Side) (cells body.Set) {
	for _, id := range regions {
		cells = cells.Union(o.skin[id][side])
	}
	return cells
}

// parseOrder reads the file strictly.
func parseOrder(file, text string) (*order, error) {
	o := &order{of: map[body.RegionID]*area{}, skin: map[body.RegionID][2]body.Set{}}
	var lines []string // the line of the key, continuation lines joined to it
	at := map[int]int{}
	for n, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || trimmed[0] == '#':
		case strings.HasPrefix(line, "    ") && len(lines) > 0:
			lines[len(lines)-1] += " " + trimmed
		default:
			at[len(lines)] = n + 1
			lines = append(lines, strings.TrimRight(line, " "))
		}
	}
	seen := map[string]bool{}
	for i, line := range lines {
		fail := func(format string, args ...any) (*order, error) {
			return nil, fmt.Errorf("%s:%d:1: %s", file, at[i], fmt.Sprintf(format, args...))
		}
		if id, ok := strings.CutPrefix(line, "area "); ok {
			if seen[id] {
				return fail("area %s stands here twice", id)
			}
			seen[id] = true
			o.areas = append(o.areas, &area{id: id, place: len(o.areas)})
			continue
		}
		key, value, ok := strings.Cut(line, ": ")
		if !ok || !strings.HasPrefix(line, "  ") || len(o.areas) == 0 {
			return fail(`write "area ID", or two spaces and "key: text" below it`)
		}
		if err := o.set(o.areas[len(o.areas)-1], strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
			return fail("%v", err)
		}
	}
	for _, a := range o.areas {
		if a.words == "" || a.region == "" || len(a.regions) == 0 || len(a.positions) == 0 || a.pressure == 0 {
			return nil, fmt.Errorf("%s:1:1: area %s needs words, region, regions, positions and pressure", file, a.id)
		}
	}
	return o, nil
}

func (o *order) set(a *area, key, value string) (err error) {
	switch key {
	case "words":
		a.words = value
	case "region":
		a.region = value
	case "regions", "also":
		for word := range strings.SplitSeq(value, "|") {
			id := body.RegionID(strings.TrimSpace(word))
			if _, ok := body.RegionByID(id); !ok {
				return fmt.Errorf("%q is no region of the skin", id)
			}
			if o.of[id] != nil {
				return fmt.Errorf("region %s stands here twice", id)
			}
			o.of[id] = a
			if key == "regions" {
				a.regions = append(a.regions, id)
			} else {
				a.also = append(a.also, id)
			}
		}
	case "positions", "stretch":
		list := &a.positions
		if key == "stretch" {
			list = &a.stretch
		}
		for word := range strings.SplitSeq(value, "|") {
			p := atlas.Position(strings.TrimSpace(word))
			if !slices.Contains(atlas.Positions, p) {
				return fmt.Errorf("%q is no position", p)
			}
			*list = append(*list, p)
		}
	case "pressure":
		a.pressure, err = strconv.Atoi(value)
		if err != nil || a.pressure < 1 || a.pressure > 5 {
			return fmt.Errorf("pressure %q: a number from 1 to 5", value)
		}
	case "both":
		if value != "yes" && value != "no" {
			return fmt.Errorf("both %q: yes or no", value)
		}
		a.both = value == "yes"
	case "relax":
		if a.relax, err = strconv.Atoi(value); err != nil || a.relax < 0 {
			return fmt.Errorf("relax %q: a number from 0", value)
		}
	default:
		return fmt.Errorf("unknown line %q", key)
	}
	return nil
}
