package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"knead"
)

// replaceFile writes a whole file or leaves what was there.
func replaceFile(name string, data []byte) error {
	return replaceFiles(map[string][]byte{name: data})
}

// replaceFiles writes all files or leaves all as they were: the bytes go into files
// beside them, which take their names when everything is on the disk. What is no
// regular file, such as /dev/stdout, is written to as it is.
func replaceFiles(files map[string][]byte) error {
	var ready []waiting
	var wrong error
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := prepare(name, files[name])
		if err != nil {
			wrong = &knead.InputError{Text: fmt.Sprintf("cannot write %s: %v", name, because(err))}
			break
		}
		ready = append(ready, w)
	}
	for _, w := range ready {
		if wrong == nil && w.beside != "" {
			wrong = os.Rename(w.beside, w.name)
		}
	}
	if wrong != nil {
		for _, w := range ready {
			os.Remove(w.beside) //nolint:errcheck,gosec // it has its name already, or nobody wants it
		}
	}
	return wrong
}

// waiting is a file that is written and does not have its name yet.
type waiting struct{ beside, name string }

func prepare(name string, data []byte) (waiting, error) {
	mode := fs.FileMode(0o644)
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target // the file, not the link that points to it
	}
	old, err := os.Stat(name)
	switch {
	case err == nil && old.IsDir():
		return waiting{}, errors.New("it is a folder; name a file")
	case err == nil && !old.Mode().IsRegular():
		return waiting{}, os.WriteFile(name, data, mode)
	case err == nil:
		mode = old.Mode().Perm()
	}
	w := waiting{filepath.Join(filepath.Dir(name), ".knead-"+rand.Text()), name}
	if err := writeNew(w.beside, data, mode); err != nil {
		os.Remove(w.beside) //nolint:errcheck,gosec // it is half a file, or is not there
		return waiting{}, err
	}
	return w, nil
}

func writeNew(name string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync() // a full disk may tell only now
	}
	return errors.Join(err, f.Close())
}

// because is what went wrong, without the name of a file that nobody knows.
func because(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}
