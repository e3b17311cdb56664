//go:build unix

package kneadtest

import (
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"

	"knead/internal/store"
)

// Disk is a file system that can run full.
type Disk struct {
	vfs.VFS

	room atomic.Int64 // bytes that files may still grow
}

// NewDisk gives a place for an SQLite record on a disk with much room, for the length of a
// test.
func NewDisk(t testing.TB) (store.Options, *Disk) {
	t.Helper()
	d := &Disk{VFS: vfs.Find("")}
	d.Room(1 << 30)
	vfs.Register(t.Name(), d)
	t.Cleanup(func() { vfs.Unregister(t.Name()) })
	return store.Options{Dir: t.TempDir(), VFS: t.Name()}, d
}

// Room says how many bytes there is still room for.
func (d *Disk) Room(bytes int64) { d.room.Store(bytes) }

// OpenFilename opens a file that grows for as long as there is room.
func (d *Disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(d.VFS, name, flags)
	if err != nil {
		return nil, flags, err
	}
	return &fileOnDisk{File: f, disk: d}, flags, nil
}

type fileOnDisk struct {
	vfs.File

	disk *Disk
}

func (f *fileOnDisk) SharedMemory() vfs.SharedMemory { return vfsutil.WrapSharedMemory(f.File) }
func (f *fileOnDisk) Unwrap() vfs.File               { return f.File }
func (f *fileOnDisk) LockState() vfs.LockLevel       { return vfsutil.WrapLockState(f.File) }

// WriteAt writes what there is room for, as a disk does.
func (f *fileOnDisk) WriteAt(p []byte, off int64) (int, error) {
	size, err := f.Size()
	if err != nil {
		return 0, err
	}
	if grows := off + int64(len(p)) - size; grows > 0 && f.disk.room.Add(-grows) < 0 {
		f.disk.room.Add(grows)
		n, err := f.File.WriteAt(p[:max(0, int64(len(p))-grows)], off)
		return n, errors.Join(err, &os.PathError{Op: "write", Err: syscall.ENOSPC}, sqlite3.FULL)
	}
	return f.File.WriteAt(p, off)
}

func (f *fileOnDisk) Truncate(size int64) error {
	old, err := f.Size()
	if err != nil {
		return err
	}
	f.disk.room.Add(old - size)
	return f.File.Truncate(size)
}
