//! The client's side of DTLS-SRTP (RFC 5764): dimpl's machine, and what comes out of it.

use std::time::Instant;

use anyhow::{anyhow, bail};
use dimpl::{Dtls, Output, SrtpProfile, certificate};

use super::{identity::Identity, meter::Wire, srtp::Keys};

/// The longest datagram of DTLS that is written.
const DATAGRAM_BYTES: usize = 2_048;

/// One handshake, and the connection after it.
pub struct Handshake {
    dtls: Dtls,
    timeout: Option<Instant>,
    material: Option<(Vec<u8>, SrtpProfile)>,
    /// Of the server's certificate, lower case, without the name of the hash.
    fingerprint: String,
}

impl Handshake {
    /// Begins with [`Handshake::handle_timeout`].
    #[must_use]
    pub fn new(identity: &Identity, fingerprint: String, now: Instant) -> Self {
        let mut dtls = Dtls::new_12(identity.config.clone(), identity.certificate.clone(), now);
        dtls.set_active(true);
        Self {
            dtls,
            timeout: None,
            material: None,
            fingerprint,
        }
    }

    /// When it wants the time next.
    #[must_use]
    pub const fn poll_timeout(&self) -> Option<Instant> {
        self.timeout
    }

    /// A datagram came; the keys, once they are agreed.
    ///
    /// # Errors
    /// It cannot go on.
    pub fn handle(
        &mut self,
        datagram: &[u8],
        now: Instant,
        wire: &mut impl Wire,
    ) -> anyhow::Result<Option<Keys>> {
        self.dtls
            .handle_packet(datagram)
            .map_err(|error| failed(&error))?;
        self.handle_timeout(now, wire)
    }

    /// Does what is due; the keys, once they are agreed.
    ///
    /// # Errors
    /// It cannot go on.
    pub fn handle_timeout(
        &mut self,
        now: Instant,
        wire: &mut impl Wire,
    ) -> anyhow::Result<Option<Keys>> {
        self.dtls
            .handle_timeout(now)
            .map_err(|error| failed(&error))?;
        let mut connected = false;
        let mut buffer = [0; DATAGRAM_BYTES];
        loop {
            match self.dtls.poll_output(&mut buffer) {
                Output::Packet(packet) => wire.send(packet),
                Output::Timeout(at) => {
                    self.timeout = Some(at);
                    break;
                }
                Output::PeerCert(theirs) => {
                    let hash = certificate::calculate_fingerprint(theirs);
                    let hash = certificate::format_fingerprint(&hash).to_ascii_lowercase();
                    if hash != self.fingerprint {
                        bail!("the server's certificate is not the one in its answer");
                    }
                }
                Output::KeyingMaterial(material, profile) => {
                    self.material = Some((material.to_vec(), profile));
                }
                Output::Connected => connected = true,
                Output::CloseNotify => bail!("the server closed the connection"),
                Output::BufferTooSmall { .. } => bail!("a datagram of DTLS is too long"),
                _ => {}
            }
        }
        let material = self.material.take_if(|_| connected);
        let keys = material.map(|(material, profile)| Keys::new(&material, profile));
        Ok(keys.transpose()?)
    }
}

fn failed(error: &dimpl::Error) -> anyhow::Error {
    anyhow!("the handshake failed: {error}")
}
