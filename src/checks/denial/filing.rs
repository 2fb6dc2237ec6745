//! A claim that came too late (reason 29): one calendar year from the service under Medicare (42 CFR 424.44; Claims
//! Processing Manual, chapter 1, section 70), and no appeal, since no initial determination was made.

use super::named::Named;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;

pattern!(
    EXCEPTION,
    r"(?i)\b(?:retro\w*|back-?dated|entitle\w*|administrative error|(?:medicare|mac|contractor|carrier)(?:'s)? error|disenroll\w*|recoup\w*)\b"
);
pattern!(
    PAID,
    r"(?i)\b(?:appeal\w*|redetermin\w*|reopen\w*|fight|overturn\w*|dispute|still (?:be )?paid|get (?:it )?paid|exception)\b"
);

/// Months in which a claim is filed under Medicare.
const MONTHS: f64 = 12.0;
/// The rule card of the limit.
pub(super) const CARD: &str = "timely-filing-one-year";

/// The verdict and the sentences, where it is asked whether a late claim may be appealed or paid.
pub(super) fn told(inquiry: &Inquiry, named: &[Named], medicare: bool) -> Option<(Verdict, Vec<String>)> {
    if !named.iter().any(|named| named.reason == "29") || !PAID.is_match(&inquiry.text_asked()) {
        return None;
    }
    let said = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
    if !medicare {
        let parts = said(&[
            "It depends on the plan's contract, which sets its own limit and appeal",
            "What wins is proof of timely filing: the payer's acceptance report (277CA) or clearinghouse record with its date",
            "The patient is not billed for a late claim of a contracted provider",
        ]);
        return Some((Verdict::Depends, parts));
    }
    if EXCEPTION.is_match(&inquiry.text) {
        let parts = said(&[
            "Only as an exception, and by request to the contractor rather than by appeal",
            "42 CFR 424.44 extends the year for Medicare's own error, retroactive entitlement, recoupment by Medicaid after it, and retroactive disenrollment from Medicare Advantage",
            "Send the proof with the request; without one of these the claim stays denied",
        ]);
        return Some((Verdict::Depends, parts));
    }
    let months = inquiry.stated.amounts.get("months").copied();
    if months.is_some_and(|months| months < MONTHS) {
        let parts = said(&[
            "It depends on proof: the claim was within the one calendar year of 42 CFR 424.44",
            "Check the From date and the payer's receipt date, and ask the contractor to reopen with the acceptance report (277CA); a true late filing has no appeal",
        ]);
        return Some((Verdict::Depends, parts));
    }
    let parts = said(&[
        "No. A late claim has no initial determination, so nobody, provider or patient, may appeal it",
        "Medicare's limit is one calendar year from the date of service (42 CFR 424.44)",
        "Only its exceptions reopen it: Medicare's own error, retroactive entitlement, retroactive disenrollment. Do not bill the patient",
    ]);
    Some((Verdict::No, parts))
}
