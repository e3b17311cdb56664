package web

import (
	"cmp"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
)

// musclesPage is the list of all muscles: by region of the body, and from A to Z with
// their other names.
type musclesPage struct {
	publicPage
	Groups  []muscleGroup
	Letters []nameLetter
	N       int
}

type nameLetter struct {
	Letter, Key string
	Names       []nameRow
}

// nameRow is a name that a muscle goes by.
type nameRow struct {
	link
	Of string // the muscle, when the name is not the one it is listed under
}

func (s *site) musclesPage(string) (publicView, error) {
	n := len(s.shelf().atlas.Muscles)
	return musclesPage{
		publicPage: publicPage{
			Title: s.words.say("muscles.title"), Description: s.words.say("muscles.description", n),
			Path: href("muscles"), Kind: "muscles", Door: "muscles", Crumbs: s.crumbs(),
		},
		Groups: s.muscleGroups(), Letters: s.muscleLetters(), N: n,
	}, nil
}

// muscleLetters lists every name of every muscle from A to Z.
func (s *site) muscleLetters() []nameLetter {
	var rows []nameRow
	for _, m := range s.shelf().atlas.Muscles {
		own := s.muscleLink(m)
		rows = append(rows, nameRow{link: own})
		for _, name := range m.Aliases {
			rows = append(rows, nameRow{link{own.Path, capital(name)}, own.Text})
		}
	}
	slices.SortFunc(rows, func(a, b nameRow) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)), cmp.Compare(a.Of, b.Of))
	})
	var out []nameLetter
	for _, row := range rows {
		letter := strings.ToUpper(row.Text[:1])
		if n := len(out); n == 0 || out[n-1].Letter != letter {
			out = append(out, nameLetter{Letter: letter, Key: "letter-" + letter})
		}
		last := &out[len(out)-1]
		last.Names = append(last.Names, row)
	}
	return out
}

// musclePage is one muscle: where it lies, where it is felt, how it is treated, and
// how sure all of that is.
type musclePage struct {
	publicPage
	M          *atlas.Muscle
	Name       string
	Pictures   []picture
	Shown      []showChoice // which points the pictures show; none when there is one point
	Often      []placeShare
	Sometimes  []placeShare
	Points     []pointRow
	Facts      []fact
	Positions  []string
	Grips      []string
	Pressure   string // the most, where the atlas names it
	CareCited  []int
	SelfCare   bool     // may be pressed at home
	Stop       []string // questions that come before that
	Exercises  []exerciseRow
	Conditions []link
	Confused   []confusedRow
	Related    []link
	Seen       []seenRow
	Low        pips
	Sources    []citedSource
}

type fact struct{ Name, Text string }

// showChoice switches the pictures to one point.
type showChoice struct {
	N    int
	Text string
	On   bool
}

// placeShare is a place in which a muscle is felt.
type placeShare struct {
	link
	share float64
}

type pointRow struct {
	N        int
	ID       atlas.PointID
	Where    string
	Depth    string
	Access   string
	Note     string
	Recalled bool
	Cited    []int
}

type confusedRow struct {
	link
	Lay    string
	Places string
}

// seenRow counts the sources of a page that were seen in one way.
type seenRow struct {
	Words string
	N     int
}

// Limits of the lists; chosen so that they help instead of naming everything.
const (
	leastConfused = 0.15 // of the skin of two muscles that both are felt in
	mostConfused  = 6
	leastOfPlace  = 0.15 // of a place that a zone covers, or
	leastOfZone   = 0.12 // of the zone that lies in the place
	mostPlaces    = 8
)

func (s *site) musclePage(id string) (publicView, error) {
	m, ok := s.shelf().atlas.Muscle(atlas.MuscleID(id))
	if !ok {
		return nil, lost("muscle", id)
	}
	cited := s.citations()
	p := musclePage{
		publicPage: publicPage{
			Title: capital(m.Name), Description: describe(m.Client), Path: href("muscles", id), Kind: "muscle",
			Door: "muscles", Crumbs: s.crumbs("muscles"),
		},
		M: m, Name: capital(m.Name), Facts: s.muscleFacts(m), Low: pips{[]string{"on", "", ""}, s.words.say("evidence.low")},
	}
	p.Crumbs = append(p.Crumbs, link{href("muscles") + "#" + string(m.Group), s.words.say("group." + string(m.Group))})
	p.Often, p.Sometimes = s.feltPlaces(s.shelf().byMuscle[m.ID])
	var err error
	if p.Pictures, err = s.musclePictures(m, m.Name); err != nil {
		return nil, err
	}
	for i, pt := range m.Points {
		row := pointRow{
			N: i + 1, ID: pt.ID, Where: capital(pt.Where), Depth: s.words.say("point-depth." + string(pt.Depth)),
			Note: pt.Note, Recalled: pt.Recalled(), Cited: cited.cite(pt.Sources...),
		}
		if m.Refer == "" {
			row.Access = s.positions(pt.Access)
		}
		p.Points = append(p.Points, row)
	}
	if len(m.Points) > 1 {
		p.Shown = append(p.Shown, showChoice{0, s.words.say("muscle.show-all"), true})
		for i := range m.Points {
			p.Shown = append(p.Shown, showChoice{i + 1, s.words.say("muscle.show-point", i+1), false})
		}
	}
	p.CareCited = cited.cite(m.Sources...)
	for _, pos := range m.Positions {
		p.Positions = append(p.Positions, s.words.say("position."+string(pos)))
	}
	if m.Pressure > 0 {
		p.Pressure = s.words.say("muscle.pressure-most", m.Pressure)
	}
	for _, g := range m.Grips {
		p.Grips = append(p.Grips, s.words.say("grip."+string(g)))
	}
	if p.SelfCare = m.SelfCare.Allowed && m.Refer == ""; p.SelfCare || len(s.shelf().exercises[m.ID]) > 0 {
		p.Stop = stopSigns(m)
	}
	for _, e := range s.shelf().exercises[m.ID] {
		p.Exercises = append(p.Exercises, s.exerciseRow(e))
	}
	for _, c := range s.shelf().atlas.Conditions {
		if slices.Contains(c.Muscles, m.ID) {
			p.Conditions = append(p.Conditions, s.conditionLink(c))
		}
	}
	p.Confused = s.confused(m)
	for _, r := range m.Related {
		if other, ok := s.shelf().atlas.Muscle(r); ok {
			p.Related = append(p.Related, s.muscleLink(other))
		}
	}
	p.Sources = cited.Rows
	p.Seen = s.seenRows(cited)
	return p, nil
}

// feltPlaces names the places in which a muscle is felt, the fullest first.
func (s *site) feltPlaces(reaches []atlas.Reach) (often, sometimes []placeShare) {
	for _, r := range reaches {
		if r.Felt() < leastOfPlace && r.OfZone < leastOfZone {
			continue
		}
		place := placeShare{s.placeLink(r.Region), r.Felt()}
		if r.Often >= leastOfPlace || r.Often >= r.Sometimes {
			often = append(often, place)
		} else {
			sometimes = append(sometimes, place)
		}
	}
	for _, list := range []*[]placeShare{&often, &sometimes} {
		slices.SortStableFunc(*list, func(a, b placeShare) int { return cmp.Compare(b.share, a.share) })
		*list = (*list)[:min(mostPlaces, len(*list))]
	}
	return often, sometimes
}

func (s *site) muscleFacts(m *atlas.Muscle) []fact {
	facts := []fact{
		{s.words.say("fact.from"), capital(m.From)},
		{s.words.say("fact.to"), capital(m.To)},
		{s.words.say("fact.action"), capital(m.Action)},
		{s.words.say("fact.nerve"), capital(m.Nerve)},
		{s.words.say("fact.layer"), s.words.say("layer." + string(rune('0'+m.Layer)))},
		{s.words.say("fact.ta2"), capital(m.TA2)},
		{s.words.say("fact.latin"), capital(m.Latin)},
	}
	if len(m.Aliases) > 0 {
		facts = append(facts, fact{s.words.say("fact.aliases"), strings.Join(m.Aliases, ", ")})
	}
	if m.Present > 0 {
		facts = append(facts, fact{s.words.say("fact.present"), s.words.say("fact.present-text", m.Present)})
	}
	if m.FMA != "" {
		facts = append(facts, fact{s.words.say("fact.fma"), m.FMA})
	}
	return facts
}

func (s *site) positions(list []atlas.Position) string {
	var words []string
	for _, p := range list {
		words = append(words, s.words.say("position."+string(p)))
	}
	return strings.Join(words, ", ")
}

// stopSigns are what screening asks where the muscle lies and is felt that may be an
// emergency or needs a doctor the same day.
func stopSigns(m *atlas.Muscle) []string {
	var cells body.Set
	for _, c := range atlas.Cells(body.Skin(), m.Shape, body.Right) {
		cells.Add(c.Cell)
	}
	for _, p := range m.Points {
		for _, c := range p.Zone(body.Right).Essential {
			cells.Add(c.Cell)
		}
	}
	emergency, sameDay := asksThere(cells)
	signs := slices.Concat(emergency, sameDay)
	return signs[:min(mostStops, len(signs))]
}

// mostStops is how many signs fit a short list; the link beside it leads to all.
const mostStops = 6

// confused lists the muscles that are felt in much the same places.
func (s *site) confused(m *atlas.Muscle) []confusedRow {
	var out []confusedRow
	own := map[body.RegionID]float64{}
	for _, r := range s.shelf().byMuscle[m.ID] {
		own[r.Region] = r.Felt()
	}
	for _, n := range s.shelf().atlas.Neighbours(m, leastConfused) {
		if len(out) == mostConfused {
			break
		}
		var shared []placeShare
		for _, r := range s.shelf().byMuscle[n.Muscle.ID] {
			if both := min(own[r.Region], r.Felt()); both > leastOfPlace {
				shared = append(shared, placeShare{s.placeLink(r.Region), both})
			}
		}
		slices.SortStableFunc(shared, func(a, b placeShare) int { return cmp.Compare(b.share, a.share) })
		var names []string
		for _, p := range shared[:min(3, len(shared))] {
			names = append(names, lowerFirst(p.Text))
		}
		out = append(out, confusedRow{s.muscleLink(n.Muscle), n.Muscle.Lay, strings.Join(names, ", ")})
	}
	return out
}

// seenRows tells how the sources of a page were seen.
func (s *site) seenRows(c *citations) []seenRow {
	how := map[atlas.Seen]int{}
	for id := range c.number {
		if src, ok := s.shelf().atlas.Source(id); ok {
			how[src.Seen]++
		}
	}
	return s.seenCounts(how)
}

// seenCounts puts into words how many sources were seen in which way.
func (s *site) seenCounts(how map[atlas.Seen]int) []seenRow {
	var out []seenRow
	for _, seen := range []atlas.Seen{atlas.Paper, atlas.Abstract, atlas.Secondary, atlas.Recalled} {
		if n := how[seen]; n > 0 {
			out = append(out, seenRow{s.words.count("seen-count."+string(seen), n), n})
		}
	}
	return out
}
