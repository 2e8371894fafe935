#!/usr/bin/env bash
# Drives the built server with clients that were not written here: the `mcp`
# SDK from PyPI and the MCP inspector from npm. OPENPASS_MCP_CLIENTS names the
# folder that keeps them between runs; OPENPASS_BIN the folder of the binaries.
# Names of scenes play only these.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
clients=${OPENPASS_MCP_CLIENTS:?name a folder to keep the clients in}
bin=${OPENPASS_BIN:?name the folder of openpass and openpass-mcp}

fail() { echo "run.sh: $*" >&2; exit 1; }
bin=$(cd "$bin" && pwd) || fail "there is no folder $bin"
for program in openpass openpass-mcp; do
  [ -x "$bin/$program" ] || fail "no $program in $bin; run \`cargo build -p openpass-cli -p openpass-mcp\`"
done
command -v python3 >/dev/null || fail "python3 is needed (3.10 or later)"
python3 -m pip --version >/dev/null || fail "pip is needed, as \`python3 -m pip\`"
command -v npm >/dev/null || fail "npm is needed"
python=$(python3 -c 'import sys; print(sys.executable)')

mkdir -p "$clients"
clients=$(cd "$clients" && pwd)
inspector_version=2.12.0
node_version=24.21.0

# Installed beside what is there, and moved when whole: a run that was broken
# off leaves nothing half done.
if ! cmp -s "$here/constraints.txt" "$clients/sdk/constraints.txt"; then
  rm -rf "$clients/sdk" "$clients/sdk.new"
  python3 -m pip install --quiet --disable-pip-version-check --target "$clients/sdk.new" \
    --constraint "$here/constraints.txt" mcp
  cp "$here/constraints.txt" "$clients/sdk.new/"
  mv "$clients/sdk.new" "$clients/sdk"
fi
inspector=$clients/inspector-$inspector_version-node-$node_version
if [ ! -d "$inspector" ]; then
  rm -rf "$inspector.new"
  mkdir "$inspector.new"
  npm install --silent --no-audit --no-fund --prefix "$inspector.new" \
    "node@$node_version" "@modelcontextprotocol/inspector@$inspector_version"
  mv "$inspector.new" "$inspector"
fi
node_bin=$inspector/node_modules/.bin

# The guard runs no program that others could replace, so the fake pinentry
# lies in the folder of the clients, which must not be below /tmp.
stage=$clients/stage
rm -rf "$stage" && mkdir "$stage"
chmod 755 "$clients" "$stage"
{ echo "#!$python"; cat "$here/fake-pinentry.py"; } >"$stage/pinentry"
chmod 755 "$stage/pinentry"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
base=$scratch/base
with_passphrase() { "$bin/openpass" --vault "$base" "$@" --passphrase-fd 3 3< <(printf 'correct horse battery staple\n') >/dev/null; }
with_passphrase init
cat "$here/config.yaml" >"$base/config.yaml"
with_passphrase guard set pinentry "$stage/pinentry" --yes --no-biometric --reason "the person of the scenes"

echo "== the mcp SDK $(sed -n 's/^mcp==//p' "$here/constraints.txt")"
OPENPASS_BIN=$bin OPENPASS_BASE_VAULT=$base OPENPASS_FAKE_PINENTRY=$stage/pinentry \
  PYTHONPATH=$clients/sdk PYTHONDONTWRITEBYTECODE=1 "$python" "$here/scenes/drive.py" "$@"
[ $# -eq 0 ] || exit 0

echo "== the inspector $inspector_version"
inspect() {
  local agent=$1 display=$2
  shift 2
  # The inspector hands a server only a few variables of its own environment,
  # so the display is given by name.
  local session=()
  [ -z "$display" ] || session=(-e "DISPLAY=$display")
  # It leaves with an error when a tool does: what it prints counts.
  PATH=$node_bin:$PATH timeout 60 "$node_bin/mcp-inspector" --cli "${session[@]}" \
    "$bin/openpass-mcp" --vault "$base" --agent "$agent" --log-level error "$@" 2>"$scratch/errors" || true
}
expect() {
  grep -qF -- "$1" <<<"$2" || { cat "$scratch/errors" >&2; fail "the inspector: no $1 in: $2"; }
}
unchanged() { cmp "$base/config.yaml" "$scratch/config.yaml" || fail "$1 changed config.yaml"; }
cp "$base/config.yaml" "$scratch/"
set_method=(--method tools/call --tool-name set_auth_method --tool-arg method=passphrase)

expect '"explain_decision"' "$(inspect weak '' --method tools/list)"
expect 'guard.agents-need-can-manage-config' "$(inspect weak '' "${set_method[@]}")"
unchanged "a denied call"
expect '"approval_required"' "$(inspect boss '' "${set_method[@]}")"
unchanged "a call that nobody approved"
echo no >"$stage/answer" && truncate -s -1 "$stage/answer"
expect '"declined"' "$(inspect boss :7 "${set_method[@]}")"
unchanged "a declined call"
printf 'correct horse battery staple' >"$stage/answer"
expect '"factor": "passphrase"' "$(inspect boss :7 "${set_method[@]}" | sed 's/":"/": "/g')"
grep -q '^authMethod: passphrase' "$base/config.yaml" || fail "an approved call did not change config.yaml"
echo "list, denied, nobody to ask, declined, approved: as expected"
