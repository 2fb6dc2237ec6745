//! Reading the question: codes, modifiers, dates, payer, setting, and what is asked. Rules, no model: the same
//! words are read the same way every time, and what is assumed is marked so that one reply can correct it.

use jiff::civil::Date;

use super::{dates, purpose, stated, tokens};
use crate::corpus::Corpus;
use crate::domain::check::{Program, Scope, Setting};
use crate::domain::code::CodeSet;
use crate::domain::inquiry::{Assumption, Inquiry, Intent, asked_of};
use crate::domain::pattern::pattern;
use crate::domain::stated::Stated;
use crate::domain::time::AsOf;
use crate::identity::Deidentified;

/// What is known about a question besides its words.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Today.
    pub today: Date,
    /// The date the message carries.
    pub message_date: Option<Date>,
    /// The date or shelf asked for on the command line.
    pub on: Option<AsOf>,
    /// The setting where the question names none.
    pub setting: Setting,
    /// The program where the question names none.
    pub program: Program,
}

/// Longer questions are read to this length; the rest is for a person.
pub const MAX_TEXT: usize = 32_000;

pattern!(UNITS, r"(?i)\b(?:units?|mues?|how many|max(?:imum)?|quantity|how often)\b|[x×]\s?\d");
pattern!(
    ADD_ON,
    r"(?i)\b(?:add[- ]?on|primary (?:code|procedure)|parent code|stand[- ]?alone|(?:billed|reported|used) alone|by itself)\b"
);
pattern!(GLOBAL, r"(?i)\bglobal\b|\b(?:post-?op\w*|follow-?up) (?:days|period)\b");
pattern!(
    STATUS,
    r"(?i)\b(?:valid|deleted|delete|still|active|exists?|replac\w+|successor|discontinued|terminated|retired|what(?:'s| is| are| does)|describ\w+|description|mean(?:s|ing)?|right for|correct code|current|specific|expired?|new code)\b"
);
pattern!(
    BILLS,
    r"(?i)\b(?:bills?|billed|billing|charge[sd]?|report(?:s|ed)?|submit\w*|put|append|needs?|ok(?:ay)?|principal|first|primary|allowed|only|may|can|could|qw|with|for|chart|note|claim)\b"
);
pattern!(
    BUNDLE,
    r"(?i)\b(?:together|bundl\w*|unbundl\w*|same (?:day|session|time|visit|date|encounter|knee|shoulder|polyp|lesion)|both|ncci|cci|ptp|edits?|separately|modifier|with|and|plus|along|at once|in addition)\b|[+&,/]"
);
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:accepts?|recogni[sz]es?|cover(?:s|ed|age)?|lcd|ncd|reimburs\w*|fees?|rvus?|paid|pays?|payment|allow(?:s|ed|able|ance)|limiting|conversion factor|gpcis?|opps|apcs?|packag\w+|inpatient[- ]only|status indicators?|separately payable|clfs|dmepos|denied|denial|appeal|document\w*|level|mdm|telehealth|diagnos\w*|medical necessity|abn|incident|supervis\w*|resident|time|minutes|crosswalk|hcc|risk)\b"
);
pattern!(
    pub(super) HOSPITAL,
    r"(?i)\b(?:ub-?04|opps|apc|facility (?:claim|side|coding|billing)|hospital (?:side|claim)|outpatient hospital|hospital outpatient)\b"
);
pattern!(pub(super) OFFICE, r"(?i)\b(?:office|clinic|physician|professional|pro-?fee|practice|asc|ambulatory surgery)\b");
pattern!(pub(super) MEDICARE, r"(?i)\bmedicare\b");
pattern!(pub(super) MEDICAID, r"(?i)\bmedicaid\b");
pattern!(
    pub(super) COMMERCIAL,
    r"(?i)\b(aetna|cigna|uhc|united ?health\w*|bcbs|blue ?cross|humana|anthem|tricare|commercial|workers'? comp\w*|kaiser|private payer)\b"
);
pattern!(
    BEYOND,
    r"(?ix)\b(?: minutes? | mins? | hours? | time | years?[\s-]?old | \d+[\s-]?yo | aged? | counsel\w* | levels? \s of | mdm | new \s (?:medicare \s)? patient
      | established | incident | supervis\w* | residents? | teaching | locum | np | pa | nurse | hospitalist | inpatient | discharge\w* | admi(?:t|ssion)\w* | ago | post-?op\w*
      | within | later | (?:un)?related | another \s (?:surgeon|doctor|physician|practice|group|provider) | prolonged | screening | denied | denial | denies | appeal | reject(?:s|ed)? | why | (?:which | what) \s (?:code|level|diagnosis)
      | code \s for | instead | either | rather | count(?:s|ed)? | chart(?:ed|ing) | document\w* | pays? | paid | cover(?:s|ed|age)? | reimburs\w* | often | bilateral
      | right \s and \s left | left \s and \s right | (?:right|left) \s (?:eye|knee|index|middle|ring|little|thumb|hand|foot|ear|breast|side|shoulder|hip|leg|arm|elbow|wrist|ankle|great|big|toe|upper|lower|renal|femoral|iliac) | both \s (?:eyes?|knees?|sides?|shoulders?|hands?|feet|ears?|breasts?)
      | \d{1,2}:\d{2} | (?:on \s)? day \s \d+ | same \s surgeon | next \s (?:day|morning) | yesterday | different \s (?:physician|surgeon|doctor|provider|group) | assistant | co-?surgeon | resubmit\w* | waste\w* | vial | discard\w*
      | modifiers? \s for | lines? | guideline | legal | audit )\b"
);
pattern!(CHOICE, r"(?i)\b[0-9A-Z]\d[0-9A-Z.]{1,6}-?\s+(?:or|vs\.?|versus)\s+[0-9A-Z]\d[0-9A-Z.]{1,6}|\bor only\b");
pattern!(
    VALIDITY,
    r"(?i)\b(?:is|was|are)\s+(?:the\s+)?(?:cpt\s+|hcpcs\s+|icd\S*\s+|codes?\s+|diagnosis\s+)*(?:\S*\d\S*|it|this|that)(?:\s+\([^)]*\))?\s+(?:still\s+|currently\s+|even\s+|already\s+)?(?:an?\s+)?(?:valid|billable|reportable|accepted|acceptable|active|existing|complete enough|specific enough)\b|\b(?:can|may|could) (?:the )?\S*\d\S* (?:for (?:\S+ ){1,6}?)?(?:still )?be (?:reported|used|billed|submitted) (?:as it stands|as is|on a claim|as written|for an? )"
);
pattern!(
    PAYABLE,
    r"(?i)\b(?:payable|paid|pays?|cover\w*|together|modifiers?|bundl\w*|separate\w*|alone|principal|primary|instead|rather|(?:listed|be|comes?|coded|sequenced|goes?|reported|as|the)\s+first|first[- ]listed)\b"
);
pattern!(PERSON, r"(?m)^\s*HUMAN\b|(?i)\b(?:ask|have|want|need) (?:a|your) (?:person|human|certified coder)\b");
pattern!(pub(super) DOS, r"(?i)\b(?:dos|date of service|service date|on|performed|seen)\b[:\s]*$");

/// Reads a question.
pub fn read(corpus: &Corpus, question: &Deidentified, reading: &Reading) -> Inquiry {
    read_beside(corpus, question, &Deidentified::default(), reading)
}

/// Reads a question with facts from files beside it. What is asked, and whether it is proper, the question's own words
/// tell; what happened, when and where, both tell. Codes of a file count only where the question names none.
pub fn read_beside(corpus: &Corpus, question: &Deidentified, facts: &Deidentified, reading: &Reading) -> Inquiry {
    let own: String = question.as_str().trim().chars().take(MAX_TEXT).collect();
    let whole = question.followed_by(facts);
    let text: String = whole.as_str().trim().chars().take(MAX_TEXT).collect();
    let own_dates = dates::find(&own, reading.today);
    let dates = dates::find(&text, reading.today);
    let date = service_date(&own, &own_dates).or_else(|| service_date(&text, &dates));
    let own_words = dates::blank(&own, &own_dates);
    let words = dates::blank(&text, &dates);
    let mut found = tokens::read(corpus, &own_words);
    if found.mentions.is_empty() && found.malformed.is_empty() && text.len() > own.len() {
        found = tokens::read(corpus, &words);
    }
    // `N130` behind a denial is a remark, and no diagnosis.
    let denied = stated::denials(&text);
    found.mentions.retain(|mention| !denied.contains(&mention.code.as_str().replace('.', "")));
    let (scope, mut assumptions) = scope(&text, date, reading);
    let codes: Vec<CodeSet> = found.mentions.iter().map(|mention| mention.code.set()).collect();
    let named_modifier = !found.modifiers.is_empty() || found.mentions.iter().any(|m| !m.modifiers.is_empty());
    let decline = purpose::decline(&own, !found.mentions.is_empty());
    let mut stated = stated::read(&text);
    let named = found.modifiers.iter().chain(found.mentions.iter().flat_map(|mention| &mention.modifiers));
    stated.modifiers.extend(named.map(|modifier| modifier.as_str().to_owned()));
    let validity = codes.len() == 1 && found.malformed.is_empty() && !named_modifier && asks_validity(&own_words);
    let intents = if validity {
        vec![Intent::CodeStatus]
    } else {
        intents(&own_words, &codes, !found.malformed.is_empty(), named_modifier)
    };
    if intents.contains(&Intent::Bundling) {
        assumptions.push(Assumption {
            what: "encounter".to_owned(),
            value: "same patient, same practitioner, same date".to_owned(),
            assumed: true,
        });
    }
    Inquiry {
        mentions: found.mentions,
        malformed: found.malformed,
        modifiers: found.modifiers,
        intents,
        date,
        scope,
        assumptions,
        stated,
        other_payer: COMMERCIAL.find(&text).map(|m| m.as_str().to_owned()),
        beyond: if validity { Vec::new() } else { beyond(&words) },
        validity,
        wants_person: PERSON.is_match(&own),
        decline,
        blank: purpose::is_blank(&own),
        removed: whole.removed().to_vec(),
        text,
    }
}

/// A text read without an edition: no codes, and everything that words tell.
pub(super) fn of_words(text: &str, stated: Stated) -> Inquiry {
    let today = AsOf::Shelf;
    let reading = Reading {
        today: Date::default(),
        message_date: None,
        on: Some(today),
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    let (scope, assumptions) = scope(text, None, &reading);
    Inquiry {
        mentions: Vec::new(),
        malformed: Vec::new(),
        modifiers: Vec::new(),
        intents: intents(text, &[], true, false),
        date: None,
        scope,
        assumptions,
        stated,
        other_payer: COMMERCIAL.find(text).map(|m| m.as_str().to_owned()),
        beyond: beyond(text),
        validity: asks_validity(text),
        wants_person: PERSON.is_match(text),
        decline: None,
        blank: false,
        removed: Vec::new(),
        text: text.to_owned(),
    }
}

/// True where the one thing asked is whether a code is valid, whatever it is said to be used for.
fn asks_validity(text: &str) -> bool {
    // `With 45380` asks of a pair; `with DOS 8/6/2024` does not.
    let with = |found: regex::Match<'_>| {
        let behind = text[found.end()..].trim_start().to_lowercase();
        behind.strip_prefix("with ").is_some_and(|rest| {
            !["dos", "date", "a date", "service date", "the date"].iter().any(|word| rest.starts_with(word))
        })
    };
    text.matches('?').count() <= 1
        && !PAYABLE.is_match(&asked_of(text))
        && VALIDITY.find(text).is_some_and(|found| !with(found))
}

/// The date of service: the one that words such as `DOS` announce, else the first that is no birthday.
fn service_date(text: &str, dates: &[dates::Found]) -> Option<Date> {
    let candidates: Vec<&dates::Found> = dates.iter().filter(|found| !found.is_birth).collect();
    let announced = candidates.iter().find(|found| DOS.is_match(&text[..found.range.start]));
    announced.or(candidates.first()).map(|found| found.date)
}

/// The words, each once, in lower case.
fn beyond(text: &str) -> Vec<String> {
    let found = BEYOND.find_iter(text).chain(CHOICE.find_iter(text));
    // "Modifier 59 on which code?" asks for a line, not for a code.
    let line =
        |m: &regex::Match<'_>| ["on ", "to "].iter().any(|before| text[..m.start()].to_lowercase().ends_with(before));
    let mut words: Vec<String> = found
        .filter(|m| !(m.as_str().eq_ignore_ascii_case("which code") && line(m)))
        .map(|m| m.as_str().to_lowercase())
        .collect();
    words.sort();
    words.dedup();
    words
}

fn scope(text: &str, date: Option<Date>, reading: &Reading) -> (Scope, Vec<Assumption>) {
    let mut assumptions = Vec::new();
    let mut note = |what: &str, value: String, assumed: bool| {
        assumptions.push(Assumption { what: what.to_owned(), value, assumed });
    };
    let medicaid = MEDICAID.is_match(text) && !MEDICARE.is_match(text);
    let program = if medicaid {
        Program::Medicaid
    } else if MEDICARE.is_match(text) {
        Program::Medicare
    } else {
        reading.program
    };
    let named = medicaid || MEDICARE.is_match(text);
    let mut payer = if program == Program::Medicare { "Medicare" } else { "Medicaid" }.to_owned();
    if let Some(other) = COMMERCIAL.find(text).filter(|_| !named) {
        payer = format!("{payer}'s rules, since those of {} are not on this shelf", other.as_str());
    }
    note("payer", payer, !named);
    let setting = if HOSPITAL.is_match(text) {
        Setting::Hospital
    } else if OFFICE.is_match(text) {
        Setting::Practitioner
    } else {
        reading.setting
    };
    let claim = if setting == Setting::Practitioner { "professional claim" } else { "hospital outpatient claim" };
    note("claim", claim.to_owned(), !(HOSPITAL.is_match(text) || OFFICE.is_match(text)));
    let as_of =
        date.map(AsOf::Date).or(reading.on).unwrap_or(AsOf::Date(reading.message_date.unwrap_or(reading.today)));
    let ahead = matches!(as_of, AsOf::Date(day) if day > reading.today);
    let shown = if ahead { format!("{as_of}, which lies ahead") } else { as_of.to_string() };
    note("date of service", shown, date.is_none());
    (Scope { as_of, setting, program }, assumptions)
}

/// What is asked, leading intent first. Several codes with no other word are a question of bundling; one code with
/// no other word is a question about the code.
fn intents(text: &str, codes: &[CodeSet], malformed: bool, named_modifier: bool) -> Vec<Intent> {
    let procedures = codes.iter().filter(|set| set.is_procedure()).count();
    let diagnoses = codes.iter().filter(|set| **set == CodeSet::Icd10cm).count();
    let words = text.split_whitespace().count();
    let mut intents = Vec::new();
    let mut add = |holds: bool, intent: Intent| {
        if holds && !intents.contains(&intent) {
            intents.push(intent);
        }
    };
    let any = !codes.is_empty() || malformed;
    add(any && GLOBAL.is_match(text) && procedures < 2, Intent::GlobalPeriod);
    // Which modifier an add-on code takes is no question of what it is.
    add(any && ADD_ON.is_match(text) && !named_modifier, Intent::AddOn);
    add(any && UNITS.is_match(text) && procedures < 2, Intent::Units);
    add(procedures >= 2 && BUNDLE.is_match(text), Intent::Bundling);
    add(any && GLOBAL.is_match(text), Intent::GlobalPeriod);
    add(any && UNITS.is_match(text), Intent::Units);
    add(diagnoses >= 2 && procedures == 0, Intent::DiagnosisPair);
    add(named_modifier && procedures < 2, Intent::Modifier);
    let elsewhere = ELSEWHERE.is_match(text);
    add(any && STATUS.is_match(text) && !elsewhere, Intent::CodeStatus);
    let only_code = !elsewhere && words <= 6 && procedures < 2 && diagnoses < 2 && !BILLS.is_match(text);
    add(any && only_code, Intent::CodeStatus);
    add(procedures >= 2, Intent::Bundling);
    add(malformed, Intent::CodeStatus);
    if intents.is_empty() || (elsewhere && intents == [Intent::Modifier]) {
        intents.insert(0, Intent::Other);
    }
    intents
}

#[cfg(test)]
mod tests;
