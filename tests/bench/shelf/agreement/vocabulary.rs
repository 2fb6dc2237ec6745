//! Synonyms, everyday words and abbreviations. The shelf keeps terms of 2 to 80 characters, in small letters, that say
//! something else than their meaning does, each pair once; broader synonyms, rare senses and guesses are left out.

use std::collections::{BTreeMap, HashSet};

use caseconsultant::domain::table::Table;

use super::raw::{Raw, dotted};
use super::{Claim, Reading, Spec};

type Read = fn(&Raw, &[&str]) -> Reading;

const fn spec(
    name: &'static str,
    release: &'static str,
    files: &'static [&'static str],
    manifest: Option<usize>,
    read: Read,
) -> Spec {
    Spec { name, table: Table::Lexicon, release, files, manifest, read }
}

const SYNONYMS: &[&str] = &["synonyms/do_synonyms.tsv.gz"];

/// The tables, each with the rows that MANIFEST-manuals.md counts in the file; it rounds those without one here, and
/// its 218 of Columbia are line ends, of which the last of 219 rows has none.
pub const TABLES: &[Spec] = &[
    spec("MedQuAD names", "medquad", &["synonyms/medquad_focus_synonyms.tsv.gz"], Some(7_181), |raw, files| {
        let rows = raw.tsv(files[0]);
        let pairs = rows.iter().flat_map(|row| row.get("synonyms").split('|').map(|term| (term, row.get("focus"))));
        entries(rows.len(), "synonym", pairs)
    }),
    spec(
        "HPO everyday words 2021-04",
        "hpo-lay-2021-04",
        &["synonyms/hpo_layperson-synonyms_2021-04.tsv.gz"],
        None,
        |raw, files| {
            let rows = raw.tsv(files[0]);
            entries(rows.len(), "lay", rows.iter().map(|row| (row.get("?layperson"), row.get("?term_label"))))
        },
    ),
    spec("Disease Ontology synonyms 2026-08", "do-synonyms-2026-08", SYNONYMS, Some(16_060), |raw, files| {
        synonyms(raw, files, "2026-08")
    }),
    spec("Disease Ontology synonyms 2016-09", "do-synonyms-2016-09", SYNONYMS, Some(16_060), |raw, files| {
        synonyms(raw, files, "2016-09")
    }),
    spec(
        "Disease Ontology codes 2026-07",
        "do-xref-2026-07",
        &["synonyms/do_xref_icd_mesh_2026-07.tsv"],
        Some(10_014),
        references,
    ),
    spec("abbreviations (imantsm)", "imantsm", LETTERS, None, |raw, files| {
        let rows: Vec<_> = files.iter().flat_map(|file| raw.csv(file, 0)).collect();
        // Each letter is a file, within which a pair counts once.
        let mut reading = Reading::of(rows.len(), Vec::new());
        for file in files {
            let rows = raw.csv(file, 0);
            let one = entries(rows.len(), "abbreviation", rows.iter().map(|row| (row.at(0), row.at(1))));
            reading.claims.extend(one.claims);
        }
        Reading::of(rows.len(), reading.claims)
    }),
    spec(
        "abbreviations (Berman)",
        "berman",
        &["synonyms/clinical_abbreviations/berman_12000_pathology_abbreviations.txt"],
        Some(12_087),
        |raw, files| {
            let lines = raw.lines(files[0]);
            entries(lines.len(), "abbreviation", lines.iter().map(|line| line.split_once(" =").unwrap()))
        },
    ),
    spec(
        "abbreviations (Stetson)",
        "stetson",
        &["synonyms/clinical_abbreviations/stetson_sense_distribution_448.txt"],
        Some(765),
        |raw, files| {
            let lines = raw.lines(files[0]);
            let cells: Vec<Vec<&str>> = lines.iter().map(|line| line.split('\t').collect()).collect();
            let usual = cells.iter().filter(|cells| frequent(cells[2]) && !cells[1].starts_with('?'));
            entries(lines.len(), "abbreviation", usual.map(|cells| (cells[0], cells[1])))
        },
    ),
    spec(
        "abbreviations (Columbia)",
        "columbia",
        &["synonyms/clinical_abbreviations/columbia_obgyn.txt"],
        Some(219),
        columbia,
    ),
    spec(
        "abbreviations (Vanderbilt, clinic)",
        "vanderbilt-clinic",
        &["synonyms/clinical_abbreviations/vanderbilt_clinic_notes.tsv"],
        Some(1_476),
        vanderbilt,
    ),
    spec(
        "abbreviations (Vanderbilt, discharge)",
        "vanderbilt-discharge",
        &["synonyms/clinical_abbreviations/vanderbilt_discharge_sums.tsv"],
        Some(1_351),
        vanderbilt,
    ),
];

const LETTERS: &[&str] = &[
    "synonyms/imantsm_medical_abbreviations/0-A.csv",
    "synonyms/imantsm_medical_abbreviations/B.csv",
    "synonyms/imantsm_medical_abbreviations/C.csv",
    "synonyms/imantsm_medical_abbreviations/D.csv",
    "synonyms/imantsm_medical_abbreviations/E-G.csv",
    "synonyms/imantsm_medical_abbreviations/H.csv",
    "synonyms/imantsm_medical_abbreviations/I.csv",
    "synonyms/imantsm_medical_abbreviations/J-L.csv",
    "synonyms/imantsm_medical_abbreviations/M.csv",
    "synonyms/imantsm_medical_abbreviations/N-O.csv",
    "synonyms/imantsm_medical_abbreviations/P.csv",
    "synonyms/imantsm_medical_abbreviations/Q-R.csv",
    "synonyms/imantsm_medical_abbreviations/S.csv",
    "synonyms/imantsm_medical_abbreviations/T.csv",
    "synonyms/imantsm_medical_abbreviations/U-Z.csv",
];

/// Without quotation marks around it, language tag, markup and references.
fn plain(text: &str) -> String {
    let text = text.trim().trim_end_matches("@en");
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let text =
        ["<i>", "</i>", "<sub>", "</sub>", "<sup>", "</sup>", "<b>", "</b>", "<em>", "</em>", "<span>", "</span>"]
            .iter()
            .fold(text.to_owned(), |text, tag| text.replace(tag, ""));
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&nbsp;", " ").replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Terms with what they mean.
fn entries<'a>(rows: usize, kind: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Reading {
    let mut seen = HashSet::new();
    let claims = pairs.filter_map(|(term, meaning)| {
        let (term, meaning) = (plain(term).to_lowercase(), plain(meaning));
        let (length, lower) = (term.chars().count(), meaning.to_lowercase());
        let said = (2..=80).contains(&length) && term.chars().any(char::is_alphabetic) && term != lower;
        let kept = said && !meaning.is_empty() && lower.chars().count() <= 320;
        let claim = Claim::new(&term, [("kind", kind), ("meaning", &meaning), ("codes", "")]);
        (kept && seen.insert((term, lower))).then_some(claim)
    });
    Reading::of(rows, claims.collect())
}

fn synonyms(raw: &Raw, files: &[&str], version: &str) -> Reading {
    let rows = raw.tsv(files[0]);
    let narrow = rows.iter().filter(|row| row.get("version").starts_with(version) && row.get("scope") != "BROAD");
    entries(rows.len(), "synonym", narrow.map(|row| (row.get("synonym"), row.get("label"))))
}

/// The ICD-10-CM codes of a disease in one row; a range of categories is none.
fn references(raw: &Raw, files: &[&str]) -> Reading {
    let rows = raw.tsv(files[0]);
    let mut codes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &rows {
        let (label, reference) = (plain(row.get("label")), plain(row.get("xref")));
        let Some(code) = reference.strip_prefix("ICD10CM:").filter(|code| !code.contains('-')) else { continue };
        let code = if code.contains('.') { code.to_owned() } else { dotted(code) };
        let known = codes.entry(label).or_default();
        if !known.contains(&code) {
            known.push(code);
        }
    }
    let claim = |(label, codes): (&String, &Vec<String>)| {
        Claim::new(
            label.to_lowercase(),
            [("kind", "xref"), ("meaning", label.as_str()), ("codes", codes.join(" ").as_str())],
        )
    };
    let typed = codes.iter().filter(|(label, _)| (2..=80).contains(&label.chars().count()));
    Reading::of(rows.len(), typed.map(claim).collect())
}

/// A sense of at least one use in twenty.
fn frequent(share: &str) -> bool {
    share.trim().parse::<f64>().unwrap() >= 0.05
}

/// The abbreviation goes to the first blank, or on in small letters to a capital that is its own first letter.
fn columbia(raw: &Raw, files: &[&str]) -> Reading {
    let lines = raw.lines(files[0]);
    let pairs = lines.iter().map(|line| {
        let line = line.trim();
        let (short, long) = line.split_once(' ').unwrap();
        let capitals = short.chars().filter(char::is_ascii_uppercase).count() > 1;
        let initial = short.chars().next().unwrap();
        let goes_on = capitals && long.starts_with(|c: char| c.is_lowercase());
        let words: Vec<usize> = long.match_indices(' ').map(|(at, _)| short.len() + 2 + at).take(2).collect();
        match words.into_iter().find(|at| line[*at..].starts_with(initial)).filter(|_| goes_on) {
            Some(at) => (line[..at].trim(), &line[at..]),
            None => (short, long),
        }
    });
    entries(lines.len(), "abbreviation", pairs)
}

/// Every writing that was found, without its number of uses; an underscore in the abbreviation stands for a mark that
/// the list could not hold.
fn vanderbilt(raw: &Raw, files: &[&str]) -> Reading {
    let rows = raw.tsv(files[0]);
    let usual = rows.iter().filter(|row| frequent(row.get("frequency")) && !row.get("sense").starts_with('?'));
    let pairs = usual.flat_map(|row| {
        let short = row.get("abbreviation");
        let bare = |writing: &'_ str| -> usize { writing.rfind('_').unwrap_or(writing.len()) };
        let found = row.get("variation").split('|').map(|writing| writing.trim());
        let mut writings: Vec<&str> = found
            .map(|writing| writing[..bare(writing)].trim_end_matches(['.', ',', ';', ':']))
            .filter(|w| !w.is_empty())
            .collect();
        if writings.is_empty() || !short.contains('_') {
            writings.push(short);
        }
        writings.into_iter().map(move |writing| (writing, row.get("sense"))).collect::<Vec<_>>()
    });
    entries(rows.len(), "abbreviation", pairs)
}
