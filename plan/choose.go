package plan

import (
	"math/bits"
	"slices"

	"knead/atlas"
)

// choice is what a session works: the best there is in its minutes.
type choice struct {
	minutes int
	region  string // what a short session stays within; empty for anywhere
	poses   []pose
	strands []*strand // in the order of working
	worth   int       // with what pins are worth, and what stays of an earlier plan
	stays   int       // what that is worth, where it was counted
}

// benefit is the worth of a choice without its pins and without what it keeps of an
// earlier plan, in thousandths of a point that is certain to matter.
func (c choice) benefit() int {
	worth := c.worth - c.stays
	pins := (worth + pinWorth/2) / pinWorth
	return (worth - pins*pinWorth) / 1000
}

// choose finds the session of so many minutes with the most benefit: in which positions,
// on which areas and points, for how many minutes each. docs/decisions/0018 says what is
// searched and what is fixed by rules beforehand.
func (s *session) choose(minutes int) choice { return s.better(minutes, impossible) }

// better is the same, where only a session of more worth is looked for.
func (s *session) better(minutes, than int) (best choice) {
	best = choice{minutes: minutes, poses: s.poses[:min(1, len(s.poses))], worth: than}
	try := func(region string, poses []pose) {
		if c := s.chooseIn(minutes, region, poses, best.worth); c.worth > best.worth {
			best = c
		}
	}
	regions := []string{""}
	switch {
	case s.relaxed:
	case minutes < shortSession: // [sherman-2014]
		regions = s.painful()
	default: // staying within one region is open to a longer session as well
		if s.brief == nil {
			staying := s.staying
			s.staying = false
			brief := s.choose(shortSession - 1)
			s.brief, s.staying = &brief, staying
		}
		try(s.brief.region, s.brief.poses)
	}
	for _, poses := range s.poseSets(minutes) {
		for _, region := range regions {
			try(region, poses)
		}
	}
	return best
}

// painful are the regions in which something hurts or may send pain.
func (s *session) painful() (regions []string) {
	for _, both := range s.pieces {
		for _, p := range both {
			if p.hurts() && len(p.open) > 0 && !slices.Contains(regions, p.area.region) {
				regions = append(regions, p.area.region)
			}
		}
	}
	if len(regions) == 0 {
		return []string{nowhere}
	}
	return regions
}

// nowhere is a region that no area lies in.
const nowhere = "-"

// poseSets are the ways to lie that fit a session, the cheapest first.
func (s *session) poseSets(minutes int) (sets [][]pose) {
	most := posesIn(minutes)
	if !slices.ContainsFunc(s.poses, func(p pose) bool { return p.position != atlas.SideLying }) {
		most = max(most, 2) // on the side, both sides need a turn
	}
	for subset := 1; subset < 1<<len(s.poses); subset++ {
		if bits.OnesCount(uint(subset)) > most {
			continue
		}
		var poses []pose
		for i, p := range s.poses {
			if subset&(1<<i) != 0 {
				poses = append(poses, p)
			}
		}
		sets = append(sets, poses)
	}
	slices.SortStableFunc(sets, func(a, b []pose) int { return s.posesCost(a, minutes) - s.posesCost(b, minutes) })
	return sets
}

// chooseIn finds the best session in some poses and a region, or one worth no more than
// beat where there is none better.
//
// First it looks without asking that each pose be of use. That can only gain more; so if
// it does not beat what was found before, or uses all poses as it is, nothing more needs
// to be done.
func (s *session) chooseIn(minutes int, region string, poses []pose, beat int) choice {
	c := choice{minutes: minutes, region: region, poses: poses, worth: impossible}
	left := minutes - s.frameMinutes(minutes, len(poses)-1)
	if left < 0 {
		return c
	}
	s.desk.wipe()
	offers := s.offers(minutes, left, region, poses)
	cost := s.posesCost(poses, minutes)

	var loose, strict []lot
	for _, o := range offers {
		strict = append(strict, o.lot)
		loose = append(loose, o.lot.anyPose())
	}
	all := uint8(1)<<len(poses) - 1
	t := s.desk.fill(loose, left, atMost)
	c.worth = t.most(0, left) - cost
	parts := t.pick(len(loose), 0, left)
	if c.worth > beat && len(poses) > 1 && used(offers, parts) != all {
		t = s.desk.fill(strict, left, atMost)
		most := t.most(all, left)
		if most == impossible { // nothing can be done in one of them
			c.worth = impossible
			return c
		}
		c.worth, parts = most-cost, t.pick(len(strict), all, left)
	}
	if c.worth <= beat {
		return c
	}
	for i, o := range offers {
		if parts[i].taken {
			c.strands = append(c.strands, o.take(parts[i])...)
		}
	}
	c.stays = c.whatStays()
	return c
}

// whatStays is what the worth of a choice has for what stays of an earlier plan.
func (c choice) whatStays() (worth int) {
	for _, st := range c.strands {
		worth += stay(st.had, st.minutes)
		for _, d := range st.points {
			worth += stay(st.hadOn[d.target], d.minutes)
		}
	}
	return worth
}

// anyPose is the lot without the poses it needs and makes use of.
func (l lot) anyPose() lot {
	ways := make([]way, len(l.ways))
	for i, w := range l.ways {
		ways[i] = way{gain: w.gain}
	}
	return lot{ways: ways}
}

// used are the poses that the parts make use of.
func used(offers []*offer, parts []part) (poses uint8) {
	for i, p := range parts {
		if p.taken {
			poses |= offers[i].lot.ways[p.way].poses
		}
	}
	return poses
}

// offer is one area as it can be worked in some poses.
type offer struct {
	area    *area
	strands []*strand
	tally   *tally // of its strands
	lot     lot    // for the session
}

// offers are the areas that a session in these poses may work.
func (s *session) offers(minutes, left int, region string, poses []pose) []*offer {
	likeliest, _ := s.likeliest(minutes, region, poses)
	near := map[string]bool{}
	for _, both := range s.pieces {
		for _, p := range both {
			if p.hurts() && len(p.open) > 0 {
				near[p.area.region] = true
			}
		}
	}
	var offers []*offer
	for _, a := range s.order.areas {
		if !s.mayWork(a, region) {
			continue
		}
		o := &offer{area: a, strands: s.strands(a, poses, likeliest, near[a.region])}
		if len(o.strands) > 0 {
			offers = append(offers, o)
		}
	}
	if minutes >= heatFrom {
		s.placeHeat(offers, poses[0])
	}
	for _, o := range offers {
		o.reckon(&s.desk, min(maxAreaMinutes, left))
	}
	offers = slices.DeleteFunc(offers, func(o *offer) bool { return len(o.lot.ways) == 0 })
	return offers
}

// mayWork tells whether an area belongs to a session that stays within a region; what a
// therapist pinned always does.
func (s *session) mayWork(a *area, region string) bool {
	pinned := slices.ContainsFunc(s.pieces[a.place][:], func(p *piece) bool { return p.named })
	return len(s.styles) > 0 && (region == "" || a.region == region || pinned)
}

// reckon works out what the strands of an area gain together in up to so many minutes.
func (o *offer) reckon(d *desk, minutes int) {
	lots := make([]lot, len(o.strands))
	for i, st := range o.strands {
		lots[i] = st.reckon(d, minutes)
	}
	o.tally = d.fill(lots, minutes, exactly)
	for poses, row := range o.tally.layers[len(lots)] {
		if row == nil {
			continue
		}
		row[0] = impossible // nothing at all is no way to work
		if settled(row) {
			o.lot.ways = append(o.lot.ways, way{poses: uint8(poses), gain: row})
		}
	}
}

// take gives the strands that are worked, with what each of them has.
func (o *offer) take(has part) (worked []*strand) {
	poses := o.lot.ways[has.way].poses
	for i, p := range o.tally.pick(len(o.strands), poses, has.minutes) {
		if p.taken {
			o.strands[i].take(p.minutes)
			worked = append(worked, o.strands[i])
		}
	}
	return worked
}

// leaveRest says what a reader might expect and the choice does not have, and why.
func (s *session) leaveRest(c choice) {
	likeliest, why := s.likeliest(c.minutes, c.region, c.poses)
	worked, points := map[*piece]bool{}, map[*target]bool{}
	for _, st := range c.strands {
		for _, p := range st.pieces {
			worked[p] = true
		}
		for _, d := range st.points {
			points[d.target] = true
		}
	}
	for _, t := range likeliest {
		if !points[t] {
			why[t] = "no time is left for it"
		}
	}
	for _, both := range s.pieces {
		for _, p := range both {
			if why := s.whyNot(p, c); !worked[p] && why != "" {
				s.leave(p.area.words+", "+p.side.String(), why)
			}
		}
	}
	for _, t := range s.targets {
		if why[t] != "" {
			s.leave(pointWords(t.candidate.Point, t.candidate.Side), why[t])
		}
	}
}

// whyNot is why a piece that hurts is not worked; empty for the others.
func (s *session) whyNot(p *piece, c choice) string {
	switch {
	case s.relaxed || !p.painted && len(p.targets) == 0:
		return ""
	case len(p.open) == 0 || len(s.styles) == 0:
		if p.painted {
			return "most or all of it is left alone today"
		}
		return ""
	case reach(s.poses, p.area.positions, p.side) < 0:
		return s.outOfReach()
	case c.region != "" && p.area.region != c.region:
		return "a short session stays within one region"
	case reach(c.poses, p.area.positions, p.side) < 0:
		return "would need another turn of the client"
	default:
		return "other areas come first in this time"
	}
}
