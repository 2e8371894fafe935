//! A point in time as our files have it.

use core::time::Duration;

use openpass_auth::{Moment, SinceBoot};
use serde::{Deserialize, Serialize};

/// A [`Moment`], written strictly and to the nanosecond.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Time {
    pub(crate) wall: Duration,
    pub(crate) boot: Option<Boot>,
}

/// The start of the machine, and the time that it has been running since.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Boot {
    id: String,
    elapsed: Duration,
}

impl Time {
    /// The moment, or what is wrong with it.
    pub(crate) fn moment(&self) -> Result<Moment, &'static str> {
        let boot = self.boot.as_ref().map(Boot::since).transpose()?;
        Ok(Moment {
            wall: self.wall,
            boot,
        })
    }
}

impl From<Moment> for Time {
    fn from(moment: Moment) -> Self {
        Self {
            wall: moment.wall,
            boot: moment.boot.map(|boot| Boot {
                id: format!("{:032x}", boot.id),
                elapsed: boot.elapsed,
            }),
        }
    }
}

impl Boot {
    fn since(&self) -> Result<SinceBoot, &'static str> {
        let is_hexadecimal = self.id.bytes().all(|byte| byte.is_ascii_hexdigit());
        u128::from_str_radix(&self.id, 16)
            .ok()
            .filter(|_| is_hexadecimal)
            .map(|id| SinceBoot {
                id,
                elapsed: self.elapsed,
            })
            .ok_or("the id of a start of the machine is not hexadecimal")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_of_the_machine_is_hexadecimal() {
        for (id, is_good) in [("00ff", true), ("+ff", false), ("", false), ("xy", false)] {
            let boot = Boot {
                id: id.to_owned(),
                elapsed: Duration::ZERO,
            };
            let time = Time {
                wall: Duration::ZERO,
                boot: Some(boot),
            };
            assert_eq!(time.moment().is_ok(), is_good, "{id:?}");
        }
    }
}
