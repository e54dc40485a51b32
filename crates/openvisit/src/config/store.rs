//! `[store]`: where the database is, and how its address is shown.

use serde::{Deserialize, Serialize, Serializer};
use url::Url;

/// `[store]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// `sqlite:PATH` or `postgres://…`.
    #[serde(serialize_with = "shown")]
    pub url: String,
}

impl Store {
    /// The address as it may be shown, without a password; a SQLite store's as it is from the root on.
    #[must_use]
    pub fn shown(&self) -> String {
        match self.url.strip_prefix("sqlite:") {
            Some(path) => std::path::absolute(path).map_or_else(
                |_| self.url.clone(),
                |path| format!("sqlite:{}", path.display()),
            ),
            None => without_password(&self.url),
        }
    }
}

fn shown<S: Serializer>(url: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if url.starts_with("sqlite:") {
        serializer.serialize_str(url)
    } else {
        serializer.serialize_str(&without_password(url))
    }
}

/// PostgreSQL takes a password before the host, and among the parameters.
fn without_password(url: &str) -> String {
    let Ok(mut shown) = Url::parse(url) else {
        return "(no address)".to_owned();
    };
    if shown.password().is_some() && shown.set_password(Some("(set)")).is_err() {
        return "(no address)".to_owned();
    }
    let is_secret = |name: &str| name.to_lowercase().contains("password");
    if shown.query_pairs().any(|(name, _)| is_secret(&name)) {
        let parameters: Vec<(String, String)> = shown.query_pairs().into_owned().collect();
        let parameters = parameters.into_iter().map(|(name, value)| {
            let value = if is_secret(&name) {
                "(set)".to_owned()
            } else {
                value
            };
            (name, value)
        });
        let mut masked = shown.clone();
        masked.query_pairs_mut().clear().extend_pairs(parameters);
        shown = masked;
    }
    shown.to_string()
}

impl Default for Store {
    fn default() -> Self {
        Self {
            url: "sqlite:data/openvisit.sqlite".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_a_store_is_not_shown() {
        for (url, shown) in [
            (
                "postgres://visits:s3cr3t@db/visits",
                "postgres://visits:(set)@db/visits",
            ),
            (
                "postgres://db/visits?user=visits&password=s3cr3t&sslmode=require",
                "postgres://db/visits?user=visits&password=%28set%29&sslmode=require",
            ),
            (
                "postgres://visits@localhost/visits?host=%2Frun",
                "postgres://visits@localhost/visits?host=%2Frun",
            ),
            ("sqlite:data/visits.sqlite", "sqlite:data/visits.sqlite"),
            ("postgres://visits:s3cr3t@[db/visits", "(no address)"),
        ] {
            let store = Store {
                url: url.to_owned(),
            };
            let printed = serde_json::to_value(&store).unwrap();
            assert_eq!(printed["url"], shown);
            assert!(!store.shown().contains("s3cr3t"));
        }
    }
}
