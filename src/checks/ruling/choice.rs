//! The code that a question describes, found from its words: candidates of the search, then compared with the question
//! attribute by attribute, because siblings differ in one word.

use jiff::civil::Date;

use super::specificity::only_below;
use super::traits::{Traits, fit};
use super::wants::{Wants, plain};
use super::{inpatient, traits};
use crate::checks::ask;
use crate::corpus::{Corpus, Hit, Search, SearchSet};
use crate::domain::check::{Outcome, Question};
use crate::domain::code::{Code, CodeSet};
use crate::domain::draft::Line;
use crate::domain::inquiry::Inquiry;
use crate::domain::pattern::pattern;
use crate::domain::ruling::{Basis, Ruling};
use crate::domain::table::Table;
use crate::domain::time::AsOf;

pattern!(PCS, r"(?i)\b(?:icd-?10-?)?pcs\b");
pattern!(DIAGNOSIS, r"(?i)\bicd\b|\bicd-?10|\b(?:diagnos[ie]s|dx) codes?\b");
pattern!(HCPCS, r"(?i)\bhcpcs\b|\b[jkeql]-?codes?\b|\bdrug code");
pattern!(CPT, r"(?i)\bcpt\b|\bprocedure code");
pattern!(
    NOISE,
    r"(?ix)\b(?: hi | hello | hey | dear | good \s (?:morning|afternoon|evening) | team | there | all | everyone | folks | quick \s question
      | thanks? (?:\s you|\s so \s much|\s a \s lot|\s in \s advance)? | regards | best | cheers | appreciate \s (?:your|the|any) \s help | please | kindly
      | (?:which|what) \s (?:is|are) | (?:which|what) | how \s (?:do|would|should|can|to) (?:\s (?:we|i|you|one))? (?:\s (?:code|report|bill))?
      | icd-?10(?:-?(?:cm|pcs))? | icd | pcs | cpt | hcpcs | (?:diagnosis|dx|procedure|drug)? \s? codes? | coding | report(?:ed)? | bill(?:ed)? | correct | caseconsultant | current | looking \s for
      | thank | advise | help | question )\b"
);

pattern!(
    NO_DRUG,
    r"(?i)\b(?:given|gave|administered|injected|infused|out of|from|units?|lines?|medicare|modifiers?|vials?|single|dose|use|discarded|wasted|waste|thrown|away|nothing|all|the|patient|infusion|dose of)\b|[.,;:?()]"
);
pattern!(SEVERAL, r"(?i)[,;.]|\s(?:and|plus|then|with|also)\s");
pattern!(PLURAL, r"(?i)\bcodes\b|\bcoding\b|\ball\b");
pattern!(CATEGORY, r"\b([A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,3})?)\.?-");
pattern!(REASON, r"(?i)\b(?:for|due to|because of|after|caused by|secondary to)\s+[^,.;:?()]*");

// The emergency department, and no dysfunction.
pattern!(
    IN_ED,
    r"\b(?:(?i:in|to|from|at|through|via|by|the)\s+(?:(?i:the)\s+)?E\.?D\b\.?|ED\s+(?i:visits?|physicians?|doctors?|docs?|providers?|level|course|notes?|encounter|patient|pt|stay))"
);

/// Words of a text without a question that is nothing but a description, at most.
const BARE: usize = 24;
/// Candidates that are compared.
const CANDIDATES: usize = 40;
/// A best candidate that leads by less than this is not told from the next by the question's words.
const LEAD: f32 = 0.06;
/// Below this score the words do not name the code.
const LEAST: f32 = 0.7;
/// One of several things is clear from here on.
const CLEAR: f32 = 1.3;
/// Within a category that a rule names, less will do.
const OF_CATEGORY: f32 = 1.1;
/// From this score on they do.
const SURE: f32 = 1.45;

/// Finds the code; `None` where no code is asked for, or none is like the words.
pub fn find(corpus: &Corpus, inquiry: &Inquiry) -> Option<Ruling> {
    let text = inquiry.text.as_str();
    if text.len() > 1_200 {
        return None;
    }
    let named = |set: CodeSet| inquiry.codes().iter().any(|code| code.set() == set);
    // A question that names codes of a set asks about those.
    if [CodeSet::Cpt, CodeSet::Hcpcs, CodeSet::Icd10cm, CodeSet::Icd10pcs].into_iter().any(named) {
        return None;
    }
    let words = bare_words(text);
    if !Wants::of(&plain(text)).code && !is_bare(text) {
        return None;
    }
    let ranked = candidates(corpus, inquiry, &sets(text), &words);
    let Some((best, score)) = ranked.first().filter(|(_, score)| *score >= LEAST) else {
        return earlier(corpus, inquiry, &words);
    };
    let code = Code::parse(&best.doc).ok()?;
    let mut doubts = Vec::new();
    let several =
        if PLURAL.is_match(text) && *score < 1.9 { several(corpus, inquiry, &sets(text), &words) } else { Vec::new() };
    if several.len() > 1 {
        let codes = several.iter().filter_map(|(hit, _)| Code::parse(&hit.doc).ok());
        let lines: Vec<Line> = codes.map(line).collect();
        let told: Vec<String> = several.iter().map(|(hit, _)| titled(hit)).collect();
        let status = |line: &Line| ask(corpus, &Question::CodeStatus { code: line.code.clone() }, inquiry.scope);
        return Some(Ruling {
            basis: Basis::Choice,
            verdict: None,
            modifiers: Vec::new(),
            label: None,
            say: format!("{}.", told.join("; ")),
            ask: None,
            sources: lines.iter().map(status).flat_map(|check| check.sources).collect(),
            confirmed: true,
            doubts: vec!["several codes found from words: a person confirms that they belong together".to_owned()],
            fit: several.iter().map(|(_, score)| *score).fold(f32::MAX, f32::min),
            whole: true,
            lines,
        });
    }
    if *score < SURE {
        doubts.push(format!("the words only half name {code}"));
    }
    if let Some((next, other)) = ranked.get(1)
        && *score - other < LEAD
    {
        doubts.push(format!("{} is as near to the words as {code}", next.doc));
    }
    let status = ask(corpus, &Question::CodeStatus { code: code.clone() }, inquiry.scope);
    if status.outcome != Outcome::Active {
        doubts.push(format!("{code} is {} on the date", status.outcome.words()));
    }
    let title = best.title.trim_end_matches('.');
    let mut say = format!("{code}: {title}.");
    let near: Vec<String> = ranked
        .iter()
        .skip(1)
        .filter(|(hit, other)| *score - other < 0.5 && hit.doc != best.doc)
        .take(2)
        .map(|(hit, _)| titled(hit))
        .collect();
    if !near.is_empty() {
        say.push_str(&format!(" Near it, if the note says so instead: {}.", near.join("; ")));
    }
    Some(Ruling {
        basis: Basis::Choice,
        verdict: None,
        lines: vec![line(code)],
        modifiers: Vec::new(),
        label: None,
        say,
        ask: None,
        sources: status.sources,
        confirmed: true,
        doubts,
        fit: *score,
        whole: true,
    })
}

/// The code that stood for the words on the date, where today's code for them had not begun: the one that the
/// conversion table names before it.
fn earlier(corpus: &Corpus, inquiry: &Inquiry, words: &str) -> Option<Ruling> {
    let AsOf::Date(_) = inquiry.scope.as_of else { return None };
    let mut today = inquiry.clone();
    today.scope.as_of = AsOf::Shelf;
    let ranked = candidates(corpus, &today, &[SearchSet::Icd10cm], words);
    let (best, score) = ranked.first().filter(|(_, score)| *score >= SURE)?;
    let new = Code::parse_icd10cm(&best.doc).ok()?;
    let status = ask(corpus, &Question::CodeStatus { code: new.clone() }, inquiry.scope);
    if status.outcome != Outcome::Future {
        return None;
    }
    let rows = corpus.list_rows(Table::Conversion, new.as_str());
    let row = rows.iter().max_by_key(|row| row.get("from").to_owned())?;
    let old = Code::parse_icd10cm(row.get("previous")).ok()?;
    let before = ask(corpus, &Question::CodeStatus { code: old.clone() }, inquiry.scope);
    if before.outcome != Outcome::Active {
        return None;
    }
    let title = corpus.title_of(&old);
    let say = format!(
        "{old}: {}. {new} ({}) took its place on {}.",
        title.trim_end_matches('.'),
        best.title.trim_end_matches('.'),
        row.get("from")
    );
    let source = crate::checks::crosswalk::source(corpus, row);
    Some(Ruling {
        basis: Basis::Choice,
        verdict: None,
        lines: vec![line(old)],
        modifiers: Vec::new(),
        label: None,
        say,
        ask: None,
        sources: before.sources.into_iter().chain(status.sources).chain([source]).collect(),
        confirmed: true,
        doubts: vec!["a person confirms the code that was found from words".to_owned()],
        fit: *score,
        whole: true,
    })
}

fn titled(hit: &Hit) -> String {
    format!("{}: {}", hit.doc, hit.title.trim_end_matches('.'))
}

/// The drug that the words name.
pub fn drug(corpus: &Corpus, inquiry: &Inquiry, words: &str) -> Option<Code> {
    let words = NOISE.replace_all(words, " ").split_whitespace().collect::<Vec<_>>().join(" ");
    let words = NO_DRUG.replace_all(&words, " ").split_whitespace().collect::<Vec<_>>().join(" ");
    let ranked = candidates(corpus, inquiry, &[SearchSet::Hcpcs], &words);
    let (hit, score) = ranked.first()?;
    let drug = ["J", "Q", "C"].iter().any(|letter| hit.doc.starts_with(letter));
    (drug && *score >= OF_CATEGORY).then(|| Code::parse(&hit.doc).ok()).flatten()
}

/// The codes of a question that describes several things and asks for all their codes; empty where it does not, or
/// where one of them is not clear.
fn several(corpus: &Corpus, inquiry: &Inquiry, sets: &[SearchSet], words: &str) -> Vec<(Hit, f32)> {
    let mut found: Vec<(Hit, f32)> = Vec::new();
    for part in SEVERAL.split(words).map(str::trim).filter(|part| part.split(' ').count() >= 2) {
        let Some((hit, score)) = candidates(corpus, inquiry, sets, part).into_iter().next() else { continue };
        if score >= CLEAR && !found.iter().any(|(held, _)| held.doc == hit.doc) {
            found.push((hit, score));
        }
    }
    if found.len() > 1 { found } else { Vec::new() }
}

/// The words of a question without courtesies and without those that only ask.
fn bare_words(text: &str) -> String {
    let text = IN_ED.replace_all(text, |found: &regex::Captures<'_>| found[0].replace("ED", "emergency department"));
    NOISE.replace_all(&plain(&text), " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// True for a short text that describes something and asks nothing: it wants its code.
pub fn is_bare(text: &str) -> bool {
    !text.contains('?') && NOISE.replace_all(&plain(text), " ").split_whitespace().count() <= BARE
}

/// The sets that a question names; none where it only says "code".
pub fn asked_sets(text: &str) -> Vec<CodeSet> {
    let sets =
        [(&PCS, CodeSet::Icd10pcs), (&HCPCS, CodeSet::Hcpcs), (&CPT, CodeSet::Cpt), (&DIAGNOSIS, CodeSet::Icd10cm)];
    sets.into_iter().filter(|(pattern, _)| pattern.is_match(text)).map(|(_, set)| set).collect()
}

/// For each category of diagnoses that a rule names (`I50.-`, `N18.-`) the code of it that the question describes.
pub fn of_categories(corpus: &Corpus, inquiry: &Inquiry, say: &str) -> Vec<Code> {
    let words = bare_words(&inquiry.text);
    let mut found = Vec::new();
    for category in CATEGORY.captures_iter(say) {
        let prefix = &category[1];
        // What is stated chooses before words do: a stage, a side, `acute on chronic`.
        if let Some(only) = Code::parse(prefix).ok().and_then(|heading| only_below(corpus, inquiry, &heading)) {
            found.push(only);
            continue;
        }
        let phrases = words.split([',', ';', '.']).chain(words.split(" and ")).chain([words.as_str()]);
        let mut best: Option<(Hit, f32)> = None;
        for phrase in phrases.filter(|phrase| !phrase.trim().is_empty()) {
            let ranked = candidates(corpus, inquiry, &[SearchSet::Icd10cm], phrase);
            let of = ranked.into_iter().find(|(hit, _)| hit.doc.starts_with(prefix));
            if let Some(of) = of
                && best.as_ref().is_none_or(|held| of.1 > held.1)
            {
                best = Some(of);
            }
        }
        if let Some((hit, score)) = best
            && score >= OF_CATEGORY
            && let Ok(code) = Code::parse(&hit.doc)
        {
            found.push(code);
        }
    }
    found
}

fn line(code: Code) -> Line {
    Line { code, modifiers: Vec::new(), units: 1, role: "bill".to_owned() }
}

/// The sets that are asked for, by their names; all but inpatient procedures where only "code" is said.
fn sets(text: &str) -> Vec<SearchSet> {
    let mut sets = Vec::new();
    for (pattern, set) in [
        (&PCS, SearchSet::Icd10pcs),
        (&HCPCS, SearchSet::Hcpcs),
        (&CPT, SearchSet::Cpt),
        (&DIAGNOSIS, SearchSet::Icd10cm),
    ] {
        if (sets.is_empty() || set != SearchSet::Icd10cm) && pattern.is_match(text) {
            sets.push(set);
        }
    }
    if sets.is_empty() {
        sets.extend([SearchSet::Cpt, SearchSet::Hcpcs, SearchSet::Icd10cm]);
    }
    sets
}

/// The candidates of the sets, compared with the question, best first.
fn candidates(corpus: &Corpus, inquiry: &Inquiry, sets: &[SearchSet], words: &str) -> Vec<(Hit, f32)> {
    let on: Option<Date> = match inquiry.scope.as_of {
        AsOf::Date(day) => Some(day),
        AsOf::Shelf => None,
    };
    let asked = Traits::of(words, &inquiry.stated);
    let mut ranked: Vec<(Hit, f32)> = Vec::new();
    for set in sets {
        let rewritten = (*set == SearchSet::Icd10pcs).then(|| inpatient::rewrite(words));
        let words = rewritten.as_deref().unwrap_or(words);
        let asked = rewritten.as_ref().map_or_else(|| asked.clone(), |words| Traits::of(words, &inquiry.stated));
        let mut hits: Vec<Hit> = Vec::new();
        for words in variants(words, *set) {
            let search = Search { words: &words, set: Some(*set), limit: CANDIDATES, billable: true, on };
            hits.extend(corpus.find_by(&search).unwrap_or_default());
        }
        for hit in hits {
            let mut hit = extended(corpus, hit, &inquiry.text);
            if let Some(own) = Code::parse(&hit.doc).ok().and_then(|code| corpus.find_text(&code))
                && matches!(set, SearchSet::Cpt | SearchSet::Hcpcs)
            {
                hit.title = own.description;
            }
            if hit.title.to_lowercase().starts_with("retired") {
                continue;
            }
            let score = hit.score.min(3.0) + fit(&asked, &Traits::of(&hit.title, &Default::default()));
            match ranked.iter_mut().find(|(other, _)| other.doc == hit.doc) {
                Some((_, held)) => *held = held.max(score),
                None => ranked.push((hit, score)),
            }
        }
    }
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.doc.cmp(&b.0.doc)));
    ranked
}

/// The words, and for procedures the words without the reason for them.
fn variants(words: &str, set: SearchSet) -> Vec<String> {
    let mut variants = vec![words.to_owned()];
    if matches!(set, SearchSet::Cpt | SearchSet::Hcpcs) {
        let without = REASON.replace_all(words, " ").split_whitespace().collect::<Vec<_>>().join(" ");
        if without != words && without.split(' ').count() >= 2 {
            variants.push(without);
        }
    }
    variants
}

/// A diagnosis of an injury with the 7th character that the words call for.
fn extended(corpus: &Corpus, hit: Hit, text: &str) -> Hit {
    let Ok(code) = Code::parse(&hit.doc) else { return hit };
    if code.set() != CodeSet::Icd10cm || !matches!(hit.doc.len(), 4..=8) {
        return hit;
    }
    let wanted = traits::episode(text);
    let stem: String = hit.doc.chars().take(if hit.doc.len() == 8 { 7 } else { hit.doc.len() }).collect();
    for end in wanted {
        let padded = format!("{stem:X<7}{end}");
        let Ok(other) = Code::parse(&padded) else { continue };
        if corpus.is_alive(other.as_str(), AsOf::Shelf) {
            let title = corpus.find_title(&other).map_or_else(|| hit.title.clone(), |row| row.long);
            return Hit { doc: padded, title, ..hit };
        }
    }
    hit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sets_that_a_question_names_are_read() {
        assert_eq!(sets("HCPCS?"), [SearchSet::Hcpcs]);
        assert_eq!(sets("ICD-10-PCS code?"), [SearchSet::Icd10pcs]);
        assert_eq!(sets("Diagnosis code?"), [SearchSet::Icd10cm]);
    }
}
