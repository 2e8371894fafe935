#!/usr/bin/env bash
# Puts cvc5, the solver of the proofs, into a folder: the libraries that its PyPI
# package has, and a command that reads SMT-LIB on stdin, which the package lacks.
#
#   .ci/cvc5/install.sh DIR      then: export CVC5=DIR/cvc5
#
# Needs Python with venv, and a C compiler. A folder that has it already is left.
set -euo pipefail
version=1.3.1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?which folder?}"
dir=$(cd "$1" && pwd)

works() {
  "$dir/cvc5" --version | grep -qF "cvc5 version $version" &&
    printf '(set-logic ALL)(declare-const x Bool)(assert (and x (not x)))(check-sat)\n' |
    "$dir/cvc5" --lang smt | grep -qx unsat
}

if [ -x "$dir/cvc5" ] && [ "$dir/cvc5" -nt "$here/smt.c" ] && works; then
  exit 0
fi
[ -x "$dir/venv/bin/python" ] || python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --disable-pip-version-check "cvc5==$version"
libraries=$("$dir/venv/bin/python" -c 'import cvc5, os; print(os.path.dirname(os.path.dirname(cvc5.__file__)))')/cvc5.libs
cc -O2 -o "$dir/cvc5" "$here/smt.c" "$libraries"/libcvc5parser-*.so* "$libraries"/libcvc5-*.so* \
  -Wl,-rpath,"$libraries" -Wl,--allow-shlib-undefined
works || { echo "the cvc5 in $dir does not answer as it should" >&2; exit 1; }
