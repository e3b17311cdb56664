package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"knead"
	"knead/internal/practice"
)

// How many acts a page shows, and how many are printed at once (chosen: a screen or two,
// and some thirty sheets).
const (
	auditShown   = 50
	auditPrinted = 1000
)

// auditPage is what was done, newest first.
type auditPage struct {
	desk
	Rows    []auditRow
	Client  knead.ClientID // whose acts alone are shown
	Whose   string
	Older   int64 // the number to go on before; 0: these were all
	Before  int64
	Printed bool
	Checked string // what the check of the chain found
	Broken  bool
}

type auditRow struct {
	Seq            int64
	When, Who, Did string
	Client         knead.ClientID
	Whose          string
	About          string // client, visit, note ...
	Details        []string
	Erased         bool
}

func (s *site) audit(w http.ResponseWriter, r *http.Request, p person) error {
	page, err := s.auditPage(r, p)
	if err != nil {
		return err
	}
	return s.showDesk(w, r, http.StatusOK, "audit", page)
}

func (s *site) auditPage(r *http.Request, p person) (auditPage, error) {
	ctx := r.Context()
	page := auditPage{
		desk: s.desk(ctx, p, "audit", "audit", s.words.say("audit.title")), Client: knead.ClientID(r.URL.Query().Get("client")),
		Printed: r.URL.Query().Get("print") != "",
	}
	page.Before, _ = strconv.ParseInt(r.URL.Query().Get("before"), 10, 64) // none: from the newest on
	most := auditShown
	if page.Printed {
		most = auditPrinted
	}
	lines, more, err := s.house.AuditOf(ctx, p.Actor, page.Client, page.Before, most)
	if err != nil {
		return page, err
	}
	if more {
		page.Older = lines[len(lines)-1].Seq
	}
	names, err := s.auditNames(r, p, page.desk) //nolint:contextcheck // it takes the request's
	if err != nil {
		return page, err
	}
	if page.Client != "" {
		page.Whose = names.client(page.Client)
	}
	for _, l := range lines {
		row := auditRow{
			Seq: l.Seq, When: page.Day(l.At) + ", " + l.At.Time().In(p.zone).Format("15:04:05"), Who: s.actorName(l.Actor, names),
			Did: s.words.or("act."+string(l.Act), string(l.Act)), Client: l.Client, About: s.words.or("subject."+l.Subject, l.Subject),
			Details: details(l.Payload), Erased: l.Erased,
		}
		if l.Client != "" {
			row.Whose = names.client(l.Client)
		}
		if l.Subject == "member" {
			row.Details = slices.Insert(row.Details, 0, names.member(knead.MemberID(l.SubjectID)))
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

// auditNames resolves ids for a reader. A client who was erased has no name any more.
type auditNames struct {
	member func(knead.MemberID) string
	client func(knead.ClientID) string
}

func (s *site) auditNames(r *http.Request, p person, d desk) (auditNames, error) {
	members, err := s.memberNames(r, p)
	clients := map[knead.ClientID]string{}
	return auditNames{
		member: func(id knead.MemberID) string {
			if name := members[id]; name != "" {
				return name
			}
			return string(id)
		},
		client: func(id knead.ClientID) string {
			name, known := clients[id]
			if !known {
				c, err := s.house.Client(r.Context(), p.Actor, id)
				name = d.Name(c)
				if err != nil || c.Name == "" {
					name = s.words.say("audit.client")
				}
				clients[id] = name
			}
			return name
		},
	}, err
}

func (s *site) actorName(actor string, names auditNames) string {
	kind, id, _ := strings.Cut(actor, ":")
	switch kind {
	case "member":
		return names.member(knead.MemberID(id))
	case "link":
		return s.words.say("audit.by-link")
	}
	return s.words.say("audit.by-program", id)
}

// details writes the payload of an act as rows of name and value.
func details(payload string) []string {
	var fields map[string]any
	if json.Unmarshal([]byte(payload), &fields) != nil {
		if payload == "" {
			return nil
		}
		return []string{payload}
	}
	var list []string
	for name, value := range fields {
		if text, ok := value.(string); ok {
			list = append(list, name+": "+text)
			continue
		}
		b, err := json.Marshal(value)
		if err != nil {
			b = fmt.Append(nil, value)
		}
		list = append(list, name+": "+string(b))
	}
	slices.Sort(list)
	return list
}

// checkAudit walks the chain and says what it found.
func (s *site) checkAudit(w http.ResponseWriter, r *http.Request, p person) error {
	page, err := s.auditPage(r, p)
	if err != nil {
		return err
	}
	n, err := s.house.VerifyAudit(r.Context(), p.Practice)
	switch broken, ok := errors.AsType[*practice.ChainError](err); {
	case ok:
		page.Broken, page.Checked = true, s.words.say("audit.broken", broken.Seq)
	case err != nil:
		return err
	default:
		page.Checked = s.words.say("audit.whole", n)
	}
	return s.showDesk(w, r, http.StatusOK, "audit", page)
}
