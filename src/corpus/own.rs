//! Corpus files in our neutral formats to rows: the starter edition, or a folder of an operator's own.

use std::collections::BTreeMap;

use super::formats::Pair;
use super::rule_files::{read_cards, read_modifiers};
use super::tables::{ReleaseRow, Tables, Terms};
use super::{CorpusError, Files};
use crate::domain::citation::Table;
use crate::domain::code::Code;

/// A corpus file, its table, the columns that make its key, and the one that tells its families apart.
struct Layout {
    file: &'static str,
    table: Table,
    key: &'static [&'static str],
    family: Option<&'static str>,
}

const LAYOUTS: [Layout; 7] = [
    Layout { file: "period.tsv", table: Table::Period, key: &["code"], family: None },
    Layout { file: "mue.tsv", table: Table::Mue, key: &["code", "setting"], family: Some("setting") },
    Layout { file: "fee.tsv", table: Table::Fee, key: &["code"], family: None },
    Layout { file: "add_on.tsv", table: Table::AddOn, key: &["add_on"], family: None },
    Layout { file: "relation.tsv", table: Table::Relation, key: &["code"], family: None },
    Layout { file: "laterality.tsv", table: Table::Laterality, key: &["code"], family: None },
    Layout { file: "successors.tsv", table: Table::Successor, key: &["code"], family: None },
];

/// The header of `ptp.tsv`. Lists are separated by spaces: every column one code joins every column two code, in
/// each setting; `releases` runs parallel to `settings`.
const PAIRS: &str = "columns_one\tcolumns_two\tsettings\tprogram\tfrom\tto\tindicator\trationale\treleases";
const RELEASES: &str = "id\ttable\ttitle\tedition\tfrom\tto\tscope\tsource";

/// Release to the family its rows are of, and how many there are.
type Families = BTreeMap<String, (String, u64)>;

/// Reads every corpus file.
///
/// # Errors
/// The first line that its format does not allow.
pub fn read(files: &Files) -> Result<Tables, CorpusError> {
    let (mut tables, mut families) = (Tables::default(), Families::new());
    for layout in &LAYOUTS {
        table(files, layout, &mut tables, &mut families)?;
    }
    pairs(files, &mut tables, &mut families)?;
    codes(files, &mut tables)?;
    words(files, &mut tables)?;
    releases(files, &families, &mut tables)?;
    let cards = read_cards(&files.cards(), files.text("cards/words.toml"))?;
    for (table, lines) in [
        (Table::Card, cards.cards.into_iter().collect()),
        (Table::RuleWord, cards.words),
        (Table::CardWords, cards.card_words),
        (Table::CardCase, cards.cases.answers),
        (Table::CaseCondition, cards.cases.conditions),
        (Table::CaseGroup, cards.cases.groups),
        (Table::CaseRule, cards.cases.rules),
    ] {
        lines.into_iter().for_each(|line| tables.push(table, line));
    }
    for line in read_modifiers(files.text("modifiers.toml"))? {
        tables.push(Table::Modifier, line);
    }
    tables.check_releases("releases.tsv")?;
    Ok(tables)
}

/// Records with their line numbers.
type Records<'a> = Vec<(usize, Vec<&'a str>)>;

/// The columns of a file, and the records behind its header line.
fn records<'a>(files: &'a Files, file: &str, header: Option<&str>) -> Result<(Vec<&'a str>, Records<'a>), CorpusError> {
    let mut lines = files.text(file).lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    let Some((number, first)) = lines.next() else { return Ok((Vec::new(), Vec::new())) };
    if header.is_some_and(|header| header != first) {
        let shown = header.unwrap_or_default().replace('\t', " ");
        return Err(CorpusError::format(file, number + 1, format!("the header must be: {shown}")));
    }
    let names: Vec<&str> = first.split('\t').collect();
    let width = names.len();
    let records = lines.filter(|(_, line)| !line.is_empty()).map(|(number, line)| {
        let fields: Vec<&str> = line.split('\t').collect();
        if fields.len() != width || fields[0].is_empty() {
            let reason = format!("{} columns, {width} expected, the first not empty", fields.len());
            return Err(CorpusError::format(file, number + 1, reason));
        }
        Ok((number + 1, fields))
    });
    Ok((names, records.collect::<Result<_, _>>()?))
}

fn table(files: &Files, layout: &Layout, tables: &mut Tables, families: &mut Families) -> Result<(), CorpusError> {
    let (names, records) = records(files, layout.file, None)?;
    if names.is_empty() {
        return Ok(());
    }
    let columns = layout.table.columns();
    let known = |name: &&str| layout.key.contains(name) || columns.contains(name);
    let missing = layout.key.iter().find(|name| !names.contains(name));
    if missing.is_some() || !names.iter().all(known) {
        let all: Vec<&str> = layout.key.iter().chain(columns).copied().collect();
        let reason = format!("the header must name {} and may name {}", layout.key.join(", "), all.join(", "));
        return Err(CorpusError::format(layout.file, 1, reason));
    }
    let place = |name: &str| names.iter().position(|held| *held == name);
    for (number, fields) in records {
        let value = |name: &str| place(name).map_or("", |n| fields[n]);
        for name in ["from", "to"] {
            let value = value(name);
            if !value.is_empty() && value.parse::<jiff::civil::Date>().is_err() {
                return Err(CorpusError::format(layout.file, number, format!("{name} is no date: {value}")));
            }
        }
        let key = layout.key.iter().map(|name| value(name)).collect::<Vec<_>>().join("+");
        let rest: Vec<&str> = columns.iter().map(|name| value(name)).collect();
        tables.push(layout.table, format!("{key}\t{}", rest.join("\t")));
        if columns.contains(&"release") {
            let family = match layout.family {
                Some(name) => format!("{}+{}", layout.table.key(), value(name)),
                None => layout.table.key().to_owned(),
            };
            families.entry(value("release").to_owned()).or_insert((family, 0)).1 += 1;
        }
    }
    Ok(())
}

fn pairs(files: &Files, tables: &mut Tables, families: &mut Families) -> Result<(), CorpusError> {
    for (number, f) in records(files, "ptp.tsv", Some(PAIRS))?.1 {
        let bad = |reason: &str| CorpusError::format("ptp.tsv", number, reason);
        let (settings, releases): (Vec<&str>, Vec<&str>) = (f[2].split(' ').collect(), f[8].split(' ').collect());
        if settings.len() != releases.len() {
            return Err(bad("as many releases as settings are needed"));
        }
        let indicator = match f[6] {
            "0" => 0,
            "1" => 1,
            "9" => 9,
            _ => return Err(bad("the indicator must be 0, 1 or 9")),
        };
        let day = |text: &str| match text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| bad(&format!("no date: {text}"))),
        };
        let (from, to) = (day(f[4])?, day(f[5])?);
        let five = |text: &str| <[u8; 5]>::try_from(text.as_bytes()).map_err(|_| bad(&format!("no code: {text}")));
        let ones = f[0].split(' ').map(five).collect::<Result<Vec<_>, _>>()?;
        let twos = f[1].split(' ').map(five).collect::<Result<Vec<_>, _>>()?;
        for (setting, release) in settings.into_iter().zip(releases) {
            let key = format!("{setting}+{}", f[3]);
            families.entry(release.to_owned()).or_insert((format!("ptp+{key}"), 0)).1 +=
                (ones.len() * twos.len()) as u64;
            let (rationale, release) = (f[7].to_owned(), release.to_owned());
            let terms = tables.pairs.intern(Terms { key, from, to, indicator, rationale, release });
            for one in &ones {
                tables.pairs.pairs.extend(twos.iter().map(|two| Pair { one: *one, two: *two, terms }));
            }
        }
    }
    Ok(())
}

fn codes(files: &Files, tables: &mut Tables) -> Result<(), CorpusError> {
    for (number, f) in records(files, "codes.tsv", Some("code\tfamily\tdescription\twords"))?.1 {
        let code = Code::parse(f[0]).map_err(|error| CorpusError::format("codes.tsv", number, error.to_string()))?;
        tables.push(Table::Code, format!("{code}\t{}\t{}\t{}\t{}", code.set().key(), f[1], f[2], f[3]));
    }
    for (number, f) in records(files, "icd10cm.tsv", Some("code\tdescription\twords"))?.1 {
        let code =
            Code::parse_icd10cm(f[0]).map_err(|error| CorpusError::format("icd10cm.tsv", number, error.to_string()))?;
        tables.push(Table::Code, format!("{code}\ticd10cm\tdiagnosis\t{}\t{}", f[1], f[2]));
    }
    Ok(())
}

/// Our own synonyms, abbreviations and concepts (what coders say, and what manuals call it).
fn words(files: &Files, tables: &mut Tables) -> Result<(), CorpusError> {
    for (file, kind, header) in [
        ("synonyms.tsv", "synonym", "words\tmeaning"),
        ("abbreviations.tsv", "abbreviation", "abbreviation\tmeaning"),
        ("concepts.tsv", "concept", "words\tmeaning"),
    ] {
        for (_, f) in records(files, file, Some(header))?.1 {
            tables.push(Table::Lexicon, format!("{}\t{kind}\t{}\t\t{OWN}", f[0].to_lowercase(), f[1]));
        }
    }
    if !tables.lines(Table::Lexicon).is_empty() {
        let rows = tables.lines(Table::Lexicon).len() as u64;
        let own = ReleaseRow {
            table: Table::Lexicon.key().to_owned(),
            title: "Synonyms and abbreviations of coding mail".to_owned(),
            edition: "1".to_owned(),
            from: None,
            to: None,
            complete: false,
            source: "CaseConsultant".to_owned(),
            rights: "public".to_owned(),
            notice: String::new(),
            family: "lexicon+own".to_owned(),
            rows,
        };
        tables.releases.insert(OWN.to_owned(), own);
    }
    Ok(())
}

/// The release of our own words.
pub const OWN: &str = "words-own";

fn releases(files: &Files, families: &Families, tables: &mut Tables) -> Result<(), CorpusError> {
    let file = "releases.tsv";
    for (number, f) in records(files, file, Some(RELEASES))?.1 {
        let day = |text: &str| match text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| CorpusError::format(file, number, format!("no date: {text}"))),
        };
        if !["complete", "excerpt"].contains(&f[6]) {
            return Err(CorpusError::format(file, number, "scope must be complete or excerpt"));
        }
        let (family, rows) = families.get(f[0]).cloned().unwrap_or((f[1].to_owned(), 0));
        let row = ReleaseRow {
            table: f[1].to_owned(),
            title: f[2].to_owned(),
            edition: f[3].to_owned(),
            from: day(f[4])?,
            to: day(f[5])?,
            complete: f[6] == "complete",
            source: f[7].to_owned(),
            rights: "public".to_owned(),
            notice: String::new(),
            family,
            rows,
        };
        tables.releases.insert(f[0].to_owned(), row);
    }
    Ok(())
}
