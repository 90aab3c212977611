//! A moment in wall-clock time, to the millisecond, written as RFC 3339 in UTC: `2026-01-31T08:00:00.125Z`.

use serde::{Serialize, Serializer, ser::Error as _};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp(OffsetDateTime);

impl Timestamp {
    pub(crate) fn now() -> Self {
        let now = OffsetDateTime::now_utc();
        Self(now.replace_millisecond(now.millisecond()).unwrap_or(now))
    }

    /// What [`moment`](Self::moment) gave.
    pub(crate) const fn of(moment: OffsetDateTime) -> Self {
        Self(moment)
    }

    pub(crate) const fn moment(self) -> OffsetDateTime {
        self.0
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // On the stack: a list of a hundred records writes two hundred of them.
        let mut buffer = [0_u8; 40];
        let mut rest = buffer.as_mut_slice();
        self.0.format_into(&mut rest, &Rfc3339).map_err(S::Error::custom)?;
        let unused = rest.len();
        let text = std::str::from_utf8(&buffer[..buffer.len() - unused]).map_err(S::Error::custom)?;
        serializer.serialize_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_to_the_millisecond() {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(1_769_846_400_125_000_000).unwrap();
        assert_eq!(serde_json::to_string(&Timestamp(moment)).unwrap(), r#""2026-01-31T08:00:00.125Z""#);
        let Timestamp(now) = Timestamp::now();
        assert_eq!(now.nanosecond() % 1_000_000, 0);
    }
}
