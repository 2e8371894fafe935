//! An explanation as lines.

use core::fmt;

use super::{Explanation, Role, who};
use crate::{Decision, Denial};

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "To {}", self.summary)?;
        writeln!(f, "  asked by  {}", who(&self.request))?;
        if let Some(time) = self.request.time {
            writeln!(f, "  at        {time}")?;
        }
        writeln!(f, "  decision  {}", decision(&self.decision))?;
        if let Some(with) = self.with_factor {
            let enough = if with.allowed { "allowed" } else { "refused" };
            writeln!(f, "  with {:<12} {enough}", with.given())?;
        }
        for deciding in &self.deciding {
            let policy = &deciding.policy;
            writeln!(f, "\n{} {}", role(deciding.role), policy.id)?;
            writeln!(f, "  {}:{}", policy.file, policy.line)?;
            if let Some(name) = &policy.name {
                writeln!(f, "  rule \"{name}\"")?;
            }
            if let Some(doc) = &policy.doc {
                writeln!(f, "  {doc}")?;
            }
        }
        self.nearest(f)
    }
}

impl Explanation {
    fn nearest(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refused = match self.with_factor {
            Some(given) => !given.allowed,
            None => matches!(self.decision, Decision::Deny(_)),
        };
        if !refused || !self.searched {
            return Ok(());
        }
        if self.nearest.is_empty() {
            return writeln!(f, "\nNo change of circumstances would allow it.");
        }
        writeln!(f, "\nThe answer would be different if")?;
        for (index, set) in self.nearest.iter().enumerate() {
            let or = if index == 0 { "" } else { "or " };
            let parts: Vec<String> = set.iter().map(ToString::to_string).collect();
            writeln!(f, "  {or}{}", parts.join(", and "))?;
        }
        Ok(())
    }
}

fn decision(decision: &Decision) -> String {
    match decision {
        Decision::Allow { .. } => "allow".to_owned(),
        Decision::RequireBiometry { .. } => {
            format!("takes {}", decision.takes().unwrap_or_default())
        }
        Decision::Deny(Denial::InvalidRequest { problems }) => format!("deny: {problems}"),
        Decision::Deny(denial) => format!("deny: {denial}"),
    }
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Permits => "permitted by",
        Role::AsksForAPerson => "needs a person by",
        Role::Forbids => "forbidden by",
        Role::Failed => "could not be evaluated:",
    }
}
