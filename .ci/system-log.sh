#!/usr/bin/env bash
# That the system's log tells what a guard folder that was put back does not: by a journal
# of systemd and by a syslog daemon, each in a mount namespace of its own.
#
#   .ci/system-log.sh OPENPASS
#
# Exit: 77 where this system has neither, or this user may not run them.
set -euo pipefail
openpass=$(realpath "${1:?the built openpass}")
passphrase='a passphrase for nothing'
journald=/lib/systemd/systemd-journald

# In the namespace: vault, head and back again.
if [ "${2:-}" = inside ]; then
  what=$3 folder=$4
  vault=$folder/vault
  mount -t tmpfs none /run
  case $what in
    journal)
      mkdir -p /run/systemd/journal /run/log/journal
      "$journald" 2>"$folder/journald" &
      socket=/run/systemd/journal/socket
      ;;
    syslog)
      mount -t tmpfs none /var/log
      mount -t tmpfs none /dev
      mknod -m 666 /dev/null c 1 3
      mknod -m 666 /dev/urandom c 1 9
      ln -s /proc/self/fd /dev/fd
      busybox syslogd -n -O /var/log/messages &
      socket=/dev/log
      ;;
  esac
  daemon=$!
  trap 'kill "$daemon"' EXIT
  for _ in $(seq 100); do [ -S "$socket" ] && break; sleep 0.1; done
  [ -S "$socket" ] || { echo "the daemon made no $socket" >&2; exit 1; }

  raise() {
    "$openpass" --vault "$vault" --quiet agent upgrade codex --tier "$1" --yes --no-biometric \
      --reason 'a check' --passphrase-fd 3 3<<<"$passphrase" >/dev/null 2>&1
  }
  # verify STATE: what it says, once the daemon has written all that it was sent.
  verify() {
    for _ in $(seq 100); do
      code=0
      "$openpass" --vault "$vault" audit verify >"$folder/said" || code=$?
      if grep -q "$1" "$folder/said"; then return "$code"; fi
      sleep 0.1
    done
    cat "$folder/said" >&2
    echo "audit verify did not say: $1" >&2
    exit 1
  }
  "$openpass" --vault "$vault" --quiet init --passphrase-fd 3 3<<<"$passphrase" >/dev/null
  raise standard
  verify 'has of it: 1\.'
  cp -a "$vault/guard" "$folder/old"
  raise admin
  verify 'has of it: 2\.'
  rm -r "$vault/guard"
  cp -a "$folder/old" "$vault/guard"
  code=0
  verify 'Seal 2 .* is not in this history' || code=$?
  [ "$code" = 6 ] || { echo "audit verify ended with $code and not with 6" >&2; exit 1; }
  # One seal more does not hide it.
  raise read-only
  code=0
  verify 'Seal 2 .* is not in this history' || code=$?
  [ "$code" = 6 ] || { echo "audit verify ended with $code and not with 6" >&2; exit 1; }
  grep 'is not in this history' "$folder/said"
  exit
fi

[ "$(id -u)" = 0 ] || { echo "only root can run a log daemon" >&2; exit 77; }
unshare -m true || { echo "this system lets nobody mount" >&2; exit 77; }
tried=0
for what in journal syslog; do
  case $what in
    journal) [ -x "$journald" ] && command -v journalctl >/dev/null || continue ;;
    syslog)
      command -v busybox >/dev/null || apt-get install -y -qq busybox >/dev/null 2>&1 || continue
      ;;
  esac
  folder=$(mktemp -d)
  unshare -m "$0" "$openpass" inside "$what" "$folder"
  rm -rf "$folder"
  echo "the $what tells of a guard folder that was put back"
  tried=$((tried + 1))
done
[ "$tried" -gt 0 ] || { echo "this system has no log daemon" >&2; exit 77; }
