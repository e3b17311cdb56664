package auth

import (
	"encoding/base32"
	"encoding/xml"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
	"rsc.io/qr"
)

var noon = time.Date(2027, 3, 4, 12, 0, 0, 0, time.UTC)

// The secret, the times and the codes are those of RFC 6238 appendix B; six digits are
// the last six of its eight.
var (
	rfcSecret = base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	rfcCodes  = map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"}
)

func TestOneTimeCodesAreThoseOfTheRFC(t *testing.T) {
	for at, code := range rfcCodes {
		step, ok := CheckTOTP(rfcSecret, code, time.Unix(at, 0), 0)
		if !ok || step != at/30 {
			t.Errorf("CheckTOTP(%s at %d) = %d, %v; want step %d", code, at, step, ok, at/30)
		}
	}
}

func TestAOneTimeCodeIsGoodOneStepEarlyOrLate(t *testing.T) {
	const at, code = 1111111111, "050471" // step 37037037, of which 1111111110 is the first second
	for seconds, want := range map[int64]bool{-32: false, -31: true, -1: true, 0: true, 28: true, 29: true, 58: true, 59: false, 3600: false} {
		if _, ok := CheckTOTP(rfcSecret, code, time.Unix(at+seconds, 0), 0); ok != want {
			t.Errorf("%d seconds after: %v, want %v", seconds, ok, want)
		}
	}
}

func TestAOneTimeCodeWorksOnce(t *testing.T) {
	now := time.Unix(1111111111, 0)
	step, ok := CheckTOTP(rfcSecret, " 050 471 ", now, 0)
	if !ok {
		t.Fatal("the first time it is refused")
	}
	if _, ok := CheckTOTP(rfcSecret, "050471", now, step); ok {
		t.Error("the same code was accepted twice")
	}
	if _, ok := CheckTOTP(rfcSecret, "081804", now, step); ok {
		t.Error("the code of the step before was accepted after this one")
	}
	if got, ok := CheckTOTP(rfcSecret, "081804", now, step-2); !ok || got != step-1 {
		t.Errorf("the step before, not used yet: %d, %v", got, ok)
	}
}

func TestWhatIsNoCodeIsRefused(t *testing.T) {
	now := time.Unix(1111111111, 0)
	for _, code := range []string{"", "50471", "0050471", "05047a", "०५०४७१", "-50471"} {
		if _, ok := CheckTOTP(rfcSecret, code, now, 0); ok {
			t.Errorf("%q was accepted", code)
		}
	}
	for _, secret := range []string{"", "not base32!"} {
		if _, ok := CheckTOTP(secret, "050471", now, 0); ok {
			t.Errorf("secret %q accepts a code", secret)
		}
	}
	if _, ok := CheckTOTP(rfcSecret, "755224", time.Unix(5, 0), -10); !ok {
		t.Error("the code of step 0 (RFC 4226 appendix D) is refused in the first seconds of 1970")
	}
}

// However often and whenever codes are typed, no step is accepted twice.
func TestAcceptedStepsOnlyGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		last, now := int64(0), int64(1111111111)
		for range rapid.IntRange(1, 12).Draw(t, "tries") {
			now += rapid.Int64Range(-40, 40).Draw(t, "seconds")
			typed := rapid.SampledFrom([]string{"050471", "081804", "266759", "306183", "466594"}).Draw(t, "code")
			step, ok := CheckTOTP(rfcSecret, typed, time.Unix(now, 0), last)
			if ok && step <= last {
				t.Fatalf("step %d was accepted after %d", step, last)
			}
			if ok {
				last = step
			}
		}
	})
}

func TestANewSecretSaysWhoseItIs(t *testing.T) {
	made, err := NewTOTP(nil, "Green: Door", "mara@greendoor.example")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(made.URL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Green  Door:mara@greendoor.example" || q.Get("secret") != made.Secret || q.Get("issuer") != "Green  Door" || q.Get("digits") != "6" || q.Get("period") != "30" {
		t.Errorf("URL %s", made.URL)
	}
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(made.Secret)
	if err != nil || len(raw) != 20 {
		t.Errorf("secret %s has %d bytes (%v), want 20", made.Secret, len(raw), err)
	}
	other, err := NewTOTP(nil, "Green Door", "mara@greendoor.example")
	if err != nil || other.Secret == made.Secret {
		t.Errorf("two secrets are the same (%v)", err)
	}
}

// Reads the drawing back, module by module.
func TestAQRCodeIsDrawnAsItIsMeant(t *testing.T) {
	const text = "otpauth://totp/Green%20Door:mara?secret=JBSWY3DPEHPK3PXP&issuer=Green%20Door"
	drawn, err := QR(text, `for "Mara" & <you>`)
	if err != nil {
		t.Fatal(err)
	}
	var svg struct {
		ViewBox   string `xml:"viewBox,attr"`
		Rendering string `xml:"shape-rendering,attr"`
		Role      string `xml:"role,attr"`
		Label     string `xml:"aria-label,attr"`
		Paths     []struct {
			Fill string `xml:"fill,attr"`
			D    string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal([]byte(drawn), &svg); err != nil {
		t.Fatalf("%v in %s", err, drawn)
	}
	want, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	side := want.Size + 8
	if svg.ViewBox != fmt.Sprintf("0 0 %d %d", side, side) || svg.Rendering != "crispEdges" || svg.Role != "img" || svg.Label != `for "Mara" & <you>` {
		t.Errorf("head of the drawing: %+v", svg)
	}
	if strings.Contains(drawn, "style") || strings.Contains(drawn, "script") {
		t.Errorf("the policy of pages forbids this: %s", drawn)
	}
	black := map[[2]int]bool{}
	for _, run := range strings.SplitAfter(svg.Paths[1].D, "z") {
		if run == "" {
			continue
		}
		var x, y, n, back int
		if _, err := fmt.Sscanf(run, "M%d %dh%dv1h-%dz", &x, &y, &n, &back); err != nil || n != back {
			t.Fatalf("run %q: %v", run, err)
		}
		for i := range n {
			black[[2]int{x + i, y}] = true
		}
	}
	for y := range side {
		for x := range side {
			if got, want := black[[2]int{x, y}], want.Black(x-4, y-4); got != want {
				t.Fatalf("module %d,%d is black: %v, want %v", x, y, got, want)
			}
		}
	}
	if _, err := QR(strings.Repeat("x", 10_000), ""); err == nil {
		t.Error("a text that fits in no code was drawn")
	}
}
