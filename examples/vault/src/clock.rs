//! The wall clock, for policies that look at the time of day.

use std::io;

use jiff::{Timestamp, tz::TimeZone};
use openpass_policy::WallTime;

/// Returns the day and time in the machine's own zone, as `/etc/localtime`
/// says: TZ is anybody's to set. Without that file the zone is UTC. If the file
/// cannot be read, the time is not known.
#[must_use]
pub fn wall_time() -> Option<WallTime> {
    let zone = match std::fs::read("/etc/localtime") {
        Ok(bytes) => TimeZone::tzif("local", &bytes).ok()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => TimeZone::UTC,
        Err(_) => return None,
    };
    let now = zone.to_datetime(Timestamp::now());
    let day = u8::try_from(now.weekday().to_monday_one_offset()).ok()?;
    let minute = i32::from(now.hour()) * 60 + i32::from(now.minute());
    WallTime::new(day, u16::try_from(minute).ok()?)
}
