#!/usr/bin/env bash
# What becomes of questions that polkit puts: by Debian's polkitd, by a broken one, a false
# one and none, each in mount and process namespaces of its own with a bus of its own.
#
#   .ci/polkit.sh
#
# Exit: 77 where this system has no polkit, or this user may not run one.
set -euo pipefail
user=openpass-test
password='a password for nothing'
socket=/run/dbus/system_bus_socket

# In the namespaces: GROUP FOLDER.
if [ "${1:-}" = inside ]; then
  group=$2 folder=$3
  tests=$folder/tests
  mount -t tmpfs -o mode=755 none /run/dbus

  bus_runs() {
    for _ in $(seq 100); do [ -S "$1" ] && return; sleep 0.1; done
    echo "the bus made no $1" >&2
    exit 1
  }
  polkit_runs() {
    for _ in $(seq 100); do
      dbus-send --system --print-reply --dest=org.freedesktop.DBus / \
        org.freedesktop.DBus.NameHasOwner string:org.freedesktop.PolicyKit1 2>/dev/null |
        grep -q true && return
      sleep 0.1
    done
    echo "nobody became polkit on the bus" >&2
    exit 1
  }
  # As USER COMMAND...
  as() {
    local who=$1
    shift
    setpriv --reuid "$who" --regid "$who" --clear-groups "$@"
  }
  own_bus() {
    cat >"$folder/bus.conf" <<CONF
<busconfig>
  <type>system</type>
  <listen>unix:path=$1</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
CONF
    chmod 644 "$folder/bus.conf"
  }
  helper() {
    env OPENPASS_POLKIT=helper "$tests" --ignored --exact "$1" >"$folder/helper" 2>&1 &
    for _ in $(seq 100); do [ -S /run/dbus/openpass-test ] && return; sleep 0.1; done
    cat "$folder/helper" >&2
    exit 1
  }
  # knows ACTION NUMBER: until polkit has read that ACTION has so many owners.
  knows() {
    for _ in $(seq 100); do
      pkaction --verbose --action-id "$1" >"$folder/action" 2>/dev/null &&
        [ "$(grep -c 'policykit.owner' "$folder/action")" = "$2" ] && return
      sleep 0.1
    done
    cat "$folder/action" >&2
    exit 1
  }
  # is_shown FILE TEXT...: that each text is in it.
  is_shown() {
    local file=$1 text
    shift
    for text in "$@"; do
      if ! grep -qF "$text" "$file"; then
        cat "$file" >&2
        echo "not shown: $text" >&2
        exit 1
      fi
    done
  }
  # at_a_terminal PROMPT ANSWER PROGRAM...: as the user, on a terminal of its own.
  at_a_terminal() {
    local prompt=$1 answer=$2
    shift 2
    python3 .ci/at-a-terminal.py "$prompt" "$answer" \
      setpriv --reuid "$uid" --regid "$uid" --clear-groups "$@"
  }
  # by_pam PASSWORD OUTCOME: asks on a terminal with pkttyagent, which types.
  by_pam() {
    rm -f "$folder/registered"
    mkfifo -m 666 "$folder/registered"
    cat >"$folder/asks.sh" <<'ASKS'
pkttyagent --process $$ --notify-fd 3 3>"$1/registered" &
cat "$1/registered"
exec "$1/ask"
ASKS
    chmod 644 "$folder/asks.sh"
    at_a_terminal 'Password: ' "$1" sh "$folder/asks.sh" "$folder" >"$folder/screen" || true
    is_shown "$folder/screen" "$2"
    if grep -qF "$1" "$folder/screen"; then
      echo "the terminal shows the password" >&2
      exit 1
    fi
    cat "$folder/screen"
  }
  # The question of PROGRAM... on one terminal, and an agent without it on another: leaves
  # what the first one showed in $folder/screen.
  on_two_terminals() {
    rm -f "$folder/registered" "$folder/process"
    mkfifo -m 666 "$folder/registered" "$folder/process"
    cat >"$folder/asks.sh" <<'ASKS'
folder=$1
shift
echo $$ >"$folder/process"
cat "$folder/registered"
DISPLAY=:0 exec "$@"
ASKS
    cat >"$folder/agent.sh" <<'AGENT'
exec pkttyagent --process $(cat "$1/process") --notify-fd 3 3>"$1/registered"
AGENT
    chmod 644 "$folder/agent.sh" "$folder/asks.sh"
    at_a_terminal 'Password: ' "$typed" sh "$folder/agent.sh" "$folder" >"$folder/agent" &
    at_a_terminal 'no prompt' '' sh "$folder/asks.sh" "$folder" "$@" >"$folder/screen" || true
    # The agent stays when the program that it is for has ended.
    kill $! 2>/dev/null || true
    wait $! || true
  }
  # The openpass command under `step_up: system-login`.
  in_the_command() {
    local home=$folder/home passphrase='only an example'
    install -d -o "$uid" -g "$uid" -m 700 "$home"
    printf '%s\n' "$passphrase" >"$home/passphrase"
    cp examples/vault/polkit/*.policy /usr/share/polkit-1/actions/
    knows org.example.openpass-guard 0
    local openpass=(env -i DISPLAY=:0 "HOME=$home" "$folder/openpass" --vault "$home/vault")
    local unasked=(--yes --no-biometric --reason test --passphrase-fd 3)
    local upgrade=("${openpass[@]}" agent upgrade claude --tier standard)
    as "$uid" "${openpass[@]}" init --passphrase-fd 3 3<"$home/passphrase"
    as "$uid" "${openpass[@]}" guard set step-up system-login "${unasked[@]}" 3<"$home/passphrase"
    as "$uid" "${openpass[@]}" agent add claude --tier read-only "${unasked[@]}" 3<"$home/passphrase"
    typed='a wrong one' on_two_terminals "${upgrade[@]}"
    is_shown "$folder/screen" 'raise agent "claude"' 'the system did not recognise the person'
    as "$uid" "${openpass[@]}" agent list | grep -E '^claude +read-only '
    typed=$password on_two_terminals "${upgrade[@]}"
    is_shown "$folder/screen" 'raise agent "claude"' "Answer the system's dialog"
    as "$uid" "${openpass[@]}" agent list | grep -E '^claude +standard '
    as "$uid" "${openpass[@]}" audit list >"$folder/log"
    is_shown "$folder/log" 'by system-login  done'
    # The guard's own settings take the passphrase.
    at_a_terminal 'Passphrase: ' "$passphrase" "${openpass[@]}" guard set timeout 90s \
      >"$folder/screen"
    is_shown "$folder/screen" 'Passphrase: '
    if grep -F "the system's dialog" "$folder/screen"; then exit 1; fi
    echo "the command asks the system for what a person changes, and else the passphrase"
  }
  # Asks as an ordinary user; fails where no test has this prefix.
  run() {
    local code=0
    as "$uid" env OPENPASS_POLKIT=1 "$tests" --ignored --test-threads 1 "$@" \
      >"$folder/said" 2>&1 || code=$?
    if [ "$code" != 0 ] || grep -q '^running 0 tests' "$folder/said"; then
      cat "$folder/said" "$folder/helper" "$folder/bus" >&2 || true
      exit 1
    fi
    grep -E '^test ' "$folder/said"
  }

  uid=4242
  hash=$(openssl passwd -6 "$password")
  for file in passwd shadow; do cp "/etc/$file" "$folder/$file"; done
  printf '%s:x:%s:%s::/nonexistent:/bin/sh\n' "$user" "$uid" "$uid" >>"$folder/passwd"
  printf '%s:%s:19000:0:99999:7:::\n' "$user" "$hash" >>"$folder/shadow"
  for file in passwd shadow; do mount --bind "$folder/$file" "/etc/$file"; done

  case $group in
    real)
      mount -t tmpfs -o mode=755 none /usr/share/polkit-1/actions
      mount -t tmpfs -o mode=755 none /usr/share/polkit-1/rules.d
      policy() {
        local owner="<annotate key=\"org.freedesktop.policykit.owner\">unix-user:$user</annotate>"
        [ "${3:-}" = unowned ] && owner=
        cat >"/usr/share/polkit-1/actions/org.openpass.test.$1.policy" <<POLICY
<policyconfig><action id="org.openpass.test.$1">
  <description>A test</description><message>A test of $1</message>
  <defaults><allow_any>$2</allow_any><allow_inactive>no</allow_inactive>
    <allow_active>$2</allow_active></defaults>$owner
</action></policyconfig>
POLICY
      }
      policy yes yes
      policy no no
      policy keeps auth_self_keep
      policy ruled auth_self
      policy unowned auth_self unowned
      # What the crate itself writes.
      "$folder/ask" --policy "$user" | sed 's/org.openpass.example/org.openpass.test.asks/' \
        >/usr/share/polkit-1/actions/org.openpass.test.asks.policy
      cat >/usr/share/polkit-1/rules.d/10-test.rules <<'RULES'
polkit.addRule(function(action, subject) {
  if (action.id == "org.openpass.test.ruled") return polkit.Result.YES;
});
RULES
      dbus-daemon --system --nofork --nopidfile 2>"$folder/bus" &
      bus_runs "$socket"
      "$polkitd" --no-debug >"$folder/polkitd" 2>&1 &
      polkit_runs
      helper agent::agent_of_root
      run real_
      # By a text agent and PAM: the right password, and a wrong one.
      "$folder/ask" --policy "$user" \
        >/usr/share/polkit-1/actions/org.openpass.example.policy
      knows org.openpass.example 1
      by_pam "$password" 'approved by system-login'
      by_pam 'a wrong one' 'not approved: the system did not recognise the person'
      "$folder/ask" --policy >/usr/share/polkit-1/actions/org.openpass.example.policy
      knows org.openpass.example 0
      typed=$password on_two_terminals "$folder/ask"
      is_shown "$folder/screen" 'remove agent "codex"' "Answer the system's dialog" \
        'approved by system-login'
      in_the_command
      as 0 env OPENPASS_POLKIT=1 "$tests" --ignored as_root_ | grep -E '^test .* ok$'
      ;;
    broken | leaving)
      own_bus "$socket"
      dbus-daemon --config-file="$folder/bus.conf" --nofork --nopidfile 2>"$folder/bus" &
      bus_runs "$socket"
      helper stand_in::stand_in_for_polkit
      run "${group}_"
      ;;
    false_polkit)
      own_bus "$socket"
      dbus-daemon --config-file="$folder/bus.conf" --nofork --nopidfile 2>"$folder/bus" &
      bus_runs "$socket"
      chmod 777 /run/dbus
      as "$uid" env OPENPASS_POLKIT=helper "$tests" --ignored --exact \
        stand_in::stand_in_for_polkit >"$folder/helper" 2>&1 &
      for _ in $(seq 100); do [ -S /run/dbus/openpass-test ] && break; sleep 0.1; done
      run false_polkit_
      ;;
    false_bus)
      own_bus "$socket"
      chmod 777 /run/dbus
      as "$uid" dbus-daemon --config-file="$folder/bus.conf" --nofork --nopidfile 2>"$folder/bus" &
      bus_runs "$socket"
      run false_bus_
      ;;
    no_polkit)
      own_bus "$socket"
      dbus-daemon --config-file="$folder/bus.conf" --nofork --nopidfile 2>"$folder/bus" &
      bus_runs "$socket"
      run no_polkit_
      ;;
    no_bus)
      own_bus /run/dbus/another
      dbus-daemon --config-file="$folder/bus.conf" --nofork --nopidfile 2>"$folder/bus" &
      bus_runs /run/dbus/another
      export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus/another
      helper stand_in::stand_in_for_polkit
      run no_bus_
      ;;
  esac
  exit
fi

cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "only root can run a polkit of its own" >&2; exit 77; }
unshare -mpf --mount-proc true || { echo "this system gives no namespaces" >&2; exit 77; }
find_polkitd() {
  polkitd=
  for polkitd in /usr/lib/polkit-1/polkitd /usr/libexec/polkitd; do
    [ -x "$polkitd" ] && command -v dbus-daemon dbus-send setpriv openssl >/dev/null && return
  done
  return 1
}
find_polkitd || apt-get install -y -qq --no-install-recommends polkitd dbus openssl \
  >/dev/null 2>&1 || true
find_polkitd || { echo "Debian's polkitd is not to be had here" >&2; exit 77; }
export polkitd
mkdir -p /run/dbus

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cargo build --quiet --locked -p openpass-auth-polkit --example ask-polkit
cargo build --quiet --locked -p openpass-cli --features system-login
tests=$(cargo test --locked -p openpass-auth-polkit --test system --no-run --message-format json |
  python3 -c '
import json, sys
built = (json.loads(line) for line in sys.stdin)
print(next(it["executable"] for it in built
           if it.get("target", {}).get("name") == "system" and it.get("executable")))')
cp "$tests" "$folder/tests"
cp "${CARGO_TARGET_DIR:-target}/debug/examples/ask-polkit" "$folder/ask"
cp "${CARGO_TARGET_DIR:-target}/debug/openpass" "$folder/openpass"
for group in real broken leaving false_polkit false_bus no_polkit no_bus; do
  mkdir "$folder/$group"
  chmod 755 "$folder/$group"
  ln "$folder/tests" "$folder/ask" "$folder/openpass" "$folder/$group"
  unshare -mpf --mount-proc --kill-child "$0" inside "$group" "$folder/$group"
done
echo "polkit's answers are what they are taken for"
