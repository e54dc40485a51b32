//! What the tests of messages put into words.

use booking_domain::{FacilityName, MessageVisit};
use grant::Slot;

/// A visit on 2026-11-24, a Tuesday, from 06:30Z to 07:00Z.
pub(super) fn visit() -> MessageVisit {
    MessageVisit {
        id: "018f3f5e-7c1a-7b2e-9c55-0242ac120002".parse().unwrap(),
        facility_name: FacilityName::new("示範看守所"),
        time_zone: "Asia/Taipei".into(),
        inmate_name: "林明華".into(),
        inmate_number: "1024".into(),
        batch: Some(3),
        opens_at_ms: 1_795_500_000_000,
        slot: Slot {
            starts_at_ms: 1_795_501_800_000,
            ends_at_ms: 1_795_503_600_000,
        },
    }
}
