//! A participant's media: VP8, H.264 and Opus in shape, with a content that says what it is.

use ids::Seat;

use super::sessions::{AUDIO_MID, Kind, VIDEO_MID, own_ssrc};

/// What makes layers cost about what they do.
const FILLING: [usize; 3] = [100, 450, 1_000];

/// What follows the first byte of a VP8 key frame (RFC 6386 section 9.1), with its size.
fn key_frame_header(layer: usize, layers: usize) -> [u8; 9] {
    let below_top = layers - 1 - layer;
    let [w0, w1] = (1_280_u16 >> below_top).to_le_bytes();
    let [h0, h1] = (720_u16 >> below_top).to_le_bytes();
    [0, 0, 0x9d, 0x01, 0x2a, w0, w1, h0, h1]
}

/// Packets of a frame.
pub(crate) const FRAME_PACKETS: u16 = 3;

/// A packet that a participant sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shot {
    pub(crate) bytes: Vec<u8>,
    /// The end of the payload, which nobody may change: what the packet is.
    pub(crate) content: Vec<u8>,
    /// The publisher's sequence number.
    pub(crate) sequence: u16,
    pub(crate) starts_key_frame: bool,
}

#[derive(Clone, Debug)]
struct Stream {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    picture_id: u16,
    tl0_picture_index: u8,
}

/// What a participant sends with.
#[derive(Clone, Debug)]
pub(crate) struct Camera {
    seat: Seat,
    kind: Kind,
    generation: u32,
    sound: Stream,
    layers: Vec<Stream>,
    rtx_sequence: u16,
    transport_cc: u16,
    /// How many packets were made, of all kinds: makes every content unique.
    made: u32,
    /// Bytes of a picture's packets besides what they need, by layer, the topmost last.
    pub(crate) filling: [usize; 3],
    /// -dBov, stated with each packet of sound.
    pub(crate) level: u8,
}

impl Camera {
    pub(crate) fn new(seat: Seat, kind: Kind, generation: u32) -> Self {
        let salt = u32::from(u8::from(seat)) * 7_919 + generation * 104_729;
        let stream = |number: u32| {
            let salt = salt.wrapping_mul(number + 3).wrapping_add(number * 30_011);
            Stream {
                ssrc: own_ssrc(seat, number),
                sequence: salt as u16,
                timestamp: salt.wrapping_mul(65_537),
                picture_id: (salt >> 1) as u16 & 0x7fff,
                tl0_picture_index: salt as u8,
            }
        };
        Self {
            seat,
            kind,
            generation,
            sound: stream(0),
            layers: (1..)
                .zip(kind.rids())
                .map(|(number, _)| stream(number))
                .collect(),
            rtx_sequence: 9_000,
            transport_cc: 65_500,
            made: 0,
            filling: FILLING,
            level: 90,
        }
    }

    pub(crate) fn layers(&self) -> usize {
        self.layers.len()
    }

    pub(crate) fn layer_ssrc(&self, layer: usize) -> u32 {
        self.layers[layer].ssrc
    }

    pub(crate) fn sound_ssrc(&self) -> u32 {
        self.sound.ssrc
    }

    /// The timestamp of the frame of that layer that comes next.
    pub(crate) fn next_timestamp(&self, layer: usize) -> u32 {
        self.layers[layer].timestamp.wrapping_add(3_000)
    }

    /// Of the sound and of each layer: SSRC and newest timestamp.
    pub(crate) fn times(&self) -> Vec<(u32, u32)> {
        let streams = std::iter::once(&self.sound).chain(&self.layers);
        streams
            .map(|stream| (stream.ssrc, stream.timestamp))
            .collect()
    }

    /// Which layers those SSRCs are.
    pub(crate) fn asked(&self, ssrcs: &[u32]) -> Vec<usize> {
        (0..self.layers.len())
            .filter(|layer| ssrcs.contains(&self.layers[*layer].ssrc))
            .collect()
    }

    /// A packet of sound: 20 ms, redundant where the client does that.
    pub(crate) fn sound(&mut self) -> Shot {
        self.sound.sequence = self.sound.sequence.wrapping_add(1);
        self.sound.timestamp = self.sound.timestamp.wrapping_add(960);
        let content = self.content(b'A', 0);
        let payloads = self.kind.payloads();
        let opus = payloads.opus.unwrap();
        let (payload_type, payload) = match payloads.red {
            Some(red) => {
                // 960 ticks ago, three bytes: 14 and 10 bits.
                let mut payload = vec![0x80 | opus, 0x0f, 0x00, 3, opus];
                payload.extend(b"old");
                payload.extend(&content);
                (red, payload)
            }
            None => (opus, content.clone()),
        };
        let extensions = [(self.kind.extensions().audio_level, vec![0x80 | self.level])];
        let stream = self.sound.clone();
        let bytes = self.packet(
            payload_type,
            false,
            &stream,
            AUDIO_MID,
            &extensions,
            &payload,
        );
        Shot {
            bytes,
            content,
            sequence: stream.sequence,
            starts_key_frame: false,
        }
    }

    /// A frame of a layer.
    pub(crate) fn frame(&mut self, layer: usize, key: bool) -> Vec<Shot> {
        let stream = &mut self.layers[layer];
        stream.timestamp = stream.timestamp.wrapping_add(3_000);
        stream.picture_id = (stream.picture_id + 1) & 0x7fff;
        stream.tl0_picture_index = stream.tl0_picture_index.wrapping_add(1);
        (0..FRAME_PACKETS)
            .map(|part| self.part(layer, key, part))
            .collect()
    }

    fn part(&mut self, layer: usize, key: bool, part: u16) -> Shot {
        let content = self.content(if key { b'K' } else { b'D' }, layer);
        let stream = &mut self.layers[layer];
        stream.sequence = stream.sequence.wrapping_add(1);
        let stream = stream.clone();
        let [high, low] = stream.picture_id.to_be_bytes();
        let start = if part == 0 { 0x10 } else { 0 };
        let mut payload = vec![
            0x80 | start,
            0xe0,
            0x80 | high,
            low,
            stream.tl0_picture_index,
            0,
        ];
        payload.push(u8::from(!key));
        if key && part == 0 {
            payload.extend(key_frame_header(layer, self.layers.len()));
        }
        let filling = self.filling[self.filling.len() - self.layers.len() + layer];
        payload.resize(payload.len() + filling, 0xee);
        payload.extend(&content);
        let rid = self.kind.rids()[layer].map(|rid| rid.as_bytes().to_vec());
        let extensions = [(self.kind.extensions().rid, rid.unwrap_or_default())];
        let payload_type = self.kind.payloads().vp8.unwrap();
        let last = part == FRAME_PACKETS - 1;
        let bytes = self.packet(
            payload_type,
            last,
            &stream,
            VIDEO_MID,
            &extensions,
            &payload,
        );
        Shot {
            bytes,
            content,
            sequence: stream.sequence,
            starts_key_frame: key && part == 0,
        }
    }

    /// A picture of a layer in H.264, one packet for each of these beginnings of payloads.
    pub(crate) fn h264(&mut self, layer: usize, key: bool, beginnings: &[&[u8]]) -> Vec<Shot> {
        let stream = &mut self.layers[layer];
        stream.timestamp = stream.timestamp.wrapping_add(3_000);
        let filling = self.filling[self.filling.len() - self.layers.len() + layer];
        let mut shots = Vec::new();
        for (part, beginning) in (1..).zip(beginnings) {
            let content = self.content(if key { b'K' } else { b'D' }, layer);
            let stream = &mut self.layers[layer];
            stream.sequence = stream.sequence.wrapping_add(1);
            let stream = stream.clone();
            let mut payload = beginning.to_vec();
            payload.resize(payload.len() + filling, 0xee);
            payload.extend(&content);
            let rid = self.kind.rids()[layer].map(|rid| rid.as_bytes().to_vec());
            let extensions = [(self.kind.extensions().rid, rid.unwrap_or_default())];
            let bytes = self.packet(
                self.kind.payloads().h264.unwrap(),
                part == beginnings.len(),
                &stream,
                VIDEO_MID,
                &extensions,
                &payload,
            );
            shots.push(Shot {
                bytes,
                content,
                sequence: stream.sequence,
                starts_key_frame: key && part == 1,
            });
        }
        shots
    }

    /// The RTX of a packet that was sent (RFC 4588).
    pub(crate) fn again(&mut self, layer: usize, shot: &Shot) -> Vec<u8> {
        let header = if shot.bytes[0] & 0x10 == 0 {
            12
        } else {
            16 + usize::from(shot.bytes[15]) * 4
        };
        let mut payload = shot.sequence.to_be_bytes().to_vec();
        payload.extend(&shot.bytes[header..]);
        self.rtx_sequence += 1;
        let timestamp = u32::from_be_bytes(shot.bytes[4..8].try_into().unwrap());
        let stream = Stream {
            ssrc: own_ssrc(self.seat, 11 + u32::try_from(layer).unwrap()),
            sequence: self.rtx_sequence,
            timestamp,
            ..self.layers[layer].clone()
        };
        let rid = self.kind.rids()[layer].map(|rid| rid.as_bytes().to_vec());
        let extensions = [(self.kind.extensions().repaired_rid, rid.unwrap_or_default())];
        let payload_type = self.kind.payloads().vp8_rtx.unwrap();
        let marker = shot.bytes[1] & 0x80 != 0;
        self.packet(
            payload_type,
            marker,
            &stream,
            VIDEO_MID,
            &extensions,
            &payload,
        )
    }

    fn content(&mut self, what: u8, layer: usize) -> Vec<u8> {
        self.made += 1;
        let mut content = vec![what, self.seat.into(), u8::try_from(layer).unwrap()];
        content.extend(self.generation.to_be_bytes());
        content.extend(self.made.to_be_bytes());
        content.resize(50, 0xc5);
        content
    }

    fn packet(
        &mut self,
        payload_type: u8,
        marker: bool,
        stream: &Stream,
        mid: &str,
        extensions: &[(Option<u8>, Vec<u8>)],
        payload: &[u8],
    ) -> Vec<u8> {
        self.transport_cc = self.transport_cc.wrapping_add(1);
        let ids = self.kind.extensions();
        let mut all = vec![
            (ids.transport_cc, self.transport_cc.to_be_bytes().to_vec()),
            (ids.mid, mid.as_bytes().to_vec()),
            (ids.abs_send_time, vec![1, 2, 3]),
        ];
        all.extend_from_slice(extensions);
        let mut block = Vec::new();
        let two_bytes = all.iter().any(|(id, _)| id.is_some_and(|id| id > 14));
        for (id, data) in all {
            let Some(id) = id.filter(|_| !data.is_empty()) else {
                continue;
            };
            let length = u8::try_from(data.len()).unwrap();
            if two_bytes {
                block.extend([id, length]);
            } else {
                block.push(id << 4 | (length - 1));
            }
            block.extend(data);
        }
        block.resize(block.len().next_multiple_of(4), 0);
        let mut bytes = vec![0x90, payload_type | u8::from(marker) << 7];
        bytes.extend(stream.sequence.to_be_bytes());
        bytes.extend(stream.timestamp.to_be_bytes());
        bytes.extend(stream.ssrc.to_be_bytes());
        bytes.extend(if two_bytes {
            [0x10, 0x00]
        } else {
            [0xbe, 0xde]
        });
        bytes.extend(u16::try_from(block.len() / 4).unwrap().to_be_bytes());
        bytes.extend(block);
        bytes.extend(payload);
        bytes
    }
}
