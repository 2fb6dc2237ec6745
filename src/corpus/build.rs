//! Corpus files to edition: read every line, refuse the first bad one, write beside, check, swap.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::edition::{self, FORMAT, FileDigest, TableSummary};
use super::files::hex;
use super::rules::{read_cards, read_modifiers};
use super::{CorpusError, Files, Manifest, index, pairs};
use crate::domain::citation::Table;

/// Builds an edition from corpus files under `root`, makes it current and returns its id.
///
/// # Errors
/// A line that its format does not allow, or a file that cannot be written. In either case the current edition
/// stays what it was.
pub fn build(root: &Path, files: &Files) -> Result<String, CorpusError> {
    let tables = read_tables(files)?;
    let id = files.id();
    std::fs::create_dir_all(root).map_err(|error| CorpusError::file(root, &error))?;
    let folder = root.join(format!(".build-{id}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let outcome = write(&folder, &id, &tables).and_then(|()| edition::swap_in(root, &folder, &id));
    let _ = std::fs::remove_dir_all(&folder);
    outcome.map(|()| id)
}

type Tables = BTreeMap<Table, BTreeSet<String>>;

fn write(folder: &Path, id: &str, tables: &Tables) -> Result<(), CorpusError> {
    let facts = folder.join("facts");
    std::fs::create_dir_all(&facts).map_err(|error| CorpusError::file(&facts, &error))?;
    let mut summaries = Vec::new();
    for table in Table::ALL {
        let rows = tables.get(&table);
        let text: String = rows.into_iter().flatten().flat_map(|line| [line.as_str(), "\n"]).collect();
        edition::write_durably(&facts.join(format!("{}.tsv", table.key())), text.as_bytes())?;
        summaries.push(TableSummary {
            name: table.key().to_owned(),
            rows: rows.map_or(0, BTreeSet::len) as u64,
            bytes: text.len() as u64,
            sha256: hex(&Sha256::digest(text.as_bytes())),
        });
    }
    let folder_index = folder.join("index");
    let documents = index::build(&folder_index, tables)?;
    let manifest =
        Manifest { format: FORMAT, id: id.to_owned(), tables: summaries, documents, index: digests(&folder_index)? };
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| CorpusError::Index(error.to_string()))?;
    edition::write_durably(&folder.join("manifest.json"), text.as_bytes())?;
    manifest.verify(folder)
}

fn digests(folder: &Path) -> Result<Vec<FileDigest>, CorpusError> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| CorpusError::file(folder, &error))? {
        let path = entry.map_err(|error| CorpusError::file(folder, &error))?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(".lock") || name.starts_with('.') {
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|error| CorpusError::file(&path, &error))?;
        files.push(FileDigest { name, sha256: hex(&Sha256::digest(&bytes)) });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// How the columns of a corpus file become a line: the columns of its key, the rest, and the column that names
/// its release.
struct Layout {
    file: &'static str,
    table: Table,
    header: &'static str,
    key: &'static [usize],
    release: Option<usize>,
}

const LAYOUTS: [Layout; 7] = [
    Layout {
        file: "period.tsv",
        table: Table::Period,
        header: "code\tset\tfrom\tto\tbillable\trelease",
        key: &[0],
        release: Some(5),
    },
    Layout {
        file: "mue.tsv",
        table: Table::Mue,
        header: "code\tsetting\tunits\tmai\trationale\trelease",
        key: &[0, 1],
        release: Some(5),
    },
    Layout {
        file: "fee.tsv",
        table: Table::Fee,
        header: "code\tmodifier\tstatus\tglobal\tpctc\tmult\tbilat\tasst\tcosurg\tteam\tendo_base\twork\tpe_nonfacility\tpe_facility\tmalpractice\trelease",
        key: &[0],
        release: Some(15),
    },
    Layout {
        file: "add_on.tsv",
        table: Table::AddOn,
        header: "add_on\tprimary\tkind\trelease\tlisted",
        key: &[0],
        release: Some(3),
    },
    Layout {
        file: "relation.tsv",
        table: Table::Relation,
        header: "code\tkind\ttarget\tat\trelease",
        key: &[0],
        release: Some(4),
    },
    Layout { file: "laterality.tsv", table: Table::Laterality, header: "code\tside", key: &[0], release: None },
    Layout {
        file: "successors.tsv",
        table: Table::Successor,
        header: "code\tsuccessor\tstanding\tsource",
        key: &[0],
        release: None,
    },
];

fn read_tables(files: &Files) -> Result<Tables, CorpusError> {
    let mut tables = Tables::new();
    let mut families: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for layout in &LAYOUTS {
        for (number, fields) in records(files, layout.file, layout.header)? {
            let key = layout.key.iter().map(|n| fields[*n]).collect::<Vec<_>>().join("+");
            let rest: Vec<&str> =
                fields.iter().enumerate().filter(|(n, _)| !layout.key.contains(n)).map(|(_, f)| *f).collect();
            let line = format!("{key}\t{}", rest.join("\t"));
            check_dates(layout, &fields, number)?;
            tables.entry(layout.table).or_default().insert(line);
            if let Some(column) = layout.release {
                let family = family(layout.table, &fields);
                families.entry(fields[column].to_owned()).or_insert((family, 0)).1 += 1;
            }
        }
    }
    let pairs = pairs::read(files)?;
    tables.insert(Table::Ptp, pairs.lines);
    families.extend(pairs.families);
    derive_primaries(&mut tables);
    read_codes(files, &mut tables)?;
    read_releases(files, &families, &mut tables)?;
    tables.insert(Table::Card, read_cards(files.text("cards.toml"))?);
    tables.insert(Table::Modifier, read_modifiers(files.text("modifiers.toml"))?);
    Ok(tables)
}

/// The records of a file behind its header line, with their line numbers.
pub(super) fn records<'a>(
    files: &'a Files,
    file: &str,
    header: &str,
) -> Result<Vec<(usize, Vec<&'a str>)>, CorpusError> {
    let mut lines = files.text(file).lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    let Some((number, first)) = lines.next() else { return Ok(Vec::new()) };
    if first != header {
        let shown = header.replace('\t', " ");
        return Err(CorpusError::format(file, number + 1, format!("the header must be: {shown}")));
    }
    let width = header.split('\t').count();
    lines
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| {
            let fields: Vec<&str> = line.split('\t').collect();
            if fields.len() != width || fields[0].is_empty() {
                let reason = format!("{} columns, {width} expected, the first not empty", fields.len());
                return Err(CorpusError::format(file, number + 1, reason));
            }
            Ok((number + 1, fields))
        })
        .collect()
}

fn check_dates(layout: &Layout, fields: &[&str], number: usize) -> Result<(), CorpusError> {
    for (name, value) in layout.header.split('\t').zip(fields) {
        if matches!(name, "from" | "to") && !value.is_empty() && value.parse::<jiff::civil::Date>().is_err() {
            return Err(CorpusError::format(layout.file, number, format!("{name} is no date: {value}")));
        }
    }
    Ok(())
}

/// Which question a release answers: rows of two settings are two families.
fn family(table: Table, fields: &[&str]) -> String {
    match table {
        Table::Mue => format!("mue+{}", fields[1]),
        _ => table.key().to_owned(),
    }
}

fn derive_primaries(tables: &mut Tables) {
    let swap = |line: &String| {
        let (add_on, rest) = line.split_once('\t')?;
        let (primary, rest) = rest.split_once('\t')?;
        Some(format!("{primary}\t{add_on}\t{rest}"))
    };
    let swapped = tables.get(&Table::AddOn).into_iter().flatten().filter_map(swap).collect();
    tables.insert(Table::Primary, swapped);
}

fn read_codes(files: &Files, tables: &mut Tables) -> Result<(), CorpusError> {
    let rows = tables.entry(Table::Code).or_default();
    for (number, fields) in records(files, "codes.tsv", "code\tfamily\tdescription\twords")? {
        let code = crate::domain::code::Code::parse(fields[0])
            .map_err(|error| CorpusError::format("codes.tsv", number, error.to_string()))?;
        rows.insert(format!("{code}\t{}\t{}\t{}\t{}", code.set().key(), fields[1], fields[2], fields[3]));
    }
    for (number, fields) in records(files, "icd10cm.tsv", "code\tdescription\twords")? {
        let code = crate::domain::code::Code::parse_icd10cm(fields[0])
            .map_err(|error| CorpusError::format("icd10cm.tsv", number, error.to_string()))?;
        rows.insert(format!("{code}\ticd10cm\tdiagnosis\t{}\t{}", fields[1], fields[2]));
    }
    Ok(())
}

fn read_releases(
    files: &Files,
    families: &BTreeMap<String, (String, usize)>,
    tables: &mut Tables,
) -> Result<(), CorpusError> {
    let file = "releases.tsv";
    let rows = tables.entry(Table::Release).or_default();
    let mut known = BTreeSet::new();
    for (number, fields) in records(files, file, "id\ttable\ttitle\tedition\tfrom\tto\tscope\tsource")? {
        for n in [4, 5] {
            if !fields[n].is_empty() && fields[n].parse::<jiff::civil::Date>().is_err() {
                return Err(CorpusError::format(file, number, format!("no date: {}", fields[n])));
            }
        }
        if !["complete", "excerpt"].contains(&fields[6]) {
            return Err(CorpusError::format(file, number, "scope must be complete or excerpt"));
        }
        let (family, count) = families.get(fields[0]).cloned().unwrap_or((fields[1].to_owned(), 0));
        known.insert(fields[0]);
        rows.insert(format!("{}\t{family}\t{count}", fields.join("\t")));
    }
    match families.keys().find(|id| !known.contains(id.as_str())) {
        Some(id) => Err(CorpusError::format(file, 1, format!("rows name a release that is not listed: {id}"))),
        None => Ok(()),
    }
}
