package practice

import (
	"context"

	"knead"
)

// Demo makes the demo practice where there is none yet. All its people are invented.
func (h *House) Demo(ctx context.Context) error {
	list, err := h.Practices(ctx)
	if err != nil || len(list) > 0 {
		return err
	}
	owner, err := h.SetUp(ctx, Setup{Practice: "Riverside Massage (demo)", Zone: "Europe/Berlin", Owner: "Ines Okafor", Email: "ines@demo.example", Demo: true})
	if err != nil {
		return err
	}
	_, err = h.AddClient(ctx, owner, knead.Client{Name: "Sam O'Brien-สมชาย", Called: "Sam", Born: "1984-03-09", Phone: "+49 30 5550101"})
	return err
}
