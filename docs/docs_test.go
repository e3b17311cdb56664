package docs_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// mostPicture is how large a picture may be, so that a guide opens at once.
const mostPicture = 64 << 10

var picture = regexp.MustCompile(`!\[([^\]]*)\]\(([^)]*)\)`)

// A picture that a page shows is there and has words for those who do not see it, and no
// picture lies about unused.
func TestEveryPictureIsThereAndIsShown(t *testing.T) {
	pages := []string{"../README.md", "../ARCHITECTURE.md", "../CONTRIBUTING.md", "../SECURITY.md"}
	for _, pattern := range []string{"*.md", "deploy/*.md", "decisions/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	shown := map[string]bool{}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range picture.FindAllStringSubmatch(string(text), -1) {
			if len(m[1]) < 20 {
				t.Errorf("%s: %s has no words that tell what it shows: %q", page, m[2], m[1])
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[2])); err != nil {
				t.Errorf("%s shows %s, which is not there", page, m[2])
			}
			shown[filepath.Base(m[2])] = true
		}
	}
	files, err := filepath.Glob("img/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !shown[filepath.Base(file)] {
			t.Errorf("%s is shown nowhere", file)
		}
		if info, err := os.Stat(file); err != nil || info.Size() > mostPicture {
			t.Errorf("%s is larger than %d bytes, %v", file, mostPicture, err)
		}
	}
	if len(files) < 10 || len(shown) < len(files) {
		t.Errorf("%d pictures, of which %q are shown", len(files), slices.Sorted(maps.Keys(shown)))
	}
}
