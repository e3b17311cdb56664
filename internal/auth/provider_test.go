package auth

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// issuer is an identity provider on loopback: it answers discovery, shows its key and
// gives a token for a code, whose claims a test may change.
type issuer struct {
	t         *testing.T
	server    *httptest.Server
	key       *rsa.PrivateKey
	signWith  *rsa.PrivateKey
	alg       string
	discovery map[string]any
	claims    map[string]any
	challenge string // what the person brought (RFC 7636 4.3)
	status    int
	noToken   bool
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{t: t, key: key, signWith: key, alg: "RS256", status: http.StatusOK}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) { i.say(w, i.discovery) })
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		i.say(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one",
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", i.token)
	i.server = httptest.NewServer(mux)
	t.Cleanup(i.server.Close)
	i.discovery = map[string]any{
		"issuer": i.server.URL, "authorization_endpoint": i.server.URL + "/authorize", "token_endpoint": i.server.URL + "/token",
		"jwks_uri": i.server.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}, "response_types_supported": []string{"code"},
	}
	i.claims = map[string]any{
		"iss": i.server.URL, "sub": "248289761001", "aud": "knead", "exp": noon.Add(time.Minute).Unix(), "iat": noon.Unix(),
		"email": "mara@greendoor.example", "email_verified": true, "name": "Mara Lindqvist",
	}
	return i
}

func (i *issuer) say(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		i.t.Error(err)
	}
}

// token checks what a provider checks, the verifier above all.
func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	verifier := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if i.status != http.StatusOK {
		w.WriteHeader(i.status)
		return
	}
	if r.FormValue("code") != "the-code" || id != "knead" || secret != "client-secret" || r.FormValue("redirect_uri") != "https://knead.example/back" ||
		base64.RawURLEncoding.EncodeToString(verifier[:]) != i.challenge {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"error":"invalid_grant","error_description":"code the-code of mara"}`)
		return
	}
	answer := map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 60}
	if !i.noToken {
		answer["id_token"] = i.signed()
	}
	i.say(w, answer)
}

// signed writes a JWS in compact form (RFC 7515 3.1).
func (i *issuer) signed() string {
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			i.t.Error(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	text := part(map[string]string{"alg": i.alg, "kid": "one"}) + "." + part(i.claims)
	if i.alg == "none" {
		return text + "."
	}
	digest := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, i.signWith, crypto.SHA256, digest[:])
	if err != nil {
		i.t.Error(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func (i *issuer) settings() ProviderSettings {
	return ProviderSettings{Issuer: i.server.URL, ClientID: "knead", ClientSecret: "client-secret", Redirect: "https://knead.example/back"}
}

// visit goes to the provider and back: the query is what the person brings home.
func (i *issuer) visit(p *Provider) (Attempt, url.Values) {
	i.t.Helper()
	a, err := NewAttempt(nil, noon)
	if err != nil {
		i.t.Fatal(err)
	}
	u, err := url.Parse(p.AuthCodeURL(a))
	if err != nil {
		i.t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{
		"client_id": "knead", "response_type": "code", "redirect_uri": "https://knead.example/back", "scope": "openid email profile",
		"state": a.State, "nonce": a.Nonce, "code_challenge_method": "S256",
	} {
		if q.Get(name) != want {
			i.t.Errorf("the way to the provider has %s=%q, want %q", name, q.Get(name), want)
		}
	}
	if u.Path != "/authorize" || strings.Contains(u.String(), a.Verifier) {
		i.t.Errorf("the way to the provider is %s", u)
	}
	i.challenge, i.claims["nonce"] = q.Get("code_challenge"), q.Get("nonce")
	return a, url.Values{"code": {"the-code"}, "state": {q.Get("state")}}
}

func TestAProviderSaysWhoSomebodyIs(t *testing.T) {
	i := newIssuer(t)
	p, err := NewProvider(t.Context(), i.settings())
	if err != nil {
		t.Fatal(err)
	}
	a, back := i.visit(p)
	stored, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var kept Attempt
	if err := json.Unmarshal(stored, &kept); err != nil {
		t.Fatal(err)
	}
	who, err := p.Exchange(t.Context(), kept, back, noon)
	want := Identity{Issuer: i.server.URL, Subject: "248289761001", Email: "mara@greendoor.example", EmailVerified: true, Name: "Mara Lindqvist"}
	if err != nil || who != want {
		t.Errorf("Exchange = %+v, %v; want %+v", who, err, want)
	}
}

func TestAnAddressCountsOnlyIfTheProviderVerifiedIt(t *testing.T) {
	for _, c := range []struct {
		verified any
		want     bool
	}{{true, true}, {"true", true}, {false, false}, {"false", false}, {nil, false}, {1, false}, {"yes", false}} {
		i := newIssuer(t)
		i.claims["email_verified"] = c.verified
		p, err := NewProvider(t.Context(), i.settings())
		if err != nil {
			t.Fatal(err)
		}
		a, back := i.visit(p)
		who, err := p.Exchange(t.Context(), a, back, noon)
		if err != nil || who.EmailVerified != c.want || (who.Email != "") != c.want || who.Subject == "" {
			t.Errorf("email_verified %#v: %+v, %v; want %v", c.verified, who, err, c.want)
		}
	}
}

func TestWhatDoesNotComeFromTheProviderForUsNowIsRefused(t *testing.T) {
	otherKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	claim := func(name string, v any) func(*issuer, *Attempt, url.Values) {
		return func(i *issuer, _ *Attempt, _ url.Values) { i.claims[name] = v }
	}
	query := func(name, v string) func(*issuer, *Attempt, url.Values) {
		return func(_ *issuer, _ *Attempt, back url.Values) { back.Set(name, v) }
	}
	for _, c := range []struct {
		name   string
		change func(*issuer, *Attempt, url.Values)
		want   error
	}{
		{"nothing is wrong", func(*issuer, *Attempt, url.Values) {}, nil},
		{"nonce of another attempt", claim("nonce", "another"), ErrRefused},
		{"no nonce", claim("nonce", nil), ErrRefused},
		{"made for another program", claim("aud", "another"), ErrRefused},
		{"made for two, of which we are one, and not said for whom", claim("aud", []string{"another", "knead"}), ErrRefused},
		{"given to another program", claim("azp", "another"), ErrRefused},
		{"expired", claim("exp", noon.Add(-time.Second).Unix()), ErrRefused},
		{"not valid yet", claim("nbf", noon.Add(time.Hour).Unix()), ErrRefused},
		{"from another issuer", claim("iss", "https://evil.example"), ErrRefused},
		{"about nobody", claim("sub", ""), ErrRefused},
		{"with another access token's hash", claim("at_hash", "AAAA"), ErrRefused},
		{"signed by another key", func(i *issuer, _ *Attempt, _ url.Values) { i.signWith = otherKey }, ErrRefused},
		{"not signed", func(i *issuer, _ *Attempt, _ url.Values) { i.alg = "none" }, ErrRefused},
		{"state of another browser", query("state", "another"), ErrRefused},
		{"no state", query("state", ""), ErrRefused},
		{"an attempt without a state", func(_ *issuer, a *Attempt, back url.Values) { a.State = ""; back.Set("state", "") }, ErrRefused},
		{"the person said no", query("error", "access_denied"), ErrRefused},
		{"another provider's answer", query("iss", "https://evil.example"), ErrRefused},
		{"another code", query("code", "another"), ErrRefused},
		{"a code that was fetched for somebody else", func(_ *issuer, a *Attempt, _ url.Values) { a.Verifier = strings.Repeat("x", 43) }, ErrRefused},
		{"an attempt of an hour ago", func(_ *issuer, a *Attempt, _ url.Values) { a.Until = noon.UnixMicro() }, ErrExpired},
		{"no identity token", func(i *issuer, _ *Attempt, _ url.Values) { i.noToken = true }, ErrUnavailable},
		{"the provider is out of order", func(i *issuer, _ *Attempt, _ url.Values) { i.status = http.StatusBadGateway }, ErrUnavailable},
		{"the provider is gone", func(i *issuer, _ *Attempt, _ url.Values) { i.server.Close() }, ErrUnavailable},
	} {
		i := newIssuer(t)
		p, err := NewProvider(t.Context(), i.settings())
		if err != nil {
			t.Fatal(err)
		}
		a, back := i.visit(p)
		c.change(i, &a, back)
		who, err := p.Exchange(t.Context(), a, back, noon)
		if !errors.Is(err, c.want) || (c.want != nil) != (who == Identity{}) {
			t.Errorf("%s: %+v, %v; want %v", c.name, who, err, c.want)
		}
		if err != nil && (strings.Contains(err.Error(), "the-code") || strings.Contains(err.Error(), "mara")) {
			t.Errorf("%s: the log would show %v", c.name, err)
		}
	}
}

func TestAProviderThatNamesItselfMustDoSo(t *testing.T) {
	i := newIssuer(t)
	i.discovery["authorization_response_iss_parameter_supported"] = true
	p, err := NewProvider(t.Context(), i.settings())
	if err != nil {
		t.Fatal(err)
	}
	a, back := i.visit(p)
	if who, err := p.Exchange(t.Context(), a, back, noon); !errors.Is(err, ErrRefused) {
		t.Errorf("without its name: %+v, %v", who, err)
	}
	back.Set("iss", i.server.URL)
	if _, err := p.Exchange(t.Context(), a, back, noon); err != nil {
		t.Errorf("with its name: %v", err)
	}
}

func TestAProviderIsAskedOverHTTPSOnly(t *testing.T) {
	for _, address := range []string{"http://id.example", "id.example", "", "ftp://id.example", "https://"} {
		if _, err := NewProvider(t.Context(), ProviderSettings{Issuer: address}); err == nil {
			t.Errorf("issuer %q was taken", address)
		}
	}
	for _, name := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri"} {
		i := newIssuer(t)
		i.discovery[name] = "http://id.example/x"
		if _, err := NewProvider(t.Context(), i.settings()); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s over plain http: %v", name, err)
		}
	}
}

func TestAProviderThatDoesNotAnswerSensiblyIsUnavailable(t *testing.T) {
	i := newIssuer(t)
	good := maps.Clone(i.discovery)
	for name, discovery := range map[string]map[string]any{
		"another issuer": {"issuer": "https://evil.example", "authorization_endpoint": good["authorization_endpoint"], "token_endpoint": good["token_endpoint"], "jwks_uri": good["jwks_uri"]},
		"nothing":        {},
		"two megabytes":  {"issuer": i.server.URL, "padding": strings.Repeat("x", 2<<20)},
	} {
		i.discovery = discovery
		if _, err := NewProvider(t.Context(), i.settings()); !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	i.discovery = good
	if _, err := NewProvider(ctx, i.settings()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("after the caller gave up: %v", err)
	}
	i.server.Close()
	if _, err := NewProvider(t.Context(), i.settings()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("closed: %v", err)
	}
}
