package practice_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"

	"knead"
	"knead/internal/practice"
)

const pdf = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"

func picture(t testing.TB, shade uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 400, 300))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	img.SetGray(0, 0, color.Gray{Y: shade + 1})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func addFile(t *testing.T, h *practice.House, by practice.Actor, client knead.ClientID, name string, content []byte) knead.FileID {
	t.Helper()
	id, err := h.AddFile(t.Context(), by, client, name, bytes.NewReader(content))
	if err != nil {
		t.Fatalf("AddFile(%s): %v", name, err)
	}
	return id
}

func TestAPDFIsKeptByteForByte(t *testing.T) {
	h, owner, _ := house(t)
	client := addClient(t, h, owner, "Ana")
	id := addFile(t, h, owner, client, "../letter.pdf", []byte(pdf))
	f, content, err := h.File(t.Context(), owner, client, id)
	if err != nil || string(content) != pdf || f.Name != "letter.pdf" || f.Type != "application/pdf" || f.Size != int64(len(pdf)) || f.Picture() {
		t.Errorf("File = %+v with %d bytes, %v; want the PDF as it came", f, len(content), err)
	}
	_, err = h.Thumbnail(t.Context(), owner, client, id)
	wantKind(t, "Thumbnail of a PDF", err, knead.NotFound)
}

func TestOnlyPhotosAndPDFsAreTaken(t *testing.T) {
	h, owner, _ := house(t)
	client := addClient(t, h, owner, "Ana")
	for what, file := range map[string]struct{ name, content string }{
		"a page named as a photo":   {"x.png", "<!doctype html><script>alert(1)</script>"},
		"a drawing with script":     {"x.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`},
		"a program":                 {"x.pdf", "MZ\x90\x00"},
		"a GIF":                     {"x.gif", "GIF89a\x01\x00\x01\x00\x00\x00\x00;"},
		"a PDF that was cut off":    {"x.pdf", pdf[:len(pdf)-8]},
		"nothing":                   {"x.jpg", ""},
		"a PDF behind a page":       {"x.pdf", "<html></html>" + pdf},
		"a page with a JPEG's head": {"x.jpg", "\xff\xd8\xff\xe0<html><script>alert(1)</script></html>"},
		"16 MB":                     {"x.pdf", "%PDF-1.7" + strings.Repeat(" ", 16<<20) + "%%EOF"},
	} {
		_, err := h.AddFile(t.Context(), owner, client, file.name, strings.NewReader(file.content))
		wantKind(t, what, err, knead.Invalid)
	}
	if list, err := h.Files(t.Context(), owner, client); err != nil || len(list) != 0 {
		t.Errorf("after refusals: %v, %v; want no file", list, err)
	}
}

type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	e.read += int64(len(p))
	return len(p), nil
}

func TestAFileWithoutEndIsNotReadToTheEnd(t *testing.T) {
	h, owner, _ := house(t)
	client := addClient(t, h, owner, "Ana")
	from := &endless{}
	_, err := h.AddFile(t.Context(), owner, client, "x.pdf", from)
	wantKind(t, "AddFile without end", err, knead.Invalid)
	if from.read > practice.MaxFileBytes+1 {
		t.Errorf("%d bytes were read, want %d at most", from.read, practice.MaxFileBytes+1)
	}
	_, err = h.AddFile(t.Context(), owner, client, "x.pdf", io.MultiReader(strings.NewReader(pdf), brokenOff{}))
	wantKind(t, "AddFile that breaks off", err, knead.Invalid)
}

type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestARemovedFileComesBack(t *testing.T) {
	h, owner, _ := house(t)
	client := addClient(t, h, owner, "Ana")
	id := addFile(t, h, owner, client, "shoulder.png", picture(t, 90))
	if again := addFile(t, h, owner, client, "the same.png", picture(t, 90)); again != id {
		t.Error("the same picture was stored twice")
	}
	for _, removed := range []bool{true, true, false} {
		if err := h.SetFileRemoved(t.Context(), owner, client, id, removed); err != nil {
			t.Fatal(err)
		}
		list, err := h.Files(t.Context(), owner, client)
		if err != nil || len(list) != 1 || (list[0].Removed != 0) != removed {
			t.Errorf("after SetFileRemoved(%v): %+v, %v", removed, list, err)
		}
	}
	if small, err := h.Thumbnail(t.Context(), owner, client, id); err != nil || !bytes.HasPrefix(small, []byte("\xff\xd8")) {
		t.Errorf("Thumbnail = %d bytes, %v; want a JPEG", len(small), err)
	}
	if _, err := h.VerifyAudit(t.Context(), owner.Practice); err != nil {
		t.Error(err)
	}
}

func TestFilesAreForThoseWhoMaySeeTheChart(t *testing.T) {
	h, owner, _ := house(t)
	ctx := t.Context()
	mine, other := addClient(t, h, owner, "Ana"), addClient(t, h, owner, "Ben")
	id := addFile(t, h, owner, mine, "shoulder.png", picture(t, 90))
	visit := openVisit(t, h, owner, mine)
	bearer, _, err := h.SendLink(ctx, owner, visit, practice.ForIntake)
	if err != nil {
		t.Fatal(err)
	}
	link, _, err := h.Follow(ctx, bearer, practice.ForIntake, here)
	if err != nil {
		t.Fatal(err)
	}
	desk, strange, auditor := owner, owner, owner
	desk.Role, auditor.Role, strange.Practice = knead.Desk, knead.Auditor, "01a224a0-6a40-71ae-9076-88139713aec4"
	stranger := owner
	stranger.Role = knead.Substitute // without a grant
	for who, by := range map[string]struct {
		practice.Actor
		see, add knead.Kind
	}{
		"desk": {desk, knead.NotAllowed, knead.NotAllowed}, "link": {link, knead.NotFound, knead.NotAllowed},
		"another practice": {strange, knead.NotFound, knead.NotFound}, "substitute": {stranger, knead.NotFound, knead.NotFound},
		"auditor": {auditor, "", knead.NotAllowed},
	} {
		_, _, err := h.File(ctx, by.Actor, mine, id)
		wantKind(t, who+" reads a file", err, by.see)
		_, err = h.Thumbnail(ctx, by.Actor, mine, id)
		wantKind(t, who+" reads a thumbnail", err, by.see)
		_, err = h.Files(ctx, by.Actor, mine)
		wantKind(t, who+" lists files", err, by.see)
		_, err = h.AddFile(ctx, by.Actor, mine, "x.pdf", strings.NewReader(pdf))
		wantKind(t, who+" adds a file", err, by.add)
		err = h.SetFileRemoved(ctx, by.Actor, mine, id, true)
		if knead.KindOf(err) == "" {
			t.Errorf("%s removed a file", who)
		}
	}
	_, _, err = h.File(ctx, owner, other, id)
	wantKind(t, "a file under another client", err, knead.NotFound)
}
