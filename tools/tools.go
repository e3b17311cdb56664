// Package tools is a module of its own for what builds and checks Knead, so that
// those who use Knead as a library do not inherit it. Its tools are named in
// go.mod and run as `go -C tools tool NAME`.
package tools
