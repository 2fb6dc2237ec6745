//! The subject of a reply: the asker's subject without what identifies a patient, and with the case's number.

use std::sync::LazyLock;

use regex::Regex;

use crate::identity::deidentify;

/// Characters of a subject, all included.
const LENGTH: usize = 120;
const MASK: &str = "***";

/// `Re: <original, masked> [<case id>]`, at most 120 characters.
///
/// What is masked: every identifier of a patient, and beyond them each whole date, words with 6 and more digits in a row, and
/// what follows `DOB`, `MRN` or `patient:`, since a subject is read in lists and by whoever stands behind.
pub fn reply_subject(original: &str, case_id: &str) -> String {
    let number = format!("[{case_id}]");
    let mut subject = plain(original);
    // Wherever the number stands already: it is set once, at the end, where it survives no cut. The number of an
    // earlier case, which the subject of a follow-up carries, goes too.
    let prefix = case_id.split('-').next().unwrap_or(case_id);
    let (own, prefix) = (regex::escape(case_id), regex::escape(prefix));
    if let Ok(present) = Regex::new(&format!(r"(?i)\[?{own}\]?|\[{prefix}-[2-9a-z]{{4,12}}\]")) {
        subject = present.replace_all(&subject, " ").into_owned();
    }
    let subject = masked(without_prefixes(&subject));
    let room = LENGTH.saturating_sub("Re: ".len() + 1 + number.chars().count());
    let mut words: String = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > room {
        words = words.chars().take(room.saturating_sub(1)).collect::<String>().trim_end().to_owned() + "…";
        // Where it was cut, half a word may have become a word.
        words = masked(&words);
    }
    if words.is_empty() {
        words = "your question".into();
    }
    format!("Re: {words} {number}")
}

/// A subject for our own lists: one line, without what identifies a patient.
pub fn listed_subject(original: &str) -> String {
    masked(&plain(original).chars().take(LENGTH).collect::<String>())
}

/// A stranger's text for a header: one line, no control characters, nothing that turns the reading direction, and
/// no encoded word (RFC 2047), which would only be decoded, into whatever it holds, by the recipient's program.
pub(super) fn plain(text: &str) -> String {
    let visible = |c: char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let one_line: String = text
        .chars()
        .filter(|c| visible(*c))
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    one_line.split_whitespace().collect::<Vec<_>>().join(" ").replace("=?", "= ?")
}

/// Without any number of `Re:`, `AW:`, `Fwd:` and their like in other languages, also counted ones (`Re[2]:`).
fn without_prefixes(subject: &str) -> &str {
    static PREFIXES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(\s*(re|aw|wg|fwd?|sv|vs|vb|antw|tr|rv|res|enc)\s*(\[\d{1,3}\])?\s*:)+")
            .expect("a literal, covered by the tests below")
    });
    &subject[PREFIXES.find(subject).map_or(0, |found| found.end())..]
}

fn masked(subject: &str) -> String {
    // What was masked may make a name of what stands beside it: until nothing changes.
    let mut masked = subject.to_owned();
    for _ in 0..3 {
        let next = masked_once(&masked);
        if next == masked {
            break;
        }
        masked = next;
    }
    masked
}

fn masked_once(subject: &str) -> String {
    let subject = &deidentify(subject).with_masks(MASK).replace("=?", "= ?");
    static IDENTIFYING: LazyLock<Regex> = LazyLock::new(|| {
        let month = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?";
        Regex::new(&format!(
            r"(?xi)
              \b patient (\s+ (name|id))? \s* [:\#=] .*              # the rest of the line
            | \b (dob|mrn|ssn) \b [\s:\#=.]* \S*                      # the next word
            | \S* \d{{6}} \S*                                         # the whole word around it
            | \b \d{{1,4}} [/.-] \d{{1,2}} [/.-] \d{{2,4}} \b         # dates, and 123-45-6789
            | \b \d{{3}} [-.\x20] \d{{3}} [-.\x20] \d{{4}} \b         # telephone
            | \b {month} \s+ \d{{1,2}} (st|nd|rd|th)? ,? \s+ \d{{4}} \b
            | \b \d{{1,2}} (st|nd|rd|th)? \s+ {month} ,? \s+ \d{{4}} \b"
        ))
        .expect("a literal, covered by the tests below")
    });
    IDENTIFYING.replace_all(subject, MASK).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prefixes_go_and_the_case_number_stands_once_at_the_end() {
        for (original, reply) in [
            ("Modifier 59 on 45385?", "Re: Modifier 59 on 45385? [CC-7F3K2]"),
            ("Re: AW: Fwd: FW: SV: Antw: re[2]: Modifier", "Re: Modifier [CC-7F3K2]"),
            ("RE: Modifier [CC-7F3K2]", "Re: Modifier [CC-7F3K2]"),
            ("[cc-7f3k2] Modifier [CC-7F3K2] again", "Re: Modifier again [CC-7F3K2]"),
            ("Re: Modifier [CC-ABCD234]", "Re: Modifier [CC-7F3K2]"),
            ("Reimbursement: 99213", "Re: Reimbursement: 99213 [CC-7F3K2]"),
            ("", "Re: your question [CC-7F3K2]"),
            ("a\r\nBcc: x@y.test", "Re: a Bcc: *** [CC-7F3K2]"),
            ("=?utf-8?q?=0D=0ABcc?=", "Re: = ?utf-8?q?=0D=0ABcc?= [CC-7F3K2]"),
        ] {
            assert_eq!(reply_subject(original, "CC-7F3K2"), reply, "{original:?}");
        }
    }

    #[test]
    fn what_may_identify_a_patient_is_masked_and_codes_are_not() {
        for (original, reply) in [
            ("MRN 12345 scope 45380, 45385-59", "Re: *** scope 45380, 45385-59 [X]"),
            ("acct 00123456", "Re: acct *** [X]"),
            ("born 01/02/1960 or 1960-01-02, Jan 2, 1960", "Re: born *** or ***, *** [X]"),
            ("DOB: 1.2.60 new patient 99203", "Re: *** new patient 99203 [X]"),
            ("99213 for patient: Ann Smith", "Re: 99213 for *** [X]"),
            ("ssn 123-45-6789 tel 555-123-4567", "Re: *** tel *** [X]"),
            (
                "NDC 0002-1433-80, K63.5, 99202-99205, DOS 10/3",
                "Re: NDC 0002-1433-80, K63.5, 99202-99205, DOS 10/3 [X]",
            ),
        ] {
            assert_eq!(reply_subject(original, "X"), reply, "{original:?}");
        }
    }

    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "\\PC{0,20}",
            "(?s).{0,60}",
            "(re|aw|dob|patient|jan|cc-7f3k2|CC-)[ :]{0,2}",
            "[0-9 /.-]{0,12}"
        ];
        proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn a_subject_is_one_short_line_and_answering_it_again_changes_nothing(original in hostile()) {
            let reply = reply_subject(&original, "CC-7F3K2");
            prop_assert!(reply.chars().count() <= LENGTH);
            prop_assert!(!reply.chars().any(char::is_control));
            prop_assert!(reply.starts_with("Re: ") && reply.ends_with(" [CC-7F3K2]"));
            prop_assert_eq!(reply.matches("CC-7F3K2").count(), 1);
            prop_assert_eq!(reply_subject(&reply, "CC-7F3K2"), reply);
        }
    }
}
