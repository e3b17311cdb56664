package atlas

import "knead/body"

// Stroke is one kind of movement of the therapist's hands.
type Stroke string

// Strokes are all strokes that a technique may use.
var Strokes = []Stroke{
	"effleurage", "petrissage", "friction", "tapotement", "vibration",
	"compression", "stretch", "hold", "rocking", "heat",
}

// Technique is a way of working with its limits and its evidence.
type Technique struct {
	ID          TechniqueID
	Name        string
	Lay         string
	Strokes     []Stroke
	PressureMin int // 1 (light) .. 5 (as deep as is ever right)
	PressureMax int
	SecondsMin  int // for one place
	SecondsMax  int
	How         []string
	Cautions    []string
	Evidence    []Evidence
	Client      string
	Note        string
	Sources     []SourceID

	Place string
}

// Evidence is what is known of a technique for one condition.
type Evidence struct {
	Condition string
	Grade     Grade
	Source    SourceID
	Note      string
}

// Grade is how well something is shown.
type Grade string

// Grades are all grades, best first. "not supported" means studied and found not to help.
var Grades = []Grade{"strong", "moderate", "low", "not studied", "not supported"}

// ExerciseKind is what an exercise does.
type ExerciseKind string

// ExerciseKinds are all kinds.
var ExerciseKinds = []ExerciseKind{"stretch", "mobility", "strength", "self-release", "breathing", "heat"}

// Exercise is something that a client can do at home.
type Exercise struct {
	ID       ExerciseID
	Name     string
	Kind     ExerciseKind
	Muscles  []MuscleID
	Regions  []body.RegionID
	How      string // for a client
	Dose     string
	Stop     string // when to stop
	Who      string // who should not do it; empty when nobody
	Evidence string
	Sources  []SourceID

	Place string
}
