//! What an application needs before it can be handed in.

use std::{collections::BTreeSet, ops::RangeInclusive};

use super::{DocumentKind, Relationship, Services};

/// How long a ground is, in characters.
pub const GROUND_CHARACTERS: RangeInclusive<usize> = 5..=500;

/// Something that an application needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Requirement {
    /// A document that shows who the applicant is.
    Identity,
    /// A document that shows a relative's relationship.
    Relationship,
    /// A clear photo of the face, which mobile visits need.
    Photo,
    /// The urgent ground of somebody who is neither a relative nor a lawyer.
    Ground,
}

impl Requirement {
    /// The word in interfaces. A document's is that of its kind.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identity => DocumentKind::Identity.as_str(),
            Self::Relationship => DocumentKind::Relationship.as_str(),
            Self::Photo => DocumentKind::Photo.as_str(),
            Self::Ground => "ground",
        }
    }
}

/// What is missing, in the order in which it is asked for.
#[must_use]
pub fn missing(
    relationship: Relationship,
    ground: Option<&str>,
    services: Services,
    documents: &BTreeSet<DocumentKind>,
) -> Vec<Requirement> {
    let stated = ground.is_some_and(|ground| GROUND_CHARACTERS.contains(&ground.chars().count()));
    let needed = [
        (Requirement::Ground, relationship.needs_ground() && !stated),
        (
            Requirement::Identity,
            !documents.contains(&DocumentKind::Identity),
        ),
        (
            Requirement::Relationship,
            relationship.is_relative() && !documents.contains(&DocumentKind::Relationship),
        ),
        (
            Requirement::Photo,
            services.mobile && !documents.contains(&DocumentKind::Photo),
        ),
    ];
    needed
        .into_iter()
        .filter_map(|(requirement, lacks)| lacks.then_some(requirement))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::btree_set, prelude::*, sample::select};

    use super::*;

    fn services() -> impl Strategy<Value = Services> {
        any::<(bool, bool, bool)>().prop_map(|(on_site, remote, mobile)| Services {
            on_site,
            remote,
            mobile,
        })
    }

    proptest! {
        #[test]
        fn one_more_document_never_makes_more_missing(
            relationship in select(&Relationship::ALL[..]),
            services in services(),
            documents in btree_set(select(&DocumentKind::ALL[..]), 0..3),
            added in select(&DocumentKind::ALL[..]),
        ) {
            let before = missing(relationship, None, services, &documents);
            let mut more = documents;
            more.insert(added);
            let after = missing(relationship, None, services, &more);
            prop_assert!(after.iter().all(|requirement| before.contains(requirement)));
            prop_assert!(after.iter().all(|requirement| requirement.as_str() != added.as_str()));
        }

        #[test]
        fn with_all_documents_only_a_ground_can_be_missing(
            relationship in select(&Relationship::ALL[..]),
            services in services(),
            ground in proptest::option::of(".{0,20}"),
        ) {
            let all = DocumentKind::ALL.into_iter().collect();
            let missing = missing(relationship, ground.as_deref(), services, &all);
            let short = ground.is_none_or(|ground| ground.chars().count() < 5);
            let expected = (relationship == Relationship::Other && short)
                .then_some(Requirement::Ground);
            prop_assert_eq!(missing, expected.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_relative_on_the_phone_shows_identity_relationship_and_face() {
        let services = Services {
            mobile: true,
            ..Services::default()
        };
        let missing = missing(Relationship::Spouse, None, services, &BTreeSet::new());
        let words: Vec<_> = missing
            .into_iter()
            .map(|requirement| requirement.as_str())
            .collect();
        assert_eq!(words, ["identity", "relationship", "photo"]);
    }

    #[test]
    fn a_lawyer_who_comes_in_person_shows_identity_only() {
        let services = Services {
            on_site: true,
            ..Services::default()
        };
        let missing = missing(Relationship::Lawyer, None, services, &BTreeSet::new());
        assert_eq!(missing, [Requirement::Identity]);
    }
}
