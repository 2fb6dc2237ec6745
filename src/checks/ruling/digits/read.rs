//! Fingers, toes, eyelids and coronary arteries as a question names them, each with its side.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::domain::pattern::pattern;

const NAMES: &str = r"(?:thumbs?|index|pointer|middle|long|ring|little|small|pinky|pinkie|great|big|hallux|halluces|first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th)";

static GROUP: LazyLock<Regex> = LazyLock::new(|| {
    let one = format!(r"{NAMES}(?:\s+(?:fingers?|toes?|digits?))?");
    let list = format!(r"{one}(?:\s*(?:,\s*and|,|and|&|/|\+|through|to|-)\s*(?:the\s+)?{one})*");
    Regex::new(&format!(r"(?:\b(left|right|both|bilateral|lt|rt)\s+(?:(?:hand|foot)\s+)?)?\b({list})\b"))
        .expect("the pattern is a constant")
});
static NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"\b{NAMES}\b")).expect("the pattern is a constant"));
pattern!(TOES, r"\btoes?\b|\bhallux\b|\bhalluces\b");
pattern!(FINGERS, r"\bfingers?\b|\bthumbs?\b");
pattern!(DIGITS, r"\bdigits?\b");
pattern!(HAND, r"\bhands?\b");
pattern!(FOOT, r"\bfoot\b|\bfeet\b");
pattern!(RANGE, r"(?:through|to|-)\s*(?:the\s+)?$");
pattern!(
    SIDE_BEHIND,
    r"^\s*(?:(?:,|\()\s*)?(of|on|in)?\s*(?:the\s+|his\s+|her\s+|their\s+|patient's\s+)?(left|right|both|lt|rt)\b\s*(hand|foot|feet|hands|side)?"
);
pattern!(
    ALL,
    r"(?:\b(left|right)\s+foot\s*[,:]?\s*)?\ball\s+(?:five\s+|5\s+)?(?:of\s+(?:the\s+)?)?(?:(left|right)\s+)?toes\b"
);
pattern!(
    LID,
    r"(?:\b(left|right|both|bilateral|all four)\s+(?:eye\s+)?)?(?:\b(upper|lower)(?:\s*(?:and|&|/)\s*(upper|lower))?\s+)?(?:(left|right)\s+)?(?:(?:upper|lower)\s+)?(?:eye)?lids?\b"
);
pattern!(EYE_BEHIND, r"^\s*(?:,|\()?\s*(?:of|on)?\s*(?:the\s+)?(left|right|both)\b(?:\s+(?:eyes?|side))?");
pattern!(
    ARTERY,
    r"\b(lad|left anterior descending|diagonals?|circumflex|lcx|obtuse marginals?|rca|right coronary(?: artery)?|left main|lmca|ramus(?: intermedius)?)\b"
);

/// A side; nothing where none is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Both,
    Unsaid,
}

impl Side {
    fn of(word: Option<&str>) -> Self {
        match word {
            Some("left" | "lt") => Self::Left,
            Some("right" | "rt") => Self::Right,
            Some("both" | "bilateral" | "all four") => Self::Both,
            _ => Self::Unsaid,
        }
    }
}

/// What a question names: modifiers in the order of its words, or one part whose side is not said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Named {
    /// The modifiers.
    pub modifiers: Vec<&'static str>,
    /// Left and right modifier of parts without a side.
    pub sideless: Vec<[&'static str; 2]>,
}

impl Named {
    fn add(&mut self, side: Side, [left, right]: [&'static str; 2]) {
        let mut put = |modifier| {
            if !self.modifiers.contains(&modifier) {
                self.modifiers.push(modifier);
            }
        };
        match side {
            Side::Left => put(left),
            Side::Right => put(right),
            Side::Both => {
                put(left);
                put(right);
            }
            Side::Unsaid if !self.sideless.contains(&[left, right]) => self.sideless.push([left, right]),
            Side::Unsaid => {}
        }
    }
}

/// Thumb to little finger, left and right.
pub(super) const FINGER: [[&str; 2]; 5] = [["FA", "F5"], ["F1", "F6"], ["F2", "F7"], ["F3", "F8"], ["F4", "F9"]];
/// Great to fifth toe, left and right.
pub(super) const TOE: [[&str; 2]; 5] = [["TA", "T5"], ["T1", "T6"], ["T2", "T7"], ["T3", "T8"], ["T4", "T9"]];
/// Upper and lower eyelid, left and right.
const EYELID: [[&str; 2]; 2] = [["E1", "E3"], ["E2", "E4"]];

/// The digits of a text in lower case; `None` where a digit is named that is neither finger nor toe.
pub(super) fn digits(text: &str) -> Option<Named> {
    let mut named = Named::default();
    for found in ALL.captures_iter(text) {
        let behind = found.get(0).and_then(|m| SIDE_BEHIND.captures(text.get(m.end()..)?));
        let side = found.get(1).or(found.get(2)).map(|m| m.as_str());
        let side = Side::of(side.or(behind.as_ref().and_then(|side| side.get(2)).map(|m| m.as_str())));
        TOE.iter().for_each(|pair| named.add(side, *pair));
    }
    let mut start = 0;
    while let Some(found) = GROUP.captures_at(text, start) {
        start = found.get(0)?.end();
        start = group(text, &found, &mut named)?.max(start);
    }
    Some(named)
}

/// Adds the digits of one group; returns where the next begins.
fn group(text: &str, found: &Captures<'_>, named: &mut Named) -> Option<usize> {
    let list = found.get(2)?;
    let (words, behind) = (list.as_str(), text.get(list.end()..)?);
    let Some(kinds) = kinds(words, behind, text) else { return Some(list.end()) };
    let mut end = list.end();
    let mut side = Side::of(found.get(1).map(|m| m.as_str()));
    if side == Side::Unsaid
        && let Some(tail) = SIDE_BEHIND.captures(behind)
    {
        let whole = tail.get(0)?;
        let closed = behind.get(whole.end()..)?.trim_start().chars().next().is_none_or(|c| !c.is_alphanumeric());
        if tail.get(1).is_some() || tail.get(3).is_some() || closed {
            side = Side::of(Some(&tail[2]));
            end += whole.end();
        }
    }
    if side == Side::Unsaid && behind.trim_start().starts_with("bilateral") {
        side = Side::Both;
    }
    for (kind, pair) in kinds {
        named.add(side, if kind { TOE[pair] } else { FINGER[pair] });
    }
    Some(end)
}

/// The digits of a list, a toe where true, from 0 for thumb and great toe; `None` where the words are no digits.
fn kinds(words: &str, behind: &str, text: &str) -> Option<Vec<(bool, usize)>> {
    let mut kinds: Vec<(bool, usize)> = Vec::new();
    let found: Vec<regex::Match<'_>> = NAME.find_iter(words).collect();
    for (n, name) in found.iter().enumerate() {
        let toe = toe(name.as_str(), words.get(name.end()..)?, behind, text)?;
        let pair = place(name.as_str(), toe)?;
        let last = kinds.last().copied();
        let before = n.checked_sub(1).and_then(|n| found.get(n)).and_then(|last| words.get(last.end()..name.start()));
        if let Some((was_toe, from)) = last.filter(|_| before.is_some_and(|gap| RANGE.is_match(gap))) {
            if was_toe != toe || from >= pair {
                return None;
            }
            kinds.extend((from + 1..pair).map(|between| (toe, between)));
        }
        kinds.push((toe, pair));
    }
    Some(kinds)
}

/// True for a toe, false for a finger; `None` where the name alone is no digit.
fn toe(name: &str, rest: &str, behind: &str, text: &str) -> Option<bool> {
    if name.starts_with("hallu") {
        return Some(true);
    }
    if name.starts_with("thumb") {
        return Some(false);
    }
    let (toe, finger) = (TOES.find(rest).map(|m| m.start()), FINGERS.find(rest).map(|m| m.start()));
    match (toe, finger) {
        (Some(toe), Some(finger)) => return Some(toe < finger),
        (Some(_), None) => return Some(true),
        (None, Some(_)) => return Some(false),
        (None, None) => {}
    }
    if DIGITS.is_match(rest) || behind.trim_start().starts_with("digit") {
        return match (HAND.is_match(text), FOOT.is_match(text)) {
            (true, false) => Some(false),
            (false, true) => Some(true),
            _ => None,
        };
    }
    None
}

/// Which digit a name is, from 0.
fn place(name: &str, toe: bool) -> Option<usize> {
    Some(match name {
        "thumb" | "thumbs" | "great" | "big" | "hallux" | "halluces" => 0,
        "first" | "1st" => 0,
        "index" | "pointer" if !toe => 1,
        "second" | "2nd" => 1,
        "middle" | "long" => 2,
        "third" | "3rd" => 2,
        "ring" if !toe => 3,
        "fourth" | "4th" => 3,
        "little" | "small" | "pinky" | "pinkie" | "fifth" | "5th" => 4,
        _ => return None,
    })
}

/// The eyelids of a text.
pub(super) fn eyelids(text: &str) -> Named {
    let mut named = Named::default();
    for found in LID.captures_iter(text) {
        let word = |n: usize| found.get(n).map(|m| m.as_str());
        let behind = found.get(0).and_then(|m| EYE_BEHIND.captures(text.get(m.end()..)?));
        let side = Side::of(word(1).or(word(4)).or(behind.as_ref().and_then(|side| side.get(1)).map(|m| m.as_str())));
        let inner = found.get(0).map_or("", |m| m.as_str());
        let said = |lid: &str| word(2) == Some(lid) || word(3) == Some(lid) || inner.contains(lid);
        let all = word(1) == Some("all four");
        for (n, lid) in ["upper", "lower"].into_iter().enumerate() {
            if said(lid) || all {
                named.add(side, EYELID[n]);
            }
        }
    }
    named
}

/// The coronary arteries of a text.
pub(super) fn arteries(text: &str) -> Named {
    let mut named = Named::default();
    for found in ARTERY.captures_iter(text) {
        let modifier = match &found[1] {
            "lad" | "left anterior descending" => "LD",
            name if name.starts_with("diagonal") => "LD",
            "circumflex" | "lcx" => "LC",
            name if name.starts_with("obtuse") => "LC",
            "left main" | "lmca" => "LM",
            name if name.starts_with("ramus") => "RI",
            _ => "RC",
        };
        named.add(Side::Left, [modifier, modifier]);
    }
    named
}
