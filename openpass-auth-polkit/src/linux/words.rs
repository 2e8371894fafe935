//! The reasons why polkit asked nobody, each with what helps.

use openpass_auth::{SafeText, Unavailable};

pub(super) const NO_BUS: &str = "the system bus does not answer at /run/dbus/system_bus_socket; see that dbus runs (systemctl status dbus), then ask again";
pub(super) const NO_POLKIT: &str =
    "polkit does not run on this system; install it (Debian: polkitd), then ask again";
pub(super) const NO_ANSWER: &str =
    "polkit does not answer; see that it runs (systemctl status polkit), then ask again";
pub(super) const GARBLED: &str =
    "polkit's answer cannot be read; see what runs as org.freedesktop.PolicyKit1 on the system bus";
pub(super) const STRANGE_BUS: &str = "the system bus runs neither as root nor as its own user, so what it says counts for nothing; see what listens at /run/dbus/system_bus_socket";
pub(super) const STRANGE_POLKIT: &str = "polkit runs neither as root nor as its own user, so what it says counts for nothing; see what runs as org.freedesktop.PolicyKit1 on the system bus";
pub(super) const NOT_INSTALLED: &str = "polkit does not know what is asked for; install this program's .policy file in /usr/share/polkit-1/actions, then ask again";
pub(super) const NOT_OWNED: &str = "polkit's dialog may not show what is asked, and there is no terminal to show it on; name this user as an owner in the program's .policy file, or ask on a terminal";
pub(super) const UNASKED: &str = "polkit says yes without asking anybody, which proves nothing; remove the rule or the policy that says so (/etc/polkit-1/rules.d), or take another way";
pub(super) const KEPT: &str = "polkit would remember the answer and ask nobody the next time; make it auth_self, not auth_self_keep, in the program's .policy file or the rule that says so";
pub(super) const REFUSED: &str = "polkit's policy refuses here without asking anybody, as it does in a session that is not in front; ask from the session in front, or take another way";
pub(super) const NO_AGENT: &str = "no authentication agent runs in this session to show polkit's dialog; start the desktop's, or pkttyagent in another terminal, then ask again";
pub(super) const ENDED: &str =
    "polkit ended while it asked; see that it runs (systemctl status polkit), then ask again";
pub(super) const NONSENSE: &str =
    "polkit gave an answer that should not be possible; it counts for nothing";
pub(super) const NOW_KEPT: &str = "polkit's policy was changed while it asked, so that it remembers the answer; it counts for nothing, so make it auth_self and ask again";

pub(super) fn unavailable(why: &'static str) -> Unavailable {
    let why = SafeText::literal(why);
    Unavailable::SystemLogin { why }
}
