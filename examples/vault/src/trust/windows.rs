//! Trust by the owner and the access control list of a file.

use std::{fs::Metadata, io, path::Path};

use super::Content;
use crate::{for_a_shell, system};

/// Returns the problem with a file's rights, and the command against it.
pub(super) fn problem(
    path: &Path,
    _: &Metadata,
    content: Content,
) -> io::Result<Option<(String, String)>> {
    let rights = system::rights(&system::open_as_it_is(path)?)?;
    let quoted = for_a_shell(&path.to_string_lossy());
    if !rights.is_trusted() {
        let problem = format!("it belongs to user {}", rights.owner);
        let cure = format!("run it as that user, or make it yours: takeown /f {quoted}");
        return Ok(Some((problem, cure)));
    }
    let others = match content {
        Content::Open => rights.writers.first().map(|who| (who, "write")),
        Content::Secret => {
            let writes = rights.writers.first().map(|who| (who, "write"));
            writes.or_else(|| rights.readers.first().map(|who| (who, "read")))
        }
    };
    Ok(others.map(|(who, what)| {
        let problem = format!("{who} may {what} it");
        let cure = format!("icacls {quoted} /inheritance:r /grant:r \"%USERNAME%:(OI)(CI)F\"");
        (problem, cure)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system;

    fn found(list: &str, content: Content) -> Option<(String, String)> {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("settings.yaml");
        drop(system::create_new(&path).unwrap());
        system::set_list(&path, list).unwrap();
        problem(&path, &path.metadata().unwrap(), content).unwrap()
    }

    /// Administrators and the system may do everything anyway.
    #[test]
    fn case_53_a_file_that_others_may_write_is_not_trusted_and_the_cure_is_told() {
        let alone = "D:P(A;;FA;;;BA)(A;;FA;;;SY)";
        assert_eq!(found(alone, Content::Secret), None);
        for right in ["FA", "FW"] {
            // Everybody: Wine keeps no other group's rights.
            let list = format!("{alone}(A;;{right};;;S-1-1-0)");
            let (problem, cure) = found(&list, Content::Open).unwrap();
            assert!(problem.contains("S-1-1-0 may write it"), "{problem}");
            assert!(
                cure.starts_with("icacls ") && cure.contains("settings.yaml"),
                "{cure}"
            );
        }
    }

    #[test]
    fn case_53_what_others_may_read_is_no_secret() {
        let list = "D:P(A;;FA;;;BA)(A;;FR;;;WD)";
        assert_eq!(found(list, Content::Open), None);
        let (problem, _) = found(list, Content::Secret).unwrap();
        assert!(problem.contains("S-1-1-0 may read it"), "{problem}");
    }
}
