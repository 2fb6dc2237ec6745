//! Excision, shave removal and destruction of a malignant lesion: the code by diameter and site, a line for each
//! lesion, and the repair beside it (CPT, surgery: excision of lesions; NCCI Policy Manual, chapter III, E, item 6).

use super::read::{self, Lesion, Nature};
use super::sized::{Removal, excised, includes_repair};
use super::{is_own, verdict};
use crate::checks::ruling::wounds::bill::{Bill, wanted, work};
use crate::checks::ruling::wounds::family::{Closure, Family, Sum, Wound, sums};
use crate::checks::ruling::wounds::measure::shown;
use crate::corpus::Corpus;
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::Ruling;

pattern!(EXCISED, r"\bexcis\w*|\bcut out\b|\belliptical\w*|\bfull[- ]thickness removal\b");
pattern!(SHAVED, r"\bshav(?:e|ed|ing)\b");
pattern!(
    DESTROYED,
    r"\bdestr\w*|\bcurett\w*|\bed&c\b|\bed and c\b|\bedc\b|\belectrodesicc\w*|\bcryo\w*|\bliquid nitrogen\b|\blaser\w*|\bablat\w*"
);
pattern!(BIOPSY, r"\bbiops\w*");
pattern!(
    PENDING,
    r"\bpending\b|\bnot back\b|\bnot yet back\b|\bawait\w*|\bwaiting (?:for|on)\b|\bbefore path\w*|\bsuspicious\b|\bsuspected\b|\brule out\b|\br/o\b|\bunknown\b"
);
pattern!(
    LESION,
    r"\blesions?\b|\bnev(?:us|i)\b|\bmoles?\b|\bcysts?\b|\bbccs?\b|\bsccs?\b|\bmelanomas?\b|\bcarcinomas?\b|\bbasal[- ]cell\b|\bsquamous[- ]cell\b|\bskin cancers?\b|\bgrowths?\b|\bkeratos[ei]s\b|\bdermatofibromas?\b|\bneurofibromas?\b"
);
pattern!(CLOSURE_ASKED, r"\bclosures?\b|\brepairs?\b|\bsutur\w*");
pattern!(ADDS, r"\b(?:add|combin\w*|sum|total|added)\b");

const OWN: [(&str, &str); 4] = [("11300", "11313"), ("11400", "11646"), ("12001", "13153"), ("17260", "17286")];

/// The lines of the lesions that the question measures.
pub(super) fn find(corpus: &Corpus, inquiry: &Inquiry, lower: &str) -> Option<Ruling> {
    let (cut, shaved, destroyed) = (EXCISED.is_match(lower), SHAVED.is_match(lower), DESTROYED.is_match(lower));
    let one_way = [cut, shaved, destroyed].into_iter().filter(|way| *way).count() == 1;
    if !one_way || !LESION.is_match(lower) || (BIOPSY.is_match(lower) && !cut) || !is_own(inquiry, &OWN) {
        return None;
    }
    let lesions = read::read(lower)?;
    if lesions.is_empty() {
        return None;
    }
    let pending = PENDING.is_match(lower);
    if cut && (pending || lesions.iter().any(|lesion| lesion.nature.is_none())) {
        return wait(corpus, inquiry, &lesions);
    }
    let removal = |lesion: &Lesion| match (shaved, destroyed, lesion.nature) {
        (true, ..) => Some(Removal::Shave),
        (_, true, Some(Nature::Malignant)) => Some(Removal::Destruction),
        (false, false, Some(Nature::Benign)) => Some(Removal::Benign),
        (false, false, Some(Nature::Malignant)) => Some(Removal::Malignant),
        _ => None,
    };
    let mut found: Vec<Removed> =
        lesions.iter().map(|lesion| Removed::of(lesion, removal(lesion)?)).collect::<Option<_>>()?;
    found.sort_by(|a, b| work(corpus, b.code).total_cmp(&work(corpus, a.code)));
    answer(corpus, inquiry, &found)
}

/// A lesion with its code.
struct Removed<'a> {
    lesion: &'a Lesion,
    removal: Removal,
    code: &'static str,
    diameter: u32,
}

impl<'a> Removed<'a> {
    fn of(lesion: &'a Lesion, removal: Removal) -> Option<Self> {
        let cut = matches!(removal, Removal::Benign | Removal::Malignant);
        let margin = lesion.margin.filter(|_| cut && !lesion.whole);
        let diameter = excised(lesion.diameter, margin.unwrap_or(0));
        Some(Self { lesion, removal, code: removal.code(lesion.place, diameter)?, diameter })
    }

    /// True where nobody said whether the margins are in the diameter.
    fn is_open(&self) -> bool {
        matches!(self.removal, Removal::Benign | Removal::Malignant)
            && !self.lesion.whole
            && self.lesion.margin.is_none()
    }

    /// `11602 for 1.0 + 2 x 0.2 = 1.4 cm, malignant, forearm`.
    fn words(&self, mark: &str) -> String {
        let size = match self.lesion.margin.filter(|_| self.diameter > self.lesion.diameter) {
            Some(margin) => {
                format!("{} + 2 x {} = {} cm", shown(self.lesion.diameter), shown(margin), shown(self.diameter))
            }
            None => format!("{} cm", shown(self.diameter)),
        };
        format!("{}{mark} for {size}, {}, {}", self.code, self.removal.words(), self.lesion.word)
    }
}

fn answer(corpus: &Corpus, inquiry: &Inquiry, found: &[Removed<'_>]) -> Option<Ruling> {
    let mut bill = Bill::new(corpus, inquiry);
    let mut words = Vec::new();
    for (n, one) in found.iter().enumerate() {
        // The same family again on one day reads as a repetition unless a modifier says that it is another lesion.
        let again = found[..n].iter().any(|other| other.code[..4] == one.code[..4]);
        bill.add(one.code, if again { &["59"] } else { &[] }, 1)?;
        words.push(one.words(if again { "-59" } else { "" }));
    }
    let repairs = match repairs(found)? {
        Repairs::Sums(sums) => sums,
        Repairs::Unmeasured(family) => return ask_length(bill, &words, family),
    };
    for (n, sum) in repairs.iter().enumerate() {
        for (part, (code, units)) in sum.family.codes(sum.total()).into_iter().enumerate() {
            let marked = n > 0 && part == 0;
            bill.add(code, if marked { &["59"] } else { &[] }, units)?;
            let times = if units > 1 { format!(" x{units}") } else { String::new() };
            words.push(format!(
                "{code}{}{times} for the {} repair of {} cm",
                if marked { "-59" } else { "" },
                sum.family.closure.word(),
                shown(sum.total())
            ));
        }
    }
    let verdict = asked(inquiry, &bill, found, !repairs.is_empty())?;
    cite(&mut bill, found);
    let open = found.iter().any(Removed::is_open);
    let mut say = format!("{}.", words.join("; "));
    if open {
        say.push_str(
            " This takes the size as the excised diameter: where margins come on top, add twice the narrowest one.",
        );
    }
    let mut more = Vec::new();
    if found.len() > 1 {
        more.push("Each lesion has its own line; sizes are never added.");
    }
    if let Some(sentence) = of_closure(found, !repairs.is_empty()) {
        more.push(sentence);
    }
    Some(bill.into_ruling("lesion size", verdict, &say, &more))
}

/// What to say of the closure.
fn of_closure(found: &[Removed<'_>], repaired: bool) -> Option<&'static str> {
    let small =
        found.iter().any(|one| includes_repair(one.code) && one.lesion.closure.is_some_and(|c| c > Closure::Simple));
    if small {
        Some("A benign excision of 0.5 cm or less includes every repair.")
    } else if !repaired && found.iter().any(|one| one.lesion.closure == Some(Closure::Simple)) {
        Some("The simple closure is included.")
    } else {
        repaired.then_some("A layered or complex repair is billed beside the excision, by its own length.")
    }
}

fn cite(bill: &mut Bill<'_>, found: &[Removed<'_>]) {
    if found.iter().any(|one| one.lesion.margin.is_some() || one.is_open()) {
        bill.rule("lesion-excision-size");
    }
    if found.iter().any(|one| one.removal == Removal::Shave) {
        bill.rule("shave-removal-or-biopsy");
    }
    if found.len() > 1 {
        bill.rule("one-removal-code-per-lesion");
    }
    if found.iter().any(|one| one.lesion.closure.is_some()) {
        bill.rule("closure-after-lesion-excision");
    }
}

/// The repairs beside the excisions.
enum Repairs {
    Sums(Vec<Sum>),
    /// The only one, whose length is missing.
    Unmeasured(Family),
}

fn repairs(found: &[Removed<'_>]) -> Option<Repairs> {
    let due = |one: &&Removed<'_>| {
        one.lesion.closure.is_some_and(|closure| closure > Closure::Simple)
            && !includes_repair(one.code)
            && matches!(one.removal, Removal::Benign | Removal::Malignant)
    };
    let due: Vec<&Removed<'_>> = found.iter().filter(due).collect();
    let mut wounds = Vec::new();
    for one in &due {
        let closure = one.lesion.closure?;
        let family = Family::of(closure, one.lesion.place)?;
        match one.lesion.repair {
            Some(length) => {
                wounds.push(Wound { length, closure, place: one.lesion.place, word: one.lesion.word.clone() });
            }
            None if due.len() == 1 => return Some(Repairs::Unmeasured(family)),
            None => return None,
        }
    }
    sums(&wounds).map(Repairs::Sums)
}

/// The excision is settled; the length of the repair is not.
fn ask_length(mut bill: Bill<'_>, words: &[String], family: Family) -> Option<Ruling> {
    let mut bands = Vec::new();
    for (band, code) in family.listed().into_iter().take(3) {
        bands.push(format!("{} {band}", bill.name(code)?));
    }
    bill.rule("closure-after-lesion-excision");
    let say = format!(
        "{}. The {} repair is billed too, by its length: {}.",
        words.join("; "),
        family.closure.word(),
        bands.join(", ")
    );
    let mut ruling = bill.into_ruling("lesion size", None, &say, &[]);
    ruling.ask = Some("How many centimeters was the repair?".to_owned());
    Some(ruling)
}

/// The verdict: on the closure, on adding sizes, or on the codes that are named.
fn asked(inquiry: &Inquiry, bill: &Bill<'_>, found: &[Removed<'_>], repaired: bool) -> Option<Option<Verdict>> {
    let wants = wanted(&inquiry.text);
    let asked = inquiry.text_asked().to_lowercase();
    if wants.verdict && !wants.code {
        let included = asked.contains("includ") || asked.contains("bundl");
        if CLOSURE_ASKED.is_match(&asked) && !included && found.iter().any(|one| one.lesion.closure.is_some()) {
            return Some(Some(if repaired { Verdict::Yes } else { Verdict::No }));
        }
        if found.len() > 1 && ADDS.is_match(&asked) && !asked.contains("modifier") {
            return Some(Some(Verdict::No));
        }
    }
    verdict(inquiry, &bill.lines)
}

/// Both codes of a single lesion whose nature the pathology has yet to tell.
fn wait(corpus: &Corpus, inquiry: &Inquiry, lesions: &[Lesion]) -> Option<Ruling> {
    let [lesion] = lesions else { return None };
    let wants = wanted(&inquiry.text);
    if wants.verdict && !wants.code {
        return None;
    }
    let (benign, malignant) = (Removed::of(lesion, Removal::Benign)?, Removed::of(lesion, Removal::Malignant)?);
    let mut bill = Bill::new(corpus, inquiry);
    let (b, m) = (bill.name(benign.code)?, bill.name(malignant.code)?);
    bill.rule("lesion-wait-for-pathology");
    let size = benign.words("");
    let size = size.split(" for ").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or_default().to_owned();
    let say =
        format!("Wait for the pathology report. For {size} on the {}: {b} if benign, {m} if malignant.", lesion.word);
    let mut ruling = bill.into_ruling("lesion size", None, &say, &[]);
    ruling.ask = Some("What does the final pathology say, benign or malignant?".to_owned());
    Some(ruling)
}
