package plan

import (
	"slices"

	"knead/atlas"
)

// What a session is worth. Build looks for the session with the most of it.
//
// The unit is a thousandth of a thousandth of a point that is certain to matter: whole
// numbers, so that two sums are equal or they are not, in any order and on any machine.
//
//	benefit = sum over areas   weight x areaGain(minutes)   + what it is to be seen to at all
//	        + sum over points  weight x pointGain(minutes)
//	        + wishes (heat, stretching)
//	        - turns of the client, lying on the side without need
//	        + what stays of the plan that is there already, if there is one
//
// Nothing in it depends on how hard the client likes it: no study shows that stronger
// does more, so a wish for strong work changes how a place is worked and never which, or
// for how long. The therapist's hands are kept by limits, not by a price: runs of strong
// work, its minutes on an area and its share of the session (dose.go).
//
// All weights are chosen. docs/planning.md says in plain words why.

// areaGain is what minutes of broad and kneading work on one area do, in thousandths of
// all that they could: 1 - e^(-t/10), where t leaves out the first minute, which only
// warms. That each minute does less than the one before agrees with a trial in which the
// gain levelled off with the dose [perlman-2012]; the ten minutes are chosen, so that an
// hour falls to main, second and linked areas as it is taught (25 to 30, 10 to 15, 5 to 10).
var areaGain = [maxAreaMinutes + 1]int{
	0, 0, 95, 181, 259, 330, 393, 451, 503, 551, 593, 632, 667, 699, 727, 753, 777, 798, 817, 835, 850, 865, 878, 889,
	900, 909, 918, 926, 933, 939, 945,
}

// pointGain is what minutes on one point do, in thousandths. Two minutes hold a pair of
// presses; what a third repeat adds was never measured, and is taken to be little
// (chosen). One minute and five are for those who pin them.
var pointGain = [maxPointMinutes + 1]int{0, 500, 700, 780, 820, 840}

// Weights, in thousandths of a point that is certain to matter (all chosen).
const (
	paintWeight = 300 // a place that was painted, by itself
	linkWeight  = 150 // neck and base of the skull when the head or the jaw hurts
	pointWeight = 100 // a point that is worth checking, by itself
	mostNearby  = 700 // the most that points add to broad work around them, at half their weight
	nearWeight  = 40  // an area that does not hurt, in the region of one that does
	calmWeight  = 5   // for each share of order.txt, where nothing hurts
	restWeight  = 50  // for each share of order.txt, in a session for rest
	suitPercent = 4   // taken from a weight for each position that would suit better
)

// Worths by themselves, in the unit of the benefit (all chosen).
const (
	seenWorth    = 200_000 // a place that was painted is worked at all
	heatWorth    = 300_000 // a warm pack, for those who like one
	linkWorth    = 100_000 // what goes with it by convention is worked at all
	evenWorth    = 30_000  // the side that does not hurt is worked as well
	stretchShare = 500     // a stretch, for those who like it, in thousandths of its strand's weight
	turnCost     = 150_000 // a turn of the client: more than one point in passing
	sideCost     = 200_000 // lying on the side where face down or face up is open: one half of the body only, pillows
	changeWorth  = 500_000 // one turn in a long session: nobody lies face down all along
)

// What it is worth that a plan stays as the therapist has it before them (all chosen): more
// than a weight that moves by a few percent can gain by a change, and less than what one
// minute more brings. It decides between sessions that are worth nearly the same and is no
// part of Plan.Benefit.
const (
	sameWorth   = 4_000 // an area or a point keeps its minutes
	stillWorth  = 2_000 // it is worked in the same position, for other minutes
	nearPercent = 5     // points whose weights differ by no more keep their order
)

// weightOf is a ranking's weight in thousandths.
func weightOf(weight float64) int {
	return pointWeight + int(weight*(1000-pointWeight)+0.5)
}

// suited takes from a weight what a less suitable position costs.
func suited(weight, rank int) int { return weight * (100 - suitPercent*rank) / 100 }

// brings is the weight of broad work on a piece.
func (p *piece) brings() (weight int) {
	if p.painted {
		weight += paintWeight
	}
	if p.linked != "" {
		weight += linkWeight
	}
	nearby := 0
	for _, t := range p.targets {
		nearby += t.weight / 2
	}
	return weight + min(nearby, mostNearby)
}

// calms is the weight of broad work on an area in which nothing hurts; near tells whether
// its region is one that is worked.
func (s *session) calms(a *area, near bool) int {
	switch {
	case s.relaxed:
		return restWeight * a.relax
	case near:
		return nearWeight + calmWeight*a.relax
	default:
		return calmWeight * a.relax
	}
}

// posesCost is what it costs the client to lie in so many ways.
func (s *session) posesCost(poses []pose, minutes int) (cost int) {
	for _, p := range poses {
		if s.flat && p.lyingOnSide() {
			cost += sideCost
		}
	}
	cost += turnCost * (len(poses) - 1)
	if len(poses) > 1 && (minutes >= turnFrom || s.relaxed && minutes >= shortSession) {
		cost -= changeWorth
	}
	return cost
}

// likes tells whether the client named a technique.
func (s *session) likes(id atlas.TechniqueID) bool { return slices.Contains(s.prefs.Techniques, id) }
