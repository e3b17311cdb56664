package fhir

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"knead/atlas"
	"knead/body"
)

// The names of the resources. A canonical url says which resource is meant and need
// not be an address (R4, section 2.1.0.22); Knead has no address of its own, so they
// are UUIDs. They never change, so that codes of two installations are the same.
const (
	regionSystem = "urn:uuid:f814b7c5-957a-43c0-b372-55a5075715ad"
	muscleSystem = "urn:uuid:914f467a-feb6-4ed2-beed-8ea5e1d16627"
	pointSystem  = "urn:uuid:4e7132a7-18f0-478b-a7da-0d36668ce30f"
	choirSystem  = "urn:uuid:02c41d53-c0b1-4fee-b58e-c1bedfb13798"

	regionSet = "urn:uuid:fd41963d-d612-447a-a1ae-f5fc65d7d2b6"
	muscleSet = "urn:uuid:c963f3a6-096d-43c9-ab9d-1600dadcd424"
	pointSet  = "urn:uuid:6db2c335-b8f0-4d22-b45c-2f9ab6fed4c9"

	regionsToCHOIR  = "urn:uuid:4067faf3-725d-4e68-9d05-47d08c2bac8e"
	regionsToFMA    = "urn:uuid:a5d0de81-36ef-4345-8884-f0883d22a995"
	regionsToUBERON = "urn:uuid:ff35caf6-f5ab-4ecb-9367-9e2d4bbc4b78"
	musclesToFMA    = "urn:uuid:89ef06bb-bc0d-4313-bbf4-a5d205d97287"
)

// The systems of others. FMA has no url in R4's list of code systems, but an object
// identifier, which DICOM's list of coding schemes has, too.
const (
	fmaSystem    = "urn:oid:2.16.840.1.113883.6.119"
	uberonSystem = "http://purl.obolibrary.org/obo/uberon.owl"
)

// Terminology gives the regions of the skin, the muscles and the points as code
// systems and value sets, with maps to the CHOIR body map, FMA and UBERON.
func Terminology(a *atlas.Atlas) Bundle {
	b := Bundle{ResourceType: "Bundle", ID: "knead-terminology", Type: "collection"}
	add := func(url string, resource any) { b.Entry = append(b.Entry, Entry{url, resource}) }

	skin := strconv.Itoa(body.Version)
	regions, muscles, points := regionConcepts(), muscleConcepts(a), pointConcepts(a)
	add(regionSystem, CodeSystem{
		Conformance: conformance("CodeSystem", "regions", regionSystem, skin, "KneadRegions", "Regions of the skin",
			"Named regions of the skin, as clients and therapists call them. A code without a side means either side; -right and -left mean the body's own."),
		CaseSensitive: true, ValueSet: regionSet, HierarchyMeaning: "is-a", Content: "complete", Count: count(regions),
		Property: []PropertyRule{
			{"group", "Heading in a list of regions.", "string"},
			{"midline", "The two halves are one place.", "boolean"},
			{"side", "The body's own side: right or left.", "code"},
		},
		Concept: regions,
	})
	add(muscleSystem, CodeSystem{
		Conformance: conformance("CodeSystem", "muscles", muscleSystem, a.Version, "KneadMuscles", "Muscles of the Knead atlas",
			"Muscles, or parts of a muscle that are treated by themselves, on either side."),
		CaseSensitive: true, ValueSet: muscleSet, Content: "complete", Count: count(muscles),
		Property: []PropertyRule{
			{"group", "Heading under which the muscle is listed.", "code"},
			{"layer", "Depth: 1 just under the skin, 4 deepest.", "integer"},
			{"present", "Percent of people who have the muscle, where that is clearly not everybody.", "integer"},
			{"refer", "Outside the scope of massage: who may help instead.", "string"},
		},
		Concept: muscles,
	})
	add(pointSystem, CodeSystem{
		Conformance: conformance("CodeSystem", "points", pointSystem, a.Version, "KneadPoints", "Trigger points of the Knead atlas",
			"Places in muscles with the skin where people commonly feel them, on either side. What is felt where differs between people; a point is no diagnosis."),
		CaseSensitive: true, ValueSet: pointSet, Content: "complete", Count: count(points),
		Property: []PropertyRule{
			{"muscle", "The muscle in which the point lies: a code of the muscles.", "code"},
			{"depth", "How deep the point lies.", "code"},
			{"recalled", "No source of the point was seen: it is common teaching only.", "boolean"},
		},
		Concept: points,
	})
	choir := conformance("CodeSystem", "choir", choirSystem, "1", "ChoirBodyMap", "Segments of the CHOIR body map",
		"The 74 segments of the CHOIR body map in its male numbering, 101 to 136 and 201 to 238. The segments are the map's own and are not described here; this resource only names them as a system, because no name was found for it.")
	choir.Copyright = "" // the map is not ours
	add(choirSystem, CodeSystem{Conformance: choir, CaseSensitive: true, Content: "not-present"})

	add(regionSet, valueSet("regions", regionSet, skin, "KneadRegionSet", "All regions of the skin", regionSystem))
	add(muscleSet, valueSet("muscles", muscleSet, a.Version, "KneadMuscleSet", "All muscles of the atlas", muscleSystem))
	add(pointSet, valueSet("points", pointSet, a.Version, "KneadPointSet", "All trigger points of the atlas", pointSystem))

	add(regionsToCHOIR, ConceptMap{
		Conformance: conformance("ConceptMap", "regions-choir", regionsToCHOIR, skin, "KneadRegionsToChoir", "Regions to segments of the CHOIR body map",
			"Which segments a region lies in, worked out from the cells of the skin. The comment has the share of the region's area."),
		SourceCanonical: regionSet, Group: group(regionSystem, choirSystem, choirElements()),
	})
	add(regionsToFMA, ConceptMap{
		Conformance: conformance("ConceptMap", "regions-fma", regionsToFMA, skin, "KneadRegionsToFma", "Regions to the Foundational Model of Anatomy",
			"What regions are called after: "+calledAfter),
		SourceCanonical: regionSet, Group: group(regionSystem, fmaSystem, regionElements(func(r body.Region) string { return r.FMA })),
	})
	add(regionsToUBERON, ConceptMap{
		Conformance: conformance("ConceptMap", "regions-uberon", regionsToUBERON, skin, "KneadRegionsToUberon", "Regions to UBERON",
			"What regions are called after: "+calledAfter),
		SourceCanonical: regionSet, Group: group(regionSystem, uberonSystem, regionElements(func(r body.Region) string {
			if r.UBERON == "" {
				return ""
			}
			return "UBERON:" + r.UBERON
		})),
	})
	add(musclesToFMA, ConceptMap{
		Conformance: conformance("ConceptMap", "muscles-fma", musclesToFMA, a.Version, "KneadMusclesToFma", "Muscles to the Foundational Model of Anatomy",
			"Only where the number was seen. It may name the whole muscle where the atlas has a part of it."),
		SourceCanonical: muscleSet, Group: group(muscleSystem, fmaSystem, muscleElements(a)),
	})
	return b
}

const calledAfter = "the part, bone, joint or muscle as a whole and on no side. The border of the region is Knead's own. Only where the number was seen."

func conformance(kind, id, url, version, name, title, description string) Conformance {
	return Conformance{
		ResourceType: kind, ID: "knead-" + id, URL: url, Version: version, Name: name, Title: title,
		Status:    "draft", // no clinician has reviewed the data
		Publisher: "Knead", Description: description,
		Copyright: atlas.Credit + ", " + atlas.LicenceURL,
	}
}

func valueSet(id, url, version, name, title, system string) ValueSet {
	return ValueSet{
		Conformance: conformance("ValueSet", id, url, version, name, title, title+"."),
		Compose:     Compose{[]Include{{system}}},
	}
}

// group is the one group of a map; none when there is nothing to map.
func group(source, target string, elements []Element) []Group {
	if len(elements) == 0 {
		return nil
	}
	return []Group{{source, target, elements}}
}

func count(concepts []Concept) int {
	n := len(concepts)
	for _, c := range concepts {
		n += count(c.Concept)
	}
	return n
}

func regionConcepts() []Concept {
	var out []Concept
	for _, r := range body.Regions() {
		group := Property{Code: "group", ValueString: r.Group}
		midline := Property{Code: "midline", ValueBoolean: &r.Midline}
		c := Concept{
			Code: string(r.ID), Display: r.Name, Designation: english(append([]string{r.Lay}, r.Aliases...), r.Name),
			Property: []Property{group, midline},
		}
		for _, side := range []body.Side{body.Right, body.Left} {
			c.Concept = append(c.Concept, Concept{
				Code: sided(r.ID, side), Display: sidedName(r, side),
				Property: []Property{group, midline, {Code: "side", ValueCode: side.String()}},
			})
		}
		out = append(out, c)
	}
	return out
}

func sided(id body.RegionID, side body.Side) string { return string(id) + "-" + side.String() }

func sidedName(r body.Region, side body.Side) string {
	if r.Midline {
		return side.String() + " half of " + r.Name
	}
	return side.String() + " " + r.Name
}

func muscleConcepts(a *atlas.Atlas) []Concept {
	var out []Concept
	for _, m := range a.Muscles {
		c := Concept{
			Code: string(m.ID), Display: m.Name,
			Definition:  "From " + m.From + " to " + m.To + ". Action: " + m.Action + ".",
			Designation: append(english(append([]string{m.TA2, m.Lay}, m.Aliases...), m.Name), Designation{"la", m.Latin}),
			Property:    []Property{{Code: "group", ValueCode: string(m.Group)}, {Code: "layer", ValueInteger: &m.Layer}},
		}
		if m.Present != 0 {
			c.Property = append(c.Property, Property{Code: "present", ValueInteger: &m.Present})
		}
		if m.Refer != "" {
			c.Property = append(c.Property, Property{Code: "refer", ValueString: m.Refer})
		}
		out = append(out, c)
	}
	return out
}

func pointConcepts(a *atlas.Atlas) []Concept {
	var out []Concept
	for _, p := range a.Points() {
		recalled := p.Recalled()
		out = append(out, Concept{
			Code: string(p.ID), Display: p.Muscle.Name + ": " + p.Where,
			Property: []Property{
				{Code: "muscle", ValueCode: string(p.Muscle.ID)},
				{Code: "depth", ValueCode: string(p.Depth)},
				{Code: "recalled", ValueBoolean: &recalled},
			},
		})
	}
	return out
}

// english gives other names, each once and none that is the name itself.
func english(names []string, name string) []Designation {
	var out []Designation
	seen := map[string]bool{name: true}
	for _, n := range names {
		if !seen[n] {
			seen[n] = true
			out = append(out, Designation{"en", n})
		}
	}
	return out
}

// choirElements maps each region of each side to the segments in which it lies.
func choirElements() []Element {
	skin := body.Skin()
	segment := map[int]float64{} // area
	for i := range skin.Len() {
		segment[skin.CHOIR(body.CellID(i))] += skin.Area(body.CellID(i))
	}
	var out []Element
	for _, r := range body.Regions() {
		for _, side := range []body.Side{body.Right, body.Left} {
			share, all := map[int]float64{}, 0.0
			for c := range skin.RegionCells(r.ID, side).All {
				share[skin.CHOIR(c)] += skin.Area(c)
				all += skin.Area(c)
			}
			e := Element{Code: sided(r.ID, side), Display: sidedName(r, side)}
			order := slices.SortedFunc(maps.Keys(share), func(x, y int) int {
				return cmp.Or(cmp.Compare(share[y], share[x]), cmp.Compare(x, y))
			})
			for _, n := range order {
				e.Target = append(e.Target, choirTarget(n, share[n]/all, share[n]/segment[n]))
			}
			out = append(out, e)
		}
	}
	return out
}

// choirTarget says how a region and a segment lie to each other: how much of the
// region is in the segment, and how much of the segment is in the region.
func choirTarget(segment int, ofRegion, ofSegment float64) Target {
	const whole = 0.9999 // sums of areas are not exact
	t := Target{Code: strconv.Itoa(segment), Comment: percent(ofRegion) + " of the region lies in the segment"}
	switch {
	case ofRegion > whole && ofSegment > whole:
		t.Equivalence = "equivalent"
	case ofRegion > whole:
		t.Equivalence = "wider"
	case ofSegment > whole:
		t.Equivalence = "narrower"
	default:
		t.Equivalence = "inexact"
	}
	return t
}

func percent(x float64) string {
	if x < 0.01 {
		return "less than 1 percent"
	}
	return fmt.Sprintf("%.0f percent", 100*x)
}

func regionElements(code func(body.Region) string) []Element {
	var out []Element
	for _, r := range body.Regions() {
		if to := code(r); to != "" {
			out = append(out, Element{string(r.ID), r.Name, []Target{{Code: to, Equivalence: "relatedto", Comment: "what the region is called after"}}})
		}
	}
	return out
}

func muscleElements(a *atlas.Atlas) []Element {
	var out []Element
	for _, m := range a.Muscles {
		if m.FMA != "" {
			out = append(out, Element{string(m.ID), m.Name, []Target{{Code: m.FMA, Equivalence: "relatedto", Comment: "as seen with the muscle's name"}}})
		}
	}
	return out
}
