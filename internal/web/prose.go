package web

import (
	"regexp"
	"strings"

	"knead/atlas"
)

// block is a part of a guide: a heading, a paragraph, a list or a table. Guides are
// written in the little of Markdown that [readProse] knows.
type block struct {
	Kind  string // "heading", "text", "list" or "table"
	ID    string // of a heading
	Spans []span
	Items [][]span
	Head  [][]span
	Rows  [][][]span
}

// span is a run of text.
type span struct {
	Kind  string // "", "strong", "em", "code", "link" or "cite"
	Text  string
	Path  string
	Cited []int
}

// readProse reads a guide. The first heading is its title, which is given by itself. A
// source id in square brackets becomes its number in the list of sources; a link to
// another guide becomes its words, because guides are not pages.
func readProse(text string, cited *citations) (title string, blocks []block) {
	var lines []string // of the paragraph, list item or table that is being read
	item := -1
	add := func(b block) { blocks = append(blocks, b) }
	flush := func() {
		if len(lines) == 0 {
			return
		}
		spans := readSpans(strings.Join(lines, " "), cited)
		if item >= 0 {
			last := &blocks[len(blocks)-1]
			last.Items = append(last.Items, spans)
		} else {
			add(block{Kind: "text", Spans: spans})
		}
		lines, item = nil, -1
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n ")
		switch {
		case line == "":
			flush()
		case strings.HasPrefix(line, "# "):
			title = strings.TrimPrefix(line, "# ")
		case strings.HasPrefix(line, "## "):
			flush()
			heading := strings.TrimPrefix(line, "## ")
			add(block{Kind: "heading", ID: headingID(heading), Spans: readSpans(heading, cited)})
		case strings.HasPrefix(line, "- "):
			flush()
			if n := len(blocks); n == 0 || blocks[n-1].Kind != "list" {
				add(block{Kind: "list"})
			}
			lines, item = []string{line[2:]}, 0
		case strings.HasPrefix(line, "|"):
			flush()
			readRow(&blocks, line, cited)
		default:
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	flush()
	return title, blocks
}

// readRow reads a line of a table; the first is its head, the second only a rule.
func readRow(blocks *[]block, line string, cited *citations) {
	if n := len(*blocks); n == 0 || (*blocks)[n-1].Kind != "table" {
		*blocks = append(*blocks, block{Kind: "table"})
	}
	last := &(*blocks)[len(*blocks)-1]
	if strings.Trim(line, "|-: ") == "" {
		return
	}
	var cells [][]span
	for cell := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
		cells = append(cells, readSpans(strings.TrimSpace(cell), cited))
	}
	if last.Head == nil {
		last.Head = cells
		return
	}
	last.Rows = append(last.Rows, cells)
}

var proseMark = regexp.MustCompile("\\*\\*([^*]+)\\*\\*|\\*([^*]+)\\*|`([^`]+)`|\\[([^\\]]+)\\]\\(([^)]+)\\)|\\[([a-z0-9-]+)\\]")

func readSpans(text string, cited *citations) []span {
	var out []span
	plain := func(s string) {
		if s != "" {
			out = append(out, span{Text: s})
		}
	}
	at := 0
	for _, m := range proseMark.FindAllStringSubmatchIndex(text, -1) {
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return text[m[2*i]:m[2*i+1]]
		}
		before := text[at:m[0]]
		at = m[1]
		switch {
		case group(1) != "":
			plain(before)
			out = append(out, span{Kind: "strong", Text: group(1)})
		case group(2) != "":
			plain(before)
			out = append(out, span{Kind: "em", Text: group(2)})
		case group(3) != "":
			plain(before)
			out = append(out, span{Kind: "code", Text: group(3)})
		case group(4) != "":
			plain(before)
			if strings.HasPrefix(group(5), "https://") {
				out = append(out, span{Kind: "link", Text: group(4), Path: group(5)})
			} else {
				out = append(out, span{Kind: "code", Text: group(4)})
			}
		default:
			if n := cited.cite(atlas.SourceID(group(6))); len(n) > 0 {
				plain(strings.TrimRight(before, " "))
				out = append(out, span{Kind: "cite", Cited: n})
			} else { // no source of the atlas: words in brackets
				plain(before + text[m[0]:m[1]])
			}
		}
	}
	plain(text[at:])
	return out
}

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

func headingID(text string) string {
	return strings.Trim(notInID.ReplaceAllString(strings.ToLower(text), "-"), "-")
}
