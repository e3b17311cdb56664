package web

import (
	"net/http"
	"slices"

	"knead"
	"knead/atlas"
)

// spokenRow is a place or a technique that the plan has and the client was not asked about.
type spokenRow struct {
	Field, ID, Words string
	Signed           bool // a word is not enough for it
}

// spokenRows are what a therapist can ask at the table, with a word as the answer; none
// where the consent lacks more than places and techniques. A place that stays covered
// unless the client signs for it can be left out, and not agreed to aloud.
func (s *site) spokenRows(state consentState) (rows []spokenRow) {
	for _, kind := range knead.ConsentKinds() {
		for _, lack := range state.lacks[kind] {
			if kind.Needed() && lack != knead.LackAreas && lack != knead.LackTechnique {
				return nil
			}
		}
	}
	areas, techniques := state.holds[knead.ConsentTreatment].Undecided(state.need)
	for _, area := range areas {
		rows = append(rows, spokenRow{"area", area.ID, area.Words, area.Sensitive})
	}
	for _, id := range techniques {
		if t, ok := atlas.Standard().Technique(atlas.TechniqueID(id)); ok {
			rows = append(rows, spokenRow{Field: "technique", ID: id, Words: capital(t.Name)})
		}
	}
	return rows
}

// spokenConsent writes down what a client said at the table about one place or technique:
// agreed, or left out. The words are kept as they stood on the key.
func (s *site) spokenConsent(w http.ResponseWriter, r *http.Request, p passage) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	state, err := s.consentOf(r, &p)
	if err != nil {
		return err
	}
	rows := s.spokenRows(state)
	i := slices.IndexFunc(rows, func(row spokenRow) bool { return r.PostForm.Get(row.Field) == row.ID })
	if i < 0 { // somebody else was quicker, or the plan has changed
		http.Redirect(w, r, p.to.Start+"/session", http.StatusSeeOther)
		return nil
	}
	names, err := s.memberNames(r, p.person)
	if err != nil {
		return err
	}
	row := rows[i]
	act := knead.Consent{Kind: knead.ConsentTreatment, Act: knead.ConsentWithdrawn, Visit: p.visit.ID, Edition: s.consentEditions(p.person.practice)[knead.ConsentTreatment]}
	said := "no"
	if r.PostForm.Get("act") == knead.ConsentSpoken {
		act.Act, said = knead.ConsentSpoken, "yes"
	}
	if row.Field == "area" {
		act.Scope.Areas = []string{row.ID}
	} else {
		act.Scope.Techniques = []string{row.ID}
	}
	act.Words = s.words.say("spoken.words", row.Words, s.words.say("spoken."+said), names[p.by.Member])
	if err := s.house.AddConsents(r.Context(), p.by, p.client.ID, []knead.Consent{act}); err != nil {
		return err
	}
	http.Redirect(w, r, p.to.Start+"/session", http.StatusSeeOther)
	return nil
}
