#!/usr/bin/env bash
# That strangers verify approvals: a reader that knows docs/approvals.md alone, and PyPI's
# PyJWT and webauthn, over the vectors of openpass-approval. None of our code runs.
#
#   .ci/approvals.sh                            the vectors
#   .ci/approvals.sh KEYS [JWS] [WEBAUTHN]      what `openpass audit export` wrote
set -euo pipefail
files=()
for file; do files+=("$(realpath "$file")"); done
cd "$(dirname "$0")/.."
vectors=openpass-approval/vectors
pins=$vectors/pins.txt
folder=${OPENPASS_CI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openpass-guard-ci}/approvals

# Installed beside what is there, and moved when whole: a run that was broken off leaves
# nothing half done.
if ! cmp -s "$pins" "$folder/pins.txt"; then
  rm -rf "$folder" "$folder.new"
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
    --target "$folder.new" --constraint "$pins" PyJWT webauthn cryptography
  cp "$pins" "$folder.new/pins.txt"
  mv "$folder.new" "$folder"
fi

export PYTHONPATH=$folder PYTHONDONTWRITEBYTECODE=1
[ ${#files[@]} -gt 0 ] || python3 "$vectors/check.py"
python3 "$vectors/foreign.py" "${files[@]}"
[ ${#files[@]} -eq 0 ] || exit 0

# The page's own commands and program, in a copy of the vectors.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/venv/bin" "$work/openpass-approval"
cp -r "$vectors" "$work/openpass-approval/"
ln -s "$(command -v python3)" "$work/venv/bin/python"
.ci/examples.py --script docs/approvals.md .ci/approvals.sh >"$work/page.sh"
awk '/^```python$/ { inside = 1; next } /^```$/ { inside = 0 } inside' docs/approvals.md \
  >"$work/openpass-approval/vectors/by_jws.py"
(cd "$work/openpass-approval/vectors" && bash "$work/page.sh")
echo "docs/approvals.md does what it says"
