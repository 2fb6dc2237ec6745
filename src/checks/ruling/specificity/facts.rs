//! What a title says and what a question states: side, encounter, kind of fracture, healing, trimester, stage, and the
//! words besides. Sources: ICD-10-CM Official Guidelines, sections I.A.5 (7th characters), I.B.13 (laterality), I.C.15.a.3
//! (trimesters), I.C.19.a and c (active treatment, fractures).

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

mod values;

use values::{stage, trimester, weeks, words};

use crate::domain::pattern::pattern;

// Titles, and our own descriptions where the shelf has no titles.
pattern!(T_INITIAL, r"initial encounter|active treatment");
pattern!(T_SUBSEQUENT, r"subsequent encounter|healing-phase visit");
pattern!(T_SEQUELA, r"\bsequela\b|late effect");
pattern!(T_CLOSED, r"closed (?:fracture|break)");
pattern!(T_OPEN_THREE, r"open (?:(?:fracture|break) )?type iii");
pattern!(T_OPEN_ONE, r"open (?:(?:fracture|break) )?type i or ii\b");
pattern!(T_OPEN, r"open (?:fracture|break)");
pattern!(
    T_GONE,
    r"(?:initial|subsequent) encounter(?: for)?|active treatment|healing-phase visit|\bsequela\b|late effect|\b(?:open|closed)\b(?: (?:fracture|break))?(?: type iii[abc]?(?:, iii[abc])?(?:,? or iii[abc])?| type i or ii\b)?|\bfor fracture\b|with (?:routine healing|delayed healing|nonunion|malunion)|healing (?:normally|slowly)|not healed|healed crooked|\b(?:right|left|bilateral)\b|\b(?:non)?displaced\b|\b(?:first|second|third|unspecified) trimester\b|\bstage \d[ab]?\b|\b\d[ab]\b"
);

// Questions.
pattern!(
    NOISE,
    r"\b(?:right|correct|left)\s+(?:codes?|dx|diagnos[ie]s|ones?|way|now|away|answer|choice|order|digits?|characters?|modifiers?|thing|off|out|blank|over)\b|\b(?:is|was|are|that|this|it|all|just|got)(?:'s)?\s+right\b\s*[?.,!]|\bright\s*\?|^right[,.]|\b(?:open|closed) (?:claim|encounter|case|reduction|treatment|visit|note|ticket|question)s?\b"
);
pattern!(
    NOT_TREATED,
    r"\binitial(?:ly)? (?:claim|denial|submission|bill\w*|coded|denied|request|review)\b|\bfollow(?:ing)?[\s-]?up (?:question|on my|on our|to my|email|call)\w*"
);
pattern!(RIGHT, r"\bright\b|\brt\b");
pattern!(LEFT, r"\bleft\b|\blt\b");
pattern!(
    BOTH,
    r"\bbilateral\w*|\bboth (?:\w+ )?(?:sides?|knees?|hips?|eyes?|ears?|shoulders?|feet|hands?|wrists?|ankles?|elbows?|legs?|arms?|breasts?)\b"
);
pattern!(
    INITIAL,
    r"\binitial\b|\bactive(?:ly)? (?:treat\w*|care)\b|\bemergency\b|\b(?:ed|er) (?:visit|physician|doctor|doc|claim|encounter|today|for)\b|\b(?:in|to|at|from|by|via) (?:the |our )?(?:ed|er)\b|\borif\b|\bfixation\b|\bsurgery for\b|\bsurgical(?:ly)? (?:treat\w+|repair\w*)\b|\bopen reduction\b|\bclosed reduction\b"
);
pattern!(
    SUBSEQUENT,
    r"\bsubsequent\b|\bfollow(?:ing)?[\s-]?ups?\b|\bf/u\b|\bhealing\b|\bcast (?:change|removal|check|off)\b|\bre-?check\b|\bpost-?op\w*\b|\baftercare\b|\brehab\w*\b|\bphysical therapy\b|\bactive treatment (?:is |was |has |been )*(?:over|done|complet\w+|finished|ended)\b|\bnonunion\b|\bmalunion\b|\bdelayed union\b"
);
pattern!(SEQUELA, r"\bsequelae?\b|\blate effects?\b");
pattern!(OPEN, r"\bcompound\b|\bgustilo\b|\bopen (?:\w+ ){0,3}(?:fractures?|fx|break)\b|\bfracture,? open\b");
pattern!(CLOSED, r"\bclosed\b");
pattern!(OPEN_THREE, r"\b(?:type|gustilo(?:[\s-]anderson)?|grade)[\s:]*(?:iii[abc]?|3[abc]?)\b");
pattern!(OPEN_ONE, r"\b(?:type|gustilo(?:[\s-]anderson)?|grade)[\s:]*(?:ii?|[12])\b");
pattern!(DELAYED, r"\bdelayed (?:healing|union)\b|healing slowly");
pattern!(NONUNION, r"\bnon-?union\b|\bnot healed\b");
pattern!(MALUNION, r"\bmal-?union\b|healed crooked");
pattern!(ROUTINE, r"\broutine(?:ly)? heal\w+|\bhealing (?:well|normally|as expected|routinely)\b|\broutine healing\b");
pattern!(DISPLACED, r"\bdisplaced\b");
pattern!(NONDISPLACED, r"\b(?:non-?displaced|undisplaced|not displaced|without displacement)\b");
pattern!(
    UNSAID,
    r"\bunspecified\b|\bnot (?:otherwise )?specified\b|\bnos\b|\bnot documented\b|\bdoes(?:n't| not) (?:say|specify|state|document)\b|\bno (?:further|other|more) (?:detail|specific\w+|information)\b|\bnothing (?:more|else)\b|\bunknown\b"
);
pattern!(BRACKETS, r"\([^)]*\)");
pattern!(OTHER, r"\bother specified\b|\bother (?:type|kind)\b|\banother (?:specified )?(?:type|kind)\b");
pattern!(CODE, r"\b[a-z]\d[0-9a-z](?:\.?[0-9a-z]{1,4})?\b|\b\d{4,5}[a-z]?\b");

/// What can differ between the codes of one heading by a closed list of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// `right`, `left`, `bilateral`.
    Side,
    /// `A`, `D`, `S`.
    Encounter,
    /// `closed`, `open`, `open I or II`, `open III`.
    Fracture,
    /// `routine`, `delayed`, `nonunion`, `malunion`.
    Healing,
    /// `displaced`, `nondisplaced`.
    Displacement,
    /// `first`, `second`, `third`, `unspecified`.
    Trimester,
    /// `1` to `5`, `3a`, `3b`.
    Stage,
}

/// What a text says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The values of facets.
    pub facets: BTreeMap<Facet, String>,
    /// The words besides; one that is denied begins with `!`.
    pub words: BTreeSet<String>,
    /// True where it says that nothing more is known.
    pub unsaid: bool,
}

impl Facts {
    fn put(&mut self, facet: Facet, value: Option<&str>) {
        if let Some(value) = value {
            self.facets.insert(facet, value.to_owned());
        }
    }
}

/// Reads a title.
pub fn of_title(title: &str) -> Facts {
    let lower = title.to_lowercase();
    let has = |pattern: &Regex| pattern.is_match(&lower);
    let mut facts = Facts::default();
    facts.put(
        Facet::Side,
        one(&[(has(&RIGHT), "right"), (has(&LEFT), "left"), (lower.contains("bilateral"), "bilateral")]),
    );
    let encounter = [(has(&T_SEQUELA), "S"), (has(&T_SUBSEQUENT), "D"), (has(&T_INITIAL), "A")];
    facts.put(Facet::Encounter, first(&encounter));
    let open = [(has(&T_OPEN_THREE), "open III"), (has(&T_OPEN_ONE), "open I or II"), (has(&T_OPEN), "open")];
    facts.put(Facet::Fracture, first(&open).or(first(&[(has(&T_CLOSED), "closed")])));
    let routine = lower.contains("routine healing") || lower.contains("healing normally");
    let healing =
        [(has(&DELAYED), "delayed"), (has(&NONUNION), "nonunion"), (has(&MALUNION), "malunion"), (routine, "routine")];
    facts.put(Facet::Healing, first(&healing));
    facts.put(
        Facet::Displacement,
        first(&[(lower.contains("nondisplaced"), "nondisplaced"), (has(&DISPLACED), "displaced")]),
    );
    facts.put(Facet::Trimester, trimester(&lower).as_deref());
    facts.put(Facet::Stage, stage(&lower).as_deref());
    // Words in round brackets may be there or not (section I.A.7).
    facts.words = words(&BRACKETS.replace_all(&T_GONE.replace_all(&lower, " "), " "));
    facts.unsaid = has(&UNSAID);
    facts
}

/// Reads a question, or the part of it that is about one code. `pregnant`: weeks are those of a pregnancy.
pub fn of_question(text: &str, pregnant: bool) -> Facts {
    let whole = text.to_lowercase();
    let lower = CODE.replace_all(&whole, " ");
    let clean = NOISE.replace_all(&lower, " ");
    let has = |pattern: &Regex| pattern.is_match(&clean);
    let mut facts = Facts::default();
    let side = one(&[(has(&RIGHT), "right"), (has(&LEFT), "left"), (has(&BOTH), "bilateral")]);
    facts.put(Facet::Side, side.or(has(&BOTH).then_some("bilateral").filter(|_| !has(&RIGHT) && !has(&LEFT))));
    // `Closed reduction` is noise for the kind of fracture, and treatment for the encounter.
    facts.put(Facet::Encounter, encounter(&NOT_TREATED.replace_all(&lower, " ")));
    let open = if OPEN_THREE.is_match(&clean) && has(&OPEN) {
        Some("open III")
    } else if OPEN_ONE.is_match(&clean) && has(&OPEN) {
        Some("open I or II")
    } else {
        has(&OPEN).then_some("open")
    };
    facts.put(Facet::Fracture, open.or(has(&CLOSED).then_some("closed")).filter(|_| !(has(&OPEN) && has(&CLOSED))));
    let healing = [
        (has(&DELAYED), "delayed"),
        (has(&NONUNION), "nonunion"),
        (has(&MALUNION), "malunion"),
        (has(&ROUTINE), "routine"),
    ];
    facts.put(Facet::Healing, one(&healing));
    let displaced = has(&DISPLACED) && !has(&NONDISPLACED);
    facts.put(Facet::Displacement, one(&[(has(&NONDISPLACED), "nondisplaced"), (displaced, "displaced")]));
    facts.put(Facet::Trimester, trimester(&clean).or_else(|| weeks(&whole).filter(|_| pregnant)).as_deref());
    facts.put(Facet::Stage, stage(&clean).as_deref());
    facts.words = words(&clean);
    if !has(&OTHER) {
        facts.words.remove("other");
    }
    facts.unsaid = has(&UNSAID);
    facts
}

/// A sequela, else a later visit where one is stated, else active treatment; `None` where both are claimed.
fn encounter(lower: &str) -> Option<&'static str> {
    let (initial, later) = (INITIAL.is_match(lower), SUBSEQUENT.is_match(lower));
    if SEQUELA.is_match(lower) {
        return Some("S").filter(|_| !(initial && later));
    }
    match (initial, later) {
        (true, true) => Some("D").filter(|_| !lower.contains("initial")),
        (true, false) => Some("A"),
        (false, true) => Some("D"),
        (false, false) => None,
    }
}

/// The only value that holds.
fn one<'a>(values: &[(bool, &'a str)]) -> Option<&'a str> {
    let mut held = values.iter().filter(|(holds, _)| *holds);
    let first = held.next()?;
    held.next().is_none().then_some(first.1)
}

/// The first value that holds.
fn first<'a>(values: &[(bool, &'a str)]) -> Option<&'a str> {
    values.iter().find(|(holds, _)| *holds).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stated(text: &str, facet: Facet) -> Option<String> {
        of_question(text, true).facets.get(&facet).cloned()
    }

    #[test]
    fn a_title_says_its_facets() {
        let facts = of_title(
            "Displaced fracture of neck of right femur, subsequent encounter for open fracture type IIIA, IIIB, or IIIC with nonunion",
        );
        let values: Vec<&str> = facts.facets.values().map(String::as_str).collect();
        assert_eq!(values, ["right", "D", "open III", "nonunion", "displaced"]);
        assert_eq!(facts.words, ["femur", "fracture", "neck"].map(str::to_owned).into());
        let facts = of_title("Chronic kidney disease, stage 3 unspecified");
        assert_eq!((facts.facets[&Facet::Stage].as_str(), facts.unsaid), ("3", true));
        let facts = of_title("Migraine, unspecified, not intractable, without status migrainosus");
        assert!(facts.words.contains("!intractable") && facts.words.contains("!migrainosus"), "{facts:?}");
        assert_eq!(of_title("Gestational diabetes, third trimester").facets[&Facet::Trimester], "third");
    }

    #[test]
    fn the_side_is_read_and_not_taken_from_other_words() {
        for (text, side) in [
            ("right hip, code S72.001", Some("right")),
            ("LT knee pain", Some("left")),
            ("bilateral knee pain", Some("bilateral")),
            ("both knees hurt", Some("bilateral")),
            ("Is S72.001 the right code?", None),
            ("Is that right?", None),
            ("right knee and left hip", None),
            ("what is the correct code", None),
        ] {
            assert_eq!(stated(text, Facet::Side).as_deref(), side, "{text}");
        }
    }

    #[test]
    fn the_encounter_is_that_of_treatment() {
        for (text, value) in [
            ("initial encounter", Some("A")),
            ("still in active treatment", Some("A")),
            ("seen in the ED today", Some("A")),
            ("ORIF yesterday", Some("A")),
            ("closed reduction by ortho", Some("A")),
            ("follow-up in the fracture clinic", Some("D")),
            ("cast removal", Some("D")),
            ("postop visit after ORIF", Some("D")),
            ("active treatment is over", Some("D")),
            ("late effect of the fracture", Some("S")),
            ("first visit with the new doctor", None),
            ("denied on the initial claim", None),
            ("a follow-up question on the fracture", None),
            ("hip fracture", None),
        ] {
            assert_eq!(stated(text, Facet::Encounter).as_deref(), value, "{text}");
        }
    }

    #[test]
    fn fractures_trimesters_and_stages_are_read() {
        assert_eq!(stated("open fracture Gustilo type IIIA", Facet::Fracture).as_deref(), Some("open III"));
        assert_eq!(stated("open tibia fracture, grade II", Facet::Fracture).as_deref(), Some("open I or II"));
        assert_eq!(stated("open reduction of the fracture", Facet::Fracture), None);
        assert_eq!(stated("closed fracture", Facet::Fracture).as_deref(), Some("closed"));
        assert_eq!(stated("30 weeks pregnant", Facet::Trimester).as_deref(), Some("third"));
        assert_eq!(stated("at 13 weeks", Facet::Trimester).as_deref(), Some("first"));
        assert_eq!(stated("2nd trimester", Facet::Trimester).as_deref(), Some("second"));
        assert_eq!(stated("first or second trimester", Facet::Trimester), None);
        assert_eq!(stated("CKD 3b", Facet::Stage).as_deref(), Some("3b"));
        assert_eq!(stated("stage IIIa", Facet::Stage).as_deref(), Some("3a"));
        assert_eq!(stated("stage 3a or 3b", Facet::Stage), None);
        assert_eq!(stated("stage 3", Facet::Stage).as_deref(), Some("3"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,80}") {
            let _ = (of_title(&text), of_question(&text, true));
        }
    }
}
