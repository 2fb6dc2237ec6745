//! Wordings that ask for an amount or for relative values, and those that do not.

use super::*;
use crate::checks::fee;
use crate::checks::fee::tests::{read, shelf};

#[test]
fn questions_for_amounts_are_told_from_others() {
    let kind = |text: &str| of(&read(text)).map(|asked| asked.kind);
    for text in [
        "What does Medicare pay for 99213 in Florida?",
        "allowed amount 45385 in ZIP 60601, facility",
        "How much does Medicare reimburse for 20610?",
        "What is the Medicare allowable for 99213 in Miami?",
        "Can you look up the fee schedule amount for 45378 in Texas",
        "Medicare rate for CPT 70553-26?",
        "What's the 2025 Medicare fee for 99213?",
        "We are in Chicago, how much will we get paid for 45385 at the hospital?",
        "Please calculate the limiting charge for 99213 in Alaska.",
        "how much would a nurse practitioner be paid for 99213",
        "What is the payment for an assistant surgeon, 27447-80?",
        "Expected reimbursement: what is the expected reimbursement for 45380?",
    ] {
        assert_eq!(kind(text), Some(Kind::Amount), "{text}");
    }
    for text in [
        "RVUs for 27447",
        "What are the RVUs of 99213?",
        "How many work RVUs does 45385 have?",
        "27447 total RVUs please",
        "Give me the wRVU for 45378",
    ] {
        assert_eq!(kind(text), Some(Kind::Values), "{text}");
    }
    for text in [
        "Which pays more, 45380 or 45385?",
        "Which of these codes reimburses better: 99213 or 99214?",
        "How much more does 45385 pay than 45380, which pays better?",
        "Does Medicare pay for 99397?",
        "Will Medicare cover 45378 every 10 years?",
        "Medicare paid $40 for 99213, why?",
        "45385 was denied, how much is the payment?",
        "What does Aetna pay for 99213?",
        "What is the Medicaid rate for 99213?",
        "What is the ASC payment rate for 45385?",
        "What is the OPPS payment rate for 45385?",
        "Do I sequence 45385 and 20610 by RVU?",
        "Is 99213 paid at the facility rate in POS 22?",
        "Can 45385 and 45380 be billed together?",
        "What is the global period of 27447?",
        "What modifier do I need on 20610?",
        "How many units of 20610 may be billed?",
        "How do I maximize the reimbursement rate for 45385?",
        "what does Medicare pay for",
        "What does Medicare pay for 99213 or 45385?",
        "How much will the hospital be paid for 45385?",
        "What is the limiting charge of a nurse practitioner for 99213?",
    ] {
        assert_eq!(kind(text), None, "{text}");
        assert!(fee::settle(shelf(), &read(text)).is_none() && asked(shelf(), &read(text)).is_empty(), "{text}");
    }
}

#[test]
fn setting_payee_and_place_are_read() {
    let read_as = |text: &str| of(&read(text)).unwrap();
    assert_eq!(read_as("Medicare rate for 45385 in a facility").inside, Some(true));
    assert_eq!(read_as("Medicare rate for 45385, non-facility").inside, Some(false));
    assert_eq!(read_as("What does Medicare allow for 45385 in POS 22?").inside, Some(true));
    assert_eq!(read_as("What does Medicare allow for 45385 in POS 11?").inside, Some(false));
    assert_eq!(read_as("Medicare rate for 45385, facility and non-facility").inside, None);
    assert_eq!(read_as("Medicare fee for 99213, our NP saw him").payee, Payee::Practitioner);
    assert_eq!(read_as("Medicare fee for 99213 in PA").payee, Payee::Participating);
    assert_eq!(read_as("Medicare fee for 99213, nonparticipating").payee, Payee::Nonparticipating);
    let meant = |text: &str| locality::meant(shelf(), &read(text));
    assert_eq!(meant("99213 in Florida"), Ok(Some("FL".into())));
    assert_eq!(meant("99213 in Miami, FL"), Ok(Some("09102+04".into())));
    assert_eq!(meant("99213 in Broward county, Florida"), Ok(Some("09102+03".into())));
    assert_eq!(meant("99213 in Lee, Florida"), Ok(Some("FL".into())), "a county is named as one");
    assert_eq!(meant("99213, rest of Florida"), Ok(Some("09102+99".into())));
    assert_eq!(meant("99213 in Chicago"), Ok(Some("06102+16".into())));
    assert_eq!(meant("99213 zip 60601"), Ok(Some("06102+16".into())));
    assert_eq!(meant("99213 zip 33901"), Ok(Some("FL".into())), "nine digits decide");
    assert_eq!(meant("99213 zip 99999"), Err(()));
    assert_eq!(meant("99213"), Ok(None));
}
