//! The words that fields are written in, as the API describes them: each is one of a list of the domain's, and
//! a program made from the description knows all of them.

use std::borrow::Cow;

use booking_domain as domain;
use protocol::Locale as Language;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, Type},
    },
};

/// Makes of each list a schema of its name.
macro_rules! words {
    ($($name:ident: $words:expr;)*) => {$(
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let schema = ObjectBuilder::new().schema_type(Type::String);
                Schema::from(schema.enum_values(Some($words)).build()).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )*};
}

words! {
    AccountState: domain::accounts::AccountState::ALL.map(domain::accounts::AccountState::as_str);
    ApplicationState: domain::applications::ApplicationState::ALL.map(domain::applications::ApplicationState::as_str);
    AuditDetail: domain::AuditDetail::ALL.iter().map(|name| name.as_str());
    AuditStep: domain::AuditStep::ALL.iter().map(|step| step.as_str());
    AuditSubject: domain::AuditSubject::ALL.iter().map(|kind| kind.as_str());
    Cause: domain::Cause::ALL.map(domain::Cause::as_str);
    ChainFault: [domain::ChainFault::Changed, domain::ChainFault::Removed, domain::ChainFault::Inserted]
        .map(domain::ChainFault::as_str);
    Channel: [domain::Channel::Sms, domain::Channel::Email].map(domain::Channel::as_str);
    CompanionDirection: [domain::applications::CompanionDirection::Sent, domain::applications::CompanionDirection::Received]
        .map(domain::applications::CompanionDirection::as_str);
    CompanionState: domain::applications::CompanionState::ALL.map(domain::applications::CompanionState::as_str);
    DeliveryState: domain::DeliveryState::ALL.map(domain::DeliveryState::as_str);
    Doer: domain::Doer::WORDS;
    DocumentKind: domain::applications::DocumentKind::ALL.map(domain::applications::DocumentKind::as_str);
    EndedBy: domain::EndedBy::ALL.map(domain::EndedBy::as_str);
    Finding: domain::Finding::ALL.map(domain::Finding::as_str);
    Ground: domain::Ground::ALL.map(domain::Ground::as_str);
    InmateState: [
        domain::InmateState::Present,
        domain::InmateState::Transferred,
        domain::InmateState::Released,
    ].map(domain::InmateState::as_str);
    LinkStanding: domain::LinkStanding::ALL.map(domain::LinkStanding::as_str);
    Locale: Language::ALL.map(Language::tag);
    MemberState: domain::MemberState::ALL.map(domain::MemberState::as_str);
    MessageKind: domain::MessageKind::ALL.map(domain::MessageKind::as_str);
    PhoneVerdict: domain::PhoneVerdict::ALL.map(domain::PhoneVerdict::as_str);
    Relationship: domain::applications::Relationship::ALL.map(domain::applications::Relationship::as_str);
    Requirement: [
        domain::applications::Requirement::Identity,
        domain::applications::Requirement::Relationship,
        domain::applications::Requirement::Photo,
        domain::applications::Requirement::Ground,
    ].map(domain::applications::Requirement::as_str);
    RestrictionKind: domain::applications::RestrictionKind::ALL.map(domain::applications::RestrictionKind::as_str);
    Role: domain::Role::ALL.map(domain::Role::as_str);
    VisitState: domain::VisitState::ALL.map(domain::VisitState::as_str);
}
