package plan

import "knead/atlas"

// The doses. A number with a source id came from literature; 'chosen' says why. No
// trial has shown one hold, force, order or number of minutes to be better than
// another: these are limits and habits, not findings.
const (
	// One point. Holds of 30 to 60 seconds, up to 90 [de-meulemeester-2016: 60;
	// hou-2002: 30 or 90], up to 3 times, 10 to 30 seconds between [mukkannavar: 3 to 4].
	minHold, maxHold   = 30, 90
	maxRepeats         = 3
	minPause, maxPause = 10, 30
	maxPointMinutes    = 5 // chosen: no trial found
	usualPointMinutes  = 3 // chosen: where several points lie together, so that pressing does not fill the time
	minPointMinutes    = 2 // chosen: one pair of holds with a pause and a broad stroke after it

	// Points in a session, and in one muscle of one side. Chosen: no trial found.
	maxPoints        = 6
	maxPointsAMuscle = 2

	// Minutes of pressure 4 to 5 on one area. Chosen: no trial found.
	strong           = 4
	maxStrongMinutes = 15
	leastRun         = 2 // minutes: for less nobody begins (chosen)
	maxStrongRun     = 4 // then broad strokes: chosen, within the 3 to 5 minutes of habit

	// Pressure when nobody said: moves the muscle, comfortable (chosen).
	usualPressure = 3
	// Pressure of the strokes that warm and smooth (chosen: light, moves the skin).
	broadPressure = 2
	// At this highest pressure or below, a point is stroked and not pressed (chosen: pressing needs 3).
	gentleOnly = 2
	// Below it a point is not worked at all (chosen: level 1 is a hand that rests).
	leastOnPoint = 2

	// Minutes of a session. Chosen, after the shares that are taught for 30, 60 and 90 minutes.
	maxAreaMinutes     = 30
	leastAreaMinutes   = 3  // of an area that hurts: one to warm, two to work
	maxOtherMinutes    = 15 // of an area that does not hurt
	fillMinutes        = 5  // the least for one that does not hurt
	relaxedAreaMinutes = 7  // the least for each area in a session for rest
	maxWarmMinutes     = 4
	stretchFrom        = 5 // minutes of work on an area before it is stretched (chosen)
	maxStretchMinutes  = 4 // on one muscle group, where it is pinned (chosen)
	turnMinutes        = 1
	restMinutes        = 1
	shortSession       = 45 // below it one region and one position [sherman-2014: 30 minutes did not help the neck]
	restsFrom          = 45
	turnFrom           = 75 // minutes from which nobody should stay in one position all along
	thirdPosition      = 90
	mostPoses          = 3
	maxHeatMinutes     = 15 // [mpft-heat]
	minHeatMinutes     = 10 // [mpft-heat]
	heatFrom           = 60 // minutes of a session that has time for a pack (chosen)

	// The therapist's hands: the share of a session in which broad work may be strong
	// (chosen: half).
	strongShare = 2
)

// The sources that steps name.
const (
	habit       atlas.SourceID = "convention"
	shortSource atlas.SourceID = "sherman-2014"
	spacing     atlas.SourceID = "cambron-2007"
)

// pointsIn gives how many points fit a session (chosen: at most 4 to 6 in an hour,
// fewer in less).
func pointsIn(minutes int) int {
	switch {
	case minutes < 30:
		return 2
	case minutes < shortSession:
		return 3
	case minutes < 60:
		return 4
	default:
		return maxPoints
	}
}

// posesIn gives how many positions of the client fit a session: each turn costs a
// minute and the client's rest (chosen).
func posesIn(minutes int) int {
	switch {
	case minutes < shortSession:
		return 1
	case minutes < thirdPosition:
		return 2
	default:
		return mostPoses
	}
}

// arriveMinutes and closeMinutes frame the session (chosen: 5 of an hour to end, with
// rising slowly and looking again). They grow one minute at a time, so that a longer
// session never has less time for work.
func arriveMinutes(minutes int) int {
	if minutes < shortSession {
		return 1
	}
	return 2
}

func closeMinutes(minutes int) int {
	switch {
	case minutes < 30:
		return 2
	case minutes < 55:
		return 3
	case minutes < 60:
		return 4
	case minutes < 90:
		return 5
	default:
		return 6
	}
}

// holdFor gives the dose of pressing a point for so many whole minutes. What is left
// of the time is for finding the point and for a broad stroke after it.
func holdFor(minutes int) Hold {
	switch {
	case minutes <= 1: // a therapist pinned it so
		return Hold{Seconds: 45, Repeats: 1, Rest: 15}
	case minutes == 2:
		return Hold{Seconds: 45, Repeats: 2, Rest: 15}
	case minutes == 3:
		return Hold{Seconds: 60, Repeats: 2, Rest: 20}
	default:
		return Hold{Seconds: 60, Repeats: maxRepeats, Rest: maxPause}
	}
}
