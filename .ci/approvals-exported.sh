#!/usr/bin/env bash
# That strangers verify what `openpass audit export` writes of a vault's own approvals:
#
#   .ci/approvals-exported.sh OPENPASS
set -euo pipefail
openpass=$(realpath "${1:?the built openpass}")
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
vault=$folder/vault
passphrase='a passphrase for nothing'

"$openpass" --vault "$vault" --quiet init --passphrase-fd 3 3<<<"$passphrase" >/dev/null
for tier in standard admin; do
  "$openpass" --vault "$vault" --quiet agent upgrade codex --tier "$tier" --yes --no-biometric \
    --reason 'a check' --passphrase-fd 3 3<<<"$passphrase" >/dev/null 2>&1
done
for format in jwks jws; do
  "$openpass" --vault "$vault" audit export --format "$format" >"$folder/$format"
done
[ "$(wc -l <"$folder/jws")" = 2 ] || { echo "not two approvals are exported" >&2; exit 1; }
.ci/approvals.sh "$folder/jwks" "$folder/jws"
# By the public keys alone, without the key of the log.
rm "$vault/guard/log.key"
"$openpass" --vault "$vault" --quiet audit verify --keys "$folder/jwks"
