package web

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed words/*.txt
var wordFiles embed.FS

// english is all files of words, one after another: the public pages and the visit, and
// a file for each part of the workspace.
func english() (string, error) {
	names, err := fs.Glob(wordFiles, "words/*.txt")
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for _, name := range names {
		b, err := wordFiles.ReadFile(name)
		if err != nil {
			return "", err
		}
		all.Write(b)
		all.WriteByte('\n')
	}
	return all.String(), nil
}

// catalogue holds every word that people read. A line of its file is `key = text`;
// {0}, {1} ... in the text stand for values. A counted text has the keys `key.one`
// and `key.other`.
type catalogue map[string]string

func readCatalogue(file string) (catalogue, error) {
	c := catalogue{}
	for i, line := range strings.Split(file, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, text, ok := strings.Cut(line, " = ")
		if !ok {
			return nil, fmt.Errorf("words, line %d: want `key = text`", i+1)
		}
		if _, twice := c[key]; twice {
			return nil, fmt.Errorf("words, line %d: %s is there twice", i+1, key)
		}
		c[key] = text
	}
	return c, nil
}

// say gives the text for a key. A key that is missing shows itself, and fails a test.
func (c catalogue) say(key string, values ...any) string {
	text, ok := c[key]
	if !ok {
		return "[" + key + "]"
	}
	if len(values) == 0 {
		return text
	}
	pairs := make([]string, 0, 2*len(values)) // replaced in one go: a name may look like the place of the next value
	for i, v := range values {
		pairs = append(pairs, "{"+strconv.Itoa(i)+"}", fmt.Sprint(v))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// count gives the text for a number of things.
func (c catalogue) count(key string, n int) string {
	if n == 1 {
		return c.say(key+".one", n)
	}
	return c.say(key+".other", n)
}

// or gives the text for a key if there is one, else the fallback.
func (c catalogue) or(key, fallback string) string {
	if text, ok := c[key]; ok {
		return text
	}
	return fallback
}
