package practice

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"time"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"knead"
)

// maxPixels is how large a picture may be before it is opened. Chosen: what telephones
// take today; opened, it is about 100 MB, and at the worst 400 MB.
const maxPixels = 25_000_000

// maxEdge is the longer side of a stored picture in pixels. Chosen: sharper than a screen,
// and still good on paper.
const maxEdge = 4000

// thumbEdge is the longer side of a thumbnail in pixels.
const thumbEdge = 320

// openingTime bounds how long one picture may take. Chosen: ten times what a large one
// does on a small machine.
const openingTime = 30 * time.Second

// photo is a picture as it is stored: drawn anew, so that nothing of the file that came
// is left but what can be seen.
type photo struct {
	content   []byte
	mediaType string
	thumbnail []byte // JPEG
}

// decoders open the pictures that are taken. Which one is told by the content alone.
func decoders(mediaType string) (config func(io.Reader) (image.Config, error), decode func(io.Reader) (image.Image, error), ok bool) {
	switch mediaType {
	case "image/jpeg":
		return jpeg.DecodeConfig, jpeg.Decode, true
	case "image/png":
		return png.DecodeConfig, png.Decode, true
	case "image/webp":
		return webp.DecodeConfig, webp.Decode, true
	}
	return nil, nil, false
}

// develop opens a picture, turns it upright and draws it anew. Place, time, camera and
// whatever else a file can hide stay behind.
func develop(ctx context.Context, mediaType string, content []byte) (p photo, err error) {
	config, decode, ok := decoders(mediaType)
	if !ok {
		return p, fmt.Errorf("no picture is of type %s", mediaType)
	}
	size, err := config(bytes.NewReader(content))
	switch {
	case err != nil:
		return p, errBroken(err)
	case size.Width <= 0 || size.Height <= 0:
		return p, errBroken(errors.New("no pixels"))
	case size.Width > maxPixels/size.Height:
		return p, &knead.Error{Kind: knead.Invalid, Field: "file", Say: "This picture has more than 25 million pixels. Send a smaller version of it."}
	}
	ctx, cancel := context.WithTimeout(ctx, openingTime)
	defer cancel()
	img, err := decode(&hurried{ctx, bytes.NewReader(content)})
	if ctx.Err() != nil {
		return p, &knead.Error{Kind: knead.Invalid, Field: "file", Say: "This picture takes too long to open. Save it anew with another program, then send it.", Err: ctx.Err()}
	}
	if err != nil {
		return p, errBroken(err)
	}
	upright := turned(scaled(img, maxEdge), orientation(mediaType, content))
	var out bytes.Buffer
	p.mediaType = "image/jpeg"
	if mediaType != "image/jpeg" && (mediaType == "image/png" || !upright.Opaque()) {
		p.mediaType = "image/png"
		err = png.Encode(&out, upright)
	} else {
		err = jpeg.Encode(&out, upright, &jpeg.Options{Quality: 90}) // chosen: no difference is seen
	}
	if err != nil {
		return p, fmt.Errorf("draw the picture anew: %w", err)
	}
	p.content = out.Bytes()
	var small bytes.Buffer
	if err := jpeg.Encode(&small, onPaper(scaled(upright, thumbEdge)), &jpeg.Options{Quality: 80}); err != nil {
		return p, fmt.Errorf("draw the thumbnail: %w", err)
	}
	p.thumbnail = small.Bytes()
	return p, nil
}

func errBroken(err error) error {
	return &knead.Error{Kind: knead.Invalid, Field: "file", Say: "This file says that it is a picture, but it cannot be opened as one. Save it anew, then send it.", Err: err}
}

// hurried stops a decoder whose time is over: a small file can ask for hours of work.
type hurried struct {
	ctx  context.Context //nolint:containedctx // lives as long as one call
	from io.Reader
}

func (h *hurried) Read(p []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	return h.from.Read(p)
}

// scaled draws a picture so that no side is longer than edge; a smaller one keeps its size.
func scaled(img image.Image, edge int) *image.NRGBA {
	full, ok := img.(*image.NRGBA)
	if !ok || full.Rect.Min != (image.Point{}) {
		full = image.NewNRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
		draw.Draw(full, full.Bounds(), img, img.Bounds().Min, draw.Src)
	}
	long := max(full.Rect.Dx(), full.Rect.Dy())
	if long <= edge {
		return full
	}
	w, h := max(1, (full.Rect.Dx()*edge+long/2)/long), max(1, (full.Rect.Dy()*edge+long/2)/long)
	full = meaned(full, long/edge) // or the steps between the pixels that are left would be jumps
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(out, out.Bounds(), full, full.Bounds(), draw.Src, nil)
	return out
}

// meaned makes one pixel of every n by n; what is left over at the edges goes.
func meaned(img *image.NRGBA, n int) *image.NRGBA {
	if n < 2 {
		return img
	}
	out := image.NewNRGBA(image.Rect(0, 0, max(1, img.Rect.Dx()/n), max(1, img.Rect.Dy()/n)))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			var sum [4]int // red, green and blue count as much as they cover
			seen := 0
			for sy := y * n; sy < min((y+1)*n, img.Rect.Dy()); sy++ {
				for sx := x * n; sx < min((x+1)*n, img.Rect.Dx()); sx++ {
					p := img.Pix[img.PixOffset(sx, sy):][:4:4]
					for i := range 3 {
						sum[i] += int(p[i]) * int(p[3])
					}
					sum[3] += int(p[3])
					seen++
				}
			}
			to := out.Pix[out.PixOffset(x, y):][:4:4]
			for i := range 3 {
				to[i] = uint8((sum[i] + sum[3]/2) / max(1, sum[3]))
			}
			to[3] = uint8((sum[3] + seen/2) / seen)
		}
	}
	return out
}

// onPaper puts white behind a picture, since JPEG knows nothing that is clear.
func onPaper(img *image.NRGBA) image.Image {
	if img.Opaque() {
		return img
	}
	out := image.NewNRGBA(img.Bounds())
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), img, image.Point{}, draw.Over)
	return out
}

// turned puts a picture upright. The eight ways are those of the Exif tag Orientation
// (CIPA DC-008, 4.6.4): from 5 on, width and height change places.
func turned(img *image.NRGBA, way int) *image.NRGBA {
	if way < 2 || way > 8 {
		return img
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	from := map[int]func(x, y int) (int, int){
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, h - 1 - x },
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y int) (int, int) { return w - 1 - y, x },
	}[way]
	outW, outH := w, h
	if way >= 5 {
		outW, outH = h, w
	}
	out := image.NewNRGBA(image.Rect(0, 0, outW, outH))
	for y := range outH {
		for x := range outW {
			sx, sy := from(x, y)
			copy(out.Pix[out.PixOffset(x, y):][:4], img.Pix[img.PixOffset(sx, sy):][:4])
		}
	}
	return out
}

// orientation reads how a picture was held; 1, upright, where nothing says so.
func orientation(mediaType string, content []byte) int {
	switch mediaType {
	case "image/jpeg":
		return orientationOf(exifOfJPEG(content))
	case "image/png":
		return orientationOf(exifOfChunks(content, 8, "eXIf", binary.BigEndian, false))
	case "image/webp":
		return orientationOf(exifOfChunks(content, 12, "EXIF", binary.LittleEndian, true))
	}
	return 1
}

// exifOfJPEG finds the Exif block among the segments before the picture begins.
func exifOfJPEG(b []byte) []byte {
	for i := 2; i+4 <= len(b) && b[i] == 0xff; {
		marker, size := b[i+1], int(binary.BigEndian.Uint16(b[i+2:]))
		if marker == 0xda || size < 2 || i+2+size > len(b) { // the picture begins
			return nil
		}
		if body, ok := bytes.CutPrefix(b[i+4:i+2+size], []byte("Exif\x00\x00")); ok && marker == 0xe1 {
			return body
		}
		i += 2 + size
	}
	return nil
}

// exifOfChunks finds the Exif block among the chunks of a PNG (length, name, data, check)
// or of a WebP (name, length, data, filled up to an even length).
func exifOfChunks(b []byte, at int, name string, order binary.ByteOrder, nameFirst bool) []byte {
	for at+8 <= len(b) {
		length, called, after := order.Uint32(b[at:]), string(b[at+4:at+8]), uint64(4)
		if nameFirst {
			length, called = order.Uint32(b[at+4:]), string(b[at:at+4])
			after = uint64(length % 2)
		}
		end := uint64(at) + 8 + uint64(length)
		if end > uint64(len(b)) {
			return nil
		}
		if called == name {
			body, _ := bytes.CutPrefix(b[at+8:end], []byte("Exif\x00\x00"))
			return body
		}
		at = int(min(end+after, uint64(len(b))))
	}
	return nil
}

// orientationOf reads the tag Orientation (0x0112, a SHORT) of the first directory.
func orientationOf(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	for range order.Uint16(tiff[at:]) {
		entry := at + 2
		if entry+12 > uint64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == 0x0112 && order.Uint16(tiff[entry+2:]) == 3 {
			if way := int(order.Uint16(tiff[entry+8:])); way >= 1 && way <= 8 {
				return way
			}
			return 1
		}
		at += 12
	}
	return 1
}
