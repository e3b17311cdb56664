package auth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// device is a whole authenticator in software, with the browser around it. It is written
// from the specification (Web Authentication Level 3, 6.1 and 6.5; CTAP2 canonical CBOR)
// and shares no code with what it tests.
type device struct {
	t      testing.TB
	origin string
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	count  uint32
	flags  byte
}

// Flags of the authenticator data (6.1).
const (
	userPresent    = 1 << 0
	userVerified   = 1 << 2
	backupEligible = 1 << 3
	backedUp       = 1 << 4
	hasCredential  = 1 << 6
)

func newDevice(t testing.TB, origin string) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	rand.Read(id)
	return &device{t: t, origin: origin, key: key, id: id, flags: userPresent | userVerified}
}

// CBOR, as little as is needed (RFC 8949 3): a head of major type and number, and a map
// whose keys the caller gives in canonical order.
func cborHead(major byte, n int) []byte {
	switch {
	case n < 24:
		return []byte{major<<5 | byte(n)}
	case n < 1<<8:
		return []byte{major<<5 | 24, byte(n)}
	}
	return binary.BigEndian.AppendUint16([]byte{major<<5 | 25}, uint16(n))
}

func cborInt(n int) []byte {
	if n < 0 {
		return cborHead(1, -1-n)
	}
	return cborHead(0, n)
}

func cborBytes(b []byte) []byte { return append(cborHead(2, len(b)), b...) }
func cborText(s string) []byte  { return append(cborHead(3, len(s)), s...) }

func cborMap(pairs ...[]byte) []byte {
	return append(cborHead(5, len(pairs)/2), bytes.Join(pairs, nil)...)
}

// coseKey is the public key as RFC 9053 7.1.1 writes it: EC2, ES256, P-256, x, y.
func (d *device) coseKey() []byte {
	point, err := d.key.PublicKey.Bytes()
	if err != nil {
		d.t.Fatal(err)
	}
	return cborMap(cborInt(1), cborInt(2), cborInt(3), cborInt(-7), cborInt(-1), cborInt(1),
		cborInt(-2), cborBytes(point[1:33]), cborInt(-3), cborBytes(point[33:]))
}

func (d *device) authData(host string, more ...byte) []byte {
	hash := sha256.Sum256([]byte(host))
	flags := d.flags
	if len(more) > 0 {
		flags |= hasCredential
	}
	return append(binary.BigEndian.AppendUint32(append(hash[:], flags), d.count), more...)
}

func (d *device) clientData(kind, challenge string) []byte {
	b, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (d *device) answer(response map[string]string) []byte {
	id := base64.RawURLEncoding.EncodeToString(d.id)
	b, err := json.Marshal(map[string]any{
		"id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{"credProps": map[string]bool{"rk": true}}, "response": response,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

// create is navigator.credentials.create.
func (d *device) create(options []byte) []byte {
	d.t.Helper()
	var o struct {
		PublicKey struct {
			Challenge string
			RP        struct{ ID, Name string }
			User      struct{ ID, Name, DisplayName string }
			Params    []struct{ Alg int }                            `json:"pubKeyCredParams"`
			Selection struct{ ResidentKey, UserVerification string } `json:"authenticatorSelection"`
			Exclude   []struct{ ID string }                          `json:"excludeCredentials"`
		}
	}
	if err := json.Unmarshal(options, &o); err != nil {
		d.t.Fatal(err)
	}
	pk := o.PublicKey
	if pk.Selection.ResidentKey != "required" || pk.Selection.UserVerification != "required" || pk.RP.Name != "Knead" || pk.User.Name != "mara@greendoor.example" || pk.User.DisplayName != "Mara" {
		d.t.Errorf("options: %s", options)
	}
	if !slices.ContainsFunc(pk.Params, func(p struct{ Alg int }) bool { return p.Alg == -7 }) {
		d.t.Errorf("ES256 is not among the offered keys: %v", pk.Params)
	}
	for _, e := range pk.Exclude {
		if e.ID == base64.RawURLEncoding.EncodeToString(d.id) {
			return nil // the device has a passkey here already
		}
	}
	handle, err := base64.RawURLEncoding.DecodeString(pk.User.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	d.handle = handle
	credential := slices.Concat(make([]byte, 16), binary.BigEndian.AppendUint16(nil, uint16(len(d.id))), d.id, d.coseKey())
	object := cborMap(cborText("fmt"), cborText("none"), cborText("attStmt"), cborMap(), cborText("authData"), cborBytes(d.authData(pk.RP.ID, credential...)))
	b := base64.RawURLEncoding.EncodeToString
	return bytes.Replace(d.answer(map[string]string{
		"clientDataJSON": b(d.clientData("webauthn.create", pk.Challenge)), "attestationObject": b(object),
	}), []byte(`"response":{`), []byte(`"response":{"transports":["internal","hybrid"],`), 1)
}

// get is navigator.credentials.get.
func (d *device) get(options []byte) []byte {
	d.t.Helper()
	var o struct {
		PublicKey struct {
			Challenge, RPID, UserVerification string
			Allow                             []any `json:"allowCredentials"`
		}
	}
	if err := json.Unmarshal(options, &o); err != nil {
		d.t.Fatal(err)
	}
	if o.PublicKey.UserVerification != "required" || len(o.PublicKey.Allow) != 0 {
		d.t.Errorf("options: %s", options)
	}
	return d.sign(o.PublicKey.RPID, "webauthn.get", o.PublicKey.Challenge)
}

func (d *device) sign(host, kind, challenge string) []byte {
	d.t.Helper()
	data, client := d.authData(host), d.clientData(kind, challenge)
	clientHash := sha256.Sum256(client)
	digest := sha256.Sum256(slices.Concat(data, clientHash[:]))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, digest[:])
	if err != nil {
		d.t.Fatal(err)
	}
	b := base64.RawURLEncoding.EncodeToString
	return d.answer(map[string]string{"clientDataJSON": b(client), "authenticatorData": b(data), "signature": b(signature), "userHandle": b(d.handle)})
}

const origin = "https://knead.example"

var mara = Member{Handle: []byte("practice--------member----------"), Account: "mara@greendoor.example", Name: "Mara"}

func passkeys(t testing.TB) *Passkeys {
	t.Helper()
	p, err := NewPasskeys(PasskeySettings{Host: "knead.example", Origins: []string{origin, "https://desk.knead.example"}, Name: "Knead"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// register goes through the whole of it and through storage.
func register(t *testing.T, p *Passkeys, d *device) Credential {
	t.Helper()
	options, session, err := p.BeginRegistration(mara, nil, noon)
	if err != nil {
		t.Fatal(err)
	}
	made, err := p.FinishRegistration(mara.Handle, session, d.create(options), noon.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	made.Name = "My phone"
	stored, err := ReadCredential(made.JSON())
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// household finds one member with their passkeys, as the record would.
func household(stored ...Credential) Lookup {
	return func(handle, id []byte) (Member, []Credential, error) {
		if !bytes.Equal(handle, mara.Handle) || !slices.ContainsFunc(stored, func(c Credential) bool { return bytes.Equal(c.ID, id) }) {
			return Member{}, nil, ErrUnknown
		}
		return mara, stored, nil
	}
}

func TestAPasskeyIsMadeAndOpensTheDoor(t *testing.T) {
	p, d := passkeys(t), newDevice(t, origin)
	d.flags |= backupEligible
	stored := register(t, p, d)
	if !bytes.Equal(stored.ID, d.id) || !bytes.Equal(stored.PublicKey, d.coseKey()) || stored.SignCount != 0 || !stored.BackupEligible || stored.BackedUp ||
		!slices.Equal(stored.Transports, []string{"internal", "hybrid"}) || stored.Attestation != "none" || stored.Attachment != "platform" {
		t.Errorf("stored is %s", stored.JSON())
	}
	if !bytes.Equal(d.handle, mara.Handle) {
		t.Errorf("the device keeps handle %q", d.handle)
	}
	options, session, err := p.BeginSignIn(noon)
	if err != nil {
		t.Fatal(err)
	}
	d.flags |= backedUp
	d.count = 7
	in, err := p.FinishSignIn(session, d.get(options), noon.Add(4*time.Minute), household(stored))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(in.Member.Handle, mara.Handle) || in.Credential.SignCount != 7 || !in.Credential.BackedUp || in.Credential.CloneWarning || in.Credential.Name != "My phone" ||
		!bytes.Equal(in.Credential.PublicKey, stored.PublicKey) || !slices.Equal(in.Credential.Transports, stored.Transports) {
		t.Errorf("signed in: %s by %s", in.Member.Handle, in.Credential.JSON())
	}
	// The credential that came back is the one for the next time.
	options, session, err = p.BeginSignIn(noon)
	if err != nil {
		t.Fatal(err)
	}
	d.count = 8
	if in, err = p.FinishSignIn(session, d.get(options), noon, household(in.Credential)); err != nil || in.Credential.SignCount != 8 {
		t.Errorf("the second time: count %d, %v", in.Credential.SignCount, err)
	}
}

func TestAPageBelowTheHostMayAsk(t *testing.T) {
	p, d := passkeys(t), newDevice(t, "https://desk.knead.example")
	stored := register(t, p, d)
	options, session, err := p.BeginSignIn(noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.FinishSignIn(session, d.get(options), noon, household(stored)); err != nil {
		t.Error(err)
	}
}

func TestADeviceMakesOnePasskeyForAMember(t *testing.T) {
	p, d := passkeys(t), newDevice(t, origin)
	stored := register(t, p, d)
	options, _, err := p.BeginRegistration(mara, []Credential{stored}, noon)
	if err != nil {
		t.Fatal(err)
	}
	if again := d.create(options); again != nil {
		t.Errorf("the device was not told that it has one: %s", options)
	}
}

func TestAPasskeyIsNotMadeForAnotherPageOrPerson(t *testing.T) {
	p := passkeys(t)
	begin := func() (options, session []byte) {
		options, session, err := p.BeginRegistration(mara, nil, noon)
		if err != nil {
			t.Fatal(err)
		}
		return options, session
	}
	options, session := begin()
	otherOptions, otherSession := begin()
	_, signIn, err := p.BeginSignIn(noon)
	if err != nil {
		t.Fatal(err)
	}
	unverified := newDevice(t, origin)
	unverified.flags = userPresent
	absent := newDevice(t, origin)
	absent.flags = userVerified
	for _, c := range []struct {
		name                  string
		handle, session, body []byte
		now                   time.Time
		want                  error
	}{
		{"made at another origin", mara.Handle, session, newDevice(t, "https://knead.example.evil.example").create(options), noon, ErrRefused},
		{"made over plain http", mara.Handle, session, newDevice(t, "http://knead.example").create(options), noon, ErrRefused},
		{"another challenge", mara.Handle, session, newDevice(t, origin).create(otherOptions), noon, ErrRefused},
		{"another ceremony's session", mara.Handle, otherSession, newDevice(t, origin).create(options), noon, ErrRefused},
		{"another member", []byte("practice--------someone-else----"), session, newDevice(t, origin).create(options), noon, ErrRefused},
		{"a session for signing in", mara.Handle, signIn, newDevice(t, origin).create(options), noon, ErrRefused},
		{"nobody's finger was checked", mara.Handle, session, unverified.create(options), noon, ErrRefused},
		{"nobody was there", mara.Handle, session, absent.create(options), noon, ErrRefused},
		{"another host's key", mara.Handle, session, newDevice(t, origin).create(bytes.Replace(options, []byte(`"id":"knead.example"`), []byte(`"id":"evil.example"`), 1)), noon, ErrRefused},
		{"too late", mara.Handle, session, newDevice(t, origin).create(options), noon.Add(5 * time.Minute), ErrExpired},
		{"nothing", mara.Handle, session, nil, noon, ErrRefused},
		{"not JSON", mara.Handle, session, []byte("passkey"), noon, ErrRefused},
		{"no session", mara.Handle, nil, newDevice(t, origin).create(options), noon, ErrRefused},
	} {
		made, err := p.FinishRegistration(c.handle, c.session, c.body, c.now)
		if !errors.Is(err, c.want) || made.ID != nil {
			t.Errorf("%s: %s, %v; want %v", c.name, made.JSON(), err, c.want)
		}
	}
	if _, err := p.FinishRegistration(mara.Handle, session, newDevice(t, origin).create(options), noon); err != nil {
		t.Errorf("and the right one: %v", err)
	}
}

func TestTheWrongPasskeyDoesNotOpenTheDoor(t *testing.T) {
	p, d := passkeys(t), newDevice(t, origin)
	stored := register(t, p, d)
	options, session, err := p.BeginSignIn(noon)
	if err != nil {
		t.Fatal(err)
	}
	otherOptions, _, err := p.BeginSignIn(noon)
	if err != nil {
		t.Fatal(err)
	}
	_, registration, err := p.BeginRegistration(mara, nil, noon)
	if err != nil {
		t.Fatal(err)
	}
	// but copies the device and changes one thing.
	but := func(change func(*device)) *device {
		other := *d
		change(&other)
		return &other
	}
	var o struct{ PublicKey struct{ Challenge string } }
	if err := json.Unmarshal(options, &o); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the record is closed")
	good := d.get(options)
	for _, c := range []struct {
		name          string
		session, body []byte
		now           time.Time
		lookup        Lookup
		want          error
	}{
		{"at another origin", session, but(func(d *device) { d.origin = "https://kneed.example" }).get(options), noon, household(stored), ErrRefused},
		{"another challenge", session, d.get(otherOptions), noon, household(stored), ErrRefused},
		{"another key", session, but(func(d *device) { d.key = newDevice(t, origin).key }).get(options), noon, household(stored), ErrRefused},
		{"another host", session, d.sign("evil.example", "webauthn.get", o.PublicKey.Challenge), noon, household(stored), ErrRefused},
		{"the other ceremony's signature", session, d.sign("knead.example", "webauthn.create", o.PublicKey.Challenge), noon, household(stored), ErrRefused},
		{"nobody's finger was checked", session, but(func(d *device) { d.flags = userPresent }).get(options), noon, household(stored), ErrRefused},
		{"became copyable overnight", session, but(func(d *device) { d.flags |= backupEligible }).get(options), noon, household(stored), ErrRefused},
		{"no handle", session, but(func(d *device) { d.handle = nil }).get(options), noon, household(stored), ErrRefused},
		{"another handle", session, but(func(d *device) { d.handle = []byte("somebody else") }).get(options), noon, household(stored), ErrUnknown},
		{"another handle, and a careless look-up", session, but(func(d *device) { d.handle = []byte("somebody else") }).get(options), noon, func(_, _ []byte) (Member, []Credential, error) {
			return mara, []Credential{stored}, nil
		}, ErrRefused},
		{"a passkey that was removed", session, good, noon, household(), ErrUnknown},
		{"the record cannot be read", session, good, noon, func(_, _ []byte) (Member, []Credential, error) { return Member{}, nil, broken }, broken},
		{"too late", session, good, noon.Add(5 * time.Minute), household(stored), ErrExpired},
		{"a session for making a passkey", registration, good, noon, household(stored), ErrRefused},
		{"nothing", session, nil, noon, household(stored), ErrRefused},
		{"a body cut short", session, good[:len(good)/2], noon, household(stored), ErrRefused},
	} {
		in, err := p.FinishSignIn(c.session, c.body, c.now, c.lookup)
		if !errors.Is(err, c.want) || in.Member.Handle != nil {
			t.Errorf("%s: %s, %v; want %v", c.name, in.Member.Handle, err, c.want)
		}
		if c.want != ErrRefused && errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v is taken for a wrong proof", c.name, err)
		}
		if err != nil && strings.Contains(err.Error(), o.PublicKey.Challenge) {
			t.Errorf("%s: the log would show the challenge: %v", c.name, err)
		}
	}
	if _, err := p.FinishSignIn(session, good, noon, household(stored)); err != nil {
		t.Errorf("and the right one: %v", err)
	}
}

func TestACounterThatDoesNotGrowIsACopy(t *testing.T) {
	p, d := passkeys(t), newDevice(t, origin)
	d.count = 20
	stored := register(t, p, d)
	for count, want := range map[uint32]error{0: ErrCloned, 19: ErrCloned, 20: ErrCloned, 21: nil, 1 << 31: nil} {
		options, session, err := p.BeginSignIn(noon)
		if err != nil {
			t.Fatal(err)
		}
		d.count = count
		in, err := p.FinishSignIn(session, d.get(options), noon, household(stored))
		if !errors.Is(err, want) || in.Credential.CloneWarning != (want != nil) {
			t.Errorf("count %d after 20: %v, warning %v", count, err, in.Credential.CloneWarning)
		}
		if want != nil && (in.Credential.SignCount != 20 || in.Credential.Name != "My phone" || !bytes.Equal(in.Member.Handle, mara.Handle)) {
			t.Errorf("count %d: the warning says %s of %s", count, in.Credential.JSON(), in.Member.Handle)
		}
	}
	// Synced passkeys do not count at all.
	synced := newDevice(t, origin)
	kept := register(t, p, synced)
	for range 2 {
		options, session, err := p.BeginSignIn(noon)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.FinishSignIn(session, synced.get(options), noon, household(kept)); err != nil {
			t.Errorf("a device that does not count: %v", err)
		}
	}
}

func TestPasskeySettingsThatNoBrowserWouldServeAreRefused(t *testing.T) {
	for _, c := range []struct {
		host, origin string
		ok           bool
	}{
		{"knead.example", "https://knead.example", true},
		{"knead.example", "https://desk.knead.example:8443", true},
		{"localhost", "http://localhost:8080", true},
		{"knead.example", "http://knead.example", false},
		{"knead.example", "https://notknead.example", false},
		{"knead.example", "https://knead.example/sign-in", false},
		{"knead.example", "https://knead.example/", false},
		{"knead.example", "knead.example", false},
		{"192.0.2.1", "https://192.0.2.1", false},
		{"", "https://knead.example", false},
		{"https://knead.example", "https://knead.example", false},
	} {
		p, err := NewPasskeys(PasskeySettings{Host: c.host, Origins: []string{c.origin}})
		if (err == nil) != c.ok {
			t.Errorf("NewPasskeys(%s, %s): %v", c.host, c.origin, err)
		}
		if c.ok {
			if _, _, err := p.BeginSignIn(noon); err != nil {
				t.Errorf("BeginSignIn at %s: %v", c.host, err)
			}
		}
	}
	if _, err := NewPasskeys(PasskeySettings{Host: "knead.example"}); err == nil {
		t.Error("settings without an origin were taken")
	}
}

func TestAStoredPasskeyWithoutAKeyIsRefused(t *testing.T) {
	for _, stored := range []string{"", "null", "{}", `{"id":"AA=="}`, `{"id":"AA==","publicKey":""}`, `{"id":7}`} {
		if c, err := ReadCredential([]byte(stored)); err == nil {
			t.Errorf("ReadCredential(%s) = %s", stored, c.JSON())
		}
	}
}

// No answer that a page can send makes the check panic or succeed.
func FuzzFinishSignIn(f *testing.F) {
	p, d := passkeys(f), newDevice(f, origin)
	d.handle = mara.Handle
	stored := Credential{ID: d.id, PublicKey: d.coseKey()}
	options, _, err := p.BeginSignIn(noon)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(d.get(options)))
	f.Add(fmt.Sprintf(`{"id":%q,"type":"public-key"}`, d.id))
	_, session, err := p.BeginSignIn(noon)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if in, err := p.FinishSignIn(session, []byte(body), noon, household(stored)); err == nil {
			t.Errorf("%q signs in %s", body, in.Member.Handle)
		}
	})
}
