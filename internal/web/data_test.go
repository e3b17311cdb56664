package web

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
)

var offered = []Download{
	{Name: "a.json", Key: "json", Kind: "application/json", Make: func() ([]byte, error) { return []byte(`{"a":1}`), nil }},
	{Name: "b.zip", Key: "csv", Kind: "application/zip", Make: func() ([]byte, error) { return nil, errors.New("no tables today") }},
}

func TestOpenDataAreOfferedWhereThereAreSome(t *testing.T) {
	get := func(path string, list ...Download) (int, string) {
		routes, err := NewPublic("", list...)
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		routes.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code, w.Body.String()
	}
	if code, page := get("/atlas/data", offered[0]); code != 200 || !strings.Contains(page, `href="/atlas/data/a.json"`) || !strings.Contains(page, "CC-BY-4.0") || !strings.Contains(page, "How to cite: Knead atlas, version ") {
		t.Errorf("/atlas/data answers %d: %s", code, page)
	}
	if code, body := get("/atlas/data/a.json", offered[0]); code != 200 || body != `{"a":1}` {
		t.Errorf("the file answers %d: %s", code, body)
	}
	if code, _ := get("/atlas/data/b.zip", offered...); code != 500 {
		t.Errorf("a file that cannot be made answers %d", code)
	}
	if code, _ := get("/atlas/data/c.json", offered[0]); code != 404 {
		t.Errorf("a file that is not offered answers %d", code)
	}
	if code, _ := get("/atlas/data"); code != 404 {
		t.Errorf("without files the page answers %d", code)
	}
	if _, page := get("/atlas/purpose"); strings.Contains(page, `"/atlas/data"`) {
		t.Error("without files the pages link to them")
	}
}
