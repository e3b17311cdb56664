package web

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"knead"
	"knead/internal/practice"
)

const onePDF = "%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"

const hostileName = `"><img src=x onerror=alert(1)>`

func onePNG(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// upload posts files as the form does: pairs of a name and what is in it.
func (x *atTable) upload(client knead.ClientID, files ...string) *httptest.ResponseRecorder {
	x.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(files); i += 2 {
		part, err := form.CreateFormFile("file", files[i])
		if err != nil {
			x.t.Fatal(err)
		}
		if _, err := io.WriteString(part, files[i+1]); err != nil {
			x.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		x.t.Fatal(err)
	}
	return x.ask("POST", "/clients/"+string(client)+"/files", form.FormDataContentType(), body.String())
}

func (x *atTable) get(path string) *httptest.ResponseRecorder { return x.ask("GET", path, "", "") }

func (x *atTable) post(path string, values ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(values); i += 2 {
		form.Set(values[i], values[i+1])
	}
	return x.ask("POST", path, "application/x-www-form-urlencoded", form.Encode())
}

// as invites somebody with a role and gives the workspace with their browser.
func (x *atTable) as(role knead.Role, clients ...knead.ClientID) *atTable {
	x.t.Helper()
	ctx, from := x.t.Context(), netip.MustParseAddr("192.0.2.9")
	in := practice.Invitation{Name: "Somebody", Email: string(role) + "@example.org", Role: role, Clients: clients}
	if role == knead.Substitute {
		in.Until = knead.InstantOf(x.now.AddDate(0, 1, 0))
	}
	owner, _, err := x.house.Resume(ctx, x.cookie)
	if err != nil {
		x.t.Fatal(err)
	}
	bearer, _, err := x.house.Invite(ctx, owner, in)
	if err != nil {
		x.t.Fatal(err)
	}
	link, _, err := x.house.Invited(ctx, bearer, practice.ForJoin, from)
	if err != nil {
		x.t.Fatal(err)
	}
	other := *x
	if other.cookie, _, err = x.house.Join(ctx, link, practice.Way{Password: tablePassword}); err != nil {
		x.t.Fatal(err)
	}
	return &other
}

// text is what a page says, without its tags.
func pageText(t testing.TB, page string) string {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	var b strings.Builder
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.WriteString(z.Token().Data)
		}
	}
}

// noMarkup fails where what somebody typed became part of the page itself.
func noMarkup(t testing.TB, where, page string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			tag := z.Token()
			for _, a := range tag.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Val == "x" && a.Key == "src" {
					t.Errorf("%s: <%s %s=%q> came from a text", where, tag.Data, a.Key, a.Val)
				}
			}
		}
	}
}

func TestFilesGoUpAndComeBackShutIn(t *testing.T) {
	x := newAtTable(t, false)
	at := "/clients/" + string(x.client)
	w := x.upload(x.client, "../../"+hostileName+".png", onePNG(t), "letter für Dr. 김.pdf", onePDF)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != at+"?added=2#files" {
		t.Fatalf("two files: %d to %q\n%s", w.Code, w.Header().Get("Location"), w.Body)
	}
	page := x.get(at + "?added=2").Body.String()
	noMarkup(t, "the client's page", page)
	if text := pageText(t, page); !strings.Contains(text, "2 files were added.") || !strings.Contains(text, "letter für Dr. 김.pdf") {
		t.Errorf("the page does not list the files:\n%s", text)
	}
	list, err := x.house.Files(t.Context(), x.owner, x.client)
	if err != nil || len(list) != 2 {
		t.Fatalf("Files = %v, %v", list, err)
	}
	for _, f := range list {
		w := x.get(at + "/files/" + string(f.ID))
		for key, want := range map[string]string{
			"Content-Type": f.Type, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
			"Content-Security-Policy": "default-src 'none'; sandbox", "Content-Length": fmt.Sprint(f.Size),
		} {
			if got := w.Header().Get(key); got != want {
				t.Errorf("%s: %s = %q, want %q", f.Type, key, got, want)
			}
		}
		how, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
		want := "attachment"
		if f.Picture() {
			want = "inline"
		}
		if err != nil || how != want || params["filename"] != f.Name {
			t.Errorf("%s: Content-Disposition %q is %s of %v, %v; want %s of %q", f.Type, w.Header().Get("Content-Disposition"), how, params, err, want, f.Name)
		}
		if f.Type == "application/pdf" && w.Body.String() != onePDF {
			t.Error("the PDF did not come back as it was")
		}
		thumb := x.get(at + "/files/" + string(f.ID) + "/thumb")
		if f.Picture() && (thumb.Code != http.StatusOK || thumb.Header().Get("Content-Type") != "image/jpeg") || !f.Picture() && thumb.Code != http.StatusNotFound {
			t.Errorf("thumbnail of %s: %d, %s", f.Type, thumb.Code, thumb.Header().Get("Content-Type"))
		}
	}
}

func TestWhatIsNotTakenIsNamedBesideWhatWas(t *testing.T) {
	x := newAtTable(t, false)
	w := x.upload(x.client, "good.pdf", onePDF, hostileName+".png", "<html><script>alert(1)</script>", "empty.pdf", "")
	page := w.Body.String()
	noMarkup(t, "the answer", page)
	text := pageText(t, page)
	for _, want := range []string{"One file was added.", "Only photos (JPEG, PNG, WebP) and PDF are taken.", "This file is empty.", "good.pdf"} {
		if !strings.Contains(text, want) {
			t.Errorf("the answer does not say %q", want)
		}
	}
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("status %d, want 422", w.Code)
	}
	many := make([]string, 0, 24)
	for i := range 12 {
		many = append(many, fmt.Sprintf("%d.pdf", i), strings.Replace(onePDF, "1 0", fmt.Sprint(i+2, " 0"), 1))
	}
	if text := pageText(t, x.upload(x.client, many...).Body.String()); !strings.Contains(text, "10 files at once are taken") {
		t.Error("twelve files at once: the answer does not say that two were left out")
	}
	if list, err := x.house.Files(t.Context(), x.owner, x.client); err != nil || len(list) != 11 {
		t.Errorf("%d files are there, %v; want 11", len(list), err)
	}
	if text := pageText(t, x.upload(x.client).Body.String()); !strings.Contains(text, "Choose a file first.") {
		t.Error("no file: the answer does not say so")
	}
	if w := x.post("/clients/"+string(x.client)+"/files", "file", "x"); w.Code != http.StatusBadRequest {
		t.Errorf("a form that holds no files: %d, want 400", w.Code)
	}
}

func TestMoreThanALittleGoesUpOnTheRouteForFilesAlone(t *testing.T) {
	x := newAtTable(t, false)
	large := "%PDF-1.7" + strings.Repeat("\n", 4<<20) + "%%EOF"
	if w := x.upload(x.client, "large.pdf", large); w.Code != http.StatusSeeOther {
		t.Errorf("4 MB: %d, want it taken", w.Code)
	}
	if w := x.post("/clients/"+string(x.client), "history", large); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("4 MB in a field of another form: %d, want 413", w.Code)
	}
	over := "%PDF-1.7" + strings.Repeat("\n", practice.MaxFileBytes) + "%%EOF"
	if w := x.upload(x.client, "too large.pdf", over, "after it.pdf", onePDF); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "larger than 15 MB") || !strings.Contains(w.Body.String(), "after it.pdf") {
		t.Errorf("one file over the limit: %d; want it named, and the one after it taken", w.Code)
	}
}

func TestEveryRouteWithLimitsOfItsOwnIsARoute(t *testing.T) {
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	s.record = Record{}
	routes := s.deskRoutes()
	for pattern := range routeLimits() {
		if routes[pattern] == nil {
			t.Errorf("%s has limits and is no route", pattern)
		}
	}
}

func TestARemovedFileIsBroughtBackOnThePage(t *testing.T) {
	x := newAtTable(t, false)
	at := "/clients/" + string(x.client)
	x.upload(x.client, "letter.pdf", onePDF)
	list, err := x.house.Files(t.Context(), x.owner, x.client)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	file := at + "/files/" + string(list[0].ID)
	w := x.post(file)
	if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || to != at+"?removed="+string(list[0].ID)+"#files" {
		t.Fatalf("removing: %d to %q", w.Code, to)
	}
	if text := pageText(t, x.get(at+"?removed="+string(list[0].ID)).Body.String()); !strings.Contains(text, "letter.pdf was removed.") {
		t.Error("the page does not offer to bring it back")
	}
	if text := pageText(t, x.get(at).Body.String()); !strings.Contains(text, "One removed file") {
		t.Error("later the page does not list what was removed")
	}
	x.post(file, "undo", "1")
	if text := pageText(t, x.get(at).Body.String()); strings.Contains(text, "One removed file") || !strings.Contains(text, "letter.pdf") {
		t.Error("it did not come back")
	}
}

// TestWhoReachesWhatOfAClientsEntry tries the routes as everybody who might: the status,
// and that nothing of the client is told to whom it is not open.
func TestWhoReachesWhatOfAClientsEntry(t *testing.T) {
	x := newAtTable(t, false)
	x.upload(x.client, "letter.pdf", onePDF)
	other, err := x.house.AddClient(t.Context(), x.owner, knead.Client{Name: "Ben"})
	if err != nil {
		t.Fatal(err)
	}
	list, err := x.house.Files(t.Context(), x.owner, x.client)
	if err != nil {
		t.Fatal(err)
	}
	at, file := "/clients/"+string(x.client), string(list[0].ID)
	nobody := *x
	nobody.cookie = ""
	people := map[string]*atTable{
		"nobody": &nobody, "owner": x, "therapist": x.as(knead.Therapist), "desk": x.as(knead.Desk),
		"substitute": x.as(knead.Substitute, other), "auditor": x.as(knead.Auditor),
	}
	for path, want := range map[string]map[string]int{
		at + "/files/" + file:                          {"nobody": 303, "owner": 200, "therapist": 200, "desk": 403, "substitute": 404, "auditor": 200},
		at + "/files/" + file + "/thumb":               {"nobody": 303, "owner": 404, "therapist": 404, "desk": 403, "substitute": 404, "auditor": 404},
		"/clients/" + string(other) + "/files/" + file: {"nobody": 303, "owner": 404, "therapist": 404, "desk": 403, "substitute": 404, "auditor": 404},
		at + "/manage":                                 {"nobody": 303, "owner": 200, "therapist": 200, "desk": 403, "substitute": 403, "auditor": 403},
		at + "/join/" + string(other):                  {"nobody": 303, "owner": 200, "therapist": 200, "desk": 403, "substitute": 403, "auditor": 403},
		at + "/join/" + string(x.client):               {"nobody": 303, "owner": 404, "therapist": 404},
		at + "/erase":                                  {"nobody": 303, "owner": 200, "therapist": 403, "desk": 403, "substitute": 403, "auditor": 403},
		at + "/erasures/" + file:                       {"nobody": 303, "owner": 404, "therapist": 403, "desk": 403, "substitute": 403, "auditor": 403},
		at + "/export":                                 {"nobody": 303, "owner": 200, "therapist": 200, "desk": 403, "substitute": 403, "auditor": 403},
		"/expired":                                     {"nobody": 303, "owner": 200, "therapist": 403, "desk": 403, "substitute": 403, "auditor": 403},
		"/clients/nobody/manage":                       {"owner": 404, "therapist": 404},
		"/clients/nobody/export":                       {"owner": 404, "therapist": 404},
	} {
		for who, code := range want {
			w := people[who].get(path)
			if w.Code != code {
				t.Errorf("%s asks GET %s and gets %d, want %d", who, path, w.Code, code)
			}
			if code >= 300 && strings.Contains(w.Body.String(), "Kim Sun") {
				t.Errorf("%s asks GET %s and learns whose it is", who, path)
			}
		}
	}
	for _, path := range []string{at + "/files", at + "/files/" + file, at + "/join/" + string(other), at + "/hold", at + "/erase", at + "/joinings/" + file} {
		for _, who := range []string{"nobody", "desk", "substitute", "auditor"} {
			w := people[who].post(path, "hold", "x", "reason", "x", "sure", "yes")
			if path == at+"/files" {
				w = people[who].upload(x.client, "x.pdf", onePDF+"%%EOF")
			}
			if w.Code != http.StatusForbidden && w.Code != http.StatusNotFound {
				t.Errorf("%s posts to %s and gets %d, want 403 or 404", who, path, w.Code)
			}
		}
	}
	if text := people["desk"].get(at).Body.String(); strings.Contains(text, "letter.pdf") || strings.Contains(text, "/manage") {
		t.Error("the desk's page shows files, or what it may not do")
	}
	for _, path := range []string{at, at + "/outcomes", at + "/incidents", "/visits/" + string(x.visit), "/visits/" + string(x.visit) + "/note"} {
		w := people["auditor"].get(path)
		if strings.Contains(w.Body.String(), `href="`+at+`/edit"`) || regexp.MustCompile(`<form method="post" action="/(clients|visits)/`).MatchString(w.Body.String()) {
			t.Errorf("the auditor's page %s has a form or a key that is refused", path)
		}
	}
}

func TestAnEntryIsJoinedHeldAndErasedOnItsPages(t *testing.T) {
	x := newAtTable(t, false)
	ctx, at := t.Context(), "/clients/"+string(x.client)
	double, err := x.house.AddClient(ctx, x.owner, knead.Client{Name: "Kim Sun " + hostileName, Email: "kim@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	manage := func() string {
		page := x.get(at + "/manage").Body.String()
		noMarkup(t, "manage", page)
		return page
	}
	if page := manage(); !strings.Contains(page, at+"/join/"+string(double)) {
		t.Error("an entry with the same name is not offered as a double")
	}
	page := x.get(at + "/join/" + string(double)).Body.String()
	noMarkup(t, "the two side by side", page)
	if !strings.Contains(pageText(t, page), "kim@example.org") {
		t.Error("the preview does not show what comes over")
	}
	if w := x.post(at + "/join/" + string(double)); w.Code != http.StatusSeeOther {
		t.Fatalf("joining: %d", w.Code)
	}
	apart := regexp.MustCompile(at + `/joinings/[0-9a-f-]+`).FindString(manage())
	if apart == "" {
		t.Fatal("the joining is not listed")
	}
	if w := x.post("/clients/" + string(double) + strings.TrimPrefix(apart, at)); w.Code != http.StatusNotFound {
		t.Errorf("taking apart from the page of another entry: %d, want 404", w.Code)
	}
	if text := pageText(t, x.get("/clients/"+string(double)).Body.String()); !strings.Contains(text, "This entry was joined with") {
		t.Error("the double's page does not say where everything went")
	}
	if w := x.post(apart); w.Code != http.StatusSeeOther || !strings.Contains(pageText(t, manage()), "taken apart on") {
		t.Errorf("taking apart: %d", w.Code)
	}

	if w := x.post(at+"/hold", "hold", " "); w.Code != http.StatusUnprocessableEntity || !strings.Contains(pageText(t, w.Body.String()), "Say why.") {
		t.Errorf("a hold without a reason: %d", w.Code)
	}
	if w := x.post(at+"/hold", "hold", hostileName); w.Code != http.StatusSeeOther || !strings.Contains(pageText(t, manage()), hostileName) {
		t.Errorf("a hold: %d", w.Code)
	}
	if w := x.get(at + "/erase"); w.Code != http.StatusConflict {
		t.Errorf("looking at an erasure under a hold: %d, want 409", w.Code)
	}
	if w := x.post(at+"/erase", "reason", "asked", "sure", "yes"); w.Code != http.StatusConflict {
		t.Errorf("erasing under a hold: %d, want 409", w.Code)
	}
	x.post(at+"/hold", "lift", "1")

	if w := x.post(at+"/erase", "sure", "yes"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("erasing without a reason: %d, want 422", w.Code)
	}
	w := x.post(at+"/erase", "reason", hostileName)
	noMarkup(t, "the second step", w.Body.String())
	if c, err := x.house.Client(ctx, x.owner, x.client); err != nil || w.Code != http.StatusOK || c.Erased != 0 {
		t.Fatalf("after the first step: %d, %+v, %v; nothing may have gone", w.Code, c, err)
	}
	w = x.post(at+"/erase", "reason", hostileName, "sure", "yes")
	to := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, at+"/erasures/") {
		t.Fatalf("erasing: %d to %q", w.Code, to)
	}
	page = x.get(to).Body.String()
	noMarkup(t, "the record of the erasure", page)
	if text := pageText(t, page); !strings.Contains(text, "This was erased") || strings.Contains(text, "Kim Sun") {
		t.Errorf("the record of the erasure names somebody, or says nothing:\n%s", text)
	}
	if !strings.Contains(manage(), to) {
		t.Error("the erasure is not listed on the page")
	}
}

func TestRecordsWhoseTimeIsOverAreListed(t *testing.T) {
	x := newAtTable(t, false)
	if _, err := x.house.ChangeVisit(t.Context(), x.owner, x.visit, func(v *knead.VisitRecord) error { v.State = knead.VisitEnded; return nil }); err != nil {
		t.Fatal(err)
	}
	if text := pageText(t, x.get("/expired").Body.String()); !strings.Contains(text, "No record has come to its end.") {
		t.Error("a record of today is listed")
	}
	x.now = x.now.AddDate(11, 0, 0)
	x.signIn()
	if text := pageText(t, x.get("/expired").Body.String()); !strings.Contains(text, "Kim Sun") || !strings.Contains(text, "last treated on 4 May 2026") {
		t.Errorf("eleven years later the list says:\n%s", text)
	}
}

// record reads an export: path to content.
func (x *atTable) record(path string) (raw []byte, parts map[string]string) {
	x.t.Helper()
	w := x.get(path)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/zip" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		x.t.Fatalf("export: %d %v", w.Code, w.Header())
	}
	raw = w.Body.Bytes()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		x.t.Fatal(err)
	}
	parts = map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			x.t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			x.t.Fatal(err)
		}
		parts[f.Name] = string(b)
	}
	return raw, parts
}

func TestTheExportIsAWholeThatNeedsNothingElse(t *testing.T) {
	x := newAtTable(t, false)
	ctx, at := t.Context(), "/clients/"+string(x.client)
	if err := x.house.ChangeClient(ctx, x.owner, x.client, 0, func(c *knead.Client) error {
		c.Name, c.Profile.History = "Kim "+hostileName, "</style><script>alert(1)</script>"+hostileName
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	n, err := x.house.SaveNote(ctx, x.owner, x.visit, 0, knead.Note{Sections: []knead.NoteSection{{Heading: hostileName, Paragraphs: []string{"Felt better. <script>alert(2)</script>"}}}}, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.house.SignNote(ctx, x.owner, x.visit, n.Version); err != nil {
		t.Fatal(err)
	}
	if err := x.house.AddAddendum(ctx, x.owner, x.visit, "forgotten", "Also the calves "+hostileName); err != nil {
		t.Fatal(err)
	}
	if err := x.house.AddConsents(ctx, x.owner, x.client, []knead.Consent{{Kind: knead.ConsentTreatment, Act: "given", Words: "I agree to be treated. " + hostileName, SignedName: "Kim", Signature: "M10 20L30 25L50.5 12"}}); err != nil {
		t.Fatal(err)
	}
	x.upload(x.client, "50% #1 "+hostileName+".png", onePNG(t), "letter.pdf", onePDF)

	first, parts := x.record(at + "/export")
	x.now = x.now.AddDate(0, 0, 3)
	x.signIn()
	if again, _ := x.record(at + "/export"); !bytes.Equal(first, again) {
		t.Error("three days later the same record is exported otherwise")
	}
	page := parts["index.html"]
	noMarkup(t, "index.html", page)
	text := pageText(t, page)
	for _, want := range []string{"Kim " + hostileName, "<script>alert(2)</script>", "Also the calves", "I agree to be treated.", "Seal (SHA-256): ", "Signed by Noor Haddad", "A 6", "letter.pdf", "Answered with no:"} {
		if !strings.Contains(text, want) {
			t.Errorf("index.html does not say %q", want)
		}
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		name, err := url.PathUnescape(m[1])
		if err != nil || parts[name] == "" {
			t.Errorf("index.html points at %q, which is not in the archive", m[1])
		}
	}
	if strings.Contains(page, "<script") || regexp.MustCompile(`https?://(?:[^w]|w[^w])`).MatchString(page) {
		t.Error("index.html holds a script, or an address elsewhere")
	}
	if !strings.Contains(page, `viewBox="6 8 48.5 21"`) {
		t.Error("index.html does not show the signature as it was drawn")
	}
	pictures, files := 0, 0
	for name, content := range parts {
		if strings.Contains(name, "..") || strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\\"<>|?*\x00") {
			t.Errorf("the archive holds %q", name)
		}
		if strings.HasPrefix(name, "pictures/") {
			pictures++
			if !strings.HasPrefix(content, "<svg xmlns") || !strings.Contains(page, content) {
				t.Errorf("%s is no picture of the page", name)
			}
		}
		if strings.HasPrefix(name, "files/") {
			files++
		}
	}
	if pictures == 0 || files != 2 || parts["data.json"] == "" {
		t.Errorf("the archive holds %d pictures, %d files and %d bytes of data", pictures, files, len(parts["data.json"]))
	}
}

func TestAnExportThatFailsIsNoWholeArchive(t *testing.T) {
	x := newAtTable(t, false)
	x.upload(x.client, "letter.pdf", onePDF)
	r, err := x.house.ExportClient(t.Context(), x.owner, x.client)
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = s.writeExport(t.Context(), &out, r, func(context.Context, practice.File) ([]byte, error) { return nil, io.ErrUnexpectedEOF })
	if _, zipErr := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len())); err == nil || zipErr == nil {
		t.Errorf("writeExport without a file: %v, and the archive opens: %v", err, zipErr)
	}
}
