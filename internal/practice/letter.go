package practice

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"time"

	"github.com/google/uuid"

	"knead"
	"knead/internal/auth"
	"knead/internal/store"
)

// MailJob is the kind of a job that sends a letter. Its body is a letterBody.
const MailJob = "mail"

// letterBody is the body of a job that sends a letter. It holds neither the address nor the
// link: the one is read and the other made when the letter goes.
type letterBody struct {
	Purpose Purpose       `json:"purpose"`
	Visit   knead.VisitID `json:"visit"`
}

// Letter is what goes to a client by mail: where to, and what is filled into its words.
type Letter struct {
	Purpose  Purpose
	To       string
	ToName   string
	Called   string
	Practice knead.Practice
	Starts   knead.Instant // of the visit
	Bearer   string        // opens the link; it stands in the letter and nowhere else
	Expires  knead.Instant
}

// Why a letter cannot go by mail, so that somebody sends its link by hand. They are keys
// of the catalogue.
const (
	NoMailServer = "no-mail"
	NoAddress    = "no-address"
	NoConsent    = "no-consent"
	MailUnsure   = "unsure" // nobody knows whether it went
)

// QueueLetter has a letter sent by mail as soon as may be. A letter that waits already is
// not sent twice.
func (h *House) QueueLetter(ctx context.Context, by Actor, visit knead.VisitID, purpose Purpose) error {
	if purpose != ForIntake && purpose != ForCheckin {
		return &knead.Error{Kind: knead.Invalid, Say: "Such a letter is not sent to clients."}
	}
	id := newID()
	return h.do(ctx, by, SendLink, func(c *change) error {
		v, err := c.visit(visit)
		if err != nil {
			return err
		}
		client, err := c.client(v.Client)
		if err != nil {
			return err
		}
		if client.Email == "" {
			return &knead.Error{Kind: knead.Invalid, Field: "email", Say: "No mail address is known for this client. Add one, or make a link and send it another way."}
		}
		acts, err := c.consents(v.Client)
		if err != nil {
			return err
		}
		if last := knead.Consents(acts, nil)[knead.ConsentData].Last; last != nil && last.Act != "given" {
			return &knead.Error{Kind: knead.NotCleared, Say: "This client does not agree that their data are kept, so Knead writes them no mail."}
		}
		body := letterBody{Purpose: purpose, Visit: visit}
		if waits, err := c.waits(body); err != nil || waits {
			c.unchanged()
			return err
		}
		c.about("letter", id, v.Client, map[string]string{"purpose": string(purpose), "visit": string(visit)})
		return c.addJob(id, MailJob, body, c.now)
	})
}

// waits tells whether the same letter is waiting to go.
func (c *change) waits(body letterBody) (bool, error) {
	text, err := encode(body)
	if err != nil {
		return false, err
	}
	rows, err := c.q.WaitingJobs(c.ctx, c.by.Practice, 1000)
	for _, r := range rows {
		if r.Kind == MailJob && r.Body == text {
			return true, nil
		}
	}
	return false, err
}

// askedUntil is how late a check-in is still asked (chosen: what is felt after a session
// is over by then, and one question about it is left from the third day).
const askedUntil = 4 * 24 * time.Hour

// AskCheckin carries out a [CheckinJob]: the letter is queued where one may go, else the
// therapist is asked to send the link by hand. The job ends in the same transaction.
func (h *House) AskCheckin(ctx context.Context, j Job, mail bool) error {
	task, err := decode[CheckinTask](j.Body)
	if err != nil {
		return err
	}
	letter, by := newID(), Program(j.Practice, "clock")
	return h.do(ctx, by, SendLink, func(c *change) error {
		if err := one(c.finishJob(j, "")); err != nil {
			return err
		}
		row, err := c.q.Checkin(ctx, j.Practice, task.Checkin)
		if store.KindOf(err) == knead.NotFound || err == nil && (row.AnsweredAt != 0 || c.now.Sub(row.DueAt) > askedUntil) {
			c.unchanged() // taken back, answered before it was asked, or nobody looked for days
			return nil
		}
		if err != nil {
			return err
		}
		v, err := c.visit(task.Visit)
		if err != nil {
			return err
		}
		why, err := c.cannotMail(v.Client, mail)
		switch {
		case err != nil:
			return err
		case why == gone:
			c.unchanged()
			return nil
		case why != "":
			c.about("checkin", task.Checkin, v.Client, map[string]string{"by hand": why})
			return c.addAlert(j.ID, "send-"+string(ForCheckin), v.Client, v.ID, why)
		}
		c.about("checkin", task.Checkin, v.Client, map[string]string{"by": "mail"})
		return c.addJob(letter, MailJob, letterBody{Purpose: ForCheckin, Visit: v.ID}, c.now)
	})
}

// gone is why nothing is asked of a client who is erased.
const gone = "gone"

// cannotMail says why a client cannot be asked by mail; empty: they can.
func (c *change) cannotMail(id knead.ClientID, mail bool) (why string, err error) {
	client, err := c.client(id)
	if err != nil {
		return "", err
	}
	acts, err := c.consents(id)
	if err != nil {
		return "", err
	}
	last := knead.Consents(acts, nil)[knead.ConsentData].Last
	switch {
	case client.Erased != 0:
		return gone, nil
	case last == nil || last.Act != "given":
		return NoConsent, nil
	case client.Email == "":
		return NoAddress, nil
	case !mail:
		return NoMailServer, nil
	}
	return "", nil
}

// WriteLetter fills in a letter: it makes the link, and reads the address as it is now.
//
// The link follows from the job and from a secret of this process, which is stored
// nowhere. So a letter that is tried again is the same letter, and the record still holds
// no link that opens anything.
func (h *House) WriteLetter(ctx context.Context, j Job) (l Letter, err error) {
	task, err := decode[letterBody](j.Body)
	if err != nil {
		return l, err
	}
	mac := hmac.New(sha256.New, h.mail[:])
	mac.Write([]byte(string(j.Practice) + " " + j.ID))
	token, err := auth.NewToken(bytes.NewReader(mac.Sum(nil)))
	if err != nil {
		return l, err
	}
	id := knead.LinkID(uuid.NewSHA1(uuid.NameSpaceOID, []byte("link "+token.Hash().String())).String())
	err = h.do(ctx, Program(j.Practice, "clock"), SendLink, func(c *change) error {
		v, err := c.visit(task.Visit)
		if err != nil {
			return err
		}
		client, err := c.client(v.Client)
		if err != nil {
			return err
		}
		p, err := c.practice()
		if err != nil {
			return err
		}
		l = Letter{
			Purpose: task.Purpose, To: client.Email, ToName: client.Name, Called: client.CalledName(), Practice: p, Starts: v.Starts,
			Bearer: auth.JoinBearer(string(j.Practice), token), Expires: c.now.Add(lifetimes[task.Purpose]),
		}
		row, err := c.q.LinkBySecret(ctx, j.Practice, token.Hash().String())
		switch {
		case err == nil:
			l.Expires = row.ExpiresAt
			c.unchanged()
			return nil
		case store.KindOf(err) != knead.NotFound:
			return err
		}
		_, err = c.addLink(id, task.Visit, task.Purpose, token)
		return err
	})
	return l, err
}

// GiveUpLetter ends a letter that did not go, and puts it into the inbox: why is a key
// such as [MailUnsure], or the words of the mail server's trouble.
func (h *House) GiveUpLetter(ctx context.Context, j Job, why string) error {
	task, err := decode[letterBody](j.Body)
	if err != nil {
		return err
	}
	return h.do(ctx, Program(j.Practice, "clock"), SendLink, func(c *change) error {
		if err := one(c.finishJob(j, why)); err != nil {
			return err
		}
		v, err := c.visit(task.Visit)
		if err != nil {
			return err
		}
		c.about("letter", j.ID, v.Client, map[string]string{"not sent": why})
		return c.addAlert(j.ID, "send-"+string(task.Purpose), v.Client, v.ID, why)
	})
}
