//! The little of VP8 over RTP that a load needs: where pictures begin, and made-up ones (RFC 7741).

/// Bytes of the descriptor that [`write_descriptor`] writes.
pub const DESCRIPTOR_BYTES: usize = 4;

/// Bytes of a key frame's head.
pub const KEY_FRAME_HEAD_BYTES: usize = 10;

/// The first packet of a picture carries a descriptor with this bit and the number of the partition 0.
const START: u8 = 0x10;
const PARTITION: u8 = 0x07;
const EXTENDED: u8 = 0x80;
const HAS_PICTURE_ID: u8 = 0x80;
const LONG_PICTURE_ID: u8 = 0x80;

/// Writes a payload descriptor with a picture id of 15 bits (RFC 7741 section 4.2).
pub fn write_descriptor(payload: &mut [u8; DESCRIPTOR_BYTES], start: bool, picture_id: u16) {
    let [high, low] = (picture_id & 0x7FFF).to_be_bytes();
    *payload = [
        EXTENDED | if start { START } else { 0 },
        HAS_PICTURE_ID,
        LONG_PICTURE_ID | high,
        low,
    ];
}

/// The head of a picture of 1280 by 720 (RFC 6386 section 9.1); of a delta frame only three bytes count.
#[must_use]
pub const fn frame_head(key: bool) -> [u8; KEY_FRAME_HEAD_BYTES] {
    let kind = if key { 0 } else { 1 };
    [0x10 | kind, 0, 0, 0x9D, 0x01, 0x2A, 0x00, 0x05, 0xD0, 0x02]
}

/// Whether a payload begins a picture, and if so whether that is a key frame.
#[must_use]
pub fn begins(payload: &[u8]) -> Option<bool> {
    let first = *payload.first()?;
    if first & START == 0 || first & PARTITION != 0 {
        return None;
    }
    let mut at = 1;
    if first & EXTENDED != 0 {
        let extensions = *payload.get(at)?;
        at += 1;
        if extensions & HAS_PICTURE_ID != 0 {
            at += if payload.get(at)? & LONG_PICTURE_ID == 0 {
                1
            } else {
                2
            };
        }
        at += usize::from(extensions & 0x40 != 0); // TL0PICIDX
        at += usize::from(extensions & 0x30 != 0); // TID, Y and KEYIDX share a byte
    }
    // The first bit of a frame is 0 in a key frame (RFC 6386 section 9.1).
    Some(payload.get(at)? & 1 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(start: bool, key: bool) -> Vec<u8> {
        let mut payload = vec![0; DESCRIPTOR_BYTES];
        write_descriptor(payload.first_chunk_mut().unwrap(), start, 0x7FFF);
        payload.extend(frame_head(key));
        payload
    }

    #[test]
    fn a_pictures_first_packet_tells_what_it_begins() {
        assert_eq!(begins(&payload(true, true)), Some(true));
        assert_eq!(begins(&payload(true, false)), Some(false));
        assert_eq!(begins(&payload(false, true)), None);
        assert_eq!(begins(&[]), None);
        assert_eq!(begins(&[0x10, 0]), Some(true));
        assert_eq!(begins(&[0x90, 0xF0, 0x80, 1, 2, 3, 1]), Some(false));
    }

    #[test]
    fn others_read_the_descriptor_as_it_is_meant() {
        use bytes::Bytes;
        use rtc::rtp::{codec::vp8::Vp8Packet, packetizer::Depacketizer};
        let mut packet = Vp8Packet::default();
        let payload = Bytes::from(payload(true, true));
        let data = packet.depacketize(&payload).unwrap();
        assert_eq!((packet.s, packet.pid, packet.picture_id), (1, 0, 0x7FFF));
        assert_eq!(data[..], frame_head(true));
    }
}
