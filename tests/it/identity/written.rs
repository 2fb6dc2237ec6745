//! Mails written by hand, `tests/fixtures/identity/mails.txt`.

use super::marked::{Marked, Score};

/// All of them.
pub fn mails() -> Vec<Marked> {
    include_str!("../../fixtures/identity/mails.txt").split("\n===\n").map(Marked::read).collect()
}

#[test]
fn identifiers_in_mails_written_by_hand_are_found_and_no_code_is() {
    let mut score = Score::default();
    let mails = mails();
    assert!(mails.len() >= 80, "{} mails", mails.len());
    for mail in &mails {
        mail.score(&mut score);
    }
    assert!(score.recall() >= 0.99, "{:.4}\n{}", score.recall(), score.missed.join("\n---\n"));
    assert!(score.eaten.is_empty(), "{}", score.eaten.join("\n---\n"));
}
