//! Whether a dialog may be shown in this session at all.

use openpass_auth::Unavailable;

/// The known facts about the session and the user that the process runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    graphic: bool,
    remote: bool,
    root: bool,
}

// `SessionAttributeBits` of <Security/AuthSession.h>.
const HAS_GRAPHIC_ACCESS: u32 = 0x0010;
const IS_REMOTE: u32 = 0x1000;

impl Session {
    /// Reads the bits that `SessionGetInfo` gave. `over_ssh` is a hint from the
    /// environment: it can only take the dialog away.
    pub(crate) const fn new(attributes: u32, over_ssh: bool, root: bool) -> Self {
        Self {
            graphic: attributes & HAS_GRAPHIC_ACCESS != 0,
            remote: attributes & IS_REMOTE != 0 || over_ssh,
            root,
        }
    }

    /// Lets a dialog be shown only where the person who asks would see it.
    ///
    /// The system itself would show it on the console of the machine, to the
    /// person who sits there, while the program waits over SSH.
    pub(crate) const fn admits_a_dialog(self) -> Result<(), Unavailable> {
        if self.root {
            return Err(Unavailable::RunsAsRoot);
        }
        if self.remote {
            return Err(Unavailable::RemoteSession);
        }
        if !self.graphic {
            return Err(Unavailable::NoGraphicSession);
        }
        Ok(())
    }
}

/// Set by sshd for what it starts. A program that unsets it gains nothing: the
/// attributes of the session are read all the same.
#[cfg(any(target_os = "macos", openpass_gnustep))]
pub(crate) fn over_ssh() -> bool {
    ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(attributes: u32, over_ssh: bool, root: bool) -> Result<(), Unavailable> {
        Session::new(attributes, over_ssh, root).admits_a_dialog()
    }

    #[test]
    fn a_local_graphic_session_of_a_person_is_admitted() {
        assert_eq!(decision(0x0010, false, false), Ok(()));
        // With a terminal, too.
        assert_eq!(decision(0x0030, false, false), Ok(()));
    }

    #[test]
    fn case_31_a_remote_session_gets_no_dialog() {
        let refused = Err(Unavailable::RemoteSession);
        assert_eq!(decision(0x1010, false, false), refused);
        assert_eq!(decision(0x1000, false, false), refused);
        assert_eq!(decision(0x0010, true, false), refused);
    }

    #[test]
    fn case_31_a_session_without_graphics_gets_no_dialog() {
        for attributes in [0x0000, 0x0001, 0x0020, 0x8000] {
            let refused = Err(Unavailable::NoGraphicSession);
            assert_eq!(decision(attributes, false, false), refused);
        }
    }

    #[test]
    fn root_gets_no_dialog_in_any_session() {
        for attributes in 0..=0xffff {
            assert_eq!(
                decision(attributes, false, true),
                Err(Unavailable::RunsAsRoot)
            );
        }
    }
}
