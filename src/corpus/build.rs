//! Rows to edition: write beside, check, swap.

use std::io::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::edition::{self, FORMAT, FileDigest, SourceFile, TableSummary};
use super::facts::Beside;
use super::files::hex;
use super::tables::Tables;
use super::{CorpusError, Files, Manifest, index, own};
use crate::domain::citation::Table;

/// Builds an edition from corpus files under `root`, makes it current and returns its id.
///
/// # Errors
/// A line that its format does not allow, or a file that cannot be written. In either case the current edition
/// stays what it was.
pub fn build(root: &Path, files: &Files) -> Result<String, CorpusError> {
    let mut tables = own::read(files)?;
    derive_primaries(&mut tables);
    let id = files.id();
    write(root, &id, &files.id(), tables, Vec::new())?;
    Ok(id)
}

/// Writes the rows as the edition `id` and makes it current.
pub fn write(
    root: &Path,
    id: &str,
    own: &str,
    mut tables: Tables,
    sources: Vec<SourceFile>,
) -> Result<(), CorpusError> {
    tables.seal();
    std::fs::create_dir_all(root).map_err(|error| CorpusError::file(root, &error))?;
    let folder = root.join(format!(".build-{id}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let outcome = write_folder(&folder, id, own, tables, sources).and_then(|()| edition::swap_in(root, &folder, id));
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

fn write_folder(
    folder: &Path,
    id: &str,
    own: &str,
    tables: Tables,
    sources: Vec<SourceFile>,
) -> Result<(), CorpusError> {
    let folder_facts = folder.join("facts");
    std::fs::create_dir_all(&folder_facts).map_err(|error| CorpusError::file(&folder_facts, &error))?;
    let mut summaries = Vec::new();
    for table in Table::all() {
        summaries.push(write_table(&folder_facts, table, &tables)?);
    }
    let folder_index = folder.join("index");
    let documents = index::build(&folder_index, &tables)?;
    drop(tables);
    let manifest = Manifest {
        format: FORMAT,
        id: id.to_owned(),
        own: own.to_owned(),
        sources,
        tables: summaries,
        documents,
        index: digests(&folder_index)?,
    };
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| CorpusError::Index(error.to_string()))?;
    edition::write_durably(&folder.join("manifest.json"), text.as_bytes())?;
    manifest.verify(folder)
}

/// Writes a table's lines, and beside them where each begins.
fn write_table(folder: &Path, table: Table, tables: &Tables) -> Result<TableSummary, CorpusError> {
    let path = folder.join(format!("{}.tsv", table.key()));
    let failed = |error: std::io::Error| CorpusError::file(&path, &error);
    let mut file = std::io::BufWriter::with_capacity(1 << 18, std::fs::File::create(&path).map_err(failed)?);
    let (mut digest, mut bytes, mut rows) = (Sha256::new(), 0_u64, 0_u64);
    let mut beside = Beside::default();
    let mut take = |line: &str| -> Result<(), CorpusError> {
        let start = u32::try_from(bytes)
            .map_err(|_| CorpusError::File { path: path.display().to_string(), reason: "over 4 GB".to_owned() })?;
        beside.take(line.split('\t').next().unwrap_or("").as_bytes(), start);
        digest.update(line.as_bytes());
        digest.update(b"\n");
        file.write_all(line.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(failed)?;
        bytes += line.len() as u64 + 1;
        rows += 1;
        Ok(())
    };
    match table {
        Table::Ptp => tables.pairs.for_each_line(&mut take)?,
        Table::PtpTwo => tables.pairs.for_each_line_by_two(&mut take)?,
        _ => tables.lines(table).iter().try_for_each(|line| take(line))?,
    }
    file.into_inner().map_err(|error| failed(error.into_error()))?.sync_all().map_err(failed)?;
    let (keys, beside) = (beside.keys() as u64, beside.finish());
    let starts_path = folder.join(format!("{}.idx", table.key()));
    edition::write_durably(&starts_path, &beside)?;
    Ok(TableSummary {
        name: table.key().to_owned(),
        rows,
        keys,
        bytes,
        sha256: hex(&digest.finalize()),
        starts_sha256: hex(&Sha256::digest(&beside)),
    })
}

/// The files of the indexes, named by their part.
fn digests(folder: &Path) -> Result<Vec<FileDigest>, CorpusError> {
    let mut files = Vec::new();
    for part in index::Part::ALL {
        let folder = folder.join(part.key());
        for entry in std::fs::read_dir(&folder).map_err(|error| CorpusError::file(&folder, &error))? {
            let path = entry.map_err(|error| CorpusError::file(&folder, &error))?.path();
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            if name.ends_with(".lock") {
                continue;
            }
            files.push(FileDigest { name: format!("{}/{name}", part.key()), sha256: edition::digest_of(&path)? });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// The add-on table by primary code.
pub fn derive_primaries(tables: &mut Tables) {
    let swap = |line: &String| {
        let (add_on, rest) = line.split_once('\t')?;
        let (primary, rest) = rest.split_once('\t')?;
        Some(format!("{primary}\t{add_on}\t{rest}"))
    };
    *tables.lines_mut(Table::Primary) = tables.lines(Table::AddOn).iter().filter_map(swap).collect();
}
