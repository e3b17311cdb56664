// Package auth holds what proves who somebody is: passwords, one-time codes, recovery
// codes, tokens, passkeys and sign-in by an identity provider, and what slows down those
// who guess.
//
// Everything takes values and gives values. The package stores nothing, answers no
// request and sends no mail: the caller keeps the hashes, the credentials and the open
// ceremonies that it is given, and hands them back. Time is an argument. Randomness is
// an argument too where a caller may want to choose it; nil means crypto/rand. Only the
// [Provider] talks to others, and only the [Limiter] and the [Backoff] remember anything
// between two calls.
//
// It is not: permission (who may do what stands in package practice), sessions (a
// session is a [Token] that somebody keeps) or pages.
//
// Start at [CheckPassword], [Passkeys] and [Token].
//
// # What the caller owes
//
//   - A ceremony that was begun (passkey, identity provider) is kept on the server, is
//     bound to the browser that began it, and is removed before it is finished, so that
//     it works once.
//   - A used one-time step and a used recovery code are stored in the same transaction
//     that opens the session.
//   - Unknown accounts take the same path as known ones: check the password against the
//     empty hash, count the try, give the same answer.
package auth

import (
	"crypto/rand"
	"errors"
	"io"
)

// Kinds of refusal. Test them with [errors.Is]; what stands beside them in the chain is
// for the log, never for the person.
var (
	// ErrRefused means that the proof does not prove what it must.
	ErrRefused = errors.New("the proof is not accepted")
	// ErrExpired means that the person took too long; they may begin again.
	ErrExpired = errors.New("the ceremony took too long")
	// ErrUnknown means that nobody has this passkey. The browser can be told to forget it.
	ErrUnknown = errors.New("the passkey is not known")
	// ErrCloned means that a passkey's counter went backwards: a copy of its key may exist.
	ErrCloned = errors.New("the passkey's counter went backwards")
	// ErrUnavailable means that an identity provider did not answer, or not sensibly.
	ErrUnavailable = errors.New("the identity provider cannot be used now")
)

// source is the randomness to use: the given one, or the machine's.
func source(random io.Reader) io.Reader {
	if random == nil {
		return rand.Reader
	}
	return random
}
