//! SDP as text (RFC 8866 section 5): lines, sections and attributes, nothing more.
//!
//! Browsers, and what imitates them, put much into an offer that does not matter here, and every
//! year something new. So only the shape is checked; an attribute is looked at when someone asks
//! for it.

use super::OfferError;

/// The most bytes an offer may have. Browsers' offers with this product's lines have 6 to 20 KB.
pub const OFFER_LEN_MAX: usize = 64 * 1024;

/// The most m-lines. A full pool has eight.
const LINES_MAX: usize = 32;

/// A session description in pieces.
#[derive(Debug, Default)]
pub(crate) struct Description<'a> {
    pub(crate) session: Attributes<'a>,
    pub(crate) media: Vec<Media<'a>>,
}

/// One media section.
#[derive(Debug)]
pub(crate) struct Media<'a> {
    /// `audio`, `video`, `application`, …
    pub(crate) name: &'a str,
    pub(crate) port: u16,
    pub(crate) protocol: &'a str,
    /// Payload types, of RTP.
    pub(crate) formats: Vec<&'a str>,
    pub(crate) attributes: Attributes<'a>,
}

/// The `a=` lines of a section, in order.
#[derive(Debug, Default)]
pub(crate) struct Attributes<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Attributes<'a> {
    /// The value of the first attribute of this name; empty for a flag.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// The values of all attributes of this name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, _)| *known == name)
            .map(|(_, value)| *value)
    }

    /// The rest of an attribute's value that begins with a payload type, as `rtpmap` and `fmtp` do.
    pub(crate) fn of_payload(&self, name: &str, payload_type: u8) -> Option<&'a str> {
        self.all(name).find_map(|value| {
            let (number, rest) = value.split_once(' ')?;
            (number.parse() == Ok(payload_type)).then(|| rest.trim())
        })
    }
}

impl<'a> Description<'a> {
    pub(crate) fn read(text: &'a str) -> Result<Self, OfferError> {
        if text.len() > OFFER_LEN_MAX {
            return Err(OfferError::TooLong { max: OFFER_LEN_MAX });
        }
        let mut description = Self::default();
        for (index, line) in text.lines().enumerate() {
            let malformed = OfferError::Malformed { line: index + 1 };
            let line = line.trim_end();
            if line.is_empty() && index > 0 {
                continue;
            }
            let (kind, value) = line.split_once('=').ok_or(malformed.clone())?;
            match kind {
                "v" if index == 0 && value == "0" => {}
                _ if index == 0 => return Err(malformed),
                "m" if description.media.len() >= LINES_MAX => {
                    return Err(OfferError::TooManyLines { max: LINES_MAX });
                }
                "m" => description.media.push(Media::read(value).ok_or(malformed)?),
                "a" => {
                    let attribute = value.split_once(':').unwrap_or((value, ""));
                    description.attributes().0.push(attribute);
                }
                _ if kind.len() == 1 => {}
                _ => return Err(malformed),
            }
        }
        if text.is_empty() {
            return Err(OfferError::Malformed { line: 1 });
        }
        Ok(description)
    }

    /// The attributes of the section that is being read.
    fn attributes(&mut self) -> &mut Attributes<'a> {
        self.media
            .last_mut()
            .map_or(&mut self.session, |media| &mut media.attributes)
    }
}

impl<'a> Media<'a> {
    fn read(value: &'a str) -> Option<Self> {
        let mut words = value.split_ascii_whitespace();
        let name = words.next()?;
        let port = words.next()?.split('/').next()?.parse().ok()?;
        let protocol = words.next()?;
        let formats: Vec<_> = words.collect();
        (!formats.is_empty()).then(|| Self {
            name,
            port,
            protocol,
            formats,
            attributes: Attributes::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_belong_to_the_section_above_them() {
        let text = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n\
            m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n\
            m=video 7/2 RTP/AVP 96\n\na=mid:1\n";
        let read = Description::read(text).unwrap();
        assert_eq!(read.session.get("ice-lite"), Some(""));
        assert_eq!(read.session.get("mid"), None);
        assert_eq!(read.media[0].formats, ["111", "0"]);
        assert_eq!(
            read.media[0].attributes.of_payload("rtpmap", 111),
            Some("opus/48000/2")
        );
        assert_eq!(read.media[0].attributes.of_payload("rtpmap", 11), None);
        assert_eq!((read.media[1].port, read.media[1].protocol), (7, "RTP/AVP"));
        assert_eq!(read.media[1].attributes.get("mid"), Some("1"));
    }

    #[test]
    fn what_is_not_sdp_is_refused_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("hello", 1),
            ("o=- 1 1 IN IP4 0.0.0.0", 1),
            ("v=1", 1),
            ("v=0\r\nnonsense", 2),
            ("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF", 2),
            ("v=0\r\nm=audio many RTP/AVP 0", 2),
            ("v=0\r\nab=1", 2),
        ] {
            assert_eq!(
                Description::read(text).map(|_| ()),
                Err(OfferError::Malformed { line }),
                "{text:?}"
            );
        }
    }

    #[test]
    fn size_and_number_of_lines_are_bounded() {
        let long = format!("v=0\r\ns={}\r\n", "x".repeat(OFFER_LEN_MAX));
        assert!(matches!(
            Description::read(&long),
            Err(OfferError::TooLong { .. })
        ));
        let many = format!("v=0\r\n{}", "m=audio 9 RTP/AVP 0\r\n".repeat(LINES_MAX + 1));
        assert!(matches!(
            Description::read(&many),
            Err(OfferError::TooManyLines { .. })
        ));
    }
}
