//! The store, seen from a host: what each change does, and what nobody can
//! make it do.
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::panic, reason = "a test")]
#![expect(clippy::indexing_slicing, reason = "a test")]
#![expect(clippy::disallowed_methods, reason = "a test makes its own vaults")]

mod approvers;
mod attacker;
mod baseline;
mod bearer;
mod conflicts;
mod damaged;
mod denied;
mod dialog;
// What a shell of Unix limits.
#[cfg(unix)]
mod disk;
mod drift;
mod effects;
mod engines;
mod equivalence;
mod every;
mod half_made;
mod identity;
mod in_doubt;
mod in_effect;
mod in_part;
mod in_the_way;
mod issuer;
mod kept;
mod kill;
mod log;
mod log_key;
mod lost;
mod lost_key;
mod names;
mod pending;
mod people;
mod policies;
mod power_cut;
mod profiles;
mod recovery;
mod repair;
mod repair_files;
mod repair_many;
mod sample;
mod seals;
mod stricter;
mod system_login;
mod tiers;
mod tokens;
// By modes and owners; what lists say on Windows, the tests of `trust` ask.
#[cfg(unix)]
mod trusted;
mod unknown;
mod unlogged;
mod waits;
mod watched;
mod work;
