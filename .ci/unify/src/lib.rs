//! Nothing. Cargo gives a dependency the features that the packages of one command ask
//! for. Without this crate, Cedar would be built once more for each package that is built
//! or tested alone. `.ci/one-cedar.py` checks that it is not.
