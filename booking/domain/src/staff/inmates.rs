//! Inmates 收容人: who is where, under which number.
//!
//! An inmate who goes to another facility is a new inmate there, with a number of that facility; the one
//! here has left. So what was decided and booked here stays what it was, and nothing of it holds there.

use async_trait::async_trait;
use ids::{FacilityId, InmateId};

use super::{InmateState, InmateStep};
use crate::{Actor, StoreError};

/// So many rows one file may have.
pub const IMPORT_ROWS: usize = 5000;
/// The longest name, characters.
const NAME_CHARACTERS: usize = 80;

/// The inmates of facilities.
#[async_trait]
pub trait Inmates: Send + Sync {
    /// Adds an inmate. [`StoreError::Duplicate`] where an inmate who is present has the number.
    async fn admit_inmate(
        &self,
        facility: FacilityId,
        inmate: InmateRow,
        by: Actor,
        at_ms: u64,
    ) -> Result<InmateId, StoreError>;

    /// Some of a facility's inmates, by the query.
    async fn find_inmates(&self, query: InmateQuery) -> Result<Vec<InmateInfo>, StoreError>;

    /// An inmate.
    async fn inmate(&self, id: InmateId) -> Result<Option<InmateInfo>, StoreError>;

    /// An inmate leaves a facility: applications end, visits to come are looked at first, everybody
    /// concerned is told, all in one transaction. [`StoreError::Duplicate`] where the number is taken at
    /// the other facility.
    async fn depart(&self, departure: Departure) -> Result<Departed, StoreError>;

    /// Brings a facility's inmates in line with a list, all or, in a dry run, nothing.
    async fn import_inmates(&self, import: Import) -> Result<Imported, StoreError>;
}

/// An inmate, as a list or a form has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InmateRow {
    /// The inmate number 呼號.
    pub number: String,
    /// The full name.
    pub name: String,
    /// The name without the family name.
    pub first_name: String,
}

/// What is wrong with an inmate's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFault {
    /// There are not three columns: number, name, first name.
    Columns,
    /// The number is not of four or six digits.
    Number,
    /// The name is empty, too long, or not of letters.
    Name,
    /// The first name is empty or no part of the name.
    FirstName,
    /// An earlier row has the number.
    Repeated,
    /// An inmate of another name has the number. Whether that is the same person is for people to say:
    /// approvals go with the number.
    OtherName,
    /// More rows than one file may have.
    TooMany,
}

/// Which inmates to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InmateQuery {
    /// Where.
    pub facility: FacilityId,
    /// The beginning of a number, or a part of a name. Empty: all.
    pub text: String,
    /// Only those in this state.
    pub state: Option<InmateState>,
    /// Only those added before this one.
    pub before: Option<InmateId>,
    /// At most so many, the newest first.
    pub limit: u32,
}

/// An inmate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InmateInfo {
    /// The inmate.
    pub id: InmateId,
    /// Where.
    pub facility: FacilityId,
    /// Number and names.
    pub row: InmateRow,
    /// Whether the inmate is there.
    pub state: InmateState,
    /// When the inmate left, Unix milliseconds.
    pub left_at_ms: Option<u64>,
}

/// An inmate leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Who.
    pub inmate: InmateId,
    /// From where.
    pub facility: FacilityId,
    /// Where to, and the number there; none: the inmate is released.
    pub to: Option<(FacilityId, String)>,
    /// Who notes it.
    pub by: Actor,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// What came of a departure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Departed {
    /// The inmate has left.
    Done {
        /// The inmate's id at the other facility.
        there: Option<InmateId>,
        /// How many applications ended.
        applications: usize,
        /// How many visits are to be looked at.
        visits: usize,
    },
    /// No such inmate is present.
    NotPresent,
}

/// A list to be brought in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Where.
    pub facility: FacilityId,
    /// Each row with its line, counted from 1.
    pub rows: Vec<(u64, InmateRow)>,
    /// Whether to tell what would happen, and do nothing.
    pub dry_run: bool,
    /// Who brings it in.
    pub by: Actor,
    /// Now, Unix milliseconds.
    pub at_ms: u64,
}

/// What came of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// How many inmates are new.
    pub added: u32,
    /// How many have another first name than before.
    pub changed: u32,
    /// How many were there just so.
    pub unchanged: u32,
    /// The lines that were left out, and why.
    pub bad: Vec<(u64, RowFault)>,
}

impl InmateRow {
    /// A row of three fields. Blanks around them do not count.
    pub fn new(number: &str, name: &str, first_name: &str) -> Result<Self, RowFault> {
        let (number, name, first_name) = (number.trim(), name.trim(), first_name.trim());
        if !is_inmate_number(number) {
            return Err(RowFault::Number);
        }
        let fits = |text: &str| {
            (1..=NAME_CHARACTERS).contains(&text.chars().count())
                && !text.chars().any(|c| c.is_control() || c.is_ascii_digit())
        };
        if !fits(name) {
            return Err(RowFault::Name);
        }
        if !fits(first_name) || !name.contains(first_name) {
            return Err(RowFault::FirstName);
        }
        Ok(Self {
            number: number.to_owned(),
            name: name.to_owned(),
            first_name: first_name.to_owned(),
        })
    }
}

/// Whether a text is an inmate number 呼號: four or six digits.
#[must_use]
pub fn is_inmate_number(number: &str) -> bool {
    matches!(number.len(), 4 | 6) && number.bytes().all(|byte| byte.is_ascii_digit())
}

impl Departure {
    /// How the inmate leaves.
    #[must_use]
    pub const fn step(&self) -> InmateStep {
        match self.to {
            Some(_) => InmateStep::Transfer,
            None => InmateStep::Release,
        }
    }
}

impl RowFault {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Columns => "columns",
            Self::Number => "number",
            Self::Name => "name",
            Self::FirstName => "first_name",
            Self::Repeated => "repeated",
            Self::OtherName => "other_name",
            Self::TooMany => "too_many",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_a_number_of_four_or_six_digits_and_a_name_with_its_first_name() {
        let row = InmateRow::new(" 1024 ", "林明華", "明華").unwrap();
        assert_eq!((&*row.number, &*row.first_name), ("1024", "明華"));
        assert!(InmateRow::new("102456", "Nguyen Van An", "An").is_ok());
        let fault = |number, name, first| InmateRow::new(number, name, first).unwrap_err();
        assert_eq!(fault("10245", "林明華", "明華"), RowFault::Number);
        assert_eq!(fault("１０２４", "林明華", "明華"), RowFault::Number);
        assert_eq!(fault("1024", " ", "明華"), RowFault::Name);
        assert_eq!(fault("1024", "1024", "明華"), RowFault::Name);
        assert_eq!(fault("1024", "林明華", "志遠"), RowFault::FirstName);
        assert_eq!(fault("1024", "林明華", ""), RowFault::FirstName);
    }
}
