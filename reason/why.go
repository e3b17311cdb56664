package reason

import (
	"cmp"
	"math"
	"slices"

	"knead/body"
)

// Explanation says why a ranking is as it is. Everything in it follows from solving the
// case again with one thing taken away or added.
type Explanation struct {
	Ranking Ranking
	Places  []PlaceCredit // by site of the ranking
	Reasons []Reason      // by candidate of the ranking
	Changes []Change      // what would change the order most, the strongest first
	Sure    string        // what holds for the whole list
}

// PlaceCredit is what the candidates leave of a painted place. Their shares, Rest and
// Other add up to 1.
type PlaceCredit struct {
	Site

	Area  float64 // of the paint, cm2
	Rest  float64 // the share of points that are not on the list
	Other float64 // the share of something else
}

// Reason is why one candidate stands where it stands.
type Reason struct {
	Shares   []Share // by site of the ranking
	Odds     Odds
	Lift     float64  // its odds over those before anything was known, certainly no closer to 1
	Clear    []Clear  // clear skin of its zone, the weightiest first
	Findings []Moved  // the findings that moved it, the strongest first
	Change   *Change  // what would move it most; nil when nothing tried would
	Accounts []string // the shares in sentences, the largest first
	Words    []string // everything else in sentences: what only it explains, what moved it and what would
	Sure     []string // how sure, and why
}

// Share is the part of a painted place that a candidate accounts for.
type Share struct {
	Share   float64 // of the place's paint, in [0, 1]
	Low     float64 // certainly no less, whatever the bounds hide
	Only    float64 // of it, what would be left to something else without this candidate
	OnlyLow float64 // certainly no less
	Word    string  // Low in words: "most of it"
}

// Odds are the factors whose product is the candidate's odds.
type Odds struct {
	Prior float64 // before anything is known of the client
	Clear float64 // clear skin, <= 1
	Hands float64 // findings at this point
	Paint float64 // the paint, shared with every other cause
}

// Clear is clear skin of a zone in one region.
type Clear struct {
	body.RegionSide

	Factor float64 // by which it lowers the odds, in (0, 1]
	Often  bool    // it holds a good part of the essential zone
	Bare   bool    // nothing at all is painted in the region
}

// Moved is what one finding did to a candidate.
type Moved struct {
	Finding Finding
	Factor  float64 // its odds with the finding over those without
	Sure    float64 // certainly no closer to 1; 1 where the bounds do not tell which way
	Words   string
}

// inquiry is one case, solved, that can be solved again with something changed.
type inquiry struct {
	*explainer

	d        body.Drawing
	findings []Finding
	pieces   []piece
	division division
	is       *Case   // the case as it is
	as       *Case   // as it would be with something changed
	ranking  Ranking // of the case as it is
	budget   int     // of the case
	retry    int     // of each further solving
}

// retryNodes is what each further solving may spend: there are some sixty.
const retryNodes = 1000

// inquire ranks the case. The inquiry is to be closed.
func (m *Model) inquire(d body.Drawing, findings []Finding, o Options) (*inquiry, error) {
	q := &inquiry{explainer: m.explainer(d), d: d, findings: findings, is: m.borrow(), as: m.borrow(), budget: o.Nodes}
	if q.budget <= 0 {
		q.budget = DefaultNodes
	}
	q.retry = min(q.budget, retryNodes)
	q.pieces, q.division.m = q.cut(), m
	q.is.Draw(d)
	q.as.Draw(d)
	err := q.is.Find(findings)
	if err == nil {
		q.ranking, err = q.is.rank(q.explainer, o)
	}
	if err != nil {
		q.close()
		return nil, err
	}
	return q, nil
}

// close gives back what the inquiry borrowed.
func (q *inquiry) close() {
	q.m.giveBack(q.is)
	q.m.giveBack(q.as)
}

// solve solves the case with other hands.
func (q *inquiry) solve(hands []signs, budget int) *Case {
	copy(q.as.hands, hands)
	_ = q.as.weigh(budget) // nobody cancels it
	return q.as
}

// without solves the case as if some causes could not be.
func (q *inquiry) without(causes ...int) []belief {
	for _, j := range causes {
		q.as.ruledOut[j] = true
	}
	beliefs := slices.Clone(q.solve(q.is.hands, q.retry).beliefs)
	clear(q.as.ruledOut)
	return beliefs
}

// alone solves the case as if there were no other cause.
func (q *inquiry) alone(j int) belief {
	for k := range q.as.ruledOut {
		q.as.ruledOut[k] = k != j
	}
	b := q.solve(q.is.hands, q.retry).beliefs[j]
	clear(q.as.ruledOut)
	return b
}

// Explain ranks, and says why. It solves the case some sixty times more; only the ranking
// can be cancelled.
func (m *Model) Explain(d body.Drawing, findings []Finding, o Options) (Explanation, error) {
	q, err := m.inquire(d, findings, o)
	if err != nil {
		return Explanation{}, err
	}
	x := q.explanation()
	q.close()
	return x, nil
}

func (q *inquiry) explanation() Explanation {
	m, r := q.m, q.ranking
	x := Explanation{Ranking: r, Sure: say("sure.model")}
	credits := q.credits(q.is.beliefs)
	told := q.told()
	for i, k := range told {
		x.Places = append(x.Places, PlaceCredit{Site: r.Sites[i], Area: q.places[k].area, Other: credits[k].other.mid})
	}
	moved := q.moved()
	tries := q.tries(r)
	x.Changes = changes(tries)
	for i := range r.Candidates {
		c := &r.Candidates[i]
		j := m.cause(c.Point, c.Side)
		why := Reason{
			Odds: q.odds(j), Lift: q.lift(j), Clear: q.clear(j), Change: q.change(r, tries, i), Sure: m.certainty(c, j),
		}
		left := q.others(q.without(j))
		for _, k := range told {
			s, low := credits[k].causes[j], credits[k].low[j]
			only := min(max(left[k].mid-credits[k].other.mid, 0), s)
			why.Shares = append(why.Shares, Share{
				Share: s, Low: low, Word: say("share." + shareScale.of(low)),
				Only: only, OnlyLow: min(max(left[k].low-credits[k].other.high, 0), only, low),
			})
		}
		for _, f := range moved {
			if s := f.at(j); math.Abs(math.Log(s.mid)) > log1Percent {
				why.Findings = append(why.Findings, Moved{Finding: f.finding, Factor: s.mid, Sure: s.sure(), Words: m.movedWords(f.finding, s.sure())})
			}
		}
		slices.SortStableFunc(why.Findings, func(a, b Moved) int {
			return cmp.Compare(math.Abs(math.Log(b.Sure)), math.Abs(math.Log(a.Sure)))
		})
		why.Accounts, why.Words = q.reasonWords(c, i == 0, &why)
		x.Reasons = append(x.Reasons, why)
	}
	for i, k := range told {
		rest := 1 - credits[k].other.mid
		for _, why := range x.Reasons {
			rest -= why.Shares[i].Share
		}
		x.Places[i].Rest = max(rest, 0)
	}
	return x
}

// log1Percent is the least a finding must move a candidate to be told.
var log1Percent = math.Log(1.01)

// told are the places that are told, as in [Ranking.Sites].
func (e *explainer) told() []int {
	var out []int
	for k, pl := range e.places {
		if pl.told {
			out = append(out, k)
		}
	}
	return out
}

// odds takes a candidate's odds apart.
func (q *inquiry) odds(j int) Odds {
	o := Odds{Prior: q.m.causes[j].odds, Clear: 1, Hands: q.m.numbers.ratio(q.is.hands[j])}
	for _, c := range q.clear(j) {
		o.Clear *= c.Factor
	}
	o.Paint = q.is.beliefs[j].odds().mid / (o.Prior * o.Clear * o.Hands)
	return o
}

// lift is by how much the odds certainly rose or fell since before anything was known.
func (q *inquiry) lift(j int) float64 {
	before := q.m.causes[j].odds
	return q.is.beliefs[j].odds().over(span{before, before, before}).sure()
}

// clear divides the factor of clear skin among the regions in which a zone is clear, by
// how much of the zone lies clear there.
func (q *inquiry) clear(j int) []Clear {
	m, c := q.m, &q.m.causes[j]
	if q.is.hands[j].familiar == Yes {
		return nil // it refers as this client feels it
	}
	loss := map[int16]float64{}
	spread := func(zone []body.Weighted, whole float64) {
		bare, part, painted := 0.0, map[int16]float64{}, 0.0
		for _, w := range zone {
			a := w.W * m.skin.Area(w.Cell)
			if q.is.read.paint[w.Cell] != 0 {
				painted += a
			} else {
				bare += a
				part[m.region[w.Cell]] += a
			}
		}
		if bare == 0 {
			return
		}
		lost := math.Log(whole) * (1 - min(painted/(painted+bare)/m.numbers.EnoughPainted, 1))
		for r, a := range part {
			loss[r] += lost * a / bare
		}
	}
	spread(c.zone.Essential, m.numbers.OftenClear)
	spread(c.zone.Spillover, m.numbers.SometimesClear)
	var out []Clear
	for r, l := range loss {
		if l < 0 {
			out = append(out, Clear{RegionSide: m.regions[r], Factor: math.Exp(l), Often: slices.Contains(c.core, r), Bare: !q.painted[r]})
		}
	}
	slices.SortFunc(out, func(a, b Clear) int {
		return cmp.Or(cmp.Compare(a.Factor, b.Factor), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Side, b.Side))
	})
	return out
}

// shift is the case with one finding taken away.
type shift struct {
	finding       Finding
	with, without []belief
}

// at is by how much the finding multiplies the odds of a cause.
func (s *shift) at(j int) span { return s.with[j].odds().over(s.without[j].odds()) }

// moved solves the case again without each finding, however often it was said.
func (q *inquiry) moved() []shift {
	var out []shift
	for i, f := range q.findings {
		if slices.Contains(q.findings[:i], f) {
			continue // said twice
		}
		hands, err := q.m.hands(slices.DeleteFunc(slices.Clone(q.findings), func(o Finding) bool { return o == f }))
		if err != nil {
			continue // what does not contradict does not with less
		}
		out = append(out, shift{f, q.is.beliefs, slices.Clone(q.solve(hands, q.budget).beliefs)})
	}
	return out
}
