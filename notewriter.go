package knead

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"knead/atlas"
	"knead/outcome"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// writer writes the parts of one note.
type writer struct {
	in NoteInput
	a  Assessment
	s  Session
}

// between parts of a list stands a sign that every language has.
const between = "; "

func list(words []string) string { return strings.Join(words, between) }

// quoted gives what a person wrote as one line, or nothing.
func quoted(key, text string) []string {
	if text = oneLine(text); text == "" {
		return nil
	}
	return []string{say(key, "text", text)}
}

func (w writer) clientWords() []string { return quoted("note.client-words", w.in.ClientWords) }

func (w writer) seen() []string { return quoted("note.seen", w.in.Seen) }

// markPlace names where a mark is.
func (w writer) markPlace(i int) string {
	if i >= len(w.a.Marks) || len(w.a.Marks[i].Words) == 0 {
		return say("mark.unknown", "n", i+1)
	}
	return strings.Join(w.a.Marks[i].Words, ", ")
}

func (w writer) drawing() []string {
	if len(w.a.Marks) == 0 {
		return []string{say("note.no-drawing")}
	}
	marks := make([]string, len(w.a.Marks))
	for i, m := range w.a.Marks {
		words := []string{say("mark.level", "where", w.markPlace(i), "level", m.Level)}
		if m.Quality != "" {
			words = append(words, string(m.Quality))
		}
		if m.Depth != "" {
			words = append(words, say("mark.depth."+string(m.Depth)))
		}
		marks[i] = strings.Join(words, ", ")
	}
	return []string{say("note.drawing", "marks", list(marks))}
}

// flags say what was answered, what limits follow, and who lifted what.
func (w writer) flags() []string {
	r := w.a.Screening
	lines := []string{say("note.level."+string(r.Level), "version", r.Version)}
	lines = append(lines, w.answers()...)
	if len(r.Missing) > 0 {
		lines = append(lines, sayN("note.missing", len(r.Missing)))
	}
	if takes := w.a.Visit.Client.Medicines; len(takes) > 0 {
		lines = append(lines, say("note.medicines", "list", oneLine(list(takes))))
	}
	if limits := w.limits(); len(limits) > 0 {
		lines = append(lines, say("note.limits", "limits", list(limits)))
	}
	if l := w.a.Lifted; l != nil {
		rules := make([]string, len(l.Rules))
		for i, rule := range l.Rules {
			rules[i] = string(rule)
		}
		lines = append(lines, say("note.lifted", "by", oneLine(l.By), "reason", oneLine(l.Reason), "rules", strings.Join(rules, ", ")))
	}
	return lines
}

// answers give what was asked and said where a rule fired: the client's words, and not
// what they may stand for. A rule that follows from age, medicine or place says why.
func (w writer) answers() []string {
	var said []string
	for _, f := range w.a.Screening.Fired {
		text := say("flag.rule", "why", f.Why)
		i := slices.IndexFunc(w.a.Questions, func(q screen.Question) bool { return q.ID == f.Question })
		if a, ok := w.a.Visit.Answers[f.Question]; i >= 0 && ok {
			text = answerWordsOf(w.a.Questions[i].Text, a)
		}
		if !slices.Contains(said, text) {
			said = append(said, text)
		}
	}
	return said
}

func answerWordsOf(question string, a screen.Answer) string {
	more := make([]string, 0, len(a.Where)+1)
	for _, p := range a.Where {
		more = append(more, p.Words)
	}
	if detail := oneLine(a.Detail); detail != "" {
		more = append(more, detail)
	}
	key := map[screen.Value]string{screen.Yes: "flag.yes", screen.No: "flag.no", screen.NotSure: "flag.not-sure"}[a.Value]
	if len(more) == 0 {
		return say(key, "question", question)
	}
	return say(key+".more", "question", question, "more", list(more))
}

func (w writer) limits() []string {
	r := w.a.Screening
	var limits, removed []string
	for _, c := range r.Tightest() {
		limits = append(limits, say("limit.cap", "where", c.Words, "max", c.Max))
	}
	for _, m := range r.Limits.Masked {
		if !r.Standing(m.Rule) {
			limits = append(limits, say("limit.mask", "where", m.Words, "why", m.Why))
		}
	}
	for _, x := range r.Limits.Removed {
		if r.Standing(x.Rule) {
			continue // it holds for everybody
		}
		removed = append(removed, techniqueName(atlas.TechniqueID(x.Technique)))
	}
	if len(removed) > 0 {
		limits = append(limits, say("limit.removed", "list", strings.Join(removed, ", ")))
	}
	return limits
}

func techniqueName(id atlas.TechniqueID) string {
	if t, ok := atlas.Standard().Technique(id); ok {
		return t.Name
	}
	return string(id)
}

func (w writer) sinceLast() []string {
	f := w.in.Since
	if f == nil {
		return nil
	}
	var lines []string
	switch {
	case f.Soreness24 != nil && f.Soreness72 != nil:
		lines = append(lines, say("note.sore.both", "n", *f.Soreness24, "m", *f.Soreness72))
	case f.Soreness24 != nil:
		lines = append(lines, say("note.sore.24", "n", *f.Soreness24))
	case f.Soreness72 != nil:
		lines = append(lines, say("note.sore.72", "n", *f.Soreness72))
	default:
		lines = append(lines, say("note.sore.unknown"))
	}
	if f.Home != "" {
		lines = append(lines, say("note.home-done."+string(f.Home)))
	}
	if len(f.Sore) > 0 {
		where := make([]string, len(f.Sore))
		for i, p := range f.Sore {
			where[i] = p.Words
		}
		lines = append(lines, say("note.sore.where", "where", list(where)))
	}
	if len(f.Effects) > 0 {
		effects := make([]string, len(f.Effects))
		for i, e := range f.Effects {
			effects[i] = e.Words()
		}
		lines = append(lines, say("note.effects", "list", list(effects)))
	}
	switch f.Change {
	case outcome.ToBetter, outcome.ToWorse, outcome.ToSame:
		lines = append(lines, say("note.since."+string(f.Change)))
	}
	return []string{strings.Join(lines, " ")}
}

// allFindings joins what was known before the session with what was found in it.
func (w writer) allFindings() []reason.Finding {
	s := Session{}
	for _, g := range slices.Concat(w.a.Visit.Findings, w.s.Findings) {
		s.find(g)
	}
	return s.Findings
}

func findingPlace(g reason.Finding) string {
	if p, ok := atlas.Standard().Point(g.Point); ok {
		return say("place.point", "side", g.Side, "muscle", p.Muscle.Name, "where", p.Where)
	}
	name := string(g.Muscle)
	if m, ok := atlas.Standard().Muscle(g.Muscle); ok {
		name = m.Name
	}
	return say("place.muscle", "side", g.Side, "muscle", name)
}

func (w writer) findings() []string {
	found := w.allFindings()
	if len(found) == 0 {
		return []string{say("note.no-findings")}
	}
	lines := make([]string, 0, len(found))
	for _, g := range found {
		var signs []string
		for _, sign := range []struct {
			name string
			said reason.Check
		}{{"familiar", g.Familiar}, {"tender", g.Tender}, {"limited", g.Limited}, {"resisted", g.Resisted}} {
			switch sign.said {
			case reason.Yes:
				signs = append(signs, say("sign."+sign.name+".yes"))
			case reason.No:
				signs = append(signs, say("sign."+sign.name+".no"))
			}
		}
		lines = append(lines, say("note.finding", "where", findingPlace(g), "signs", strings.Join(signs, ", ")))
	}
	return []string{say("note.findings", "list", list(lines))}
}

func (w writer) movement() []string {
	var moves []string
	for _, m := range w.in.Movements {
		if m.After == "" {
			moves = append(moves, say("move.before", "what", oneLine(m.Words), "before", oneLine(m.Before)))
			continue
		}
		moves = append(moves, say("move.both", "what", oneLine(m.Words), "before", oneLine(m.Before), "after", oneLine(m.After)))
	}
	if len(moves) == 0 {
		return nil
	}
	return []string{say("note.movement", "list", list(moves))}
}

func (w writer) levels() []string {
	if len(w.a.Marks) == 0 && len(w.s.PainAfter) == 0 {
		return nil
	}
	before, after := levelOf(w.s.PainBefore), levelOf(w.s.PainAfter)
	var lines []string
	for i, m := range w.a.Marks {
		level, asked := before[i]
		if !asked {
			level = m.Level
		}
		if later, ok := after[i]; ok {
			lines = append(lines, say("level.both", "where", w.markPlace(i), "before", level, "after", later))
		} else {
			lines = append(lines, say("level.before", "where", w.markPlace(i), "before", level))
		}
	}
	for _, p := range w.s.PainAfter {
		if p.Mark >= len(w.a.Marks) {
			lines = append(lines, say("level.after", "where", w.markPlace(p.Mark), "after", p.Level))
		}
	}
	return []string{say("note.levels", "list", list(lines))}
}

func levelOf(list []Pain) map[int]int {
	levels := make(map[int]int, len(list))
	for _, p := range list {
		levels[p.Mark] = p.Level
	}
	return levels
}

// impression says what was checked first and what brought on the familiar pain. It names
// no disease: that is not a therapist's to say.
func (w writer) impression() []string {
	var first, yes, no []string
	for _, c := range w.a.Ranking.Candidates {
		if w.s.Started == 0 {
			break // nobody was treated: then what might be pressed is beside the point
		}
		if c.Band != reason.CheckFirst {
			continue
		}
		if words := say("place.muscle", "side", c.Side, "muscle", c.Point.Muscle.Name); !slices.Contains(first, words) {
			first = append(first, words)
		}
	}
	for _, g := range w.allFindings() {
		switch g.Familiar {
		case reason.Yes:
			yes = append(yes, findingPlace(g))
		case reason.No:
			no = append(no, findingPlace(g))
		}
	}
	var lines []string
	if len(first) > 0 {
		lines = append(lines, say("note.first", "list", list(first)))
	}
	if len(yes) > 0 {
		lines = append(lines, say("note.familiar.yes", "list", list(yes)))
	}
	if len(no) > 0 {
		lines = append(lines, say("note.familiar.no", "list", list(no)))
	}
	if w.s.Started == 0 && len(lines) == 0 {
		return nil
	}
	if len(yes)+len(no) == 0 {
		lines = append(lines, say("note.familiar.none"))
	}
	return append(lines, say("note.impression"))
}

func (w writer) consent() []string {
	lines := []string{say("note.consent.none")}
	if c := w.in.Consent.Last; c != nil {
		lines = consentLines(*c)
		if w.in.Consent.Stale {
			lines = append(lines, say("note.consent.stale"))
		}
		for _, a := range w.in.Consent.Spoken {
			lines = append(lines, say("note.consent.spoken", "list", list(slices.Concat(each(a.Scope.Areas, areaWords), each(a.Scope.Techniques, techniqueWords)))))
		}
	}
	for _, x := range w.s.Withdrawn {
		lines = append(lines, say("note.consent.area", "where", x.Words, "after", minutesOf(w.since(x.At))))
	}
	for _, x := range w.s.Declined {
		lines = append(lines, say("note.consent.technique", "what", techniqueWords(string(x.Technique)), "after", minutesOf(w.since(x.At))))
	}
	for _, x := range w.s.Instead {
		lines = append(lines, say("note.consent.instead", "what", techniqueWords(string(x.Technique)), "after", minutesOf(w.since(x.At))))
	}
	return []string{strings.Join(lines, " ")}
}

func consentLines(c Consent) []string {
	by := oneLine(c.SignedName)
	if by == "" {
		by = say("consent.client")
	}
	if guardian := oneLine(c.Guardian); guardian != "" {
		by = say("consent.guardian", "name", guardian)
	}
	lines := []string{say("note.consent.unknown", "by", by)}
	switch c.Act {
	case "given":
		lines[0] = say("note.consent.given", "by", by)
	case "refused":
		lines[0] = say("note.consent.refused", "by", by)
	case "withdrawn":
		lines[0] = say("note.consent.withdrawn", "by", by)
	}
	if len(c.Scope.Techniques) > 0 {
		lines = append(lines, say("note.consent.techniques", "list", oneLine(list(each(c.Scope.Techniques, techniqueWords)))))
	}
	if len(c.Scope.NotAreas) > 0 {
		lines = append(lines, say("note.consent.not", "list", oneLine(list(each(c.Scope.NotAreas, areaWords)))))
	}
	if draping := oneLine(c.Scope.Draping); draping != "" {
		lines = append(lines, say("note.consent.draping", "text", draping))
	}
	if edition := oneLine(c.Edition); edition != "" {
		lines = append(lines, say("note.consent.edition", "edition", edition))
	}
	return lines
}

// since is how long after the beginning of the session something was.
func (w writer) since(at Instant) time.Duration {
	if w.s.Started == 0 {
		return 0
	}
	return max(0, at.Sub(w.s.Started))
}

// minutesOf gives whole minutes, and says so where there is less than half of one.
func minutesOf(d time.Duration) string {
	if n := int(d.Round(time.Minute) / time.Minute); n > 0 || d == 0 {
		return fmt.Sprint(n)
	}
	return say("minutes.few")
}

// worked is what was done at one place with one technique.
type worked struct {
	place        string
	technique    atlas.TechniqueID
	done         time.Duration
	planned      int // seconds
	light, hard  int // used
	least, most  int // planned
	added, point bool
}

// span gives a pressure, or from which to which.
func span(low, high int) string {
	if low == high {
		return fmt.Sprint(low)
	}
	return say("span", "low", low, "high", high)
}

func (w writer) treatment() []string {
	if w.s.Started == 0 {
		why := w.a.NoPlan
		if why == "" {
			return []string{say("note.not-treated")}
		}
		return []string{say("note.not-treated.why", "why", why)}
	}
	var areas, points []string
	for _, x := range w.grouped() {
		if x.point {
			points = append(points, say("note.points", "list", x.words()))
		} else {
			areas = append(areas, x.words())
		}
	}
	planned := int(w.s.planned / time.Minute)
	lines := []string{say("note.minutes", "done", minutesOf(w.s.Elapsed), "planned", planned)}
	if len(areas) > 0 {
		lines = append(lines, say("note.areas", "list", list(areas)))
	}
	lines = append(lines, points...)
	if positions := w.positions(); len(positions) > 0 {
		lines = append(lines, say("note.positions", "list", strings.Join(positions, ", ")))
	}
	return lines
}

// grouped puts together the steps at one place with one technique.
func (w writer) grouped() []worked {
	var all []worked
	for _, a := range w.s.Steps {
		x := a.Step
		if x.Technique == "" || a.Worked <= 0 {
			continue
		}
		i := slices.IndexFunc(all, func(y worked) bool { return y.place == x.Place && y.technique == x.Technique })
		if i < 0 {
			i = len(all)
			all = append(all, worked{
				place: x.Place, technique: x.Technique, point: x.Point != nil, added: a.Added,
				light: screen.MaxPressure + 1, least: screen.MaxPressure + 1,
			})
		}
		g := &all[i]
		g.done += a.Worked
		g.planned += x.Seconds
		g.least, g.most = min(g.least, x.Pressure), max(g.most, x.Pressure)
		if light, hard, ok := a.Pressures(); ok {
			g.light, g.hard = min(g.light, light), max(g.hard, hard)
		}
	}
	return likePoints(all)
}

// likePoints puts points together that were worked alike.
func likePoints(all []worked) []worked {
	var kept []worked
	for _, x := range all {
		i := slices.IndexFunc(kept, func(y worked) bool { y.place = x.place; return x.point && x == y })
		if i >= 0 {
			kept[i].place = list([]string{kept[i].place, x.place})
			continue
		}
		kept = append(kept, x)
	}
	return kept
}

func (x worked) words() string {
	pairs := []any{
		"where", x.place, "technique", techniqueName(x.technique), "done", minutesOf(x.done), "planned", x.planned / 60,
		"used", span(x.light, x.hard), "pressure", span(x.least, x.most),
	}
	switch {
	case x.hard == 0:
		return say("work.untouched", pairs...)
	case x.added:
		return say("work.added", pairs...)
	case x.point && x.light == x.least && x.hard == x.most:
		return say("work.point", pairs...)
	case x.point:
		return say("work.point.changed", pairs...)
	case x.light == x.least && x.hard == x.most:
		return say("work.as-planned", pairs...)
	default:
		return say("work.changed", pairs...)
	}
}

func (w writer) positions() []string {
	var used []string
	for _, a := range w.s.Steps {
		p := string(a.Step.Position)
		if a.Worked > 0 && p != "" && a.Step.Kind != plan.Turn && !slices.Contains(used, p) {
			used = append(used, p)
		}
	}
	return used
}

// changes say what of the plan was not done, done longer or shorter, or done besides.
func (w writer) changes() []string {
	if w.s.Started == 0 {
		return nil
	}
	var lines, rest []string
	add := func(key string, a Actual, pairs ...any) {
		pairs = append(pairs, "where", stepPlace(a), "why", oneLine(strings.Join(a.Remarks, " ")))
		if len(a.Remarks) == 0 {
			lines = append(lines, say(key, pairs...))
			return
		}
		lines = append(lines, say(key+".why", pairs...))
	}
	for _, a := range w.s.Steps {
		done, planned := minutesOf(a.Worked), a.Step.Seconds/60
		late := a.Worked - time.Duration(a.Step.Seconds)*time.Second
		_, strongest, _ := a.Pressures()
		switch {
		case a.Withdrawn && a.Worked == 0:
			add("change.withdrawn", a)
		case a.Withdrawn:
			add("change.withdrawn-after", a, "done", done)
		case a.Added && a.Worked > 0:
			add("change.added", a, "done", done)
		case a.For != "" && a.Worked > 0:
			add("change.instead", a, "done", done, "technique", techniqueName(a.Step.Technique), "for", techniqueName(a.For))
		case a.Worked == 0 && a.Done:
			add("change.unmeasured", a)
		case a.Worked == 0 && (a.Skipped || len(a.Remarks) > 0):
			add("change.left-out", a)
		case a.Worked == 0:
			rest = append(rest, stepPlace(a))
		case a.Skipped:
			add("change.broken-off", a, "done", done, "planned", planned)
		case late >= 2*time.Minute:
			add("change.longer", a, "done", done, "planned", planned)
		case late <= -2*time.Minute:
			add("change.shorter", a, "done", done, "planned", planned)
		case len(a.Remarks) > 0:
			add("change.remark", a) // always with its words
		}
		if most := w.s.most(a.Step); strongest > most {
			lines = append(lines, say("change.over-limit", "where", stepPlace(a), "used", strongest, "max", most))
		}
	}
	switch {
	case len(rest) > 0 && len(w.s.Stops) > 0: // nobody asks which steps a stop left over
		lines = append(lines, sayN("change.stopped", len(rest)))
	case len(rest) > 0:
		lines = append(lines, say("change.not-reached", "list", list(rest)))
	}
	if len(lines) == 0 {
		return []string{say("note.as-planned")}
	}
	return []string{say("note.changes", "list", list(lines))}
}

// stepPlace names a step in a list of changes: a point by its place, since how it is
// pressed is long, and other work by its words.
func stepPlace(a Actual) string {
	if a.Step.Point != nil {
		return a.Step.Place
	}
	return a.Step.Words
}

func (w writer) reaction() []string {
	var lines, answers []string
	for _, a := range w.s.Steps {
		for _, n := range a.Comfort {
			answers = append(answers, fmt.Sprint(n))
		}
	}
	if len(answers) > 0 {
		lines = append(lines, say("note.comfort", "list", strings.Join(answers, ", ")))
	}
	return append(lines, quoted("note.reaction", w.in.Reaction)...)
}

func (w writer) stops() []string {
	lines := make([]string, 0, len(w.s.Stops))
	for _, x := range w.s.Stops {
		after := minutesOf(w.since(x.At))
		text := say("note.stop", "after", after, "sign", x.Rule.Words())
		if x.Level > 0 {
			text = say("note.stop.level", "after", after, "sign", x.Rule.Words(), "level", x.Level)
		}
		if done := oneLine(x.Text); done != "" {
			text += " " + say("note.stop.done", "text", done)
		} else {
			text += " " + say("note.stop.not-recorded")
		}
		lines = append(lines, text)
	}
	return lines
}

// remarks are those about the session as a whole; those about a step stand with it.
func (w writer) remarks() []string {
	var lines []string
	for _, r := range w.s.Remarks {
		if w.s.index(r.Step) < 0 {
			lines = append(lines, quoted("note.remark", r.Text)...)
		}
	}
	return lines
}

func (w writer) homeCare() []string {
	lines := make([]string, 0, len(w.in.HomeCare))
	for _, x := range w.in.HomeCare {
		if x.Dose == "" {
			lines = append(lines, say("note.home", "what", x.Words))
			continue
		}
		lines = append(lines, say("note.home.dose", "what", x.Words, "dose", strings.TrimSuffix(x.Dose, ".")))
	}
	return lines
}

func (w writer) next() []string {
	zone := cmp.Or(w.in.Zone, time.UTC)
	date := func(at Instant) string { return at.Time().In(zone).Format("2006-01-02 15:04 MST") }
	var lines []string
	if w.in.Booked != 0 {
		lines = append(lines, say("note.booked", "at", date(w.in.Booked)))
	}
	if x := w.in.Window; x != nil {
		lines = append(lines, say("note.window", "from", date(x.From), "until", date(x.Until)))
		if x.Wait {
			lines = append(lines, say("note.window.wait"))
		}
	}
	if len(lines) == 0 {
		return []string{say("note.not-booked")}
	}
	return []string{strings.Join(lines, " ")}
}
