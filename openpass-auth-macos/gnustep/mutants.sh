#!/usr/bin/env bash
# Breaks the binding in one way after the other, in a copy of the repository,
# and expects the GNUstep run to fail each time.
#
#   mutants.sh [REGEX]    only those whose name matches
#
# Exit: 0 when every mutant was killed.
set -euo pipefail
here=$(cd "${0%/*}" && pwd)
run=$here/../../.ci/gnustep.sh
root=$(git -C "$here" rev-parse --show-toplevel)
copy=$(mktemp -d)
log=$(mktemp)
trap 'rm -rf "$copy" "$log"' EXIT
(cd "$root" && git ls-files -z -co --exclude-standard | xargs -0 cp --parents -t "$copy")
src=$copy/openpass-auth-macos/src
only=${1-}
cp -r "$src" "$copy/src.good"
survivors=0

# mutant NAME TESTS PERL FILES...: TESTS picks what is run, PERL edits FILES.
mutant() {
  local name=$1 tests=$2 perl=$3
  shift 3
  [[ $name =~ $only ]] || return 0
  rm -rf "$src" && cp -r "$copy/src.good" "$src"
  for file in "$@"; do
    perl -0pi -e "$perl" "$src/$file"
    ! cmp -s "$src/$file" "$copy/src.good/$file" || { echo "$name: nothing to change in $file"; exit 2; }
  done
  # shellcheck disable=SC2086
  if ! "$run" "$copy/openpass-auth-macos/gnustep" $tests --no-run >"$log" 2>&1; then
    cat "$log"
    echo "$name: does not compile"
    exit 2
  fi
  # shellcheck disable=SC2086
  if "$run" "$copy/openpass-auth-macos/gnustep" $tests >"$log" 2>&1; then
    echo "SURVIVED  $name"
    survivors=$((survivors + 1))
  else
    # By which test or report, so that a mutant killed by accident is seen.
    echo "killed    $name: $(grep -om1 -E "^thread '[^']+'|autorelease called without pool" "$log" || echo "?")"
  fi
}

mutant 'no pool in the reply' '--test answers every_code_of_the_reply' \
  's|// The system calls on a queue.*|fn autoreleasepool(work: impl FnOnce(())) { work(()) }|' la_context.rs
mutant 'no pool where the enrolment is read' '--test pinning the_pinned' \
  's|(fn enrolment.*\n)|$1fn autoreleasepool<T>(work: impl FnOnce(()) -> T) -> T { work(()) }\n|' la_context.rs
mutant 'nil error read as success' '--test answers' \
  's|\(false, None\) => .*|(false, None) => Answer::Yes,|' la_context.rs
mutant 'a yes with an error read as success' '--test answers' \
  's|\(true, Some\(_\)\) => .*|(true, Some(_)) => Answer::Yes,|' la_context.rs
mutant 'late success counted' '--test dialog after_the_deadline' \
  's|_ if !in_time =>|_ if left_over(in_time) =>|; s|self.inbox.recv_timeout\(left\)|self.inbox.recv_timeout(left * 100)|;
   s|(#\[cfg\(test\)\]\nmod tests)|fn left_over(_: bool) -> bool { false }\n\n$1|;
   s|run\(challenge.time_left\(\), ask\)|run(challenge.time_left() * 100, ask)|; s|challenge.still_open\(\)\?;||' exchange.rs authenticator.rs
mutant 'no invalidate on drop' '--test dialog takes_the_dialog_down' \
  's|unsafe \{ self.0.invalidate\(\) \}|()|' la_context.rs
mutant 'the dropped future tells nobody' '--test dialog takes_the_dialog_down' \
  's|drop\(self.0.send\(Event::CalledOff\)\);||' exchange.rs
mutant 'context leaked' '--test load' \
  's|(fn drop\(&mut self\) \{\n)|$1std::mem::forget(self.0.clone());\n|' la_context.rs
mutant 'block leaked' '--test load' \
  's|(let block = reply_block.*\n)|$1std::mem::forget(block.clone());\n|' la_context.rs
mutant 'reason string leaked' '--test load' \
  's|(let reason = NSString::from_str.*\n)|$1std::mem::forget(reason.clone());\n|' la_context.rs
mutant 'reason unchecked' '--test dialog empty_reason' \
  's|"" => NOT_DESCRIBED|"\\0" => NOT_DESCRIBED|' reason.rs
mutant 'an earlier finger may answer' '--test answers a_yes_from_another_thread' \
  's|ReuseDuration\(0.0\)|ReuseDuration(300.0)|' la_context.rs
mutant 'the account password may answer' '--test answers a_yes_from_another_thread' \
  's|LAPolicy::DeviceOwnerAuthenticationWithBiometrics|LAPolicy::DeviceOwnerAuthentication|' la_context.rs
mutant 'domain of the error unchecked' '--test answers another_domain' \
  's|if domain == DOMAIN|if !domain.is_empty()|' la_error.rs
mutant 'enrolment not read again after the answer' '--test pinning while_the_dialog' \
  's|enrolment::unchanged\(Ok\(Some\(pinned\)\), context.enrolment\(\)\)\?;|drop((pinned, context));|' prompt.rs
mutant 'session gate left out' '--test dialog case_31' \
  's|system.session\(\)\?.admits_a_dialog\(\)\?;|drop(system.session()?.admits_a_dialog());|' prompt.rs
mutant 'a yes counts without the signature' '--test signing a_yes' \
  's~signer.map\(\|it\| it.sign\(context.as_ref\(\)\)\).transpose\(\)~Ok(signer.and_then(|it| it.sign(context.as_ref()).ok()))~' prompt.rs
mutant 'the key is never used' '--test signing verifies' \
  's|to_approve.map\(|to_approve.filter(\|_\| false).map(|' prompt.rs
mutant 'the key may show a dialog of its own' '--test signing verifies' \
  's|unsafe \{ self.0.setInteractionNotAllowed\(true\) \}|()|' la_context.rs
mutant 'the key of another context signs' '--test signing verifies' \
  's|enclave::open\(&self.0, stored\)|enclave::open(&Self::fresh(Button::Hidden).0, stored)|' la_context.rs
mutant 'whose key was stored is not looked at' '--test signing exchanged' \
  's|Some\(public\) if public == self.public => Ok|Some(_) => Ok|' enclave_key.rs
mutant 'an unsigned touch counts where only signed ones do' '--test signing without_a_key' \
  's|None => challenge.admits\(|None => challenge.admits_signed(|' authenticator.rs
mutant 'signed before the fingers are looked at again' '--test signing enrolled_meanwhile' \
  's~    exchange.answer\(\)\?;\n~$&    let signer = signer.map(|it| it.sign(context.as_ref())).transpose()?;\n~;
   s~signer.map\(\|it\| it.sign\(context.as_ref\(\)\)\).transpose\(\)\n~Ok(signer)\n~' prompt.rs

[ "$survivors" = 0 ] || { echo "$survivors mutants survived"; exit 1; }
echo "every mutant was killed"
