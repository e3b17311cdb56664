package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// mostPicture is how large a picture may be, so that a guide opens at once.
const mostPicture = 64 << 10

var (
	picture = regexp.MustCompile(`!\[([^\]]*)\]\(([^)]*)\)`)
	link    = regexp.MustCompile(`\]\(([^):#]+)(?:#[^)]*)?\)`)
)

// What a page shows or points to is there, every picture has words for those who do not
// see it, and no picture lies about unused.
func TestEveryPictureIsShownAndEveryLinkLeadsSomewhere(t *testing.T) {
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
			shown[absolute(t, filepath.Join(filepath.Dir(page), m[2]))] = true
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s points to %s, which is not there", page, m[1])
			}
		}
	}
	files := 0
	err := filepath.WalkDir("img", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		if !shown[absolute(t, file)] {
			t.Errorf("%s is shown nowhere", file)
		}
		if info, err := d.Info(); err != nil || info.Size() > mostPicture {
			t.Errorf("%s is larger than %d bytes, %v", file, mostPicture, err)
		}
		return nil
	})
	if err != nil || files < 10 {
		t.Errorf("%d pictures, %v", files, err)
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	whole, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}
