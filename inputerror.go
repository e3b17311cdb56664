package knead

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// InputError says what is wrong with a visit file and what to do about it, in one
// line. At is where, as a JSON pointer; it is empty for the file as a whole.
type InputError struct {
	At   string
	Text string
	err  error
}

func (e *InputError) Error() string {
	if e.At == "" {
		return e.Text
	}
	return printable(e.At) + ": " + e.Text
}

// printable makes one short line of what a file says, so that a key cannot move the
// cursor or fill the screen.
func printable(s string) string {
	const most = 120
	line := visible(s)
	if runes := []rune(line); len(runes) > most {
		line = string(runes[:most]) + "..."
	}
	return line
}

func (e *InputError) Unwrap() error { return e.err }

func badInput(at, format string, args ...any) *InputError {
	return &InputError{At: at, Text: oneLine(fmt.Sprintf(format, args...))}
}

// because makes an InputError of an engine's own error.
func because(at string, err error) *InputError {
	return &InputError{At: at, Text: oneLine(err.Error()), err: err}
}

func oneLine(s string) string { return visible(strings.Join(strings.Fields(s), " ")) }

// visible puts a sign in the place of what cannot be seen.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, s)
}

// jsonError turns the library's errors about a visit into a line that says what to do.
func jsonError(err error) *InputError { return jsonErrorIn(err, "docs/assess.md") }

// jsonErrorIn does it for any file, with the page that describes it.
func jsonErrorIn(err error, page string) *InputError {
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		at := string(semantic.JSONPointer)
		name := at[strings.LastIndexByte(at, '/')+1:]
		switch {
		case errors.Is(err, json.ErrUnknownName):
			return &InputError{At: at, Text: fmt.Sprintf("there is no key %q here; check its spelling in %s", name, page), err: err}
		case semantic.JSONKind == '0':
			return &InputError{At: at, Text: "write a whole number, such as 5", err: err}
		case semantic.GoType != nil:
			return &InputError{At: at, Text: fmt.Sprintf("a JSON %s stands here; %s says what is wanted", kindWords(semantic.JSONKind), page), err: err}
		}
		return &InputError{At: at, Text: oneLine(err.Error()), err: err}
	}
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		at := string(syntactic.JSONPointer)
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return &InputError{At: at, Text: "this key stands here twice; keep one", err: err}
		}
		return &InputError{At: at, Text: oneLine(fmt.Sprintf("this is not JSON (byte %d): %v", syntactic.ByteOffset, syntactic.Err)), err: err}
	}
	return &InputError{Text: "this is not one JSON object: " + oneLine(err.Error()), err: err}
}

func kindWords(k jsontext.Kind) string {
	switch k {
	case '"':
		return "string"
	case '0':
		return "number"
	case '{':
		return "object"
	case '[':
		return "list"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "value"
}
