// Command bundle makes the page's script and styles: internal/web/ui goes in, four
// files in internal/web/static come out, together with the hash of what went in.
// The files are committed, so that building Knead needs no Node; a test of package
// web compares the hash.
//
// Run it from the tools folder: go run ./bundle
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	source = "../internal/web/ui"
	target = "../internal/web/static"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run() error {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{source + "/app.ts", source + "/app.css", source + "/session.ts", source + "/sw.ts"},
		Outdir:            target,
		Bundle:            true,
		Write:             true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Format:            api.FormatESModule,
		Target:            api.ESNext,
		Charset:           api.CharsetUTF8,
		External:          []string{"font/*"},
		LegalComments:     api.LegalCommentsNone,
		LogLevel:          api.LogLevelWarning,
	})
	if len(result.Errors) > 0 {
		return fmt.Errorf("%d errors", len(result.Errors))
	}
	sum, err := inputs()
	if err != nil {
		return err
	}
	return os.WriteFile(target+"/inputs.sha256", []byte(sum+"\n"), 0o644)
}

// inputs hashes every file that goes into the bundle, name and content.
func inputs() (string, error) {
	h := sha256.New()
	err := filepath.WalkDir(source, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(source, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s %d\n", filepath.ToSlash(name), len(content))
		h.Write(content)
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)), err
}
