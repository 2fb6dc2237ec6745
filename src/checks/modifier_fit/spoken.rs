//! Whether a question asks if a modifier may stand on a code, and nothing else.

use crate::checks::payment::wording::Asked;
use crate::domain::pattern::pattern;

pattern!(
    STANDS,
    r"(?i)\b(?:go|goes|put|append\w*|add(?:ed)?|attach\w*|use[ds]?|bill(?:ed)?|report(?:ed)?|takes?|allow\w*|ok|okay|valid|appropriate|correct|right|accept\w*|apply|applies|stands?|belongs?|need(?:s|ed)?|permitted|with)\b|-\s?[0-9A-Z]{2}\s*\?"
);
pattern!(
    STORY,
    r"(?i)\b(?:if|when|because|since|after|before|and|patients?|pt|during|same|day|second|other|another|also|by|at|he|she|they|was|were|had)\b"
);

/// Codes of one question that are checked at most.
pub const MOST: usize = 3;

/// Modifiers that open an edit: whether they may is a matter of the pair and of the facts.
pub const OPENS_EDITS: [&str; 5] = ["59", "XE", "XP", "XS", "XU"];

/// Words of a question that tells nothing, at most.
const BARE: usize = 14;

/// True where a word of placing, or of being right there, stands in the text.
pub fn stands(text: &str) -> bool {
    STANDS.is_match(text)
}

/// True where code and modifier are all that is told.
pub fn is_bare(asked: &Asked<'_>) -> bool {
    asked.text.split_whitespace().count() <= BARE
        && !STORY.is_match(&asked.text)
        && !asked.needs()
        && !asked.elsewhere()
        && asked.units.is_none()
}
