//! RTP headers with one-byte extensions (RFC 3550 section 5.1, RFC 8285 section 4.2), written and read
//! where they stand.

/// The header of a packet that is to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The last packet of a picture, or the first of a talkspurt.
    pub marker: bool,
    /// As negotiated.
    pub payload_type: u8,
    /// Counts the stream's packets.
    pub sequence: u16,
    /// In ticks of the stream's clock.
    pub timestamp: u32,
    /// The stream.
    pub ssrc: u32,
}

/// An extension: its id, 1 to 14, and its value, 1 to 16 bytes.
pub type Extension<'a> = (u8, &'a [u8]);

/// Appends a header to `packet`; returns its length, bytes.
pub fn write(packet: &mut Vec<u8>, header: Header, extensions: &[Extension<'_>]) -> usize {
    let start = packet.len();
    let extended = u8::from(!extensions.is_empty()) << 4;
    packet.push(0x80 | extended);
    packet.push(u8::from(header.marker) << 7 | header.payload_type);
    packet.extend_from_slice(&header.sequence.to_be_bytes());
    packet.extend_from_slice(&header.timestamp.to_be_bytes());
    packet.extend_from_slice(&header.ssrc.to_be_bytes());
    if !extensions.is_empty() {
        packet.extend_from_slice(&[0xBE, 0xDE, 0, 0]);
        let body = packet.len();
        for (id, value) in extensions {
            let length = u8::try_from(value.len().saturating_sub(1)).unwrap_or(15) & 15;
            packet.push(id << 4 | length);
            packet.extend_from_slice(&value[..=usize::from(length)]);
        }
        while !(packet.len() - body).is_multiple_of(4) {
            packet.push(0);
        }
        let words = u16::try_from((packet.len() - body) / 4).unwrap_or(u16::MAX);
        packet[body - 2..body].copy_from_slice(&words.to_be_bytes());
    }
    packet.len() - start
}

/// The header of a packet that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// What is said in the fixed part.
    pub header: Header,
    /// Where the payload begins, bytes.
    pub header_bytes: usize,
    /// The transport-wide sequence number, where the packet has one.
    pub transport_sequence: Option<u16>,
    /// The payload ends with padding.
    pub padded: bool,
}

/// Reads a header; `None` if it is none. `transport_id` is the id of the transport-wide sequence number.
#[must_use]
pub fn read(packet: &[u8], transport_id: Option<u8>) -> Option<Received> {
    let fixed: &[u8; 12] = packet.first_chunk()?;
    if fixed[0] >> 6 != 2 {
        return None;
    }
    let mut header_bytes = 12 + usize::from(fixed[0] & 15) * 4;
    let mut transport_sequence = None;
    if fixed[0] & 0x10 != 0 {
        let head: &[u8; 4] = packet.get(header_bytes..)?.first_chunk()?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]])) * 4;
        let body = packet.get(header_bytes + 4..header_bytes + 4 + length)?;
        if head[..2] == [0xBE, 0xDE] {
            transport_sequence = transport_id
                .and_then(|id| find(body, id))
                .and_then(|value| Some(u16::from_be_bytes(*value.first_chunk()?)));
        }
        header_bytes += 4 + length;
    }
    (header_bytes <= packet.len()).then_some(Received {
        header: Header {
            marker: fixed[1] & 0x80 != 0,
            payload_type: fixed[1] & 0x7F,
            sequence: u16::from_be_bytes([fixed[2], fixed[3]]),
            timestamp: u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
            ssrc: u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]),
        },
        header_bytes,
        transport_sequence,
        padded: fixed[0] & 0x20 != 0,
    })
}

fn find(mut body: &[u8], id: u8) -> Option<&[u8]> {
    while let Some((first, rest)) = body.split_first() {
        if *first == 0 {
            body = rest;
            continue;
        }
        let length = usize::from(first & 15) + 1;
        let (value, after) = rest.split_at_checked(length)?;
        if first >> 4 == id {
            return Some(value);
        }
        body = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_by_us_and_by_others() {
        use rtc::rtp::packet::Packet;
        use rtc::shared::marshal::Unmarshal;
        let header = Header {
            marker: true,
            payload_type: 96,
            sequence: 65_000,
            timestamp: 4_000_000_000,
            ssrc: 11,
        };
        let mut packet = vec![];
        let length = write(
            &mut packet,
            header,
            &[(4, b"1"), (3, &700_u16.to_be_bytes()), (1, &[0x85])],
        );
        packet.extend([1, 2, 3]);
        let received = read(&packet, Some(3)).unwrap();
        assert_eq!(received.header, header);
        assert_eq!(received.header_bytes, length);
        assert_eq!(received.transport_sequence, Some(700));

        let theirs = Packet::unmarshal(&mut &packet[..]).unwrap();
        assert_eq!(theirs.header.get_extension(4).unwrap()[..], b"1"[..]);
        assert_eq!(theirs.header.get_extension(1).unwrap()[..], [0x85]);
        assert_eq!(theirs.payload[..], [1, 2, 3]);
        assert!(theirs.header.marker);
    }

    #[test]
    fn what_is_cut_short_is_no_header() {
        let mut packet = vec![];
        write(&mut packet, Header::default(), &[(3, &[0, 1])]);
        for length in 0..packet.len() {
            assert_eq!(read(&packet[..length], Some(3)), None);
        }
    }
}
