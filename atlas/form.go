package atlas

import "knead/body"

// Holds is what a value is, whatever it says.
type Holds string

// What a value may be. A Record has parts, a List has items of one form.
const (
	Text      Holds = "text"
	ID        Holds = "id"        // of a row of the kind Form.Of
	Word      Holds = "word"      // one of Form.From
	Whole     Holds = "whole"     // a whole number from Form.Low to Form.High
	Number    Holds = "number"    // a number from Form.Low to Form.High
	YesNo     Holds = "yes or no" // written "yes" or "no"
	Date      Holds = "date"      // a day, such as 2026-11-21
	Place     Holds = "place"     // see body.ParseCoord
	Shape     Holds = "shape"     // see body.ParseShape
	Reference Holds = "reference" // a scheme such as "doi:" and an id
	Record    Holds = "record"
	List      Holds = "list"
)

// Form says what a value holds and how it is written as text, so that other formats
// are derived from the tables of the text format and cannot forget a key.
type Form struct {
	Holds Holds
	Of    string // of an ID: "source"; "region" is in package body, "" is outside the atlas
	From  []string
	Low   int
	High  int
	Sep   string // of a Record and a List: what stands between the parts or the items
	Parts []Part // of a Record; the last part takes the rest of the text
	Item  *Form  // of a List
}

// Part is one part of a record.
type Part struct {
	Name     string
	Form     Form
	Optional bool // may be missing at the end
}

// Key is one key of a kind of block.
type Key struct {
	Name string
	Need bool // must be there
	Many bool // may be there more than once: the value is a list of Form
	Form Form
}

// Kind is one kind of block with its keys in the order in which they are written.
type Kind struct {
	Name string
	Keys []Key
}

// Kinds lists all kinds of blocks in the order in which [Atlas.Rows] gives them.
func Kinds() []Kind {
	return []Kind{
		kindOf("list", wordFields),
		kindOf("source", sourceFields),
		kindOf("muscle", muscleFields),
		kindOf("point", pointFields),
		kindOf("pattern", patternFields),
		kindOf("technique", techniqueFields),
		kindOf("exercise", exerciseFields),
		kindOf("condition", conditionFields),
		kindOf("claim", claimFields),
		kindOf("term", termFields),
		kindOf("change", changeFields),
		kindOf("study", studyFields),
	}
}

func kindOf[T any](name string, fields []field[T]) Kind {
	k := Kind{Name: name}
	for _, f := range fields {
		k.Keys = append(k.Keys, Key{Name: f.key, Need: f.need, Many: f.many, Form: f.form})
	}
	return k
}

// idForm says of which kind the ids of a type are.
func idForm[S ~string]() Form {
	switch any(*new(S)).(type) {
	case MuscleID:
		return Form{Holds: ID, Of: "muscle"}
	case SourceID:
		return Form{Holds: ID, Of: "source"}
	case PatternID:
		return Form{Holds: ID, Of: "pattern"}
	case TechniqueID:
		return Form{Holds: ID, Of: "technique"}
	case ExerciseID:
		return Form{Holds: ID, Of: "exercise"}
	case ConditionID:
		return Form{Holds: ID, Of: "condition"}
	case TermID:
		return Form{Holds: ID, Of: "term"}
	case body.RegionID:
		return Form{Holds: ID, Of: "region"}
	}
	return Form{Holds: ID}
}

func wordForm[S ~string](from []S) Form {
	f := Form{Holds: Word}
	for _, w := range from {
		f.From = append(f.From, string(w))
	}
	return f
}

func listForm(sep string, item Form) Form { return Form{Holds: List, Sep: sep, Item: &item} }

func recordForm(sep string, parts ...Part) Form {
	return Form{Holds: Record, Sep: sep, Parts: parts}
}

func part(name string, form Form) Part { return Part{Name: name, Form: form} }

// The values that have parts. Each stands beside its parser in a test that writes
// and reads all of them.
var (
	textForm = Form{Holds: Text}

	selfCareForm = recordForm("; ", part("allowed", Form{Holds: YesNo}), part("why", textForm))

	ratioForm = recordForm("; ", part("against", Form{Holds: Number, Low: 0, High: MostCommon}), part("why", textForm))

	helpForm = recordForm("; ", part("what", textForm), part("grade", wordForm(Grades)),
		part("source", idForm[SourceID]()), Part{"note", textForm, true})

	evidenceForm = recordForm("; ", part("technique", idForm[TechniqueID]()), part("grade", wordForm(Grades)),
		part("source", idForm[SourceID]()), Part{"note", textForm, true})

	phaseForm = recordForm("; ", part("name", textForm), part("verdict", wordForm(Verdicts)), part("what", textForm))

	citedForm = recordForm("; ", part("source", idForm[SourceID]()), part("shows", textForm))

	poseForm = recordForm("; ", part("name", textForm), part("joints", listForm(", ", recordForm(" ",
		part("joint", wordForm(Joints)), part("motion", wordForm(Motions)),
		part("degrees", Form{Holds: Whole, Low: -180, High: 180})))))

	refForm = recordForm(" ", part("kind", wordForm(refKinds)), part("id", Form{Holds: ID}))

	percentForm = listForm(" | ", recordForm(" ", part("muscle", idForm[MuscleID]()),
		part("percent", Form{Holds: Number, Low: 0, High: 100}), part("mark", wordForm(figureMarks))))
)
