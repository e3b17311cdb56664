// Command rank reads the atlas as JSON and ranks the trigger points by how well their
// zones overlap with regions that hurt. It needs the standard library only:
//
//	knead atlas export -o atlas.json
//	go run ./docs/examples/rank atlas.json temple eyebrow
//
// It shows how the data are read. Knead itself ranks by much more: package reason.
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// The part of the file that is needed here.
type atlas struct {
	Muscles []struct {
		Name   string `json:"name"`
		Points []struct {
			ID    string `json:"id"`
			Where string `json:"where"`
			Zone  struct {
				Essential weighted `json:"essential"`
				Spillover weighted `json:"spillover"`
			} `json:"zone"`
		} `json:"points"`
	} `json:"muscles"`
	Regions []struct {
		ID    string `json:"id"`
		Cells []int  `json:"cells"`
	} `json:"regions"`
	Surface struct {
		Cells struct {
			Area []float64 `json:"area"` // cm2, by cell id
		} `json:"cells"`
	} `json:"surface"`
}

type weighted struct {
	Cells   []int     `json:"cells"`
	Weights []float64 `json:"weights"`
}

type candidate struct {
	score float64
	id    string
	words string
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "rank:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) < 2 {
		return errors.New("name the file and a region, such as: rank atlas.json temple")
	}
	text, err := os.ReadFile(args[0]) //nolint:gosec // whoever runs it names the file
	if err != nil {
		return err
	}
	var a atlas
	if err := json.Unmarshal(text, &a); err != nil {
		return err
	}
	painted := map[int]bool{}
	for _, name := range args[1:] {
		found := false
		for _, r := range a.Regions {
			if r.ID == name {
				found = true
				for _, c := range r.Cells {
					painted[c] = true
				}
			}
		}
		if !found {
			return fmt.Errorf("there is no region %q", name)
		}
	}
	for _, c := range rank(a, painted)[:10] {
		fmt.Fprintf(out, "%.2f  %s  %s\n", c.score, c.id, c.words)
	}
	return nil
}

// rank orders the points by the overlap of what they explain with what is painted:
// the area of both over the area of either. What is felt only sometimes counts half
// (chosen).
func rank(a atlas, painted map[int]bool) []candidate {
	area := a.Surface.Cells.Area
	all := 0.0
	for c := range area {
		if painted[c] {
			all += area[c]
		}
	}
	var out []candidate
	for _, m := range a.Muscles {
		for _, p := range m.Points {
			both, zone := 0.0, 0.0
			for i, part := range []weighted{p.Zone.Essential, p.Zone.Spillover} {
				counts := []float64{1, 0.5}[i]
				for k, c := range part.Cells {
					w := counts * part.Weights[k] * area[c]
					zone += w
					if painted[c] {
						both += w
					}
				}
			}
			out = append(out, candidate{both / (zone + all - both), p.ID, m.Name + ": " + p.Where})
		}
	}
	slices.SortFunc(out, func(x, y candidate) int { return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.id, y.id)) })
	return out
}
