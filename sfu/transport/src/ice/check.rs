//! One connectivity check: a STUN binding request (RFC 8445 section 7.2), read, authenticated and
//! answered (RFC 8445 section 7.3, RFC 8489 section 9.1.3).

use std::net::SocketAddr;

use rtc_crypto::RTCCrypto;
use rtc_stun::{
    attributes::{
        ATTR_FINGERPRINT, ATTR_ICE_CONTROLLED, ATTR_ICE_CONTROLLING, ATTR_MESSAGE_INTEGRITY,
        ATTR_PRIORITY, ATTR_UNKNOWN_ATTRIBUTES, ATTR_USE_CANDIDATE, ATTR_USERNAME, AttrType,
        RawAttribute,
    },
    error_code::{
        CODE_BAD_REQUEST, CODE_ROLE_CONFLICT, CODE_UNAUTHORIZED, CODE_UNKNOWN_ATTRIBUTE, ErrorCode,
    },
    fingerprint::FINGERPRINT,
    integrity::MessageIntegrity,
    message::{
        BINDING_REQUEST, CLASS_ERROR_RESPONSE, CLASS_SUCCESS_RESPONSE, MESSAGE_HEADER_SIZE,
        METHOD_BINDING, Message, MessageType, Setter,
    },
    xoraddr::XorMappedAddress,
};

/// A binding request with a good fingerprint, not yet authenticated.
pub(crate) struct Check {
    message: Message,
    /// The attributes that MESSAGE-INTEGRITY covers; later ones do not count (RFC 8489 section 14.5).
    covered: usize,
}

impl Check {
    /// Reads a datagram; `None` when it is no connectivity check.
    pub(crate) fn read(datagram: &[u8]) -> Option<Self> {
        let mut message = Message::new();
        message.unmarshal_binary(datagram).ok()?;
        let whole = MESSAGE_HEADER_SIZE + message.length as usize == datagram.len();
        let last = message.attributes.0.last()?.typ;
        if message.typ != BINDING_REQUEST || !whole || last != ATTR_FINGERPRINT {
            return None;
        }
        FINGERPRINT.check(&message).ok()?;
        let covered = message
            .attributes
            .0
            .iter()
            .position(|attribute| attribute.typ == ATTR_MESSAGE_INTEGRITY)
            .unwrap_or_default();
        Some(Self { message, covered })
    }

    fn attribute(&self, kind: AttrType) -> Option<&RawAttribute> {
        self.message.attributes.0[..self.covered]
            .iter()
            .find(|attribute| attribute.typ == kind)
    }

    /// The two fragments of USERNAME, ours first.
    pub(crate) fn username(&self) -> Option<(&str, &str)> {
        str::from_utf8(&self.attribute(ATTR_USERNAME)?.value)
            .ok()?
            .split_once(':')
    }

    /// Whether the sender knows our password.
    pub(crate) fn is_authentic(&mut self, password: &str, crypto: &dyn RTCCrypto) -> bool {
        self.covered > 0
            && MessageIntegrity::check(&mut self.message, password.as_bytes(), crypto).is_ok()
    }

    /// Whether the sender nominates the pair.
    pub(crate) fn nominates(&self) -> bool {
        self.attribute(ATTR_USE_CANDIDATE).is_some()
            && self.attribute(ATTR_ICE_CONTROLLING).is_some()
    }

    /// Whether the sender believes to be controlled, as we always are.
    pub(crate) fn is_controlled(&self) -> bool {
        self.attribute(ATTR_ICE_CONTROLLED).is_some()
    }

    /// Attributes that must be understood and are not (RFC 8489 section 6.3.1).
    pub(crate) fn unknown_attributes(&self) -> Vec<AttrType> {
        const KNOWN: [AttrType; 4] = [
            ATTR_USERNAME,
            ATTR_MESSAGE_INTEGRITY,
            ATTR_PRIORITY,
            ATTR_USE_CANDIDATE,
        ];
        self.message.attributes.0[..self.covered]
            .iter()
            .map(|attribute| attribute.typ)
            .filter(|kind| kind.required() && !KNOWN.contains(kind))
            .collect()
    }

    /// The answer to a good check: the address that it came from.
    pub(crate) fn success(
        &self,
        from: SocketAddr,
        password: &str,
        crypto: &dyn RTCCrypto,
    ) -> Option<Vec<u8>> {
        let address = XorMappedAddress {
            ip: from.ip(),
            port: from.port(),
        };
        self.answer(
            CLASS_SUCCESS_RESPONSE,
            &[&address],
            Some((password, crypto)),
        )
    }

    /// 400: USERNAME or MESSAGE-INTEGRITY is missing.
    pub(crate) fn bad_request(&self) -> Option<Vec<u8>> {
        self.answer(CLASS_ERROR_RESPONSE, &[&CODE_BAD_REQUEST], None)
    }

    /// 401: the credentials are not ours.
    pub(crate) fn unauthorized(&self) -> Option<Vec<u8>> {
        self.answer(CLASS_ERROR_RESPONSE, &[&CODE_UNAUTHORIZED], None)
    }

    /// 420: these attributes are not understood.
    pub(crate) fn unknown(
        &self,
        attributes: &[AttrType],
        password: &str,
        crypto: &dyn RTCCrypto,
    ) -> Option<Vec<u8>> {
        let value = attributes
            .iter()
            .flat_map(|kind| kind.value().to_be_bytes())
            .collect();
        let list = RawAttribute {
            typ: ATTR_UNKNOWN_ATTRIBUTES,
            length: 0,
            value,
        };
        let parts: [&dyn Setter; 2] = [&CODE_UNKNOWN_ATTRIBUTE, &list];
        self.answer(CLASS_ERROR_RESPONSE, &parts, Some((password, crypto)))
    }

    /// 487: the sender must take the controlling role (RFC 8445 section 7.3.1.1).
    pub(crate) fn role_conflict(&self, password: &str, crypto: &dyn RTCCrypto) -> Option<Vec<u8>> {
        let code: ErrorCode = CODE_ROLE_CONFLICT;
        self.answer(CLASS_ERROR_RESPONSE, &[&code], Some((password, crypto)))
    }

    fn answer(
        &self,
        class: rtc_stun::message::MessageClass,
        parts: &[&dyn Setter],
        key: Option<(&str, &dyn RTCCrypto)>,
    ) -> Option<Vec<u8>> {
        let mut message = Message::new();
        message.typ = MessageType::new(METHOD_BINDING, class);
        message.transaction_id = self.message.transaction_id;
        message.write_header();
        for part in parts {
            part.add_to(&mut message).ok()?;
        }
        if let Some((password, crypto)) = key {
            MessageIntegrity::new_short_term_integrity_with_provider(password.to_owned(), crypto)
                .add_to(&mut message)
                .ok()?;
        }
        FINGERPRINT.add_to(&mut message).ok()?;
        Some(message.raw)
    }
}
