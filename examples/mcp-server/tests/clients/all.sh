#!/usr/bin/env bash
# Drives the built server with every client and suite of strangers but those of
# run.sh. common.sh says what it needs; OPENPASS_UNCHECKED may name a file for
# what a client's own faults keep from being checked, a line each. Names of
# clients play only these.
source "$(dirname "$0")/common.sh"
others=$here/others
unchecked() { echo "$1" | tee -a "${OPENPASS_UNCHECKED:-/dev/null}" | sed 's/^/not checked: /'; }

# The tools of models' providers would tell their makers of each run.
export OPENAI_AGENTS_DISABLE_TRACING=1 LANGSMITH_TRACING=false PYDANTIC_DISABLE_PLUGINS=true

# A vault of its own, and the server's command for it.
vault() {
  rm -rf "$scratch/vault"
  cp -r "$base" "$scratch/vault"
  server=("$bin/openpass-mcp" --vault "$scratch/vault" --agent boss --log-level error)
}
unchanged() { cmp "$base/config.yaml" "$scratch/vault/config.yaml" || fail "$1 changed config.yaml"; }

# The clients from PyPI, each with the script that plays the story of story.py.
python_story() {
  python_client "$1" "$2"
  with_client "$1" timeout 120 "$python" "$others/$3"
}
play_mcp-1() { python_story mcp-1 mcp mcp_1.py; }
play_fastmcp() { python_story fastmcp fastmcp fastmcp_client.py; }
play_pydantic-ai() { python_story pydantic-ai 'pydantic-ai-slim[mcp]' pydantic_ai_agent.py; }
play_langchain() { python_story langchain langchain-mcp-adapters langchain.py; }
play_openai-agents() { python_story openai-agents openai-agents openai_agents.py; }

play_mcp-conform() {
  vault
  python_client mcp-conform mcp-conform
  with_client mcp-conform timeout 60 "$python" -m mcp_probe server --transport stdio \
    --command "${server[*]}" >"$scratch/report" || { cat "$scratch/report" >&2; fail "mcp-conform"; }
  sed -n 's/^ *Result: //p' "$scratch/report"
  unchanged mcp-conform
}

# It keeps what it finds, and what it keeps beside that is in its HOME.
play_mcp-fuzzer() {
  vault
  python_client mcp-fuzzer mcp-fuzzer
  (cd "$scratch" && HOME=$scratch with_client mcp-fuzzer timeout 300 "$python" -m mcp_fuzzer \
    --mode all --phase both --runs 25 --runs-per-type 10 --seed 42 --protocol stdio --endpoint "${server[*]}" \
    --no-network --security-audit --fail-if-no-tools --fs-root "$scratch/files" --output-dir "$scratch/fuzzed") \
    >"$scratch/report" 2>&1 || { tail -50 "$scratch/report" >&2; fail "mcp-fuzzer"; }
  "$python" "$others/fuzzed.py" "$scratch/fuzzed"
  unchanged mcp-fuzzer
  unchecked "what mcp-fuzzer calls accepted_malformed: to it, any answer without an error is one, to well-formed calls too"
}

sdk_version=1.32.2
conformance_version=0.2.0-alpha.12
proxy_version=6.7.19
ajv_version=8.20.0
npm_suites() {
  local folder=suites-$sdk_version-$conformance_version-$proxy_version-$ajv_version
  npm_client "$folder" "@modelcontextprotocol/sdk@$sdk_version" "ajv@$ajv_version" \
    "@modelcontextprotocol/conformance@$conformance_version" "mcp-proxy@$proxy_version"
  export NODE_CLIENTS=$clients/$folder
  node=$node_bin/node
}

play_sdk() {
  vault
  npm_suites
  # Through a shell, which notes how the server ended.
  timeout 60 "$node" "$others/sdk.mjs" sh -c '"$@"; echo $? >"$0"' "$scratch/exit-code" "${server[@]}"
  [ "$(cat "$scratch/exit-code")" = 0 ] || fail "the server did not end cleanly"
  unchanged "the SDK"
}

play_ajv() {
  vault
  npm_suites
  "$node" "$others/schemas.mjs" "${server[@]}"
}

# The suite speaks HTTP alone, so a proxy stands between.
play_conformance() {
  vault
  npm_suites
  local port ended=0
  port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  "$node" "$NODE_CLIENTS/node_modules/.bin/mcp-proxy" --host 127.0.0.1 --port "$port" --server stream -- \
    "${server[@]}" >"$scratch/proxy" 2>&1 &
  local proxy=$!
  "$python" "$others/conformance.py" "$node" "$NODE_CLIENTS" "$port" "$scratch/results" || ended=$?
  kill "$proxy"
  wait "$proxy" || true
  [ "$ended" = 0 ] || { cat "$scratch/proxy" >&2; fail "the conformance suite"; }
  unchanged "the conformance suite"
  unchecked "four checks of the conformance suite's server-stateless: they need diagnostic tools that only a test server has"
}

all=(mcp-1 fastmcp pydantic-ai langchain openai-agents mcp-conform mcp-fuzzer sdk ajv conformance)
[ $# -gt 0 ] || set -- "${all[@]}"
for name in "$@"; do
  begun=$SECONDS
  echo "== $name"
  "play_$name"
  echo "$name: $((SECONDS - begun)) s"
done
