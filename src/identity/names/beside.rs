//! Names without a title: two words of the lists, a surname and a given name with a comma, one word beside an age, a
//! birthday, a record or a preposition.

use super::super::codes::head;
use super::super::words::among;
use super::Scene;
use super::cues::mark;
use super::run::{AUXILIARY, PARTICLES};
use super::token::{Form, Token};
use crate::domain::identifier::Identifier;
use crate::domain::pattern::pattern;

// What follows a person: an age, a sex, a birthday, a number, a thing that is theirs.
pattern!(
    PERSON_BEHIND,
    r"(?ix)^(?:,?\s{0,2}[(\[]?\s?(?:\d{1,3}\s?-?\s?(?:y\.?\s?/?\s?o\b|yrs?\b|years?\b|[mf]\b|m\.?o\b|months?\sold)|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d\b|(?:19|20)\d\d-\d\d-\d\d\b|(?:is|was)\s(?:an?\s)?\d{1,3}\b|(?:an?\s)?\d{1,3}[\s-]year|dob\b|d\.o\.b|born\b|mrn\b|age[ds]?\b|\#\s?\d{4,}|acct\b|ssn\b|fin\b|csn\b|account\b|encounter\b|member\b|date\sof\sbirth)
      |['’]s\s(?:chart|claims?|accounts?|records?|cases?|visits?|mrn|dob|notes?|insurance|appointment|encounters?|op\b|surgery|procedure|date|policy|eob|denial|husband|wife|mother|father|son|daughter|file|bill|coverage|plan|colonoscopy|medicare|appeal|address|phone|number|email|card|kid|injection|h&p|discharge|labs?|results?)\b)"
);
pattern!(
    OWNED,
    r"(?i)^\s(?:chart|claims?|account|case|record|encounter|mrn|file|denial|appeal|patient|family|note|visit)\b"
);
pattern!(
    ACTS,
    r"(?i)^,?\s(?:had|has|seen|underwent|undergoes|presents?|presented|came|comes|was|is|returned|returns|complains|reports|reported|states|stated|called|arrived|fell|needs|got|received|died|passed|saw|sees|tolerated|lives|denies|agreed|signed|admitted|discharged|moved|transferred|wants|wanted|asked|asks|says|said|requested|agrees|gets|gave|will|would)\b"
);
pattern!(
    DEGREE,
    r"(?i)^,?\s?(?:(?-i:MD|DO|PA|NP|RN|MBBS|DDS|DMD|DPM|OD|PT|OT)\b|md\b|m\.d\.|d\.o\.|pa-?c\b|n\.p\.|arnp\b|aprn\b|fnp\b|crna\b|phd\b|psyd\b|lcsw\b|facs\b|facc\b|fnp-bc\b|dnp\b|cnm\b|cns\b)"
);
pattern!(CODER, r"(?i)^,?\s?(?:cpc|ccs|coc|cpma|cpb|crc|rhia|rhit|ccs-p|cpc-a|cic|cemc|cgic|csfac)\b");
pattern!(
    EPONYM,
    r"(?i)^['’]?s?\s(?:disease|syndrome|procedure|operation|repair|catheter|tube|test|sign|lesion|fracture|scale|score|criteria|classification|technique|method|incision|approach|graft|flap|suture|stent|shunt|pouch|clamp|scan|virus|tumou?r|lymphoma|palsy|contracture|hernia|cyst|duct|gland|node|esophagus|phenomenon|disorder|stage|grade|index|maneuver|reflex|frame|pin|wire|drain|splint|brace|prosthesis|osteotomy|arthroplasty|amputation|laser|needle|solution|stain|antigen|hospital|clinic|health\w*|medical|university|center|centre|insurance|advantage|guidelines?|rule|act|law|edits?)\b"
);

/// States that are names too.
const STATES: &str = "Virginia|Georgia|Carolina|Dakota|Montana|Washington|Indiana|Florida";

/// Words in front of a person.
const BEFORE: &str = "for|on|re|regarding|about|from|with|by|of|to|and|ref|fw|fwd|subject|named";

/// Marks all of them.
pub(super) fn find(scene: &Scene, named: &mut [Option<Identifier>]) {
    let mut n = 0;
    while n < scene.tokens.len() {
        let count = if named[n].is_some() { 0 } else { at(scene, n) };
        if count > 0 {
            let end = scene.tokens[n + count - 1].end;
            let behind = head(scene.text, end, 24);
            let kind = if DEGREE.is_match(behind) {
                Identifier::Clinician
            } else if CODER.is_match(behind) {
                Identifier::Correspondent
            } else {
                Identifier::Name
            };
            mark(n, count, kind, named);
        }
        n += count.max(1);
    }
}

/// The length of a name that begins at a word, 0 for none.
fn at(scene: &Scene, n: usize) -> usize {
    let comma = with_comma(scene, n);
    if comma > 0 { comma } else { pair(scene, n).unwrap_or_else(|| single(scene, n)) }
}

/// How many words from `n` on may be one name by their writing, without a comma.
fn reach(scene: &Scene, n: usize) -> usize {
    let mut count = 0;
    for at in n..scene.tokens.len().min(n + 5) {
        let token = &scene.tokens[at];
        if at > n {
            let last = &scene.tokens[at - 1];
            let point =
                scene.gap(at - 1).contains('.') && last.form != Form::Initial && !last.text.eq_ignore_ascii_case("st");
            if point || !matches!(scene.gap(at - 1), " " | ". " | "." | "  ") {
                break;
            }
        }
        let particle = at > n && among(PARTICLES, token.text);
        let sort = sort(token);
        let auxiliary = at > n && among(AUXILIARY, token.text) && !tells(token);
        if !particle && (sort == Sort::Plain || auxiliary || (token.form == Form::Upper && token.text.len() == 2)) {
            break;
        }
        count = at - n + 1;
    }
    count
}

/// What the lists say of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// A given name and nothing else.
    Given,
    /// A surname and nothing else.
    Surname,
    /// A given name that is a word too.
    MaybeGiven,
    /// A surname that is a word too.
    MaybeSurname,
    /// In no list: a name, or a word that nobody listed.
    Unknown,
    /// A letter.
    Initial,
    /// An ordinary word, or what is too short to be more.
    Plain,
}

fn sort(token: &Token) -> Sort {
    let class = token.class;
    let letters = token.text.chars().count();
    let vowel = token.text.chars().any(|c| !c.is_ascii() || "AEIOUYaeiouy".contains(c));
    match (class.given, class.surname, class.word) {
        _ if token.form == Form::Initial => Sort::Initial,
        _ if letters < 3 && token.form == Form::Lower => Sort::Plain,
        (true, _, false) => Sort::Given,
        (false, true, false) => Sort::Surname,
        (true, _, true) => Sort::MaybeGiven,
        (false, true, true) => Sort::MaybeSurname,
        (false, false, true) => Sort::Plain,
        (false, false, false) if letters >= if token.form == Form::Title { 3 } else { 4 } && vowel => Sort::Unknown,
        (false, false, false) => Sort::Plain,
    }
}

/// True for a capital that tells: not in a line of capitals, and not an abbreviation.
fn tells(token: &Token) -> bool {
    token.form == Form::Title && !token.shouted
}

/// `Doe, Jane`; `SMITH, JOHN Q.`; `nguyen, thi`: a surname, a comma, a given name.
fn with_comma(scene: &Scene, n: usize) -> usize {
    let (Some(first), Some(second)) = (scene.tokens.get(n), scene.tokens.get(n + 1)) else { return 0 };
    if !matches!(scene.gap(n), ", " | ",") {
        return with_particle(scene, n);
    }
    let (surname, given) = (sort(first), sort(second));
    let title = tells(first) && tells(second);
    let upper = first.form != Form::Lower && second.form != Form::Lower;
    let beside = person_behind(scene, n + 1) || goes_on(scene, n + 1) || before(scene, n);
    let line = n == 0 || scene.gap_before(n).contains(['\n', ':', '"', '“']);
    let apart = head(scene.text, second.end, 3).trim_start().starts_with(['/', '|', '(', '-', ';'])
        || scene.gap(n + 1).contains('\n');
    let person = person_behind(scene, n + 1) || goes_on(scene, n + 1);
    let long = first.text.len() >= 5 && second.text.len() >= 5;
    let state = among(STATES, second.text) && !(person || apart);
    let holds = match (surname, given) {
        (Sort::Surname | Sort::Given, Sort::Given) => true,
        (Sort::Surname | Sort::Given | Sort::Unknown, Sort::MaybeGiven | Sort::Surname) => {
            person || upper && (beside || line || apart || surname == Sort::Surname && title)
        }
        (Sort::Unknown, Sort::Given) => upper || beside || apart,
        (Sort::MaybeSurname | Sort::MaybeGiven, Sort::Given) => {
            beside || apart || acts(scene, n + 1) || upper && !scene.begins(n) || title
        }
        (Sort::Surname | Sort::Given, Sort::Unknown) => beside || upper && (title || apart),
        (Sort::Unknown, Sort::Unknown) => person || long && beside || upper && line && (apart || title),
        (Sort::MaybeSurname | Sort::MaybeGiven, Sort::Unknown) => {
            person || long && beside || upper && (apart && line || acts(scene, n + 1))
        }
        (Sort::MaybeSurname | Sort::MaybeGiven, Sort::MaybeGiven) => {
            title && beside || person && upper || upper && apart && line
        }
        _ => false,
    };
    if !holds || state || among(AUXILIARY, first.text) && !title {
        return 0;
    }
    2 + reach(scene, n + 2).min(2) * usize::from(goes_on(scene, n + 1))
}

/// `De La Cruz, Maria`, `St. Clair, Ann`: a surname of several words.
fn with_particle(scene: &Scene, n: usize) -> usize {
    let first = &scene.tokens[n];
    let particle = among(PARTICLES, first.text);
    let double = first.class.surname && first.form != Form::Lower;
    let joined = matches!(scene.gap(n), " ") || (particle && matches!(scene.gap(n), ". "));
    if !joined || !(particle || double) || n + 2 >= scene.tokens.len() {
        return 0;
    }
    let comma = matches!(scene.gap(n + 1), ", " | ",");
    let inner = if comma || among(PARTICLES, scene.tokens[n + 1].text) { with_comma(scene, n + 1) } else { 0 };
    if inner > 0 { inner + 1 } else { 0 }
}

/// True where an initial or a second given name follows.
fn goes_on(scene: &Scene, n: usize) -> bool {
    let Some(next) = scene.tokens.get(n + 1).filter(|_| scene.gap(n) == " ") else { return false };
    let initial = next.text.chars().count() == 1 && (next.form == Form::Initial || scene.gap(n + 1).starts_with('.'));
    initial || next.class.sure() && next.form != Form::Lower
}

/// `Jane Smith`, `J. Smith`, `maria lopez`: two words at least, of which the lists know enough, or that a person stands beside.
fn pair(scene: &Scene, n: usize) -> Option<usize> {
    let letters = |at: usize| scene.tokens.get(at).is_some_and(|token| token.form == Form::Initial);
    let run = if letters(n) && letters(n + 1) && letters(n + 2) { 0 } else { reach(scene, n) };
    if run < 2 {
        return None;
    }
    let words = &scene.tokens[n..n + run];
    let (first, last) = (words.first()?, words.last()?);
    let capital = words.iter().all(|token| tells(token) || token.form == Form::Initial || among(PARTICLES, token.text));
    let sorts = || words.iter().skip(1).filter(|token| !among(PARTICLES, token.text)).map(sort);
    let rest = [Sort::Surname, Sort::Given, Sort::Unknown, Sort::MaybeSurname, Sort::MaybeGiven];
    let best = rest.into_iter().find(|wanted| sorts().any(|sort| sort == *wanted))?;
    // Without a capital an ordinary word begins no name, and so no pattern need look at what is behind.
    if sort(first) == Sort::MaybeSurname && !capital {
        return None;
    }
    let behind = head(scene.text, last.end, 24);
    if EPONYM.is_match(behind) {
        return None;
    }
    let person = person_behind(scene, n + run - 1) || DEGREE.is_match(behind) || CODER.is_match(behind);
    let near = person || before(scene, n) || ACTS.is_match(behind);
    let inside = capital && !scene.begins(n);
    let sure = matches!(best, Sort::Surname | Sort::Given);
    let holds = match sort(first) {
        Sort::Given => true,
        Sort::MaybeGiven if sure || best == Sort::Unknown && last.text.len() >= 5 => {
            !among(AUXILIARY, first.text) || capital && near || person
        }
        Sort::MaybeGiven => person || capital && near || inside,
        Sort::Surname if best == Sort::Given => capital || near,
        Sort::Surname | Sort::Unknown if sure => person || capital && near || near && first.text.len() >= 5 || inside,
        Sort::Surname | Sort::Unknown => {
            person || capital && near || near && first.text.len() >= 5 && last.text.len() >= 4
        }
        Sort::MaybeSurname => person && capital && words.len() == 2 || capital && near && sure,
        Sort::Initial => capital && (sure && (near || scene.gap(n).contains('.')) || person),
        Sort::Plain => false,
    };
    holds.then_some(run)
}

/// One word: a surname or given name that is no ordinary word, beside something that tells of a person.
fn single(scene: &Scene, n: usize) -> usize {
    let token = &scene.tokens[n];
    if !(token.class.sure() || tells(token)) {
        return subject(scene, n);
    }
    if token.class.plain() || token.form == Form::Initial || EPONYM.is_match(head(scene.text, token.end, 20)) {
        return 0;
    }
    let behind = head(scene.text, token.end, 24);
    let sure = token.class.sure();
    let person = PERSON_BEHIND.is_match(behind) && (sure || tells(token) && !token.class.word && !scene.begins(n));
    let owned = OWNED.is_match(behind) && sure && token.form != Form::Lower;
    let acts = ACTS.is_match(behind) && sure && !token.shouted && token.class.given;
    let before = before(scene, n) && sure && tells(token) && scene.gap_before(n).len() <= 2;
    let degree = (DEGREE.is_match(behind) || CODER.is_match(behind))
        && sure
        && token.form != Form::Lower
        && behind.starts_with(',');
    usize::from(person || owned || acts || before || degree).max(subject(scene, n))
}

/// True where the word behind says what a person does.
pub(super) fn acts(scene: &Scene, n: usize) -> bool {
    ACTS.is_match(head(scene.text, scene.tokens[n].end, 24))
}

/// `Re: Park 20610`: what is no ordinary word behind the mark of a subject, and a code or nothing behind it.
fn subject(scene: &Scene, n: usize) -> usize {
    let marked = n > 0 && among("re|fw|fwd|subject", scene.tokens[n - 1].text) && scene.gap_before(n).trim() == ":";
    let count = if marked { reach(scene, n) } else { 0 };
    let Some(last) = scene.tokens.get((n + count).saturating_sub(1)).filter(|_| count > 0) else { return 0 };
    let behind = head(scene.text, last.end, 24).trim_start_matches([' ', ',', '-', ':']);
    let code = behind.starts_with(|c: char| c.is_ascii_digit() || c == '\n') || behind.is_empty();
    if code && last.text.len() >= 3 { count } else { 0 }
}

/// True where what stands behind a word tells of a person: an age, a birthday, a number, a thing that is theirs.
pub(super) fn person_behind(scene: &Scene, last: usize) -> bool {
    let mut end = scene.tokens[last].end;
    if scene.tokens[last].form == Form::Initial && scene.text[end..].starts_with('.') {
        end += 1;
    }
    PERSON_BEHIND.is_match(head(scene.text, end, 32))
}

/// True where a word in front may have a person behind it.
fn before(scene: &Scene, n: usize) -> bool {
    n > 0 && {
        let gap = scene.gap_before(n);
        let word = scene.tokens[n - 1].text;
        gap.len() <= 3 && gap.chars().all(|c| " :-".contains(c)) && among(BEFORE, word)
    }
}
