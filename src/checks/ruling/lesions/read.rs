//! The lesions of a question: each diameter with its margin, its place and its nature, and the repairs beside them.

use regex::Captures;

use crate::checks::ruling::wounds::closure::{self, Said};
use crate::checks::ruling::wounds::family::Closure;
use crate::checks::ruling::wounds::measure::{self, Amount};
use crate::checks::ruling::wounds::place::{self, Place};
use crate::checks::ruling::wounds::read::{one_place, pieces};
use crate::domain::pattern::pattern;

pattern!(
    ACROSS,
    r"(\d+(?:\.\d+)?)\s*(?:cm|mm)?\s*(?:x|by)\s*(\d+(?:\.\d+)?)(?:\s*(?:cm|mm)?\s*(?:x|by)\s*\d+(?:\.\d+)?)?\s*(cm|mm)\b"
);
pattern!(DIAMETER, r"\b(?:(?:total|final|greatest)\s+)?(?:excised|excision)\s+(?:diameter|size)\b");
pattern!(NOUN, r"[a-z]+");
pattern!(
    LED,
    r"(?:\s|:|=|\b(?:of|was|were|is|are|measur\w+|at|about|approximately|size|diameter|width|on|each|all)\b)*$"
);
pattern!(STOP, r"[;:()\n?]|\.(?:\s|$)");
pattern!(
    MALIGNANT,
    r"\bmalignan\w*|\bmelanomas?\b|\bbasal[- ]cell\b|\bbccs?\b|\bsquamous[- ]cell\b|\bsccs?\b|\bcarcinomas?\b|\b(?:skin )?cancers?\b"
);
pattern!(
    BENIGN,
    r"\bbenign\b|\bnev(?:us|i)\b|\bmoles?\b|\b(?:cysts?)\b|\bdermatofibromas?\b|\bneurofibromas?\b|\bseborrh?eic keratos[ei]s\b|\bangiomas?\b"
);
pattern!(
    NOT_MALIGNANT,
    r"\b(?:no|not|non|without|negative for|ruled out)[\s-]+(?:evidence of\s+)?(?:a\s+)?(?:malignan\w*|melanoma|cancer\w*|carcinoma)"
);
pattern!(PLURAL, r"\b(?:both|each|all|lesions|nevi|moles|cysts|bccs|sccs|melanomas|they)\b");
pattern!(ALL, r"\b(?:both|each|all)\b");
pattern!(WHOLE, r"\bexciseddiameter\s*\(?(?:including|with|incl\.?)\s+(?:the\s+|all\s+)*margins?\)?");
pattern!(
    WITH_MARGINS,
    r"^\s*(?:,\s*|\()?(?:with|including|incl\.?|includes?)\s+(?:the\s+|clear\s+|surgical\s+)*margins?\s*(?:included)?\s*(?:[.,;)?]|$)"
);
pattern!(
    INCLUDED,
    r"\b(?:including|includes|included|incl\.?)\s+(?:the\s+|\w+\s+)?margins?\b|\bmargins?\s+(?:are\s+|were\s+)?included\b"
);

/// What a length measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lesion,
    Margin,
    Excised,
    Repair,
    Other,
}

/// Benign or malignant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    Benign,
    Malignant,
}

/// A lesion of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lesion {
    /// Its widest diameter, in hundredths of a centimeter; with its margins where `whole`.
    pub diameter: u32,
    /// The narrowest margin, where one is said.
    pub margin: Option<u32>,
    /// True where the diameter is said to be the excised one.
    pub whole: bool,
    /// Where it is.
    pub place: Place,
    /// The word for it.
    pub word: String,
    /// What it is, where that is said.
    pub nature: Option<Nature>,
    /// How it was closed, where that is said.
    pub closure: Option<Closure>,
    /// How long the repair was.
    pub repair: Option<u32>,
}

/// The lesions; `None` where the words leave open which measure belongs to which.
pub(super) fn read(text: &str) -> Option<Vec<Lesion>> {
    let text = prepared(text);
    if measure::is_banded(&text) || text.contains("total margin") {
        return None;
    }
    let amounts = measure::amounts(&text)?;
    let mut kinds: Vec<Kind> = Vec::new();
    for n in 0..amounts.len() {
        // What no word explains is what the one before it was: "closures of 2 cm and 3 cm".
        let between = text.get(n.checked_sub(1).map_or(0, |n| amounts[n].end)..amounts[n].at)?;
        let goes_on = |last: &Kind| {
            matches!(last, Kind::Lesion | Kind::Repair) || (*last == Kind::Margin && between.contains(" side"))
        };
        let last = kinds.last().copied().filter(goes_on);
        let any = kinds.iter().any(|kind| matches!(kind, Kind::Lesion | Kind::Excised));
        let only = if any { Kind::Other } else { Kind::Lesion };
        kinds.push(kind(&text, &amounts, n)?.or(last).unwrap_or(only));
    }
    let is_lesion = |kind: &Kind| matches!(kind, Kind::Lesion | Kind::Excised);
    let anchors: Vec<Amount> =
        amounts.iter().zip(&kinds).filter(|(_, kind)| is_lesion(kind)).map(|(amount, _)| *amount).collect();
    let anchors = of_one_lesion(&anchors, &amounts, &kinds);
    let mut lesions = Vec::new();
    for (amount, (start, end)) in anchors.iter().zip(pieces(&text, &anchors)) {
        let own = text.get(start..end)?;
        let within = |wanted: Kind| {
            let found = amounts
                .iter()
                .zip(&kinds)
                .filter(move |(one, kind)| **kind == wanted && (start..end).contains(&one.at));
            found.map(|(one, _)| one.length).collect::<Vec<_>>()
        };
        let (place, word) = one_place(&place::places(own))?;
        let repairs = within(Kind::Repair);
        if repairs.len() > 1 {
            return None;
        }
        lesions.push(Partial {
            diameter: amount.length,
            margin: within(Kind::Margin).into_iter().min(),
            whole: within(Kind::Excised).contains(&amount.length) || INCLUDED.is_match(own),
            place,
            word,
            nature: nature(own)?,
            closure: closed(own)?,
            repair: repairs.first().copied(),
        });
    }
    share(&text, &mut lesions)?;
    lesions.into_iter().map(Partial::known).collect()
}

/// A lesion as far as its own words go.
struct Partial {
    diameter: u32,
    margin: Option<u32>,
    whole: bool,
    place: Option<Place>,
    word: String,
    nature: Option<Nature>,
    closure: Option<Closure>,
    repair: Option<u32>,
}

impl Partial {
    fn known(self) -> Option<Lesion> {
        let Self { diameter, margin, whole, place, word, nature, closure, repair } = self;
        Some(Lesion { diameter, margin, whole, place: place?, word, nature, closure, repair })
    }
}

fn prepared(text: &str) -> String {
    let text = measure::prepare(text);
    let wider = |found: &Captures<'_>| {
        let (a, b) = (found[1].parse::<f64>().unwrap_or(0.0), found[2].parse::<f64>().unwrap_or(0.0));
        format!("{} {}", if a >= b { &found[1] } else { &found[2] }, &found[3])
    };
    let text = ACROSS.replace_all(&text, wider);
    let text = DIAMETER.replace_all(&text, "exciseddiameter");
    let text = WHOLE.replace_all(&text, "exciseddiameter");
    NOT_MALIGNANT.replace_all(&text, " benign ").into_owned()
}

/// What a word says of the length beside it.
fn named(word: &str) -> Option<Kind> {
    Some(match word {
        "margin" | "margins" => Kind::Margin,
        "exciseddiameter" => Kind::Excised,
        "closure" | "closed" | "repair" | "repaired" | "sutured" => Kind::Repair,
        "defect" | "incision" | "ellipse" | "specimen" | "wound" | "pathology" | "depth" | "deep" | "breslow"
        | "apart" | "scar" => Kind::Other,
        "lesion" | "lesions" | "nevus" | "nevi" | "mole" | "moles" | "cyst" | "cysts" | "bcc" | "scc" | "melanoma"
        | "carcinoma" | "cancer" | "growth" | "nodule" | "papule" | "tumor" | "keratosis" | "dermatofibroma"
        | "neurofibroma" | "angioma" | "malignancy" | "diameter" => Kind::Lesion,
        _ => return None,
    })
}

/// What a length measures: the word right before it, else the first one behind it, else the last before it.
#[expect(clippy::option_option, reason = "a text that cannot be cut and a length without a word are two things")]
fn kind(text: &str, amounts: &[Amount], n: usize) -> Option<Option<Kind>> {
    let amount = amounts.get(n)?;
    let from = n.checked_sub(1).and_then(|n| amounts.get(n)).map_or(0, |one| one.end);
    let to = amounts.get(n + 1).map_or(text.len(), |one| one.at);
    let (before, behind) = (text.get(from..amount.at)?, text.get(amount.end..to)?);
    let clause = STOP.find_iter(before).last().and_then(|m| before.get(m.end()..)).unwrap_or(before);
    let words: Vec<&str> = NOUN.find_iter(clause).map(|m| m.as_str()).collect();
    let direct = LED.find(clause).and_then(|m| clause.get(..m.start())).unwrap_or(clause);
    let direct = NOUN.find_iter(direct).last().filter(|m| m.end() == direct.trim_end().len()).map(|m| m.as_str());
    if let Some(kind) = direct.and_then(named) {
        return Some(Some(kind));
    }
    if WITH_MARGINS.is_match(text.get(amount.end..)?) {
        return Some(Some(Kind::Excised));
    }
    // "1.2 cm plus margins of 0.2 cm": the margins are those of the next length.
    let leads = LED.find(behind).and_then(|m| behind.get(..m.start())).and_then(|led| NOUN.find_iter(led).last());
    let added = |to: usize| behind.get(..to).is_some_and(|words| words.contains("plus") || words.contains("with"));
    let of_next = n + 1 < amounts.len();
    let leads = leads.filter(|m| of_next && named(m.as_str()) == Some(Kind::Margin) && added(m.start()));
    let behind = match leads {
        Some(led) => behind.get(..led.start())?,
        None => behind,
    };
    let next = behind.find([',', ';', '(', ')', '\n', '?']).and_then(|end| behind.get(..end)).unwrap_or(behind);
    let after = NOUN.find_iter(next).take(7).find_map(|m| named(m.as_str()));
    let place =
        clause.rsplit(',').find(|piece| NOUN.is_match(piece)).is_some_and(|piece| !place::places(piece).is_empty());
    let before = words.iter().rev().find_map(|word| named(word));
    // "0.2 cm margins, cheek 1.0 cm": a place of its own is another lesion's.
    let before = if place && before == Some(Kind::Margin) { Some(Kind::Lesion) } else { before };
    Some(after.or(before))
}

/// An excised diameter beside the lesion's own is of the same lesion: it alone counts.
fn of_one_lesion(anchors: &[Amount], amounts: &[Amount], kinds: &[Kind]) -> Vec<Amount> {
    let of = |wanted: Kind| {
        amounts.iter().zip(kinds).filter(move |(_, kind)| **kind == wanted).map(|(one, _)| *one).collect::<Vec<_>>()
    };
    let (excised, lesions) = (of(Kind::Excised), of(Kind::Lesion));
    if excised.len() == 1 && lesions.len() == 1 { excised } else { anchors.to_vec() }
}

/// What a piece of text says of the nature of a lesion; `None` where it says both.
pub(super) fn nature(text: &str) -> Option<Option<Nature>> {
    // Benign is the word that counts where both nouns stand: a "benign growth, no cancer" was settled before.
    match (BENIGN.is_match(text), MALIGNANT.is_match(text)) {
        (true, true) => None,
        (true, false) => Some(Some(Nature::Benign)),
        (false, true) => Some(Some(Nature::Malignant)),
        (false, false) => Some(None),
    }
}

fn closed(text: &str) -> Option<Option<Closure>> {
    match closure::read(&closure::settle(text)) {
        Said::Nothing => Some(None),
        Said::One(closure) => Some(Some(closure)),
        Said::Unclear => None,
    }
}

/// What is said once of all lesions: place, nature, margins.
fn share(text: &str, lesions: &mut [Partial]) -> Option<()> {
    let plural = PLURAL.is_match(text);
    if lesions.iter().any(|lesion| lesion.nature.is_none()) && (lesions.len() == 1 || plural || first_alone(lesions)) {
        let all = nature(text).unwrap_or(None);
        lesions.iter_mut().for_each(|lesion| lesion.nature = lesion.nature.or(all));
    }
    if lesions.iter().any(|lesion| lesion.place.is_none()) {
        let (place, word) = one_place(&place::places(text)).filter(|_| lesions.len() == 1 || plural)?;
        for lesion in lesions.iter_mut().filter(|lesion| lesion.place.is_none()) {
            (lesion.place, lesion.word) = (place, word.clone());
        }
    }
    if plural && INCLUDED.is_match(text) && lesions.iter().all(|lesion| lesion.margin.is_none()) {
        lesions.iter_mut().for_each(|lesion| lesion.whole = true);
    }
    let with: Vec<(usize, u32)> =
        lesions.iter().enumerate().filter_map(|(n, lesion)| Some((n, lesion.margin?))).collect();
    if let [(at, margin)] = with[..]
        && lesions.len() > 1
    {
        // A margin behind the last lesion may be that of all; one behind another is its own.
        let last = at + 1 == lesions.len();
        if ALL.is_match(text) || (last && plural) {
            lesions.iter_mut().for_each(|lesion| lesion.margin = Some(margin));
        } else if last {
            return None;
        }
    }
    Some(())
}

/// True where the first lesion has its nature and the others follow it: "excision of benign lesions: 1 cm, 2 cm".
fn first_alone(lesions: &[Partial]) -> bool {
    lesions.first().is_some_and(|lesion| lesion.nature.is_some())
        && lesions.iter().skip(1).all(|lesion| lesion.nature.is_none())
}
