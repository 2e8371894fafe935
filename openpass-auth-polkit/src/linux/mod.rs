//! Asking polkit.

mod authority;
mod bus;
mod dialog;
mod reply;
mod run;
mod trust;
mod way;
mod words;

pub(crate) use run::{ask, available};
