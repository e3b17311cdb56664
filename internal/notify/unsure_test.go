package notify

import (
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

func TestOnlyABreakAfterTheLastWordLeavesItOpenWhetherAMailWent(t *testing.T) {
	silent := make(chan struct{})
	t.Cleanup(func() { close(silent) })
	for _, c := range []struct {
		name   string
		set    func(*postOffice)
		unsure bool
	}{
		{"the line breaks after the mail was taken", func(o *postOffice) {
			o.onData = func() error { o.server.Close(); return nil }
		}, true},
		{"the server takes the mail and says nothing", func(o *postOffice) {
			o.onData = func() error { <-silent; return nil }
		}, true},
		{"the server says: later", func(o *postOffice) {
			o.onData = func() error { return &smtp.SMTPError{Code: 452, Message: "disk full"} }
		}, false},
		{"the server says no", func(o *postOffice) {
			o.onData = func() error { return &smtp.SMTPError{Code: 554, Message: "no"} }
		}, false},
		{"the line breaks before the mail", func(o *postOffice) {
			o.onRcpt = func(string) error { o.server.Close(); return nil }
		}, false},
		{"the address is refused", func(o *postOffice) {
			o.onRcpt = func(string) error { return &smtp.SMTPError{Code: 550, Message: "nobody here"} }
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			office := openPostOffice(t, NoTLS, nil)
			c.set(office)
			s := office.settings(NoTLS, nil)
			s.Timeout = 300 * time.Millisecond
			err := mailer(t, s).Send(t.Context(), hello())
			if err == nil || MayHaveGone(err) != c.unsure {
				t.Errorf("Send: %v; MayHaveGone = %v, want %v", err, MayHaveGone(err), c.unsure)
			}
		})
	}
	if MayHaveGone(nil) || MayHaveGone(ErrNotConfigured) {
		t.Error("a mail that nobody sent may not have gone")
	}
}
