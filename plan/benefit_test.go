package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"knead/atlas"
	"knead/body"
	"knead/reason"
	"knead/screen"
)

// ready is a session before anything is chosen.
func ready(earlier []Planned, r reason.Ranking, c screen.Clearance, minutes int, p Preferences) *session {
	s := &session{order: standard(), clear: c, prefs: p, pins: map[string]Pin{}, minutes: minutes, earlier: earlier}
	s.close()
	s.choosePoses()
	s.chooseStyle()
	s.cut()
	s.aim(r)
	return s
}

// bestByHand goes through every session in some poses and a region: every set of strands,
// every number of points of each, every number of minutes for each. It reads the benefit
// off its definition.
func bestByHand(s *session, minutes int, region string, poses []pose) (best int, found bool) {
	left := minutes - s.frameMinutes(minutes, len(poses)-1)
	var strands []*strand
	for _, o := range s.offers(minutes, left, region, poses) {
		strands = append(strands, o.strands...)
	}
	all := uint8(1)<<len(poses) - 1
	onArea, taken := map[*area]int{}, map[*strand]bool{}
	var try func(i int, used uint8, left, gain int)
	try = func(i int, used uint8, left, gain int) {
		if i == len(strands) {
			even := !slices.ContainsFunc(strands, func(a *strand) bool {
				return a.even && !taken[a] && slices.ContainsFunc(strands, func(b *strand) bool { return b.area == a.area && taken[b] })
			})
			if even && (used == all || len(poses) == 1) && (!found || gain > best) {
				best, found = gain, true
			}
			return
		}
		st := strands[i]
		try(i+1, used, left, gain)
		if st.after&^used != 0 {
			return
		}
		taken[st] = true
		defer func() { taken[st] = false }()
		var points func(n, pressed, worth int)
		points = func(n, pressed, worth int) {
			ease := (n + 1) / 2
			for general := 1; general+ease+pressed <= min(left, maxAreaMinutes-onArea[st.area]); general++ {
				if general > st.cap || n == 0 && (general < st.least || st.only) {
					continue
				}
				more, in := worth+stayByHand(s, st.id(), st.pose, general), used
				if !st.only {
					more += st.weight * areaGain[general]
					in |= st.bit
					if general >= leastAreaMinutes {
						more += st.seen
					}
				}
				onArea[st.area] += general + ease + pressed
				try(i+1, in, left-general-ease-pressed, gain+more)
				onArea[st.area] -= general + ease + pressed
			}
			if n == len(st.targets) {
				return
			}
			rank, _ := st.pose.reaches(st.targets[n].access, st.targets[n].candidate.Side)
			for m := minPointMinutes; m < maxPointMinutes && pressed+m <= st.longest; m++ {
				points(n+1, pressed+m, worth+suited(st.targets[n].weight, rank)*pointGain[m]+stayByHand(s, st.targets[n].step(), st.pose, m))
			}
		}
		points(0, 0, 0)
	}
	try(0, 0, left, -s.posesCost(poses, minutes))
	return best, found
}

// stayByHand is what it is worth that minutes stay as the earlier plan had them.
func stayByHand(s *session, what string, p pose, minutes int) (worth int) {
	for _, x := range s.earlier {
		switch {
		case !s.staying || x.What != what || x.Position != p.position:
		case x.Minutes == minutes:
			worth += sameWorth
		default:
			worth += stillWorth
		}
	}
	return worth
}

// everySession is the most that any session in so many minutes is worth, by hand.
func everySession(s *session, minutes int) int {
	best := impossible
	try := func(region string, poses []pose) {
		if worth, ok := bestByHand(s, minutes, region, poses); ok {
			best = max(best, worth)
		}
	}
	for _, poses := range s.poseSets(minutes) {
		regions := []string{""}
		if minutes < shortSession {
			regions = s.painful()
		}
		for _, region := range regions {
			try(region, poses)
		}
	}
	if minutes >= shortSession {
		staying := s.staying
		s.staying = false
		brief := s.choose(shortSession - 1)
		s.staying = staying
		try(brief.region, brief.poses)
	}
	return best
}

func TestNoSessionThatCanBeFoundByHandIsBetter(t *testing.T) {
	clearance := allNo(body.Set{}, screen.Client{Age: 40})
	tried, stayed := 0, 0
	for seed := range uint64(400) {
		random := rand.New(rand.NewPCG(seed, 2))
		r := made(seed)
		r.Sites, r.Candidates = r.Sites[:1], r.Candidates[:min(len(r.Candidates), 5)]
		minutes := 15 + random.IntN(5)
		open := -1
		if seed%4 == 0 { // a longer session with a turn, all but a few areas closed
			minutes = 45 + random.IntN(2)
			open = random.IntN(len(standard().areas))
			if seed%8 == 0 { // for rest, where a turn is wanted and may find nothing to do
				r = reason.Ranking{}
			}
		}
		made := func(earlier []Planned, r reason.Ranking) *session {
			s := ready(earlier, r, clearance, minutes, Preferences{})
			for i := range s.pieces {
				if open >= 0 && i != open && !s.pieces[i][0].hurts() && !s.pieces[i][1].hurts() {
					s.pieces[i][0].open, s.pieces[i][1].open = nil, nil
				}
			}
			return s
		}
		s := made(nil, r)
		if hard(s) {
			continue
		}
		tried++
		before := s.choose(minutes)
		if best := everySession(s, minutes); before.worth != best {
			t.Errorf("seed %d, %d minutes: worth %d, by hand %d", seed, minutes, before.worth, best)
		}
		r.Candidates = slices.Clone(r.Candidates) // what is found now makes other points likelier
		for i := range r.Candidates {
			r.Candidates[i].Weight *= 0.5 + random.Float64()/2
		}
		s = made(before.planned(), r)
		s.staying = true
		after := s.choose(minutes)
		if best := everySession(s, minutes); after.worth != best {
			t.Errorf("seed %d, %d minutes, with a plan before: worth %d, by hand %d", seed, minutes, after.worth, best)
		}
		if after.stays > 0 {
			stayed++
		}
	}
	if tried < 200 || stayed < tried/2 {
		t.Errorf("only %d sessions were tried, and something stayed in %d", tried, stayed)
	}
}

// hard tells whether trying everything would take too long.
func hard(s *session) bool {
	strands, points := 0, len(s.targets)
	for _, both := range s.pieces {
		strands += number(len(both[0].open)+len(both[1].open) > 0 && (s.minutes >= shortSession || both[0].hurts() || both[1].hurts()))
	}
	return s.minutes >= shortSession && strands+points > 4
}

func TestMoreMinutesNeverLowerTheBenefit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		before := -1 << 40
		for minutes := MinMinutes; minutes <= MaxMinutes; minutes += rapid.IntRange(1, 25).Draw(t, "more") {
			p, err := Rebuild(s.earlier, s.ranking, s.clearance, minutes, s.prefs)
			if err != nil {
				t.Fatal(err)
			}
			if p.Benefit < before {
				t.Fatalf("%d minutes: benefit %d, with fewer minutes %d", minutes, p.Benefit, before)
			}
			if more := p.More; more != nil && more.Benefit < 0 || p.Less != nil && p.Less.Benefit > 0 {
				t.Fatalf("%d minutes: more %+v, less %+v", minutes, p.More, p.Less)
			}
			before = p.Benefit
		}
	})
}

// The rules change at some minutes: there above all nothing must be lost.
func TestNoRuleThatComesWithMoreMinutesCostsBenefit(t *testing.T) {
	clearance := allNo(body.Set{}, screen.Client{Age: 40})
	for seed := range uint64(60) {
		r := made(seed)
		for _, minutes := range []int{30, shortSession, 55, heatFrom, turnFrom, thirdPosition} {
			prefs := Preferences{}
			if seed%2 == 1 {
				prefs.Techniques = []atlas.TechniqueID{"heat", "stretching"}
			}
			var benefit [2]int
			for i := range benefit {
				p, err := Build(r, clearance, minutes-1+i, prefs)
				if err != nil {
					t.Fatal(err)
				}
				benefit[i] = p.Benefit
			}
			if benefit[1] < benefit[0] {
				t.Errorf("seed %d: benefit %d at %d minutes, %d before", seed, benefit[1], minutes, benefit[0])
			}
		}
	}
}

// pressures are the highest pressures by region and side.
func pressures(p Plan) map[string]int {
	most := map[string]int{}
	for _, x := range p.Steps {
		for _, side := range []body.Side{body.Right, body.Left} {
			if x.Side != nil && *x.Side != side {
				continue
			}
			for _, id := range x.Regions {
				key := fmt.Sprint(id, " ", side)
				most[key] = max(most[key], x.Pressure)
			}
		}
	}
	return most
}

func TestAGentlerPreferenceNeverRaisesPressureAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		strongest := map[string]int(nil)
		for pressure := 5; pressure >= 1; pressure-- {
			s.prefs.Pressure = pressure
			p, err := Rebuild(s.earlier, s.ranking, s.clearance, s.minutes, s.prefs)
			if err != nil {
				t.Fatal(err)
			}
			now := pressures(p)
			for place, n := range now {
				if strongest != nil && n > strongest[place] {
					t.Fatalf("%s: pressure %d for who likes %d, and %d for who likes one more", place, n, pressure, strongest[place])
				}
			}
			strongest = now
		}
	})
}

// mirrored is a ranking of the same client seen in a mirror.
func mirrored(r reason.Ranking) reason.Ranking {
	var m reason.Ranking
	for _, c := range r.Candidates {
		c.Side, c.Explains = c.Side.Other(), slices.Clone(c.Explains)
		for i := range c.Explains {
			c.Explains[i].Side = c.Explains[i].Side.Other()
		}
		m.Candidates = append(m.Candidates, c)
	}
	for _, x := range r.Sites {
		x.Side = x.Side.Other()
		m.Sites = append(m.Sites, x)
	}
	return m
}

// work lists what is done, with minutes, whatever the order.
func work(p Plan, mirror bool) (list []string) {
	swap := strings.NewReplacer("right", "left", "left", "right")
	for _, x := range p.Steps {
		line := fmt.Sprintf("%s %d %d", x.ID, x.Seconds, x.Pressure)
		if mirror {
			line = swap.Replace(line)
		}
		list = append(list, line)
	}
	slices.Sort(list)
	return list
}

func TestAMirroredClientHasTheMirroredPlan(t *testing.T) {
	clearance := allNo(body.Set{}, screen.Client{Age: 40})
	for seed := range uint64(100) {
		minutes := MinMinutes + int(seed*7)%(MaxMinutes-MinMinutes+1)
		for _, prefs := range []Preferences{{}, {Pressure: 4, Techniques: []atlas.TechniqueID{"heat", "stretching", "sports"}}} {
			r := made(seed)
			p, err := Build(r, clearance, minutes, prefs)
			if err != nil {
				t.Fatal(err)
			}
			q, err := Build(mirrored(r), clearance, minutes, prefs)
			if err != nil {
				t.Fatal(err)
			}
			if p.Benefit != q.Benefit || !slices.Equal(work(p, false), work(q, true)) {
				t.Errorf("seed %d, %d minutes: benefit %d and %d\n%v\n%v", seed, minutes, p.Benefit, q.Benefit, work(p, false), work(q, true))
			}
		}
	}
}

// differing counts the steps that only one of two plans has, and tells whether those that
// both have stand in the same order.
func differing(a, b Plan) (n int, sameOrder bool) {
	ids := func(p, other Plan) (kept []string) {
		for _, x := range p.Steps {
			if slices.ContainsFunc(other.Steps, func(y Step) bool { return y.ID == x.ID }) {
				kept = append(kept, x.ID)
			} else {
				n++
			}
		}
		return kept
	}
	sameOrder = slices.Equal(ids(a, b), ids(b, a))
	return n, sameOrder
}

// TestASmallChangeDoesNotShuffleThePlan changes all weights by up to 3 %, or adds a
// minute. What both plans have stands in the same order, unless the client lies otherwise;
// and nearly always all but two steps are the same.
func TestASmallChangeDoesNotShuffleThePlan(t *testing.T) {
	clearance := allNo(body.Set{}, screen.Client{Age: 40})
	build := func(r reason.Ranking, minutes int) Plan {
		p, err := Build(r, clearance, minutes, Preferences{})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	const each = 100
	calm := 0
	for seed := range uint64(each) {
		random := rand.New(rand.NewPCG(seed, 3))
		r, minutes := made(seed), MinMinutes+random.IntN(MaxMinutes-MinMinutes)
		before := build(r, minutes)
		longer := build(r, minutes+1)
		for i := range r.Candidates {
			r.Candidates[i].Weight *= 1 + 0.06*(random.Float64()-0.5)
		}
		for what, after := range map[string]Plan{"weights": build(r, minutes), "a minute": longer} {
			n, same := differing(before, after)
			if !same && slices.Equal(positionsOf(before), positionsOf(after)) {
				t.Errorf("seed %d, %d minutes, %s: another order\n%v\n%v", seed, minutes, what, work(before, false), work(after, false))
			}
			if n <= 2 {
				calm++
			}
		}
	}
	if calm < 2*each*95/100 {
		t.Errorf("only %d of %d plans kept all but two steps", calm, 2*each)
	}
}
