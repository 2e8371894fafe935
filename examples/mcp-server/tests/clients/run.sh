#!/usr/bin/env bash
# Drives the built server with clients that were not written here: the `mcp`
# SDK from PyPI and the MCP inspector from npm. common.sh says what it needs.
# Names of scenes play only these.
source "$(dirname "$0")/common.sh"

python_client mcp-2 mcp
echo "== the mcp SDK $(pinned mcp-2 mcp)"
with_client mcp-2 "$python" "$here/scenes/drive.py" "$@"
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
