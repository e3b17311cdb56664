package web

import (
	"fmt"
	"net/http"
	"sync"

	"knead"
	"knead/atlas"
	"knead/internal/server"
)

// Download is the atlas as a file for programs. Other doors make it; this one only
// hands it out.
type Download struct {
	Name string // of the file: "knead-atlas.json"
	Key  string // of its words in the catalogue: "json"
	Kind string // media type
	Make func() ([]byte, error)
}

// downloads are the files that are handed out, each made when it is first asked for.
type downloads struct {
	list []Download
	made []func() (*file, error)
}

func newDownloads(list []Download) downloads {
	d := downloads{list: list}
	for _, one := range list {
		d.made = append(d.made, sync.OnceValues(func() (*file, error) {
			content, err := one.Make()
			if err != nil {
				return nil, fmt.Errorf("make %s: %w", one.Name, err)
			}
			return newFile(one.Kind, content), nil
		}))
	}
	return d
}

// dataPage offers the atlas as open data.
type dataPage struct {
	publicPage

	Files                  []dataFile
	Version, Licence, Cite string
}

type dataFile struct {
	Path, Name, Title, Text, Size string
}

func (s *site) dataPage(string) (publicView, error) {
	p := dataPage{
		publicPage: publicPage{
			Title: s.words.say("data.title"), Description: s.words.say("data.description"),
			Path: href("data"), Kind: "data", Door: "data", Crumbs: s.crumbs(),
		},
		Version: atlas.Version, Licence: atlas.Licence, Cite: s.shelf().atlas.Cite(knead.Version),
	}
	for i, d := range s.downloads.list {
		f, err := s.downloads.made[i]()
		if err != nil {
			return nil, err
		}
		p.Files = append(p.Files, dataFile{
			Path: href("data", d.Name), Name: d.Name, Title: s.words.say("data." + d.Key), Text: s.words.say("data." + d.Key + ".what"),
			Size: s.fileSize(len(f.plain)),
		})
	}
	return p, nil
}

func (s *site) fileSize(bytes int) string {
	if bytes < 1e5 {
		return s.words.say("data.size-small", (bytes+999)/1000)
	}
	return s.words.say("data.size", fmt.Sprintf("%.1f", float64(bytes)/1e6))
}

// dataFile hands out one file.
func (s *site) dataFile(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	for i, d := range s.downloads.list {
		if d.Name != name {
			continue
		}
		f, err := s.downloads.made[i]()
		if err != nil {
			return err
		}
		return f.serveFresh(w, r)
	}
	return lost("file", name)
}

// dataRoutes are there when there is something to hand out.
func (s *site) dataRoutes() map[string]server.Handler {
	if len(s.downloads.list) == 0 {
		return nil
	}
	return map[string]server.Handler{
		"GET /atlas/data":        s.publicHandler(s.dataPage),
		"GET /atlas/data/{name}": s.dataFile,
	}
}
