//! A host with its own people, things, channels and factors, seen from the outside.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod asking;
mod attributes;
mod bounds;
mod channels;
mod factors;
mod flags;
mod fragments;
mod hierarchy;
mod issuer;
mod json;
mod lifetimes;
mod omitted;
mod people;
mod places;
mod property;
mod tags;
mod tape;
mod whole;
mod world;
