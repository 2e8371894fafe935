//! The file by which polkit learns of an action.

use core::fmt;

use crate::ActionId;

/// The file that tells polkit of an action: `Display` writes the `.policy` file.
///
/// polkit then asks the user themself, each time (`auth_self`, which is not kept). A
/// session that is not in front (`allow_inactive`) gets no dialog: nobody sits there.
/// `allow_any`, which is a remote session or none at all, does: a user who has an agent
/// there sees its question, and it takes the same password. polkit(8), "Declaring
/// actions", has the format.
///
/// ```
/// use openpass_auth_polkit::{ActionId, PolicyFile};
///
/// let action = ActionId::new("com.example.app.guard")?;
/// let file = PolicyFile::new(action, "Example", "Changes to who may do what")
///     .owned_by("ada")?;
/// assert_eq!(file.name(), "com.example.app.guard.policy");
/// assert!(file.to_string().contains("<allow_active>auth_self</allow_active>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct PolicyFile {
    action: ActionId,
    vendor: String,
    description: String,
    message: String,
    owners: Vec<String>,
}

/// The text is no user of this system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not a user name: use letters, digits, '_', '.' and '-', no '-' at the start, at most 32 characters"
)]
#[non_exhaustive]
pub struct PolicyFileError;

impl PolicyFile {
    /// The file for `action`, by `vendor`, with what the action is for in words, such as
    /// `Changes to who may do what`.
    ///
    /// These words are all that a dialog shows where polkit takes no question from the
    /// caller; [`with_message`](Self::with_message) replaces the sentence around them.
    pub fn new(
        action: ActionId,
        vendor: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        let (vendor, description) = (vendor.into(), description.into());
        let message =
            format!("Authentication is required by {vendor}. The terminal shows what is asked.");
        Self {
            action,
            vendor,
            description,
            message,
            owners: Vec::new(),
        }
    }

    /// Sets the sentence of a dialog that shows no question.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Lets the processes of `user` put the question into the dialog.
    ///
    /// polkit takes words from root and from the action's owners only (annotation
    /// `org.freedesktop.policykit.owner`). It lets them word the dialogs of this action,
    /// and ask for anybody's authorization to it; it gives them no authorization.
    ///
    /// # Errors
    ///
    /// [`PolicyFileError`] if there can be no such user.
    pub fn owned_by(mut self, user: &str) -> Result<Self, PolicyFileError> {
        let of_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '.' | '-');
        let fits = (1..=32).contains(&user.len()) && !user.starts_with('-');
        if !fits || !user.chars().all(of_name) {
            return Err(PolicyFileError);
        }
        self.owners.push(format!("unix-user:{user}"));
        Ok(self)
    }

    /// The name that the file must have in `/usr/share/polkit-1/actions`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.policy", self.action)
    }
}

impl fmt::Display for PolicyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { action, owners, .. } = self;
        let vendor = InXml(&self.vendor);
        let description = InXml(&self.description);
        let message = InXml(&self.message);
        write!(
            f,
            r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE policyconfig PUBLIC "-//freedesktop//DTD PolicyKit Policy Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/PolicyKit/1.0/policyconfig.dtd">
<policyconfig>
  <vendor>{vendor}</vendor>
  <action id="{action}">
    <description>{description}</description>
    <message>{message}</message>
    <defaults>
      <allow_any>auth_self</allow_any>
      <allow_inactive>no</allow_inactive>
      <allow_active>auth_self</allow_active>
    </defaults>
"#
        )?;
        if !owners.is_empty() {
            let owners = owners.join(" ");
            let key = "org.freedesktop.policykit.owner";
            writeln!(f, r#"    <annotate key="{key}">{owners}</annotate>"#)?;
        }
        f.write_str("  </action>\n</policyconfig>\n")
    }
}

/// Text in an XML element. What XML 1.0 cannot have at all (§2.2) becomes U+FFFD.
struct InXml<'a>(&'a str);

impl fmt::Display for InXml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|it| match it {
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '&' => f.write_str("&amp;"),
            '\n' | '\t' => f.write_str(" "),
            '\u{fffe}' | '\u{ffff}' => f.write_str("\u{fffd}"),
            it if it.is_control() => f.write_str("\u{fffd}"),
            it => write!(f, "{it}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> PolicyFile {
        let action = ActionId::new("org.openpass.guard").unwrap();
        PolicyFile::new(action, "A & B <Ltd>", "Who may do what\u{1}")
    }

    #[test]
    fn words_of_a_host_stay_words() {
        let text = file()
            .with_message("</message><defaults>\n<allow_any>yes")
            .to_string();
        assert!(text.contains("<vendor>A &amp; B &lt;Ltd&gt;</vendor>"));
        assert!(text.contains("<description>Who may do what\u{fffd}</description>"));
        assert!(
            text.contains(
                "<message>&lt;/message&gt;&lt;defaults&gt; &lt;allow_any&gt;yes</message>"
            )
        );
        assert_eq!(text.matches("<allow_any>").count(), 1);
        assert!(!text.contains("annotate"));
    }

    #[test]
    fn owners_are_users_and_nothing_else() {
        let text = file().owned_by("ada").unwrap().owned_by("bob-2").unwrap();
        let line = r#"<annotate key="org.freedesktop.policykit.owner">unix-user:ada unix-user:bob-2</annotate>"#;
        assert!(text.to_string().contains(line));
        for user in ["", "-x", "a b", "a<b", "ada unix-user:eve", &"a".repeat(33)] {
            assert_eq!(
                file().owned_by(user).unwrap_err(),
                PolicyFileError,
                "{user}"
            );
        }
    }

    #[test]
    fn nobody_is_authorized_without_being_asked_and_nothing_is_kept() {
        let text = file().to_string();
        assert!(!text.contains("keep") && !text.contains(">yes<"));
    }
}
