//! Lesions by count: skin tags, actinic keratoses, warts and other benign lesions that are destroyed (CPT, surgery:
//! integumentary system, as the rule cards `skin-tags`, `destruction-premalignant-count` and
//! `destruction-benign-warts` have it).

use std::sync::LazyLock;

use regex::Regex;

use super::{edits, is_own, verdict};
use crate::checks::ruling::wounds::bill::Bill;
use crate::checks::ruling::wounds::measure::number;
use crate::corpus::Corpus;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

const COUNT: &str = r"(\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|an?|single)";
const TAGS: &str = r"(?:skin |fibrocutaneous )?(?:tags?|acrochordons?)";
const KERATOSES: &str = r"(?:actinic keratos[ei]s|solar keratos[ei]s|aks?|pre-?malignant (?:skin )?lesions?|pre-?cancerous (?:skin )?(?:lesions?|spots?))";
const BENIGN: &str = r"(?:warts?|verrucae?|molluscum(?: contagiosum)?(?: lesions?)?|seborrh?eic keratos[ei]s|sks?|benign (?:skin )?lesions?)";

macro_rules! counted {
    ($before:ident, $behind:ident, $noun:expr) => {
        static $before: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(&format!(r"\b{COUNT}\s+(?:(?:common|plantar|flat|facial|small|separate|inflamed|irritated|symptomatic|individual|benign|hypertrophic|more|different|additional)\s+)*{}\b", $noun))
                .expect("the pattern is a constant")
        });
        static $behind: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(&format!(r"\b{}\s*(?:,\s*)?(?:(?:x|\(|#)\s*(\d{{1,3}})\b|:\s*(\d{{1,3}})\s+(?:were\s+)?(?:removed|snipped|excised|treated|destroyed|frozen)\b)", $noun))
                .expect("the pattern is a constant")
        });
    };
}

counted!(TAGS_BEFORE, TAGS_BEHIND, TAGS);
counted!(KERATOSES_BEFORE, KERATOSES_BEHIND, KERATOSES);
counted!(BENIGN_BEFORE, BENIGN_BEHIND, BENIGN);
pattern!(
    MORE,
    r"^[^.;?]{0,30}?\b(?:and|plus|,)\s+(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\s+(?:more\s+)?(?:on|from|of|over)\s+(?:the|his|her|left|right|both|each)\b"
);
pattern!(TOTAL, r"\btotal(?: of)?:?\s*(\d{1,3})\b|\b(\d{1,3})\s+(?:in )?total\b");
pattern!(
    TAG_WAY,
    r"\bremov\w*|\bsnip\w*|\bexcis\w*|\bcauter\w*|\bligat\w*|\bcryo\w*|\bfr[eo]e?z\w*|\bshav\w*|\btook off\b|\btaken off\b|\belectro\w*|\bcut\b|\bdestr\w*"
);
pattern!(
    WAY,
    r"\bdestr\w*|\bcryo\w*|\bfree?z\w*|\bfroze\w*|\bliquid nitrogen\b|\bln2\b|\bcurett\w*|\blaser\w*|\belectro\w*|\bablat\w*|\bcantharidin\b|\bcanthar\w*|\btreated\b|\bburned\b"
);
pattern!(
    ANOTHER,
    r"\bbiops\w*|\bgenital\w*|\bcondylom\w*|\bpenile\b|\bpenis\b|\bvulva\w*|\bpar(?:ed|ing)\b|\btrim\w*|\bsame lesions?\b|\bper (?:lesion|session|year)\b|\bcounsel\w*|\bcandida\b|\bbleomycin\b"
);
pattern!(CUT, r"\bshav\w*|\bexcis\w*");

const OWN: [(&str, &str); 3] = [("11200", "11201"), ("17000", "17004"), ("17110", "17111")];

/// Tags that the first code covers, and what each add-on covers.
const FIRST_TAGS: u32 = 15;
const MORE_TAGS: u32 = 10;
/// From here on the codes of many lesions stand alone.
const MANY: u32 = 15;

/// The lines of the lesions that the question counts.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, lower: &str) -> Option<Ruling> {
    if ANOTHER.is_match(lower) || !is_own(inquiry, &OWN) {
        return None;
    }
    let tags = count(lower, &TAGS_BEFORE, &TAGS_BEHIND)?.filter(|_| TAG_WAY.is_match(lower));
    let destroyed = WAY.is_match(lower) && (tags.is_some() || !CUT.is_match(lower));
    let keratoses = count(lower, &KERATOSES_BEFORE, &KERATOSES_BEHIND)?.filter(|_| destroyed);
    let benign = count(lower, &BENIGN_BEFORE, &BENIGN_BEHIND)?.filter(|_| destroyed);
    let total = TOTAL.captures(lower).and_then(|found| found.get(1).or(found.get(2))).and_then(|n| number(n.as_str()));
    let kinds = [tags, keratoses, benign].into_iter().flatten().count();
    let only = |count: Option<u32>| if kinds == 1 { count.map(|n| total.unwrap_or(n)) } else { count };
    if kinds == 0 || (kinds > 1 && total.is_some()) {
        return None;
    }
    let mut bill = Bill::new(corpus, inquiry);
    let mut words = Vec::new();
    for (found, name, lines, card) in [
        (only(benign), "benign lesions", of_benign as fn(u32) -> Lines, "destruction-benign-warts"),
        (only(keratoses), "actinic keratoses", of_keratoses, "destruction-premalignant-count"),
        (only(tags), "skin tags", of_tags, "skin-tags"),
    ] {
        let Some(found) = found.filter(|n| (1..=200).contains(n)) else { continue };
        let (codes, why) = lines(found);
        for (code, units) in codes {
            bill.add(code, &[], units)?;
        }
        bill.rule(card);
        words.push(format!("{found} {name}: {why}"));
    }
    edits::mark(corpus, inquiry, &mut bill)?;
    let verdict = verdict(inquiry, &bill.lines)?;
    let say = format!("{}. {}.", edits::words(&bill), words.join("; "));
    let marked = bill.lines.iter().any(|line| !line.modifiers.is_empty());
    let more = if marked { "59 (or XS) says that these are different lesions." } else { "" };
    Some(bill.into_ruling("lesion count", verdict, &say, &[more]))
}

/// Codes with their units, and why.
type Lines = (Vec<(&'static str, u32)>, String);

fn of_tags(count: u32) -> Lines {
    let more = count.saturating_sub(FIRST_TAGS).div_ceil(MORE_TAGS);
    if more == 0 {
        return (vec![("11200", 1)], format!("one unit covers up to {FIRST_TAGS}"));
    }
    let why = format!(
        "{FIRST_TAGS} in the first code, then {} for {more} more of up to {MORE_TAGS} each",
        count - FIRST_TAGS
    );
    (vec![("11200", 1), ("11201", more)], why)
}

fn of_keratoses(count: u32) -> Lines {
    match count {
        0 | 1 => (vec![("17000", 1)], "the first".to_owned()),
        2..MANY => (vec![("17000", 1), ("17003", count - 1)], format!("the first, then {} more", count - 1)),
        _ => (vec![("17004", 1)], format!("{MANY} or more are one unit, alone")),
    }
}

fn of_benign(count: u32) -> Lines {
    if count < MANY {
        (vec![("17110", 1)], format!("one unit covers up to {}", MANY - 1))
    } else {
        (vec![("17111", 1)], format!("{MANY} or more are one unit, alone"))
    }
}

/// How many of a kind are counted; nothing where none are, `None` where the counts do not go together.
#[expect(clippy::option_option, reason = "nothing counted and counted unclearly are two things")]
fn count(text: &str, before: &Regex, behind: &Regex) -> Option<Option<u32>> {
    let mut counts: Vec<(u32, String)> = Vec::new();
    for found in before.captures_iter(text) {
        let whole = found.get(0)?;
        let mut count = number(&found[1])?;
        if let Some(more) = text.get(whole.end()..).and_then(|rest| MORE.captures(rest)) {
            count = count.checked_add(number(&more[1])?)?;
        }
        counts.push((count, kind(whole.as_str())));
    }
    for found in behind.captures_iter(text) {
        let said = found.get(1).or(found.get(2))?;
        counts.push((number(said.as_str())?, String::new()));
    }
    // "A wart" beside a number is a way of speaking.
    if counts.len() > 1 {
        counts.retain(|(count, _)| *count > 1);
    }
    let (sum, most) =
        (counts.iter().map(|(count, _)| count).sum::<u32>(), counts.iter().map(|(count, _)| *count).max());
    let apart = |(n, (_, kind)): (usize, &(u32, String))| counts[..n].iter().all(|(_, other)| other != kind);
    match counts.len() {
        0 => Some(None),
        1 => Some(most),
        _ if most.is_some_and(|most| most * 2 == sum) => Some(most),
        // Warts and keratoses are of one kind here, and counted together.
        _ if counts.iter().enumerate().all(apart) => Some(Some(sum)),
        _ => None,
    }
}

/// The last word of a count, by which two of them are told apart: three letters are enough.
fn kind(text: &str) -> String {
    text.split_whitespace().last().unwrap_or("").chars().take(3).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_are_read_where_they_are_said() {
        assert_eq!(
            count("froze 8 aks on the face and 5 on the arms", &KERATOSES_BEFORE, &KERATOSES_BEHIND),
            Some(Some(13))
        );
        assert_eq!(count("skin tags x 18 snipped", &TAGS_BEFORE, &TAGS_BEHIND), Some(Some(18)));
        assert_eq!(count("18 tags: 12 tags neck, 6 tags axilla", &TAGS_BEFORE, &TAGS_BEHIND), Some(Some(18)));
        assert_eq!(count("3 warts then 4 warts", &BENIGN_BEFORE, &BENIGN_BEHIND), None);
        assert_eq!(count("7 seborrheic keratoses and 3 warts", &BENIGN_BEFORE, &BENIGN_BEHIND), Some(Some(10)));
        assert_eq!(count("several warts", &BENIGN_BEFORE, &BENIGN_BEHIND), Some(None));
    }

    proptest! {
        #[test]
        fn every_lesion_is_in_a_unit(count in 1_u32..200) {
            let (tags, _) = of_tags(count);
            let room = FIRST_TAGS + tags.get(1).map_or(0, |(_, units)| units * MORE_TAGS);
            prop_assert!(count <= room && (count <= FIRST_TAGS || room < count + MORE_TAGS));
            let (keratoses, _) = of_keratoses(count);
            let single: u32 = keratoses.iter().map(|(_, units)| units).sum();
            let right = if count < MANY { single == count } else { keratoses == vec![("17004", 1)] };
            prop_assert!(right);
            prop_assert!(of_benign(count).0.len() == 1);
        }
    }
}
