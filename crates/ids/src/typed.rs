//! One macro, one type a kind of thing.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not the identifier it was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError {
    kind: &'static str,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a {} id: a UUID is expected", self.kind)
    }
}

impl std::error::Error for IdError {}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Names the thing that `uuid` identifies.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself, for storage.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        #[cfg(feature = "openapi")]
        crate::openapi::uuid_schema!($name);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::from_str(text).map(Self).map_err(|_| IdError { kind: $kind })
            }
        }
    };
}

typed_id!(
    /// One mobile visit 行動接見: a party, an inmate, a terminal and a slot.
    VisitId, "visit"
);
typed_id!(
    /// A facility 矯正機關.
    FacilityId, "facility"
);
typed_id!(
    /// An inmate 收容人.
    InmateId, "inmate"
);
typed_id!(
    /// A facility's device at which inmates sit.
    TerminalId, "terminal"
);
typed_id!(
    /// A person outside: an applicant or another visitor.
    PersonId, "person"
);
typed_id!(
    /// A member of the facilities' staff: an officer, a reviewer, a scheduler.
    StaffId, "staff"
);
typed_id!(
    /// One issued session link; a reissued link has an id of its own.
    LinkId, "link"
);

typed_id!(
    /// A visitor's request to be admitted to one inmate's visits.
    ApplicationId, "application"
);
typed_id!(
    /// A file of an application.
    DocumentId, "document"
);
typed_id!(
    /// Two visitors' agreement to visit an inmate together.
    CompanionId, "companion"
);
typed_id!(
    /// A bar to somebody's visits.
    RestrictionId, "restriction"
);
typed_id!(
    /// A facility's grid of batches.
    SlotGridId, "slot grid"
);
typed_id!(
    /// Days without visits.
    ClosureId, "closure"
);
typed_id!(
    /// A message in the outbox.
    MessageId, "message"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_text_and_refuses_other_text() {
        let text = "018f3f5e-7c1a-7b2e-9c55-0242ac120002";
        assert_eq!(text.parse::<VisitId>().unwrap().to_string(), text);
        let error = "42".parse::<TerminalId>().unwrap_err();
        assert_eq!(error.to_string(), "not a terminal id: a UUID is expected");
    }
}
