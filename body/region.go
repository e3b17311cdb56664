package body

// RegionID names a region of the skin, without a side: "infraspinous", "upper-trapezius".
type RegionID string

// Region is a named piece of skin, the same on both sides.
type Region struct {
	ID      RegionID
	Lay     string   // the name a client reads: "Shoulder blade"
	Name    string   // the anatomical name: "infraspinous region"
	Aliases []string // other words that mean it
	Group   string   // heading in a list of regions: "Upper back"
	// CHOIRRight and CHOIRLeft are the segments of the CHOIR body map (male/standard
	// numbering) that hold most of the region; single cells may differ, see [Surface.CHOIR].
	CHOIRRight, CHOIRLeft int
	FMA, UBERON           string // ids in these ontologies, empty when none was seen
	Midline               bool   // it reaches the midline: without a side it means both halves
}

// RegionSide is a region on one side.
type RegionSide struct {
	Region RegionID
	Side   Side
}

// Regions gives all regions in the order of the file, from head to toes.
func Regions() []Region { return nil }

// RegionByID finds a region by its id.
func RegionByID(id RegionID) (*Region, bool) { return nil, false }

// Region names the region of a cell; "" for a hidden cell.
func (s *Surface) Region(c CellID) RegionID { return "" }

// CHOIR gives the cell's segment of the CHOIR body map, 101-136 or 201-238 in the
// male/standard numbering; 0 for a hidden cell.
func (s *Surface) CHOIR(c CellID) int { return 0 }

// RegionCells gives the cells of a region on one side.
func (s *Surface) RegionCells(id RegionID, side Side) Set { return Set{} }
