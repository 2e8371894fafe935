//! What the attempt limit and the cool-down make of people, agents and clocks.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

mod attempt_limit;
mod by_asker;
mod clocks;
mod cool_down;
mod one_at_a_time;
mod stage;
mod stores;
