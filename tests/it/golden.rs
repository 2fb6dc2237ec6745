//! Golden consultations: `tests/cases/*.toml`, questions of every group with what their answers must and must not hold.
//! A case marked `open` is known to fall short; it must go on doing so until its mark is taken off.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::sync::Arc;

use caseconsultant::clock::Clock;
use caseconsultant::config::Config;
use caseconsultant::corpus::Corpus;
use caseconsultant::domain::time::AsOf;
use caseconsultant::pipeline::Consultant;
use caseconsultant::reply::render::{Footing, render};
use regex::Regex;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    group: String,
    question: String,
    #[serde(default)]
    verdict: Option<String>,
    #[serde(default)]
    codes: Vec<String>,
    #[serde(default)]
    modifiers: Vec<String>,
    #[serde(default)]
    must: Vec<String>,
    #[serde(default)]
    must_not: Vec<String>,
    #[serde(default)]
    open: bool,
}

const GROUPS: [&str; 8] =
    ["bundling", "modifiers", "units", "selection", "em_level", "diagnosis", "coverage", "compliance"];

#[tokio::test]
async fn golden_consultations_say_what_they_must_and_nothing_that_they_must_not() {
    let data = tempfile::tempdir().unwrap();
    let config = Config { data_dir: data.path().to_path_buf(), ..Config::defaults() };
    let mut consultant = caseconsultant::app::consultant(Arc::new(config), Clock::System).unwrap();
    consultant.model = None;
    let mut wrong = Vec::new();
    let (mut all, mut open, mut groups) = (0, 0, BTreeSet::new());
    for case in cases() {
        all += 1;
        open += usize::from(case.open);
        groups.insert(case.group.clone());
        let faults = faults(&consultant, &case).await;
        match (faults.is_empty(), case.open) {
            (false, false) => wrong.push(format!("{}: {}", case.id, faults.join("; "))),
            (true, true) => wrong.push(format!("{}: it holds now; take the mark `open` off", case.id)),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {all}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(all >= 120 && open * 5 < all, "{all} cases, {open} open");
    assert_eq!(groups.into_iter().collect::<Vec<_>>(), {
        let mut known = GROUPS.map(str::to_owned).to_vec();
        known.sort();
        known
    });
}

/// The questions of all cases, for tests of what must not change an answer.
pub fn questions() -> Vec<String> {
    cases().into_iter().map(|case| case.question).collect()
}

fn cases() -> Vec<Case> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let files = paths.iter().filter(|path| path.extension().is_some_and(|end| end == "toml"));
    files
        .flat_map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            file.case
        })
        .collect()
}

async fn faults(consultant: &Consultant, case: &Case) -> Vec<String> {
    let reading = consultant.reading(None, Some(AsOf::Shelf));
    let consultation =
        consultant.consult(&caseconsultant::identity::deidentify(&case.question).into(), &reading).await.unwrap();
    let draft = &consultation.draft;
    let body = render(draft, &consultation.evidence, &Footing::default()).unwrap();
    let mut faults = Vec::new();
    let verdict = serde_json::to_value(draft.verdict).unwrap();
    if case.verdict.is_some() && verdict.as_str() != case.verdict.as_deref() {
        faults.push(format!("verdict {verdict}, wanted {:?}", case.verdict));
    }
    let codes: Vec<&str> = draft.lines.iter().map(|line| line.code.as_str()).collect();
    let modifiers: Vec<&str> =
        draft.lines.iter().flat_map(|line| &line.modifiers).chain(&draft.modifiers).map(|m| m.as_str()).collect();
    for (wanted, held) in [(&case.codes, codes), (&case.modifiers, modifiers)] {
        faults.extend(wanted.iter().filter(|one| !held.contains(&one.as_str())).map(|one| format!("lacks {one}")));
    }
    let found = |pattern: &String| Regex::new(pattern).unwrap().is_match(&body.text);
    faults.extend(case.must.iter().filter(|pattern| !found(pattern)).map(|pattern| format!("does not say {pattern}")));
    faults.extend(case.must_not.iter().filter(|pattern| found(pattern)).map(|pattern| format!("says {pattern}")));
    faults
}

/// Letters and digits in small letters, one space between words and around.
fn plain(text: &str) -> String {
    let words = text.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), " ");
    format!(" {} ", words.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn every_confirmed_rule_stands_in_the_official_file_that_it_names() {
    let Some(folder) = crate::corpus_import::real::folder() else {
        eprintln!("no official files at hand: the fingerprints of the rule cards were not looked up");
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let corpus = Corpus::open(data.path()).unwrap();
    let confirmed: Vec<_> = corpus.cards().iter().filter(|card| card.confirmed).collect();
    assert!(corpus.cards().len() >= 450 && confirmed.len() >= 450, "{} cards", corpus.cards().len());
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    let mut missing = Vec::new();
    for card in confirmed {
        let (Some(fingerprint), Some(file)) = (&card.fingerprint, &card.file) else {
            missing.push(format!("{} has no fingerprint", card.id));
            continue;
        };
        assert!((3..=5).contains(&fingerprint.split_whitespace().count()), "{}: {fingerprint}", card.id);
        let text = texts.entry(file).or_insert_with(|| {
            let bytes = std::fs::read(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            let mut unpacked = Vec::new();
            if file.ends_with(".gz") {
                flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut unpacked).unwrap();
            } else {
                unpacked = bytes;
            }
            plain(&String::from_utf8_lossy(&unpacked))
        });
        if !text.contains(&plain(fingerprint)) {
            missing.push(format!("{}: {fingerprint:?} is not in {file}", card.id));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
