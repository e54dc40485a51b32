//! What the participant sends: its SSRCs (RFC 5576) and simulcast layers (RFC 8851, RFC 8853).

use sfu_core::PublishedLayer;

use super::{offer::is_name, reader::Media};

/// The most layers of a picture.
const LAYERS_MAX: usize = 3;

/// The rids by which this product's own client names its layers, from low to high.
const LOW_TO_HIGH: [&str; LAYERS_MAX] = ["q", "h", "f"];

/// The SSRC that a line declares first.
pub(crate) fn first_ssrc(media: &Media<'_>) -> Option<u32> {
    Sources::of(media).primary.first().copied()
}

/// The rids that the offer wants to send, in its order; the first of alternatives, at most three.
pub(crate) fn send_rids<'a>(media: &Media<'a>) -> Vec<&'a str> {
    let Some(simulcast) = media.attributes.get("simulcast") else {
        return Vec::new();
    };
    let mut words = simulcast.split_ascii_whitespace();
    let streams = loop {
        match (words.next(), words.next()) {
            (Some("send"), Some(streams)) => break streams,
            (Some(_), Some(_)) => {}
            _ => return Vec::new(),
        }
    };
    let declared = |rid: &str| {
        media.attributes.all("rid").any(|value| {
            let mut words = value.split_ascii_whitespace();
            (words.next(), words.next()) == (Some(rid), Some("send"))
        })
    };
    streams
        .split(';')
        .filter_map(|alternatives| alternatives.split(',').next())
        .map(|rid| rid.trim_start_matches('~'))
        .filter(|rid| is_name(rid) && declared(rid))
        .take(LAYERS_MAX)
        .collect()
}

/// The layers from low to high. Offers list them in this order; names that tell themselves which is
/// which are believed before the order.
pub(crate) fn layers(media: &Media<'_>, rids: &[&str]) -> Vec<PublishedLayer> {
    let sources = Sources::of(media);
    if rids.is_empty() {
        let ssrc = sources.primary.first().copied();
        return vec![PublishedLayer {
            rid: None,
            ssrc,
            rtx_ssrc: ssrc.and_then(|ssrc| sources.retransmission(ssrc)),
        }];
    }
    let told = sources.primary.len() == rids.len();
    let mut layers: Vec<_> = rids
        .iter()
        .enumerate()
        .map(|(index, rid)| {
            let ssrc = told.then(|| sources.primary[index]);
            PublishedLayer {
                rid: Some((*rid).to_owned()),
                ssrc,
                rtx_ssrc: ssrc.and_then(|ssrc| sources.retransmission(ssrc)),
            }
        })
        .collect();
    let height = |layer: &PublishedLayer| {
        LOW_TO_HIGH
            .iter()
            .position(|name| layer.rid.as_deref() == Some(name))
    };
    if layers.iter().all(|layer| height(layer).is_some()) {
        layers.sort_by_key(height);
    }
    layers
}

/// The `a=ssrc` lines of a section.
#[derive(Default)]
struct Sources {
    /// In order, without those that carry retransmissions.
    primary: Vec<u32>,
    /// Media and its retransmissions (RFC 4588 section 8).
    retransmissions: Vec<(u32, u32)>,
}

impl Sources {
    fn of(media: &Media<'_>) -> Self {
        let retransmissions: Vec<_> = media
            .attributes
            .all("ssrc-group")
            .filter_map(|group| {
                let mut words = group.split_ascii_whitespace();
                (words.next()? == "FID").then_some(())?;
                Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
            })
            .take(LAYERS_MAX)
            .collect();
        let mut primary = Vec::new();
        for ssrc in media.attributes.all("ssrc") {
            let Some(ssrc) = ssrc
                .split_ascii_whitespace()
                .next()
                .and_then(|ssrc| ssrc.parse().ok())
            else {
                continue;
            };
            let repairs = retransmissions.iter().any(|(_, rtx)| *rtx == ssrc);
            if !repairs && !primary.contains(&ssrc) && primary.len() <= LAYERS_MAX {
                primary.push(ssrc);
            }
        }
        Self {
            primary,
            retransmissions,
        }
    }

    fn retransmission(&self, ssrc: u32) -> Option<u32> {
        self.retransmissions
            .iter()
            .find(|(media, _)| *media == ssrc)
            .map(|(_, rtx)| *rtx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdp::reader::Description;

    fn section(lines: &str) -> String {
        format!("v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n{lines}")
    }

    fn rids(lines: &str) -> Vec<String> {
        let text = section(lines);
        let description = Description::read(&text).unwrap();
        send_rids(&description.media[0])
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    fn layers_of(lines: &str) -> Vec<PublishedLayer> {
        let text = section(lines);
        let media = &Description::read(&text).unwrap().media[0];
        layers(media, &send_rids(media))
    }

    fn layer(rid: Option<&str>, ssrc: Option<u32>, rtx_ssrc: Option<u32>) -> PublishedLayer {
        PublishedLayer {
            rid: rid.map(str::to_owned),
            ssrc,
            rtx_ssrc,
        }
    }

    const THREE: &str = "a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\n";

    #[test]
    fn the_rids_of_the_send_direction_are_found_in_either_place() {
        assert_eq!(
            rids(&format!("{THREE}a=simulcast:send q;h;f\r\n")),
            ["q", "h", "f"]
        );
        assert_eq!(
            rids(&format!("{THREE}a=simulcast:recv x send q;h\r\n")),
            ["q", "h"]
        );
        assert_eq!(
            rids(&format!("{THREE}a=simulcast:send ~q,x;h,q recv y\r\n")),
            ["q", "h"]
        );
    }

    #[test]
    fn rids_that_are_not_declared_for_sending_do_not_count() {
        assert!(rids("a=rid:q recv\r\na=simulcast:send q;h\r\n").is_empty());
        assert!(rids(&format!("{THREE}a=simulcast:recv q;h;f\r\n")).is_empty());
        assert!(rids(THREE).is_empty());
        assert!(rids("a=rid:q send\r\na=simulcast:send\r\n").is_empty());
    }

    #[test]
    fn a_fourth_layer_is_not_accepted() {
        let offer = format!("{THREE}a=rid:x send\r\na=simulcast:send q;h;f;x\r\n");
        assert_eq!(rids(&offer), ["q", "h", "f"]);
    }

    #[test]
    fn layers_go_from_low_to_high_whatever_the_order() {
        let found = layers_of(&format!("{THREE}a=simulcast:send f;h;q\r\n"));
        let names: Vec<_> = found
            .iter()
            .map(|layer| layer.rid.as_deref().unwrap())
            .collect();
        assert_eq!(names, ["q", "h", "f"]);
    }

    #[test]
    fn declared_ssrcs_belong_to_the_layers_in_order() {
        let found = layers_of(&format!(
            "{THREE}a=simulcast:send q;h;f\r\na=ssrc:1 cname:a\r\na=ssrc:2 cname:a\r\na=ssrc:3 cname:a\r\n\
             a=ssrc:11 cname:a\r\na=ssrc:12 cname:a\r\na=ssrc:13 cname:a\r\n\
             a=ssrc-group:FID 1 11\r\na=ssrc-group:FID 2 12\r\na=ssrc-group:FID 3 13\r\n"
        ));
        assert_eq!(
            found,
            [
                layer(Some("q"), Some(1), Some(11)),
                layer(Some("h"), Some(2), Some(12)),
                layer(Some("f"), Some(3), Some(13)),
            ]
        );
    }

    #[test]
    fn a_line_without_simulcast_is_one_layer() {
        assert_eq!(layers_of(""), [layer(None, None, None)]);
        let declared =
            "a=ssrc-group:FID 7 8\r\na=ssrc:7 cname:a\r\na=ssrc:7 msid:a b\r\na=ssrc:8 cname:a\r\n";
        assert_eq!(layers_of(declared), [layer(None, Some(7), Some(8))]);
    }
}
