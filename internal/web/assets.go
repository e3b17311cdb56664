package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"knead/internal/server"
)

//go:embed static
var staticFiles embed.FS

// file is something served as it is: its bytes, and the same bytes packed if that
// is worth while.
type file struct {
	kind   string // media type
	plain  []byte
	packed []byte // gzip; nil when it saves nothing
}

func newFile(kind string, content []byte) *file {
	f := &file{kind: kind, plain: content}
	if strings.HasPrefix(kind, "image/") || strings.HasPrefix(kind, "font/") {
		return f
	}
	if packed := pack(content, gzip.BestCompression); len(packed) < len(content) {
		f.packed = packed
	}
	return f
}

func pack(content []byte, level int) []byte {
	var b bytes.Buffer
	zw, err := gzip.NewWriterLevel(&b, level)
	if err != nil {
		return content
	}
	if _, err := zw.Write(content); err != nil {
		return content
	}
	if err := zw.Close(); err != nil {
		return content
	}
	return b.Bytes()
}

// serve writes the file for a year: its address holds the hash of its content.
func (f *file) serve(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return f.write(w, r)
}

// write writes the file, packed for those who can read that.
func (f *file) write(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	body := f.plain
	if f.packed != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body = f.packed
		}
	}
	_, err := w.Write(body)
	return err
}

// acceptsGzip tells whether the answer may be packed: gzip is named and its weight is
// not zero (RFC 9110, 12.5.3).
func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(coding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, weighed := strings.CutPrefix(strings.TrimSpace(params), "q=")
		weight, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return !weighed || err == nil && weight > 0
	}
	return false
}

func shortHash(content ...[]byte) string {
	h := sha256.New()
	for _, c := range content {
		h.Write(c)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// assets are the styles, the script and the fonts, under one hash of them all.
type assets struct {
	version string
	files   map[string]*file
}

func readAssets() (*assets, error) {
	a := &assets{files: map[string]*file{}}
	var all [][]byte
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		kind := mime.TypeByExtension(path.Ext(name))
		switch path.Ext(name) {
		case ".woff2":
			kind = "font/woff2"
		case ".js":
			kind = "text/javascript; charset=utf-8"
		case ".txt", "":
			kind = "text/plain; charset=utf-8"
		}
		a.files[strings.TrimPrefix(name, "static/")] = newFile(kind, content)
		all = append(all, []byte(name), content)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	a.version = shortHash(all...)
	return a, nil
}

// url is where a static file is served.
func (a *assets) url(name string) string { return "/static/" + a.version + "/" + name }

func (a *assets) serve(w http.ResponseWriter, r *http.Request) error {
	f := a.files[r.PathValue("name")]
	if f == nil || r.PathValue("version") != a.version {
		return &server.StatusError{Status: http.StatusNotFound, Err: fmt.Errorf("no static file %q", r.PathValue("name"))}
	}
	return f.serve(w, r)
}
