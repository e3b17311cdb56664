package store_test

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// What the lints of schema_test.go and queries_test.go read: SQL as words and signs. It
// is no parser of all of SQL; what it does not know it calls a mistake.

type tokenKind int

const (
	word tokenKind = iota
	number
	parameter // $1
	literal   // 'text'
	quoted    // "name"
	sign
)

type token struct {
	kind tokenKind
	text string
	line int
}

// is tells whether the token is that keyword or sign. Keywords are compared without
// regard to case, so that a lint sees what a database sees.
func (t token) is(text string) bool {
	return t.kind != literal && t.kind != quoted && strings.EqualFold(t.text, text)
}

func (t token) oneOf(texts ...string) bool { return slices.ContainsFunc(texts, t.is) }

// lex cuts a text into tokens and leaves comments out.
func lex(text string) ([]token, error) {
	var all []token
	line := 1
	for i := 0; i < len(text); {
		start := i
		c := text[i]
		kind := sign
		switch {
		case strings.HasPrefix(text[i:], "--"):
			for i < len(text) && text[i] != '\n' {
				i++
			}
			continue
		case c == '\'' || c == '"':
			kind = map[byte]tokenKind{'\'': literal, '"': quoted}[c]
			i++
			for i < len(text) && (text[i] != c || strings.HasPrefix(text[i+1:], string(c))) {
				if text[i] == c {
					i++ // a doubled quote stands for one
				}
				i++
			}
			if i == len(text) {
				return nil, fmt.Errorf("line %d: a text or name has no end", line)
			}
			i++
		case c == '$' && i+1 < len(text) && digit(text[i+1]):
			kind = parameter
			for i++; i < len(text) && digit(text[i]); {
				i++
			}
		case c == '_' || unicode.IsLetter(rune(c)):
			kind = word
			for i < len(text) && (text[i] == '_' || digit(text[i]) || unicode.IsLetter(rune(text[i]))) {
				i++
			}
		case digit(c):
			kind = number
			for i < len(text) && digit(text[i]) {
				i++
			}
		case c == '\n':
			line++
			i++
			continue
		case c == ' ' || c == '\t' || c == '\r':
			i++
			continue
		default:
			i++
			for _, long := range []string{"<=", ">=", "<>", "!=", "||", "::", "->>", "->"} {
				if strings.HasPrefix(text[start:], long) {
					i = start + len(long)
					break
				}
			}
		}
		all = append(all, token{kind, text[start:i], line})
		line += strings.Count(text[start:i], "\n")
	}
	return all, nil
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// split cuts tokens at a sign or keyword that stands in no brackets.
func split(tokens []token, at string) [][]token {
	var parts [][]token
	depth, start := 0, 0
	for i, t := range tokens {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth == 0 && t.is(at):
			parts = append(parts, tokens[start:i])
			start = i + 1
		}
	}
	return append(parts, tokens[start:])
}

// closing gives the place of the bracket that closes the one at open.
func closing(tokens []token, open int) int {
	depth := 0
	for i := open; i < len(tokens); i++ {
		switch {
		case tokens[i].is("("):
			depth++
		case tokens[i].is(")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(tokens)
}

// find gives the place of the first of some keywords that stands in no brackets, from
// start on, and the end if there is none.
func find(tokens []token, start int, keywords ...string) int {
	depth := 0
	for i := start; i < len(tokens); i++ {
		switch {
		case tokens[i].is("("):
			depth++
		case tokens[i].is(")"):
			depth--
		case depth == 0 && tokens[i].oneOf(keywords...):
			return i
		}
	}
	return len(tokens)
}

// keywords are those that the record's SQL uses or might use. Words that also name a
// column (at, name, state, role, ...) are not among them.
var keywords = strings.Fields(`
	ADD ALL ALTER AND AS ASC BEGIN BETWEEN BIGINT BOOLEAN BY BYTEA CASCADE CASE CAST CHECK COALESCE COLLATE COLUMN COMMIT
	CONFLICT CONSTRAINT COUNT CREATE CROSS DEFAULT DELETE DESC DISTINCT DO DROP ELSE END ESCAPE EXCEPT EXISTS FALSE FILTER
	FOREIGN FROM FULL GROUP HAVING IF IN INDEX INNER INSERT INTERSECT INTO IS JOIN LEFT LENGTH LIKE LIMIT LOWER MAX MIN NOT
	NOTHING NULL NULLS OFFSET ON OR ORDER OUTER OVER PARTITION PRIMARY REFERENCES RENAME RESTRICT RETURNING RIGHT SELECT SET
	SUM TABLE TEXT THEN TRUE UNION UNIQUE UPDATE UPPER USING VALUES WHEN WHERE WITH`)

// lintText finds what is wrong in any SQL of the record, table or query.
func lintText(tokens []token) []string {
	var wrong []string
	for _, t := range tokens {
		switch {
		case t.kind == word && slices.Contains(keywords, strings.ToUpper(t.text)) && t.text != strings.ToUpper(t.text):
			wrong = append(wrong, fmt.Sprintf("line %d: keyword %s is not in upper case", t.line, t.text))
		case (t.kind == literal || t.kind == quoted) && dollarDigit(t.text):
			wrong = append(wrong, fmt.Sprintf("line %d: %s has a $ and a digit in it, which conn.go would take for a parameter", t.line, t.text))
		case t.is("::") || t.is("->") || t.is("->>"):
			wrong = append(wrong, fmt.Sprintf("line %d: %s is not the same on both databases", t.line, t.text))
		}
	}
	return wrong
}

func dollarDigit(s string) bool {
	for i := range len(s) - 1 {
		if s[i] == '$' && digit(s[i+1]) {
			return true
		}
	}
	return false
}
