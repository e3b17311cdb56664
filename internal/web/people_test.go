package web

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"knead"
	"knead/internal/auth"
	"knead/internal/practice"
	"knead/internal/server"
	"knead/internal/store"
)

// visitor is a browser in a test: it keeps cookies and comes from one address.
type visitor struct {
	t       *testing.T
	h       http.Handler
	from    string
	https   bool
	cookies map[string]*http.Cookie
}

func (v *visitor) ask(method, path string, form url.Values) *httptest.ResponseRecorder {
	v.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Host, r.RemoteAddr = "localhost:8080", v.from+":4000"
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if v.https {
		r.Host = "knead.example"
		r.Header.Set("X-Forwarded-Proto", "https")
	}
	for _, c := range v.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	v.h.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
			continue
		}
		v.cookies[c.Name] = c
	}
	return w
}

// openRecord makes a door to an empty record, whose clock stands still.
func openRecord(t *testing.T, record Record) (h *practice.House, visit func(from string) *visitor) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	record.House = practice.New(practice.Options{Store: s, Now: func() time.Time { return accessTime }})
	rt, err := NewWithRecord(record)
	if err != nil {
		t.Fatal(err)
	}
	chassis := server.Chassis(rt, server.Options{Addr: "localhost:8080", Name: "knead.example", PerSecond: 1e6, Burst: 1e6, Log: slog.New(slog.DiscardHandler)})
	return record.House, func(from string) *visitor {
		return &visitor{t: t, h: chassis, from: from, cookies: map[string]*http.Cookie{}}
	}
}

func TestTheFirstPageAsksForTheCodeWhereStrangersCouldBeQuicker(t *testing.T) {
	codes, hashes, err := auth.NewRecoveryCodes(nil)
	if err != nil {
		t.Fatal(err)
	}
	h, visit := openRecord(t, Record{SetupCode: hashes[0]})
	v := visit("192.0.2.1")
	form := url.Values{"practice": {"Clay"}, "zone": {"Europe/Berlin"}, "name": {"Noor"}, "email": {"noor@example.org"}, "password": {"seven warm stones in a row"}}
	for what, code := range map[string]string{"no code": "", "a wrong code": codes[1]} {
		form.Set("code", code)
		if w := v.ask("POST", "/setup", form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "not the code that Knead printed") {
			t.Errorf("setting up with %s: status %d", what, w.Code)
		}
	}
	if list, err := h.Practices(t.Context()); err != nil || len(list) != 0 {
		t.Fatalf("a practice was made without the code: %v, %v", list, err)
	}
	form.Set("code", strings.ToLower(codes[0]))
	w := v.ask("POST", "/setup", form)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/me/secure" {
		t.Fatalf("setting up with the code: status %d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := v.ask("GET", "/me/secure", nil); !strings.Contains(w.Body.String(), `href="/me/codes"`) {
		t.Error("the page after it does not offer codes beside the password")
	}
	if w := visit("192.0.2.2").ask("POST", "/setup", form); w.Code != http.StatusForbidden {
		t.Errorf("setting up a second time: status %d, want 403", w.Code)
	}
}

func TestTheFirstPageSaysWhatIsWrongFromTheTopDown(t *testing.T) {
	_, visit := openRecord(t, Record{})
	v := visit("127.0.0.1")
	form := url.Values{"zone": {"Europe/Berlin"}}
	for _, next := range []struct{ field, typed string }{{"practice", "Clay"}, {"name", "Noor"}, {"email", "noor@example.org"}, {"password", "seven warm stones in a row"}} {
		w := v.ask("POST", "/setup", form)
		if wrong := `id="f-` + next.field + `-err"`; w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), wrong) {
			t.Errorf("%s is missing: status %d, and the page does not hold %s", next.field, w.Code, wrong)
		}
		form.Set(next.field, next.typed)
	}
	if w := v.ask("POST", "/setup", form); w.Code != http.StatusSeeOther {
		t.Errorf("the whole form: status %d", w.Code)
	}
}

func TestTheCookieIsForHTTPSAloneWhereThePagesAre(t *testing.T) {
	_, visit := openRecord(t, Record{})
	form := url.Values{"practice": {"Clay"}, "zone": {"Europe/Berlin"}, "name": {"Noor"}, "email": {"noor@example.org"}, "password": {"seven warm stones in a row"}}
	v := visit("127.0.0.1")
	v.https = true
	v.ask("POST", "/setup", form)
	c := v.cookies["__Host-knead"]
	if c == nil || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("through a proxy that serves https the cookie is %+v", c)
	}
	if w := v.ask("GET", "/today", nil); w.Code != http.StatusOK {
		t.Errorf("it opens the workspace with status %d", w.Code)
	}
}

// TestDoorsThatOpenByASecretAreKnockedAtSlowly tries each door until it asks to wait. What
// is tried from one network must not keep another one out.
func TestDoorsThatOpenByASecretAreKnockedAtSlowly(t *testing.T) {
	for _, c := range []struct {
		method, path string
		form         url.Values
		most         int
	}{
		{"POST", "/signin", url.Values{"email": {"noor@example.org"}, "password": {"not the right one"}}, 5},
		{"POST", "/signin", url.Values{"email": {"nobody@example.org"}, "password": {"not the right one"}}, 5},
		{"POST", "/unlock", url.Values{"password": {"not the right one"}}, 5},
		{"POST", "/signin/passkey/begin", nil, 30},
		{"GET", "/l/{bearer}", nil, 60},
		{"GET", "/c/{bearer}", nil, 60},
		{"GET", "/join/{bearer}", nil, 60},
		{"POST", "/join/{bearer}", nil, 60},
		{"GET", "/reset/{bearer}", nil, 60},
		{"POST", "/reset/{bearer}/begin", nil, 60},
	} {
		t.Run(c.method+" "+c.path, func(t *testing.T) {
			h, visit := openRecord(t, Record{})
			bearer, owner, err := h.SetUpAndEnter(t.Context(), practice.Setup{Practice: "Clay", Zone: "UTC", Owner: "Noor", Email: "noor@example.org"}, "test")
			if err != nil {
				t.Fatal(err)
			}
			path := strings.ReplaceAll(c.path, "{bearer}", strings.Split(bearer, ".")[0]+"."+strings.Repeat("A", 43))
			guess := func(v *visitor) bool {
				if c.path == "/unlock" {
					v.cookies["knead"] = &http.Cookie{Name: "knead", Value: bearer}
				}
				return strings.Contains(v.ask(c.method, path, c.form).Body.String(), "Too many tries")
			}
			if c.path == "/unlock" {
				if err := h.Lock(t.Context(), owner); err != nil {
					t.Fatal(err)
				}
			}
			one, n := visit("192.0.2.1"), 0
			for n <= c.most && !guess(one) {
				n++
			}
			if n != c.most {
				t.Errorf("one network tried %d times before it had to wait, want %d", n, c.most)
			}
			if guess(visit("198.51.100.1")) {
				t.Error("another network has to wait for it")
			}
		})
	}
}

func TestHiddenNamesAreOnNoPage(t *testing.T) {
	record := seedAccess(t)
	s, h, routes := accessSite(t)
	house, _, closeRecord := record.open(t)
	defer closeRecord()
	s.house = house
	owner, _, err := house.Resume(t.Context(), record.cookies["owner"])
	if err != nil {
		t.Fatal(err)
	}
	if err := house.HideNames(t.Context(), owner, true); err != nil {
		t.Fatal(err)
	}
	// where a name is what the page is for
	named := []string{"GET /clients/{client}/edit", "GET /clients/{client}/export", "GET /clients/{client}/erase", "GET /visits/{visit}/note"}
	for n, route := range routes {
		if !strings.HasPrefix(route, "GET ") || strings.HasSuffix(route, "/print") || strings.HasSuffix(route, "/summary") || strings.Contains(route, "{file}") {
			continue // paper is for the client
		}
		if v := record.visit(t, h, s, route, "owner", n); strings.Contains(v.text, theirName) && !slices.Contains(named, route) {
			t.Errorf("%s shows the name on a screen that hides names:\n%.200s", route, v.text[max(0, strings.Index(v.text, theirName)-100):])
		}
	}
}

// issuer is an identity provider on loopback.
type issuer struct {
	*httptest.Server
	key    *rsa.PrivateKey
	nonce  string
	claims map[string]any
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key}
	say := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		say(w, map[string]any{
			"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}, "response_types_supported": []string{"code"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		say(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one",
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		say(w, map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": i.signed(t)})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

// signed writes who somebody is as a JWS in compact form (RFC 7515 3.1).
func (i *issuer) signed(t *testing.T) string {
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	claims := map[string]any{"iss": i.URL, "aud": "knead", "nonce": i.nonce, "iat": accessTime.Unix(), "exp": accessTime.Add(time.Hour).Unix()}
	for name, v := range i.claims {
		claims[name] = v
	}
	text := part(map[string]string{"alg": "RS256", "kid": "one"}) + "." + part(claims)
	digest := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, i.key, crypto.SHA256, digest[:])
	if err != nil {
		t.Error(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func TestOnlyMembersComeInFromAnotherService(t *testing.T) {
	provider := newIssuer(t)
	h, visit := openRecord(t, Record{Provider: "House of Names", Elsewhere: auth.ProviderSettings{
		Issuer: provider.URL, ClientID: "knead", ClientSecret: "secret", Redirect: "http://localhost:8080/signin/elsewhere/back",
	}})
	_, owner, err := h.SetUpAndEnter(t.Context(), practice.Setup{Practice: "Clay", Zone: "UTC", Owner: "Noor Haddad", Email: "noor@example.org"}, "test")
	if err != nil {
		t.Fatal(err)
	}
	if w := visit("192.0.2.7").ask("GET", "/signin", nil); !strings.Contains(w.Body.String(), "Sign in with House of Names") {
		t.Error("the page does not offer the other service")
	}
	try := func(claims map[string]any, spoil func(url.Values, *visitor)) (*visitor, *httptest.ResponseRecorder) {
		t.Helper()
		v := visit("192.0.2.1")
		w := v.ask("POST", "/signin/elsewhere", nil)
		found := regexp.MustCompile(`href="(` + regexp.QuoteMeta(provider.URL) + `/authorize[^"]*)"`).FindStringSubmatch(w.Body.String())
		if w.Code != http.StatusOK || found == nil {
			t.Fatalf("going there: status %d", w.Code)
		}
		to, err := url.Parse(html.UnescapeString(found[1]))
		if err != nil {
			t.Fatal(err)
		}
		provider.nonce, provider.claims = to.Query().Get("nonce"), claims
		back := url.Values{"state": {to.Query().Get("state")}, "code": {"the-code"}}
		if spoil != nil {
			spoil(back, v)
		}
		return v, v.ask("GET", "/signin/elsewhere/back?"+back.Encode(), nil)
	}
	noor := map[string]any{"sub": "1", "email": "Noor@Example.org", "email_verified": true}
	v, w := try(noor, nil)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `href="/today"`) {
		t.Fatalf("coming back: status %d", w.Code)
	}
	if w := v.ask("GET", "/today", nil); w.Code != http.StatusOK {
		t.Errorf("the workspace opens with status %d", w.Code)
	}
	moved := map[string]any{"sub": "1", "email": "noor@elsewhere.example", "email_verified": true}
	if v, _ := try(moved, nil); v.cookies["knead"] == nil {
		t.Error("a member whose address at the service changed is not known any more")
	}
	for what, c := range map[string]struct {
		claims map[string]any
		spoil  func(url.Values, *visitor)
	}{
		"a stranger":                       {map[string]any{"sub": "2", "email": "eve@example.org", "email_verified": true}, nil},
		"an address that nobody verified":  {map[string]any{"sub": "3", "email": "noor@example.org", "email_verified": false}, nil},
		"an address that passed to others": {map[string]any{"sub": "4", "email": "noor@example.org", "email_verified": true}, nil},
		"another state":                    {noor, func(q url.Values, _ *visitor) { q.Set("state", "x") }},
		"a browser that did not begin":     {noor, func(_ url.Values, v *visitor) { clear(v.cookies) }},
		"a refusal":                        {noor, func(q url.Values, _ *visitor) { q.Set("error", "access_denied") }},
	} {
		v, w := try(c.claims, c.spoil)
		if w.Code != http.StatusForbidden || v.cookies["knead"] != nil || !strings.Contains(w.Body.String(), `action="/signin"`) {
			t.Errorf("%s: status %d, signed in %t; want the page to sign in, and nobody in", what, w.Code, v.cookies["knead"] != nil)
		}
	}
	if _, _, err := h.Invite(t.Context(), practice.Program(owner.Practice, "test"), practice.Invitation{Name: "Lea", Email: "lea@example.org", Role: knead.Owner}); err != nil {
		t.Fatal(err)
	}
	if err := h.ChangeMember(t.Context(), practice.Program(owner.Practice, "test"), owner.Member, 0, func(m *knead.Member) error { m.Disabled = h.Now(); return nil }); err != nil {
		t.Fatal(err)
	}
	if v, w := try(noor, nil); w.Code != http.StatusForbidden || v.cookies["knead"] != nil {
		t.Errorf("a member who is not let in: status %d", w.Code)
	}
	provider.Close()
	fresh, visitFresh := openRecord(t, Record{Provider: "Gone", Elsewhere: auth.ProviderSettings{Issuer: provider.URL, ClientID: "knead"}})
	if _, _, err := fresh.SetUpAndEnter(t.Context(), practice.Setup{Practice: "Clay", Zone: "UTC", Owner: "Noor", Email: "noor@example.org"}, "test"); err != nil {
		t.Fatal(err)
	}
	if w := visitFresh("192.0.2.1").ask("POST", "/signin/elsewhere", nil); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "Sign in with a passkey or a password") {
		t.Errorf("a service that is away: status %d, want 503 with another way in", w.Code)
	}
}

func TestEveryActHasWordsInTheListOfWhatWasDone(t *testing.T) {
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	for _, act := range append(practice.Acts(), practice.SignedIn, practice.SignedOut, practice.Joined, practice.ResetProof) {
		if s.words["act."+string(act)] == "" {
			t.Errorf("the act %s has no words: add act.%s to words/people.txt", act, act)
		}
	}
}
