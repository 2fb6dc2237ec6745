//! Denial codes as a question names them, told from diagnoses and other letters with digits.

use super::meanings;
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::table::Table;

pattern!(SHAPE, r"^(?:(CO|PR|OA|PI|CR)-)?(\d{1,3}|[A-Z]\d{1,3}|MA\d{1,3}|N\d{1,4})$");
pattern!(
    SPOKEN,
    r"(?i)\b(?:deni\w+|reject\w*|remarks?|carcs?|rarcs?|eobs?|eras?|remit\w*|remittance\w*|adjust(?:ment|ed)\w*|reason codes?|group codes?|write[- ]?offs?|written off|came back|kicked|unpaid|not paid|appeal\w*|resubmit\w*|payer)\b"
);
pattern!(
    HYPHENED,
    r"(?i)\b(?:CO|PR|OA|PI)-(?:4|5|11|16|18|22|27|29|45|49|50|55|58|59|96|97|109|119|1[2-9]\d|2[0-5]\d|B\d{1,2})\b"
);
pattern!(REMARK, r"\b(MA\d{2,3}|N\d{2,4}|M\d{2,3})\b");

/// At most this many are told.
const MOST: usize = 4;

/// A denial code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// `CO`, `PR`, `OA`, `PI` or `CR`.
    pub(super) group: Option<String>,
    /// The reason or remark code.
    pub(super) reason: String,
}

impl Named {
    /// Reads `CO-97`, `97` or `N130`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let upper = text.trim().to_ascii_uppercase();
        let found = SHAPE.captures(&upper)?;
        Some(Self { group: found.get(1).map(|m| m.as_str().to_owned()), reason: found[2].to_owned() })
    }

    /// As a reader writes it.
    pub(super) fn text(&self) -> String {
        match &self.group {
            Some(group) => format!("{group}-{}", self.reason),
            None => self.reason.clone(),
        }
    }

    /// True for a remark code. Reason codes have digits only, or an A, B, D, P, W or Y before them.
    pub(super) fn is_remark(&self) -> bool {
        self.reason.starts_with(['M', 'N'])
    }

    /// Its key in the table.
    pub(super) fn key(&self) -> String {
        format!("{}/{}", if self.is_remark() { "rarc" } else { "carc" }, self.reason)
    }
}

/// The denial codes that the question is about; empty where no denial is spoken of.
pub(super) fn spoken(corpus: &Corpus, inquiry: &Inquiry) -> Vec<Named> {
    let text = inquiry.text.as_str();
    if !SPOKEN.is_match(text) && !HYPHENED.is_match(text) {
        return Vec::new();
    }
    let mut found: Vec<Named> = Vec::new();
    let stated = inquiry.stated.denials.iter().filter_map(|code| Named::parse(code));
    // Beside a reason that is named, a remark of our tables needs no word that says what it is.
    let beside = REMARK.find_iter(text).filter(|m| meanings::find(m.as_str()).is_some());
    let beside = beside.filter(|_| !inquiry.stated.denials.is_empty()).filter_map(|m| Named::parse(m.as_str()));
    for named in stated.chain(beside) {
        let repeats = found.iter().any(|known| known.reason == named.reason);
        if !repeats && is_real(corpus, &named) && !is_diagnosis(inquiry, &named) {
            found.push(named);
        }
    }
    found.truncate(MOST);
    found
}

/// True for a code that our tables or the operator's know: two letters and a number alone make no denial.
fn is_real(corpus: &Corpus, named: &Named) -> bool {
    meanings::find(&named.reason).is_some() || corpus.find_row(Table::Denial, &named.key()).is_some()
}

/// True where the letters are a diagnosis: `N18` of `N18.30`, or a code without its dot that no table of ours knows as
/// a remark.
fn is_diagnosis(inquiry: &Inquiry, named: &Named) -> bool {
    if !named.is_remark() || named.group.is_some() {
        return false;
    }
    let upper = inquiry.text.to_uppercase();
    let stands = |(at, _): (usize, &str)| {
        let behind = &upper[at + named.reason.len()..];
        let dotted = behind.starts_with('.') && behind[1..].starts_with(|c: char| c.is_ascii_alphanumeric());
        let open = !upper[..at].ends_with(|c: char| c.is_alphanumeric());
        let whole = !behind.starts_with(|c: char| c.is_alphanumeric());
        open && whole && !dotted
    };
    let alone = upper.match_indices(named.reason.as_str()).any(stands);
    let read_as_code = inquiry.mentions.iter().any(|m| m.code.as_str().replace('.', "") == named.reason);
    !alone || (read_as_code && meanings::find(&named.reason).is_none())
}
