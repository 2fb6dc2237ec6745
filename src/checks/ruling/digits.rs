//! Modifiers of fingers, toes, eyelids and coronary arteries (HCPCS Level II modifiers FA to F9, TA to T9, E1 to E4, LC,
//! LD, LM, RC, RI; NCCI Policy Manual, chapter IV, section H: one line for each digit).

mod read;
#[cfg(test)]
mod tests;

use super::wants::{Wants, plain};
use super::wounds::bill::Bill;
use crate::corpus::Corpus;
use crate::domain::code::{CodeSet, Modifier};
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;
use read::{FINGER, Named, TOE};

// Case matters: these are modifiers only in capitals.
pattern!(WRITTEN, r"\b(FA|F[1-9]|TA|T[1-9]|E[1-4]|LC|LD|LM|RC|RI)\b");
pattern!(MODIFIER, r"(?i)\bmodifiers?\b|\bmod\b");
// Questions in which a digit is only the place where something happened.
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:global|post-?op\w*|visit|e/m|joints?|arthrocent\w*|x-?rays?|icd\S*|diagnos[ei]s|7th|seventh|metacarp\w*|metatars\w*|bunion\w*|same (?:digit|finger|toe|thumb)|return to|another surgeon|assistant|co-?surgeon|denied|denial|staged|unrelated|repeat\w*|ultrasound|nerve block|syndactyly|nails? (?:debrid\w*|trim\w*)|modifier (?:2[2-6]|5[0-9]|7[6-9]|8[0-2]|62|66|9[0-9]|x[esup]))\b"
);
pattern!(
    MEANS,
    r"(?i)\b(?:mean|means|meaning|stand for|stands for|identif\w+|indicate\w*|which (?:finger|toe|digit|eyelid|lid|artery|vessel)|what (?:finger|toe|digit|eyelid|artery|vessel)|what is|what's|represent\w*)\b"
);
pattern!(OR, r"(?i)\b(?:or|vs\.?|versus)\b");
pattern!(CORONARY, r"(?i)\bstent\w*|\bpci\b|\bangioplast\w*|\batherectom\w*|\bcoronar\w*|\bvessel\b|\b929\d\d\b");

/// Codes that speak of several digits at once, or of none.
const NO_DIGIT: [&str; 10] = ["11719", "11720", "11721", "G0127", "20600", "20604", "11055", "11056", "11057", "73140"];

/// The modifiers of the parts that the question names.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = plain(&inquiry.text);
    if ELSEWHERE.is_match(&text) {
        return None;
    }
    let lower = text.to_lowercase();
    let named = parts(&text, &lower)?;
    let mut written: Vec<&str> = WRITTEN.find_iter(&text).map(|m| m.as_str()).collect();
    written.dedup();
    let asked = inquiry.text_asked();
    let wants = Wants::of(&text);
    if !written.is_empty() {
        let compared = wants.verdict && !named.modifiers.is_empty() && named.sideless.is_empty();
        if compared && !asked.contains(" or ") {
            return compare(corpus, inquiry, &written, &named);
        }
        let among = !named.modifiers.is_empty() && named.modifiers.iter().all(|one| written.contains(one));
        if among && OR.is_match(&text) && named.sideless.is_empty() {
            return listed(corpus, inquiry, &named.modifiers);
        }
        let meant = MEANS.is_match(&asked) && named.modifiers.is_empty() && named.sideless.is_empty();
        let spoken = MODIFIER.is_match(&text) || inquiry.mentions.is_empty();
        return (meant && spoken && written.len() <= 3).then(|| meaning(corpus, inquiry, &written)).flatten();
    }
    if !wants.modifier || !MODIFIER.is_match(&text) || wants.verdict && !MODIFIER.is_match(&asked) {
        return None;
    }
    match (&named.modifiers[..], &named.sideless[..]) {
        ([], [pair]) => ask_side(corpus, inquiry, *pair),
        ([_, ..], []) => listed(corpus, inquiry, &named.modifiers),
        _ => None,
    }
}

/// What the text names: digits, else eyelids, else arteries where it is about them; `None` where it names two kinds.
fn parts(text: &str, lower: &str) -> Option<Named> {
    let digits = read::digits(lower)?;
    let eyelids = read::eyelids(lower);
    let arteries = if CORONARY.is_match(text) { read::arteries(lower) } else { Named::default() };
    let is_empty = |named: &Named| named.modifiers.is_empty() && named.sideless.is_empty();
    let mut kinds = [digits, eyelids, arteries].into_iter().filter(|named| !is_empty(named));
    let first = kinds.next().unwrap_or_default();
    kinds.next().is_none().then_some(first)
}

/// The part in words.
fn name(modifier: &str) -> String {
    const FINGERS: [&str; 5] = ["thumb", "index finger", "middle finger", "ring finger", "little finger"];
    const TOES: [&str; 5] = ["great toe", "second toe", "third toe", "fourth toe", "fifth toe"];
    const SIDES: [&str; 2] = ["left", "right"];
    for (pairs, names) in [(FINGER, FINGERS), (TOE, TOES)] {
        for (pair, part) in pairs.iter().zip(names) {
            if let Some(side) = pair.iter().position(|one| *one == modifier) {
                return format!("{} {part}", SIDES[side]);
            }
        }
    }
    match modifier {
        "E1" => "upper left eyelid",
        "E2" => "lower left eyelid",
        "E3" => "upper right eyelid",
        "E4" => "lower right eyelid",
        "LC" => "left circumflex coronary artery",
        "LD" => "left anterior descending coronary artery",
        "LM" => "left main coronary artery",
        "RC" => "right coronary artery",
        _ => "ramus intermedius coronary artery",
    }
    .to_owned()
}

/// The card that the modifier rests on.
fn card(modifier: &str) -> &'static str {
    match modifier.as_bytes().first() {
        Some(b'F' | b'T') => "anatomic-digit-modifiers",
        Some(b'E') => "eyelid-modifiers",
        _ => "coronary-modifiers",
    }
}

fn described(modifiers: &[&str]) -> String {
    modifiers.iter().map(|modifier| format!("{modifier} {}", name(modifier))).collect::<Vec<_>>().join(", ")
}

/// A bill with the modifiers cited; `None` where one is not on the shelf.
fn cited<'a>(corpus: &'a Corpus, inquiry: &'a Inquiry, modifiers: &[&str]) -> Option<Bill<'a>> {
    let mut bill = Bill::new(corpus, inquiry);
    for modifier in modifiers {
        let entry = corpus.find_modifier(modifier)?;
        bill.cite_all([entry.passage(String::new()).source]);
        bill.rule(card(modifier));
    }
    Some(bill)
}

/// The modifiers, on a line each where one code is named.
fn listed(corpus: &Corpus, inquiry: &Inquiry, modifiers: &[&'static str]) -> Option<Ruling> {
    let mut bill = cited(corpus, inquiry, modifiers)?;
    let codes: Vec<_> = inquiry.codes().into_iter().filter(|code| code.set() != CodeSet::Icd10cm).collect();
    let code = match codes[..] {
        [] => None,
        [code] if NO_DIGIT.contains(&code.as_str()) => return None,
        // Further digits of such a code go on its add-on code.
        [code] if modifiers.len() > 1 && !corpus.list_add_ons_of(code).is_empty() => return None,
        [code] => Some(code),
        _ => return None,
    };
    for modifier in modifiers.iter().filter(|_| code.is_some()) {
        bill.add(code?.as_str(), &[*modifier], 1)?;
    }
    let say = match (code, modifiers.len()) {
        (Some(code), 1) => format!("{code}-{}: {}.", modifiers[0], name(modifiers[0])),
        (Some(code), _) => {
            let lines: Vec<String> = modifiers.iter().map(|one| format!("{code}-{one} ({})", name(one))).collect();
            format!("One line for each: {}.", lines.join(", "))
        }
        (None, _) => format!("{}.", described(modifiers)),
    };
    let vessels = modifiers.iter().any(|one| card(one) == "coronary-modifiers");
    let more = if vessels {
        "One line for each major vessel; branches go with their vessel."
    } else if modifiers.len() > 1 {
        "One unit on each line; the modifier says part and side, so LT, RT and 50 are not added."
    } else {
        "It says part and side, so LT, RT and 50 are not added."
    };
    let mut ruling = bill.into_ruling("anatomic modifiers", None, &say, &[more]);
    if code.is_none() {
        ruling.modifiers = parsed(modifiers);
    }
    ruling.label = (modifiers.len() == 1).then(|| modifiers[0].to_owned());
    Some(ruling)
}

fn parsed(modifiers: &[&str]) -> Vec<Modifier> {
    modifiers.iter().filter_map(|text| Modifier::parse(text).ok()).collect()
}

/// Whether the written modifiers are those of the named parts.
fn compare(corpus: &Corpus, inquiry: &Inquiry, written: &[&str], named: &Named) -> Option<Ruling> {
    let right = &named.modifiers;
    let same = written.len() == right.len() && written.iter().all(|one| right.contains(one));
    let mut both: Vec<&str> = written.to_vec();
    both.extend(right.iter().filter(|one| !written.contains(*one)));
    let bill = cited(corpus, inquiry, &both)?;
    let (verdict, say) = if same {
        (Verdict::Yes, format!("{}.", described(right)))
    } else {
        let said = |one: &&str| format!("{one} is the {}", name(one));
        let meant = |one: &&str| format!("the {} takes {one}", name(one));
        let said = written.iter().map(said).collect::<Vec<_>>().join(", ");
        let meant = right.iter().map(meant).collect::<Vec<_>>().join(", ");
        (Verdict::No, format!("{said}; {meant}."))
    };
    let mut ruling = bill.into_ruling("anatomic modifiers", Some(verdict), &say, &[]);
    ruling.modifiers = parsed(right);
    ruling.label = (right.len() == 1).then(|| right[0].to_owned());
    Some(ruling)
}

/// What written modifiers name.
fn meaning(corpus: &Corpus, inquiry: &Inquiry, written: &[&str]) -> Option<Ruling> {
    let bill = cited(corpus, inquiry, written)?;
    let mut ruling = bill.into_ruling("anatomic modifiers", None, &format!("{}.", described(written)), &[]);
    ruling.modifiers = parsed(written);
    ruling.label = (written.len() == 1).then(|| name(written[0]));
    Some(ruling)
}

/// Asks for the side of the only part.
fn ask_side(corpus: &Corpus, inquiry: &Inquiry, pair: [&'static str; 2]) -> Option<Ruling> {
    let bill = cited(corpus, inquiry, &pair)?;
    let say = format!("It depends on the side: {}.", described(&pair));
    let mut ruling = bill.into_ruling("anatomic modifiers", None, &say, &[]);
    ruling.ask = Some("Was it the left or the right side?".to_owned());
    Some(ruling)
}
