//! Words of smaller tables: levels of national determinations (Medicare Coverage Database, `cvrg_lvl_cd`), roles of
//! codes in local documents, laboratory and equipment schedules, severity of diagnoses, pairs.

use super::Meanings;

/// Level of coverage of a national determination.
pub(super) const LEVEL: Meanings = &[
    ("full", "covered"),
    ("restricted", "covered under conditions"),
    ("none", "not covered"),
    ("undocumented", "the determination gives no level"),
];

/// What a coverage document says of a code.
pub(super) const ROLE: Meanings = &[
    ("hcpcs", "names the service"),
    ("covered", "supports medical necessity"),
    ("noncovered", "does not support medical necessity"),
    ("pcs", "names the inpatient procedure"),
    ("modifier", "names the modifier"),
    ("self-administered", "usually self-administered: not covered incident to a physician's service"),
    ("group", "explains a group of codes"),
    ("ncd", "rests on the national determination"),
    ("related", "names the document"),
];

/// Whether a laboratory amount is national.
pub(super) const LABORATORY: Meanings = &[("N", "national amount"), ("L", "amount of the contractor")];

/// Classes of equipment and supplies.
pub(super) const EQUIPMENT: Meanings = &[
    ("IN", "inexpensive or routinely purchased"),
    ("FS", "frequently serviced"),
    ("CR", "capped rental"),
    ("OX", "oxygen"),
    ("OS", "ostomy, tracheostomy, urological"),
    ("SD", "surgical dressings"),
    ("PO", "prosthetics and orthotics"),
    ("SU", "supplies"),
    ("TE", "nerve stimulators"),
    ("TS", "therapeutic shoes"),
    ("PC", "parenteral nutrition"),
    ("PE", "parenteral and enteral nutrition"),
    ("SC", "splints and casts"),
    ("LC", "lymphedema compression"),
    ("IL", "intraocular lens"),
];

/// Severity of a diagnosis in the inpatient groups.
pub(super) const SEVERITY: Meanings =
    &[("mcc", "major complication or comorbidity (MCC)"), ("cc", "complication or comorbidity (CC)")];

/// Modifier indicators of NCCI pairs.
pub(super) const PAIR: Meanings = &[
    ("0", "never together: no modifier bypasses it"),
    ("1", "a modifier may bypass it when the facts allow"),
    ("9", "never in force"),
];
