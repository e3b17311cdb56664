package opendata

import (
	"bytes"
	"math"
	"sync"

	"knead/atlas"
	"knead/body"
)

// JSON writes the atlas with everything that a program needs to draw and count it:
// one row a line, so that two versions can be compared line by line. [Read] reads it.
func JSON(a *atlas.Atlas) ([]byte, error) {
	rows := map[string][]object{}
	var points list // of the last muscle, whose last member they are
	for _, r := range a.Rows() {
		o, err := rowObject(r)
		if err != nil {
			return nil, err
		}
		switch r.Kind {
		case "point":
			p, _ := a.Point(atlas.PointID(r.ID))
			points = append(points, append(o, pointDerived(p)...))
			muscle := rows["muscle"][len(rows["muscle"])-1]
			muscle[len(muscle)-1].value = points
		case "muscle":
			m, _ := a.Muscle(atlas.MuscleID(r.ID))
			o = append(o, muscleDerived(m)...)
			points = list{}
			rows[r.Kind] = append(rows[r.Kind], append(o, member{"points", points}))
		case "pattern":
			p, _ := a.Pattern(atlas.PatternID(r.ID))
			rows[r.Kind] = append(rows[r.Kind], append(o, patternDerived(p)...))
		default:
			rows[r.Kind] = append(rows[r.Kind], o)
		}
	}
	w := file{}
	w.member("header", header(a))
	for _, s := range sections {
		w.rows(s.name, rows[s.kind])
	}
	skin, err := skinJSON()
	if err != nil {
		return nil, err
	}
	w.out.Write(skin)
	return w.finish()
}

// skinJSON is the skin as the file's last members: the same in every export.
var skinJSON = sync.OnceValues(func() ([]byte, error) {
	w := file{}
	w.rows("regions", regions())
	w.rows("parts", parts())
	w.member("surface", surface())
	return append([]byte(",\n"), bytes.TrimPrefix(w.out.Bytes(), []byte("{\n"))...), w.err
})

// file writes the top object, a row a line.
type file struct {
	out bytes.Buffer
	err error
}

func (w *file) begin(name string) {
	if w.out.Len() == 0 {
		w.out.WriteString("{\n")
	} else {
		w.out.WriteString(",\n")
	}
	w.out.WriteString("\"" + name + "\": ")
}

func (w *file) value(v any) {
	b, err := encode(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.out.Write(b)
}

func (w *file) member(name string, v any) {
	w.begin(name)
	w.value(v)
}

func (w *file) rows(name string, rows []object) {
	w.begin(name)
	w.out.WriteString("[")
	for i, r := range rows {
		if i > 0 {
			w.out.WriteString(",")
		}
		w.out.WriteString("\n")
		w.value(r)
	}
	w.out.WriteString("\n]")
}

func (w *file) finish() ([]byte, error) {
	w.out.WriteString("\n}\n")
	return w.out.Bytes(), w.err
}

// skinDerived is the skin as [skinJSON] writes it.
var skinDerived = sync.OnceValue(func() object {
	rows := func(objects []object) list {
		out := list{}
		for _, o := range objects {
			out = append(out, o)
		}
		return out
	}
	return object{{"regions", rows(regions())}, {"parts", rows(parts())}, {"surface", surface()}}
})

// muscleDerived is what follows from a muscle's shapes.
func muscleDerived(m *atlas.Muscle) object {
	return object{{"skin", cells(atlas.Cells(body.Skin(), m.Shape, body.Right))}}
}

// pointDerived is what follows from a point's sources, place and shapes.
func pointDerived(p *atlas.Point) object {
	return object{
		{"recalled", p.Recalled()},
		{"cell", float64(p.Cell(body.Right))},
		{"zone", zone(p.Zone(body.Right))},
	}
}

// patternDerived is what follows from a pattern's sources and shapes.
func patternDerived(p *atlas.Pattern) object {
	return object{{"recalled", p.Recalled()}, {"zone", zone(p.Zone(body.Right))}}
}

func zone(z atlas.Zone) object {
	return object{{"essential", cells(z.Essential)}, {"spillover", cells(z.Spillover)}}
}

func cells(weighted []body.Weighted) object {
	ids, weights := list{}, list{}
	for _, c := range weighted {
		ids, weights = append(ids, float64(c.Cell)), append(weights, rounded(c.W, 1000))
	}
	return object{{"cells", ids}, {"weights", weights}}
}

// regions of the skin, which the atlas names by their ids.
func regions() []object {
	var out []object
	for _, r := range body.Regions() {
		o := object{{"id", string(r.ID)}, {"lay", r.Lay}, {"name", r.Name}, {"aliases", texts(r.Aliases)}, {"group", r.Group}, {"midline", r.Midline}}
		o = append(o, member{"choir_right", float64(r.CHOIRRight)}, member{"choir_left", float64(r.CHOIRLeft)})
		if r.FMA != "" {
			o = append(o, member{"fma", r.FMA})
		}
		if r.UBERON != "" {
			o = append(o, member{"uberon", r.UBERON})
		}
		ids := list{}
		for c := range body.Skin().RegionCells(r.ID, body.Right).All {
			ids = append(ids, float64(c))
		}
		out = append(out, append(o, member{"cells", ids}))
	}
	return out
}

// parts of the skin with the names of their coordinates.
func parts() []object {
	var out []object
	for p := range body.NumParts {
		out = append(out, object{{"id", p.String()}, {"axes", texts(p.Axes())}})
	}
	return out
}

// surface is the skin as columns: the place in each list is the id of a cell. A zone
// may cross the midline, so both sides are there.
func surface() object {
	skin := body.Skin()
	var part, side, at, x, y, z, area, region, choir, hidden list
	for i := range skin.Len() {
		c := body.CellID(i)
		v := cellOf(c)
		part, side, region = append(part, v.part), append(side, v.side), append(region, v.region)
		at = append(at, numbers(v.at))
		x, y, z = append(x, v.centre[0]), append(y, v.centre[1]), append(z, v.centre[2])
		area, choir, hidden = append(area, v.area), append(choir, float64(v.choir)), append(hidden, v.hidden)
	}
	return object{
		{"half", float64(skin.Len() / 2)},
		{"cells", object{
			{"part", part},
			{"side", side},
			{"at", at},
			{"x", x},
			{"y", y},
			{"z", z},
			{"area", area},
			{"region", region},
			{"choir", choir},
			{"hidden", hidden},
		}},
	}
}

// cell is one cell as it is published.
type cell struct {
	part, side, region string
	at                 []float64
	centre             [3]float64
	area               float64
	choir              int
	hidden             bool
}

func cellOf(c body.CellID) cell {
	skin := body.Skin()
	place, centre := skin.Coord(c), skin.Centre(c)
	v := cell{
		part: place.Part.String(), side: skin.Side(c).String(), region: string(skin.Region(c)), area: rounded(skin.Area(c), 1000),
		choir: skin.CHOIR(c), hidden: skin.Hidden(c),
	}
	for i := range place.Part.Axes() {
		v.at = append(v.at, rounded(place.V[i], 1000))
	}
	for i := range centre {
		v.centre[i] = rounded(centre[i], 100)
	}
	return v
}

func texts(s []string) list {
	out := list{}
	for _, t := range s {
		out = append(out, t)
	}
	return out
}

func numbers(n []float64) list {
	out := list{}
	for _, x := range n {
		out = append(out, x)
	}
	return out
}

// rounded keeps one part in so many: more would be noise in a file that people read.
func rounded(x, parts float64) float64 { return math.Round(x*parts)/parts + 0 }
