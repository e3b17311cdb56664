package web

import (
	"net/http"
)

// linkRoutes are what a client reaches by a link: their own visit, and nothing else.
func (s *site) linkRoutes() map[string]visitHandler {
	return map[string]visitHandler{
		"GET /l/{bearer}":            s.linkStart,
		"GET /l/{bearer}/paint":      s.keptPaint,
		"POST /l/{bearer}/paint":     s.keepPaint,
		"POST /l/{bearer}/read":      s.keepRead,
		"GET /l/{bearer}/questions":  s.keptQuestions,
		"POST /l/{bearer}/questions": s.keepQuestions,
		"POST /l/{bearer}/answers":   s.keepAssess,
	}
}

func (s *site) linkStart(w http.ResponseWriter, r *http.Request, p passage) error {
	http.Redirect(w, r, p.to.Paint, http.StatusSeeOther)
	return nil
}
