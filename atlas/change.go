package atlas

import (
	"fmt"
	"slices"
	"strings"
)

// Change says what was added to the atlas or altered in it, for people who come back.
type Change struct {
	ID    ChangeID
	Date  string // of the day on which it was published: "2026-11-21"
	Title string
	Text  string // for anybody
	Rows  []Ref  // what it is about; may be a few examples of many

	Place string // where it stands in the data
}

// Ref names a row of the atlas that has a page: "muscle soleus".
type Ref struct{ Kind, ID string }

// refKinds are the kinds of rows that a change may name.
var refKinds = []string{"muscle", "technique", "exercise", "condition", "claim", "term", "pattern"}

func (r Ref) String() string { return r.Kind + " " + r.ID }

func parseRowRef(s string) (Ref, error) {
	kind, id, _ := strings.Cut(s, " ")
	if !slices.Contains(refKinds, kind) || !plainID(id) {
		return Ref{}, fmt.Errorf("%q: write a kind and an id, such as 'muscle soleus'; the kinds are %s", s, strings.Join(refKinds, ", "))
	}
	return Ref{kind, id}, nil
}

func parseDate(s string) (string, error) {
	var year, month, day int
	if n, err := fmt.Sscanf(s, "%d-%d-%d", &year, &month, &day); n != 3 || err != nil ||
		s != fmt.Sprintf("%04d-%02d-%02d", year, month, day) || year < 2000 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return "", fmt.Errorf("%q: write a date, such as 2026-11-21", s)
	}
	return s, nil
}

// daysIn is how many days a month has. This package knows no clock, and no calendar
// beyond this.
func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// Has tells whether the row is in the atlas.
func (a *Atlas) Has(r Ref) bool {
	ok := false
	switch r.Kind {
	case "muscle":
		_, ok = a.Muscle(MuscleID(r.ID))
	case "technique":
		_, ok = a.Technique(TechniqueID(r.ID))
	case "exercise":
		_, ok = a.Exercise(ExerciseID(r.ID))
	case "condition":
		_, ok = a.Condition(ConditionID(r.ID))
	case "claim":
		_, ok = a.Claim(ClaimID(r.ID))
	case "term":
		_, ok = a.Term(TermID(r.ID))
	case "pattern":
		_, ok = a.Pattern(PatternID(r.ID))
	}
	return ok
}
