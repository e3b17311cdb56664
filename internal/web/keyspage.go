package web

import "net/http"

// keysPage lists the keys of the workspace. Without script there are none, and it says so.
type keysPage struct{ desk }

func (s *site) keysPage(w http.ResponseWriter, r *http.Request, p person) error {
	return s.showDesk(w, r, http.StatusOK, "keys", keysPage{s.desk(r.Context(), p, "keys", "keys", s.words.say("keys.title"))})
}
