# What run.sh and all.sh share, to be sourced: the clients' installation, the
# vault that every scene copies, and the fake pinentry. OPENPASS_MCP_CLIENTS
# names the folder that keeps the clients between runs; OPENPASS_BIN the folder
# of the binaries.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
clients=${OPENPASS_MCP_CLIENTS:?name a folder to keep the clients in}
bin=${OPENPASS_BIN:?name the folder of openpass and openpass-mcp}

fail() { echo "$(basename "$0"): $*" >&2; exit 1; }
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

# Installed beside what is there, and moved when whole: a run that was broken
# off leaves nothing half done.
#
# python_client NAME PACKAGE: into a folder of its own, in the versions of
# pins/NAME.txt.
python_client() {
  local pins=$here/pins/$1.txt folder=$clients/$1
  ! cmp -s "$pins" "$folder/pins.txt" || return 0
  rm -rf "$folder" "$folder.new"
  "$python" -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
    --target "$folder.new" --constraint "$pins" "$2" 2>"$scratch/pip" ||
    { cat "$scratch/pip" >&2; fail "pip could not install $2"; }
  cp "$pins" "$folder.new/pins.txt"
  mv "$folder.new" "$folder"
}

# npm_client FOLDER PACKAGE@VERSION...
npm_client() {
  local folder=$clients/$1
  shift
  [ ! -d "$folder" ] || return 0
  rm -rf "$folder.new"
  mkdir "$folder.new"
  npm install --silent --no-audit --no-fund --prefix "$folder.new" "$@"
  mv "$folder.new" "$folder"
}

# The version of the PACKAGE that pins/NAME.txt has.
pinned() { sed -n "s/^$2==//p" "$here/pins/$1.txt"; }

# with_client NAME COMMAND...: in the environment of every scene.
with_client() {
  local name=$1
  shift
  OPENPASS_BIN=$bin OPENPASS_BASE_VAULT=$base OPENPASS_FAKE_PINENTRY=$stage/pinentry \
    PYTHONPATH=$clients/$name:$here/scenes PYTHONDONTWRITEBYTECODE=1 "$@"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The inspector needs a node that is newer than many machines have, and the
# others run on the same.
inspector_version=2.12.0
node_version=24.21.0
npm_client "inspector-$inspector_version-node-$node_version" \
  "node@$node_version" "@modelcontextprotocol/inspector@$inspector_version"
node_bin=$clients/inspector-$inspector_version-node-$node_version/node_modules/.bin

# The guard runs no program that others could replace, so the fake pinentry
# lies in the folder of the clients, which must not be below /tmp.
stage=$clients/stage
rm -rf "$stage" && mkdir "$stage"
chmod 755 "$clients" "$stage"
{ echo "#!$python"; cat "$here/fake-pinentry.py"; } >"$stage/pinentry"
chmod 755 "$stage/pinentry"

base=$scratch/base
with_passphrase() { "$bin/openpass" --vault "$base" "$@" --passphrase-fd 3 3< <(printf 'correct horse battery staple\n') >/dev/null; }
with_passphrase init
cat "$here/config.yaml" >"$base/config.yaml"
with_passphrase guard set pinentry "$stage/pinentry" --yes --no-biometric --reason "the person of the scenes"
