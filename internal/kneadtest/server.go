//go:build unix

package kneadtest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience bounds each wait for a server: starting, stopping, recovering (chosen: a
// start takes a second here; a busy machine may need twenty times that).
const patience = time.Minute

// Server is a PostgreSQL server of one test: its own folder, reached by a socket in
// that folder, so that it meets no other server on the machine. It ends with the
// test, and also when the test's process is killed.
//
// A method that fails marks the test as failed, so it may be called beside the test,
// from a goroutine that breaks things.
type Server struct {
	t    testing.TB // nil for the server that a whole test binary shares
	bin  string     // folder of initdb and postgres
	dir  string     // holds data, socket and log
	args []string   // settings, as arguments
	who  *syscall.Credential

	mu     sync.Mutex
	keeper *keeper // nil while the server is down
}

// keeper is the running server and the shell that watches over it.
type keeper struct {
	cmd   *exec.Cmd
	input io.WriteCloser
	pid   int
	gone  chan struct{} // closed when the shell has ended, and the server with it
}

// NewServer starts a server for this test. It syncs to disk as a server in service
// does; settings such as "fsync=off" or "max_connections=20" change that.
func NewServer(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := newServer(settings)
	if err != nil {
		t.Fatal(err)
	}
	s.t = t
	t.Cleanup(s.remove)
	if err := s.start(); err != nil {
		t.Fatal(err)
	}
	return s
}

// DSN is the address of the database of that name on this server, whether the server
// runs or not. "postgres" is there from the start; [Server.Create] makes others.
func (s *Server) DSN(name string) string {
	u := url.URL{
		Scheme: "postgres", User: url.User(superuser), Path: "/" + name,
		RawQuery: url.Values{"host": {s.dir}, "sslmode": {"disable"}}.Encode(),
	}
	return u.String()
}

// Create makes an empty database and gives its address.
func (s *Server) Create(name string) string {
	s.report(execute(s.DSN("postgres"), "CREATE DATABASE "+quote(name)+" TEMPLATE template0"))
	return s.DSN(name)
}

// Start starts the server again after [Server.Stop] or [Server.Kill]; it returns when
// the server has recovered and answers.
func (s *Server) Start() { s.report(s.start()) }

// Stop ends the server as an operator does: connections are cut, everything is
// written down first.
func (s *Server) Stop() { s.report(s.end(syscall.SIGINT)) }

// Kill ends the server and all its processes at once, as kill -9 does. What had been
// acknowledged must be there after [Server.Start].
func (s *Server) Kill() { s.report(s.end(syscall.SIGKILL)) }

func (s *Server) report(err error) {
	if err != nil {
		s.t.Errorf("%v", err)
	}
}

// superuser owns the databases of a server that a test started.
const superuser = "knead"

// newServer makes the folder of a server, with no databases of its own yet.
func newServer(settings []string) (_ *Server, err error) {
	bin, err := findPostgres(places())
	if err != nil {
		return nil, err
	}
	who, err := credential()
	if err != nil {
		return nil, err
	}
	// Not the test's own temporary folder: the name of a socket has at most 103 bytes.
	parent := os.TempDir()
	if len(parent) > 60 {
		parent = "/tmp"
	}
	dir, err := os.MkdirTemp(parent, "knead-pg-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	s := &Server{bin: bin, dir: dir, who: who}
	defer func() {
		if err != nil {
			s.remove()
		}
	}()
	if who != nil {
		if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
			return nil, fmt.Errorf("hand the folder of PostgreSQL over: %w", err)
		}
	}
	// Bytes sort the same on each machine; what depends on a language must say so in its SQL.
	out, err := s.command("initdb", "-D", s.data(), "-U", superuser, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	s.args = []string{"-D", s.data(), "-k", s.dir, "-c", "listen_addresses=", "-c", "max_connections=200"}
	for _, setting := range settings {
		s.args = append(s.args, "-c", setting)
	}
	return s, nil
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) logFile() string { return filepath.Join(s.dir, "log") }

// command is a program of PostgreSQL, run in the server's folder by somebody who may:
// PostgreSQL refuses to be run by root.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	return s.run(filepath.Join(s.bin, name), args...)
}

func (s *Server) run(program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), program, args...)
	cmd.Dir = s.dir
	// A group of its own: Ctrl-C at the terminal must not reach the server before its keeper.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: s.who}
	return cmd
}

// keep runs the server under a shell that holds the end of a pipe. A line on it says
// that the server was ended on purpose. The end of the pipe says that the test is over
// or was killed: then the server ends at once and its folder goes. The signal is sent
// until it works, since a server that is just starting ignores it.
const keep = `dir=$1; log=$2; shift 2
"$@" >>"$log" 2>&1 </dev/null & server=$!
echo $server; exec >/dev/null
if read -r line; then wait $server; exit; fi
n=0
while kill -QUIT $server 2>/dev/null; do
	n=$((n+1)); [ $n -lt 100 ] || kill -KILL $server
	sleep 0.1
done
cd /; rm -rf "$dir"`

// start starts the server and waits until it answers.
func (s *Server) start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keeper != nil {
		return errors.New("start PostgreSQL: it runs already")
	}
	cmd := s.run("/bin/sh", slices.Concat([]string{"-c", keep, "keep", s.dir, s.logFile(), filepath.Join(s.bin, "postgres")}, s.args)...)
	input, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	k := &keeper{cmd: cmd, input: input, gone: make(chan struct{})}
	line, err := bufio.NewReader(output).ReadString('\n')
	if err == nil {
		k.pid, err = strconv.Atoi(strings.TrimSpace(line))
	}
	go func() {
		cmd.Wait() //nolint:errcheck // how a killed server ends tells nothing
		close(k.gone)
	}()
	if err == nil {
		err = s.answers(k.pid)
	}
	if err != nil {
		if k.pid > 0 { // 0 would be ourselves
			syscall.Kill(k.pid, syscall.SIGKILL) //nolint:errcheck // it may have ended by itself
		}
		k.dismiss() //nolint:errcheck // the reason is told below
		return fmt.Errorf("start PostgreSQL: %w\n%s", err, s.lastWords())
	}
	s.keeper = k
	return nil
}

// answers waits until the server takes a connection, or has ended.
func (s *Server) answers(pid int) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for again := time.NewTicker(20 * time.Millisecond); ; {
		conn, err := pgx.Connect(ctx, s.DSN("postgres"))
		if err == nil {
			again.Stop()
			return conn.Close(ctx)
		}
		if !alive(pid) {
			return errors.New("it ended by itself")
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no answer within %v: %w", patience, err)
		case <-again.C:
		}
	}
}

// end sends a signal and waits until no process of the server is left.
func (s *Server) end(signal syscall.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.keeper
	if k == nil {
		return errors.New("end PostgreSQL: it does not run")
	}
	var family []int
	if signal == syscall.SIGKILL {
		// Stopped, the first process can start no other while all are counted.
		if err := syscall.Kill(k.pid, syscall.SIGSTOP); err != nil {
			return fmt.Errorf("stop PostgreSQL: %w", err)
		}
		family = children(k.pid)
	}
	for _, pid := range append(family, k.pid) {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("end PostgreSQL: %w", err)
		}
	}
	if err := k.dismiss(); err != nil {
		return fmt.Errorf("end PostgreSQL: %w\n%s", err, s.lastWords())
	}
	deadline := time.Now().Add(patience)
	for _, pid := range family {
		for alive(pid) {
			if time.Now().After(deadline) {
				return fmt.Errorf("end PostgreSQL: process %d outlives kill -9", pid)
			}
			time.Sleep(time.Millisecond)
		}
	}
	s.keeper = nil
	return nil
}

// dismiss tells the keeper that its server was ended on purpose, and waits for both.
func (k *keeper) dismiss() error {
	k.input.Write([]byte("ended\n")) //nolint:errcheck // it may be gone, and then that is seen below
	select {
	case <-k.gone:
		return nil
	case <-time.After(patience):
		return fmt.Errorf("it still runs after %v", patience)
	}
}

// remove ends the server without ceremony and removes its folder.
func (s *Server) remove() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.keeper; k != nil {
		k.input.Close() //nolint:errcheck // a pipe that is gone already says the same
		<-k.gone
		s.keeper = nil
	}
	os.RemoveAll(s.dir) //nolint:errcheck // the keeper has done so, or the system will
}

// lastWords is the end of the server's log.
func (s *Server) lastWords() []byte {
	log, err := os.ReadFile(s.logFile())
	if err != nil {
		return nil
	}
	lines := bytes.SplitAfter(log, []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-12):], nil)
}

// alive tells whether a process runs. One that has ended but that nobody has asked
// after counts as gone: it holds nothing any more.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	_, state := parent(pid)
	return state != "Z"
}

// children lists the processes that a process has started. Where the system does not
// show them there are none; a server's other processes end soon after the first.
func children(pid int) []int {
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil
	}
	var all []int
	for _, dir := range dirs {
		child, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}
		if up, _ := parent(child); up == pid {
			all = append(all, child)
		}
	}
	return all
}

// parent reads who started a process and what state it is in; see proc(5).
func parent(pid int) (parent int, state string) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, ""
	}
	// The name stands in brackets and may hold anything, also brackets.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 2 {
		return 0, ""
	}
	parent, err = strconv.Atoi(string(fields[1]))
	if err != nil {
		return 0, ""
	}
	return parent, string(fields[0])
}

// credential is whom PostgreSQL is run as: nobody in particular, except where the
// tests are run by root.
func credential() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // no change is an answer
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL refuses to be run by root, and this machine has neither a user postgres nor a user nobody: run the tests as another user")
}
