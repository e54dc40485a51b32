//! SRTP and SRTCP (RFC 3711) of one participant: what it sends is opened, what it is sent is sealed.
//!
//! RTP is sealed straight into the send buffer and opened where it was received; nothing is
//! allocated. Replay is checked before authentication and remembered after it, so a forged packet
//! changes nothing. A source gets a window only by an authentic packet.

mod cm;
mod error;
mod gcm;
mod keys;
mod window;

use rtc_crypto::default_provider;
use sfu_core::{OutPacket, RtpHeader};

use self::{
    cm::CounterMode,
    gcm::Gcm,
    keys::{MasterKey, MasterKeys},
    window::Windows,
};

pub use self::error::SrtpError;
pub(crate) use self::keys::Profile;

/// The most bytes that protection adds to a packet: a GCM tag and SRTCP's index word.
pub const SRTP_OVERHEAD_MAX: usize = gcm::TAG_LEN + INDEX_WORD_LEN;

/// The part of a compound packet that is never encrypted: its first header and SSRC.
const RTCP_CLEAR_LEN: usize = 8;
const INDEX_WORD_LEN: usize = 4;
/// The flag in the index word: the packet is encrypted.
const ENCRYPTED: u32 = 1 << 31;
/// The highest SRTCP index, 31 bits.
const RTCP_INDEX_MAX: u32 = ENCRYPTED - 1;

/// Both directions' keys and packet numbers.
pub(crate) struct Srtp {
    inbound: Inbound,
    outbound: Outbound,
}

struct Inbound {
    cipher: Cipher,
    rtp: Windows,
    rtcp: Windows,
}

/// A packet that was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    /// Its length without protection, bytes.
    pub(crate) len: usize,
    pub(crate) ssrc: u32,
    /// Its index within its source.
    index: u64,
    /// Whether it is the first of its source.
    pub(crate) is_first: bool,
    /// Whether it is beyond all of its source that were accepted before.
    pub(crate) is_newest: bool,
}

struct Outbound {
    cipher: Cipher,
    rtp: Windows,
    rtcp_index: u32,
}

#[expect(
    clippy::large_enum_variant,
    reason = "nearly every participant uses the large one"
)]
enum Cipher {
    Gcm(Gcm),
    CounterMode(CounterMode),
}

impl Srtp {
    /// Keys both directions from what the DTLS handshake exported.
    pub(crate) fn new(profile: Profile, keying_material: &[u8]) -> Result<Self, SrtpError> {
        let masters = MasterKeys::split(keying_material, profile).ok_or(SrtpError::NotReady)?;
        Ok(Self {
            inbound: Inbound {
                cipher: Cipher::new(profile, masters.client)?,
                rtp: Windows::default(),
                rtcp: Windows::default(),
            },
            outbound: Outbound {
                cipher: Cipher::new(profile, masters.server)?,
                rtp: Windows::default(),
                rtcp_index: 0,
            },
        })
    }

    pub(crate) fn unprotect_rtp(
        &mut self,
        packet: &mut [u8],
    ) -> Result<(RtpHeader, Opened), SrtpError> {
        let (header, opened) = self.open_rtp(packet)?;
        self.inbound.rtp.accept(opened.ssrc, opened.index)?;
        Ok((header, opened))
    }

    pub(crate) fn unprotect_rtcp(&mut self, packet: &mut [u8]) -> Result<Opened, SrtpError> {
        let opened = self.open_rtcp(packet)?;
        self.inbound.rtcp.accept(opened.ssrc, opened.index)?;
        Ok(opened)
    }

    /// Opens a packet without remembering it: it is as new afterwards as before. Its header, which is
    /// all authenticated and not encrypted, is the one that was read here.
    pub(crate) fn open_rtp(&mut self, packet: &mut [u8]) -> Result<(RtpHeader, Opened), SrtpError> {
        let Inbound { cipher, rtp, .. } = &mut self.inbound;
        let header = RtpHeader::parse(packet).ok_or(SrtpError::Malformed)?;
        let RtpHeader {
            ssrc,
            sequence,
            len: header_len,
            ..
        } = header;
        let end = packet
            .len()
            .checked_sub(cipher.tag_len())
            .filter(|end| *end >= header_len)
            .ok_or(SrtpError::Malformed)?;
        let window = rtp.get(ssrc);
        let index = window.index_of(sequence);
        if !window.is_new(index) {
            return Err(SrtpError::Replayed);
        }
        match cipher {
            Cipher::Gcm(gcm) => {
                let (clear, payload) = packet.split_at_mut(header_len);
                gcm.open_rtp(clear, payload, ssrc, index)?;
            }
            Cipher::CounterMode(CounterMode { rtp: keys, .. }) => {
                let (protected, tag) = packet.split_at_mut(end);
                keys.verify([protected, &rollover_counter(index)], tag)?;
                keys.apply(&mut protected[header_len..], ssrc, index)?;
            }
        }
        let opened = Opened {
            len: end,
            ssrc,
            index,
            is_first: window.is_empty(),
            is_newest: window.is_newest(index),
        };
        Ok((header, opened))
    }

    /// The same for a compound RTCP packet.
    pub(crate) fn open_rtcp(&mut self, packet: &mut [u8]) -> Result<Opened, SrtpError> {
        let Inbound { cipher, rtcp, .. } = &mut self.inbound;
        let len = packet.len();
        let end = len
            .checked_sub(cipher.tag_len() + INDEX_WORD_LEN)
            .filter(|end| *end >= RTCP_CLEAR_LEN)
            .ok_or(SrtpError::Malformed)?;
        let word_at = match cipher {
            Cipher::Gcm(_) => len - INDEX_WORD_LEN,
            Cipher::CounterMode(_) => end,
        };
        let clear: [u8; RTCP_CLEAR_LEN] = read(packet, 0)?;
        let ssrc = u32::from_be_bytes(read(packet, 4)?);
        let index_word = u32::from_be_bytes(read(packet, word_at)?);
        if clear[0] >> 6 != 2 || index_word & ENCRYPTED == 0 {
            return Err(SrtpError::Malformed);
        }
        let index = u64::from(index_word & !ENCRYPTED);
        let window = rtcp.get(ssrc);
        if !window.is_new(index) {
            return Err(SrtpError::Replayed);
        }
        match cipher {
            Cipher::Gcm(gcm) => {
                gcm.open_rtcp(
                    clear,
                    &mut packet[RTCP_CLEAR_LEN..word_at],
                    ssrc,
                    index_word,
                )?;
            }
            Cipher::CounterMode(CounterMode { rtcp: keys, .. }) => {
                let (authenticated, tag) = packet.split_at_mut(word_at + INDEX_WORD_LEN);
                keys.verify([authenticated, &[]], tag)?;
                keys.apply(&mut authenticated[RTCP_CLEAR_LEN..end], ssrc, index)?;
            }
        }
        Ok(Opened {
            len: end,
            ssrc,
            index,
            is_first: window.is_empty(),
            is_newest: window.is_newest(index),
        })
    }

    pub(crate) fn protect_rtp(
        &mut self,
        packet: OutPacket<'_>,
        out: &mut [u8],
    ) -> Result<usize, SrtpError> {
        let Outbound { cipher, rtp, .. } = &mut self.outbound;
        let (ssrc, header_len) = (packet.ssrc, packet.header.len());
        let head_end = header_len + packet.head.len();
        let end = head_end + packet.tail.len();
        let sealed = end + cipher.tag_len();
        let out = out.get_mut(..sealed).ok_or(SrtpError::BufferTooSmall)?;
        let window = rtp.get(ssrc);
        let index = window.index_of(packet.sequence);
        if !window.is_new(index) {
            return Err(SrtpError::Repeated);
        }
        out[..header_len].copy_from_slice(packet.header);
        out[header_len..head_end].copy_from_slice(packet.head);
        out[head_end..end].copy_from_slice(packet.tail);
        match cipher {
            Cipher::Gcm(gcm) => {
                let (header, rest) = out.split_at_mut(header_len);
                let (payload, tag) = rest.split_at_mut(end - header_len);
                tag.copy_from_slice(&gcm.seal_rtp(header, payload, ssrc, index)?);
            }
            Cipher::CounterMode(CounterMode { rtp: keys, .. }) => {
                keys.apply(&mut out[header_len..end], ssrc, index)?;
                let tag = keys.tag([&out[..end], &rollover_counter(index)]);
                out[end..].copy_from_slice(&tag);
            }
        }
        rtp.accept(ssrc, index)?;
        Ok(sealed)
    }

    pub(crate) fn protect_rtcp(
        &mut self,
        compound: &[u8],
        out: &mut [u8],
    ) -> Result<usize, SrtpError> {
        let Outbound {
            cipher, rtcp_index, ..
        } = &mut self.outbound;
        let end = compound.len();
        let clear: [u8; RTCP_CLEAR_LEN] = read(compound, 0)?;
        let ssrc = u32::from_be_bytes(read(compound, 4)?);
        let sealed = end + cipher.tag_len() + INDEX_WORD_LEN;
        let out = out.get_mut(..sealed).ok_or(SrtpError::BufferTooSmall)?;
        if *rtcp_index >= RTCP_INDEX_MAX {
            return Err(SrtpError::Exhausted);
        }
        let index = *rtcp_index + 1;
        let index_word = index | ENCRYPTED;
        out[..end].copy_from_slice(compound);
        match cipher {
            Cipher::Gcm(gcm) => {
                let (rest, trailer) = out[RTCP_CLEAR_LEN..].split_at_mut(end - RTCP_CLEAR_LEN);
                let tag = gcm.seal_rtcp(clear, rest, ssrc, index_word)?;
                trailer[..tag.len()].copy_from_slice(&tag);
                trailer[tag.len()..].copy_from_slice(&index_word.to_be_bytes());
            }
            Cipher::CounterMode(CounterMode { rtcp: keys, .. }) => {
                keys.apply(&mut out[RTCP_CLEAR_LEN..end], ssrc, u64::from(index))?;
                out[end..end + INDEX_WORD_LEN].copy_from_slice(&index_word.to_be_bytes());
                let tag = keys.tag([&out[..end + INDEX_WORD_LEN], &[]]);
                out[end + INDEX_WORD_LEN..].copy_from_slice(&tag);
            }
        }
        *rtcp_index = index;
        Ok(sealed)
    }
}

impl Cipher {
    fn new(profile: Profile, master: MasterKey<'_>) -> Result<Self, SrtpError> {
        let provider = default_provider().map_err(|_| SrtpError::NotReady)?;
        let crypto = provider.crypto();
        Ok(match profile {
            Profile::AeadAes128Gcm => Self::Gcm(Gcm::new(master, crypto)?),
            Profile::Aes128CmSha1_80 => Self::CounterMode(CounterMode::new(master, crypto)?),
        })
    }

    fn tag_len(&self) -> usize {
        match self {
            Self::Gcm(_) => gcm::TAG_LEN,
            Self::CounterMode(_) => cm::TAG_LEN,
        }
    }
}

/// The rollover counter, the index's upper 32 bits, as the CM profile authenticates it.
fn rollover_counter(index: u64) -> [u8; 4] {
    u32::try_from(index >> 16)
        .expect("an index has 48 bits")
        .to_be_bytes()
}

fn read<const N: usize>(from: &[u8], at: usize) -> Result<[u8; N], SrtpError> {
    from.get(at..)
        .and_then(|rest| rest.first_chunk())
        .copied()
        .ok_or(SrtpError::Malformed)
}

#[cfg(test)]
mod tests;
