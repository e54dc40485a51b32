//! What a bad network does to datagrams, as one line of text says it.
//!
//! `loss=0.3,delay=50ms,jitter=10ms,rate=150kbit,blackout=10s@20s`: each setting at most once, in any
//! order; what is not named does no harm. `none`, or nothing, is a perfect network. Everything holds
//! for each client and each way by itself.

use std::{fmt, str::FromStr, time::Duration};

use thiserror::Error;

/// Headers of IPv4 and UDP in front of each datagram's payload; a rate counts them, as a line does.
pub const HEADER_BYTES: usize = 28;

/// How deep the queue in front of a rate is unless `queue=` says otherwise.
const QUEUE: Duration = Duration::from_millis(300);
/// The longest delay, jitter and queue.
const LONGEST_WAY: Duration = Duration::from_secs(60);
/// The longest blackout, and how far ahead it may lie.
const LONGEST_BLACKOUT: Duration = Duration::from_secs(24 * 60 * 60);
/// The lowest rate: slower, and a datagram would be on its way for a minute.
const LOWEST_RATE_BIT: u64 = 1_000;
/// The highest rate: beyond, the clock's nanoseconds stop telling datagrams apart.
const HIGHEST_RATE_BIT: u64 = 100_000_000_000;

/// What a network does to the datagrams of one client, each way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Impairment {
    /// The share of datagrams that is lost, 0 to 1, each by itself. They use nothing of the rate.
    pub loss: f64,
    /// How long the way takes.
    pub delay: Duration,
    /// How much longer it may take, evenly spread. Datagrams keep their order all the same.
    pub jitter: Duration,
    /// What the line carries, bit/s, [`HEADER_BYTES`] in front of each datagram included.
    pub rate_bit: Option<u64>,
    /// How long a datagram may wait for the line; who would wait longer is dropped.
    pub queue: Duration,
    /// The share of datagrams that is held back on the way, so that those behind overtake, 0 to 1.
    pub reorder: f64,
    /// The share of datagrams that is sent twice, 0 to 1.
    pub duplicate: f64,
    /// A time in which nothing gets through.
    pub blackout: Option<Blackout>,
}

/// A time in which nothing gets through: `10s@20s`, or `10s` for one that begins at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blackout {
    /// How long it lasts.
    pub length: Duration,
    /// When it begins, counted from when the impairment was set.
    pub after: Duration,
}

/// Why a text is not an [`Impairment`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImpairmentError {
    /// A part without `=`.
    #[error("{0:?} is not of the form setting=value")]
    NotASetting(String),
    /// A setting that does not exist.
    #[error("there is no setting {0:?}")]
    Unknown(String),
    /// A setting that was given before.
    #[error("{0:?} is given twice")]
    Twice(String),
    /// A share that is not a number from 0 to 1.
    #[error("{0:?} is not a share from 0 to 1")]
    NotAShare(String),
    /// A duration without `ms` or `s`, or one that is too long.
    #[error("{0:?} is not a duration such as 50ms or 1.5s, or too long")]
    NotADuration(String),
    /// A rate without `bit`, `kbit` or `mbit`, or one that is too low or too high.
    #[error("{0:?} is not a rate such as 150kbit or 2mbit, or out of bounds")]
    NotARate(String),
}

impl Impairment {
    /// A perfect network: nothing is lost, late, or slow.
    pub const NONE: Self = Self {
        loss: 0.0,
        delay: Duration::ZERO,
        jitter: Duration::ZERO,
        rate_bit: None,
        queue: QUEUE,
        reorder: 0.0,
        duplicate: 0.0,
        blackout: None,
    };
}

impl Default for Impairment {
    fn default() -> Self {
        Self::NONE
    }
}

impl FromStr for Impairment {
    type Err = ImpairmentError;

    fn from_str(text: &str) -> Result<Self, ImpairmentError> {
        let mut impairment = Self::NONE;
        let text = text.trim();
        if text.is_empty() || text == "none" {
            return Ok(impairment);
        }
        let mut given = Vec::new();
        for part in text.split(',') {
            let (setting, value) = part
                .trim()
                .split_once('=')
                .ok_or_else(|| ImpairmentError::NotASetting(part.to_owned()))?;
            if given.contains(&setting) {
                return Err(ImpairmentError::Twice(setting.to_owned()));
            }
            given.push(setting);
            match setting {
                "loss" => impairment.loss = share(value)?,
                "delay" => impairment.delay = duration(value, LONGEST_WAY)?,
                "jitter" => impairment.jitter = duration(value, LONGEST_WAY)?,
                "rate" => impairment.rate_bit = Some(rate_bit(value)?),
                "queue" => impairment.queue = duration(value, LONGEST_WAY)?,
                "reorder" => impairment.reorder = share(value)?,
                "duplicate" => impairment.duplicate = share(value)?,
                "blackout" => impairment.blackout = Some(blackout(value)?),
                _ => return Err(ImpairmentError::Unknown(setting.to_owned())),
            }
        }
        Ok(impairment)
    }
}

impl fmt::Display for Impairment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let none = Self::NONE;
        let mut parts = Vec::new();
        let mut tell = |is_set: bool, setting: &str, value: String| {
            if is_set {
                parts.push(format!("{setting}={value}"));
            }
        };
        tell(self.loss > 0.0, "loss", self.loss.to_string());
        tell(self.delay != none.delay, "delay", seconds(self.delay));
        tell(self.jitter != none.jitter, "jitter", seconds(self.jitter));
        if let Some(rate) = self.rate_bit {
            tell(true, "rate", format!("{rate}bit"));
        }
        tell(self.queue != none.queue, "queue", seconds(self.queue));
        tell(self.reorder > 0.0, "reorder", self.reorder.to_string());
        let duplicate = self.duplicate.to_string();
        tell(self.duplicate > 0.0, "duplicate", duplicate);
        if let Some(Blackout { length, after }) = self.blackout {
            let value = format!("{}@{}", seconds(length), seconds(after));
            tell(true, "blackout", value);
        }
        if parts.is_empty() {
            return formatter.write_str("none");
        }
        formatter.write_str(&parts.join(","))
    }
}

fn share(text: &str) -> Result<f64, ImpairmentError> {
    let share = text.parse().ok();
    share
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| ImpairmentError::NotAShare(text.to_owned()))
}

fn duration(text: &str, longest: Duration) -> Result<Duration, ImpairmentError> {
    let in_seconds = |number: &str, unit: f64| {
        let seconds = number.parse::<f64>().ok()? * unit;
        Duration::try_from_secs_f64(seconds).ok()
    };
    let parsed = if let Some(number) = text.strip_suffix("ms") {
        in_seconds(number, 0.001)
    } else {
        text.strip_suffix('s')
            .and_then(|number| in_seconds(number, 1.0))
    };
    parsed
        .filter(|duration| *duration <= longest)
        .ok_or_else(|| ImpairmentError::NotADuration(text.to_owned()))
}

fn rate_bit(text: &str) -> Result<u64, ImpairmentError> {
    let units = [("kbit", 1e3), ("mbit", 1e6), ("gbit", 1e9), ("bit", 1.0)];
    let bit = units.into_iter().find_map(|(suffix, unit)| {
        let number: f64 = text.strip_suffix(suffix)?.parse().ok()?;
        Some(number * unit)
    });
    bit.filter(|bit| (LOWEST_RATE_BIT as f64..=HIGHEST_RATE_BIT as f64).contains(bit))
        .map(|bit| bit.round() as u64)
        .ok_or_else(|| ImpairmentError::NotARate(text.to_owned()))
}

fn blackout(text: &str) -> Result<Blackout, ImpairmentError> {
    let (length, after) = text.split_once('@').unwrap_or((text, "0s"));
    Ok(Blackout {
        length: duration(length, LONGEST_BLACKOUT)?,
        after: duration(after, LONGEST_BLACKOUT)?,
    })
}

/// A duration as [`duration`] reads it.
fn seconds(duration: Duration) -> String {
    format!("{}s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Impairment {
        text.parse().unwrap()
    }

    #[test]
    fn every_setting_is_read() {
        let text = "loss=0.3,delay=50ms,jitter=10ms,rate=150kbit,queue=0.5s,reorder=0.01,\
                    duplicate=0.02,blackout=10s@20s";
        let expected = Impairment {
            loss: 0.3,
            delay: Duration::from_millis(50),
            jitter: Duration::from_millis(10),
            rate_bit: Some(150_000),
            queue: Duration::from_millis(500),
            reorder: 0.01,
            duplicate: 0.02,
            blackout: Some(Blackout {
                length: Duration::from_secs(10),
                after: Duration::from_secs(20),
            }),
        };
        assert_eq!(parse(text), expected);
    }

    #[test]
    fn what_is_not_named_does_no_harm() {
        assert_eq!(parse(""), Impairment::NONE);
        assert_eq!(parse("none"), Impairment::NONE);
        let slow = Impairment {
            rate_bit: Some(2_000_000),
            ..Impairment::NONE
        };
        assert_eq!(parse("rate=2mbit"), slow);
    }

    #[test]
    fn a_blackout_without_a_beginning_begins_at_once() {
        let blackout = parse("blackout=10s").blackout.unwrap();
        assert_eq!(blackout.after, Duration::ZERO);
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_name() {
        let refusal = |text: &str| text.parse::<Impairment>().unwrap_err();
        let named = |text: &str| text.to_owned();
        assert_eq!(refusal("loss"), ImpairmentError::NotASetting(named("loss")));
        assert_eq!(refusal("speed=1"), ImpairmentError::Unknown(named("speed")));
        assert_eq!(
            refusal("loss=0,loss=0"),
            ImpairmentError::Twice(named("loss"))
        );
        for share in ["1.5", "-0.1", "NaN", "30%"] {
            let error = ImpairmentError::NotAShare(named(share));
            assert_eq!(refusal(&format!("loss={share}")), error);
        }
        for duration in ["50", "ms", "-1s", "61s", "infs", "1e300s"] {
            let error = ImpairmentError::NotADuration(named(duration));
            assert_eq!(refusal(&format!("delay={duration}")), error);
        }
        for rate in ["150", "0kbit", "150kb", "200gbit", "NaNbit"] {
            let error = ImpairmentError::NotARate(named(rate));
            assert_eq!(refusal(&format!("rate={rate}")), error);
        }
    }

    fn impairments() -> impl Strategy<Value = Impairment> {
        let way = || (0..=60_000_u64).prop_map(Duration::from_millis);
        let day = || (0..=86_400_000_u64).prop_map(Duration::from_millis);
        let blackout = (day(), day()).prop_map(|(length, after)| Blackout { length, after });
        let rate = LOWEST_RATE_BIT..=HIGHEST_RATE_BIT;
        (
            (0.0..=1.0, 0.0..=1.0, 0.0..=1.0),
            (way(), way(), way()),
            proptest::option::of(rate),
            proptest::option::of(blackout),
        )
            .prop_map(|(shares, ways, rate_bit, blackout)| Impairment {
                loss: shares.0,
                reorder: shares.1,
                duplicate: shares.2,
                delay: ways.0,
                jitter: ways.1,
                queue: ways.2,
                rate_bit,
                blackout,
            })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(impairment in impairments()) {
            prop_assert_eq!(parse(&impairment.to_string()), impairment);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _outcome = text.parse::<Impairment>();
        }
    }
}
