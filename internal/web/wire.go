package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"knead/body"
)

// The drawing as the page's script reads and writes it: one line a mark,
//
//	quality;depth;level:runs;level:runs
//
// where runs are cells such as 120-131,140. It is plain so that both sides stay
// short; what is stored is the compact form of package body.

func writePaint(d body.Drawing) string {
	lines := make([]string, 0, len(d.Marks))
	for _, m := range d.Marks {
		byLevel := map[uint8][]body.CellID{}
		for c, l := range m.Levels {
			byLevel[l] = append(byLevel[l], c)
		}
		parts := []string{string(m.Quality), string(m.Depth)}
		for _, l := range slices.Sorted(maps.Keys(byLevel)) {
			slices.Sort(byLevel[l])
			parts = append(parts, fmt.Sprintf("%d:%s", l, runs(byLevel[l])))
		}
		lines = append(lines, strings.Join(parts, ";"))
	}
	return strings.Join(lines, "\n")
}

// runs writes sorted cells as ranges.
func runs(cells []body.CellID) string {
	var b strings.Builder
	for i := 0; i < len(cells); {
		j := i
		for j+1 < len(cells) && cells[j+1] == cells[j]+1 {
			j++
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(int(cells[i])))
		if j > i {
			b.WriteByte('-')
			b.WriteString(strconv.Itoa(int(cells[j])))
		}
		i = j + 1
	}
	return b.String()
}

func parsePaint(text string) (body.Drawing, error) {
	var d body.Drawing
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if len(d.Marks) == body.MaxMarks {
			return body.Drawing{}, fmt.Errorf("more than %d marks", body.MaxMarks)
		}
		m, err := parseMark(line)
		if err != nil {
			return body.Drawing{}, fmt.Errorf("mark %d: %w", len(d.Marks)+1, err)
		}
		if len(m.Levels) > 0 {
			d.Marks = append(d.Marks, m)
		}
	}
	return d, nil
}

func parseMark(line string) (body.Mark, error) {
	parts := strings.Split(line, ";")
	if len(parts) < 3 {
		return body.Mark{}, fmt.Errorf("%d parts, want quality;depth;level:cells", len(parts))
	}
	m := body.Mark{Quality: body.Quality(parts[0]), Depth: body.Depth(parts[1]), Levels: map[body.CellID]uint8{}}
	if m.Quality != "" && !slices.Contains(body.Qualities(), m.Quality) {
		return body.Mark{}, fmt.Errorf("quality %q is not known", m.Quality)
	}
	if m.Depth != "" && !slices.Contains(body.Depths(), m.Depth) {
		return body.Mark{}, fmt.Errorf("depth %q is not known", m.Depth)
	}
	for _, part := range parts[2:] {
		levelText, cells, _ := strings.Cut(part, ":")
		l, err := strconv.Atoi(levelText)
		if err != nil || l < 1 || l > 10 {
			return body.Mark{}, fmt.Errorf("level %q, want 1 to 10", levelText)
		}
		if err := parseRuns(cells, func(c body.CellID) { m.Levels[c] = max(m.Levels[c], uint8(l)) }); err != nil {
			return body.Mark{}, err
		}
	}
	return m, nil
}

func parseRuns(text string, take func(body.CellID)) error {
	n := body.Skin().Len()
	taken := 0
	for run := range strings.SplitSeq(text, ",") {
		if run == "" {
			continue
		}
		firstText, lastText, isRange := strings.Cut(run, "-")
		if !isRange {
			lastText = firstText
		}
		first, err1 := strconv.Atoi(firstText)
		last, err2 := strconv.Atoi(lastText)
		if err1 != nil || err2 != nil || first < 0 || last < first || last >= n {
			return fmt.Errorf("cells %q, want numbers from 0 to %d", run, n-1)
		}
		if taken += last - first + 1; taken > n {
			return fmt.Errorf("more than the %d cells of the skin are named", n)
		}
		for c := first; c <= last; c++ {
			take(body.CellID(c))
		}
	}
	return nil
}
