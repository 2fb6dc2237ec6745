//! A golden case: a question with what its answer must hold, as `tests/cases/*.toml` has them.

use serde::{Deserialize, Serialize};

use super::draft::{Draft, Verdict};
use super::evidence::Evidence;
use super::inquiry::Intent;

/// A candidate. It holds no identity: its question was taken in without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Golden {
    /// What kind of question it is, in a word of those files.
    pub group: String,
    /// The question.
    pub question: String,
    /// The verdict that the answer must give.
    pub verdict: Option<Verdict>,
    /// Codes that must stand on its lines.
    pub codes: Vec<String>,
    /// Modifiers that must stand on its lines or beside them.
    pub modifiers: Vec<String>,
}

/// One case as a file has it.
#[derive(Serialize)]
struct Written<'a> {
    id: &'a str,
    group: &'a str,
    question: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Verdict>,
    codes: &'a [String],
    modifiers: &'a [String],
}

#[derive(Serialize)]
struct File<'a> {
    case: Vec<Written<'a>>,
}

impl Golden {
    /// What an answer that a person sent says of its question; none where it names nothing that a program can compare.
    pub fn of(question: &str, evidence: &Evidence, sent: &Draft) -> Option<Self> {
        let mut codes: Vec<String> = Vec::new();
        let mut modifiers: Vec<String> = Vec::new();
        for line in &sent.lines {
            add(&mut codes, line.code.as_str());
            line.modifiers.iter().for_each(|modifier| add(&mut modifiers, modifier.as_str()));
        }
        sent.modifiers.iter().for_each(|modifier| add(&mut modifiers, modifier.as_str()));
        let intent = evidence.inquiry.intents.first().copied().unwrap_or(Intent::Other);
        let group = group(intent, codes.is_empty()).to_owned();
        let empty = sent.verdict.is_none() && codes.is_empty() && modifiers.is_empty();
        let question = question.trim().to_owned();
        (!empty && !question.is_empty()).then_some(Self { group, question, verdict: sent.verdict, codes, modifiers })
    }
}

/// The file of some cases, each with its id. Empty where a value cannot be written, which none of these is.
pub fn file<'a>(cases: impl Iterator<Item = (&'a str, &'a Golden)>) -> String {
    let case = cases.map(|(id, golden)| Written {
        id,
        group: &golden.group,
        question: &golden.question,
        verdict: golden.verdict,
        codes: &golden.codes,
        modifiers: &golden.modifiers,
    });
    toml::to_string_pretty(&File { case: case.collect() }).unwrap_or_default()
}

fn add(list: &mut Vec<String>, word: &str) {
    if !list.iter().any(|known| known == word) {
        list.push(word.to_owned());
    }
}

/// The group that an intent belongs to; where no code is billed the question is one of coverage or of the rules.
fn group(intent: Intent, bare: bool) -> &'static str {
    match intent {
        Intent::Bundling | Intent::AddOn => "bundling",
        Intent::Units => "units",
        Intent::Modifier | Intent::GlobalPeriod => "modifiers",
        Intent::DiagnosisPair => "diagnosis",
        Intent::CodeStatus => "selection",
        Intent::Other if bare => "coverage",
        Intent::Other => "selection",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_golden_cases_reads_back_whatever_the_question_holds() {
        let golden = Golden {
            group: "bundling".to_owned(),
            question: "Is 45380 \"separate\"?\n\"\"\"Same day.".to_owned(),
            verdict: Some(Verdict::Yes),
            codes: vec!["45380".to_owned()],
            modifiers: Vec::new(),
        };
        let text = file([("office-1", &golden), ("office-2", &golden)].into_iter());
        let read: toml::Table = text.parse().unwrap();
        let cases = read["case"].as_array().unwrap();
        assert_eq!(cases.len(), 2);
        let own: Golden = cases[1].clone().try_into().unwrap();
        assert_eq!((own, cases[1]["id"].as_str()), (golden, Some("office-2")));
        assert!(file(std::iter::empty()).trim().is_empty() || file(std::iter::empty()).contains("case"));
    }
}
