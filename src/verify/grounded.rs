//! What a model's sentence says must be something that a source or a check says. Whoever writes to us may tell a model what
//! to write; a sentence of theirs is made of words that no source holds, or promises what none promises.
//!
//! The question is no ground here: an instruction stands in it.

use std::sync::LazyLock;

use super::relevant::grounds;
use crate::corpus::{Corpus, Words};
use crate::domain::check::Outcome;
use crate::domain::draft::{Assertion, Draft};
use crate::domain::evidence::Evidence;
use crate::domain::finding::Finding;
use crate::domain::pattern::pattern;

/// So many words that no source holds are a manner of speaking.
const FREE: usize = 2;

/// Words in which coding is explained, whatever the codes.
const PLAIN: &str = "a an the this that these those it its they them their there here which who whose what when where while how
    if so as but and or not no nor than then too also only just even still yet at by for from in into of off on onto out over
    to up down with within without about after before since until because therefore thus hence however although though unless
    otherwise instead rather either neither both each every any all some none other another same different more most less least
    one two first second once per be is are was were been being do does did done can cannot could may might must shall should
    will would has have had having make makes made take taken give given get need needs needed require required requires
    allow allowed allows allowing permit permitted permits let opens open opened apply applies applied applying use used uses
    using add added append appended appending attach report reported reporting reportable bill billed billing billable bills
    code codes coded coding coder charge charged claim claims submit submitted submission line lines pair pairs pay payable pays
    payment separate separately separated distinct independent apart together alone along beside combined comprehensive
    component column edit edits edited indicator modifier modifiers bundle bundled bundling unbundle include included includes
    including exclude excluded part unit units limit limits maximum mue mai ncci ptp cms cpt hcpcs icd medicare medicaid payer
    payers deny denied denial denies yes depends valid invalid active deleted current currently effective status table tables
    official release quarter fiscal year rule rules policy manual guideline guidelines guidance instruction note notes document
    documents documented documentation record records recorded show shows shown state states stated support supports supported
    describe described describes identify identified indicate indicated indicates specify specified mean means reason verdict
    answer question fact facts case date dates day days period global service services procedure procedures procedural
    surgery surgical operation operative session encounter visit visits time patient patients provider practitioner physician
    surgeon doctor side left right bilateral site sites lesion lesions organ structure anatomic anatomical location area region
    diagnosis diagnoses condition medical necessity necessary evaluation management primary secondary principal add-on base
    significant separately-identifiable medically clinical specific correct correctly proper properly appropriate never always
    between against under above below see check checked listed list set such whether well own same-day whole full itself remain
    remains still differ differs difference change changes changed would-be become becomes performed perform removal removed
    remove treat treated treatment find found finding say says said why far go goes hold holds held force usual usually common
    commonly typical typically generally successor successors replace replaces replaced your you book newest latest shelf link
    enough sufficient clear clearly establish established justify justifies justified consider considered meet meets met
    criteria requirement requirements satisfy satisfied follow follows following accord according base basis example relate
    related involve involves involved purpose intend intended distinguish distinguishes distinguished demonstrate demonstrates
    demonstrated explain explains ensure confirm confirms confirmed work done occur occurs occurred taken number numbers count
    counts counted amount total exceed exceeds exceeded above denote denotes marks mark marked reference refer refers name names
    named choose chosen choice select selected order ordered higher lower highest lowest value level levels type kind kinds";

pattern!(
    SURE,
    r"(?i)\b(?:everything|anything|nobody|no one|always|guarantee\w*|certain|certainly|whatever|automatic(?:ally)?|(?:all|any|every) payers?)\b"
);
pattern!(PROMISED, r"(?i)\b(?:covered|paid|approved|reimbursed|accepted|cleared|audited)\b");
pattern!(
    LOOSE,
    r"(?i)\bno (?:\w+ ){0,2}(?:modifiers?|notes?|documentation|records?)(?: (?:and|or) no (?:\w+ )?\w+)? (?:is |are |at all )*(?:needed|required|necessary)\b|\b(?:modifiers?|notes?|documentation|records?) (?:is|are) (?:optional|not (?:needed|required|necessary))\b|\bmay be (?:written|added|documented|completed) later\b"
);
pattern!(TOGETHER, r"(?i)\bwithout (?:a |any |the |further |other )?modifiers?\b");
pattern!(
    ORDERS,
    r"(?i)\byour (?:\w+ )?(?:answers?|responses?|reply|replies|messages?|outputs?|texts?|e-?mails?)\b|\b(?:respond|reply) (?:in|with|by|using|to)\b|\binstructions?:|\?|(?:^|[.;!]\s+)(?:(?:what|how|why|who) (?:is|are|was|were|do|does|did|can|could|should|would)|explain|tell|write|summari[sz]e|translate)\b"
);
pattern!(NEGATES, r"(?i)\b(?:not|never|no|cannot|neither|nor|denied|denies|unless|bundled)\b|n't\b");
pattern!(BILLED, r"(?i)\b(?:bill|report|submit|charge|claim|append|add)\w*\s+(?:[\w-]+\s+){0,4}$");
pattern!(CODE, r"\b(?:\d{4}[0-9AFMTU]|[A-V]\d{4}|[A-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4})\b");

/// Looks at one sentence of a model's.
pub fn check(corpus: &Corpus, evidence: &Evidence, draft: &Draft, assertion: &Assertion) -> Vec<Finding> {
    let text = assertion.text.as_str();
    let ground = grounds(evidence, assertion);
    let mut findings = Vec::new();
    if let Some(words) = strangers(corpus, evidence, text, &ground.sources) {
        findings.push(Finding::blocking("source", format!("a sentence says what no source speaks of: {words}")));
    }
    let mut hold = |kind: &str, what: &str| findings.push(Finding::blocking(kind, what));
    let sourced = |word: &str| ground.sources.to_lowercase().contains(&word.to_lowercase());
    if SURE.find_iter(text).chain(PROMISED.find_iter(text)).any(|word| !sourced(word.as_str())) {
        hold("source", "a sentence promises what no source promises");
    }
    // A rule card may ask, and is quoted then.
    let quoted = |found: regex::Match<'_>| {
        let from = text.floor_char_boundary(found.start().saturating_sub(20));
        sourced(text[from..text.ceil_char_boundary(found.end() + 20)].trim_matches(|c: char| " .;".contains(c)))
    };
    if ORDERS.find_iter(text).any(|found| !quoted(found)) {
        hold("source", "a sentence asks, or gives orders to whoever writes the answer");
    }
    let opened = evidence.checks.iter().any(|check| check.outcome == Outcome::EditModifierAllowed);
    let loose = LOOSE.find(text).is_some_and(|found| !sourced(found.as_str()));
    // "Not payable without a modifier" is right.
    let bare = TOGETHER.find(text).is_some_and(|found| !NEGATES.is_match(&text[..found.start()]));
    if loose || (opened && bare) {
        hold("verdict", "a sentence drops a modifier or a note that is needed");
    }
    for found in CODE.find_iter(text) {
        let told = BILLED.find(&text[..found.start()]).is_some_and(|verb| !NEGATES.is_match(&text[..verb.start()]));
        let settled = draft.lines.iter().any(|line| line.code.as_str() == found.as_str());
        if told && !draft.lines.is_empty() && !settled && !ground.sources.contains(found.as_str()) {
            hold("code", "a sentence bills a code that is not among the lines");
        }
    }
    findings
}

/// The words of a sentence that neither explain coding nor stand in what is known, where it is made of such.
fn strangers(corpus: &Corpus, evidence: &Evidence, text: &str, sources: &str) -> Option<String> {
    static PLAIN_WORDS: LazyLock<Words> = LazyLock::new(|| Words::of(PLAIN));
    let known = Words::of(&format!("{sources} {}", known(corpus, evidence)));
    let said = Words::of(text);
    let content: Vec<&str> = said
        .distinct()
        .filter(|word| word.len() > 2 && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'))
        .filter(|word| !PLAIN_WORDS.has(word) && *word != "NOT")
        .collect();
    let unknown: Vec<&str> = content.iter().filter(|word| !known.has(word)).copied().collect();
    let made_of = unknown.len() > FREE || (unknown.len() == FREE && content.len() == FREE);
    made_of.then(|| unknown.into_iter().take(6).collect::<Vec<_>>().join(", "))
}

/// What is known of the case: what its checks, its rules and the titles of its codes say.
fn known(corpus: &Corpus, evidence: &Evidence) -> String {
    let mut text = String::new();
    let mut add = |part: &str| {
        text.push_str(". ");
        text.push_str(part);
    };
    for check in &evidence.checks {
        add(&check.detail);
        add(check.outcome.words());
        check.question.subjects().into_iter().for_each(|code| add(&corpus.title_of(code)));
    }
    for passage in &evidence.passages {
        add(&passage.title);
        add(&passage.text);
        passage.conditions.iter().chain(&passage.exceptions).chain(&passage.documentation).for_each(|line| add(line));
    }
    if let Some(ruling) = &evidence.ruling {
        add(&ruling.say);
        add(ruling.ask.as_deref().unwrap_or_default());
    }
    for citation in &evidence.citations {
        add(&citation.source.doc);
        add(&citation.source.place);
        add(&citation.source.quote);
    }
    for assumption in &evidence.inquiry.assumptions {
        add(&assumption.what);
        add(&assumption.value);
    }
    text
}
