package atlas

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
	Client      string
	Note        string
	Sources     []SourceID

	Place string
}

// Grade is how well something is shown.
type Grade string

// Grades are all grades, best first. "not supported" means studied and found not to help.
var Grades = []Grade{"strong", "moderate", "low", "not studied", "not supported"}
