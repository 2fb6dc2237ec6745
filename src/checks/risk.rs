//! Which condition category a diagnosis falls into: CMS risk adjustment, "ICD-10 Mappings" of a payment year, with the
//! labels and hierarchies of the model software. A payment year counts the diagnoses of the year before it.

mod answer;
mod table;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use super::instructions::is_yes_no;
use super::{Finding, ask, status, until};
use crate::corpus::{Corpus, Release};
use crate::domain::check::{Check, Figures, LastKnown, Outcome, Question, Scope};
use crate::domain::code::{Code, CodeSet};
use crate::domain::draft::Verdict;
use crate::domain::inquiry::Inquiry;
use crate::domain::ruling::{Basis, Ruling};
use crate::domain::time::AsOf;

use answer::Said;
use table::Category;

/// Diagnoses of one mail that are answered.
const MOST: usize = 4;

/// Looks it up.
pub fn check(corpus: &Corpus, code: &Code, scope: Scope) -> Check {
    find(corpus, code, scope).into_check(Question::RiskCategory { code: code.clone() }, scope)
}

/// The checks of this kind that the question calls for: of the diagnoses where risk adjustment is spoken of.
pub fn asked(_corpus: &Corpus, inquiry: &Inquiry) -> Vec<Question> {
    if !words::is_about(&inquiry.text) {
        return Vec::new();
    }
    let diagnoses = diagnoses(inquiry).into_iter().take(MOST);
    diagnoses.map(|code| Question::RiskCategory { code: code.clone() }).collect()
}

fn diagnoses(inquiry: &Inquiry) -> Vec<&Code> {
    let named = inquiry.codes().into_iter();
    named.filter(|code| code.set() == CodeSet::Icd10cm && !is_version(&inquiry.text, code)).collect()
}

/// True where a category such as V28 is the version of a model that the question speaks of.
pub fn is_version(text: &str, code: &Code) -> bool {
    ["V20", "V21", "V22", "V23", "V24", "V28"].contains(&code.as_str()) && words::is_about(text)
}

/// The answer, where this is what is asked.
pub fn settle(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let wanted = words::wanted(&inquiry.text)?;
    let codes = diagnoses(inquiry);
    let others = inquiry.codes().into_iter().any(|code| code.set() != CodeSet::Icd10cm);
    if codes.is_empty() || codes.len() > MOST || others {
        return None;
    }
    let as_of = match wanted.year {
        Some(year) => AsOf::Date(jiff::civil::Date::new(year, 7, 1).ok()?),
        None => table::as_of_payment(inquiry.scope.as_of),
    };
    let release = corpus.releases().in_force("hcc", as_of)?;
    // A heading, and a code that is not valid, has no category whatever it stands for.
    let invalid = |code: &&Code| {
        let status = ask(corpus, &Question::CodeStatus { code: (*code).clone() }, inquiry.scope).outcome;
        let unread = status == Outcome::NotChecked && table::of(corpus, code, release).is_empty();
        unread || matches!(status, Outcome::Header | Outcome::Deleted | Outcome::Future | Outcome::Unknown)
    };
    if codes.iter().any(invalid) {
        return None;
    }
    let said: Vec<Said> = codes.iter().map(|code| answer::of(corpus, code, &wanted, release)).collect::<Option<_>>()?;
    let year = table::year(release);
    let when = format!("payment year {year}, dates of service in {}", year - 1);
    Some(ruling(&codes, &said, &when, is_yes_no(&inquiry.text).then(|| words::is_of_both(&inquiry.text))))
}

/// `both`: whether yes or no is asked, and then whether of all of them at once.
fn ruling(codes: &[&Code], said: &[Said], when: &str, both: Option<bool>) -> Ruling {
    let all: Vec<(&Code, Vec<Category>)> =
        codes.iter().zip(said).map(|(code, said)| (*code, said.categories.clone())).collect();
    let joined = answer::joined(&all);
    let same = said.windows(2).all(|pair| pair[0].verdict == pair[1].verdict);
    let verdict = if same { said[0].verdict } else { Verdict::Depends };
    let aside = joined.is_some() && both == Some(true);
    let verdict = Some(if aside { Verdict::No } else { verdict }).filter(|_| both.is_some());
    let opening = match verdict {
        Some(Verdict::Yes) => "Yes. ",
        Some(Verdict::No) => "No. ",
        Some(Verdict::Depends) if same => "It depends on the model. ",
        Some(Verdict::Depends) => "It depends on the code. ",
        None => "",
    };
    let told: Vec<&str> = said.iter().map(|one| one.text.as_str()).collect();
    let joined = joined.map(|text| format!(" {text}")).unwrap_or_default();
    let label = said.first().and_then(|one| one.label.clone()).filter(|_| said.len() == 1);
    Ruling {
        basis: Basis::Computed { rule: "risk adjustment".to_owned() },
        verdict,
        lines: Vec::new(),
        modifiers: Vec::new(),
        label,
        say: format!("{opening}{} ({when}).{joined}", told.join("; ")),
        ask: None,
        sources: said.iter().flat_map(|one| one.sources.clone()).collect(),
        confirmed: true,
        doubts: Vec::new(),
        fit: 9.0,
        whole: true,
    }
}

fn find(corpus: &Corpus, code: &Code, scope: Scope) -> Finding {
    if code.set() != CodeSet::Icd10cm {
        return Finding::new(Outcome::NotChecked, format!("{code} is no diagnosis: risk adjustment maps diagnoses"));
    }
    if !status::on_shelf(corpus, code) {
        return Finding::new(Outcome::NotChecked, format!("{code} is on no list of this shelf"));
    }
    let as_of = table::as_of_payment(scope.as_of);
    let Some(release) = corpus.releases().in_force("hcc", as_of) else { return stale(corpus, code, scope, as_of) };
    let categories = table::of(corpus, code, release);
    let year = table::year(release);
    let of = format!("{}, dates of service in {}", release.doc(), year - 1);
    if categories.is_empty() {
        let listed = ask(corpus, &Question::CodeStatus { code: code.clone() }, scope).outcome;
        let why = if listed == Outcome::Header { ": it is a heading, and full codes are mapped" } else { "" };
        return Finding::new(Outcome::NotListed, format!("no model maps {code} ({of}){why}"))
            .release(Some(release))
            .sources(vec![release.as_source()]);
    }
    let mut values: BTreeMap<String, String> = BTreeMap::from([("payment year".to_owned(), year.to_string())]);
    for one in &categories {
        let held = values.entry(one.model.clone()).or_default();
        *held = if held.is_empty() { one.number.clone() } else { format!("{held} {}", one.number) };
    }
    Finding::new(Outcome::Known, format!("{code} maps to {} ({of})", told(&categories)))
        .figures(Figures { values, ..Figures::default() })
        .release(Some(release))
        .sources(categories.into_iter().take(1).map(|one| one.source).collect())
}

/// The categories by model, the label with the first.
fn told(categories: &[Category]) -> String {
    let words = categories.iter().enumerate().map(|(n, one)| {
        let what = if n == 0 { one.words() } else { Category { label: None, ..one.clone() }.words() };
        format!("{what} in {}", table::short(&one.model))
    });
    words.collect::<Vec<_>>().join(", ")
}

/// No mapping of the payment year is on the shelf.
fn stale(corpus: &Corpus, code: &Code, scope: Scope, as_of: AsOf) -> Finding {
    let Some(nearest) = corpus.releases().nearest("hcc", as_of) else {
        return Finding::new(Outcome::NotChecked, "no mapping of diagnoses to condition categories is on this shelf");
    };
    let (value, outcome, sources) = known(corpus, code, nearest);
    let detail = format!(
        "the mapping that counts dates of service such as {} is not on this shelf ({} speaks {}). Last known for {code}: {value}",
        scope.as_of,
        nearest.doc(),
        until(nearest)
    );
    let last = LastKnown { outcome, release: nearest.id.clone(), title: nearest.doc(), value };
    Finding::new(Outcome::NotChecked, detail).last_known(Some(last)).sources(sources)
}

fn known(corpus: &Corpus, code: &Code, release: &Release) -> (String, Outcome, Vec<crate::domain::citation::Source>) {
    let categories = table::of(corpus, code, release);
    match categories.first() {
        Some(first) => (told(&categories), Outcome::Known, vec![first.source.clone()]),
        None => ("no model maps it".to_owned(), Outcome::NotListed, vec![release.as_source()]),
    }
}
