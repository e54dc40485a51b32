//! Staff, and what they look after.

mod audit_names;
mod audit_trail;
mod deeds;
mod departures;
mod duties;
mod facilities;
mod inmates;
mod members;
mod sessions;
mod sign_in;
