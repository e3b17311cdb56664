package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// ProviderSettings say where people of a practice have their accounts.
type ProviderSettings struct {
	Issuer       string // https address, as the provider writes it in its tokens
	ClientID     string
	ClientSecret string
	Redirect     string // our page to which the provider sends the person back
	// Client talks to the provider. The default follows the machine's proxy settings and
	// gives up after ten seconds. Where owners of practices may enter an issuer, hand in one
	// that reaches no address inside the house.
	Client *http.Client
}

// Provider signs people in by OpenID Connect: the code flow with PKCE (RFC 7636), state
// and nonce. Keep it: it keeps the provider's keys.
type Provider struct {
	settings             ProviderSettings
	oauth                oauth2.Config
	oidc                 *oidc.Provider
	namesItselfInAnswers bool // RFC 9207
}

// NewProvider asks the issuer where its pages and keys are.
func NewProvider(ctx context.Context, s ProviderSettings) (*Provider, error) {
	if s.Client == nil {
		s.Client = &http.Client{Timeout: 10 * time.Second}
	}
	bounded := *s.Client
	bounded.Transport = boundedAnswers{s.Client.Transport}
	s.Client = &bounded
	p := &Provider{settings: s}
	if err := encrypted(s.Issuer); err != nil {
		return nil, fmt.Errorf("issuer: %w", err)
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, s.Client), s.Issuer)
	if err != nil {
		return nil, fmt.Errorf("ask %s about itself: %w: %w", s.Issuer, ErrUnavailable, err)
	}
	var more struct {
		Keys  string `json:"jwks_uri"`
		Names bool   `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, fmt.Errorf("what %s says about itself: %w: %w", s.Issuer, ErrUnavailable, err)
	}
	for _, address := range []string{found.Endpoint().AuthURL, found.Endpoint().TokenURL, more.Keys} {
		if err := encrypted(address); err != nil {
			return nil, fmt.Errorf("what %s says about itself: %w: %w", s.Issuer, ErrUnavailable, err)
		}
	}
	p.oidc, p.namesItselfInAnswers = found, more.Names
	p.oauth = oauth2.Config{
		ClientID: s.ClientID, ClientSecret: s.ClientSecret, RedirectURL: s.Redirect, Endpoint: found.Endpoint(),
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
	return p, nil
}

// encrypted wants https, or plain http within this machine.
func encrypted(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return fmt.Errorf("%q is not an address", address)
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	return fmt.Errorf("%s must begin with https://", address)
}

// boundedAnswers cuts off what no provider needs to say.
type boundedAnswers struct{ next http.RoundTripper }

func (b boundedAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	next := b.next
	if next == nil {
		next = http.DefaultTransport
	}
	resp, err := next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = http.MaxBytesReader(nil, resp.Body, 1<<20) // chosen: the longest key sets are some 20 KB
	return resp, nil
}

// Attempt is what must be kept on the server between sending a person to the provider and
// their coming back. Store it as JSON.
type Attempt struct {
	State    string `json:"state"`    // ties the way back to this browser
	Nonce    string `json:"nonce"`    // ties the provider's token to this attempt
	Verifier string `json:"verifier"` // shows that the code was fetched for us (PKCE)
	Until    int64  `json:"until"`    // microseconds since 1970
}

// attemptWithin is chosen: time to find a password and a second factor at the provider.
const attemptWithin = 15 * time.Minute

// NewAttempt makes a fresh attempt; nil means the machine's randomness.
func NewAttempt(random io.Reader, now time.Time) (Attempt, error) {
	a := Attempt{Until: now.Add(attemptWithin).UnixMicro()}
	for _, field := range []*string{&a.State, &a.Nonce, &a.Verifier} {
		t, err := NewToken(random)
		if err != nil {
			return Attempt{}, err
		}
		*field = t.Reveal()
	}
	return a, nil
}

// AuthCodeURL is where to send the person.
func (p *Provider) AuthCodeURL(a Attempt) string {
	return p.oauth.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier))
}

// Identity is what the provider vouches for. Issuer and Subject together are who it is;
// an e-mail address can pass from one person to another.
type Identity struct {
	Issuer  string
	Subject string
	// Email is empty unless the provider has verified it, so that nobody takes over an
	// account by claiming its address.
	Email         string
	EmailVerified bool
	Name          string
}

// Exchange checks with what the person came back, the query of the redirect, and fetches
// who they are.
func (p *Provider) Exchange(ctx context.Context, a Attempt, query url.Values, now time.Time) (Identity, error) {
	if now.UnixMicro() >= a.Until {
		return Identity{}, ErrExpired
	}
	if a.State == "" || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(a.State)) != 1 {
		return Identity{}, fmt.Errorf("%w: the state is not that of the attempt", ErrRefused)
	}
	// RFC 9207 2.4: an answer from another provider than the one that was asked is refused.
	if iss := query.Get("iss"); iss != p.settings.Issuer && (iss != "" || p.namesItselfInAnswers) {
		return Identity{}, fmt.Errorf("%w: the answer comes from %q, not from %s", ErrRefused, iss, p.settings.Issuer)
	}
	if reason := query.Get("error"); reason != "" {
		return Identity{}, fmt.Errorf("%w: %s says %q", ErrRefused, p.settings.Issuer, reason)
	}
	token, err := p.oauth.Exchange(oidc.ClientContext(ctx, p.settings.Client), query.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return Identity{}, p.exchangeError(err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Identity{}, fmt.Errorf("%w: %s gave no identity token", ErrUnavailable, p.settings.Issuer)
	}
	return p.identity(ctx, raw, token.AccessToken, a.Nonce, now)
}

// exchangeError tells a refusal from a provider that is out of order. The answer's body
// stays out of the chain, since it may hold what was sent.
func (p *Provider) exchangeError(err error) error {
	if answer, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		kind := ErrRefused
		if answer.Response.StatusCode >= http.StatusInternalServerError {
			kind = ErrUnavailable
		}
		return fmt.Errorf("fetch a token from %s: %w: status %d, %q", p.settings.Issuer, kind, answer.Response.StatusCode, answer.ErrorCode)
	}
	return fmt.Errorf("fetch a token from %s: %w: %w", p.settings.Issuer, ErrUnavailable, err)
}

// identity follows OpenID Connect Core 1.0, 3.1.3.7.
func (p *Provider) identity(ctx context.Context, raw, access, nonce string, now time.Time) (Identity, error) {
	verifier := p.oidc.Verifier(&oidc.Config{ClientID: p.settings.ClientID, Now: func() time.Time { return now }})
	token, err := verifier.Verify(oidc.ClientContext(ctx, p.settings.Client), raw)
	if err != nil {
		return Identity{}, fmt.Errorf("identity token of %s: %w: %w", p.settings.Issuer, ErrRefused, err)
	}
	var claims struct {
		Party         string  `json:"azp"`
		Email         string  `json:"email"`
		EmailVerified loosely `json:"email_verified"`
		Name          string  `json:"name"`
	}
	if err := token.Claims(&claims); err != nil {
		return Identity{}, fmt.Errorf("claims of %s: %w: %w", p.settings.Issuer, ErrRefused, err)
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		return Identity{}, fmt.Errorf("identity token of %s: %w: the nonce is not that of the attempt", p.settings.Issuer, ErrRefused)
	case claims.Party != p.settings.ClientID && (claims.Party != "" || len(token.Audience) > 1):
		return Identity{}, fmt.Errorf("identity token of %s: %w: it was made for %q", p.settings.Issuer, ErrRefused, claims.Party)
	case token.Subject == "":
		return Identity{}, fmt.Errorf("identity token of %s: %w: it names nobody", p.settings.Issuer, ErrRefused)
	}
	if token.AccessTokenHash != "" {
		if err := token.VerifyAccessToken(access); err != nil {
			return Identity{}, fmt.Errorf("identity token of %s: %w: %w", p.settings.Issuer, ErrRefused, err)
		}
	}
	who := Identity{Issuer: p.settings.Issuer, Subject: token.Subject, Name: claims.Name}
	if claims.EmailVerified && claims.Email != "" {
		who.Email, who.EmailVerified = claims.Email, true
	}
	return who, nil
}

// loosely reads true and "true": some providers write the one, some the other.
type loosely bool

func (l *loosely) UnmarshalJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*l = v == true || v == "true"
	return nil
}
