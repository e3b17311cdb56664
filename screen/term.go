package screen

import (
	"fmt"
	"strconv"
	"strings"
)

// truth is what is known of a condition, in rising order.
type truth uint8

const (
	isFalse truth = iota
	notSure
	isTrue
)

func truthOf(b bool) truth {
	if b {
		return isTrue
	}
	return isFalse
}

// term is one item of a condition. There is no 'not': a rule that could be talked out
// of firing by a further 'yes' would break the law that more 'yes' is never milder.
type term struct {
	always   bool
	question *question // answered with its alarm
	kind     string    // and with this kind
	painted  *area
	medicine string // a class
	pregnant bool
	age      bool
	weeks    bool
	least    int // age or weeks at least this
	below    int // age or weeks below this; 0 means no bound
}

// unknownMedicine is the class of a medicine that no class names.
const unknownMedicine = "unknown"

func (b *book) readTerm(text string) (term, error) {
	words := strings.Fields(text)
	switch {
	case text == "always":
		return term{always: true}, nil
	case text == "pregnant":
		return term{pregnant: true}, nil
	case len(words) == 2 && words[0] == "painted":
		a := b.area[words[1]]
		if a == nil {
			return term{}, fmt.Errorf("painted %s: no such area", words[1])
		}
		return term{painted: a}, nil
	case len(words) == 2 && words[0] == "medicine":
		if _, ok := b.medicine[words[1]]; !ok && words[1] != unknownMedicine {
			return term{}, fmt.Errorf("medicine %s: no such class", words[1])
		}
		return term{medicine: words[1]}, nil
	case len(words) == 3 && (words[0] == "age" || words[0] == "pregnant"):
		n, err := strconv.Atoi(words[2])
		if err != nil || n < 1 {
			return term{}, fmt.Errorf("%q: a whole number from 1", text)
		}
		t := term{age: words[0] == "age", weeks: words[0] == "pregnant"}
		switch words[1] {
		case ">=":
			t.least = n
		case "<":
			t.below = n
		default:
			return term{}, fmt.Errorf("%q: compare with >= or <", text)
		}
		return t, nil
	}
	id, kind, hasKind := strings.Cut(text, ":")
	q := b.question[QuestionID(id)]
	if q == nil {
		return term{}, fmt.Errorf("%q is neither a question nor painted, medicine, age, pregnant, always", text)
	}
	if hasKind && !q.hasKind(kind) {
		return term{}, fmt.Errorf("question %s has no kind %q", id, kind)
	}
	return term{question: q, kind: kind}, nil
}

// holds tells what the case says about a term.
func (c *inquiry) holds(t term) truth {
	switch {
	case t.always:
		return isTrue
	case t.painted != nil:
		return truthOf(c.touches(t.painted))
	case t.medicine != "":
		return truthOf(c.medicines[t.medicine])
	case t.pregnant:
		return truthOf(c.pregnant())
	case t.weeks: // unknown weeks count as both early and late
		return truthOf(c.pregnant() && (c.weeks == 0 || c.weeks >= t.least && (t.below == 0 || c.weeks < t.below)))
	case t.age: // an unknown age sets off no rule; what is asked does not depend on this
		return truthOf(c.client.Age > 0 && c.client.Age >= t.least && (t.below == 0 || c.client.Age < t.below))
	}
	said := c.said(t.question)
	if said == isFalse || t.kind == "" || c.kinds[t.question.ID][t.kind] {
		return said
	}
	return isFalse
}

// when tells what the case says about a rule: the weakest line decides, and of each
// line the strongest item.
func (c *inquiry) when(r *rule) truth {
	all := isTrue
	for _, line := range r.when {
		strongest := isFalse
		for _, t := range line {
			strongest = max(strongest, c.holds(t))
		}
		all = min(all, strongest)
	}
	return all
}
