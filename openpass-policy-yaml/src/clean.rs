//! Paths, as rules compare them.

/// The shortest path that names the same, by text alone: Go's `path.Clean`,
/// but empty for `.`.
#[must_use]
pub fn clean_path(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => drop(kept.pop()),
            ".." if rooted => {}
            _ => kept.push(segment),
        }
    }
    let joined = kept.join("/");
    if rooted { format!("/{joined}") } else { joined }
}

/// The clean `path` with the clean `home` written as `~`, and empty outside of
/// it.
pub(crate) fn from_home(path: &str, home: &str) -> String {
    let Some(below) = path.strip_prefix(home) else {
        return String::new();
    };
    match below {
        "" => "~".to_owned(),
        _ if home == "/" => format!("~/{below}"),
        _ if below.starts_with('/') => format!("~{below}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{clean_path, from_home};

    #[test]
    fn paths_are_cleaned_as_go_does() {
        for (path, clean) in [
            ("", ""),
            (".", ""),
            ("a//b/", "a/b"),
            ("a/../..", ".."),
            ("../a/./b", "../a/b"),
            ("/../a", "/a"),
            ("/", "/"),
            ("a/..", ""),
        ] {
            assert_eq!(clean_path(path), clean, "{path}");
        }
    }

    #[test]
    fn only_what_lies_at_or_below_the_home_folder_has_a_path_from_it() {
        assert_eq!(from_home("/home/t/x", "/home/t"), "~/x");
        assert_eq!(from_home("/home/t", "/home/t"), "~");
        assert_eq!(from_home("/home/tester", "/home/t"), "");
        assert_eq!(from_home("/x", "/"), "~/x");
        assert_eq!(from_home("/", "/"), "~");
    }
}
