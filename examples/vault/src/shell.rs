//! Texts in commands that a person copies into a shell.

/// `text` as one word of a command for sh, bash, zsh and their like, with nothing
/// in it that a terminal obeys. A control character stands in `$'…'` as its
/// bytes, which fish does not know.
#[must_use]
pub fn for_a_shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,".contains(c);
    // A hyphen first would make it a flag.
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(plain) {
        return text.to_owned();
    }
    if text.chars().all(is_harmless) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut quoted = String::from("$'");
    for character in text.chars() {
        match character {
            '\'' | '\\' => quoted.extend(['\\', character]),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            _ if is_harmless(character) => quoted.push(character),
            // Three digits each, so that none is taken for more.
            _ => {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    quoted.push_str(&format!("\\{byte:03o}"));
                }
            }
        }
    }
    quoted.push('\'');
    quoted
}

/// Whether a terminal shows it as it is.
fn is_harmless(character: char) -> bool {
    let text = character.encode_utf8(&mut [0; 4]).to_owned();
    matches!(character, '"' | '\\') || openpass_auth::SafeText::escape(&text).as_str() == text
}

#[cfg(test)]
mod tests {
    use super::for_a_shell;

    #[test]
    fn p24_a_shell_makes_of_it_what_it_was() {
        let texts = [
            "/home/a/vault",
            "a b",
            "it's",
            "\"quoted\" 'both'",
            "$HOME `id` $(id) \\ * ? ~ # ! ; & | < >",
            "tab\there",
            "new\nline 'and' \\n",
            "\u{1b}[2J\u{202e}7",
            "-flag",
            "",
            "wörk 金",
            "  two  blanks  ",
        ];
        for text in texts {
            let quoted = for_a_shell(text);
            assert!(!quoted.chars().any(char::is_control), "{quoted:?}");
            assert!(!quoted.contains('\u{202e}'), "{quoted:?}");
            for shell in ["bash", "zsh"] {
                let script = format!("printf %s {quoted}");
                let run = std::process::Command::new(shell)
                    .args(["-c", &script])
                    .output();
                let Ok(run) = run else {
                    assert_ne!(shell, "bash", "there is no bash");
                    continue;
                };
                assert_eq!(
                    String::from_utf8(run.stdout).unwrap(),
                    text,
                    "{shell}: {quoted}"
                );
            }
        }
    }
}
