//! Offer and answer: one `PeerConnection`, negotiated once.
//!
//! `reader` takes text apart, `offer` reads what holds for the whole connection, `codecs`,
//! `extensions` and `published` read a line, `negotiation` decides and `answer` writes. Payload types
//! and extension ids are the offer's own throughout; a room rewrites them per receiver.

mod answer;
mod codecs;
mod error;
mod extensions;
mod negotiation;
mod offer;
mod published;
mod reader;

pub(crate) use self::{
    answer::{LocalTransport, write as write_answer},
    negotiation::Negotiation,
    offer::Offer,
};
pub use self::{error::OfferError, reader::OFFER_LEN_MAX};
