#!/usr/bin/env bash
# Takes away one check of openpass-approval after the other, in a copy of the repository,
# and expects a test to fail each time.
#
#   .ci/approval-mutants.sh            all of them
#   .ci/approval-mutants.sh WORD       those whose name has the word
#
# Exit: 0 when every mutant was killed.
set -euo pipefail
only=${1:-}
root=$(cd "$(dirname "$0")/.." && pwd)
copy=$(mktemp -d)
log=$(mktemp)
trap 'rm -rf "$copy" "$log"' EXIT
(cd "$root" && git ls-files -z -co --exclude-standard | xargs -0 cp -P --parents -t "$copy")
src=$copy/openpass-approval/src
cp -r "$src" "$copy/src.good"
cd "$copy"
survivors=0
killed=0

# run_tests FILTER: those of them that match.
run_tests() {
  cargo test --quiet --locked -p openpass-approval --test strangers -- "$1" >"$log" 2>&1
}

# mutant NAME FILTER FILE PERL: PERL edits FILE, and a test that FILTER matches must fail.
mutant() {
  local name=$1 filter=$2 file=$3 perl=$4
  [[ $name == *"$only"* ]] || return 0
  rm -rf "$src" && cp -r "$copy/src.good" "$src"
  perl -0pi -e "$perl" "$src/$file"
  ! cmp -s "$src/$file" "$copy/src.good/$file" || { echo "$name: nothing to change in $file"; exit 2; }
  if run_tests "$filter"; then
    echo "SURVIVED  $name"
    survivors=$((survivors + 1))
  elif grep -q '^error: could not compile\|^error\[E' "$log"; then
    cat "$log"
    echo "$name: does not compile"
    exit 2
  else
    echo "killed    $name: $(grep -om1 "^thread '[^']*'" "$log" || echo "?")"
    killed=$((killed + 1))
  fi
}

# What is not changed passes, or each mutant would seem to be killed.
run_tests case_ || { cat "$log"; echo "the tests fail without a mutant"; exit 2; }

# -- what was asked: Approvers::verify
mutant 'no scope' another_scope approvers.rs 's/self\.scope\.is_none\(\) \|\| //'
mutant 'another scope' another_scope approvers.rs 's/ \|\| binding\.scope\(\) != self\.scope\.as_ref\(\)//'
mutant 'another factor' for_another_factor approvers.rs 's/if approver\.factor\(\) != factor \{/if false {/'
mutant 'any key of the list' by_another_key approvers.rs 's/it\.key\(\)\.has_id\(assertion\.approver\(\)\)/!it.key().has_id("")/'
mutant 'enrolling where nobody asked' asked_for approvers.rs 's/is_there \|\| !self\.enrolling\.contains\(factor\)/is_there/'
mutant 'enrolling beside one of the kind' of_its_kind approvers.rs 's/is_there \|\| !self/!self/'
mutant 'enrolling of any factor' asked_for approvers.rs 's/if factor == Factor::Passphrase \{/if true {/'
mutant 'enrolling under another id' asked_for approvers.rs 's/if !key\.has_id\(assertion\.approver\(\)\) \{/if false {/'
mutant 'one key twice' under_two_kinds approvers.rs 's/if !self\.all\.iter\(\)\.any\(\|it\| it\.key\(\) == approver\.key\(\)\) \{/if true {/'
mutant 'factors without a place' a_place approvers.rs 's/None => FactorSet::EMPTY/None => known.union(self.enrolling)/'
mutant 'JWS of a security key' in_another_form approvers.rs 's/\{ signature \} if !is_touched =>/{ signature } =>/'
mutant 'WebAuthn of another kind' in_another_form approvers.rs 's/\} if is_touched => \{/} => {/'
mutant 'no counter of before' went_back approvers.rs 's/\.copied\(\)\.unwrap_or_default\(\)/.copied().unwrap_or_default() \& 0/'
mutant 'the digest is not signed' another_question statement.rs 's/digest: hex::encode\(binding\.digest\(\)\)/digest: hex::encode(\&[0; 32])/'
mutant 'the nonce is not signed' another_question statement.rs 's/nonce: hex::encode\(binding\.nonce\(\)\)/nonce: hex::encode(\&[0; 32])/'
mutant 'the scope is not signed' another_scope statement.rs 's/scope: hex::encode\(binding\.scope\(\)\?\)/scope: { binding.scope()?; hex::encode(\&[0; 16]) }/'
mutant 'the seal before is not signed' another_question statement.rs 's/hex::encode\(binding\.seal_before\(\)\)/hex::encode(\&[0; 32])/'
mutant 'the seal after is not signed' another_question statement.rs 's/hex::encode\(binding\.seal_after\(\)\)/hex::encode(\&[0; 32])/'
mutant 'the time is not signed' another_time statement.rs 's/at: at\.to_string\(\)/at: { let _ = at; String::new() }/'
mutant 'the factor is not signed' for_another_factor statement.rs 's/factor: factor\.as_str\(\)\.to_owned\(\)/factor: { let _ = factor; String::new() }/'

# -- signatures
mutant 'JWS unverified' another_question approval.rs 's/key\.verifies\(input\.as_bytes\(\), bytes\)\.then/(input.is_empty() || !bytes.is_empty()).then/'
mutant 'Ed25519 not strict' small_order key.rs 's/key\.verify_strict\(message, &signature\)/ed25519_dalek::Verifier::verify(key, message, \&signature)/'
mutant 'WebAuthn unverified' another_question webauthn.rs 's/ \|\| !signed\(statement, key, data, signature\)/ || !{ signed(statement, key, data, signature); true }/'
mutant 'the client data is not signed' own_assertion webauthn.rs 's/\[data, hash\.as_slice\(\)\]/[data, \&hash.as_slice()[..0]]/'
mutant 'the statement is not in the client data' another_question webauthn.rs 's/Sha256::digest\(statement\.to_string\(\)\)/Sha256::digest("")/'
mutant 'the scope is not in the client data' committed webauthn.rs 's/let scope = statement\.scope\(\);/let scope = "";/'
mutant 'the statement is not in the JWS' another_question jws.rs 's/hex::base64url\(statement\.to_string\(\)\.as_bytes\(\)\)/hex::base64url(statement.at().as_bytes())/'
mutant 'the header of the JWS' committed jws.rs 's/openpass-approval/approval/'

# -- authenticator data
mutant 'relying party' relying_party webauthn.rs 's/if relying_party != Sha256::digest\(RP_ID\)\.as_slice\(\) \{/if relying_party.is_empty() {/'
mutant 'user present' nobody_touched webauthn.rs 's/if flags & USER_PRESENT == 0 \{/if false {/'
mutant 'user verified' nobody_touched webauthn.rs 's/if flags & USER_VERIFIED == 0 \{/if false {/'
mutant 'backed up and cannot be' contradicts webauthn.rs 's/let contradicts = [^;]*;/let contradicts = (BACKUP_ELIGIBLE | BACKED_UP) == 0;/'
mutant 'attested credential' contradicts webauthn.rs 's/ATTESTED_CREDENTIAL \| EXTENSIONS\)/EXTENSIONS)/; s/(const ATTESTED)/#[allow(dead_code)]\n$1/'
mutant 'extensions' contradicts webauthn.rs 's/\(ATTESTED_CREDENTIAL \| EXTENSIONS\)/ATTESTED_CREDENTIAL/; s/(const EXTENSIONS)/#[allow(dead_code)]\n$1/'
mutant 'more behind the counter' contradicts webauthn.rs 's/authenticator_data\s*\.try_into\(\)/authenticator_data.get(..37).unwrap_or_default().try_into()/'
mutant 'counter went back' went_back webauthn.rs 's/counter <= last \{/counter > u32::MAX - 0 {/'
mutant 'counter stood still' went_back webauthn.rs 's/counter <= last \{/counter < last {/'
mutant 'a key that does not count' went_back webauthn.rs 's/\(counter, last\) != \(0, 0\) && //'

# -- lines of a log: Recorded::verify
mutant 'too long a line' megabyte approval.rs 's/if json\.len\(\) > MAX_BYTES \{/if json.len() > usize::MAX - 1 {/'
mutant 'a signed refusal' signed_refusal approval.rs 's/if statement\.decision\(\) != Verdict::Approve \{/if false \&\& statement.decision() != Verdict::Approve {/'
mutant 'a key that was not given' not_given approval.rs 's/find\(\|it\| it\.key\(\)\.has_id\(id\)\)/find(|it| !it.key().has_id("") || id.is_empty())/'
mutant 'another kind' not_given approval.rs 's/if approver\.factor\(\)\.as_str\(\) != statement\.factor\(\) \{/if false {/'
mutant 'data that is not a security key'"'"'s' another_lines_parts approval.rs 's/Some\(data\) if is_touched/Some(data)/'
mutant 'a security key without data' another_lines_parts approval.rs 's/None if !is_touched/None/'
mutant 'unknown members of a line' line_in_another_form approval.rs 's/, deny_unknown_fields\)\]\nstruct Members/)]\nstruct Members/'
mutant 'a line that is an array' line_in_another_form strict.rs 's/from\.deserialize_map\(ObjectVisitor\(PhantomData\)\)/{ let _ = ObjectVisitor::<T>(PhantomData); T::deserialize(from).map(Object) }/'
mutant 'null for what is left out' line_in_another_form strict.rs 's/text::<D, MOST>\(from\)\.map\(Some\)/Option::<String>::deserialize(from)/'
mutant 'texts without a bound' megabyte strict.rs 's/match text\.len\(\) <= MOST \{/match text.len() < usize::MAX {/'

# -- statements
mutant 'too long a statement' megabyte statement.rs 's/if text\.len\(\) > MAX_BYTES \{/if text.len() > usize::MAX - 1 {/'
mutant 'not canonical' statement_in_another_form statement.rs 's/match read\.to_string\(\)\.as_bytes\(\) == text \{/match true {/'
mutant 'unknown members of a statement' statement_in_another_form statement.rs 's/, deny_unknown_fields//'
for member in domain approver at digest factor nonce scope sealAfter sealBefore; do
  mutant "value of $member" cannot_have statement.rs "s/is\\((.*), \"$member\"\\)/is(\$1 || true, \"$member\")/"
done
mutant 'a sign in hex' cannot_have hex.rs 's/\(encode\(&bytes\) == text\)\.then_some\(bytes\)/Some(bytes)/'
mutant 'a zero before the time' cannot_have statement.rs 's/at\.to_string\(\) == self\.at/at.to_string() == self.at || true/'

# -- keys
mutant 'small order' small_order key.rs 's/key\.is_weak\(\) \|\| //'
mutant 'not reduced' not_reduced key.rs 's/ \|\| !is_reduced\(bytes\)/ || bytes.is_empty() \&\& !is_reduced(bytes)/'
mutant 'reduced by the first byte alone' just_below key.rs 's/ \|\| middle\.iter\(\)\.any\(\|byte\| \*byte != 0xff\)/ || middle.is_empty()/'
mutant 'reduced without the last byte' just_below key.rs 's/ \|\| last & 0x7f != 0x7f/ || *last > 0xff - 0/'
mutant 'length of an id' one_form key.rs 's/\(bytes\.len\(\) == 32\)\.then/(bytes.len() < 33).then/'
mutant 'kinds that do not fit' fits_its_key approver.rs 's/if !fits \{/if false \&\& !fits {/'
mutant 'a credential where none is' bounded approver.rs 's/ \|\| has_one != credential\.is_some\(\)//'
mutant 'an empty credential' bounded approver.rs 's/!id\.is_empty\(\) && //'
mutant 'an endless credential' bounded approver.rs 's/ && id\.len\(\) <= MAX_CREDENTIAL//'
mutant 'a label' bounded approver.rs 's/!is_shown\(label\) \|\| //'
mutant 'a date' bounded approver.rs 's/ \|\| !is_shown\(since\)//'
mutant 'control characters' bounded approver.rs 's/ && !text\.chars\(\)\.any\(char::is_control\)//'

# -- key sets
mutant 'too long a set' megabyte jwk.rs 's/if json\.len\(\) > MAX_BYTES \{/if json.len() > usize::MAX - 1 {/'
mutant 'unknown members of a set' nobody_knows jwk.rs 's/#\[serde\(deny_unknown_fields\)\]\nstruct Set/struct Set/'
mutant 'unknown members of a key' nobody_knows jwk.rs 's/#\[serde\(deny_unknown_fields\)\]\npub/pub/'
mutant 'names as they are' nobody_knows jwk.rs 's/told\.as_str\(\)\.to_owned\(\)/{ drop(told); error.to_string() }/'
mutant 'a private key' private jwk.rs 's/if self\.d \{/if false {/'
mutant 'kid' contradicts_the_key jwk.rs 's/\|kid\| \*kid != key\.id\(\)\.as_str\(\)/|kid| kid.len() > 99 \&\& *kid != key.id().as_str()/'
mutant 'alg' contradicts_the_key jwk.rs 's/is_some_and\(\|alg\| alg != key\.alg\(\)\)/is_some_and(|alg| alg.len() > 99)/'
mutant 'use' contradicts_the_key jwk.rs 's/is_some_and\(\|usage\| usage != "sig"\)/is_some_and(|usage| usage.len() > 99)/'
mutant 'y of an Ed25519 key' odd_encodings jwk.rs 's/\("OKP", "Ed25519", None\)/("OKP", "Ed25519", _)/'
mutant 'kty of an Ed25519 key' odd_encodings jwk.rs 's/\("OKP", "Ed25519", None\)/(_, "Ed25519", None)/'
mutant 'crv of an Ed25519 key' odd_encodings jwk.rs 's/\("OKP", "Ed25519", None\)/("OKP", _, None)/'
mutant 'kty of a P-256 key' odd_encodings jwk.rs 's/\("EC", "P-256", Some/(_, "P-256", Some/'
mutant 'crv of a P-256 key' odd_encodings jwk.rs 's/\("EC", "P-256", Some/("EC", _, Some/'
mutant 'one key twice in a set' one_key_twice jwk.rs 's/if ids\.insert\(approver\.id\(\)\)/if ids.insert(approver.id()) || true/'

[ "$survivors" = 0 ] || { echo "$survivors mutants survived"; exit 1; }
echo "every mutant was killed: $killed"
