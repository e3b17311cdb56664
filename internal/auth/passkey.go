package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// PasskeySettings say for whom passkeys are made. A passkey belongs to the host name for
// ever: under another name it does not open anything.
type PasskeySettings struct {
	Host    string        // without scheme and port, such as knead.example
	Origins []string      // where the pages are, such as https://knead.example; all on the host or below it
	Name    string        // what the browser shows beside the host
	Within  time.Duration // how long a ceremony may take; default 5 minutes (chosen: time to look for a security key)
}

// Passkeys registers passkeys and signs in with them (Web Authentication Level 3), for
// one host. A passkey is two proofs in one: somebody has the device, and the device knows
// them by finger, face or PIN. So it is asked for no second proof, and a device that did
// not check the person is refused.
type Passkeys struct {
	web     *webauthn.WebAuthn
	origins []string
	within  time.Duration
}

// NewPasskeys checks the settings.
func NewPasskeys(s PasskeySettings) (*Passkeys, error) {
	if s.Within == 0 {
		s.Within = 5 * time.Minute
	}
	if s.Name == "" {
		s.Name = s.Host
	}
	if net.ParseIP(s.Host) != nil {
		return nil, fmt.Errorf("passkeys for %s: a passkey belongs to a host name; an address has none", s.Host)
	}
	for _, origin := range s.Origins {
		if err := onHost(origin, s.Host); err != nil {
			return nil, fmt.Errorf("passkeys for %s: %w", s.Host, err)
		}
	}
	timeout := webauthn.TimeoutConfig{Timeout: s.Within, TimeoutUVD: s.Within}
	web, err := webauthn.New(&webauthn.Config{
		RPID: s.Host, RPDisplayName: s.Name, RPOrigins: s.Origins,
		AttestationPreference: protocol.PreferNoAttestation, // the make of a device tells us nothing that we would act on
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: timeout, Registration: timeout},
		// Password managers add outputs unasked. We read none of them.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys for %s: %w", s.Host, err)
	}
	return &Passkeys{web: web, origins: s.Origins, within: s.Within}, nil
}

// onHost tells whether a browser would let a page at the origin use a passkey of the host.
func onHost(origin, host string) error {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin {
		return fmt.Errorf("origin %q: write it as https://host, without a path", origin)
	}
	name := u.Hostname()
	if name != host && !strings.HasSuffix(name, "."+host) {
		return fmt.Errorf("origin %s is not on the host", origin)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || name != "localhost") {
		return fmt.Errorf("origin %s: browsers keep passkeys for https, and for http://localhost", origin)
	}
	return nil
}

// Member is who a passkey belongs to.
type Member struct {
	Handle  []byte // 1 to 64 bytes that say who it is, without saying it to others: the ids of practice and member
	Account string // what tells accounts apart in a list, such as the e-mail address
	Name    string // what the person is called
}

// Credential is a passkey as it is stored: as JSON, with the ID beside it to look it up.
// The private key never leaves the person's device, so none of this opens anything.
type Credential struct {
	ID             []byte   `json:"id"`
	PublicKey      []byte   `json:"publicKey"` // COSE
	Name           string   `json:"name,omitempty"`
	SignCount      uint32   `json:"signCount"` // 0 for ever where the device does not count, as with synced passkeys
	Transports     []string `json:"transports,omitempty"`
	AAGUID         []byte   `json:"aaguid,omitempty"` // make of the device, if it says
	Attachment     string   `json:"attachment,omitempty"`
	Attestation    string   `json:"attestation,omitempty"`
	BackupEligible bool     `json:"backupEligible"` // may be copied to the person's other devices
	BackedUp       bool     `json:"backedUp"`       // has been; if not, losing the device loses the passkey
	CloneWarning   bool     `json:"cloneWarning,omitempty"`
}

// ReadCredential takes a credential back out of storage.
func ReadCredential(stored []byte) (Credential, error) {
	var c Credential
	if err := json.Unmarshal(stored, &c); err != nil {
		return Credential{}, fmt.Errorf("read a passkey: %w", err)
	}
	if len(c.ID) == 0 || len(c.PublicKey) == 0 {
		return Credential{}, errors.New("read a passkey: it has no id or no key")
	}
	return c, nil
}

// JSON is what to store.
func (c Credential) JSON() []byte {
	b, err := json.Marshal(c)
	if err != nil {
		panic("auth: a credential has no field that JSON refuses: " + err.Error())
	}
	return b
}

// user is a member as the library wants one.
type user struct {
	Member

	credentials []Credential
}

func (u user) WebAuthnID() []byte          { return u.Handle }
func (u user) WebAuthnName() string        { return u.Account }
func (u user) WebAuthnDisplayName() string { return u.Name }

func (u user) WebAuthnCredentials() []webauthn.Credential {
	list := make([]webauthn.Credential, len(u.credentials))
	for i, c := range u.credentials {
		list[i] = webauthn.Credential{
			ID: c.ID, PublicKey: c.PublicKey, AttestationFormat: c.Attestation,
			Flags:         webauthn.CredentialFlags{UserPresent: true, UserVerified: true, BackupEligible: c.BackupEligible, BackupState: c.BackedUp},
			Authenticator: webauthn.Authenticator{AAGUID: c.AAGUID, SignCount: c.SignCount, Attachment: protocol.AuthenticatorAttachment(c.Attachment)},
		}
		for _, t := range c.Transports {
			list[i].Transport = append(list[i].Transport, protocol.AuthenticatorTransport(t))
		}
	}
	return list
}

func credential(c *webauthn.Credential) Credential {
	ours := Credential{
		ID: c.ID, PublicKey: c.PublicKey, SignCount: c.Authenticator.SignCount, AAGUID: c.Authenticator.AAGUID,
		Attachment: string(c.Authenticator.Attachment), Attestation: c.AttestationFormat,
		BackupEligible: c.Flags.BackupEligible, BackedUp: c.Flags.BackupState,
	}
	for _, t := range c.Transport {
		ours.Transports = append(ours.Transports, string(t))
	}
	return ours
}

// ceremony is what must be kept between its two halves.
type ceremony struct {
	Kind  string               `json:"kind"`
	Until int64                `json:"until"` // microseconds since 1970
	Data  webauthn.SessionData `json:"data"`
}

const (
	registering = "register"
	signingIn   = "sign in"
)

func (p *Passkeys) keep(kind string, data *webauthn.SessionData, now time.Time) ([]byte, error) {
	b, err := json.Marshal(ceremony{Kind: kind, Until: now.Add(p.within).UnixMicro(), Data: *data})
	if err != nil {
		return nil, fmt.Errorf("keep the ceremony to %s: %w", kind, err)
	}
	return b, nil
}

func kept(kind string, session []byte, now time.Time) (webauthn.SessionData, error) {
	var c ceremony
	if err := json.Unmarshal(session, &c); err != nil {
		return webauthn.SessionData{}, fmt.Errorf("%w: the kept ceremony cannot be read: %w", ErrRefused, err)
	}
	if c.Kind != kind {
		return webauthn.SessionData{}, fmt.Errorf("%w: the ceremony was to %q, not to %s", ErrRefused, c.Kind, kind)
	}
	if now.UnixMicro() >= c.Until {
		return webauthn.SessionData{}, ErrExpired
	}
	return c.Data, nil
}

// BeginRegistration starts to make a passkey for a member who has shown who they are.
// options go to the page: its publicKey is what PublicKeyCredential.parseCreationOptionsFromJSON
// takes. session stays on the server. A device that holds one of the existing passkeys
// makes no second one.
func (p *Passkeys) BeginRegistration(m Member, existing []Credential, now time.Time) (options, session []byte, err error) {
	u := user{m, existing}
	creation, data, err := p.web.BeginRegistration(u, webauthn.WithExclusions(webauthn.Credentials(u.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return nil, nil, fmt.Errorf("begin to register a passkey: %w", err)
	}
	if options, err = json.Marshal(creation); err != nil {
		return nil, nil, fmt.Errorf("begin to register a passkey: %w", err)
	}
	session, err = p.keep(registering, data, now)
	return options, session, err
}

// FinishRegistration checks what the page sent, which is PublicKeyCredential.toJSON, and
// gives the passkey to store. handle is that of the member who is signed in now. That no
// other member has a passkey with the same id is for the database to hold.
func (p *Passkeys) FinishRegistration(handle, session, body []byte, now time.Time) (Credential, error) {
	data, err := kept(registering, session, now)
	if err != nil {
		return Credential{}, err
	}
	if !bytes.Equal(data.UserID, handle) {
		return Credential{}, fmt.Errorf("%w: the ceremony was begun by another member", ErrRefused)
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(body)
	if err != nil {
		return Credential{}, refused("read a new passkey", err)
	}
	made, err := p.web.CreateCredential(user{Member: Member{Handle: handle}}, data, parsed)
	if err != nil {
		return Credential{}, p.because("register a passkey", parsed.Response.CollectedClientData.Origin, err)
	}
	return credential(made), nil
}

// BeginSignIn starts to sign in somebody of whom nothing is known yet. options go to the
// page, for PublicKeyCredential.parseRequestOptionsFromJSON; session stays on the server.
func (p *Passkeys) BeginSignIn(now time.Time) (options, session []byte, err error) {
	assertion, data, err := p.web.BeginDiscoverableLogin()
	if err != nil {
		return nil, nil, fmt.Errorf("begin to sign in by passkey: %w", err)
	}
	if options, err = json.Marshal(assertion); err != nil {
		return nil, nil, fmt.Errorf("begin to sign in by passkey: %w", err)
	}
	session, err = p.keep(signingIn, data, now)
	return options, session, err
}

// Lookup finds the member with the handle, and their passkeys, among them the one with
// the id. If there is no such member or no such passkey it gives [ErrUnknown].
type Lookup func(handle, credentialID []byte) (Member, []Credential, error)

// SignIn is who signed in and by which passkey. The credential has a new count and new
// flags and is to be stored in the old one's place.
type SignIn struct {
	Member     Member
	Credential Credential
}

// FinishSignIn checks what the page sent. With [ErrCloned] the SignIn is filled in, so
// that the warning can be stored with the passkey and its owner told; nobody is signed in.
func (p *Passkeys) FinishSignIn(session, body []byte, now time.Time, lookup Lookup) (SignIn, error) {
	data, err := kept(signingIn, session, now)
	if err != nil {
		return SignIn{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(body)
	if err != nil {
		return SignIn{}, refused("read a passkey's answer", err)
	}
	var found user
	var lookupErr error
	_, used, err := p.web.ValidatePasskeyLogin(func(id, handle []byte) (webauthn.User, error) {
		found.Member, found.credentials, lookupErr = lookup(handle, id)
		return found, lookupErr
	}, data, parsed)
	if lookupErr != nil {
		return SignIn{}, fmt.Errorf("look up a passkey: %w", lookupErr)
	}
	if err != nil {
		return SignIn{}, p.because("sign in by passkey", parsed.Response.CollectedClientData.Origin, err)
	}
	in := SignIn{Member: found.Member, Credential: credential(used)}
	for _, c := range found.credentials {
		if bytes.Equal(c.ID, used.ID) {
			in.Credential.Name = c.Name
		}
	}
	if used.Authenticator.CloneWarning {
		in.Credential.CloneWarning = true
		return in, fmt.Errorf("sign in by passkey: %w: at %d, stored %d", ErrCloned, parsed.Response.AuthenticatorData.Counter, used.Authenticator.SignCount)
	}
	return in, nil
}

// because names the origin where that is what is wrong: the usual mistake in the settings.
func (p *Passkeys) because(doing, origin string, err error) error {
	if !slices.Contains(p.origins, origin) {
		return fmt.Errorf("%s: %w: it was made at %q, which is not among the origins %s", doing, ErrRefused, origin, strings.Join(p.origins, ", "))
	}
	return refused(doing, err)
}

// refused keeps of the library's error what it says, and not what it saw.
func refused(doing string, err error) error {
	return fmt.Errorf("%s: %w: %s", doing, ErrRefused, err.Error())
}
