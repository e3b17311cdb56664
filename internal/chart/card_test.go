package chart

import (
	"bytes"
	"image/png"
	"testing"

	"knead/body"
)

func TestACardIsDrawnAndSmall(t *testing.T) {
	muscle := MuscleFigures(upperTrapezius(t))
	place := RegionFigures(body.RegionID("heel-pad"))
	for name, k := range map[string]Card{
		"muscle":           {Title: "Upper trapezius", Under: "Top of the shoulder", Foot: "Knead atlas", Figure: &muscle[0]},
		"place":            {Title: "Heel pad", Under: "Which muscles can be felt here", Foot: "Knead atlas", Figure: &place[0], Places: true},
		"without a figure": {Title: "A very long title that goes over several lines of the card, because somebody wrote it so", Foot: "Knead atlas"},
	} {
		var b, again bytes.Buffer
		if err := k.WritePNG(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := k.WritePNG(&again); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Errorf("%s: drawn again it differs (%v)", name, err)
		}
		size := b.Len()
		img, err := png.Decode(&b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := img.Bounds().Size(); got.X != CardWidth || got.Y != CardHeight {
			t.Errorf("%s is %v, want %d x %d", name, got, CardWidth, CardHeight)
		}
		if size > 150<<10 {
			t.Errorf("%s is %d bytes, want at most 150 KB", name, size)
		}
		colours := map[any]bool{}
		for y := range CardHeight {
			for x := 0; x < CardWidth; x += 3 {
				colours[img.At(x, y)] = true
			}
		}
		if len(colours) < 3 {
			t.Errorf("%s shows %d colours: nothing is drawn", name, len(colours))
		}
	}
}

func BenchmarkCard(b *testing.B) {
	k := Card{Title: "Upper trapezius", Under: "Top of the shoulder", Foot: "Knead atlas", Figure: &MuscleFigures(upperTrapezius(b))[0]}
	for b.Loop() {
		if err := k.WritePNG(&bytes.Buffer{}); err != nil {
			b.Fatal(err)
		}
	}
}
