package screen

import "knead/body"

// Questions gives every question that applies, in the order of asking: what may be an
// emergency first. A question whose Only is set is asked only when the answer to that
// one was 'yes' or 'not sure'.
func Questions(painted body.Set, c Client) []Question { return nil }

// Run reads the answers. An answer that is missing never clears; one that was given
// counts even if nobody had to ask.
func Run(painted body.Set, answers map[QuestionID]Answer, c Client) Result {
	return Result{Level: NotCleared}
}
