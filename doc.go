// Package knead takes a visit from where it hurts to a plan for the session, through the
// session to its note, and on to the next plan.
//
// The flow, one package a step:
//
//  1. Paint. A place is a set of cells on the skin: [knead/body.Find] reads it from
//     words, a [knead/body.Drawing] holds what a client painted.
//  2. Answer. [knead/screen.Questions] says what must be asked about those places,
//     [knead/screen.Run] turns the answers into what to do now, or into a Clearance
//     with its limits.
//  3. Assess. [knead/reason.Model.Rank] orders the trigger points of the
//     [knead/atlas] that are worth checking first, says why and how sure it is.
//  4. Plan. [knead/plan.Build] makes the session minute by minute. It demands the
//     Clearance: there is no plan before screening.
//  5. Treat. [RunSession] carries out the plan from a log of events, which two devices
//     may write without a line between them, and says at any second what comes next.
//  6. Note. [ComposeNote] writes down what was planned and what was done.
//  7. Follow up. [NextPlanHints] turns how it went afterwards into limits of the next
//     plan, and says when to look again and when to refer.
//
// [Assess] does the first four in one call. It is what the command, the page and the
// clinical stories in testdata/visits use, so that no door has an answer of its own.
//
// Knead is a record-keeping and reference aid for trained massage therapists. It
// organises what a client reports and what the published literature says, so that
// the therapist can decide. It does not diagnose, rule out or treat disease.
//
// The package is pure: no clock, no randomness, no I/O.
package knead

// Purpose is the intended purpose, in the words that are used everywhere.
const Purpose = "Knead is a record-keeping and reference aid for trained massage therapists. " +
	"It organises what a client reports and what the published literature says, so that the therapist can decide. " +
	"It does not diagnose, rule out or treat disease."
