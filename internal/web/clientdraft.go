package web

import (
	"net/http"
	"net/url"

	"knead"
	"knead/internal/practice"
)

// clientDraft names the draft of a client's form; empty: of a new client.
func clientDraft(id knead.ClientID) string {
	if id == "" {
		return "client new"
	}
	return "client " + string(id)
}

// draftClient keeps what is being typed into a client's form, for the script.
func (s *site) draftClient(w http.ResponseWriter, r *http.Request, p person) error {
	if !p.May(practice.EditNames) && !p.May(practice.EditChart) {
		return &knead.Error{Kind: knead.NotAllowed}
	}
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	id := knead.ClientID(r.PathValue("client"))
	if id != "" {
		if _, err := s.house.Client(r.Context(), p.Actor, id); err != nil {
			return err
		}
	}
	r.PostForm.Del("version") // of the client as it was then; what is saved later must fit the one of then
	if err := s.house.SaveDraft(r.Context(), p.Actor, clientDraft(id), r.PostForm.Encode()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// restoreClient puts into a client what was typed and not saved.
func (s *site) restoreClient(r *http.Request, p person, c *knead.Client) (bool, error) {
	draft, err := s.house.Draft(r.Context(), p.Actor, clientDraft(c.ID))
	if err != nil || draft == "" {
		return false, err
	}
	fields, err := url.ParseQuery(draft)
	if err != nil {
		return false, nil //nolint:nilerr // a draft that cannot be read is none
	}
	takeClient(c, &http.Request{PostForm: fields}, p.May(practice.EditChart))
	return true, nil
}
