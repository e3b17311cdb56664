package practice

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"knead"
)

// ClientRecord is everything that the record holds about one client, oldest first. What a
// door shows of it to the client is the door's; [ClientRecord.JSON] is for programs.
type ClientRecord struct {
	Practice  knead.Practice
	Members   map[knead.MemberID]string // names
	Client    knead.Client
	Visits    []ClientVisit
	Consents  []knead.Consent
	Measures  []Measure
	Incidents []Incident
	Messages  []Alert
	Files     []File // without those that were removed
	Erasures  []Erasure
}

// ClientVisit is a visit with what hangs on it.
type ClientVisit struct {
	knead.VisitRecord

	Note     NoteRecord // without an ID: there is none
	Lifts    []LiftRecord
	Letters  []Referral
	Events   []string // what devices noted at the table, as JSON
	Checkins []knead.Checkin
}

// mostVisits is how many visits an export takes. Chosen: one a day for 25 years.
const mostVisits = 10_000

// ExportClient reads the whole record of one client, for the client. It is their record:
// notes that only their author may read are in it, and drafts. Files that were removed
// are not: one that landed here by mistake is somebody else's.
func (h *House) ExportClient(ctx context.Context, by Actor, id knead.ClientID) (r ClientRecord, err error) {
	err = h.do(ctx, by, ExportClient, func(c *change) error {
		if r.Client, err = c.client(id); err != nil {
			return err
		}
		c.about("client", string(id), id, nil)
		whole := *c
		whole.by = Program(by.Practice, "export") // for which no note is private
		return whole.export(&r)
	})
	return r, err
}

func (c *change) export(r *ClientRecord) (err error) {
	id := r.Client.ID
	practice, err := c.q.Practice(c.ctx, c.by.Practice)
	if err != nil {
		return err
	}
	if r.Practice, err = practiceOf(practice); err != nil {
		return err
	}
	members, err := c.q.Members(c.ctx, c.by.Practice)
	if err != nil {
		return err
	}
	r.Members = map[knead.MemberID]string{}
	for _, m := range members {
		r.Members[m.ID] = m.Name
	}
	if err := c.exportVisits(r); err != nil {
		return err
	}
	if r.Consents, err = c.consents(id); err != nil {
		return err
	}
	if r.Measures, err = c.measures(id); err != nil {
		return err
	}
	if r.Erasures, err = c.erasures(id); err != nil {
		return err
	}
	incidents, err := c.q.IncidentsOf(c.ctx, c.by.Practice, id)
	if err != nil {
		return err
	}
	r.Incidents = nil
	for _, row := range slices.Backward(incidents) {
		r.Incidents = append(r.Incidents, incidentOf(row))
	}
	alerts, err := c.q.AlertsOf(c.ctx, c.by.Practice, &id)
	if err != nil {
		return err
	}
	r.Messages = nil
	for _, row := range alerts {
		r.Messages = append(r.Messages, alertOf(row))
	}
	files, err := c.files(id)
	if err != nil {
		return err
	}
	r.Files = nil
	for _, f := range slices.Backward(files) {
		if f.Removed == 0 {
			r.Files = append(r.Files, f)
		}
	}
	return nil
}

func (c *change) exportVisits(r *ClientRecord) error {
	rows, err := c.q.VisitsOf(c.ctx, c.by.Practice, r.Client.ID, mostVisits+1)
	if err != nil {
		return err
	}
	if len(rows) > mostVisits {
		return &knead.Error{Kind: knead.Unavailable, Say: "This client has more than 10,000 visits, and half a record is none. Ask for the backup of the practice instead."}
	}
	checkins, err := c.q.CheckinsOfClient(c.ctx, c.by.Practice, r.Client.ID)
	if err != nil {
		return err
	}
	asked, err := checkinsOf(checkins)
	if err != nil {
		return err
	}
	r.Visits = nil
	for _, row := range slices.Backward(rows) {
		v := ClientVisit{}
		if v.VisitRecord, err = visitOf(row); err != nil {
			return err
		}
		if v.Note, err = c.note(v.ID); err != nil {
			return err
		}
		lifts, err := c.q.LiftsOf(c.ctx, c.by.Practice, v.ID)
		if err != nil {
			return err
		}
		for _, l := range lifts {
			v.Lifts = append(v.Lifts, LiftRecord{l.MemberID, l.Level, l.Reason, l.At, l.UndoneAt})
		}
		letters, err := c.q.LettersOf(c.ctx, c.by.Practice, v.ID, mostVisits)
		if err != nil {
			return err
		}
		if v.Letters, err = referrals(letters); err != nil {
			return err
		}
		events, err := c.q.SessionEvents(c.ctx, c.by.Practice, v.ID)
		if err != nil {
			return err
		}
		for _, e := range events {
			v.Events = append(v.Events, e.Body)
		}
		for _, k := range asked {
			if k.Visit == v.ID {
				v.Checkins = append(v.Checkins, k)
			}
		}
		r.Visits = append(r.Visits, v)
	}
	return nil
}

// Who names an actor of the record for its reader.
func (r ClientRecord) Who(actor string) string {
	if id, ok := strings.CutPrefix(actor, "member:"); ok {
		if name := r.Members[knead.MemberID(id)]; name != "" {
			return name
		}
	}
	if strings.HasPrefix(actor, "link:") {
		return "the client, by a link"
	}
	return "the practice"
}

// AsOf is when the record last changed: what an export says of its time. The same record
// says the same, whenever it is asked for.
func (r ClientRecord) AsOf() knead.Instant {
	at := max(r.Client.Created, r.Client.Updated)
	for _, v := range r.Visits {
		at = max(at, v.Updated, v.Note.Updated, v.Note.Signed)
		for _, a := range v.Note.Addenda {
			at = max(at, a.At)
		}
		for _, k := range v.Checkins {
			at = max(at, k.Answered)
		}
	}
	for _, c := range r.Consents {
		at = max(at, c.At)
	}
	for _, m := range r.Measures {
		at = max(at, m.At)
	}
	for _, f := range r.Files {
		at = max(at, f.At)
	}
	for _, i := range r.Incidents {
		at = max(at, i.At, i.Resolved)
	}
	return at
}

// The name and the version of the format that [ClientRecord.JSON] writes;
// docs/files-and-export.md explains it.
const (
	ExportFormat  = "knead-client"
	ExportVersion = 1
)

// moment is an instant as programs everywhere read it: RFC 3339 in UTC.
type moment string

func at(i knead.Instant) moment {
	if i == 0 {
		return ""
	}
	return moment(i.Time().Format(time.RFC3339Nano))
}

// raw keeps a stored document as it is.
func raw(text string) (jsontext.Value, error) {
	if text == "" {
		return nil, nil
	}
	v := jsontext.Value(text)
	if !v.IsValid() {
		return json.Marshal(text)
	}
	return v, nil
}

type exportFile struct {
	Format    string             `json:"format"`
	Version   int                `json:"version"`
	AsOf      moment             `json:"asOf"`
	Practice  exportedPractice   `json:"practice"`
	Client    exportedClient     `json:"client"`
	Visits    []exportedVisit    `json:"visits"`
	Consents  []exportedConsent  `json:"consents"`
	Measures  []exportedMeasure  `json:"measures"`
	Incidents []exportedIncident `json:"incidents"`
	Messages  []exportedMessage  `json:"messages"`
	Files     []exportedFile     `json:"files"`
	Erasures  []exportedErasure  `json:"erasures"`
}

type exportedPractice struct {
	Name    string `json:"name"`
	Zone    string `json:"zone"`
	Contact string `json:"contact,omitzero"`
}

type exportedClient struct {
	ID       knead.ClientID      `json:"id"`
	Name     string              `json:"name"`
	Called   string              `json:"called,omitzero"`
	Born     string              `json:"born,omitzero"`
	Email    string              `json:"email,omitzero"`
	Phone    string              `json:"phone,omitzero"`
	Profile  knead.ClientProfile `json:"profile"`
	Created  moment              `json:"created"`
	Archived moment              `json:"archived,omitzero"`
	Erased   moment              `json:"erased,omitzero"`
}

type exportedVisit struct {
	ID        knead.VisitID     `json:"id"`
	Starts    moment            `json:"starts"`
	Zone      string            `json:"zone"`
	State     knead.VisitState  `json:"state"`
	Therapist string            `json:"therapist"`
	Input     jsontext.Value    `json:"input"` // a visit file, as `knead assess` reads it
	Verdict   *exportedVerdict  `json:"verdict,omitzero"`
	Lifts     []exportedLift    `json:"lifts,omitzero"`
	Letters   []exportedLetter  `json:"letters,omitzero"`
	Plan      jsontext.Value    `json:"plan,omitzero"`
	Session   []jsontext.Value  `json:"session,omitzero"`
	Note      *exportedNote     `json:"note,omitzero"`
	Checkins  []exportedCheckin `json:"checkins,omitzero"`
}

type exportedVerdict struct {
	Rules int      `json:"rules"`
	Level string   `json:"level"`
	Say   []string `json:"say,omitzero"`
	Fired []string `json:"fired,omitzero"`
	At    moment   `json:"at"`
}

type exportedLift struct {
	By     string `json:"by"`
	Level  string `json:"level"`
	Reason string `json:"reason"`
	At     moment `json:"at"`
	Undone moment `json:"undone,omitzero"`
}

type exportedLetter struct {
	By     string       `json:"by"`
	Letter knead.Letter `json:"letter"`
	At     moment       `json:"at"`
}

type exportedNote struct {
	Author  string             `json:"author"`
	Private bool               `json:"private,omitzero"`
	Created moment             `json:"created"`
	Signed  moment             `json:"signed,omitzero"` // absent: a draft
	Digest  string             `json:"digest,omitzero"` // SHA-256 of document in the form of RFC 8785
	Text    jsontext.Value     `json:"document"`
	Addenda []exportedAddendum `json:"addenda,omitzero"`
}

type exportedAddendum struct {
	Author string `json:"author"`
	Reason string `json:"reason"`
	Words  string `json:"words"`
	At     moment `json:"at"`
}

type exportedCheckin struct {
	Moment   string               `json:"moment"`
	Due      moment               `json:"due"`
	Answered moment               `json:"answered,omitzero"`
	Answers  knead.CheckinAnswers `json:"answers"`
}

type exportedConsent struct {
	Kind      knead.ConsentKind  `json:"kind"`
	Act       string             `json:"act"`
	Visit     knead.VisitID      `json:"visit,omitzero"`
	Edition   string             `json:"edition"`
	Words     string             `json:"words"`
	Scope     knead.ConsentScope `json:"scope"`
	Signed    string             `json:"signedName,omitzero"`
	Signature string             `json:"signature,omitzero"`
	Guardian  string             `json:"guardian,omitzero"`
	By        string             `json:"by"`
	At        moment             `json:"at"`
}

type exportedMeasure struct {
	Instrument string            `json:"instrument"`
	Place      string            `json:"place,omitzero"`
	Moment     string            `json:"moment"`
	Visit      knead.VisitID     `json:"visit,omitzero"`
	Answers    map[string]string `json:"answers"`
	By         string            `json:"by"`
	At         moment            `json:"at"`
}

type exportedIncident struct {
	Kind     string        `json:"kind"`
	Visit    knead.VisitID `json:"visit,omitzero"`
	Onset    int           `json:"onsetHours"`
	Severity string        `json:"severity"`
	Action   string        `json:"action,omitzero"`
	Words    string        `json:"words,omitzero"`
	Resolved moment        `json:"resolved,omitzero"`
	By       string        `json:"by"`
	At       moment        `json:"at"`
}

type exportedMessage struct {
	Kind  string        `json:"kind"`
	Visit knead.VisitID `json:"visit,omitzero"`
	Words string        `json:"words,omitzero"`
	At    moment        `json:"at"`
	Done  moment        `json:"done,omitzero"`
}

type exportedFile struct {
	Path   string `json:"path"` // inside the export
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	Digest string `json:"sha256"`
	By     string `json:"by"`
	At     moment `json:"at"`
}

type exportedErasure struct {
	Reason string           `json:"reason"`
	Erased map[string]int64 `json:"erased"`
	Kept   []string         `json:"kept,omitzero"`
	Until  moment           `json:"until,omitzero"`
	At     moment           `json:"at"`
}

// PathOf is where the n-th file, from 0, stands inside an export.
func (r ClientRecord) PathOf(n int) string {
	return fmt.Sprintf("files/%03d-%s", n+1, r.Files[n].Name)
}

// JSON writes the record for programs. The same record gives the same bytes.
func (r ClientRecord) JSON() ([]byte, error) {
	c := r.Client
	f := exportFile{
		Format: ExportFormat, Version: ExportVersion, AsOf: at(r.AsOf()),
		Practice: exportedPractice{r.Practice.Name, r.Practice.Zone, r.Practice.Settings.Contact},
		Client:   exportedClient{c.ID, c.Name, c.Called, c.Born, c.Email, c.Phone, c.Profile, at(c.Created), at(c.Archived), at(c.Erased)},
	}
	for _, v := range r.Visits {
		out, err := r.exported(v)
		if err != nil {
			return nil, fmt.Errorf("write visit %s: %w", v.ID, err)
		}
		f.Visits = append(f.Visits, out)
	}
	for _, a := range r.Consents {
		f.Consents = append(f.Consents, exportedConsent{a.Kind, a.Act, a.Visit, a.Edition, a.Words, a.Scope, a.SignedName, a.Signature, a.Guardian, r.Who(a.Actor), at(a.At)})
	}
	for _, m := range r.Measures {
		f.Measures = append(f.Measures, exportedMeasure{m.Instrument, m.Place, m.Moment, m.Visit, m.Answers, r.Who(m.Actor), at(m.At)})
	}
	for _, i := range r.Incidents {
		f.Incidents = append(f.Incidents, exportedIncident{i.Kind, i.Visit, i.Onset, i.Severity, i.Action, i.Words, at(i.Resolved), r.Members[i.Member], at(i.At)})
	}
	for _, a := range r.Messages {
		f.Messages = append(f.Messages, exportedMessage{a.Kind, a.Visit, a.Words, at(a.At), at(a.Done)})
	}
	for n, file := range r.Files {
		f.Files = append(f.Files, exportedFile{r.PathOf(n), file.Name, file.Type, file.Size, file.Digest, r.Who(file.Actor), at(file.At)})
	}
	for _, e := range r.Erasures {
		f.Erasures = append(f.Erasures, exportedErasure{e.Reason, e.Erased, e.Kept, at(e.Until), at(e.At)})
	}
	return json.Marshal(f, json.Deterministic(true), jsontext.WithIndent("  "))
}

func (r ClientRecord) exported(v ClientVisit) (out exportedVisit, err error) {
	out = exportedVisit{ID: v.ID, Starts: at(v.Starts), Zone: v.Zone, State: v.State, Therapist: r.Members[v.Therapist]}
	if out.Input, err = knead.WriteVisit(v.Input); err != nil {
		return out, err
	}
	if out.Plan, err = raw(v.Plan); err != nil {
		return out, err
	}
	if v.Verdict.At != 0 {
		out.Verdict = &exportedVerdict{v.Verdict.Rules, v.Verdict.Level, v.Verdict.Say, v.Verdict.Fired, at(v.Verdict.At)}
	}
	for _, l := range v.Lifts {
		out.Lifts = append(out.Lifts, exportedLift{r.Members[l.Member], l.Level, l.Reason, at(l.At), at(l.Undone)})
	}
	for _, l := range v.Letters {
		out.Letters = append(out.Letters, exportedLetter{r.Members[l.Member], l.Letter, at(l.At)})
	}
	for _, e := range v.Events {
		event, err := raw(e)
		if err != nil {
			return out, err
		}
		out.Session = append(out.Session, event)
	}
	for _, k := range v.Checkins {
		out.Checkins = append(out.Checkins, exportedCheckin{k.Moment, at(k.Due), at(k.Answered), k.Answers})
	}
	if n := v.Note; n.ID != "" {
		note := exportedNote{Author: r.Members[n.Author], Private: n.Private, Created: at(n.Created), Signed: at(n.Signed), Digest: n.Digest}
		if note.Text, err = n.Note.Canonical(); err != nil {
			return out, err
		}
		for _, a := range n.Addenda {
			note.Addenda = append(note.Addenda, exportedAddendum{r.Members[a.Author], a.Reason, a.Words, at(a.At)})
		}
		out.Note = &note
	}
	return out, nil
}
