package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"knead"
	"knead/internal/auth"
	"knead/internal/practice"
	"knead/internal/server"
	"knead/internal/web"
)

// door is how people reach the record: on this machine, by https, or through a proxy.
type door struct {
	URL          string   `env:"KNEAD_URL" help:"The address under which people reach Knead, such as https://knead.example. Passkeys belong to it, links begin with it." placeholder:"URL"`
	Cert         string   `help:"Serve https with the certificate in this PEM file; it is read again when it changes." placeholder:"FILE" type:"path"`
	Key          string   `help:"The certificate's key." placeholder:"FILE" type:"path"`
	ACMEHost     []string `name:"acme-host" help:"Serve https with a certificate for this name, fetched and renewed by ACME (Let's Encrypt)." placeholder:"NAME"`
	ACMEEmail    string   `name:"acme-email" help:"Where the authority writes when something is wrong with the certificate." placeholder:"ADDRESS"`
	ACMEDir      string   `name:"acme-dir" help:"Folder for fetched certificates and their keys; otherwise a folder beside the record." placeholder:"DIR" type:"path"`
	ACMEURL      string   `name:"acme-url" help:"Another authority, by the address of its ACME directory." placeholder:"URL"`
	HTTPRedirect string   `name:"http-redirect" help:"Listen here for plain http, too, and send everybody on to https, such as :80." placeholder:"ADDR"`
	TrustedProxy []string `help:"A proxy that serves https for Knead, by its address or network. It must set X-Forwarded-For, -Proto and -Host." placeholder:"ADDR"`

	OIDCIssuer string `name:"oidc-issuer" env:"KNEAD_OIDC_ISSUER" help:"Let members sign in by this OpenID Connect provider, too." placeholder:"URL"`
	OIDCClient string `name:"oidc-client-id" env:"KNEAD_OIDC_CLIENT_ID" help:"The id that the provider gave Knead." placeholder:"ID"`
	OIDCSecret string `name:"oidc-client-secret-file" env:"KNEAD_OIDC_CLIENT_SECRET_FILE" help:"File with the secret that the provider gave Knead." placeholder:"FILE" type:"path"`
	OIDCName   string `name:"oidc-name" env:"KNEAD_OIDC_NAME" help:"What people call the provider; otherwise its host name." placeholder:"NAME"`
}

// ways turns the settings into those of the server and of the pages. record is the folder
// of the record.
func (d *door) ways(addr, record string) (o server.Options, r web.Record, err error) {
	o = server.Options{Addr: addr, CertFile: d.Cert, KeyFile: d.Key, RedirectAddr: d.HTTPRedirect}
	encrypted := d.Cert != "" || len(d.ACMEHost) > 0
	if (d.Cert == "") != (d.Key == "") {
		return o, r, &knead.InputError{Text: "--cert and --key go together: the certificate, and the key that it was made with"}
	}
	if o.TrustedProxies, err = proxies(d.TrustedProxy); err != nil {
		return o, r, err
	}
	if !server.OnlyThisMachine(addr) && !encrypted {
		if len(o.TrustedProxies) == 0 {
			return o, r, &knead.InputError{Text: fmt.Sprintf("--addr %s can be reached from other devices, and without https everybody on the way reads along. "+
				"Give a certificate (--cert and --key), let Knead fetch one (--acme-host NAME), or name the proxy that serves https (--trusted-proxy ADDR); docs/https.md has the steps. "+
				"For this machine alone use --addr localhost:8080", addr)}
		}
		o.OnlyProxies = true
	}
	if len(d.ACMEHost) > 0 {
		o.ACME = server.ACME{Hosts: d.ACMEHost, Email: d.ACMEEmail, Cache: d.ACMEDir, Directory: d.ACMEURL}
		if o.ACME.Cache == "" {
			o.ACME.Cache = filepath.Join(record, "acme")
		}
	}
	if r.Base, err = d.base(addr); err != nil {
		return o, r, err
	}
	r.Secure = encrypted || strings.HasPrefix(r.Base, "https:")
	if d.URL != "" && server.OnlyThisMachine(addr) {
		u, err := url.Parse(r.Base)
		if err != nil {
			return o, r, err
		}
		o.Name = u.Hostname()
	}
	err = d.elsewhere(addr, &r)
	return o, r, err
}

func proxies(texts []string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, text := range texts {
		if p, err := netip.ParsePrefix(text); err == nil {
			list = append(list, p.Masked())
			continue
		}
		a, err := netip.ParseAddr(text)
		if err != nil {
			return nil, &knead.InputError{Text: fmt.Sprintf("--trusted-proxy %s: give an address or a network, such as 10.0.0.2 or 10.0.0.0/24", text)}
		}
		list = append(list, netip.PrefixFrom(a, a.BitLen()))
	}
	return list, nil
}

// base is the address under which people reach Knead: as given, else by the name for
// which there is a certificate. Empty on this machine, where any port will do.
func (d *door) base(addr string) (string, error) {
	if d.URL != "" {
		u, err := url.Parse(d.URL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			return "", &knead.InputError{Text: fmt.Sprintf("--url %s: write it as https://name, without a path; Knead has a name of its own", d.URL)}
		}
		if u.Scheme == "http" && u.Hostname() != "localhost" {
			return "", &knead.InputError{Text: fmt.Sprintf("--url %s: it begins with https, also where a proxy serves it", d.URL)}
		}
		return u.Scheme + "://" + u.Host, nil
	}
	name := ""
	switch {
	case len(d.ACMEHost) > 0:
		name = d.ACMEHost[0]
	case d.Cert != "":
		name = nameIn(d.Cert, d.Key)
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil || name == "" || name == "localhost" || port == "0" {
		return "", nil //nolint:nilerr // the server says what is wrong with an address
	}
	if port != "443" {
		name = net.JoinHostPort(name, port)
	}
	return "https://" + name, nil
}

// nameIn is the first name in a certificate that people can type. What is wrong with the
// files, the server says.
func nameIn(certFile, keyFile string) string {
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return ""
	}
	cert, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return ""
	}
	for _, name := range cert.DNSNames {
		if !strings.Contains(name, "*") {
			return name
		}
	}
	return ""
}

// elsewhere reads the settings of the identity provider.
func (d *door) elsewhere(addr string, r *web.Record) error {
	if d.OIDCIssuer == "" {
		return nil
	}
	base := r.Base
	if base == "" {
		_, port, err := net.SplitHostPort(addr)
		if err != nil || port == "0" || !server.OnlyThisMachine(addr) {
			return &knead.InputError{Text: "--oidc-issuer needs --url: the provider sends people back to that address"}
		}
		base = "http://localhost:" + port
	}
	r.Elsewhere = auth.ProviderSettings{Issuer: d.OIDCIssuer, ClientID: d.OIDCClient, Redirect: base + "/signin/elsewhere/back"}
	if d.OIDCClient == "" {
		return &knead.InputError{Text: "--oidc-issuer needs --oidc-client-id: register Knead at the provider, with the way back " + r.Elsewhere.Redirect}
	}
	if d.OIDCSecret != "" {
		secret, err := os.ReadFile(d.OIDCSecret)
		if err != nil {
			return &knead.InputError{Text: "--oidc-client-secret-file: " + err.Error()}
		}
		r.Elsewhere.ClientSecret = strings.TrimSpace(string(secret))
	}
	if r.Provider = d.OIDCName; r.Provider == "" {
		r.Provider = d.OIDCIssuer
		if u, err := url.Parse(d.OIDCIssuer); err == nil && u.Host != "" {
			r.Provider = u.Hostname()
		}
	}
	return nil
}

// setupCode makes the code that the first page asks for, where strangers could be quicker
// than the owner. It is empty where nobody else reaches the page, or a practice exists.
func setupCode(ctx context.Context, house *practice.House, addr, base string) (code string, hash auth.RecoveryHash, err error) {
	if server.OnlyThisMachine(addr) && (base == "" || strings.HasPrefix(base, "http://localhost")) {
		return "", hash, nil
	}
	list, err := house.Practices(ctx)
	if err != nil || len(list) > 0 {
		return "", hash, err
	}
	codes, hashes, err := auth.NewRecoveryCodes(nil)
	if err != nil {
		return "", hash, err
	}
	return codes[0], hashes[0], nil
}

// inWords is how the address of a server is written for a person: by the name that they
// chose, since passkeys do not know bare numbers.
func inWords(address, asked, base string) string {
	if base != "" {
		return base
	}
	host, _, err := net.SplitHostPort(asked)
	if err != nil || !strings.EqualFold(host, "localhost") {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Host = net.JoinHostPort("localhost", u.Port())
	return u.String()
}
