package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const meshSHA = "e11f5f6d6789e60ad3dc2dcfebce2b834c6e5146e4a6962968d63b0e1b897b10"

// Source is the file as it comes: all vertices (skin, helpers, joint cubes) and
// the quads of every group.
type Source struct {
	V      []Vec
	Groups map[string][][4]int32
	dir    string // folder of the mesh file; the morph targets lie beside it
}

// LoadSource reads the three.js-format-3 JSON. Faces are runs of ten integers:
// 11 (bits: 1 quad, 2 material, 8 vertex UVs), four vertices, material, four UVs.
func LoadSource(path string) (*Source, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if h := sha256.Sum256(raw); hex.EncodeToString(h[:]) != meshSHA {
		return nil, fmt.Errorf("%s: not the expected mesh file (sha256 %x)", filepath.Base(path), h)
	}
	var f struct {
		Vertices  []float64 `json:"vertices"`
		Faces     []int32   `json:"faces"`
		Materials []struct {
			DbgName string `json:"DbgName"`
		} `json:"materials"`
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, err
	}
	s := &Source{Groups: map[string][][4]int32{}, dir: filepath.Dir(path)}
	for i := 0; i+2 < len(f.Vertices); i += 3 {
		s.V = append(s.V, Vec{f.Vertices[i], f.Vertices[i+1], f.Vertices[i+2]})
	}
	for i := 0; i < len(f.Faces); i += 10 {
		if f.Faces[i] != 11 {
			return nil, fmt.Errorf("face %d: type %d, want 11 (quad+material+uv)", i/10, f.Faces[i])
		}
		g := f.Materials[f.Faces[i+5]].DbgName
		s.Groups[g] = append(s.Groups[g], [4]int32(f.Faces[i+1:i+5]))
	}
	return s, nil
}

// Morph adds weight times a named target to every vertex. targets.bin is a plain
// matrix: one row per target in byte order of the target's name, a row is
// 19158 x 3 little-endian int16 in units of 1e-3 dm.
func (s *Source) Morph(weights map[string]float64) error {
	var list struct {
		Targets map[string]any `json:"targets"`
	}
	raw, err := os.ReadFile(filepath.Join(s.dir, "../../../src/json/targets/target-list.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	var names []string
	for n := range list.Targets {
		names = append(names, n)
	}
	slices.Sort(names)
	bin, err := os.Open(filepath.Join(s.dir, "../targets/targets.bin"))
	if err != nil {
		return err
	}
	defer bin.Close()
	row := make([]byte, len(s.V)*6)
	keys := make([]string, 0, len(weights))
	for k := range weights {
		keys = append(keys, k)
	}
	slices.Sort(keys) // deterministic order of float additions
	for _, k := range keys {
		i, ok := slices.BinarySearch(names, "data/targets/"+k+".target")
		if !ok {
			return fmt.Errorf("no morph target %q", k)
		}
		if _, err := bin.ReadAt(row, int64(i)*int64(len(row))); err != nil {
			return err
		}
		w := weights[k] * 1e-3
		for v := range s.V {
			for c := range 3 {
				d := int16(binary.LittleEndian.Uint16(row[v*6+c*2:]))
				s.V[v][c] += w * float64(d)
			}
		}
	}
	return nil
}

// Joints gives the centre of every landmark cube, keyed without "joint-".
func (s *Source) Joints() map[string]Vec {
	j := map[string]Vec{}
	for g, quads := range s.Groups {
		name, ok := strings.CutPrefix(g, "joint-")
		if !ok {
			continue
		}
		seen := map[int32]bool{}
		var sum Vec
		for _, q := range quads {
			for _, v := range q {
				if !seen[v] {
					seen[v] = true
					sum = sum.Add(s.V[v])
				}
			}
		}
		j[name] = sum.Mul(1 / float64(len(seen)))
	}
	return j
}
