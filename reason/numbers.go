package reason

import "knead/body"

// Every number below was chosen by us; none is a measured property of trigger
// points, for which no reference standard exists. The comment says why it has the
// size it has. docs/reasoning.md tells the same for readers who do not read Go.

// DefaultNodes is the work spent on a ranking when the caller sets no limit: some
// ten milliseconds at worst, and far less for an ordinary drawing.
const DefaultNodes = 8000

// Numbers are the chosen numbers that weigh the evidence. They can be varied by whoever
// wants to know how much an answer depends on them; [Chosen] gives ours.
type Numbers struct {
	// ExpectedActive is how many points are expected to be active in one client, before
	// anything is painted. Studies count 2 to 6 in people with one complaint: 1.8 in neck
	// pain (Fernandez-de-las-Penas 2007), 4.3 in tension headache (Chatchawan 2019), 6 in
	// jaw pain (Alonso-Blanco 2012).
	ExpectedActive float64

	// How studies move a prior; see priors.go.
	StudyShrink float64 // pseudo-patients that pull a ratio towards 1
	StudyCap    float64 // patients that count at most
	StudyHalf   float64 // weight of a study with a weakness

	// What an active point does to one patch of skin: the chance that the client paints
	// it. Referral is typical, not fixed, so even the core of a zone is far from 1.
	OftenPainted     float64 // in an essential zone
	SometimesPainted float64 // in a spillover zone
	NearPainted      float64 // over the point itself: points usually hurt where they are, too
	OverPainted      float64 // elsewhere over the muscle: about as often as spillover
	AnyhowPainted    float64 // more, in every patch that any of these touches: no muscle is excluded by a hand's breadth

	// NearPointCM is how far around a point its own tenderness is painted: about the
	// width of the brush.
	NearPointCM float64

	// Leak is the chance that a whole patch is painted for a reason that is not on the
	// list. With OftenPainted it lets a painted patch raise a point's odds at most
	// twelve times, so that two patches are needed to lift a rare point to even odds.
	Leak float64

	// Clear skin speaks against a point, but little: clients mark less than they feel.
	EnoughPainted  float64 // with this share of a zone painted, the rest does not count
	OftenClear     float64 // odds are multiplied by this when a whole essential zone is clear
	SometimesClear float64 // and by this for a whole spillover zone

	// How strong the pain is that an active point or another reason makes a client paint,
	// in three grades: the chance that it is above the faint one and above the middle one.
	// Pain in the heart of a zone (its essential part, and around the point itself) is
	// mostly strong, that at its edge mostly not. People use the scale differently, so a
	// grade is a third of the highest level of the same drawing; a drawing of one grade
	// says only where it hurts.
	HeartAbove [2]float64
	EdgeAbove  [2]float64
	LeakAbove  [2]float64

	// NerveLike is how much burning, tingling and numb paint counts for a trigger point or
	// a joint: they can feel like that (four in five experts for trigger points,
	// Fernandez-de-las-Penas and Dommerholt 2018, Pain Med 19:142), but so do nerves.
	// NerveUnsaid and NerveUnlike are how much paint of no said quality, and paint that
	// is said to feel otherwise, counts for a nerve. Sharp and stabbing paint is otherwise
	// for most of them; a nerve whose row names either comes in such attacks.
	NerveLike   float64
	NerveUnsaid float64
	NerveUnlike float64

	// The signs at the table. How well raters agree caps what a sign can tell: where a
	// fifth of the examined muscles are active, two raters who notice four in five of them
	// and agree with the kappa of pain recognition, 0.575 (Rathbone 2017, Clin J Pain
	// 33:715), are wrong about at most one quiet muscle in twenty: a ratio of 17 when the
	// sign is there and 0.2 when it is not. Ours stay below, because agreeing is not the
	// same as being right: 10 and 0.25. Tenderness tells less than its kappa of 0.676: latent points are
	// tender, too, in 13-30 % of healthy adults (Grieve 2013). Limited and resisted movement
	// belong to many muscles at once. Taut band (kappa down to -0.08) and twitch (down to
	// -0.05) are not asked (Lucas 2009, Clin J Pain 25:80).
	Familiar, Tender, Limited, Resisted Sign
}

// Sign is how far a sign can be trusted.
type Sign struct {
	Sensitivity float64 // the chance to find it at an active point, in [0, 1]
	Specificity float64 // the chance not to find it at another one, in [0, 1]
}

// never is what a chance of 0 is taken for, so that odds stay odds.
const never = 1e-9

// Yes is by how much finding the sign multiplies the odds.
func (s Sign) Yes() float64 { return max(s.Sensitivity, never) / max(1-s.Specificity, never) }

// No is by how much not finding it multiplies them.
func (s Sign) No() float64 { return max(1-s.Sensitivity, never) / max(s.Specificity, never) }

// Chosen gives the numbers that Knead uses.
func Chosen() Numbers {
	return Numbers{
		ExpectedActive: 4,
		StudyShrink:    40, StudyCap: 60, StudyHalf: 0.5,
		OftenPainted: 0.60, SometimesPainted: 0.22, NearPainted: 0.40, OverPainted: 0.25, AnyhowPainted: 0.025,
		NearPointCM:   2.5,
		Leak:          0.05,
		EnoughPainted: 0.4, OftenClear: 0.25, SometimesClear: 0.75,
		HeartAbove: [2]float64{0.75, 0.40}, EdgeAbove: [2]float64{0.50, 0.20}, LeakAbove: [2]float64{2.0 / 3, 1.0 / 3},
		NerveLike: 0.6, NerveUnsaid: 0.5, NerveUnlike: 0.25,
		Familiar: Sign{0.77, 0.923}, Tender: Sign{0.77, 0.57},
		Limited: Sign{0.43, 0.67}, Resisted: Sign{0.43, 0.67},
	}
}

// distinct is the difference in strength by which at least one cause must tell two
// neighbouring patches apart; patches that none tells apart are one site.
const distinct = 0.12

// heaviest is the most observations that one site counts as. Its leak, leak^heaviest, is
// 4e-11, and 7e-15 where levels count: the leaks of a whole body, painted in one sweep and
// read as some eighteen sites, are multiplied and have to stay within the doubles.
const heaviest = 8

// comfortable and affordable bound what a group of painted patches is read as: sites of
// which few need to be open at once, and table entries of the elimination, under a
// millisecond. A group beyond either is read on a coarser grid.
const (
	comfortable = 5
	affordable  = 1 << 16
)

// patchCM2 is the size of a patch of skin: about what a finger-wide brush fills
// in one stroke, smaller where the body is finer.
var patchCM2 = [body.NumParts]float64{
	body.Head: 22, body.Neck: 22, body.Trunk: 55, body.UpperArm: 45, body.Forearm: 40,
	body.Hand: 16, body.Thigh: 60, body.Leg: 55, body.Foot: 20,
}

// Bands are ranges of weights. docs/calibration.md shows how many of a band's points
// are active in made-up clients, which is what the limits were chosen by.
const (
	firstWeight = 0.1   // at least, to be checked first
	firstShare  = 0.6   // of the best candidate's weight, to be checked first
	nextWeight  = 0.015 // at least, to be checked next: twice a mean prior
	nextShare   = 0.12  // of the best candidate's weight, to be checked next
)

// furtherPoint is what the next point of a muscle already on the list counts.
const furtherPoint = 1.0 / 3

// listMax is how many candidates a ranking lists at most.
const listMax = 30

// Which patterns of nerves and joints are told with something else: those that are at
// least so likely, and not more than so many.
const (
	patternLeast = 0.03
	patternsMax  = 5
)

// What it takes to get to a point, beside the press itself, which is 1 (chosen).
const (
	effortTurn      = 0.3 // the client has to turn over for it
	effortSensitive = 0.3 // under the arm, at the throat, in the mouth, on the breast
)
