//! What the words of a sentence say of each other: which side a word is on, whether it is denied, and that the hand with
//! which somebody writes is no side of a disease.

use super::text::{NOT, Placed};

/// A side of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::corpus) enum Side {
    Left,
    Right,
}

impl Side {
    pub fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }

    /// The side that a word names.
    pub fn of(word: &str) -> Option<Self> {
        match word {
            "left" | "lt" => Some(Self::Left),
            "right" | "rt" => Some(Self::Right),
            _ => None,
        }
    }
}

/// Words behind a side that it is said of, at most.
const REACH: usize = 6;
/// Behind these `left` and `right` are no side: `left before the end`, `the right code`.
const NO_SIDE: [&str; 24] = [
    "after", "ama", "against", "answer", "at", "away", "before", "behind", "code", "codes", "choice", "cpt", "dx",
    "early", "for", "icd", "level", "modifier", "now", "open", "out", "place", "way", "without",
];
/// Words between a denial and what it denies.
const BETWEEN: [&str; 14] = [
    "a",
    "additional",
    "an",
    "any",
    "clear",
    "evidence",
    "further",
    "obvious",
    "of",
    "other",
    "sign",
    "signs",
    "such",
    "the",
];
/// What is denied of a claim and not of a patient: whether it is needed is the question itself.
const OF_CLAIMS: [&str; 8] = ["code", "codes", "edit", "edits", "global", "longer", "modifier", "modifiers"];

/// Writes the hand that somebody writes with as a word of its own: `right handed` and `right-hand dominant` are no
/// right hand and no right side.
pub(super) fn handed(text: &str) -> String {
    if !text.contains("hand") {
        return text.to_owned();
    }
    let mut text = text.to_owned();
    for side in ["right", "left"] {
        for joint in [" ", "-"] {
            for hand in ["handed", "hander", "hand dom", "hand-dom"] {
                let said = format!("{side}{joint}{hand}");
                if text.contains(&said) {
                    text = text.replace(&said, &format!("hand{side} {hand}"));
                }
            }
        }
    }
    text
}

/// Writes the bonds of a sentence.
pub(super) fn tie(sentence: &mut [Placed]) {
    deny(sentence);
    let sides: Vec<(usize, Side)> = (0..sentence.len()).filter_map(|at| Some((at, side_at(sentence, at)?))).collect();
    for (n, (at, side)) in sides.iter().enumerate() {
        sentence[*at].side = Some(*side);
        let from = n.checked_sub(1).map_or(0, |before| sides[before].0 + 1).max(at.saturating_sub(REACH));
        let to = sides.get(n + 1).map_or(sentence.len(), |next| next.0).min(at + 1 + REACH);
        let (before, behind) = match place(sentence, *at) {
            Place::Before => (*at, to),
            Place::Behind => (from, at + 1),
            Place::Within => (from, to.min(at + 2)),
        };
        for word in &mut sentence[before..behind] {
            word.side = word.side.or(Some(*side));
        }
    }
}

/// The side that a word names of others; none of both (`right and left heart`), and none that is no side.
fn side_at(sentence: &[Placed], at: usize) -> Option<Side> {
    let named = |at: usize| sentence.get(at).and_then(|word| Side::of(&word.token.raw));
    let raw = |at: usize| sentence.get(at).map(|word| word.token.raw.as_str());
    let side = named(at)?;
    let joint = |at: usize| raw(at).is_some_and(|word| ["and", "or"].contains(&word));
    let other = |other: Option<Side>| other == Some(side.other());
    let with_next = other(named(at + 1)) || (joint(at + 1) && other(named(at + 2)));
    let before = |back: usize| at.checked_sub(back);
    let with_last = before(1).is_some_and(|one| other(named(one)))
        || (before(1).is_some_and(joint) && before(2).is_some_and(|two| other(named(two))));
    if with_next || with_last {
        return None;
    }
    match raw(at + 1) {
        // `…, right?` asks whether it is so.
        None if side == Side::Right && place(sentence, at) != Place::Within => None,
        Some(next) if NO_SIDE.contains(&next) => None,
        _ => Some(side),
    }
}

/// Where a side stands to what it is said of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `left hip`.
    Before,
    /// `hemiparesis, left`.
    Behind,
    /// `severe in the right eye`, `the fracture on the left`.
    Within,
}

fn place(sentence: &[Placed], at: usize) -> Place {
    let before = |back: usize| at.checked_sub(back).map(|at| sentence[at].token.raw.as_str());
    let is_on = |word: Option<&str>| word.is_some_and(|word| ["on", "in"].contains(&word));
    if is_on(before(1)) || (before(1) == Some("the") && is_on(before(2))) {
        Place::Within
    } else if at + 1 == sentence.len() {
        Place::Behind
    } else {
        Place::Before
    }
}

/// Marks the first word that is denied.
fn deny(sentence: &mut [Placed]) {
    for at in 0..sentence.len() {
        if sentence[at].token.stem != NOT || !sentence[at].denied {
            continue;
        }
        sentence[at].denied = false;
        let mut rest = sentence[at + 1..].iter_mut().skip_while(|word| BETWEEN.contains(&word.token.raw.as_str()));
        if let Some(word) = rest.next().filter(|word| !OF_CLAIMS.contains(&word.token.raw.as_str())) {
            word.denied = word.token.stem != NOT;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::corpus::phrases::{Phrase, Words};

    fn holds(phrase: &str, text: &str) -> bool {
        Phrase::parse(phrase).unwrap().stands_in(&Words::of(text))
    }

    fn undenied(phrase: &str, text: &str) -> bool {
        let (phrase, words) = (Phrase::parse(phrase).unwrap(), Words::of(text));
        phrase.stands_in(&words) && phrase.stands_undenied(&words)
    }

    #[test]
    fn a_side_belongs_to_the_noun_beside_it() {
        let text = "Right knee pain after a left hip replacement";
        assert!(holds("right knee", text) && holds("left hip", text));
        assert!(!holds("right hip", text) && !holds("left knee", text));
        let text = "fracture of the hip on the right and of the knee on the left";
        assert!(holds("right hip", text) && holds("left knee", text));
        assert!(!holds("right knee", text) && !holds("left hip", text));
        let text = "glaucoma, severe in the right eye and moderate in the left";
        assert!(holds("right severe", text) && holds("left moderate", text) && !holds("left severe", text));
        assert!(holds("right heart", "right and left heart catheterization"));
    }

    #[test]
    fn the_hand_that_writes_is_no_side() {
        let text = "left hemiparesis, right-handed";
        assert!(holds("left hemi*", text) && holds("right handed", text) && holds("handed", text));
        assert!(!holds("right", text) && !holds("right hemi*", text) && !holds("right hand", text));
        assert!(holds("right hand dominant", "he is right hand dominant"));
        assert!(holds("right hand", "a cut of the right hand"));
    }

    #[test]
    fn what_there_is_none_of_is_not_there() {
        assert!(!undenied("complication*", "diabetes without complications"));
        assert!(!undenied("cholangiogram", "no evidence of a cholangiogram"));
        assert!(undenied("NOT complication*", "diabetes without complications"));
        assert!(undenied("complication*", "no complications at first, complications later"));
        assert!(undenied("incision", "the donor site, no, the incision"));
        assert!(undenied("modifier*", "is no modifier needed"));
    }
}
