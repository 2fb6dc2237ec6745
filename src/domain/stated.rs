//! What a question states besides codes: amounts, who pays, where it was done. Cases of rule cards are matched
//! against it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Whose rules the asker is under, as far as the words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Payer {
    /// Medicare; also where none is named.
    #[default]
    Medicare,
    /// Medicaid.
    Medicaid,
    /// A commercial or other plan.
    Commercial,
}

impl Payer {
    /// The word used in cases.
    pub fn key(self) -> &'static str {
        match self {
            Self::Medicare => "medicare",
            Self::Medicaid => "medicaid",
            Self::Commercial => "commercial",
        }
    }
}

/// Where the service was done, or for whom the claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// An ambulatory surgical center.
    Asc,
    /// A hospital's outpatient claim.
    Facility,
    /// A hospital stay.
    Inpatient,
    /// An office or clinic.
    Office,
}

impl Place {
    /// The word used in cases.
    pub fn key(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Facility => "facility",
            Self::Inpatient => "inpatient",
            Self::Office => "office",
        }
    }
}

/// What is stated.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Stated {
    /// The largest amount of each kind: `minutes` (hours are turned into them), `age` in years, `days`, `weeks`,
    /// `months`, `years`, `cm`, `mg`, `views`.
    pub amounts: BTreeMap<String, f64>,
    /// Whose rules.
    pub payer: Payer,
    /// Where.
    pub place: Option<Place>,
    /// The state, two letters, where one is named: `FL`.
    #[serde(default)]
    pub state: Option<String>,
    /// A ZIP code of the place of service, five digits.
    #[serde(default)]
    pub zip: Option<String>,
    /// Denial codes: group and reason `CO-97`, `PR-204`, a bare reason `97` behind words such as CARC, remarks `N130`,
    /// `MA130`.
    #[serde(default)]
    pub denials: Vec<String>,
    /// Place of service codes that are named as such: `11`, `22`.
    #[serde(default)]
    pub places_of_service: Vec<String>,
    /// `female` or `male`, where it is said.
    #[serde(default)]
    pub sex: Option<String>,
    /// Modifiers that are named, and two capitals that have the shape of one: `25`, `LT`.
    pub modifiers: Vec<String>,
}
