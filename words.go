package knead

import (
	_ "embed"

	"knead/internal/words"
)

// words.txt holds every sentence that the record itself writes; package words says how
// such a file reads.
//
//go:embed words.txt
var wordsText string

var wordsByKey = words.Once("words.txt", wordsText)

func say(key string, pairs ...any) string { return wordsByKey().Say(key, pairs...) }

// sayN chooses between the texts for one and for any other number, and fills {n}.
func sayN(key string, n int, pairs ...any) string { return wordsByKey().Count(key, n, pairs...) }
