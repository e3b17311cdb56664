package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/sync/errgroup"

	"knead"
)

// siteMark is the file by which Knead knows a folder that it wrote.
const siteMark = "knead-site.txt"

// WriteSite writes the public atlas as files with relative links: it can be opened
// from a disk or put on any web space. What needs a running server (search, forms, the
// visit) is left out. The same version of Knead writes the same bytes.
//
// The folder must be new, empty, or one that WriteSite wrote before; it is exchanged
// whole when everything is written, so that a full disk or a stop leaves the old one.
// base is the address at which it will stand, such as https://example.org/atlas; it is
// only needed for what must be an absolute address (canonical links, site map, feed)
// and may be empty. progress is called after each file with how many are done and known.
func WriteSite(dir, base string, progress func(done, known int), offered ...Download) error {
	dir, err := siteFolder(dir)
	if err != nil {
		return err
	}
	s, err := newSite()
	if err != nil {
		return err
	}
	s.downloads = newDownloads(offered)
	s.base, s.static = strings.TrimSuffix(base, "/"), true
	c := &copier{site: s, progress: progress, files: map[string][]byte{}}
	if c.router, err = s.publicRouter(); err != nil {
		return err
	}
	if err := c.gather(); err != nil {
		return err
	}
	return exchange(dir, c.files)
}

// siteFolder is the folder that will be exchanged: what a link points to, not the link.
// It refuses what cannot be exchanged before the pages are made, which takes a while.
func siteFolder(named string) (string, error) {
	refuse := func(format string, args ...any) (string, error) {
		return "", &knead.InputError{Text: fmt.Sprintf(format, args...)}
	}
	dir, err := filepath.Abs(named)
	if err != nil {
		return "", fmt.Errorf("find the folder: %w", err)
	}
	switch target, err := filepath.EvalSymlinks(dir); {
	case err == nil:
		dir = target
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(dir); err == nil {
			return refuse("%s is a link to a folder that is not there; make that folder first", named)
		}
	}
	if here, err := os.Getwd(); err == nil {
		if target, err := filepath.EvalSymlinks(here); err == nil {
			here = target
		}
		if inside, err := filepath.Rel(dir, here); err == nil && filepath.IsLocal(inside) {
			return refuse("the folder is exchanged whole, and this one cannot be because you are in it; name a folder inside, such as %s", filepath.Join(named, "atlas"))
		}
	}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(entries) == 0:
	case err != nil:
		return refuse("look into the folder: %v", err)
	default:
		if _, err := os.Stat(filepath.Join(dir, siteMark)); err != nil {
			return refuse("%s holds files that Knead did not write; name a new or an empty folder", named)
		}
	}
	fresh, err := folderBeside(dir)
	if err != nil {
		return refuse("%v", err)
	}
	return dir, os.Remove(fresh)
}

// folderBeside makes the folder that will take the place of another.
func folderBeside(dir string) (string, error) {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil { //nolint:gosec // a web site is for everybody to read
		return "", fmt.Errorf("make the folder: %w", err)
	}
	fresh, err := os.MkdirTemp(filepath.Dir(dir), ".knead-site-")
	if err != nil {
		return "", fmt.Errorf("make a folder beside %s: %w", dir, err)
	}
	return fresh, nil
}

// copier walks the pages as a browser would and gathers them as files.
type copier struct {
	site     *site
	router   http.Handler
	progress func(done, known int)
	files    map[string][]byte // by slash path from the folder
	queue    []string          // addresses to fetch
	known    map[string]bool
}

func (c *copier) gather() error {
	c.known = map[string]bool{}
	for _, p := range c.site.publicPaths() {
		c.want(p)
	}
	if c.site.base != "" {
		for _, p := range c.site.fromBase() {
			c.want(p)
		}
	}
	for done := 0; done < len(c.queue); {
		batch := c.queue[done:min(len(c.queue), done+batchSize)]
		copies := make([]copied, len(batch))
		var group errgroup.Group
		group.SetLimit(runtime.GOMAXPROCS(0))
		for i, address := range batch {
			group.Go(func() (err error) {
				copies[i], err = c.fetch(address)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
		for _, f := range copies { // in order, so that every run does the same
			for _, address := range f.wants {
				c.want(address)
			}
			c.files[f.name] = f.body
			done++
			c.progress(done, len(c.queue))
		}
	}
	c.files[siteMark] = []byte("Written by Knead. The folder is exchanged whole when it is written again.\n")
	return nil
}

// batchSize is how many pages are made before their links are followed. Chosen.
const batchSize = 64

func (c *copier) want(address string) {
	if !c.known[address] {
		c.known[address] = true
		c.queue = append(c.queue, address)
	}
}

// copied is one file, and the addresses to which it leads.
type copied struct {
	name  string
	body  []byte
	wants []string
}

func (c *copier) fetch(address string) (copied, error) {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	w := httptest.NewRecorder()
	c.router.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		return copied{}, fmt.Errorf("%s answers %d; a page links to something that is not there", address, w.Code)
	}
	f := copied{name: siteFile(address), body: w.Body.Bytes()}
	switch kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";"); kind {
	case "text/html":
		if err := f.relative(); err != nil {
			return copied{}, fmt.Errorf("%s: %w", address, err)
		}
	case "text/css":
		for _, ref := range cssRefs(f.body) {
			f.wants = append(f.wants, path.Join(path.Dir(address), ref))
		}
	}
	return f, nil
}

// siteFile is where the answer of an address stands in the folder.
func siteFile(address string) string {
	rest, inAtlas := strings.CutPrefix(address, "/atlas")
	switch {
	case inAtlas && rest == "":
		return "index.html"
	case inAtlas && path.Ext(rest) == "":
		return strings.TrimPrefix(rest, "/") + ".html"
	case inAtlas:
		return strings.TrimPrefix(rest, "/")
	}
	dir, last := path.Split(strings.TrimPrefix(address, "/"))
	if last == "jpg" || last == "svg" {
		return strings.TrimSuffix(dir, "/") + "." + last // body/../back/jpg
	}
	return dir + last
}

// serverOnly marks what is of no use without a server.
const serverOnly = "data-server"

// relative rewrites the links of a page, notes what they lead to, and leaves out what
// needs a server.
func (f *copied) relative() error {
	var out bytes.Buffer
	z := html.NewTokenizer(bytes.NewReader(f.body))
	skip, inside := "", 0 // the element that is left out, and how deep we are in its like
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			if skip != "" {
				return fmt.Errorf("<%s %s> has no end", skip, serverOnly)
			}
			f.body = out.Bytes()
			return nil
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			raw := bytes.Clone(z.Raw())
			t := z.Token()
			if skip != "" {
				switch {
				case t.Data == skip && kind == html.StartTagToken:
					inside++
				case t.Data == skip && kind == html.EndTagToken:
					if inside--; inside == 0 {
						skip = ""
					}
				}
				continue
			}
			if kind != html.EndTagToken && slices.ContainsFunc(t.Attr, func(a html.Attribute) bool { return a.Key == serverOnly }) {
				if kind == html.StartTagToken && !isVoid(t.Data) {
					skip, inside = t.Data, 1
				}
				continue
			}
			if f.rewrite(&t) {
				out.WriteString(t.String())
			} else {
				out.Write(raw)
			}
		default:
			if skip == "" {
				out.Write(z.Raw())
			}
		}
	}
}

func isVoid(tag string) bool {
	return slices.Contains([]string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}, tag)
}

// rewrite makes the addresses of a tag relative and tells whether it changed.
func (f *copied) rewrite(t *html.Token) bool {
	changed := false
	for i, a := range t.Attr {
		if a.Key != "href" && a.Key != "src" || !strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "//") {
			continue
		}
		address, fragment, _ := strings.Cut(a.Val, "#")
		f.wants = append(f.wants, address)
		t.Attr[i].Val = relativeTo(f.name, siteFile(address))
		if fragment != "" {
			t.Attr[i].Val += "#" + fragment
		}
		changed = true
	}
	return changed
}

// relativeTo is the way from one file of the folder to another.
func relativeTo(from, to string) string {
	return strings.Repeat("../", strings.Count(from, "/")) + to
}

// cssRefs lists the relative addresses in a style sheet.
func cssRefs(css []byte) []string {
	var out []string
	for rest := string(css); ; {
		_, after, found := strings.Cut(rest, "url(")
		if !found {
			return out
		}
		ref, tail, _ := strings.Cut(after, ")")
		if ref = strings.Trim(ref, `"' `); !strings.Contains(ref, ":") && ref != "" && ref[0] != '#' {
			out = append(out, ref)
		}
		rest = tail
	}
}

// exchange writes the files beside the folder and then takes its place.
func exchange(dir string, files map[string][]byte) (err error) {
	fresh, err := folderBeside(dir)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(fresh))
		}
	}()
	if err := os.Chmod(fresh, 0o755); err != nil { //nolint:gosec // a web site is for everybody to read
		return fmt.Errorf("write the site: %w", err)
	}
	for name, content := range files {
		file := filepath.Join(fresh, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // as above
			return fmt.Errorf("write the site: %w", err)
		}
		if err := os.WriteFile(file, content, 0o644); err != nil { //nolint:gosec // as above
			return fmt.Errorf("write the site: %w", err)
		}
	}
	old := fresh + ".old"
	switch err := os.Rename(dir, old); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("put the old folder aside (if it is a mount, name a folder inside it): %w", err)
	}
	if err := os.Rename(fresh, dir); err != nil {
		err = fmt.Errorf("put the site in place: %w", err)
		switch back := os.Rename(old, dir); {
		case errors.Is(back, fs.ErrExist): // another Knead was quicker; its site stands
			return errors.Join(err, os.RemoveAll(old))
		case back != nil && !errors.Is(back, fs.ErrNotExist):
			return errors.Join(err, back)
		}
		return err
	}
	if err := os.RemoveAll(old); err != nil {
		return fmt.Errorf("the site is written; remove %s by hand: %w", old, err)
	}
	return nil
}
