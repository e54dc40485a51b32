//! What a client says.

use std::fmt;

use ids::Seat;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A message from a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    /// The first message: who one is, and the offer to join with.
    Hello(Hello),
    /// A new offer on a connection that has said hello: the terminal's answer to `call`, a fresh
    /// offer while waiting, or an ICE restart in the call (RFC 8839 section 4.4.1.1.1).
    Offer {
        /// The session description (RFC 8866).
        sdp: String,
    },
    /// Whether one's own microphone and camera are sending.
    Media {
        /// The microphone is on.
        mic: bool,
        /// The camera is on.
        camera: bool,
    },
    /// How large the others' pictures are on the screen; said in the call when it has changed.
    View {
        /// At most [`crate::VIEW_MAX_TILES`]; a seat that is not named keeps what was said last.
        tiles: Vec<ViewTile>,
    },
    /// One hangs up. The seat stays the device's until the slot ends.
    Leave {},
    /// Asks for `pong`.
    Ping {
        /// Comes back in `pong`.
        id: u32,
    },
}

/// How large another seat's picture is shown. 0 × 0: it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ViewTile {
    /// Whose picture.
    #[ts(type = "number")]
    pub seat: Seat,
    /// Device pixels, at most [`crate::VIEW_MAX_PIXELS`].
    pub width: u16,
    /// Device pixels, at most [`crate::VIEW_MAX_PIXELS`].
    pub height: u16,
}

/// The first message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// [`crate::VERSION`].
    pub version: u32,
    /// What lets one in.
    pub credential: Credential,
    /// The session description to join with. Visitors send it at once, and it is answered when the
    /// window opens; a terminal sends none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub offer: Option<String>,
    /// The language of the person, for the `message` of errors.
    pub locale: Locale,
    /// The microphone is on.
    pub mic: bool,
    /// The camera is on.
    pub camera: bool,
}

/// What lets a client in. `Debug` shows its kind alone, so that no log opens a door.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Credential {
    /// A visitor's one-time link, the first time.
    Link {
        /// The part of the link behind `#`.
        token: String,
        /// 22 base64url characters (128 random bits) that the device made and keeps, so that the same
        /// device may ask again when the first answer was lost.
        device_key: String,
    },
    /// A seat grant, on every return.
    Grant {
        /// The JWT from `joined`.
        grant: String,
        /// The key that the device used with its link: a grant is of no use on any other device.
        device_key: String,
    },
    /// A paired terminal.
    Terminal {
        /// The secret that the terminal was paired with.
        secret: String,
    },
    /// A phone that tests whether a call would hold.
    Test {
        /// The JWT that the person got for it.
        pass: String,
    },
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Link { .. } => "Link(..)",
            Self::Grant { .. } => "Grant(..)",
            Self::Terminal { .. } => "Terminal(..)",
            Self::Test { .. } => "Test(..)",
        })
    }
}

/// A language of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub enum Locale {
    /// Traditional Chinese as written in Taiwan.
    #[default]
    #[serde(rename = "zh-TW")]
    ZhTw,
    /// English.
    #[serde(rename = "en")]
    En,
    /// Vietnamese.
    #[serde(rename = "vi")]
    Vi,
    /// Indonesian.
    #[serde(rename = "id")]
    Id,
    /// Thai.
    #[serde(rename = "th")]
    Th,
}

impl Locale {
    /// Every language of the service.
    pub const ALL: [Self; 5] = [Self::ZhTw, Self::En, Self::Vi, Self::Id, Self::Th];

    /// The BCP 47 tag, as in JSON.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhTw => "zh-TW",
            Self::En => "en",
            Self::Vi => "vi",
            Self::Id => "id",
            Self::Th => "th",
        }
    }

    /// The language that a BCP 47 tag asks for, by its first subtag: all Chinese is answered in
    /// Traditional Chinese.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = |tag: &str| tag.split(['-', '_']).next().map(str::to_ascii_lowercase);
        let wanted = language(tag.trim())?;
        Self::ALL
            .into_iter()
            .find(|locale| language(locale.tag()).as_deref() == Some(&wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_its_tag_and_by_the_tags_of_its_regions() {
        for locale in Locale::ALL {
            assert_eq!(serde_json::to_value(locale).unwrap(), locale.tag());
            assert_eq!(Locale::from_tag(locale.tag()), Some(locale));
        }
        assert_eq!(Locale::from_tag("zh-Hant-HK"), Some(Locale::ZhTw));
        assert_eq!(Locale::from_tag(" EN_us"), Some(Locale::En));
        assert_eq!(Locale::from_tag("eng"), None);
        assert_eq!(Locale::from_tag(""), None);
    }
}
