package trial

// Worlds are the kinds of clients of the report: first the model's own, then clients
// who differ from it in one thing, then in all.
func Worlds() []World {
	return []World{
		{Name: "as the model", Says: "as the model has it; other pain only in and beside the patches that hurt", sessions: true},
		{Name: "to the letter", Says: "the same, and any patch of the body hurts for another reason with the chance of the leak: some twenty scattered patches more, as no client paints", Stray: true},
		{Name: "one complaint", Says: "one to four points near each other", Together: true, sessions: true},
		{Name: "in one piece", Says: "a point is felt as one piece of its zone, three to ten tenths of it", Pieces: true},
		{Name: "2 cm off", Says: "every zone lies 2 cm from where the atlas has it", ShiftCM: 2},
		{Name: "4 cm off", Says: "the same, 4 cm", ShiftCM: 4},
		{Name: "all equally common", Says: "every point is as common as any other", Tilt: -1},
		{Name: "priors turned round", Says: "what studies find seldom is common, and the other way round", Tilt: -2},
		{Name: "clumsy", Says: "marks 2 cm off, 1 in 20 on the wrong side, 1 in 3 too wide by 2 cm, 1 in 3 only half painted, 1 in 10 missing", Clumsy: true, sessions: true},
		{Name: "half something else", Says: "for every second client the pain comes from nothing in the atlas: a round pain, or a band as of a nerve", Other: 0.5, sessions: true},
		{Name: "half a nerve or joint", Says: "for every second client the pain comes from a nerve or a joint of the atlas's patterns, and is felt as those have it", Pattern: 0.5},
		{Name: "all of it", Says: "one complaint in one piece, 2 cm off, priors turned round, clumsy; for every third client something else", Together: true, Pieces: true, ShiftCM: 2, Tilt: -2, Clumsy: true, Other: 1. / 3},
	}
}
