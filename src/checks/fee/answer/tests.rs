//! Answers with their arithmetic, as people ask for them.

use super::*;
use crate::checks::fee::tests::{read, shelf};

fn said(text: &str) -> String {
    let ruling = settle(shelf(), &read(text)).unwrap_or_else(|| panic!("no answer to {text}"));
    assert!(ruling.verdict.is_none() && ruling.lines.is_empty(), "money chooses no code: {ruling:?}");
    assert!(!ruling.sources.is_empty() && ruling.confirmed);
    assert!(ruling.say.split_whitespace().count() <= 70, "{}", ruling.say);
    ruling.say
}

#[test]
fn amounts_are_answered_with_their_arithmetic() {
    let miami = said("What does Medicare pay for 99213 in Miami, Florida?");
    assert!(miami.contains("$94.98 outside a facility") && miami.contains("1.35 x 1.027"), "{miami}");
    let chicago = said("allowed amount 45385 in ZIP 60601, facility");
    assert!(
        chicago.contains("For 45385 in Chicago, IL (locality 16) Medicare allows $") && !chicago.contains("outside"),
        "{chicago}"
    );
    assert!(said("What does Medicare pay for 99213?").contains("nationally"));
    assert!(said("What does Medicare pay for 99213 in Florida?").contains("Rest of Florida"));
    let np = said("How much is a nurse practitioner paid by Medicare for 99213 in the office?");
    assert!(np.contains("85 percent of it: $75.61"), "{np}");
    let limit = said("What is the limiting charge for 99213, non-facility?");
    assert!(limit.contains("$97.18"), "{limit}");
    let knee = said("Medicare rate for 27447, non-facility?");
    assert!(knee.contains("no amount for 27447 outside a facility"), "{knee}");
    let texas = settle(shelf(), &read("What does Medicare pay for 99213 in Texas?")).unwrap();
    assert_eq!(texas.ask.as_deref(), Some(WHERE));
    assert!(settle(shelf(), &read("What does Medicare pay for 99213, zip 99999?")).is_none());
    let machine = said("What does Medicare pay for E0601-RR in Texas?");
    assert!(machine.starts_with("E0601 is outside") || machine.contains("no amount"), "{machine}");
    assert!(said("What is the Medicare fee for 99397?").contains("status N"));
}

#[test]
fn values_are_answered() {
    let knee = said("RVUs for 27447");
    assert!(
        knee.contains(
            "work 19.60, practice expense 15.30 (none outside a facility, NA), malpractice 3.98; total 38.88"
        ),
        "{knee}"
    );
    let visit = said("What are the RVUs of 99213?");
    assert!(visit.contains("total 2.75 outside a facility and 1.97 in one"), "{visit}");
    assert!(said("RVUs for 70553-26").contains("70553-26: work 2.29"));
}

#[test]
fn claims_are_paid_with_their_reductions() {
    let scopes = said("How much does Medicare allow for 45385 and 45380-59 in a facility?");
    // 242.92, and 192.78 less 177.26.
    assert!(scopes.contains("less its base 45378 $177.26 = $15.53") || scopes.contains("= $15.52"), "{scopes}");
    assert!(scopes.contains("together $258.4"), "{scopes}");
    let assistant = said("How much does Medicare pay an assistant for 27447-80?");
    assert!(assistant.contains("x 16% = $201.22"), "{assistant}");
    let aided = said("What does Medicare pay a PA for 27447-AS?");
    assert!(aided.contains("x 16% x 85% = $171.04"), "{aided}");
    let both = said("How much does Medicare pay for 20610-50 in the office?");
    assert!(both.contains("x 150% = $95.1"), "{both}");
    let second = said("What does Medicare allow for 27447 and 20610-59, facility?");
    assert!(second.contains("x 50%"), "{second}");
    let part = said("How much does Medicare pay for 27447-55?");
    assert!(part.contains("x 21% = $264.10"), "{part}");
    let two = said("How much is paid to each surgeon by Medicare for 27447-62?");
    assert!(two.contains("x 62.5%") && two.contains("only when the record shows the need"), "{two}");
    for text in [
        "How much does Medicare pay for 27447-22?",
        "How much does Medicare pay for 27447-66?",
        "How much does Medicare pay for 45385-50?",
        "How much does Medicare pay for 45385-80?",
        "How much does Medicare pay for 45385-53?",
    ] {
        assert!(settle(shelf(), &read(text)).is_none(), "{text}");
    }
}
