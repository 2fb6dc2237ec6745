//! The verifier against our own drafts with one error planted in each: all are held, and none of the clean ones is.

use std::sync::{Arc, LazyLock};

use caseconsultant::config::Config;
use caseconsultant::corpus::Corpus;
use caseconsultant::domain::check::{Program, Setting};
use caseconsultant::domain::code::Code;
use caseconsultant::domain::draft::{Assertion, Draft, Line, Verdict};
use caseconsultant::domain::evidence::Evidence;
use caseconsultant::domain::time::AsOf;
use caseconsultant::draft::compose;
use caseconsultant::research::{self, Reading};
use caseconsultant::verify;
use jiff::civil::date;
use regex::Regex;

use crate::support::starter::edition;

fn corpus() -> &'static Corpus {
    static CORPUS: LazyLock<Arc<Corpus>> = LazyLock::new(|| edition().current());
    &CORPUS
}

/// Drafts that are looked at.
const DRAFTS: usize = 100;

fn reading() -> Reading {
    Reading {
        today: date(2026, 6, 1),
        message_date: None,
        on: Some(AsOf::Shelf),
        setting: Setting::Practitioner,
        program: Program::Medicare,
    }
}

fn is_clean(corpus: &Corpus, evidence: &Evidence, draft: &Draft) -> bool {
    verify::run(corpus, evidence, draft, &Config::defaults().policy).is_clean()
}

/// Questions about the codes of the starter, of every kind that the tables settle.
fn questions(corpus: &Corpus) -> Vec<String> {
    let codes: Vec<String> = {
        let mut all: Vec<String> = corpus.all_codes().map(str::to_owned).collect();
        all.dedup();
        all
    };
    let procedures: Vec<&String> =
        codes.iter().filter(|code| Code::parse(code).is_ok_and(|c| c.set().is_procedure())).collect();
    let pairs = [
        "45385 45380",
        "29881 29877",
        "11042 97597",
        "20610 20605",
        "64483 62323",
        "43239 43235",
        "47562 49320",
        "58558 58555",
        "93458 93454",
        "29827 29823",
        "17000 11102",
        "66984 67028",
        "52356 52332",
        "27447 29881",
        "49505 49520",
        "45378 45380",
        "31575 31231",
        "11721 11055",
        "36415 36416",
        "64493 64479",
    ];
    let mut questions: Vec<String> = pairs
        .iter()
        .map(|pair| pair.split_once(' ').unwrap())
        .map(|(a, b)| format!("Can {a} and {b} be billed together at the same session?"))
        .collect();
    for (n, code) in procedures.iter().step_by(7).enumerate().take(240) {
        questions.push(match n % 4 {
            0 => format!("How many units of {code}?"),
            1 => format!("What is the global period of {code}?"),
            2 => format!("Is {code} valid?"),
            _ => format!("Is {code} an add-on code?"),
        });
    }
    for code in ["37250", "99441", "G2010", "M25.561", "E11.9", "S72.001A", "N18.3", "M54.5", "I10", "H40.1131"] {
        questions.push(format!("Is {code} valid?"));
    }
    questions
}

/// Drafts that leave by themselves, with their evidence.
static CLEAN: LazyLock<Vec<(Evidence, Draft)>> = LazyLock::new(|| {
    let corpus = corpus();
    let mut clean = Vec::new();
    for question in questions(corpus) {
        let evidence = research::run(corpus, &caseconsultant::identity::deidentify(&question), &reading()).unwrap();
        let draft = compose(corpus, &evidence);
        // What waits by policy says nothing about the verifier: only what is settled is looked at.
        if draft.action == caseconsultant::domain::draft::Action::Answer
            && evidence.inquiry.beyond.is_empty()
            && evidence.ruling.is_none()
        {
            clean.push((evidence, draft));
        }
    }
    clean
});

/// An error that is planted; false where the draft offers no place for it.
type Plant = (&'static str, fn(&mut Evidence, &mut Draft) -> bool);

/// Changes the first sentence that matches.
fn rewrite(draft: &mut Draft, pattern: &str, change: impl Fn(&regex::Captures<'_>) -> String) -> bool {
    let pattern = Regex::new(pattern).unwrap();
    let items = draft.sections.iter_mut().flat_map(|section| &mut section.items);
    for item in std::iter::once(&mut draft.headline).chain(items) {
        let new = pattern.replace(&item.text, |found: &regex::Captures<'_>| change(found)).into_owned();
        if new != item.text {
            item.text = new;
            return true;
        }
    }
    false
}

/// Adds a sentence to the reasons, with the sources of the headline.
fn add(draft: &mut Draft, text: &str) -> bool {
    let cites = draft.headline.cites.clone();
    draft.sections.push(caseconsultant::domain::draft::Section {
        heading: "WHY".to_owned(),
        items: vec![Assertion::new(text, cites)],
    });
    true
}

fn next_digit(found: &regex::Captures<'_>) -> String {
    let number: u32 = found[2].parse().unwrap();
    format!("{}{}", &found[1], number + 1)
}

const PLANTS: [Plant; 22] = [
    ("another indicator", |_, d| {
        rewrite(d, r"(indicator )([01])\b", |f| format!("{}{}", &f[1], if &f[2] == "0" { 1 } else { 0 }))
    }),
    ("a deleted code to bill", |_, d| {
        d.lines.push(Line {
            code: Code::parse("37250").unwrap(),
            modifiers: Vec::new(),
            units: 1,
            role: "bill".to_owned(),
        });
        true
    }),
    ("an invented amount", |_, d| add(d, "Medicare allows $123.45 for it.")),
    ("a source whose quote is off by one word", |e, _| {
        let Some(citation) = e.citations.first_mut() else { return false };
        citation.source.quote = citation.source.quote.replacen(|c: char| c.is_ascii_digit(), "7", 1) + "7";
        true
    }),
    ("a quotation that no source holds", |_, d| {
        add(d, "The manual says: \"may always be reported together without any modifier\".")
    }),
    ("the columns swapped", |_, d| {
        let Some(code) = d.lines.first().map(|line| line.code.to_string()) else { return false };
        add(d, &format!("Column two {code}: it is denied without a modifier."))
            && d.sections.iter().any(|section| section.heading == "EDIT CHECK")
    }),
    ("another year", |_, d| rewrite(d, r"\b20(2[4-6])\b", |_| "2019".to_owned())),
    ("another unit limit", |_, d| rewrite(d, r"(MUE )(\d+)", next_digit)),
    ("another adjudication indicator", |_, d| {
        rewrite(d, r"(MAI )([123])", |f| format!("{}{}", &f[1], if &f[2] == "3" { "2" } else { "3" }))
    }),
    ("the verdict turned round", |_, d| {
        d.verdict = match d.verdict {
            Some(Verdict::Yes) => Some(Verdict::No),
            Some(_) => Some(Verdict::Yes),
            None => return false,
        };
        true
    }),
    ("the opening turned round", |_, d| {
        let turned = match d.headline.text.as_str() {
            text if text.starts_with("No") => text.replacen("No", "Yes", 1),
            text if text.starts_with("Yes") => text.replacen("Yes", "No", 1),
            _ => return false,
        };
        d.headline.text = turned;
        true
    }),
    ("a modifier dropped", |_, d| d.lines.iter_mut().find_map(|line| line.modifiers.pop()).is_some()),
    ("other units on a line", |_, d| d.lines.first_mut().map(|line| line.units += 1).is_some()),
    ("a code of no table", |_, d| add(d, "Report 01234 with it as well.")),
    ("a source that is not there", |_, d| {
        d.headline.cites.push(99);
        true
    }),
    ("a statement without source", |_, d| {
        d.sections.push(caseconsultant::domain::draft::Section {
            heading: "WHY".to_owned(),
            items: vec![Assertion::new("It is always separate.", Vec::new())],
        });
        true
    }),
    ("another global period", |_, d| {
        rewrite(d, r"\b(0|10|90)( days)", |f| format!("{}{}", if &f[1] == "90" { "10" } else { "90" }, &f[2]))
    }),
    ("an address to write to", |_, d| add(d, "Write to billing@other.example.test for the rest.")),
    ("a link", |_, d| add(d, "See https://other.example.test for the rest.")),
    ("a promise of payment", |_, d| add(d, "Payment is guaranteed: this guarantees payment in full.")),
    ("the state of a code turned round", |_, d| {
        rewrite(d, r"\b([0-9A-Z.]{3,8})(: | is )valid\b", |f| format!("{} was deleted", &f[1]))
    }),
    ("a modifier that is none", |_, d| {
        let Some(line) = d.lines.first_mut() else { return false };
        line.modifiers.push(caseconsultant::domain::code::Modifier::parse("Z9").unwrap());
        true
    }),
];

#[test]
fn no_clean_draft_is_held() {
    let held: Vec<String> = CLEAN
        .iter()
        .filter(|(evidence, draft)| !is_clean(corpus(), evidence, draft))
        .map(|(evidence, draft)| {
            let report = verify::run(corpus(), evidence, draft, &Config::defaults().policy);
            format!("{}: {:?}", evidence.inquiry.text, report.findings)
        })
        .collect();
    assert!(CLEAN.len() >= DRAFTS, "{} drafts", CLEAN.len());
    assert!(held.is_empty(), "{} of {} held:\n{}", held.len(), CLEAN.len(), held.join("\n"));
}

#[test]
fn of_a_hundred_drafts_with_one_error_each_ninety_nine_at_least_are_held() {
    let (mut planted, mut missed) = (0, Vec::new());
    let mut used: std::collections::BTreeMap<&str, usize> = PLANTS.iter().map(|(name, _)| (*name, 0)).collect();
    for (evidence, draft) in CLEAN.iter().cycle().take(CLEAN.len() * 4) {
        if planted == DRAFTS {
            break;
        }
        // Each draft gets the error that was planted least so far, of those that it offers a place for.
        let possible = PLANTS.iter().filter_map(|(name, plant)| {
            let (mut evidence, mut draft) = (evidence.clone(), draft.clone());
            plant(&mut evidence, &mut draft).then_some((used[name], *name, evidence, draft))
        });
        let Some((_, name, evidence, draft)) = possible.min_by_key(|(times, name, ..)| (*times, *name)) else {
            continue;
        };
        planted += 1;
        *used.entry(name).or_insert(0) += 1;
        if is_clean(corpus(), &evidence, &draft) {
            missed.push(format!("{name} in: {}", evidence.inquiry.text));
        }
    }
    used.retain(|_, times| *times > 0);
    assert_eq!(planted, DRAFTS);
    assert!(used.len() >= 20, "only {used:?}");
    assert!(missed.len() <= 1, "{} of {planted} were let through:\n{}", missed.len(), missed.join("\n"));
}

/// A model that repeats the plain composer's sentences is not held for their words.
#[test]
fn sentences_of_our_own_are_no_strangers_in_a_models_draft() {
    let written = |(evidence, draft): &(Evidence, Draft)| {
        let draft = Draft { prompt: "digest".to_owned(), writer: "model".to_owned(), ..draft.clone() };
        let report = verify::run(corpus(), evidence, &draft, &Config::defaults().policy);
        let held = report.findings.into_iter().filter(|finding| finding.kind == "source");
        held.map(|finding| {
            format!("{:?}: {}", draft.assertions().map(|item| &item.text).collect::<Vec<_>>(), finding.text)
        })
        .collect::<Vec<_>>()
    };
    let held: Vec<String> = CLEAN.iter().flat_map(written).collect();
    assert!(held.is_empty(), "{} of {}:\n{}", held.len(), CLEAN.len(), held.join("\n"));
}
