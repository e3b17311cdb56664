package practice_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"knead"
	"knead/body"
	"knead/internal/practice"
	"knead/screen"
)

// hostile is what people type who want to find out.
const hostile = `"><script>alert('x')</script>&amp;{{.}}` + "\u202e\u202c" + `</style>`

// told is a client with something of everything in the record.
func told(t *testing.T, h *practice.House, owner practice.Actor) (knead.ClientID, knead.VisitID) {
	t.Helper()
	ctx := t.Context()
	id, err := h.AddClient(ctx, owner, knead.Client{Name: "Ana " + hostile[2:10], Profile: knead.ClientProfile{History: hostile, Tags: []string{hostile[:30]}}})
	if err != nil {
		t.Fatal(err)
	}
	visit := openVisit(t, h, owner, id)
	marks := map[body.CellID]uint8{}
	for c := range body.Skin().RegionCells("nape", body.Left).All {
		marks[c] = 7
	}
	if _, err := h.ChangeVisit(ctx, owner, visit, func(v *knead.VisitRecord) error {
		v.Input.Drawing = body.Drawing{Marks: []body.Mark{{Levels: marks, Quality: body.Aching}}}
		v.Input.Answers = map[screen.QuestionID]screen.Answer{"g1": {Value: screen.No}}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := h.AddConsents(ctx, owner, id, []knead.Consent{{Kind: knead.ConsentTreatment, Act: "given", Words: hostile, SignedName: "Ana", Visit: visit}}); err != nil {
		t.Fatal(err)
	}
	n, err := h.SaveNote(ctx, owner, visit, 0, note(hostile), true)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.SignNote(ctx, owner, visit, n.Version); err != nil {
		t.Fatal(err)
	}
	if err := h.AddAddendum(ctx, owner, visit, "forgotten", hostile); err != nil {
		t.Fatal(err)
	}
	addFile(t, h, owner, id, "100% <b>#shoulder.png", picture(t, 90))
	addFile(t, h, owner, id, "letter.pdf", []byte(pdf))
	return id, visit
}

func TestAClientGetsTheirWholeRecord(t *testing.T) {
	h, owner, _ := house(t)
	ctx := t.Context()
	id, visit := told(t, h, owner)
	other := addClient(t, h, owner, "Ben")
	addFile(t, h, owner, other, "not yours.pdf", []byte(pdf))
	wrong := addFile(t, h, owner, id, "of somebody else.png", picture(t, 50))
	if err := h.SetFileRemoved(ctx, owner, id, wrong, true); err != nil {
		t.Fatal(err)
	}
	colleague := owner // to whom a private note is closed
	colleague.Member, colleague.Role = "01a224a0-6a40-71ae-9076-88139713aec4", knead.Therapist
	r, err := h.ExportClient(ctx, colleague, id)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case len(r.Visits) != 1 || r.Visits[0].ID != visit || len(r.Visits[0].Input.Drawing.Marks) != 1:
		t.Errorf("visits: %+v", r.Visits)
	case r.Visits[0].Note.Hidden || r.Visits[0].Note.Note.Sections[0].Paragraphs[0] != hostile || len(r.Visits[0].Note.Addenda) != 1:
		t.Errorf("the private note of a colleague is %+v; it is the client's record", r.Visits[0].Note)
	case len(r.Consents) != 1 || r.Consents[0].Words != hostile:
		t.Errorf("consents: %+v", r.Consents)
	case len(r.Files) != 2 || r.Files[0].Name != "100% _b_#shoulder.png":
		t.Errorf("files: %+v; want two, oldest first, without the one that was removed", r.Files)
	}
	data, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
		Visits  []struct {
			Input json.RawMessage `json:"input"`
			Note  struct {
				Document json.RawMessage `json:"document"`
				Digest   string          `json:"digest"`
				Addenda  []struct {
					Words string `json:"words"`
				} `json:"addenda"`
			} `json:"note"`
		} `json:"visits"`
		Files []struct {
			Path   string `json:"path"`
			Digest string `json:"sha256"`
		} `json:"files"`
	}
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatalf("data.json: %v", err)
	}
	if f.Format != "knead-client" || f.Version != 1 || len(f.Visits) != 1 || len(f.Files) != 2 || f.Visits[0].Note.Addenda[0].Words != hostile {
		t.Errorf("data.json says %+v", f)
	}
	if _, err := knead.ReadVisit(f.Visits[0].Input); err != nil {
		t.Errorf("the visit in it cannot be read back: %v", err)
	}
	n, err := knead.ReadNote(f.Visits[0].Note.Document)
	if err != nil {
		t.Fatalf("the note in it cannot be read back: %v", err)
	}
	if sum, err := n.Digest(); err != nil || sum != f.Visits[0].Note.Digest {
		t.Errorf("the seal of the note does not hold: %s, %v; want %s", sum, err, f.Visits[0].Note.Digest)
	}
	lines, _, err := h.Audit(ctx, owner, 0, 1)
	if err != nil || len(lines) != 1 || lines[0].Act != practice.ExportClient || lines[0].Client != id {
		t.Errorf("the last act is %+v, %v; want that the record was handed out", lines, err)
	}
}

func TestTheSameRecordIsExportedAsTheSameBytes(t *testing.T) {
	h, owner, clock := house(t)
	id, _ := told(t, h, owner)
	var first string
	for range 2 {
		r, err := h.ExportClient(t.Context(), owner, id)
		if err != nil {
			t.Fatal(err)
		}
		data, err := r.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(data)
		} else if string(data) != first {
			t.Error("a day later the same record is exported otherwise")
		}
		clock.pass(24 * time.Hour)
	}
}

func TestOnlyOwnerAndTherapistHandOutARecord(t *testing.T) {
	h, owner, _ := house(t)
	id := addClient(t, h, owner, "Ana")
	for _, role := range []knead.Role{knead.Desk, knead.Substitute, knead.Auditor} {
		by := owner
		by.Role = role
		_, err := h.ExportClient(t.Context(), by, id)
		wantKind(t, string(role)+" exports", err, knead.NotAllowed)
	}
	strange := owner
	strange.Practice = "01a224a0-6a40-71ae-9076-88139713aec4"
	_, err := h.ExportClient(t.Context(), strange, id)
	wantKind(t, "another practice exports", err, knead.NotFound)
}

func TestThePreviewOfAJoiningIsWhatHappens(t *testing.T) {
	h, owner, _ := house(t)
	ctx := t.Context()
	keep, err := h.AddClient(ctx, owner, knead.Client{Name: "Ana Lopez", Profile: knead.ClientProfile{Allergies: []string{"nut oil"}}})
	if err != nil {
		t.Fatal(err)
	}
	double, err := h.AddClient(ctx, owner, knead.Client{Name: "A. Lopez", Email: "ana@example.org", Profile: knead.ClientProfile{Allergies: []string{"latex"}}})
	if err != nil {
		t.Fatal(err)
	}
	openVisit(t, h, owner, double)
	j, err := h.PreviewMerge(ctx, owner, double, keep)
	if err != nil || j.FromVisits != 1 || j.IntoVisits != 0 {
		t.Fatalf("PreviewMerge = %+v, %v", j, err)
	}
	if c, err := h.Client(ctx, owner, keep); err != nil || c.Email != "" {
		t.Fatalf("looking has changed the entry: %+v, %v", c, err)
	}
	if _, err := h.MergeClients(ctx, owner, double, keep); err != nil {
		t.Fatal(err)
	}
	c, err := h.Client(ctx, owner, keep)
	if err != nil || c.Email != j.After.Email || strings.Join(c.Profile.Allergies, ",") != strings.Join(j.After.Profile.Allergies, ",") || c.Name != j.After.Name {
		t.Errorf("joined: %+v, %v; the preview said %+v", c, err, j.After)
	}
	desk := owner
	desk.Role = knead.Desk
	_, err = h.PreviewMerge(ctx, desk, double, keep)
	wantKind(t, "the desk looks at a joining", err, knead.NotAllowed)
}
