//! Which part of a list is asked for: `?before=&limit=` or `?after=&limit=`.

use std::str::FromStr;

use serde::Deserialize;

use crate::ProblemCode;

const DEFAULT: u32 = 20;
const MOST: u32 = 100;

/// A part of a list, the newest first.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// Only what is older than the thing with this id.
    before: Option<String>,
    /// How many at most, 1 to 100; 20 where it is left out.
    limit: Option<u32>,
}

/// A part of a list that has an order of its own.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// Only what follows the thing with this id.
    after: Option<String>,
    /// How many at most, 1 to 100; 20 where it is left out.
    limit: Option<u32>,
}

impl Page {
    pub(super) fn before<T: FromStr>(&self) -> Result<Option<T>, ProblemCode> {
        place(self.before.as_deref())
    }

    pub(super) fn limit(&self) -> u32 {
        at_most(self.limit)
    }
}

impl Part {
    pub(super) fn after<T: FromStr>(&self) -> Result<Option<T>, ProblemCode> {
        place(self.after.as_deref())
    }

    pub(super) fn limit(&self) -> u32 {
        at_most(self.limit)
    }
}

/// How many entries of a list of the console: 1 to 100, and 100 where nothing is asked.
pub(super) fn list_limit(limit: Option<u32>) -> u32 {
    limit.unwrap_or(MOST).clamp(1, MOST)
}

fn place<T: FromStr>(id: Option<&str>) -> Result<Option<T>, ProblemCode> {
    let id = id.filter(|id| !id.is_empty());
    let id = id.map(str::parse).transpose();
    id.map_err(|_| ProblemCode::BadRequest)
}

fn at_most(limit: Option<u32>) -> u32 {
    limit.unwrap_or(DEFAULT).clamp(1, MOST)
}

/// The id in an address; what is none leads nowhere.
pub(super) fn id<T: FromStr>(text: &str) -> Result<T, ProblemCode> {
    text.parse().map_err(|_| ProblemCode::NotFound)
}
