#!/usr/bin/env bash
# Drives the built server with clients that were not written here: the `mcp`
# SDK from PyPI and the MCP inspector from npm. OPENPASS_MCP_CLIENTS names the
# folder that keeps them between runs; OPENPASS_BIN the folder of the binaries.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
clients=${OPENPASS_MCP_CLIENTS:?name a folder to keep the clients in}
bin=${OPENPASS_BIN:?name the folder of openpass and openpass-mcp}
mkdir -p "$clients"

if ! "$clients/py/bin/python" -c 'import importlib.metadata as m; assert m.version("mcp") == "2.3.0"' 2>/dev/null; then
  python3 -m venv "$clients/py"
  "$clients/py/bin/pip" install --quiet mcp==2.3.0
fi
if [ ! -x "$clients/npm/node_modules/.bin/node" ] || [ ! -e "$clients/npm/node_modules/.bin/mcp-inspector" ]; then
  mkdir -p "$clients/npm"
  npm install --silent --no-audit --no-fund --prefix "$clients/npm" \
    node@24.21.0 @modelcontextprotocol/inspector@2.12.0
fi

vault=$(mktemp -d)/vault
trap 'rm -rf "$(dirname "$vault")"' EXIT
exec 3< <(printf 'correct horse battery staple\n')
"$bin/openpass" --vault "$vault" init --passphrase-fd 3 >/dev/null
exec 3<&-
cat "$here/config.yaml" >"$vault/config.yaml"

# The guard runs no program that others could replace, so the fake one lies in
# the folder of the clients, which must not be below /tmp.
stage=$clients/stage
rm -rf "$stage" && mkdir -p "$stage"
chmod 755 "$clients" "$stage"
{ echo "#!$clients/py/bin/python"; cat "$here/fake-pinentry.py"; } >"$stage/pinentry"
chmod 755 "$stage/pinentry"

"$clients/py/bin/python" "$here/drive.py" "$bin/openpass-mcp" "$vault" "$stage"

inspect() {
  PATH="$clients/npm/node_modules/.bin:$PATH" timeout 60 \
    "$clients/npm/node_modules/.bin/mcp-inspector" --cli \
    "$bin/openpass-mcp" --vault "$vault" --agent weak "$@"
}
tools=$(inspect --method tools/list)
grep -q '"explain_decision"' <<<"$tools"
# The inspector leaves with an error when a tool does: its output counts.
denied=$(inspect --method tools/call --tool-name set_auth_method --tool-arg method=touchid || true)
grep -q 'guard.agents-need-can-manage-config' <<<"$denied"
echo "the inspector: list, refusal: as expected"
