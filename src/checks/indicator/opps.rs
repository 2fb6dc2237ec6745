//! Status indicators of the hospital outpatient prospective payment system: OPPS Addendum D1.

use super::Meanings;

/// What pays for the service in a hospital outpatient department.
pub(super) const STATUS: Meanings = &[
    ("A", "paid under another fee schedule, not under OPPS"),
    ("B", "not recognized under OPPS on an outpatient hospital bill: another code may be"),
    ("C", "inpatient only: not paid as an outpatient service"),
    ("D", "discontinued"),
    ("E1", "not paid by Medicare on an outpatient bill"),
    ("E2", "no pricing information: not paid on an outpatient bill"),
    ("F", "paid at reasonable cost"),
    ("G", "pass-through drug or biological: paid separately"),
    ("H", "pass-through device: paid separately at cost"),
    ("H1", "non-opioid device for pain after surgery: paid separately"),
    ("J1", "comprehensive APC: one payment for the encounter, almost all else on the claim is packaged"),
    ("J2", "may become a comprehensive APC (observation) when the conditions on the claim are met"),
    ("K", "drug, biological or radiopharmaceutical without pass-through: paid separately"),
    ("K1", "non-opioid drug for pain after surgery: paid separately"),
    ("L", "vaccine or antibody paid at reasonable cost; no deductible or coinsurance"),
    ("M", "not billable to the hospital's contractor"),
    ("N", "packaged: no separate payment, its cost is in other services"),
    ("P", "partial hospitalization or intensive outpatient: paid per day"),
    ("Q1", "packaged with a service of status S, T or V on the claim; otherwise paid separately"),
    ("Q2", "packaged with a service of status T on the claim; otherwise paid separately"),
    ("Q3", "may be paid within a composite APC; otherwise separately"),
    ("Q4", "laboratory test, packaged unless the claim holds nothing but such tests"),
    ("R", "blood or blood product: paid separately"),
    ("S", "significant procedure, paid separately, not reduced when there are several"),
    ("S1", "skin substitute: paid separately"),
    ("T", "procedure, paid separately, reduced when there are several"),
    ("U", "brachytherapy source: paid separately"),
    ("V", "clinic or emergency visit: paid separately"),
    ("Y", "non-implantable medical equipment: billed to the equipment contractor"),
];
