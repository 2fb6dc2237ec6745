//! Masking must not eat the evidence: the shelf's own texts pass it whole.

use caseconsultant::identity::deidentify;
use jiff::civil::date;

use super::corpus;

#[test]
fn rules_of_the_shelf_are_not_taken_for_a_patient() {
    let mut eaten = Vec::new();
    for card in corpus().cards() {
        let text = format!(
            "{}. {} {} {}",
            card.title,
            card.statement,
            card.exceptions.join("; "),
            card.documentation.join("; ")
        );
        let masked = deidentify(&text).undated(date(2026, 11, 24));
        let back = masked.resolve(masked.as_str()).unwrap();
        if back != text {
            eaten.push(back);
        }
    }
    assert!(eaten.is_empty(), "{eaten:#?}");
}
