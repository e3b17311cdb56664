// Package kneadtest is what tests share: a real PostgreSQL that they start
// themselves, empty and thrown away afterwards. It is imported by _test.go files
// only.
//
// Start at [Postgres]; a test that stops or kills its server takes a [NewServer].
package kneadtest
