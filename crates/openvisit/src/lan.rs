//! Trying the service with real phones on the same network.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use anyhow::{Result, ensure};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// The address by which other machines of the network reach this one: the source address that the
/// system would choose for a packet to the outside. No packet is sent.
///
/// # Errors
/// The machine is on no network.
pub fn own_address() -> Result<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    // TEST-NET-3 (RFC 5737): an address that is never used; connecting only looks up the route.
    let routed = socket.connect(SocketAddr::from(([203, 0, 113, 1], 9)));
    let address = routed
        .and_then(|()| socket.local_addr())
        .map(|own| own.ip());
    match address {
        Ok(address) => {
            ensure!(
                !address.is_loopback() && !address.is_unspecified(),
                "this machine is on no network that a phone could share"
            );
            Ok(address)
        }
        Err(error) => Err(anyhow::Error::new(error)
            .context("this machine is on no network that a phone could share")),
    }
}

/// `text` as a QR code for a terminal, two modules a character, dark on light.
///
/// # Errors
/// The text is too long for a QR code.
pub fn qr(text: &str) -> Result<String> {
    Ok(QrCode::new(text)?
        .render::<Dense1x2>()
        .dark_color(Dense1x2::Light)
        .light_color(Dense1x2::Dark)
        .build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_fits_a_code_that_fits_a_terminal() {
        let code = qr("https://192.0.2.10:8443/j#abcdefghijklmnopqrstuvwxyz012345").unwrap();
        let width = code.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(width <= 60, "{width}");
        assert!(qr(&"x".repeat(5_000)).is_err());
    }
}
