//! What a question wants of the notes at a diagnosis: which code goes first, whether another is needed, whether one may
//! stand first or alone.

use std::ops::Range;

use crate::domain::code::Code;
use crate::domain::pattern::pattern;

pattern!(
    YES_NO,
    r"(?i)(?:^|[.?!,;:\n]\s*|\b(?:and|so|but|or|then|hi|hello|hey|all|team)\s+)(?:can|may|does|do|is|are|was|were|will|did|would|should|must|has|have|could|isn't|doesn't|can't)\b(?:[^.?!\n]|\.\w)*\?"
);
pattern!(
    FIRST,
    r"(?ix)\bfirst[\s-]?listed\b | \b(?:list|listed|code|coded|sequence|sequenced|go|goes|come|comes|report|reported|put|place|placed|stand|stands|be|bill|billed|used?|is)\s(?:\w+\s){0,2}?first\b
      | \bprincipal\b | \bprimary\s(?:dx|diagnos[ie]s|position|spot|slot|icd)\b | \b(?:as|be|is|stand|code|coded|go|goes|list|listed|used?|in)\s(?:as\s)?(?:the\s|a\s)?primary\b | \bfirst\s(?:position|spot|diagnos[ie]s|dx)\b | \bfirst\s*\?"
);
pattern!(
    NOT_FIRST,
    r"(?ix)\bfirst\s(?:visit|time|encounter|trimester|dose|unit|hour|day|degree|line|procedure|seen|surgery|stage|week)\w* | \bprimary\s(?:care|procedure|insur\w+|payer|payor|surgeon|cancer|site|malignan\w+|hypertension|osteoarth\w+|tumor|procedure)\b | \bprincipal\sprocedure\b"
);
pattern!(
    ORDER,
    r"(?ix)\bwhich\s(?:\w+\s){0,4}?first\b | \bwhat\s(?:goes|comes|is\slisted|do\swe\slist|should\sgo)\sfirst\b | \bsequenc\w+ | \b(?:what|which|right|correct|proper)\sorder\b | \border:?\s(?:of\s)?(?:[a-z]\d[0-9a-z]|(?:the\s|these\s|those\s|my\s|our\s)?(?:codes|diagnos[ei]s|dx)\b) | \bin\swhat\sorder\b | \bin\s(?:the|this|that)\sorder\b"
);
pattern!(IN_ORDER, r"(?i)\b(?:correct|right|ok(?:ay)?|fine|proper|good|wrong|allowed)\b");
pattern!(CHOICE, r"(?i)\s(?:or|vs\.?|versus)\s");
pattern!(BEFORE, r"(?i)\b(?:before|ahead of|in front of|prior to)\b");
pattern!(AFTER, r"(?i)\b(?:after|behind)\b|\bsecond(?:ary)? to\b");
pattern!(
    OTHER,
    r"(?ix)\b(?:additional|second|secondary|another|extra|other|more|companion|supporting|underlying)\s(?:\w+\s)?(?:codes?|dx|diagnos[ie]s)\b | \b(?:anything|something|what)\selse\b | \buse\sadditional\b | \bcode\salso\b | \bpaired\s(?:up\s)?with\b | \bcompanion\b"
);
pattern!(
    NEED,
    r"(?i)\bneed\w*|\brequir\w+|\bmust\b|\bhave to\b|\bhas to\b|\bshould\b|\bnecessary\b|\bmandatory\b|\badd\b|\bgoes? with\b|\bcoded with\b|\breported with\b"
);
pattern!(
    ALONE,
    r"(?i)\b(?:alone|by itself|on its own|as the only (?:code|dx|diagnosis)|without (?:an(?:other)?|a second|any other|any) (?:code|dx|diagnosis))\b"
);
pattern!(
    NOTE,
    r"(?i)\b(code first|use additional(?: code)?|code also) (?:note|instruction|rule)s?\b|\binstructional notes?\b"
);
pattern!(CODE_FIRST, r"(?i)\bneed\w* (?:a |an |the |to )?code first\b|\brequires? (?:a |the )?code first\b");
pattern!(DENIED, r"(?i)\b(?:denied|denies|rejected|rejects|bounced|kicked|edit|why)\b");
pattern!(
    ELSEWHERE,
    r"(?i)\bmedical(?:ly)? necess\w*|\bcover(?:s|ed|age)?\b|\b[ln]cds?\b|\bsupport\w*|\blevel\b|\be/?m\b|\bmdm\b|\bhccs?\b|\brisk\b|\bpaid\b|\bpays?\b|\bmodifiers?\b"
);
pattern!(LEAVE, r"(?i)\b(?:can|may|could|allowed|ok(?:ay)?|acceptable|permitted|possible|permissible)\b");
pattern!(SENTENCE, r"[.?!]\s+|\n+|;\s");

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// Which of the codes goes first.
    Which,
    /// Whether the codes may stand in the order in which they are named.
    InOrder,
    /// Whether this one may be first.
    First(Code),
    /// Whether the first goes before the second.
    Before(Code, Code),
    /// Whether this one needs another code.
    Needs(Code),
    /// Whether this one may stand alone.
    Alone(Code),
}

/// True for a question that asks for yes or no.
pub fn is_yes_no(text: &str) -> bool {
    YES_NO.is_match(text)
}

/// True where leave is asked for: `can`, `may`, `allowed`.
pub fn asks_leave(text: &str) -> bool {
    LEAVE.is_match(text)
}

/// What the words want; `None` where it is nothing of the kind, or not clear of which code.
pub fn asks(text: &str, codes: &[&Code]) -> Option<Asks> {
    if codes.is_empty() || ELSEWHERE.is_match(text) {
        return None;
    }
    let asking = |sentence: &&str| sentence.contains('?') || DENIED.is_match(sentence);
    let whole = sentences(text);
    let told = whole.iter().copied().filter(|sentence| !NOT_FIRST.is_match(sentence));
    let about: Vec<&str> = told.collect();
    // A sentence that asks and names its code; else one that asks, about the only code of the mail.
    let of = |sentence: &str| places(sentence, codes);
    about.iter().filter(|one| asking(one)).find_map(|one| read(one, &of(one), codes)).or_else(|| {
        let open = text.contains('?') || DENIED.is_match(text);
        about.iter().filter(|_| open).find_map(|one| read(one, &of(one), codes))
    })
}

/// The sentences of a text, a question with its mark. A point within a code ends none.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut from = 0;
    for end in SENTENCE.find_iter(text) {
        let mark = end.start() + end.as_str().trim_end().len();
        sentences.push(text[from..mark].trim());
        from = end.end();
    }
    sentences.push(text[from..].trim());
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

/// Where in a sentence the codes stand, in the order of the sentence.
fn places<'a>(sentence: &str, codes: &[&'a Code]) -> Vec<(Range<usize>, &'a Code)> {
    let lower = sentence.to_ascii_lowercase();
    let mut found: Vec<(Range<usize>, &Code)> = Vec::new();
    for code in codes {
        let written = code.as_str().to_ascii_lowercase();
        let at = lower.find(&written).map(|at| at..at + written.len()).or_else(|| {
            let bare = written.replace('.', "");
            lower.find(&bare).map(|at| at..at + bare.len())
        });
        found.extend(at.map(|at| (at, *code)));
    }
    found.sort_by_key(|(at, _)| at.start);
    found
}

/// Reads one sentence; `all` are the codes of the mail.
fn read(sentence: &str, placed: &[(Range<usize>, &Code)], all: &[&Code]) -> Option<Asks> {
    let only = match (placed, all) {
        ([(_, only)], _) => Some(*only),
        ([], [only]) => Some(*only),
        _ => None,
    };
    if let Some(asks) = joined(sentence, placed) {
        return Some(asks);
    }
    if ALONE.is_match(sentence) {
        return only.or_else(|| nearest(placed, ALONE.find(sentence)?.start())).map(|code| Asks::Alone(code.clone()));
    }
    if (OTHER.is_match(sentence) && NEED.is_match(sentence))
        || NOTE.is_match(sentence)
        || (NEED.is_match(sentence) && CODE_FIRST.is_match(sentence))
    {
        return only.or_else(|| placed.first().map(|(_, code)| *code)).map(|code| Asks::Needs(code.clone()));
    }
    let several = all.len() > 1;
    if ORDER.is_match(sentence) && several && !FIRST_ONE.is_match(sentence) {
        let checked = is_yes_no(sentence) && IN_ORDER.is_match(sentence) && placed.len() > 1;
        return Some(if checked { Asks::InOrder } else { Asks::Which });
    }
    let first = FIRST.find(sentence)?;
    let chosen = placed.windows(2).any(|pair| {
        let (a, b) = (&pair[0].0, &pair[1].0);
        sentence.get(a.end..b.start).is_some_and(|between| CHOICE.is_match(between))
    });
    if several && chosen {
        return Some(Asks::Which);
    }
    only.or_else(|| nearest(placed, first.start())).map(|code| Asks::First(code.clone()))
}

pattern!(FIRST_ONE, r"(?i)\bsequenced? (?:\w+ ){0,2}first\b|\bsequencing [A-Z]\d\S* first\b");

/// `Does E11.22 go before N18.30?`
fn joined(sentence: &str, placed: &[(Range<usize>, &Code)]) -> Option<Asks> {
    let [(a, one), (b, two)] = placed else { return None };
    let between = sentence.get(a.end..b.start)?;
    let short = between.split_whitespace().count() <= 6 && is_yes_no(sentence);
    if short && BEFORE.is_match(between) {
        return Some(Asks::Before((*one).clone(), (*two).clone()));
    }
    (short && AFTER.is_match(between)).then(|| Asks::Before((*two).clone(), (*one).clone()))
}

/// The code that stands nearest before the place, else the first behind it.
fn nearest<'a>(placed: &[(Range<usize>, &'a Code)], at: usize) -> Option<&'a Code> {
    let before = placed.iter().rev().find(|(range, _)| range.start < at);
    before.or(placed.first()).map(|(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code(text: &str) -> Code {
        Code::parse_icd10cm(text).unwrap()
    }

    fn read(text: &str, codes: &[&str]) -> Option<Asks> {
        let codes: Vec<Code> = codes.iter().map(|text| code(text)).collect();
        asks(text, &codes.iter().collect::<Vec<_>>())
    }

    #[test]
    fn questions_of_order_are_read() {
        let pair = ["E11.22", "N18.30"];
        for (text, wanted) in [
            ("Which goes first, E11.22 or N18.30?", Asks::Which),
            ("Sequencing of E11.22 and N18.30?", Asks::Which),
            ("What order for N18.30 with E11.22?", Asks::Which),
            ("Should E11.22 or N18.30 be the primary diagnosis?", Asks::Which),
            ("Patient has both. Which dx code is listed first?", Asks::Which),
            ("Is the order E11.22, N18.30 correct?", Asks::InOrder),
            ("Can N18.30 be listed first with E11.22?", Asks::First(code("N18.30"))),
            ("With E11.22 on the claim, can N18.30 be the principal diagnosis?", Asks::First(code("N18.30"))),
            ("Does E11.22 go before N18.30?", Asks::Before(code("E11.22"), code("N18.30"))),
            ("Does N1830 come after E1122?", Asks::Before(code("E11.22"), code("N18.30"))),
        ] {
            assert_eq!(read(text, &pair), Some(wanted), "{text}");
        }
    }

    #[test]
    fn questions_of_one_code_are_read() {
        for (text, wanted) in [
            ("Can F02.80 be first-listed?", Asks::First(code("F02.80"))),
            ("Is F02.80 allowed as the primary diagnosis?", Asks::First(code("F02.80"))),
            ("F02.80 denied as principal diagnosis", Asks::First(code("F02.80"))),
            ("May F02.80 go first?", Asks::First(code("F02.80"))),
            ("Is an additional code needed with F02.80?", Asks::Needs(code("F02.80"))),
            ("Does F02.80 require another code?", Asks::Needs(code("F02.80"))),
            ("Is there a code first note at F02.80?", Asks::Needs(code("F02.80"))),
            ("Does F02.80 need a code first G30.9?", Asks::Needs(code("F02.80"))),
            ("Can F02.80 be billed alone?", Asks::Alone(code("F02.80"))),
            ("May we report F02.80 by itself?", Asks::Alone(code("F02.80"))),
        ] {
            assert_eq!(read(text, &["F02.80"]), Some(wanted), "{text}");
        }
    }

    #[test]
    fn other_questions_are_not_taken_for_it() {
        for text in [
            "Is F02.80 valid?",
            "First visit for F02.80, which E/M?",
            "Primary care saw F02.80. Is 99213 right?",
            "Does Medicare cover F02.80?",
            "F02.80 is listed first on our claims.",
            "Which HCC is F02.80?",
            "Was F02.80 replaced?",
            "The primary procedure was for F02.80, which modifier?",
        ] {
            assert_eq!(read(text, &["F02.80"]), None, "{text}");
        }
        assert_eq!(read("Can I10 and E11.9 be coded together?", &["I10", "E11.9"]), None);
        assert_eq!(read("Which goes first?", &[]), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}", tail in "(first|alone|E11.22|N18.30|or|\\?| ){0,9}") {
            let _ = read(&format!("{text}{tail}"), &["E11.22", "N18.30"]);
        }
    }
}
