//! Kinds of identifiers that are taken out of a text (45 CFR 164.514(b)(2)(i), (A) to (R)), and how many of each were.

use serde::{Deserialize, Serialize};

/// A kind of identifier, in the order of the rule; two that are nobody's patient identity at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identifier {
    /// (A) Names of the patient, relatives, employers, household members.
    Name,
    /// (B) Street, town, ZIP code: anything smaller than a state.
    Address,
    /// (C) Dates of birth. Dates of service are facts of coding: they stay, and become tokens towards a model.
    BirthDate,
    /// (C) Ages over 89.
    Age,
    /// (D) Telephone numbers.
    Phone,
    /// (E) Fax numbers.
    Fax,
    /// (F) Email addresses.
    Email,
    /// (G) Social security numbers.
    Ssn,
    /// (H) Medical record numbers, with those of charts, encounters and specimens.
    Mrn,
    /// (I) Health plan beneficiary numbers: Medicare, Medicaid, member, policy, group.
    HealthPlan,
    /// (J) Account and card numbers.
    Account,
    /// (K) Certificate and licence numbers.
    License,
    /// (L) Vehicle identifiers: VIN, licence plate.
    Vehicle,
    /// (M) Device identifiers and serial numbers.
    Device,
    /// (N) Web addresses.
    Url,
    /// (O) IP addresses, and those of network cards.
    Ip,
    /// (P) Numbers of fingerprints, voice prints and the like.
    Biometric,
    /// (R) Any other number of one person or one claim. (Q), photographs, is nothing that a text can hold.
    Other,
    /// A clinician's name or number (NPI): public, needed for no answer, and left out all the same.
    Clinician,
    /// Those who write to each other: the names of a greeting and of a signature, and what stands below it.
    Correspondent,
}

impl Identifier {
    /// Its word in output for programs: `birth_date`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::BirthDate => "birth_date",
            Self::Age => "age",
            Self::Phone => "phone",
            Self::Fax => "fax",
            Self::Email => "email",
            Self::Ssn => "ssn",
            Self::Mrn => "mrn",
            Self::HealthPlan => "health_plan",
            Self::Account => "account",
            Self::License => "license",
            Self::Vehicle => "vehicle",
            Self::Device => "device",
            Self::Url => "url",
            Self::Ip => "ip",
            Self::Biometric => "biometric",
            Self::Other => "other",
            Self::Clinician => "clinician",
            Self::Correspondent => "correspondent",
        }
    }

    /// Its words in a sentence, for one and for several.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Name => ("name", "names"),
            Self::Address => ("address", "addresses"),
            Self::BirthDate => ("date of birth", "dates of birth"),
            Self::Age => ("age over eighty-nine", "ages over eighty-nine"),
            Self::Phone => ("telephone number", "telephone numbers"),
            Self::Fax => ("fax number", "fax numbers"),
            Self::Email => ("email address", "email addresses"),
            Self::Ssn => ("social security number", "social security numbers"),
            Self::Mrn => ("record number", "record numbers"),
            Self::HealthPlan => ("health plan number", "health plan numbers"),
            Self::Account => ("account number", "account numbers"),
            Self::License => ("licence number", "licence numbers"),
            Self::Vehicle => ("vehicle number", "vehicle numbers"),
            Self::Device => ("device number", "device numbers"),
            Self::Url => ("web address", "web addresses"),
            Self::Ip => ("network address", "network addresses"),
            Self::Biometric => ("biometric number", "biometric numbers"),
            Self::Other => ("other number", "other numbers"),
            Self::Clinician => ("clinician's name or number", "clinicians' names or numbers"),
            Self::Correspondent => ("detail of the sender", "details of the sender"),
        }
    }

    /// True where it may tell who the patient is. False for what clinicians and senders give of themselves, and for ways
    /// to reach somebody, which stand below every other mail and are the sender's unless a patient is named as well.
    pub fn is_of_patient(self) -> bool {
        use Identifier::{Address, Clinician, Correspondent, Email, Fax, Ip, License, Phone, Url};
        !matches!(self, Clinician | Correspondent | Address | Email | Fax | Ip | License | Phone | Url)
    }
}

/// How many identifiers of a kind were taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The kind.
    pub kind: Identifier,
    /// How many.
    pub count: usize,
}
