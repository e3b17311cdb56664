package practice

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"knead"
)

// quarters is a picture of which each quarter has a colour of its own: red, green, blue
// and white, row by row.
func quarters(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	colours := [4]color.NRGBA{{220, 20, 20, 255}, {20, 200, 20, 255}, {20, 20, 220, 255}, {250, 250, 250, 255}}
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, colours[2*(2*y/h)+2*x/w])
		}
	}
	return img
}

func jpegOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif writes a TIFF block with an orientation and, in a directory of its own, a place:
// 52 degrees 31 minutes north. The camera's name is there to be found again.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	entry := func(tag, kind uint16, count, value uint32) {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, count)
		if kind == 3 {
			b = order.AppendUint16(order.AppendUint16(b, uint16(value)), 0)
			return
		}
		b = order.AppendUint32(b, value)
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 3)
	entry(0x010f, 2, 12, 50)                 // maker, at 50
	entry(0x0112, 3, 1, uint32(orientation)) // orientation
	entry(0x8825, 4, 1, 62)                  // place, at 62
	b = order.AppendUint32(b, 0)             // no more directories; this is byte 50
	b = append(b, "SECRETCAMER\x00"...)      // 62
	b = order.AppendUint16(b, 2)             // the place's directory
	entry(0x0001, 2, 2, 0x4e)                // north
	entry(0x0002, 5, 3, 92)                  // latitude, at 92
	b = order.AppendUint32(b, 0)             // 92
	for _, v := range []uint32{52, 1, 31, 1, 1234, 100} {
		b = order.AppendUint32(b, v)
	}
	return b
}

// withExif puts an Exif block, and a comment, right behind the first marker of a JPEG.
func withExif(plain, block []byte) []byte {
	body := append([]byte("Exif\x00\x00"), block...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, byte((len(body)+2)>>8), byte(len(body)+2))
	out = append(out, body...)
	note := "<script>alert(1)</script>"
	out = append(out, 0xff, 0xfe, 0, byte(len(note)+2))
	out = append(out, note...)
	return append(out, plain[2:]...)
}

func chunk(name string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(out, name...)
	out = append(out, data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// withChunks puts chunks behind the header of a PNG, and something behind its end.
func withChunks(plain []byte, chunks ...[]byte) []byte {
	const head = 8 + 25
	out := bytes.Clone(plain[:head])
	for _, c := range chunks {
		out = append(out, c...)
	}
	out = append(out, plain[head:]...)
	return append(out, "<html><script>alert(2)</script>"...)
}

func developed(t *testing.T, mediaType string, content []byte) (photo, image.Image) {
	t.Helper()
	p, err := develop(t.Context(), mediaType, content)
	if err != nil {
		t.Fatalf("develop(%s of %d bytes): %v", mediaType, len(content), err)
	}
	img, kind, err := image.Decode(bytes.NewReader(p.content))
	if err != nil || "image/"+kind != p.mediaType {
		t.Fatalf("what was stored as %s is a %s: %v", p.mediaType, kind, err)
	}
	return p, img
}

func TestNothingHiddenIsLeftInAPhoto(t *testing.T) {
	hidden := []string{"Exif", "SECRETCAMER", "script", "<html", "eXIf", "tEXt", "GPS", "xpacket"}
	for what, file := range map[string]struct {
		mediaType string
		content   []byte
	}{
		"JPEG, Intel order":    {"image/jpeg", withExif(jpegOf(t, quarters(64, 48)), exif(binary.LittleEndian, 1))},
		"JPEG, Motorola order": {"image/jpeg", withExif(jpegOf(t, quarters(64, 48)), exif(binary.BigEndian, 1))},
		"JPEG with a tail":     {"image/jpeg", append(jpegOf(t, quarters(64, 48)), "<html><script>alert(1)</script>"...)},
		"PNG": {"image/png", withChunks(pngOf(t, quarters(64, 48)), chunk("eXIf", exif(binary.BigEndian, 1)),
			chunk("tEXt", []byte("Comment\x00<script>alert(1)</script> GPS")))},
	} {
		found := false
		for _, word := range hidden {
			found = found || bytes.Contains(file.content, []byte(word))
		}
		if !found {
			t.Fatalf("%s: the test hides nothing", what)
		}
		p, img := developed(t, file.mediaType, file.content)
		for _, word := range hidden {
			if bytes.Contains(p.content, []byte(word)) || bytes.Contains(p.thumbnail, []byte(word)) {
				t.Errorf("%s: %q is still in what is stored", what, word)
			}
		}
		if exifOfJPEG(p.content) != nil {
			t.Errorf("%s: an Exif block is still there", what)
		}
		if img.Bounds() != image.Rect(0, 0, 64, 48) || !near(img.At(5, 5), 220, 20, 20) {
			t.Errorf("%s: the picture itself has changed: %v, %v", what, img.Bounds(), img.At(5, 5))
		}
	}
}

func near(c color.Color, r, g, b int) bool {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	d := func(x uint8, y int) int { return max(int(x)-y, y-int(x)) }
	return d(n.R, r)+d(n.G, g)+d(n.B, b) < 60
}

// TestAPhotoStandsUpright holds the eight ways of CIPA DC-008: of each, which quarter of
// the stored picture is at the top left and at the top right when it is seen upright.
func TestAPhotoStandsUpright(t *testing.T) {
	red, green, blue, white := [3]int{220, 20, 20}, [3]int{20, 200, 20}, [3]int{20, 20, 220}, [3]int{250, 250, 250}
	for way, want := range map[uint16][2][3]int{
		1: {red, green}, 2: {green, red}, 3: {white, blue}, 4: {blue, white},
		5: {red, blue}, 6: {blue, red}, 7: {white, green}, 8: {green, white},
	} {
		size := image.Rect(0, 0, 64, 32)
		if way >= 5 {
			size = image.Rect(0, 0, 32, 64)
		}
		for _, file := range []struct {
			mediaType string
			content   []byte
		}{
			{"image/jpeg", withExif(jpegOf(t, quarters(64, 32)), exif(binary.LittleEndian, way))},
			{"image/jpeg", withExif(jpegOf(t, quarters(64, 32)), exif(binary.BigEndian, way))},
			{"image/png", withChunks(pngOf(t, quarters(64, 32)), chunk("eXIf", exif(binary.BigEndian, way)))},
		} {
			_, img := developed(t, file.mediaType, file.content)
			left, right := img.At(4, 4), img.At(size.Dx()-5, 4)
			if img.Bounds() != size || !near(left, want[0][0], want[0][1], want[0][2]) || !near(right, want[1][0], want[1][1], want[1][2]) {
				t.Errorf("%s held the way %d: %v, top left %v, top right %v; want %v, %v, %v", file.mediaType, way, img.Bounds(), left, right, size, want[0], want[1])
			}
		}
	}
}

func TestAWebPIsDrawnAnewToo(t *testing.T) {
	// one pixel, lossless: the smallest WebP there is
	content, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	p, img := developed(t, "image/webp", content)
	if img.Bounds() != image.Rect(0, 0, 1, 1) || len(p.thumbnail) == 0 {
		t.Errorf("a WebP of one pixel became %v with a thumbnail of %d bytes", img.Bounds(), len(p.thumbnail))
	}
	held := append(bytes.Clone(content), "EXIF"...)
	block := exif(binary.LittleEndian, 6)
	held = binary.LittleEndian.AppendUint32(held, uint32(len(block)))
	held = append(held, block...)
	if way := orientation("image/webp", held); way != 6 {
		t.Errorf("the orientation of a WebP is read as %d, want 6", way)
	}
}

func TestALargePhotoIsMadeSmaller(t *testing.T) {
	p, img := developed(t, "image/jpeg", jpegOf(t, quarters(4800, 1200)))
	if img.Bounds() != image.Rect(0, 0, 4000, 1000) || !near(img.At(3000, 200), 20, 200, 20) {
		t.Errorf("4800 by 1200 became %v with %v in the green quarter", img.Bounds(), img.At(3000, 200))
	}
	small, err := jpeg.Decode(bytes.NewReader(p.thumbnail))
	if err != nil || small.Bounds() != image.Rect(0, 0, 320, 80) || !near(small.At(240, 20), 20, 200, 20) {
		t.Errorf("the thumbnail is %v, %v, green is %v", small.Bounds(), err, small.At(240, 20))
	}
}

func TestWhatIsClearStaysClear(t *testing.T) {
	img := quarters(20, 20)
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 0
	}
	p, out := developed(t, "image/png", pngOf(t, img))
	if _, _, _, a := out.At(3, 3).RGBA(); p.mediaType != "image/png" || a != 0 {
		t.Errorf("a clear picture became a %s with alpha %d", p.mediaType, a)
	}
	small, err := jpeg.Decode(bytes.NewReader(p.thumbnail))
	if err != nil || !near(small.At(3, 3), 255, 255, 255) {
		t.Errorf("the thumbnail of a clear picture is %v, %v; want white", small.At(3, 3), err)
	}
}

// header is a PNG that says it is so large, and has nothing in it.
func header(w, h uint32) []byte {
	ihdr := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(ihdr, 8, 6, 0, 0, 0))...)
	return append(out, chunk("IEND", nil)...)
}

func TestAPictureTooLargeIsRefusedBeforeItIsOpened(t *testing.T) {
	for _, size := range [][2]uint32{{50_000, 50_000}, {1 << 30, 1 << 30}, {25_000_001, 1}, {1, 25_000_001}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := develop(t.Context(), "image/png", header(size[0], size[1])); knead.KindOf(err) != knead.Invalid {
			t.Errorf("a PNG of %v pixels: %v, want a refusal", size, err)
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
			t.Errorf("a PNG of %v pixels took %d bytes before it was refused", size, used)
		}
	}
}

func TestAPictureThatTakesTooLongIsGivenUp(t *testing.T) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	_, err := develop(ctx, "image/jpeg", jpegOf(t, quarters(200, 200)))
	if knead.KindOf(err) != knead.Invalid || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("out of time: %v, want a refusal that says so", err)
	}
}

func TestBrokenPicturesAreRefused(t *testing.T) {
	whole := jpegOf(t, quarters(64, 64))
	for what, content := range map[string][]byte{
		"nothing": {}, "half": whole[:len(whole)/2], "a page behind the first bytes": []byte("\xff\xd8\xff\xe0<html><script>alert(1)</script></html>"),
		"no pixels": header(0, 10), "only a header": header(10, 10),
	} {
		for _, mediaType := range []string{"image/jpeg", "image/png", "image/webp"} {
			if _, err := develop(t.Context(), mediaType, content); knead.KindOf(err) != knead.Invalid {
				t.Errorf("%s as %s: %v, want a refusal", what, mediaType, err)
			}
		}
	}
}

func TestNamesOfFilesAreHarmless(t *testing.T) {
	for name, want := range map[string]string{
		"scan.pdf": "scan.pdf", "../../etc/passwd": "passwd.jpg", `C:\Users\me\photo.JPG`: "photo.jpg", "a/b\\..\\c.jpeg": "c.jpeg",
		"invoice.pdf.exe": "invoice.pdf.jpg", "": "file.jpg", "...": "file.jpg", ".htaccess": "htaccess.jpg", "a\x00b\r\nc.jpg": "ab c.jpg",
		"\u202egpj.exe": "gpj.jpg", "<img src=x onerror=alert(1)>.jpg": "_img src=x onerror=alert(1)_.jpg", "hô tel — 사진.jpg": "hô tel — 사진.jpg",
		"bad\xffutf.jpg": "badutf.jpg", "Dr. Meier sagt so": "Dr. Meier sagt so.jpg", "x.html": "x.jpg", "con": "con.jpg",
		strings.Repeat("ü", 300) + ".jpg": strings.Repeat("ü", 100) + ".jpg", strings.Repeat("😣", 300): strings.Repeat("😣", 50) + ".jpg",
	} {
		kind := "image/jpeg"
		if name == "scan.pdf" {
			kind = pdfType
		}
		if got := fileName(name, kind); got != want {
			t.Errorf("fileName(%q) = %q, want %q", name, got, want)
		}
	}
}

// FuzzReadFile feeds what people send. Whatever comes is either refused with words for the
// person or stored as something that opens again, without what it hid.
func FuzzReadFile(f *testing.F) {
	small := quarters(9, 7)
	f.Add("a.jpg", withExif(jpegOf(f, small), exif(binary.LittleEndian, 6)))
	f.Add("a.png", withChunks(pngOf(f, small), chunk("eXIf", exif(binary.BigEndian, 8))))
	f.Add("a.pdf", []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"))
	f.Add("../x.html", []byte("<html><script>alert(1)</script>"))
	f.Add("big.png", header(50_000, 50_000))
	f.Add("gif.gif", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"))
	f.Add("w.webp", []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	h := &House{darkroom: make(chan struct{}, 1)}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if config, _, ok := decoders(http.DetectContentType(content)); ok {
			if size, err := config(bytes.NewReader(content)); err == nil && size.Width*size.Height > 1<<20 && size.Width*size.Height <= maxPixels {
				return // large, and allowed: it only takes long
			}
		}
		row, err := h.readFile(t.Context(), name, content)
		if err != nil {
			if knead.KindOf(err) != knead.Invalid {
				t.Fatalf("refused with %v, which has no words for the person", err)
			}
			return
		}
		if strings.ContainsAny(row.Name, "/\\\x00\r\n\"<>") || row.Name == "" || len(row.Name) > 255 {
			t.Errorf("the name %q became %q", name, row.Name)
		}
		switch row.MediaType {
		case pdfType:
			if !bytes.Equal(row.Content, content) {
				t.Error("a PDF was changed")
			}
		case "image/jpeg", "image/png":
			if _, kind, err := image.Decode(bytes.NewReader(row.Content)); err != nil || "image/"+kind != row.MediaType {
				t.Errorf("what was stored as %s opens as %q: %v", row.MediaType, kind, err)
			}
			if _, err := jpeg.DecodeConfig(bytes.NewReader(row.Thumbnail)); err != nil {
				t.Errorf("thumbnail: %v", err)
			}
		default:
			t.Errorf("%s was taken", row.MediaType)
		}
	})
}
