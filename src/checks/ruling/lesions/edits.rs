//! Modifiers on lines of different lesions: where an edit of the table joins two lines, 59 stands on its column two
//! code (NCCI Policy Manual, chapter I, section E).

use crate::checks::ask;
use crate::checks::ruling::wounds::bill::Bill;
use crate::corpus::Corpus;
use crate::domain::check::{Outcome, Question};
use crate::domain::code::Modifier;
use crate::domain::inquiry::Inquiry;

/// Puts 59 where an edit joins two lines and may be bypassed; `None` where one may not. The rows are cited.
pub(super) fn mark(corpus: &Corpus, inquiry: &Inquiry, bill: &mut Bill<'_>) -> Option<()> {
    let mark = Modifier::parse("59").ok()?;
    for n in 1..bill.lines.len() {
        for other in 0..n {
            let (a, b) = (bill.lines[other].code.clone(), bill.lines[n].code.clone());
            if a == b {
                continue;
            }
            let check = ask(corpus, &Question::Ptp { a, b }, inquiry.scope);
            let outcome = match (check.outcome, &check.last_known) {
                (Outcome::NotChecked, Some(last)) => last.outcome,
                (outcome, _) => outcome,
            };
            match outcome {
                Outcome::EditNever => return None,
                Outcome::EditModifierAllowed => {
                    let second = check.figures.column_two.as_ref();
                    let at = if Some(&bill.lines[other].code) == second { other } else { n };
                    if !bill.lines[at].modifiers.contains(&mark) {
                        bill.lines[at].modifiers.push(mark.clone());
                    }
                    bill.cite_all(check.sources);
                }
                _ => {}
            }
        }
    }
    Some(())
}

/// The lines in words: `17110, 17000-59, 17003 x4`.
pub(super) fn words(bill: &Bill<'_>) -> String {
    let line = |line: &crate::domain::draft::Line| {
        let modifiers: String = line.modifiers.iter().map(|modifier| format!("-{modifier}")).collect();
        let units = if line.units > 1 { format!(" x{}", line.units) } else { String::new() };
        format!("{}{modifiers}{units}", line.code)
    };
    bill.lines.iter().map(line).collect::<Vec<_>>().join(", ")
}
