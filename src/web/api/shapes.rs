//! Small shapes that the answers are made of.

use std::borrow::Cow;

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::code::CodeSet;
use crate::domain::time::{AsOf, Timestamp};

/// An answer of JSON.
pub struct Answer<T>(pub T);

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match serde_json::to_string(&self.0) {
            Ok(text) => json(StatusCode::OK, text),
            Err(error) => {
                super::problem::Problem::from(crate::web::fault::Fault::Broken(error.to_string())).into_response()
            }
        }
    }
}

/// JSON that is written already.
pub fn json(status: StatusCode, text: String) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], text).into_response()
}

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub Date);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "description": "A day, as 2024-08-01." })
    }
}

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.instant())
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "description": "A point in time, UTC (RFC 3339)." })
    }
}

/// The date that facts are asked for: a day, or `shelf` for the newest release of each table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When(pub AsOf);

/// What is said of a word that is no such date.
pub const NO_DATE: &str = "a date is written as 2024-08-01, or is the word shelf";

impl When {
    /// Reads it strictly: four digits, two and two.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "shelf" {
            return Some(Self(AsOf::Shelf));
        }
        let day = text.parse::<Date>().ok().filter(|_| text.len() == 10)?;
        Some(Self(AsOf::Date(day)))
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(NO_DATE))
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            AsOf::Date(day) => serializer.collect_str(&day),
            AsOf::Shelf => serializer.serialize_str("shelf"),
        }
    }
}

impl JsonSchema for When {
    fn schema_name() -> Cow<'static, str> {
        "When".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2}|shelf)$",
            "description": "A date of service, as 2024-08-01; or `shelf`: the newest release of each table.",
        })
    }
}

/// A schema of fixed words.
pub fn words<const N: usize>(all: [&'static str; N]) -> Schema {
    json_schema!({ "type": "string", "enum": all.to_vec() })
}

/// The names of the code sets.
pub fn code_sets(_: &mut SchemaGenerator) -> Schema {
    words([CodeSet::Cpt, CodeSet::Hcpcs, CodeSet::Icd10cm, CodeSet::Icd10pcs].map(CodeSet::key))
}

/// The key of an account; none for a guest, whose key would be an address.
pub fn account(key: &str) -> Option<String> {
    (!key.is_empty() && !key.starts_with("guest:")).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_strictly() {
        assert_eq!(When::parse("shelf"), Some(When(AsOf::Shelf)));
        assert_eq!(When::parse("2024-08-01"), Some(When(AsOf::Date(jiff::civil::date(2024, 8, 1)))));
        for odd in
            ["", "today", "2024-8-1", "2024-02-30", "20240801", "+002024-08-01", "2024-08-01T00:00:00", "-000001-01-01"]
        {
            assert_eq!(When::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_guest_has_no_key_that_is_told() {
        assert_eq!(account("ac_1"), Some("ac_1".to_owned()));
        assert_eq!((account(""), account("guest:ann@example.test")), (None, None));
    }
}
