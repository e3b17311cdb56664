package opendata

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed dictionary.txt
var dictionaryFile string

// dictionary says what each field means, by its path.
var dictionary = sync.OnceValue(func() map[string]string {
	says := map[string]string{}
	for line := range strings.Lines(dictionaryFile) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		path, words, ok := strings.Cut(line, ": ")
		if _, twice := says[path]; !ok || twice {
			panic("opendata: dictionary.txt: " + line) // the file is embedded; a test holds it
		}
		says[path] = words
	}
	return says
})

// meaning says what a field means; a test finds the ones it cannot say.
func meaning(path string) string { return dictionary()[path] }
