//! Diagnosis codes found from inclusion terms that the edition does not hold: 2,000 terms are taken out of the tabular
//! list, the shelf is built without them, and each is searched for.

use std::io::{Read as _, Write as _};
use std::path::Path;

use caseconsultant::corpus::{Corpus, SearchSet};

use crate::table::Row;
use crate::{Bench, Numbers, build};

/// Terms taken out.
const TERMS: usize = 2_000;
/// Ranks looked at.
const DEPTH: usize = 60;

/// Recall and mean reciprocal rank.
pub fn measure(bench: &Bench) -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let (source, shelf) = (folder.path().join("source"), folder.path().join("shelf"));
    std::fs::create_dir(&source).unwrap();
    let mut terms = Vec::new();
    copy(&bench.source, &source, &mut terms);
    assert_eq!(terms.len(), TERMS, "the tabular list was not found under {}", bench.source.display());
    build::import(&source, &shelf);
    let corpus = Corpus::open(&shelf).unwrap();
    let ranks: Vec<Option<usize>> = terms
        .iter()
        .map(|(term, code)| {
            let hits = corpus.search(term, Some(SearchSet::Icd10cm), DEPTH).unwrap();
            let rank = hits.iter().position(|hit| hit.doc == *code);
            if bench.verbose && rank.is_none_or(|rank| rank >= 10) {
                let best = hits.first().map(|hit| format!("{} {}", hit.doc, hit.title)).unwrap_or_default();
                println!("inclusion {rank:?} {code} {term} | {best}");
            }
            rank
        })
        .collect();
    let share = |depth: usize| ranks.iter().flatten().filter(|rank| **rank < depth).count() as f64 / TERMS as f64;
    let mrr = ranks.iter().flatten().map(|rank| 1.0 / (*rank as f64 + 1.0)).sum::<f64>() / TERMS as f64;
    let recall = share(10);
    vec![
        Row::marked(
            format!("{TERMS} inclusion terms held out, recall@10"),
            format!("{recall:.3}"),
            ">= 0.68",
            recall >= 0.68,
        ),
        Row::marked("  mean reciprocal rank", format!("{mrr:.3}"), ">= 0.43", mrr >= 0.43),
        Row::plain("  recall@1 / recall@50", format!("{:.3} / {:.3}", share(1), share(50))),
    ]
}

/// Copies the files; the tabular list without the terms.
fn copy(from: &Path, to: &Path, terms: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target, terms);
        } else if entry.file_name().to_string_lossy().contains("tabular")
            && entry.file_name().to_string_lossy().ends_with(".xml.gz")
        {
            let mut text = String::new();
            flate2::read::GzDecoder::new(std::fs::File::open(entry.path()).unwrap()).read_to_string(&mut text).unwrap();
            let (kept, out) = take_out(&text);
            terms.extend(out);
            let mut file =
                flate2::write::GzEncoder::new(std::fs::File::create(target).unwrap(), flate2::Compression::fast());
            file.write_all(kept.as_bytes()).unwrap();
            file.finish().unwrap();
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The list without the terms, and the terms with their codes. The official file has one element a line.
fn take_out(text: &str) -> (String, Vec<(String, String)>) {
    let lines: Vec<&str> = text.lines().collect();
    let inner = |line: &str, tag: &str| -> Option<String> {
        let body = line.trim().strip_prefix(&format!("<{tag}>"))?.strip_suffix(&format!("</{tag}>"))?;
        Some(body.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
    };
    let (mut code, mut title, mut within) = (String::new(), String::new(), false);
    let mut eligible: Vec<(usize, String, String)> = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        if let Some(name) = inner(line, "name") {
            code = name;
        } else if let Some(desc) = inner(line, "desc") {
            title = desc;
        } else if line.contains("<inclusionTerm>") {
            within = true;
        } else if line.contains("</inclusionTerm>") {
            within = false;
        } else if within
            && let Some(term) = inner(line, "note")
            && plain(&term) != plain(&title)
        {
            eligible.push((n, term, code.clone()));
        }
    }
    // The seed of the published measurement that these marks are compared with.
    let mut numbers = Numbers(7);
    let mut chosen: Vec<(usize, String, String)> = Vec::new();
    while chosen.len() < TERMS && !eligible.is_empty() {
        chosen.push(eligible.swap_remove(numbers.below(eligible.len())));
    }
    let out: std::collections::HashSet<usize> = chosen.iter().map(|(n, ..)| *n).collect();
    let kept: Vec<&str> = lines.iter().enumerate().filter(|(n, _)| !out.contains(n)).map(|(_, line)| *line).collect();
    (kept.join("\n"), chosen.into_iter().map(|(_, term, code)| (term, code)).collect())
}

/// A term that only repeats the title, but for "NOS" or "unspecified", is no question.
fn plain(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let letters: String = lower.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    letters.split_whitespace().filter(|word| !["nos", "unspecified"].contains(word)).map(str::to_owned).collect()
}
