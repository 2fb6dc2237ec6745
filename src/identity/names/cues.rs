//! Names behind titles, roles, labels and greetings.

use super::super::words::among;
use super::run::{self, Cue};
use super::token::Form;
use super::{Scene, letter};
use crate::domain::identifier::Identifier;

/// Titles: what follows is a name, whatever it looks like. In capitals MR is an imaging and MS a disease.
const TITLES: &str = "mr|mrs|ms|miss|mister|mstr|mx|señora|señor|sra";
const CLINICAL_TITLES: &str = "dr|drs|prof";

/// Who a patient is, or stands near one.
const ROLES: &str = "child|patient|patients|pt|pts|member|beneficiary|bene|subscriber|insured|guarantor|policyholder|enrollee|\
dependent|claimant|veteran|spouse|husband|wife|son|daughter|mother|father|mom|dad|brother|sister|\
guardian|caregiver|grandmother|grandfather|aunt|uncle|partner|parent|contact|employer|employee|\
client|responsible|newborn|infant|baby|twin|resident|ptnt|cardholder";

/// Clinicians by their role; a name follows only with a colon or a capital.
const CLINICAL_ROLES: &str = "doctor|nurse|surgeon|surgeons|physician|provider|assistant|anesthesiologist|anesthetist|crna|cosurgeon|\
co-surgeon|attending|pcp|cardiologist|radiologist|pathologist|dictated|performed|seen|signed|\
referring|ordering|authenticated|endoscopist|hospitalist";

const GREETINGS: &str = "hi|hello|dear|hey|attn|attention|greetings|morning|afternoon|evening";

/// Words in front of `name`.
const WHOSE: &str = "first|last|full|maiden|legal|patient|patient's|pt|his|her|their|whose|middle|given|family|married";

/// Words between a cue and a name.
const FILLERS: &str = "name|names|is|was|named|called|full|last|first|legal|maiden|preferred|initials|by|of|team|the|\
electronically|relationship|info|record|chart|for|md";

/// The marks that may stand between them.
const MARKS: &str = " \t:.,-–=()\"'#/|*_>[";

/// Marks all of them.
pub(super) fn find(scene: &Scene, named: &mut [Option<Identifier>]) {
    for n in 0..scene.tokens.len() {
        let token = &scene.tokens[n];
        let word = token.text;
        let is = |list: &str| among(list, word);
        let next = scene.tokens.get(n + 1);
        let known = next.is_some_and(|next| !next.class.plain() && next.text.len() >= 4 && !is_image(next.text));
        let imaging = !(token.shouted && known)
            && token.text.len() == 2
            && word.bytes().all(|b| b.is_ascii_uppercase())
            && !scene.gap(n).starts_with('.');
        let (cue, kind) = if is(TITLES) && !imaging {
            (Cue::Title, Identifier::Name)
        } else if is(CLINICAL_TITLES) && !(imaging && token.shouted) {
            (Cue::Title, Identifier::Clinician)
        } else if is(ROLES) {
            (Cue::Role, Identifier::Name)
        } else if is(CLINICAL_ROLES) {
            (Cue::Role, Identifier::Clinician)
        } else if is("name|names") && scene.gap(n).contains([':', '=']) {
            (Cue::Title, Identifier::Name)
        } else if is("name|surname") && n > 0 && among(WHOSE, scene.tokens[n - 1].text) {
            (Cue::Role, Identifier::Name)
        } else if is("is") && n > 0 && among("this|name", scene.tokens[n - 1].text) || is("am|i'm") && writes(scene, n)
        {
            (Cue::Role, Identifier::Correspondent)
        } else if is("me") && n > 0 && among("call|calls|called", scene.tokens[n - 1].text) {
            (Cue::Role, Identifier::Name)
        } else if is("initials") {
            (Cue::Title, Identifier::Name)
        } else if is(GREETINGS) && scene.begins(n) || is("morning|afternoon|evening") {
            (Cue::Role, Identifier::Correspondent)
        } else {
            continue;
        };
        behind(scene, n, cue, kind, named);
    }
}

/// `I am Janet`, where `I` is a word of its own.
fn writes(scene: &Scene, n: usize) -> bool {
    scene.tokens[n].text.len() > 2 || n > 0 && scene.tokens[n - 1].text == "I"
}

/// Marks the name behind a cue, and those that follow it in a list.
fn behind(scene: &Scene, cue_at: usize, cue: Cue, kind: Identifier, named: &mut [Option<Identifier>]) {
    let mut cue = cue;
    let mut at = cue_at + 1;
    let mut labelled = false;
    for _ in 0..4 {
        if at >= scene.tokens.len() {
            return;
        }
        let gap = scene.gap(at - 1);
        labelled |= gap.contains([':', '=']);
        // A label may end its line; nothing else does.
        let line = gap.matches('\n').count();
        if gap.len() > 8 || line > usize::from(labelled) || !gap.chars().all(|c| MARKS.contains(c) || c == '\n') {
            return;
        }
        if gap.starts_with(". ") && scene.tokens[at - 1].text.len() > 4 {
            return; // The sentence ends with the role, unless it is `Dr.`, `Pt.`.
        }
        let word = scene.tokens[at].text;
        if !among(FILLERS, word) {
            break;
        }
        if among("name|names|named|initials|called", word) {
            cue = Cue::Title;
        }
        at += 1;
    }
    initials(scene, at, named, kind);
    let count = run::length(scene, at, cue).max(usize::from(stands_alone(scene, at, kind)));
    if count == 0
        || (kind == Identifier::Correspondent && !letter::greets(scene, at, count))
        || is_drug(scene, at, count)
        || count == 1 && cue == Cue::Role && !labelled && is_word(scene, at)
    {
        return;
    }
    mark(at, count, kind, named);
    list(scene, at + count, cue, kind, named);
}

/// Surnames that are said of what a patient does: `the patient still wants it`.
const ADVERBS: &str = "still|just|never|ever|always|also|only|then|now|later|here|there|first|last|new|well|best|back|close|low|high|early|both|each|all|once|next|who|that|which|self|must|should|has|had|was|is|not|did|does|see|seen";

/// `pt young seen 3/4`, `dear dawn,`: a name without a capital that something behind it makes sure.
fn stands_alone(scene: &Scene, at: usize, kind: Identifier) -> bool {
    let Some(token) = scene.tokens.get(at).filter(|token| !token.class.plain() && token.text.len() >= 3) else {
        return false;
    };
    let word = among(run::AUXILIARY, token.text) || token.form == Form::Lower && among(ADVERBS, token.text);
    let greeted = kind == Identifier::Correspondent && token.class.given && scene.gap(at).starts_with([',', '\n', '!']);
    // `patient was prepped`: a participle of small letters is no name that nobody listed.
    let verb = token.form == Form::Lower && ["ed", "ing", "ly"].iter().any(|end| token.text.ends_with(end));
    let acts = (token.class.listed() || token.text.len() >= 5 && !verb) && super::beside::acts(scene, at);
    !word && (greeted || acts && kind == Identifier::Name)
}

/// A name that is a word too and stands alone, where nothing behind it says that it is a name: `patient New to us`.
fn is_word(scene: &Scene, at: usize) -> bool {
    let token = &scene.tokens[at];
    let behind = &scene.text[token.end..];
    let ends = behind.is_empty()
        || behind.starts_with([',', '.', ';', '?', '!', ')', '\n', '\r', '\'', '’', '(', '/', ':', '"'])
        || behind.starts_with(" (")
        || behind.starts_with(" -");
    token.class.word && !ends && !super::beside::acts(scene, at) && !super::beside::person_behind(scene, at)
}

/// `MR ENTEROGRAPHY`, `MS PROTOCOL`.
fn is_image(word: &str) -> bool {
    let lower = word.to_lowercase();
    ["graphy", "gram", "scopy", "metry", "logy"].iter().any(|end| lower.ends_with(end))
}

/// `initials JD`, `pt. J.D.`: two or three capitals where initials are announced.
fn initials(scene: &Scene, at: usize, named: &mut [Option<Identifier>], kind: Identifier) {
    let announced = at > 0 && scene.tokens[at - 1].text.eq_ignore_ascii_case("initials");
    if let Some(token) = scene.tokens.get(at)
        && announced
        && (2..=3).contains(&token.text.len())
        && token.text.bytes().all(|b| b.is_ascii_uppercase())
    {
        named[at] = Some(kind);
    }
}

/// `John Doe, Maria Lopez and Wei Chen`: names of the lists go on.
fn list(scene: &Scene, mut at: usize, cue: Cue, kind: Identifier, named: &mut [Option<Identifier>]) {
    while at < scene.tokens.len() {
        let gap = scene.gap_before(at);
        let and = matches!(scene.tokens[at].text, "and" | "or" | "AND") && matches!(gap, " " | ", ");
        let next = if and { at + 1 } else { at };
        let joined = and || matches!(gap, ", " | " & " | "/" | " / " | "; ");
        if !joined || next >= scene.tokens.len() || (and && scene.gap(at) != " ") || !scene.tokens[next].class.listed()
        {
            return;
        }
        let count = run::length(scene, next, cue);
        if count == 0 || (count == 1 && scene.tokens[next].class.word) {
            return;
        }
        mark(next, count, kind, named);
        at = next + count;
    }
}

/// An unknown word in front of a dose is a drug: `patient Xembrify 300 mg`.
fn is_drug(scene: &Scene, at: usize, count: usize) -> bool {
    if count != 1 || scene.tokens[at].class.listed() {
        return false;
    }
    let gap = scene.gap(at);
    let next = scene.tokens.get(at + 1).map_or("", |token| token.text);
    let dose = [
        "mg",
        "mcg",
        "ml",
        "injection",
        "injections",
        "infusion",
        "infusions",
        "vial",
        "vials",
        "dose",
        "tablet",
        "patch",
        "units",
        "implant",
    ];
    gap.len() <= 6 && dose.iter().any(|word| next.eq_ignore_ascii_case(word))
}

pub(super) fn mark(at: usize, count: usize, kind: Identifier, named: &mut [Option<Identifier>]) {
    for one in named.iter_mut().skip(at).take(count) {
        *one = Some(one.map_or(kind, |known| known.min(kind)));
    }
}
