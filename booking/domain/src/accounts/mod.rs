//! Visitors' accounts: who somebody is, and how they prove it.
//!
//! A visitor registers with what the identity document says, with a mobile number and an e-mail address.
//! A letter proves the address; then the account is active ([`AccountState`]). What identifies a person
//! (national id, date of birth) is sealed before it reaches a store, which finds a national id by a blind
//! index.
//!
//! An account whose address was never proved holds nothing: whoever registers with its address or its
//! national id takes its place. So nobody can keep an address from the one who reads its letters, nor
//! prepare an account there in wait for them.
//!
//! [`Registration::check`] reads the form; [`Accounts`] is what a store does.

mod address_correction;
mod birth;
mod contact;
mod email;
mod fault;
mod identity_correction;
mod name;
mod national_id;
mod password;
mod personal_data;
mod registration;
mod state;
mod store;
mod suspension;

pub use address_correction::{AddressCorrection, AddressCorrections, CorrectionError};
pub use birth::{ADULT_YEARS, YOUNGEST_YEARS, age_on, check_birth_date, parse_birth_date};
pub use contact::{Landline, MobileNumber};
pub use email::EmailAddress;
pub use fault::Fault;
pub use identity_correction::{
    Applicant, IdentityCorrection, IdentityCorrections, SealedNationalId,
};
pub use name::PersonName;
pub use national_id::NationalId;
pub use password::{PASSWORD_CHARACTERS, Password};
pub use personal_data::{
    ApplicationRecord, CompanionRecord, DocumentRecord, EventRecord, MessageRecord, PersonalData,
    RestrictionRecord, VisitRecord,
};
pub use registration::{Registration, RegistrationForm};
pub use state::AccountState;
pub use store::{
    AccountProfile, Accounts, Closed, ContactChange, Credentials, EmailProof, NewAccount,
    NewSession, PasswordChange, PasswordReset, Registered, RunningSession, Sealed, SessionRules,
    Swept,
};
pub use suspension::{AccountQuery, FoundAccount, NewSuspension, SuspensionError, Suspensions};

/// A text with full-width letters, digits and signs (U+FF01 to U+FF5E, as Chinese keyboards write them) in
/// their usual width, and without white space at its ends.
fn narrow(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    };
    text.chars()
        .map(narrow)
        .collect::<String>()
        .trim()
        .to_owned()
}
