//! Which payment rule a question speaks of, by its words and its modifiers, and in which form it asks: whether, how,
//! or for the indicator itself. Claims Processing Manual, chapter 12, sections 20.4.3 and 40.6 to 40.8.

use regex::Regex;

use crate::corpus::Corpus;
use crate::domain::check::{PaymentRule, Program, Setting};
use crate::domain::code::{Code, Modifier};
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::stated::Payer;

// Modifiers that the reader of codes passes over: behind a verb that takes one, in front of one that they govern.
pattern!(
    TAKEN,
    r"(?i)\b(?:modifiers?|mods?\.?|takes?|needs?|gets?|requires?|carry|carries|accepts?|allows?|append|attach|put|add|use|with|wants?|bill(?:s|ed|ing)?|report(?:s|ed|ing)?)\s+(?:(?:an?|the|modifier|mod\.?)\s+)*[-#]?((?-i:[0-9]{2}|[A-Z][A-Z0-9]))\b"
);
pattern!(
    GOVERNING,
    r"(?i)\b(?:does|do|is|can|may|should|would|will|could|are|must|if|whether)\s+(?:(?:an?|the|modifier|mod\.?)\s+)*[-#]?((?-i:[0-9]{2}|[A-Z][A-Z0-9]))\s+(?:modifier\s+)?(?:apply|applies|can|may|go|goes|be|is|works?|ok|okay|right|allowed|valid|appropriate|needed|required|necessary|belongs?|stands?|correct|possible|permitted|on|payable|paid|used|billable|acceptable)\b"
);
pattern!(NAMED, r"(?i)\b(?:an?|the)\s+[-#]?((?-i:[0-9]{2}|[A-Z][A-Z0-9]))\s+(?:modifier|exempt)\b");
pattern!(
    ON_CODE,
    r"(?i)\b((?-i:[0-9]{2}|[A-Z][A-Z0-9]))\s+(?:on|onto|to)\s+(?:(?:cpt|hcpcs|code|the)\s+)*[0-9A-Z]\d{3}[0-9A-Z]\b"
);
// In small letters only behind the word, and none that is a word itself.
pattern!(SMALL, r"\b[Mm]od(?:ifier)?s?\.?\s+[-#]?(tc|lt|rt|x[epsu]|g[pno]|kx|qw|j[wz]|fs|e[1-4])\b");
pattern!(EXEMPT, r"(?i)\b(?:modifier\s+|mod\s+)?[-#]?(51)[\s-]+exempt\b");
pattern!(
    MEASURE,
    r"(?i)^[\s-]*(?:units?|mg|mcg|ml|cc|min\w*|hours?|hrs?|years?|yrs?|yo\b|y/o|days?|weeks?|months?|percent|%|cm|mm|of\b|[.,]\d|\d)"
);

pattern!(
    BILATERAL,
    r"(?i)\bbilateral(?:ly)?\b|\bboth\s+(?:the\s+)?(?:sides?|knees?|eyes?|ears?|shoulders?|hips?|hands?|feet|legs?|arms?|wrists?|elbows?|ankles?|breasts?|kidneys?|ovaries|tubes|nostrils|lungs?)\b|\b(?:left and right|right and left)\b"
);
pattern!(CO_SURGEONS, r"(?i)\bco[\s-]?surge(?:on|ry)s?\b");
pattern!(TEAM, r"(?i)\b(?:team surge(?:ry|ons?)|surgical teams?|surgery team|team of surgeons)\b");
// Assistants that are no assistants at surgery, and what only assists.
pattern!(
    OTHER_ASSISTANTS,
    r"(?i)\b(?:physicians?|medical|therap\w+|nursing|dental|administrative|office|anesthesiolog\w+|anesthesia)(?:[’']s)?\s+assistants?\b|\bassisted living\b|\b(?:\w*robot\w*|video|vacuum|computer|laser|navigation|balloon|device|image|power|hand|\w+scop\w+|ventricular)[\s-]*assist(?:ed|ance|s)?\b|\bassistance\b"
);
pattern!(ASSISTANT, r"(?i)\bassist(?:ants?|s|ed|ing)?\b");
pattern!(
    COMPONENT,
    r"(?i)\bpc\s*/\s*tc\b|\b(?:professional|technical)\s+(?:and\s+(?:professional|technical)\s+)?components?\b"
);
pattern!(
    MULTIPLE,
    r"(?i)\bmultiple[\s-]+(?:procedures?|surger(?:y|ies)|endoscop\w+)[\s-]+(?:payment\s+|pricing\s+)?(?:rules?|reductions?|discounts?|indicators?|cuts?|adjustments?)\b|\bmultiple[\s-]+endoscop\w+\b|\bmppr\b|\b(?:base (?:endoscopy|scope)|endoscop\w+ (?:famil\w+|base|rules?|reductions?))\b"
);

pattern!(
    ASKS_WHETHER,
    r"(?i)(?:^|[.?!;:,\n]\s*|\b(?:and|so|but|then|hi|hello|if|whether)[\s,]+)(?:can|may|is|are|do|does|did|should|must|will|would|could|ok|okay)\b|\b(?:ok|okay|allowed|payable|billable|valid|right|correct|reportable|permitted|acceptable|possible)\s*\?|\b(?:if|whether)\s+\S+\s+(?:can|may|is|are|takes?|applies|goes)\b"
);
pattern!(FRAGMENT, r"^\s*\S+(?:\s+\S+){0,4}\?\s*$");
pattern!(CHOICE, r"(?i)\b(?:or|vs|versus)\b");
// Doubts, courtesies and names of tables, which ask for nothing by themselves.
pattern!(
    ASIDES,
    r"(?i)\bor (?:not|unilateral)\b|\bunilateral or\b|\b(?:not sure|don[’']?t know|unsure|wondering|can[’']?t (?:find|tell))\b|\b(?:can|could|would|will) you (?:please )?(?:tell|help|advise|confirm|explain|clarify|let)(?: (?:me|us))?(?: know)?\b|\bdo you know\b|\bplease advise\b|\b(?:medicare )?(?:physician )?fee schedules?\b|\bmpfs(?:db)?\b"
);
pattern!(
    NEGATED,
    r"(?i)\b(?:not|never|no longer|wrong|incorrect\w*|inappropriate\w*|improper\w*|invalid|without|instead|remov\w*|drop\w*|deni\w*|deny|reject\w*|appeal\w*|avoid\w*|unless|only|exclu\w*|prohibit\w*|forbid\w*|bundl\w*|included?|mistake|error)\b|n['’]t\b"
);
pattern!(NEEDS, r"(?i)\b(?:needs?|needed|requires?|required|necessary|must|should|have to|has to)\b");
pattern!(NAMES, r"(?i)\b(?:what(?:['’]?s| is| does)|valid|deleted|descri\w+|mean(?:s|ing)?)\b");
pattern!(
    BILLS,
    r"(?i)\b(?:indicators?|modifiers?|bill\w*|how|pay\w*|paid|reduc\w*|base|famil\w*|rules?|assist\w*|co-?surg\w*)\b"
);
pattern!(INDICATOR, r"(?i)\bindicators?\b");
pattern!(HOW, r"(?i)\b(?:how|which|what)\b|\b(?:one|two|1|2) lines?\b");
pattern!(OPEN, r"(?i)^\W*(?:how|which|what|who|when|where|why)\b");
pattern!(
    ELSEWHERE,
    r"(?i)\b(?:how much|amounts?|dollars?|fees?\b|prices?|pricing|rvus?|global|cover(?:ed|age|s)?|lcd|ncd|medical(?:ly)? necess\w*|diagnos\w*|icd\S*|document\w*|op(?:erative)? (?:notes?|reports?)|asc|surgery center|ambulatory surg\w*|hospital|facility|opps|inpatient|outpatient|telehealth|post-?op\w*|same day|different (?:day|session)|medicaid|years?|aged?|mue)\b|\$"
);

/// Words of a question that is answered by machine, at most: a longer one tells a story.
const LONGEST: usize = 45;

/// The question on one line, with single spaces.
pub fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Modifiers named without a line.
pub fn loose(corpus: &Corpus, inquiry: &Inquiry) -> Vec<Modifier> {
    let text = plain(&inquiry.text);
    let mut found: Vec<Modifier> = inquiry.modifiers.clone();
    let mut add = |word: &str| {
        let Ok(modifier) = Modifier::parse(word) else { return };
        if corpus.find_modifier(modifier.as_str()).is_some() && !found.contains(&modifier) {
            found.push(modifier);
        }
    };
    let patterns: [&Regex; 6] = [&TAKEN, &GOVERNING, &NAMED, &ON_CODE, &SMALL, &EXEMPT];
    for captures in patterns.iter().flat_map(|pattern| pattern.captures_iter(&text)) {
        let Some(word) = captures.get(1) else { continue };
        if !MEASURE.is_match(text.get(word.end()..).unwrap_or_default()) {
            add(word.as_str());
        }
    }
    // Words in capitals are modifiers only in a text that is not all capitals.
    let (upper, lower) = text.chars().fold((0_usize, 0_usize), |(upper, lower), c| {
        (upper + usize::from(c.is_uppercase()), lower + usize::from(c.is_lowercase()))
    });
    if lower > upper {
        let named = |word: &&&str| inquiry.stated.modifiers.iter().any(|modifier| modifier == *word);
        ["TC", "AS", "LT", "RT"].iter().filter(named).for_each(|word| add(word));
    }
    found
}

/// The rules of modifiers.
pub fn of_modifiers(modifiers: &[Modifier]) -> Vec<PaymentRule> {
    let mut rules = Vec::new();
    for rule in modifiers.iter().filter_map(rule_of) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}

/// The rule of a modifier.
pub fn rule_of(modifier: &Modifier) -> Option<PaymentRule> {
    Some(match modifier.as_str() {
        "50" => PaymentRule::Bilateral,
        "51" => PaymentRule::Multiple,
        "62" => PaymentRule::CoSurgeons,
        "66" => PaymentRule::Team,
        "80" | "81" | "82" | "AS" => PaymentRule::Assistant,
        "26" | "TC" => PaymentRule::Component,
        _ => return None,
    })
}

/// The rules that words and modifiers speak of, each once.
pub fn rules(text: &str, modifiers: &[Modifier]) -> Vec<PaymentRule> {
    let mut rules = of_modifiers(modifiers);
    let words: [(&Regex, PaymentRule); 5] = [
        (&BILATERAL, PaymentRule::Bilateral),
        (&MULTIPLE, PaymentRule::Multiple),
        (&CO_SURGEONS, PaymentRule::CoSurgeons),
        (&TEAM, PaymentRule::Team),
        (&COMPONENT, PaymentRule::Component),
    ];
    let spoken = words.into_iter().filter(|(pattern, _)| pattern.is_match(text)).map(|(_, rule)| rule);
    let assistant = ASSISTANT.is_match(&OTHER_ASSISTANTS.replace_all(text, " ")).then_some(PaymentRule::Assistant);
    for rule in spoken.chain(assistant) {
        if !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}

/// True where a rule that stands behind no single code is meant for each of so many codes.
pub fn is_shared(rule: PaymentRule, codes: usize) -> bool {
    codes == 1 || !matches!(rule, PaymentRule::Bilateral | PaymentRule::Component)
}

/// True where the question asks what a code is: words of its description then speak of no rule.
pub fn asks_for_meaning(text: &str) -> bool {
    NAMES.is_match(text) && !BILLS.is_match(text)
}

/// True where the question says that both sides were done.
pub fn is_both_sides(text: &str) -> bool {
    BILATERAL.is_match(text)
}

/// A question about one code, for Medicare and a professional claim, that tells no story.
pub struct Asked<'a> {
    /// The code.
    pub code: &'a Code,
    /// The modifiers on its line and those named without one.
    pub modifiers: Vec<Modifier>,
    /// Units on its line.
    pub units: Option<u32>,
    /// The question on one line, without doubts of the asker.
    pub text: String,
}

impl<'a> Asked<'a> {
    /// Reads it; `None` for any other question.
    pub fn of(corpus: &Corpus, inquiry: &'a Inquiry) -> Option<Self> {
        let [mention] = &inquiry.mentions[..] else { return None };
        if !mention.code.set().is_procedure() || !is_of_medicare(inquiry) || !inquiry.stated.denials.is_empty() {
            return None;
        }
        let text = ASIDES.replace_all(&plain(&inquiry.text), " ").into_owned();
        if text.split_whitespace().count() > LONGEST || NEGATED.is_match(&text) {
            return None;
        }
        let mut modifiers = mention.modifiers.clone();
        modifiers.extend(loose(corpus, inquiry).into_iter().filter(|modifier| !mention.modifiers.contains(modifier)));
        Some(Self { code: &mention.code, modifiers, units: mention.units, text })
    }

    /// True where yes or no is wanted.
    pub fn whether(&self) -> bool {
        let fragment = FRAGMENT.is_match(&self.text) && !HOW.is_match(&self.text);
        let asks = ASKS_WHETHER.is_match(&self.text) && !OPEN.is_match(&self.text);
        (asks || fragment) && !CHOICE.is_match(&self.text)
    }

    /// True where the need is asked for, and not the permission.
    pub fn needs(&self) -> bool {
        NEEDS.is_match(&self.text)
    }

    /// True where the way to bill is asked for.
    pub fn how(&self) -> bool {
        HOW.is_match(&self.text) || CHOICE.is_match(&self.text)
    }

    /// True where the indicator itself is asked for.
    pub fn indicator(&self) -> bool {
        INDICATOR.is_match(&self.text)
    }

    /// True where the question turns on what no indicator tells: an amount, a place, a date, coverage.
    pub fn elsewhere(&self) -> bool {
        ELSEWHERE.is_match(&self.text)
    }

    /// True where the question names the modifier.
    pub fn names(&self, modifier: &str) -> bool {
        self.modifiers.iter().any(|own| own.as_str() == modifier)
    }
}

/// True for a professional claim to Medicare.
pub fn is_of_medicare(inquiry: &Inquiry) -> bool {
    inquiry.scope.setting == Setting::Practitioner
        && inquiry.scope.program == Program::Medicare
        && inquiry.stated.payer == Payer::Medicare
        && inquiry.other_payer.is_none()
        && inquiry.malformed.is_empty()
}
