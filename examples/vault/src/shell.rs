//! Texts in commands that a person copies into a shell.

/// `text` as one word of a command for sh, bash, zsh and their like, with nothing
/// in it that a terminal obeys. A control character stands in `$'…'` as its
/// bytes, which fish does not know.
///
/// On Windows it is one for cmd and PowerShell. A character that one of them takes for
/// more within quotes (`"`, `$`, `%`, `` ` ``, `!`), and a control character, stands there as
/// `?`, which no file's name has: the command finds nothing, and does nothing else.
#[must_use]
pub fn for_a_shell(text: &str) -> String {
    match cfg!(windows) {
        true => for_cmd(text),
        false => for_sh(text),
    }
}

fn for_cmd(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "\\/._-+:".contains(c);
    if !text.is_empty() && !text.starts_with('-') && text.chars().all(plain) {
        return text.to_owned();
    }
    let is_obeyed = |c: char| "\"$%`!\u{201c}\u{201d}\u{201e}".contains(c) || !is_harmless(c);
    let mut quoted = text.replace(is_obeyed, "?");
    // A backslash before the closing quote would take it for a part of the text
    // (<https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments>).
    let backslashes = quoted.chars().rev().take_while(|c| *c == '\\').count();
    quoted.push_str(&"\\".repeat(backslashes));
    format!("\"{quoted}\"")
}

fn for_sh(text: &str) -> String {
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
    use super::for_cmd;
    #[cfg(unix)]
    use super::for_sh;

    /// cmd cannot be asked here; what it and PowerShell make of quotes is Microsoft's
    /// documentation.
    #[test]
    fn p24_for_cmd_and_powershell_nothing_in_quotes_is_more_than_itself() {
        for (text, word) in [
            (r"C:\Users\me\.openpass", r"C:\Users\me\.openpass"),
            (r"C:\a b", r#""C:\a b""#),
            (r"C:\a b\", r#""C:\a b\\""#),
            ("a & del *", "\"a & del *\""),
            (r#"a" & del *"#, "\"a? & del *\""),
            ("%PATH%$(id)`id`!x!", "\"?PATH??(id)?id??x?\""),
            ("\u{1b}[2J\u{202e}7", "\"?[2J?7\""),
            ("-flag", "\"-flag\""),
            ("", "\"\""),
        ] {
            assert_eq!(for_cmd(text), word, "{text:?}");
        }
    }

    #[cfg(unix)]
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
            let quoted = for_sh(text);
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
