package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"

	"knead"
)

// passing tells that the same transaction may well succeed when it is tried again.
func passing(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if kind := knead.KindOf(err); kind != "" && kind != knead.Unavailable {
		return false // what the record refuses it refuses again, whatever the reason inside
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case e.Code == "40001", e.Code == "40P01", // two transactions in each other's way
			strings.HasPrefix(e.Code, "57P0"), // the server stops or starts
			strings.HasPrefix(e.Code, "08"),   // connection lost
			e.Code == "25006",                 // a standby that was primary a moment ago
			e.Code == "53300":                 // too many connections
			return true
		}
		return false
	}
	if errors.Is(err, sqlite3.BUSY) || errors.Is(err, sqlite3.LOCKED) {
		return true
	}
	return lost(err)
}

// lost tells that the connection broke, so that nobody knows what became of the commit.
func lost(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, sql.ErrConnDone) ||
		strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "conn busy")
}

// translate gives an error of a database the kind that callers know. Errors of the record
// pass as they are.
func translate(err error) error {
	if err == nil || knead.KindOf(err) != "" {
		return err
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return &knead.Error{Kind: knead.NotFound, Err: err}
	case errors.Is(err, sqlite3.FULL), errors.Is(err, sqlite3.IOERR_WRITE), errors.Is(err, syscall.ENOSPC), sqlstate(err) == "53100":
		return &knead.Error{Kind: knead.Unavailable, Say: "The disk is full, so nothing could be saved. What was saved before can be read. Make room, then try again.", Err: err}
	case errors.Is(err, sqlite3.CONSTRAINT_UNIQUE), errors.Is(err, sqlite3.CONSTRAINT_PRIMARYKEY), sqlstate(err) == "23505":
		return &knead.Error{Kind: knead.Conflict, Err: err}
	case errors.Is(err, sqlite3.CONSTRAINT), strings.HasPrefix(sqlstate(err), "23"), strings.HasPrefix(sqlstate(err), "22"):
		return &knead.Error{Kind: knead.Invalid, Err: err}
	case errors.Is(err, sqlite3.NOTADB), errors.Is(err, sqlite3.CORRUPT):
		return &knead.Error{Kind: knead.Unavailable, Say: "The record's file is damaged. Stop Knead, keep the file, and restore the last backup.", Err: err}
	case passing(err), errors.Is(err, context.DeadlineExceeded), errors.Is(err, sqlite3.CANTOPEN), errors.Is(err, sqlite3.READONLY):
		return &knead.Error{Kind: knead.Unavailable, Say: "The database does not answer just now. Nothing was lost; try again in a moment.", Err: err}
	}
	return err
}

func sqlstate(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// KindOf gives the kind of an error that a statement returned within a transaction.
func KindOf(err error) knead.Kind { return knead.KindOf(translate(err)) }
