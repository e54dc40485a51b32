//! DTLS 1.2 records and handshake fragments (RFC 6347 sections 4.1 and 4.2.2), looked at from outside.

/// Bytes of a record's header.
pub(crate) const RECORD_HEADER_LEN: usize = 13;
/// Bytes of a handshake fragment's header.
pub(crate) const HANDSHAKE_HEADER_LEN: usize = 12;

/// DTLS 1.2 on the wire.
const VERSION: [u8; 2] = [0xfe, 0xfd];

pub(crate) const CHANGE_CIPHER_SPEC: u8 = 20;
pub(crate) const ALERT: u8 = 21;
pub(crate) const HANDSHAKE: u8 = 22;

pub(crate) const CLIENT_HELLO: u8 = 1;
pub(crate) const CERTIFICATE: u8 = 11;
pub(crate) const CERTIFICATE_VERIFY: u8 = 15;

/// One record of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) content_type: u8,
    pub(crate) epoch: u16,
    pub(crate) fragment: &'a [u8],
    /// The record with its header.
    pub(crate) whole: &'a [u8],
}

/// The records of a datagram, up to the first that is cut short. Those without content are passed over: no peer may
/// send such alerts or handshake records (RFC 5246 section 6.2.1), and rtc-dtls fails at them.
pub(crate) fn records(mut datagram: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let next = move || {
        let header: [u8; RECORD_HEADER_LEN] = *datagram.first_chunk()?;
        let len = RECORD_HEADER_LEN + usize::from(u16::from_be_bytes([header[11], header[12]]));
        let (whole, rest) = datagram.split_at_checked(len)?;
        datagram = rest;
        Some(Record {
            content_type: header[0],
            epoch: u16::from_be_bytes([header[3], header[4]]),
            fragment: &whole[RECORD_HEADER_LEN..],
            whole,
        })
    };
    std::iter::from_fn(next).filter(|record| !record.fragment.is_empty())
}

/// A plaintext record, of epoch 0.
pub(crate) fn plaintext_record(content_type: u8, sequence_number: u64, fragment: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(RECORD_HEADER_LEN + fragment.len());
    record.push(content_type);
    record.extend(VERSION);
    record.extend([0, 0]);
    record.extend(&sequence_number.to_be_bytes()[2..]);
    let len =
        u16::try_from(fragment.len()).expect("a message is bounded far below a record's size");
    record.extend(len.to_be_bytes());
    record.extend(fragment);
    record
}

/// Gives the plaintext records of a datagram new sequence numbers, the next of `next`. Encrypted
/// ones keep theirs, which their protection covers.
pub(crate) fn renumber(datagram: &mut [u8], next: &mut u64) {
    let mut at = 0;
    while let Some(header) = datagram
        .get_mut(at..)
        .and_then(<[u8]>::first_chunk_mut::<RECORD_HEADER_LEN>)
    {
        if header[3..5] == [0, 0] {
            header[5..11].copy_from_slice(&next.to_be_bytes()[2..]);
            *next += 1;
        }
        at += RECORD_HEADER_LEN + usize::from(u16::from_be_bytes([header[11], header[12]]));
    }
}

/// A piece of a handshake message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fragment<'a> {
    pub(crate) message_type: u8,
    /// Bytes of the whole message.
    pub(crate) len: usize,
    pub(crate) message_seq: u16,
    pub(crate) offset: usize,
    pub(crate) data: &'a [u8],
}

/// The fragments in a handshake record, up to the first that contradicts itself.
pub(crate) fn fragments(mut record: &[u8]) -> impl Iterator<Item = Fragment<'_>> {
    std::iter::from_fn(move || {
        let header: [u8; HANDSHAKE_HEADER_LEN] = *record.first_chunk()?;
        let u24 = |at: usize| {
            usize::from(header[at]) << 16
                | usize::from(header[at + 1]) << 8
                | usize::from(header[at + 2])
        };
        let (len, offset, fragment_len) = (u24(1), u24(6), u24(9));
        let (data, rest) = record[HANDSHAKE_HEADER_LEN..].split_at_checked(fragment_len)?;
        record = rest;
        let fits = offset + fragment_len <= len && (fragment_len > 0 || len == 0);
        fits.then_some(Fragment {
            message_type: header[0],
            len,
            message_seq: u16::from_be_bytes([header[4], header[5]]),
            offset,
            data,
        })
    })
}

/// A whole handshake message as one fragment.
pub(crate) fn whole_message(message_type: u8, message_seq: u16, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len())
        .expect("a message is bounded far below 16 MiB")
        .to_be_bytes();
    let mut message = Vec::with_capacity(HANDSHAKE_HEADER_LEN + body.len());
    message.push(message_type);
    message.extend(&len[1..]);
    message.extend(message_seq.to_be_bytes());
    message.extend([0; 3]);
    message.extend(&len[1..]);
    message.extend(body);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_is_taken_apart_into_records_and_fragments() {
        let message = whole_message(CLIENT_HELLO, 3, &[7; 5]);
        let mut datagram = plaintext_record(HANDSHAKE, 9, &[&message[..], &message[..]].concat());
        datagram.extend(plaintext_record(ALERT, 9, &[]));
        datagram.extend(plaintext_record(ALERT, 10, &[2, 40]));
        let found: Vec<_> = records(&datagram).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[1].content_type, found[1].epoch, found[1].fragment),
            (ALERT, 0, &[2, 40][..])
        );
        let fragments: Vec<_> = fragments(found[0].fragment).collect();
        assert_eq!(fragments.len(), 2);
        let expected = Fragment {
            message_type: CLIENT_HELLO,
            len: 5,
            message_seq: 3,
            offset: 0,
            data: &[7; 5],
        };
        assert_eq!(fragments[1], expected);
    }

    #[test]
    fn what_is_cut_short_or_contradicts_itself_ends_the_reading() {
        let record = plaintext_record(HANDSHAKE, 0, &whole_message(1, 0, &[1; 20]));
        for len in 0..record.len() {
            assert_eq!(records(&record[..len]).count(), 0);
        }
        let message = whole_message(1, 0, &[1; 20]);
        for len in 0..message.len() {
            assert_eq!(fragments(&message[..len]).count(), 0);
        }
        let mut beyond_its_end = message.clone();
        beyond_its_end[8] = 1;
        assert_eq!(fragments(&beyond_its_end).count(), 0);
        let mut empty_piece = message[..HANDSHAKE_HEADER_LEN].to_vec();
        empty_piece[11] = 0;
        assert_eq!(fragments(&empty_piece).count(), 0);
    }

    #[test]
    fn only_plaintext_records_get_new_numbers() {
        let mut encrypted = plaintext_record(HANDSHAKE, 5, &[1; 30]);
        encrypted[4] = 1;
        let mut datagram = [
            plaintext_record(CHANGE_CIPHER_SPEC, 0, &[1]),
            encrypted.clone(),
            plaintext_record(ALERT, 0, &[1, 2]),
        ]
        .concat();
        let mut next = 0x0102_0304_0506;
        renumber(&mut datagram, &mut next);
        assert_eq!(next, 0x0102_0304_0508);
        assert_eq!(datagram[5..11], [1, 2, 3, 4, 5, 6]);
        assert_eq!(records(&datagram).nth(1).unwrap().whole, encrypted);
        assert_eq!(
            records(&datagram).nth(2).unwrap().whole[5..11],
            [1, 2, 3, 4, 5, 7]
        );
    }
}
