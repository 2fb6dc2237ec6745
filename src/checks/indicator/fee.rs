//! Indicators of the Medicare physician fee schedule: record layout in the Claims Processing Manual, chapter 23,
//! section 50.6 and addendum; supervision levels after 42 CFR 410.32(b)(3).

use super::Meanings;

/// The values of a column.
pub(super) fn list(column: &str) -> Option<Meanings> {
    Some(match column {
        "status" => STATUS,
        "pctc" => PCTC,
        "mult" => MULTIPLE,
        "bilat" => BILATERAL,
        "asst" => ASSISTANT,
        "cosurg" => CO_SURGEON,
        "team" => TEAM,
        "supervision" => SUPERVISION,
        "imaging_family" => IMAGING,
        "participation" => PARTICIPATION,
        _ => return None,
    })
}

const STATUS: Meanings = &[
    ("A", "active: paid separately by its relative values when covered"),
    ("B", "bundled: always included in another service, never paid separately"),
    ("C", "the contractor sets the price, usually case by case"),
    ("D", "deleted"),
    ("E", "excluded from this schedule by regulation; paid, if at all, under other rules"),
    ("F", "deleted or discontinued, without a grace period"),
    ("G", "not valid for Medicare: another code is used"),
    ("H", "deleted modifier"),
    ("I", "not valid for Medicare: another code is used, without a grace period"),
    ("J", "anesthesia: paid by base units and time, not by relative values"),
    ("M", "for measurement only: reports quality, no payment"),
    ("N", "not covered by Medicare"),
    ("P", "bundled, or excluded: incident to a physician's service, no separate payment"),
    ("Q", "reports functional information of therapy only"),
    ("R", "restricted coverage: special rules decide; contractors price it where no values are given"),
    ("T", "paid only when nothing else payable is billed that day by the same provider"),
    ("X", "outside the physician fee schedule by statute, such as ambulance or laboratory"),
];

const PCTC: Meanings = &[
    ("0", "a physician's service: no split, 26 and TC do not apply"),
    ("1", "diagnostic test: may be split, 26 for the professional and TC for the technical part"),
    ("2", "professional part only: 26 and TC do not apply; other codes name the test and the whole"),
    ("3", "technical part only: 26 and TC do not apply"),
    ("4", "the whole test only: other codes name its two parts"),
    ("5", "incident to a physician's service: not paid to the physician in a facility; 26 and TC do not apply"),
    ("6", "interpretation of a laboratory test by a physician: 26 applies, TC does not"),
    ("7", "therapy: not paid to a private practice for hospital patients"),
    ("8", "interpretation of an abnormal smear of a hospital inpatient: no TC"),
    ("9", "does not apply"),
];

const MULTIPLE: Meanings = &[
    ("0", "no reduction with other procedures"),
    ("1", "the older reduction: 100%, 50%, 25%, 25%, 25% by rank"),
    ("2", "the usual reduction (51): 100% for the highest, 50% for each of the next four, then by report"),
    ("3", "endoscopy: with others of its base, full for the highest and the difference to the base for the rest"),
    ("4", "diagnostic imaging: further ones lose 50% of the technical and 5% of the professional part"),
    ("5", "therapy: from the second unit or service of a day 50% of practice expense"),
    ("6", "cardiovascular test: further ones lose 25% of the technical part"),
    ("7", "eye test: further ones lose 20% of the technical part"),
    ("9", "does not apply"),
];

const BILATERAL: Meanings = &[
    ("0", "no 150%: anatomy or the code's own meaning rules out both sides; modifier 50 is not used"),
    ("1", "150% for both sides: modifier 50"),
    ("2", "already valued for both sides: modifier 50 is not used"),
    ("3", "100% for each side, no reduction: mostly radiology"),
    ("9", "does not apply"),
];

const ASSISTANT: Meanings = &[
    ("0", "an assistant is paid only when documents show the medical need"),
    ("1", "an assistant is not paid, by statute"),
    ("2", "an assistant may be paid"),
    ("9", "does not apply"),
];

const CO_SURGEON: Meanings = &[
    ("0", "co-surgeons (62) are not permitted"),
    ("1", "co-surgeons (62) may be paid when documents show why two were needed"),
    ("2", "co-surgeons (62) are permitted; no documents needed for two specialties"),
    ("9", "does not apply"),
];

const TEAM: Meanings = &[
    ("0", "a team (66) is not permitted"),
    ("1", "a team (66) may be paid by report, with documents that show the need"),
    ("2", "a team (66) is permitted; paid by report"),
    ("9", "does not apply"),
];

const SUPERVISION: Meanings = &[
    ("01", "general: under the physician's direction, presence not required"),
    ("02", "direct: the physician is immediately available while it is done"),
    ("03", "personal: the physician is in the room"),
    ("04", "general, unless a clinical psychologist personally performs it"),
    ("05", "not required when a qualified audiologist performs it; otherwise direct"),
    ("06", "must be personally performed by a physician, or by a physical therapist certified for it where allowed"),
    ("21", "general with a certified technician, otherwise direct"),
    ("22", "may be done by a technician with a real-time link to a physician"),
    ("66", "physician, or physical therapist certified for it; others may assist"),
    ("6A", "as 66, and a certified physical therapist may supervise another for the technical part"),
    ("77", "physician, certified physical therapist, or a technician certified for it under general supervision"),
    ("7A", "as 77, and a certified physical therapist may supervise another for the technical part"),
    ("09", "does not apply"),
];

const IMAGING: Meanings = &[
    ("88", "technical part is reduced when several imaging services are done in one session"),
    ("99", "does not apply"),
];

const PARTICIPATION: Meanings =
    &[("qpp", "qualifying participant in an advanced alternative payment model"), ("nonqpp", "everybody else")];
