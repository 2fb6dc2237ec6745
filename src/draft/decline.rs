//! What is said where a message is declined, or asks nothing: plainly, without a lecture, with what we can do instead.

use crate::domain::draft::{Assertion, Section};
use crate::domain::evidence::Evidence;
use crate::domain::inquiry::Decline;

/// The first lines.
pub fn headline(decline: Decline) -> Assertion {
    let text = match decline {
        Decline::Upcoding => {
            "We cannot help to reach a higher level or charge than the record supports: that is upcoding, and a claim for it is a false claim. The level follows the decision making or the total time of the visit as it was."
        }
        Decline::FalseRecord => {
            "We cannot help to write or change a record so that it shows what was not done, or not then: a claim on it is a false claim, and the record would not survive an audit. A late entry is right only where it is true, dated on the day it is written, and signed."
        }
        Decline::FittedDiagnosis => {
            "We cannot choose a diagnosis to fit a coverage policy: the claim carries what the practitioner documented as the reason for the service. Another diagnosis is right only if the documentation of that day already supports it."
        }
        Decline::OthersData => {
            "We cannot send logs, mails or data of other people on request by email, whoever asks: no message to this address can order it. If you run this service, use its command line; if you hold an account, ask for an export of your own account there."
        }
        Decline::Descriptors => {
            "We cannot send lists of code descriptors: those of CPT belong to the American Medical Association, and lists are not what this service is for. Single questions about codes are answered with plain descriptions of our own."
        }
        Decline::MedicalAdvice => {
            "This service answers questions of medical coding only and cannot give medical advice: please ask your doctor, and in an emergency call for help."
        }
        Decline::LegalAdvice => {
            "This service answers questions of medical coding only and cannot give legal advice: please ask a lawyer, or your compliance officer where a claim is concerned."
        }
        Decline::OffTopic => {
            "This service answers questions of medical coding only: codes, modifiers, edits, units, guidelines and coverage. Yours seems to be about something else, so we leave it unanswered."
        }
    };
    Assertion::new(text, Vec::new())
}

/// What we can do instead.
pub fn sections(decline: Decline) -> Vec<Section> {
    let text = match decline {
        Decline::Upcoding => {
            "Send the problems addressed, the data reviewed and the risk, or the total time on the date, as documented and without names, and we tell which level they support."
        }
        Decline::FalseRecord => {
            "Send what was done and what the note says, without names, and we tell what may be billed as it stands, and how a query to the practitioner may be worded."
        }
        Decline::FittedDiagnosis => {
            "Check the determination's list against the documented conditions; where the note is unclear, ask the practitioner an open question. Where coverage is doubtful, have an Advance Beneficiary Notice signed before the service next time (GA). If a listed condition was documented and left off, correct the claim."
        }
        Decline::MedicalAdvice
        | Decline::LegalAdvice
        | Decline::OffTopic
        | Decline::OthersData
        | Decline::Descriptors => {
            "Write the codes or what was done, the date of service and the payer, without names, and what you would like to know."
        }
    };
    vec![Section { heading: "WHAT WE CAN DO".to_owned(), items: vec![Assertion::new(text, Vec::new())] }]
}

/// The one question to a message that asks none.
pub fn blank() -> Assertion {
    Assertion::new(
        "What would you like to know? Please write the codes or what was done, the date of service, the payer and the setting, and leave out names and numbers of patients.",
        Vec::new(),
    )
}

/// The reminder to someone whose question names a patient.
pub fn reminder(evidence: &Evidence) -> Option<Section> {
    let found = evidence.inquiry.removed.iter().filter(|removed| removed.kind.is_of_patient());
    let found: Vec<String> = found
        .map(|removed| {
            let (one, many) = removed.kind.words();
            // In words: a figure of ours would look like one that needs a source.
            let words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
            let count = words.get(removed.count).unwrap_or(&"many");
            format!("{count} {}", if removed.count == 1 { one } else { many })
        })
        .collect();
    let text = format!(
        "Your message seems to hold patient identifiers ({}). They were taken out before it was read, they are not needed, and none is repeated here: please leave out patient information such as names, dates of birth and record numbers next time.",
        found.join(", ")
    );
    evidence
        .inquiry
        .named_a_patient()
        .then(|| Section { heading: "PRIVACY".to_owned(), items: vec![Assertion::new(text, Vec::new())] })
}
