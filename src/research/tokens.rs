//! Codes, modifiers and units as they stand in free text: `99213-25`, `11042 x3`, `3 units of J1745`, `E119`.

use std::sync::LazyLock;

use regex::Regex;

use crate::corpus::Corpus;
use crate::domain::code::{Code, CodeSet, Modifier};
use crate::domain::inquiry::Mention;

/// What a text names.
#[derive(Debug, Default)]
pub struct Tokens {
    /// Codes in the order of their first mention, each once.
    pub mentions: Vec<Mention>,
    /// Modifiers named without a line.
    pub modifiers: Vec<Modifier>,
    /// Texts that stand where a code should and have the shape of none.
    pub malformed: Vec<String>,
}

static WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:[a-z]\d[0-9a-z](?:\.[0-9a-z]{1,4}|[0-9a-z]{0,4})|\d{4,5}[a-z]?|\d{6}|\d[0-9a-z]{6})\b")
        .expect("constant")
});
static MODIFIERS_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:\s?-\s?|\s*,?\s*(?:with\s+|and\s+)?(?:modifier|mod)s?\.?\s*[-#]?\s*)([0-9a-z]{2})\b((?:\s?[-,/]\s?[0-9a-z]{2}\b)*)")
        .expect("constant")
});
static UNITS_BEHIND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)^\s*(?:[x×*]\s?(\d{1,4})\b|,?\s*\(?(\d{1,4})\s*units?\b)").expect("constant"));
static UNITS_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(\d{1,4}|two|three|four|five|six|seven|eight|nine|ten)\s*(?:units?\s+(?:of\s+)?|[x×]\s?)(?:cpt\s+|hcpcs\s+)?$").expect("constant")
});
static MODIFIER_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:modifiers?|mods?\.?|append|appending|add|use|using|with|put)\s+[-#]?([0-9]{2}|[a-z][a-z0-9])\b((?:\s*(?:,|/|or|and|v\.?|vs\.?)\s*-?(?:[0-9]{2}|[a-z][a-z0-9])\b)*)")
        .expect("constant")
});
static TWO: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)\b[0-9a-z]{2}\b").expect("constant"));
static RISK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:rx-?)?hccs?\b|\brisk[\s-]?adjust|\braf\b|\b(?:in|under|from|to) V2[0-9]\b").expect("constant")
});
static ANY_UNITS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(\d{1,4}|two|three|four|five|six|seven|eight|nine|ten)\s*units?\b").expect("constant")
});

/// Reads all of a text.
pub fn read(corpus: &Corpus, text: &str) -> Tokens {
    let mut tokens = Tokens::default();
    for found in WORD.find_iter(text) {
        let (before, behind) = (&text[..found.start()], &text[found.end()..]);
        let written = singular(found.as_str());
        if is_other_number(written, before, behind) || is_model(written, text) {
            continue;
        }
        match classify(corpus, written, before) {
            Kind::Code(code) => tokens.add(code, before, behind),
            Kind::Malformed if !tokens.malformed.contains(&written.to_uppercase()) => {
                tokens.malformed.push(written.to_uppercase());
            }
            Kind::Malformed | Kind::Nothing => {}
        }
    }
    tokens.modifiers = loose_modifiers(corpus, text);
    if let [only] = &mut tokens.mentions[..]
        && only.units.is_none()
    {
        only.units = ANY_UNITS.captures(text).and_then(|c| count(&c[1])).filter(|n| *n > 0);
    }
    tokens
}

/// A number in digits, or a small one in words.
fn count(text: &str) -> Option<u32> {
    const WORDS: [&str; 9] = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let word = WORDS.iter().zip(2..).find(|(word, _)| word.eq_ignore_ascii_case(text));
    word.map(|(_, number)| number).or_else(|| text.parse().ok())
}

/// `99214s` are several of 99214.
fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|code| code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit())).unwrap_or(word)
}

impl Tokens {
    fn add(&mut self, code: Code, before: &str, behind: &str) {
        let mut modifiers = Vec::new();
        let mut rest = behind;
        if code.set().is_procedure()
            && let Some(captures) = MODIFIERS_BEHIND.captures(behind)
        {
            let all = format!("{} {}", &captures[1], captures.get(2).map_or("", |m| m.as_str()));
            modifiers = TWO.find_iter(&all).filter_map(|m| Modifier::parse(m.as_str()).ok()).collect();
            rest = &behind[captures.get(0).map_or(0, |m| m.end())..];
        }
        let after =
            UNITS_BEHIND.captures(rest).and_then(|c| c.get(1).or(c.get(2)).and_then(|m| m.as_str().parse().ok()));
        let units = after.or_else(|| UNITS_BEFORE.captures(before).and_then(|c| count(&c[1]))).filter(|n| *n > 0);
        match self.mentions.iter_mut().find(|mention| mention.code == code) {
            Some(mention) => {
                modifiers.retain(|modifier| !mention.modifiers.contains(modifier));
                mention.modifiers.append(&mut modifiers);
                mention.units = mention.units.or(units);
            }
            None => self.mentions.push(Mention { code, modifiers, units }),
        }
    }
}

/// `V28` beside words of risk adjustment: the version of a model, and no category of diagnoses.
fn is_model(word: &str, text: &str) -> bool {
    let version = ["V20", "V21", "V22", "V23", "V24", "V28"].iter().any(|model| word.eq_ignore_ascii_case(model));
    version && RISK.is_match(text)
}

enum Kind {
    Code(Code),
    Malformed,
    Nothing,
}

fn classify(corpus: &Corpus, word: &str, before: &str) -> Kind {
    let listed = |code: &Code| !corpus.list_periods(code).is_empty();
    let announced = is_announced(before);
    let icd = Code::parse_icd10cm(word).ok();
    match Code::parse(word) {
        Ok(code) if code.set() == CodeSet::Hcpcs && !listed(&code) => match icd {
            Some(icd) if listed(&icd) => Kind::Code(icd),
            _ => Kind::Code(code),
        },
        Ok(code) if code.set() == CodeSet::Icd10cm => {
            let dotted = word.contains('.');
            if dotted || listed(&code) || (announced && word.len() > 2) {
                Kind::Code(code)
            } else if is_hcpcs_and_more(word) {
                Kind::Malformed
            } else {
                Kind::Nothing
            }
        }
        Ok(code) if code.set() == CodeSet::Icd10pcs => match icd {
            Some(icd) if listed(&icd) => Kind::Code(icd),
            _ if word.bytes().all(|b| b.is_ascii_digit()) => Kind::Nothing,
            _ => Kind::Code(code),
        },
        Ok(code) if is_year(word) && !announced && !listed(&code) => Kind::Nothing,
        Ok(code) => Kind::Code(code),
        Err(_) if is_five_and_a_letter(word) || is_hcpcs_and_more(word) => Kind::Malformed,
        Err(_) if announced && !is_year(word) => Kind::Malformed,
        Err(_) => Kind::Nothing,
    }
}

/// `99999Z`: a code with a letter too many.
fn is_five_and_a_letter(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    digits == 5 && word.len() == 6
}

/// `J0005X`: a code of HCPCS with something too much.
fn is_hcpcs_and_more(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() > 5 && bytes[0].is_ascii_uppercase() && bytes[1..5].iter().all(u8::is_ascii_digit)
}

/// `WC-22871` is somebody's number; `CPT-45385` is a code.
fn is_prefixed(word: &str, before: &str) -> bool {
    let Some(front) = before.strip_suffix('-').filter(|_| word.bytes().all(|b| b.is_ascii_digit())) else {
        return false;
    };
    let front = front.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    (1..=4).contains(&front.len())
        && front.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        && front.chars().any(|c| c.is_ascii_uppercase())
        && front != "CPT"
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && (word.starts_with("19") || word.starts_with("20"))
}

/// True when the words just before say that a code follows.
fn is_announced(before: &str) -> bool {
    let tail: String = tail(before, 16).to_lowercase();
    let tail = tail.trim_end_matches([' ', ':', '#', '-', '(']);
    ["cpt", "hcpcs", "code", "codes", "icd", "icd-10", "icd10", "icd-10-cm", "dx", "diagnosis"]
        .iter()
        .any(|w| tail.ends_with(w))
}

fn tail(text: &str, n: usize) -> String {
    let chars: Vec<char> = text.chars().rev().take(n).collect();
    chars.into_iter().rev().collect()
}

/// Numbers that are not codes: amounts, ZIP codes, account and telephone numbers, house numbers.
fn is_other_number(word: &str, before: &str, behind: &str) -> bool {
    let number = word.bytes().all(|b| b.is_ascii_digit());
    let near = tail(before, 18).to_lowercase();
    let near = near.trim_end_matches([' ', ':', '#', '.']);
    let labels = [
        "zip",
        "zip code",
        "form",
        "mr",
        "mrn",
        "acct",
        "account",
        "account no",
        "account number",
        "claim no",
        "claim number",
        "record number",
        "record no",
        "record",
        "chart number",
        "chart no",
        "chart",
        "case number",
        "case no",
        "member id",
        "patient id",
        "patient no",
        "encounter no",
        "encounter number",
        "reference",
        "reference no",
        "icn",
        "auth",
        "authorization",
        "policy no",
        "member no",
        "zip",
        "phone number",
        "policy number",
        "member number",
        "invoice",
        "npi",
        "phone",
        "fax",
        "tel",
        "ext",
        "room",
        "box",
        "ticket",
        "id",
        "policy",
    ];
    let labelled = labels
        .iter()
        .any(|label| near.strip_suffix(label).is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric())));
    let glued = is_prefixed(word, before)
        || before.ends_with(['$', '€', '.', '@', '_'])
        || before.ends_with(|c: char| c.is_ascii_digit());
    let phone = behind.starts_with('-') && behind[1..].starts_with(|c: char| c.is_ascii_digit()) && {
        let digits = behind[1..].bytes().take_while(u8::is_ascii_digit).count();
        digits == 4 && word.len() != 5
    };
    let zip_plus = number && word.len() == 5 && {
        let digits = behind.strip_prefix('-').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
        digits == 4
    };
    let money = behind.starts_with('%')
        || (behind.starts_with('.') && behind[1..].starts_with(|c: char| c.is_ascii_digit()) && number);
    let street = number && {
        let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let next: Vec<String> = behind.split_whitespace().take(3).map(bare).collect();
        next.iter()
            .any(|w| ["st", "street", "ave", "avenue", "rd", "road", "blvd", "lane", "drive"].contains(&w.as_str()))
    };
    let state = number && word.len() == 5 && {
        let raw: Vec<char> = tail(before, 4).chars().collect();
        matches!(raw[..], [',' | ' ', a, b, ' '] if a.is_ascii_uppercase() && b.is_ascii_uppercase())
            && before.contains(", ")
    };
    labelled || glued || phone || zip_plus || money || street || state
}

/// Modifiers named in words: `modifier 25`, `may I use 59?`, `59 or XS`. Two-letter words count only where the
/// shelf knows such a modifier and it is written in capitals.
fn loose_modifiers(corpus: &Corpus, text: &str) -> Vec<Modifier> {
    let mut found: Vec<Modifier> = Vec::new();
    for captures in MODIFIER_WORDS.captures_iter(text) {
        let all = format!("{} {}", &captures[1], captures.get(2).map_or("", |m| m.as_str()));
        for two in TWO.find_iter(&all) {
            let word = two.as_str();
            let capital = word.chars().all(|c| !c.is_ascii_lowercase());
            let Ok(modifier) = Modifier::parse(word) else { continue };
            if capital && corpus.find_modifier(modifier.as_str()).is_some() && !found.contains(&modifier) {
                found.push(modifier);
            }
        }
    }
    found
}
