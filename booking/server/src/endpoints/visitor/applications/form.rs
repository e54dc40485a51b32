//! What an applicant fills in, and what can be wrong with it.

use booking_domain::applications::{GROUND_CHARACTERS, Relationship, Services};

use super::body::ServicesBody;
use crate::{
    FieldCode,
    refusal::{FieldError, Refusal},
};

/// Fields as they are read, with what is wrong with any of them.
#[derive(Default)]
pub(super) struct Form {
    errors: Vec<FieldError>,
}

impl Form {
    pub(super) fn wrong(&mut self, field: &'static str, code: FieldCode) {
        self.errors.push(FieldError { field, code });
    }

    pub(super) fn relationship(&mut self, word: &str) -> Option<Relationship> {
        let relationship = Relationship::parse(word).ok();
        if relationship.is_none() {
            self.wrong("relationship", FieldCode::NotValid);
        }
        relationship
    }

    /// A ground, or none where nothing was filled in.
    pub(super) fn ground(&mut self, ground: Option<String>) -> Option<String> {
        let ground = ground.map(|ground| ground.trim().to_owned());
        let ground = ground.filter(|ground| !ground.is_empty())?;
        let characters = ground.chars().count();
        if characters > *GROUND_CHARACTERS.end() {
            self.wrong("ground", FieldCode::TooLong);
        } else if characters < *GROUND_CHARACTERS.start() {
            self.wrong("ground", FieldCode::NotValid);
        }
        Some(ground)
    }

    pub(super) fn services(&mut self, services: ServicesBody) -> Services {
        let services = Services::from(services);
        if services == Services::default() {
            self.wrong("services", FieldCode::Required);
        }
        services
    }

    /// A text of at most `most` characters that must be there.
    pub(super) fn text(&mut self, field: &'static str, text: &str, most: usize) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.wrong(field, FieldCode::Required);
        } else if text.chars().count() > most {
            self.wrong(field, FieldCode::TooLong);
        }
        text.to_owned()
    }

    pub(super) fn checked(self) -> Result<(), Refusal> {
        match self.errors.is_empty() {
            true => Ok(()),
            false => Err(Refusal::Fields(self.errors)),
        }
    }
}
