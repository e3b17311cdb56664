package reason

import (
	"slices"

	"knead/atlas"
	"knead/body"
)

// reasonWords puts a candidate's reasons into sentences: its shares, and the rest.
func (q *inquiry) reasonWords(c *Candidate, first bool, why *Reason) (accounts, s []string) {
	accounts = q.shareWords("account.", why.Shares, func(s Share) float64 { return s.Low })
	s = q.shareWords("only.", why.Shares, func(s Share) float64 { return s.OnlyLow })
	if len(accounts) > 0 && len(s) == 0 && othersCould(c, why.Shares) {
		s = append(s, say("only.none"))
	}
	if t := q.m.clearWords(why.Clear); t != "" {
		s = append(s, t)
	}
	for _, f := range why.Findings {
		s = append(s, f.Words)
	}
	switch {
	case why.Change != nil:
		s = append(s, why.Change.Words)
	case first:
		s = append(s, say("change.none.first"))
	case c.Band != AlsoPossible:
		s = append(s, say("change.none.other"))
	}
	return accounts, s
}

// othersCould tells that of no place more than half of the share is lost without the
// candidate, whatever the bounds hide, and that it was not said of any place that nothing
// else near the top of the list explains it.
func othersCould(c *Candidate, shares []Share) bool {
	return !slices.ContainsFunc(c.Explains, func(x Explains) bool { return x.Only }) && !slices.ContainsFunc(shares, func(s Share) bool { return 2*s.Only-s.OnlyLow > s.Low/2 })
}

// shareWords says how much of the places a share is, one sentence for each word of the
// scale; what is hardly anything is not told.
func (q *inquiry) shareWords(key string, shares []Share, of func(Share) float64) []string {
	told := q.told()
	places := map[string][]body.RegionSide{}
	for i, s := range shares {
		word := shareScale.of(of(s))
		places[word] = appendNew(places[word], q.places[told[i]].RegionSide)
	}
	var out []string
	for _, step := range slices.Backward(shareScale[1:]) {
		if list := places[step.word]; len(list) > 0 {
			out = append(out, say(key+step.word, "places", q.m.inWords(list, mostTold)))
		}
	}
	return out
}

// mostTold is how many places a sentence names on a side.
const mostTold = 3

// clearWords says where the zone is clear and what that does: the regions that hold a
// good part of the essential zone, and others that lower the odds noticeably.
func (m *Model) clearWords(list []Clear) string {
	var bare, partly []body.RegionSide
	factor := 1.0
	for _, c := range list {
		factor *= c.Factor
		switch {
		case !c.Often && c.Factor >= 1/factorScale[1].from:
		case c.Bare:
			bare = appendNew(bare, c.RegionSide)
		default:
			partly = appendNew(partly, c.RegionSide)
		}
	}
	switch {
	case len(bare) > 0:
		return say("clear."+strengthOf(factor), "places", m.inWords(bare, mostTold))
	case len(partly) > 0:
		return say("partly."+strengthOf(factor), "places", m.inWords(partly, mostTold))
	}
	return ""
}

// movedWords says what a finding did: for or against, and how much.
func (m *Model) movedWords(f Finding, sure float64) string {
	var there, absent []string
	for _, x := range []struct {
		key  string
		said Check
	}{{"familiar", f.Familiar}, {"tender", f.Tender}, {"limited", f.Limited}, {"resisted", f.Resisted}} {
		switch x.said {
		case Yes:
			there = append(there, say("sign."+x.key+".yes"))
		case No:
			absent = append(absent, say("sign."+x.key+".no"))
		}
	}
	key := "moved.hardly"
	if word := strengthOf(sure); word != factorScale[0].word {
		key = "moved." + direction(sure) + "." + word
	}
	return say(key, "signs", catalogue().List(append(there, absent...)), "point", m.findingName(f))
}

// findingName is the muscle or the point that a finding is about.
func (m *Model) findingName(f Finding) string {
	if p, ok := m.atlas.Point(f.Point); ok {
		return pointName(p, f.Side)
	}
	mu, _ := m.atlas.Muscle(f.Muscle)
	return muscleName(mu, f.Side)
}

func muscleName(mu *atlas.Muscle, side body.Side) string {
	return say("muscle", "muscle", mu.Name, "side", say("side."+side.String()))
}

// pointName is the muscle's name, and where the point is if the muscle has several.
func pointName(p *atlas.Point, side body.Side) string {
	if len(p.Muscle.Points) == 1 {
		return muscleName(p.Muscle, side)
	}
	return say("muscle.point", "muscle", p.Muscle.Name, "side", say("side."+side.String()), "where", p.Where)
}

// changeWords says what a change would do to who leads now.
func (q *inquiry) changeWords(c *Change, now *Candidate) string {
	leader := muscleName(c.Leader.Point.Muscle, c.Leader.Side)
	if now.Point.Muscle == c.Leader.Point.Muscle && now.Side == c.Leader.Side {
		leader = pointName(c.Leader.Point, c.Leader.Side)
	}
	switch c.Kind {
	case IfPainted, IfClear:
		return say("change."+string(c.Kind), "places", q.m.inWords([]body.RegionSide{c.Region}, 1), "leader", leader)
	case IfFamiliar:
		if c.Point == c.Leader.Point && c.Side == c.Leader.Side {
			return say("change.familiar.self", "leader", pointName(c.Point, c.Side))
		}
	}
	return say("change."+string(c.Kind), "point", pointName(c.Point, c.Side), "leader", leader)
}
