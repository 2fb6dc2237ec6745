//! Names of people, found by what stands around them: titles, roles, greetings, an age or a birthday behind.

use std::sync::LazyLock;

use regex::Regex;

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

// Behind these a capital begins a name.
pattern!(
    ROLE,
    r"(?i)\b(?:(?:patient|member|beneficiary|bene|insured|subscriber|guarantor|named|dear|hi|hello|attn|doctor|miss)\b(?:'s\b)?(?:\s+name\b)?|(?:pt|mr|mrs|ms|dr|prof)\b\.?)(?:\s+(?:is|was|named))?\s*[:,-]?\s*"
);
// Behind these any word is a name. In capitals MR is an imaging, MS a disease: those need a capital behind them.
pattern!(TITLE, r"\b(?:[Mm]r|[Mm]rs|[Mm]s|[Mm]iss|[Dd]r|[Pp]rof)\b\.?\s+|\b(?i:(?:first|last|full)?\s*name)\s*[:=]\s*");
pattern!(
    SIGNED,
    r"(?im)^\s*(?:many thanks|thanks|thank you|thx|(?:best |kind |warm )?regards|best|sincerely|respectfully|cheers)\b[\s,!.-]*"
);
// In front of an age or a birthday.
pattern!(
    BEFORE,
    r"(?x)(\p{Lu}[\p{L}'’-]+,?(?:\s+\p{Lu}\.?)?\s+\p{Lu}[\p{L}'’-]+),?\s*\(?\s*
      (?:(?:(?i:is|was)\s+)?(?:(?i:an?)\s+)?\d{1,3}\s*-?\s*(?i:y\.?/?o\b|yrs?\b|years?\b)|(?i:dob|d\.o\.b|born)\b)"
);

/// Words with a capital that are no names, in lower case.
const NEVER: &str = " a about ab abdominal absolutely account acute admitted aetna after age aged all also am an and another answer any anthem \
appeal are as ask asc at base bcbs because before best bill billed billing both but by can care case caseconsultant chronic cigna claim clinic cms code coded coder coders \
codes coding colleagues colonoscopy complains could cpt date date-of-service diagnosis did discharged do does doctor dob dos dr dx each edit emergency er established evaluation \
everyone female first follow followup folks for friend from global good got group had has have hcpcs he healthy hello her here hi his hospital how humana i \
icd id if in initial inpatient is it kaiser left level lt mac male management mdm medicaid medical medicare met mod modifier modifiers mr mrn mrs ms mue my name ncci \
new no not note number of office on op or our outpatient patient patients payer pays physician please pos post-op preop presented presenting presents primary procedure protection provider pt question received \
regards responsibility returned right rt safety same saw second see seen service she should sir so specialist status still support surgeon surgery team tests thank thanks that the their there these they this \
to today told tricare two type underwent undergoing united units visit was we were what when where which who with without would xray yes yesterday you your yours ";

/// Words of names, in the order they were found.
pub(super) fn find(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (cue, any_case) in [(&*ROLE, false), (&*TITLE, true), (&*SIGNED, false)] {
        for found in cue.find_iter(text) {
            names.extend(words_of_a_name(&text[found.end()..], any_case));
        }
    }
    for captures in BEFORE.captures_iter(text) {
        names.extend(captures[1].split([' ', ',']).filter(|word| is_name(word, false)).map(str::to_owned));
    }
    names.sort_unstable_by_key(|name| std::cmp::Reverse(name.len()));
    names.dedup();
    names
}

/// Up to four words at the start of a text, as long as they can be a name.
fn words_of_a_name(text: &str, any_case: bool) -> Vec<String> {
    let mut words = Vec::new();
    for word in text.split_inclusive([' ', ',', '\t']).take(6) {
        let bare = word.trim_matches(|c: char| c.is_whitespace() || ",.;:!?()\"".contains(c));
        if bare.is_empty() && !word.contains(['.', ';', '!', '?', '\n']) {
            continue;
        }
        // Only the first of a name may be in lower case, as in `mr smith had`.
        if !is_name(bare, any_case && words.is_empty()) || words.len() == 4 {
            break;
        }
        words.push(bare.to_owned());
        if word.contains(['\n', '.', ';', ')', '?', '!']) && bare.chars().count() > 2 {
            break;
        }
    }
    words
}

fn is_name(word: &str, any_case: bool) -> bool {
    let letters = word.chars().all(|c| c.is_alphabetic() || "'’-.".contains(c));
    let begins = word.chars().next().is_some_and(|c| c.is_uppercase() || (any_case && c.is_alphabetic()));
    // `LT`, `XS`: two capitals are a modifier.
    let modifier = !any_case && word.len() == 2 && word.chars().all(char::is_uppercase);
    letters && begins && !modifier && !NEVER.contains(&format!(" {} ", word.to_lowercase().trim_end_matches("'s")))
}

/// Masks every occurrence of the words, wherever it stands; a run of them is one mask.
pub(super) fn mask(text: &str, names: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_alphanumeric() || "'’-".contains(c) {
            word.push(c);
            continue;
        }
        flush(&mut out, &word, names);
        word.clear();
        // The point of an initial belongs to the name.
        if c != '\0' && !(c == '.' && out.ends_with("[NAME]") && names.iter().any(|name| name.ends_with('.'))) {
            out.push(c);
        }
    }
    pattern!(RUN, r"\[NAME\](?:[ ,.]*\[NAME\])+");
    RUN.replace_all(&out, "[NAME]").into_owned()
}

fn flush(out: &mut String, word: &str, names: &[String]) {
    let bare = word.trim_end_matches("'s").trim_end_matches("’s");
    let hit = names.iter().any(|name| {
        let name = name.trim_end_matches('.').trim_end_matches("'s");
        // One letter is a name only next to one; three and more are one wherever they begin with a capital.
        match name.chars().count() {
            0 => false,
            1 => bare == name && out.trim_end().ends_with("[NAME]"),
            2 => bare == name,
            _ => bare == name || (bare.starts_with(char::is_uppercase) && bare.to_lowercase() == name.to_lowercase()),
        }
    });
    out.push_str(if hit { "[NAME]" } else { word });
}
