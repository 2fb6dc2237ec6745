//! Attributes of HCPCS Level II codes: record layout of the CMS alpha-numeric file (ANWEB).

use super::Meanings;

/// The values of a column.
pub(super) fn list(column: &str) -> Option<Meanings> {
    Some(match column {
        "coverage" => COVERAGE,
        "pricing" => PRICING,
        "multiple" => MULTIPLE,
        "tos" => SERVICE,
        "action" => ACTION,
        _ => return None,
    })
}

const COVERAGE: Meanings = &[
    ("C", "the contractor decides on coverage"),
    ("D", "special coverage instructions apply"),
    ("I", "not payable by Medicare"),
    ("M", "not covered by Medicare"),
    ("S", "not covered by Medicare, by statute"),
];

const PRICING: Meanings = &[
    ("00", "not priced separately"),
    ("11", "physician fee schedule, by national relative values"),
    ("12", "physician fee schedule, anesthesia base units"),
    ("13", "physician fee schedule, priced by the contractor"),
    ("21", "laboratory schedule, national limit"),
    ("22", "laboratory schedule, priced by the contractor"),
    ("31", "equipment: frequently serviced items"),
    ("32", "equipment: inexpensive or routinely purchased items"),
    ("33", "equipment: oxygen"),
    ("34", "supplies"),
    ("35", "surgical dressings"),
    ("36", "equipment: capped rental"),
    ("37", "ostomy, tracheostomy and urological supplies"),
    ("38", "orthotics, prosthetics, vision"),
    ("39", "parenteral and enteral nutrition"),
    ("40", "lymphedema compression items"),
    ("45", "customized equipment"),
    ("46", "equipment priced by the contractor"),
    ("51", "drugs"),
    ("52", "reasonable charge"),
    ("53", "by statute or other national rule"),
    ("54", "vaccination"),
    ("55", "splints and casts"),
    ("56", "intraocular lens in an office"),
    ("57", "other items priced by the contractor"),
    ("99", "value not established"),
];

const MULTIPLE: Meanings = &[
    ("A", "one way of pricing"),
    ("B", "professional part priced by relative values, technical part by the contractor"),
    ("C", "physician interpretation by relative values, laboratory part by the laboratory schedule"),
    ("D", "the physician's service by relative values, the clinical psychologist's by the schedule of psychologists"),
    ("F", "the physician's service by the contractor, the clinical psychologist's by the schedule of psychologists"),
    ("G", "laboratory schedule, or reasonable charge when the claim holds blood products"),
    ("9", "no pricing applies"),
];

const SERVICE: Meanings = &[
    ("0", "whole blood"),
    ("1", "medical care"),
    ("2", "surgery"),
    ("3", "consultation"),
    ("4", "diagnostic radiology"),
    ("5", "diagnostic laboratory"),
    ("6", "therapeutic radiology"),
    ("7", "anesthesia"),
    ("8", "assistant at surgery"),
    ("9", "other medical items or services"),
    ("A", "used equipment"),
    ("D", "ambulance"),
    ("E", "enteral or parenteral nutrition"),
    ("F", "ambulatory surgical center"),
    ("G", "immunosuppressive drugs"),
    ("H", "hospice"),
    ("J", "diabetic shoes"),
    ("K", "hearing items and services"),
    ("L", "dialysis supplies"),
    ("M", "monthly capitation for dialysis"),
    ("N", "kidney donor"),
    ("P", "purchased equipment, prosthetics, orthotics"),
    ("Q", "vision items or services"),
    ("R", "rented equipment"),
    ("S", "surgical dressings or supplies"),
    ("T", "outpatient mental health"),
    ("U", "occupational therapy"),
    ("V", "pneumonia or influenza vaccine"),
    ("W", "physical therapy"),
];

const ACTION: Meanings = &[
    ("A", "added"),
    ("B", "changed: description and administrative data"),
    ("C", "changed: long description"),
    ("D", "discontinued"),
    ("F", "changed: administrative data"),
    ("N", "unchanged in this release"),
    ("P", "changed: payment"),
    ("R", "reactivated"),
    ("S", "changed: short description"),
    ("T", "changed: other"),
];
