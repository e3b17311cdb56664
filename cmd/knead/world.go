package main

import (
	"fmt"
	"net/url"
	"strings"

	"knead"
)

// worldAddress reads an address at which the world will see the atlas; nil when none is
// given. Only files may stand in a folder of it: the pages of a server begin at its root.
func worldAddress(flag, text string, folder bool) (*url.URL, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no address is an answer
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, &knead.InputError{Text: fmt.Sprintf("%s %q is no address; write it whole, such as https://example.org", flag, text)}
	}
	u.Path = strings.TrimRight(u.Path, "/")
	if u.Path != "" && !folder {
		return nil, &knead.InputError{Text: fmt.Sprintf("%s %s names a folder; the server's pages begin at the root, such as https://%s", flag, text, u.Host)}
	}
	return u, nil
}
