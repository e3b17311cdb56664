package reason

import (
	"cmp"
	"slices"

	"knead/atlas"
)

// prior is what is known about a muscle before anything is painted.
type prior struct {
	ratio   float64 // how often it has active points, against the mean of all muscles
	studied bool
}

// priors reads the studies. Each counted trigger points in people with one complaint,
// in the muscles that its authors chose; a muscle's figure over the mean of the
// study's muscles is the ratio it speaks for. The ratios of a muscle are averaged
// with its studies' patients as weights and pulled towards 1 by StudyShrink:
//
//	ratio = (k + sum of n*r) / (k + sum of n)
//
// n is at most StudyCap, and half of that when the study counted any points instead
// of active ones, had no control group, or its figure was not checked. A muscle that
// nobody examined keeps the ratio 1: it is not studied, which is not the same as rare.
// A muscle that not everybody has (atlas: present) counts by the share of people who do.
func (n *Numbers) priors(studies []atlas.Study) map[atlas.MuscleID]prior {
	type sum struct{ n, nr float64 }
	sums := map[atlas.MuscleID]sum{}
	for i := range studies {
		st := &studies[i]
		figures, mean := counts(st), 0.0
		for _, f := range figures {
			mean += f.percent / float64(len(figures))
		}
		if mean <= 0 {
			continue
		}
		for _, p := range figures {
			patients := min(float64(st.N), n.StudyCap)
			if !st.Active || !st.Control || !st.Sure(p.muscle) {
				patients *= n.StudyHalf
			}
			s := sums[p.muscle]
			sums[p.muscle] = sum{s.n + patients, s.nr + patients*p.percent/mean}
		}
	}
	out := map[atlas.MuscleID]prior{}
	for id, s := range sums {
		out[id] = prior{(n.StudyShrink + s.nr) / (n.StudyShrink + s.n), true}
	}
	return out
}

type muscleCount struct {
	muscle  atlas.MuscleID
	percent float64
}

// counts lists a study's figures by muscle id, so that sums come out the same.
func counts(st *atlas.Study) []muscleCount {
	out := make([]muscleCount, 0, len(st.Percent))
	for id, percent := range st.Percent {
		out = append(out, muscleCount{id, percent})
	}
	slices.SortFunc(out, func(a, b muscleCount) int { return cmp.Compare(a.muscle, b.muscle) })
	return out
}
