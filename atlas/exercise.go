package atlas

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"knead/body"
)

// ExerciseKind is what an exercise does.
type ExerciseKind string

// ExerciseKinds are all kinds.
var ExerciseKinds = []ExerciseKind{"stretch", "mobility", "strength", "self-release", "breathing", "heat"}

// Exercise is something that a client can do at home.
type Exercise struct {
	ID       ExerciseID
	Name     string
	Kind     ExerciseKind
	Muscles  []MuscleID
	Regions  []body.RegionID
	Position Position // how the body lies, where it cannot be done otherwise; else empty
	How      string   // for a client
	Dose     string
	Minutes  int    // that the dose takes on a day, about, with getting into place; worked out from the dose (chosen)
	Stop     string // when to stop
	Who      string // who should not do it; empty when nobody
	Poses    []Pose // the place for joint angles; none is filled in yet
	Evidence string
	Sources  []SourceID

	Place string
}

// Pose is a posture of an exercise as angles of joints, for a drawing.
type Pose struct {
	Name   string // "start", "end"
	Joints []Joint
}

// Joint is one angle: "knee flexion 90". The side that works is the right one.
type Joint struct {
	Name    string
	Motion  string
	Degrees int // -180 .. 180, 0 is the neutral standing body
}

// Joints and Motions are the words that a pose may use.
var (
	Joints  = []string{"neck", "trunk", "shoulder", "elbow", "wrist", "hip", "knee", "ankle"}
	Motions = []string{"flexion", "extension", "abduction", "adduction", "rotation", "side-bending"}
)

func (p Pose) String() string {
	var joints []string
	for _, j := range p.Joints {
		joints = append(joints, fmt.Sprintf("%s %s %d", j.Name, j.Motion, j.Degrees))
	}
	return p.Name + "; " + strings.Join(joints, ", ")
}

func parsePose(s string) (Pose, error) {
	name, rest, _ := strings.Cut(s, ";")
	p := Pose{Name: strings.TrimSpace(name)}
	if p.Name == "" {
		return p, errors.New("write 'name; joint motion degrees, ...', such as 'start; knee flexion 90'")
	}
	for item := range strings.SplitSeq(rest, ",") {
		f := strings.Fields(item)
		if len(f) != 3 {
			return p, fmt.Errorf("%q: write a joint, a motion and degrees, such as 'knee flexion 90'", strings.TrimSpace(item))
		}
		joint, err := oneOf(Joints)(f[0])
		if err != nil {
			return p, err
		}
		motion, err := oneOf(Motions)(f[1])
		if err != nil {
			return p, err
		}
		degrees, err := strconv.Atoi(f[2])
		if err != nil || degrees < -180 || degrees > 180 {
			return p, fmt.Errorf("%q: write whole degrees from -180 to 180", f[2])
		}
		p.Joints = append(p.Joints, Joint{joint, motion, degrees})
	}
	return p, nil
}
