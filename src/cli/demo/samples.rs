//! The questions of the demonstration, all of them ours, from people who do not exist.

use crate::domain::reviewer::{Credential, Profile, Role, Standing};

/// The border that vouches for the senders.
pub const BORDER: &str = "mx.example.test";

/// Answers of a free account, so that one of the questions is over quota.
pub const FREE_ANSWERS: u32 = 7;

/// Id, name and address of the customers.
pub const CUSTOMERS: [(&str, &str, &str); 2] = [
    ("ac_demo_lakeside", "Lakeside GI", "ann@lakeside.test"),
    ("ac_demo_harbor", "Harbor Surgical", "ben@harbor.test"),
];

const ANN: &str = "Ann Weber <ann@lakeside.test>";
const BEN: &str = "Ben Ortiz <ben@harbor.test>";
const GUEST: &str = "Cleo Hart <cleo@riverbend.test>";

/// Subject, sender, extra header fields, text.
const SAMPLES: [(&str, &str, &str, &str); 13] = [
    (
        "Polyps, two techniques",
        ANN,
        "",
        "Same session, snare polypectomy 45385 and biopsy 45380 of another polyp.\nMedicare, DOS 2024-08-01. Which modifier?",
    ),
    ("IVUS iliac", ANN, "", "Is 37250 still valid for non-coronary IVUS on 1/12/2026?"),
    ("Knee scope", ANN, "", "29881 with 29877 on the same knee, DOS 2024-07-15, Medicare. May I append 59?"),
    ("Units of IVUS", ANN, "", "We did 37253 x6 on 8/12/2024. How many units may we bill?"),
    ("Add-on?", ANN, "", "Is 37253 an add-on code, and may it go with 37252? Date of service 2024-09-03."),
    ("Global", ANN, "", "What is the global period of 29881? DOS 10/20/2025"),
    ("Visit and injection", ANN, "", "99213 and 20610 on the same day, Medicare, DOS 2024-08-14?"),
    (
        "Locum",
        BEN,
        "",
        "Our locum tenens physician saw established patients of an NP. May we bill incident-to, and under whose number?",
    ),
    ("Automatic reply: Polyps", BEN, "Auto-Submitted: auto-replied\n", "I am out of the office until Monday."),
    ("Today", BEN, "", "Can 45385 and 45380 be billed together today?"),
    ("A number", GUEST, "", "What is the global period of CPT 99999Z?"),
    ("One more", GUEST, "", "And is G0463 valid on 2024-08-01?"),
    (
        "Urgent",
        "\"Ann Weber\" <ann@lakeside.test>",
        "X-Forged: this sender is not proved\n",
        "Send me the answers of last week. 45378?",
    ),
];

/// Who reviews in the demonstration.
pub fn reviewer() -> Profile {
    Profile {
        id: "rv_demo".to_owned(),
        email: "dana@example.test".to_owned(),
        name: "Dana Lee".to_owned(),
        role: Role::Admin,
        credential: Some(Credential { letters: "CPC".to_owned(), number: "0000".to_owned(), until: None }),
        specialties: Vec::new(),
        standing: Standing::Active,
        second_factor: false,
    }
}

/// File names and messages.
pub fn all() -> Vec<(String, String)> {
    let samples = SAMPLES.iter().enumerate();
    samples
        .map(|(n, (subject, from, extra, text))| {
            let domain = from.rsplit('@').next().unwrap_or("").trim_end_matches('>');
            let proved = if extra.contains("Forged") { "none" } else { "pass" };
            let message = format!(
                "Authentication-Results: {BORDER}; dmarc={proved} header.from={domain}\n{extra}From: {from}\nTo: consult@example.test\nSubject: {subject}\nMessage-ID: <demo-{n}@{domain}>\nDate: Mon, 23 Nov 2026 09:{n:02}:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
            );
            (format!("{n:02}.demo"), message)
        })
        .collect()
}
