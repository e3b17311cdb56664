#!/bin/sh
# Installs what the tests need and the machine lacks. Safe to run again: it looks first.
#   tools/setup.sh            a C compiler (for the race detector), Chromium, Python 3
#                             (for the examples of the open data), PostgreSQL 15 or newer
#                             (programs only: tests start their own server), npm packages
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

for tool in go node npm; do
	command -v "$tool" >/dev/null 2>&1 || {
		say "Knead's tests need $tool, and it is not on this machine. Install Go 1.26, Node 20 and npm, then try again."
		exit 1
	}
done

# Debian keeps the programs of PostgreSQL out of PATH. internal/kneadtest looks in the
# same places.
has_postgres() {
	for initdb in "$(command -v initdb || true)" "$(pg_config --bindir 2>/dev/null || true)/initdb" \
		/usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb \
		/opt/homebrew/opt/postgresql@*/bin/initdb /usr/local/opt/postgresql@*/bin/initdb; do
		[ -x "$initdb" ] && [ -x "${initdb%/*}/postgres" ] || continue
		# initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)
		version=$("$initdb" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
		[ "${version:-0}" -lt 15 ] || return 0
	done
	return 1
}

missing=""
command -v gcc >/dev/null 2>&1 || missing="$missing gcc libc6-dev"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
python3 -c 'import csv, json, math' >/dev/null 2>&1 || missing="$missing python3"
has_postgres || missing="$missing postgresql"
if [ -n "$missing" ]; then
	if ! command -v apt-get >/dev/null 2>&1; then
		say "The tests need:$missing. This machine has no apt-get; please install them in its own way and try again."
		exit 1
	fi
	as_root=""
	if [ "$(id -u)" != 0 ]; then
		command -v sudo >/dev/null 2>&1 || {
			say "The tests need:$missing. Please run as root: apt-get install$missing"
			exit 1
		}
		as_root="sudo"
	fi
	say "Installing$missing (once) ..."
	log=$(mktemp)
	# Debian's package starts a server of its own unless it is told otherwise. Nobody asked for one.
	quiet=""
	case "$missing" in *postgresql*)
		quiet=/etc/postgresql-common/createcluster.d/knead-setup.conf
		$as_root mkdir -p "${quiet%/*}"
		echo 'create_main_cluster = false' | $as_root tee "$quiet" >/dev/null
		# shellcheck disable=SC2064 # the name is known now
		trap "$as_root rm -f $quiet" EXIT
		;;
	esac
	# shellcheck disable=SC2086 # the list of packages is meant to be split
	if ! { $as_root env DEBIAN_FRONTEND=noninteractive apt-get update &&
		$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
		tail -n 5 "$log" >&2
		say "Could not install$missing; the whole output is in $log."
		exit 1
	fi
	rm -f "$log"
fi

# npm packages: only when the lock file is newer than what was installed from it.
if [ -f package-lock.json ] && ! cmp -s package-lock.json node_modules/.installed-lock; then
	say "Installing the npm packages for the page's script and its tests (once) ..."
	npm ci --no-audit --no-fund --loglevel=error >&2
	cp package-lock.json node_modules/.installed-lock
fi
