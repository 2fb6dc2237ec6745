//! Wounds as people mail them, and questions that are others'; with a shelf for the tests of the skin families: the
//! starter edition, with every code of them listed for the summer of 2024, for which the starter has the edits.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use jiff::civil::date;

use crate::corpus::import::{Options, Progress, import};
use crate::domain::check::Program;
use crate::research::{Reading, read};

use super::*;

const FAMILIES: [(u32, u32); 16] = [
    (11042, 11047),
    (11102, 11107),
    (11200, 11201),
    (11300, 11303),
    (11305, 11308),
    (11310, 11313),
    (11400, 11406),
    (11420, 11426),
    (11440, 11446),
    (11600, 11606),
    (11620, 11626),
    (11640, 11646),
    (12001, 12057),
    (13100, 13153),
    (17000, 17111),
    (17260, 17286),
];

struct Silent;

impl Progress for Silent {
    fn begin(&self, _: u64) {}
    fn file(&self, _: &str) {}
    fn source_read(&self, _: &str, _: u64) {}
    fn stage(&self, _: &str) {}
}

fn corpus() -> &'static Corpus {
    static CORPUS: OnceLock<(tempfile::TempDir, Corpus)> = OnceLock::new();
    let built = CORPUS.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut file = "\"Invented notice\",,,\n\"HCPCS/\nCPT Code\",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n".to_owned();
        let codes = FAMILIES.iter().flat_map(|(from, to)| *from..=*to).map(|code| code.to_string());
        for code in codes.chain(["97597".to_owned(), "97598".to_owned(), "G0168".to_owned()]) {
            file.push_str(&format!("{code},1,2 Date of Service Edit: Policy,Code Descriptor / CPT Instruction\n"));
        }
        let path = folder.path().join("MCR_MUE_PractitionerServices_Eff_07-01-2024.csv");
        std::fs::write(&path, file).unwrap();
        let accept = |_: &BTreeSet<&'static str>| true;
        let options = Options { descriptors: false, replace: false, accept: &accept };
        import(folder.path(), &[path], &options, &Silent).unwrap();
        let corpus = Corpus::open(folder.path()).unwrap();
        (folder, corpus)
    });
    &built.1
}

/// What a calculator finds for a question of August 2024.
pub(in crate::checks::ruling) fn asked(find: fn(&Corpus, &Inquiry) -> Option<Ruling>, text: &str) -> Option<Ruling> {
    let reading = Reading {
        today: date(2026, 11, 24),
        message_date: Some(date(2024, 8, 1)),
        on: None,
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    find(corpus(), &read(corpus(), &crate::identity::deidentify(text), &reading))
}

/// Lines as a reader writes them: `12032, 12001-59 x2`; `nothing` where there is no ruling.
pub(in crate::checks::ruling) fn lines(ruling: Option<&Ruling>) -> String {
    let Some(ruling) = ruling else { return "nothing".to_owned() };
    let line = |line: &crate::domain::draft::Line| {
        let modifiers: String = line.modifiers.iter().map(|modifier| format!("-{modifier}")).collect();
        let units = if line.units > 1 { format!(" x{}", line.units) } else { String::new() };
        format!("{}{modifiers}{units}", line.code)
    };
    ruling.lines.iter().map(line).collect::<Vec<_>>().join(", ")
}

/// Holds each question against its lines, and every ruling to what all of them promise.
pub(in crate::checks::ruling) fn hold(find: impl Fn(&str) -> Option<Ruling>, questions: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, expected) in questions {
        let ruling = find(text);
        let found = lines(ruling.as_ref());
        if found != *expected {
            wrong.push(format!("{text}\n    {found} instead of {expected}: {:?}", ruling.as_ref().map(|r| &r.say)));
        }
        if let Some(ruling) = &ruling {
            let words = ruling.say.split_whitespace().count();
            if words > 62 || ruling.sources.is_empty() {
                wrong.push(format!("{text}\n    {words} words, {} sources: {}", ruling.sources.len(), ruling.say));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Holds each question to be another's.
pub(in crate::checks::ruling) fn refuse(find: impl Fn(&str) -> Option<Ruling>, questions: &[&str]) {
    let found = questions.iter().filter_map(|text| Some(format!("{text}\n    {}", find(text)?.say)));
    let found: Vec<String> = found.collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn ruling(text: &str) -> Option<Ruling> {
    asked(find, text)
}

#[test]
fn one_wound_has_the_code_of_its_band() {
    hold(
        ruling,
        &[
            ("Simple repair of a 3 cm laceration of the forearm. Which CPT?", "12002"),
            ("2.5cm laceration of the chin closed with sutures in one layer, what code?", "12011"),
            ("Layered closure of a 5 cm hand laceration - CPT code?", "12042"),
            ("What is the code for an intermediate repair of a 30 mm wound on the left cheek?", "12052"),
            ("Scalp laceration, 4 cm, closed with staples. How do we code it?", "12002"),
            ("10 cm complex repair of a wound of the back. What do we bill?", "13101, 13102"),
            ("Single layer closure of a 6 cm knee laceration, heavily contaminated with gravel. Which code?", "12032"),
            ("Fell on her outstretched hand; 3 cm forehead laceration, simple closure. CPT?", "12013"),
            ("Complex repair of a 1.0 cm wound of the nose: which code?", "12051"),
            ("Laceration of the left forearm, 7.6 cm, 0.5 cm deep, layered closure. Which CPT code?", "12034"),
        ],
    );
}

#[test]
fn lengths_are_added_within_one_closure_and_group_alone() {
    hold(
        ruling,
        &[
            (
                "Two lacerations, 2.0 cm on the scalp and 3.5 cm on the forearm, both simple repairs. Which code?",
                "12002",
            ),
            ("Simple repair: 3 cm arm and 2 cm face lacerations. Which codes?", "12002, 12011-59"),
            (
                "A 2.5 cm laceration of the cheek, layered closure, and a 3.0 cm laceration of the forearm, single layer. Codes?",
                "12051, 12002-59",
            ),
            ("Layered closure of 4 cm scalp, 3 cm thigh and 2 cm hand lacerations. What codes?", "12032, 12041-59"),
            ("Three lacerations of the forehead, 1.5, 2 and 3 cm, simple repair. What is the CPT code?", "12014"),
            ("Two 3 cm lacerations of the leg, simple. Code?", "12002"),
            ("Simple repair superficial wounds of face 12.5cm and 12.6cm?", "12017"),
            ("Multiple facial lacerations totaling 6 cm, intermediate repair, CPT code?", "12053"),
            (
                "12 cm complex repair of the thigh and 3 cm simple repair of the scalp, what codes?",
                "13121, 13122, 12002-59",
            ),
            (
                "Lacerations: left cheek 2 cm and scalp 4 cm, single-layer closure of both. How to code?",
                "12002, 12011-59",
            ),
        ],
    );
    let both =
        ruling("Two lacerations, 2.0 cm on the scalp and 3.5 cm on the forearm, both simple repairs. Which code?");
    assert!(both.is_some_and(|r| r.say.contains("2.0 + 3.5 = 5.5 cm")));
}

#[test]
fn a_yes_or_no_has_its_verdict() {
    for (text, verdict) in [
        ("Two simple repairs, 2 cm on the arm and 3 cm on the leg. Can I add the lengths together?", Verdict::Yes),
        ("Simple repair of a 2 cm face wound and a 3 cm leg wound. Do I add the lengths together?", Verdict::No),
        ("Two simple repairs, 2 cm on the arm and 3 cm on the leg. Can we bill each separately?", Verdict::No),
        ("We billed 12002 for a 3 cm simple repair of the hand laceration. Is that correct?", Verdict::Yes),
        ("Layered closure of a 3 cm hand laceration billed as 12002. Is that right?", Verdict::No),
    ] {
        assert_eq!(ruling(text).unwrap_or_else(|| panic!("{text}")).verdict, Some(verdict), "{text}");
    }
}

#[test]
fn adhesive_and_strips_have_their_own_rule() {
    assert_eq!(
        lines(ruling("Medicare patient, 2 cm forehead laceration closed with Dermabond only. Which code?").as_ref()),
        "G0168"
    );
    assert_eq!(
        lines(ruling("Aetna patient, 2 cm forehead laceration closed with skin glue. Which code?").as_ref()),
        "12011"
    );
    let strips = ruling("2 cm forearm laceration closed with Steri-Strips only. What CPT code?").unwrap();
    assert!(strips.lines.is_empty() && strips.say.starts_with("No repair code"));
}

#[test]
fn one_missing_fact_is_asked_for() {
    let closure = ruling("A 3 cm laceration of the forearm was sutured. Which CPT code?").unwrap();
    assert!(closure.ask.is_some() && closure.lines.is_empty());
    assert!(
        closure.say.contains("12002") && closure.say.contains("12032") && closure.say.contains("13121"),
        "{}",
        closure.say
    );
    let place = ruling("Simple repair of a 3 cm head laceration. What code?").unwrap();
    assert!(place.say.contains("12002") && place.say.contains("12013"), "{}", place.say);
    let length = ruling("Layered closure of a forehead laceration. Which CPT code?").unwrap();
    assert!(length.say.contains("12051") && length.say.contains("12052"), "{}", length.say);
}

#[test]
fn other_questions_are_left_alone() {
    refuse(
        ruling,
        &[
            "Excision of a 2 cm lesion with layered closure of 4 cm on the back. Codes?",
            "Repair of a 3 cm perineal laceration after delivery. Which code?",
            "3 cm hand laceration with flexor tendon repair. Which codes?",
            "Which ICD-10-CM code for a 3 cm laceration of the left forearm?",
            "Can we bill 99283 with a simple repair of a 3 cm arm laceration?",
            "Is a tetanus shot billed with a 3 cm simple hand laceration repair? Which code?",
            "What is the global period of 12002?",
            "Suture removal of a 3 cm laceration by another doctor, which code?",
            "Debridement of a 20 sq cm wound. Which code?",
            "Ulcer 3 x 4 cm, wound closure with a graft. CPT?",
            "Simple repair of wounds of 2.6 to 7.5 cm: which code?",
            "Repair of a laceration of the liver, 4 cm. Which code?",
            "Two lacerations, one 3 cm, simple. Which code?",
            "The cut on the check-in desk was closed for repair. Which bill?",
        ],
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,120}") {
        let _ = ruling(&format!("laceration repair code? {text} cm {text} 3 cm arm"));
    }
}
