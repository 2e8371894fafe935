//! What `policy test` ends with, in words.

/// That tests failed.
pub(super) fn failed(failed: usize, all: usize) -> String {
    match all {
        0 => "there is no test in the file".to_owned(),
        1 => "the test failed".to_owned(),
        _ => format!("{failed} of {all} tests failed"),
    }
}

/// That files of tests are of no use.
pub(super) fn unusable(broken: usize, all: usize) -> String {
    match all {
        1 => "the file of tests cannot be used, or holds no test".to_owned(),
        _ => format!("{broken} of {all} files of tests cannot be used, or hold no test"),
    }
}

/// That policies decided in no test.
pub(super) fn unreached(policies: usize) -> String {
    match policies {
        1 => "1 policy of your own decided".to_owned(),
        _ => format!("{policies} policies of your own decided"),
    }
}
