//! Tables that come along with others, are known, and give no rows: an import says so instead of calling them unknown.
//!
//! Each is known by the names in its header.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::sheet::Sheet;

/// Coefficients of the risk adjustment models (CMS).
pub const HCC_COEFFICIENTS: Format = Format {
    name: "HCC coefficients (known, not used)",
    recognise: |sample| has(sample, &["coefficient", "value", "modeldomain", "modelversion"]),
    read: nothing,
};

/// Age and sex edits of the risk adjustment models (CMS).
pub const HCC_EDITS: Format = Format {
    name: "HCC diagnosis edits (known, not used)",
    recognise: |sample| has(sample, &["icd10", "edittype", "action", "modelname"]),
    read: nothing,
};

/// Which condition categories are chronic.
pub const HCC_CHRONIC: Format = Format {
    name: "HCC chronic conditions (known, not used)",
    recognise: |sample| has(sample, &["hcc", "ischronic", "modelversion"]),
    read: nothing,
};

/// Race and ethnicity code set (CDC).
pub const ETHNICITY: Format = Format {
    name: "race and ethnicity codes (known, not used)",
    recognise: |sample| has(sample, &["conceptcode", "conceptname", "preferredconceptname", "codesystemoid"]),
    read: nothing,
};

/// Health care provider taxonomy (NUCC).
pub const TAXONOMY: Format = Format {
    name: "NUCC taxonomy (known, not used)",
    recognise: |sample| has(sample, &["code", "grouping", "classification", "specialization"]),
    read: nothing,
};

/// Revenue codes (NUBC).
pub const REVENUE: Format = Format {
    name: "revenue codes (known, not used)",
    recognise: |sample| has(sample, &["revenuecentercode", "description"]),
    read: nothing,
};

/// Patient discharge status codes (NUBC).
pub const DISCHARGE: Format = Format {
    name: "discharge status codes (known, not used)",
    recognise: |sample| has(sample, &["dischargedispositioncode", "description"]),
    read: nothing,
};

/// OPPS status indicators (CMS, Addendum D1).
pub const STATUS_INDICATORS: Format = Format {
    name: "OPPS status indicators (known, not used)",
    recognise: |sample| has(sample, &["statusindicator", "paid", "description"]),
    read: nothing,
};

/// Adjustment codes sorted into kinds of denial.
pub const DENIAL_CATEGORIES: Format = Format {
    name: "denial categories (known, not used)",
    recognise: |sample| has(sample, &["adjcode", "denialtype", "denialcategory"]),
    read: nothing,
};

fn has(sample: &Sample<'_>, columns: &[&str]) -> bool {
    Sheet::with(&sample.text, columns).is_some()
}

fn nothing(_: &File<'_>, _: &mut Intake) -> Result<(), Refusal> {
    Ok(())
}
