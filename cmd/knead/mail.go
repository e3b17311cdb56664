package main

import (
	"fmt"
	"os"
	"strings"

	"knead"
	"knead/internal/jobs"
	"knead/internal/notify"
)

// mailFlags say how to reach a mail server. The password is read from a file, so that it
// stands in no list of processes.
type mailFlags struct {
	Host         string `env:"KNEAD_SMTP_HOST" help:"Send mail to clients by this mail server. Without one, links are sent by hand." placeholder:"HOST"`
	Port         int    `env:"KNEAD_SMTP_PORT" help:"Its port, if it is not the usual one of --smtp-tls." placeholder:"PORT"`
	TLS          string `name:"tls" env:"KNEAD_SMTP_TLS" enum:"starttls,tls,none" default:"starttls" help:"How the talk with it is kept secret: ${enum}."`
	User         string `env:"KNEAD_SMTP_USER" help:"The user name there." placeholder:"NAME"`
	PasswordFile string `env:"KNEAD_SMTP_PASSWORD_FILE" help:"A file that holds the password there." placeholder:"FILE" type:"path"`
	From         string `env:"KNEAD_SMTP_FROM" help:"The practice's address, such as 'Clay <hello@clay.example>'." placeholder:"ADDRESS"`
}

// sender makes what sends mail, nil where no mail server is set up. The people of the demo
// are invented: nothing is sent to them.
func (f mailFlags) sender(demo bool) (jobs.Sender, error) {
	if f.Host == "" || demo {
		return nil, nil //nolint:nilnil // no mail server is an answer
	}
	return f.mailer()
}

func (f mailFlags) mailer() (*notify.Mailer, error) {
	s := notify.Settings{Host: f.Host, Port: f.Port, TLS: notify.TLS(f.TLS), User: f.User, From: f.From}
	if f.PasswordFile != "" {
		content, err := os.ReadFile(f.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("read the mail server's password (--smtp-password-file): %w", err)
		}
		s.Password = notify.Secret(strings.TrimSpace(string(content)))
	}
	m, err := notify.NewMailer(s)
	if e, ok := err.(*notify.Error); ok { //nolint:errorlint // NewMailer gives this type and no other
		return nil, &knead.InputError{Text: "mail server (--smtp-...): " + e.Say}
	}
	return m, err
}
