package web

import (
	"knead/atlas"
)

// thing is a node of linked data in the words of schema.org.
type thing map[string]any

func a(kind, name string) thing { return thing{"@type": kind, "name": name} }

// with adds a property unless it is empty.
func (t thing) with(key string, value any) thing {
	switch v := value.(type) {
	case string:
		if v == "" {
			return t
		}
	case []string:
		if len(v) == 0 {
			return t
		}
	case []thing:
		if len(v) == 0 {
			return t
		}
	}
	t[key] = value
	return t
}

// linkedData says what a page is and what it is about, for machines. It says only what
// the page says: nobody has reviewed it, so that no review is named, and a claim is
// named as a claim.
func (s *site) linkedData(view publicView) any {
	p := view.public()
	if p.NoIndex {
		return nil
	}
	page := a("WebPage", p.Title).with("description", p.Description).with("inLanguage", "en").with("url", s.absolute(p.Path)).
		with("license", atlas.LicenceURL).with("isAccessibleForFree", true).
		with("isPartOf", a("WebSite", s.words.say("atlas.name")).with("url", s.absolute(href())))
	if s.base != "" {
		page["primaryImageOfPage"] = thing{"@type": "ImageObject", "url": s.absolute(cardOf(p)), "width": 1200, "height": 630}
		var way []thing
		for i, c := range append(p.Crumbs, link{p.Path, p.Title}) {
			way = append(way, thing{"@type": "ListItem", "position": i + 1, "name": c.Text, "item": s.absolute(c.Path)})
		}
		page["breadcrumb"] = thing{"@type": "BreadcrumbList", "itemListElement": way}
	}
	page["@context"] = "https://schema.org"
	if about := s.about(view); about != nil {
		page["about"] = about
		switch about["@type"] {
		case "Muscle", "SuperficialAnatomy", "MedicalCondition", "Nerve", "Joint", "AnatomicalStructure":
			page["@type"] = "MedicalWebPage"
		}
	}
	return page
}

// about is what a page is about, if it is about one thing.
func (s *site) about(view publicView) thing {
	switch p := view.(type) {
	case musclePage:
		t := a("Muscle", p.Name).with("alternateName", append([]string{p.M.Latin, p.M.Lay}, p.M.Aliases...)).
			with("muscleAction", p.M.Action).with("nerve", a("Nerve", p.M.Nerve))
		if p.M.FMA != "" {
			t["code"] = thing{"@type": "MedicalCode", "codeValue": p.M.FMA, "codingSystem": "FMA"}
		}
		return t
	case placePage:
		return a("SuperficialAnatomy", p.R.Lay).with("alternateName", append([]string{p.R.Name}, p.R.Aliases...))
	case conditionPage:
		return a("MedicalCondition", p.Name).with("alternateName", append([]string{p.C.Lay}, p.C.Aliases...))
	case patternPage:
		kind := map[atlas.PatternKind]string{atlas.RootPattern: "Nerve", atlas.NervePattern: "Nerve", atlas.JointPattern: "Joint", atlas.OtherPattern: "AnatomicalStructure"}[p.P.Kind]
		return a(kind, p.Name).with("alternateName", append([]string{p.P.Lay}, p.P.Aliases...))
	case exercisePage:
		var muscles []thing
		for _, m := range p.Muscles {
			muscles = append(muscles, a("Muscle", m.Text))
		}
		return a("PhysicalActivity", p.E.Name).with("associatedAnatomy", muscles)
	case techniquePage:
		return a("Thing", capital(p.T.Name)).with("alternateName", p.T.Lay)
	case claimPage:
		return a("Claim", p.C.Claim).with("description", p.Words+". "+p.C.Short)
	case sourcePage:
		return a(map[atlas.SourceType]string{"book": "Book", "page": "WebPage"}[p.S.Type], p.Name).orWork()
	case glossaryPage:
		var terms []thing
		for _, letter := range p.Letters {
			for _, row := range letter.Terms {
				terms = append(terms, a("DefinedTerm", row.Name).with("description", row.Text))
			}
		}
		return a("DefinedTermSet", p.Title).with("hasDefinedTerm", terms)
	}
	return nil
}

// orWork gives a work whose kind is not among those of schema.org the general one.
func (t thing) orWork() thing {
	if t["@type"] == "" {
		t["@type"] = "CreativeWork"
	}
	return t
}
