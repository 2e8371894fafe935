//! The asker, as the file of a request names it.

use openpass_auth::SafeText;
use serde::{Deserialize, Serialize};

use super::{AskedBy, Process, chain, proc};

/// The processes that are said to have asked. Anybody could have written them: they come
/// from the file of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Claimed {
    /// The host that left the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<Process>,
    /// The process that asked it, and those above, the nearest first.
    pub by: Vec<Process>,
}

impl Claimed {
    /// This process as the host, and who has asked it. `None` if neither is known.
    pub(crate) fn of_this_process() -> Option<Self> {
        let through = proc::own_pid().and_then(proc::read);
        let claimed = Self {
            through: through.map(|seen| seen.process),
            by: AskedBy::now().known().to_vec(),
        };
        (claimed.through.is_some() || !claimed.by.is_empty()).then_some(claimed)
    }

    /// `claude ← zsh ← tmux`, for people.
    #[must_use]
    pub fn shown(&self) -> SafeText {
        chain::shown(&self.by)
    }

    /// The name of the program that asked, or of the host that left the request, if this
    /// process runs below it: then it may be that program that types the answer. A shell
    /// or a terminal that both run below is none of the two.
    #[must_use]
    pub fn is_above_us(&self) -> Option<SafeText> {
        let asked = self.by.first().into_iter().chain(&self.through);
        let now = AskedBy::now();
        let mut above = asked.filter(|said| now.processes().iter().any(|it| it.is(said)));
        above.next().map(Process::name)
    }
}
