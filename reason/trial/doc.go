// Package trial tries the ranking out on clients of our own making, of whom it is known
// which points are active. It is for judging package reason and has no part in an answer.
//
// A [World] says how clients are made: as the model has it, or deliberately in another
// way. [Trial.Clients] draws them, baseline.go ranks them by simpler rules, measure.go
// counts who is right, session.go lets a therapist press point after point, and page.go
// writes what came of it to docs/calibration.md, with pictures by chart.go. Everything
// follows from a seed.
//
// What it can show is how the ranking does if people are as a world says. That they are,
// it cannot show.
package trial
