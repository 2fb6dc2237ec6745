//! Tables of a known kind whose header lost a name that the kind is recognised by. Passing them over as unknown would
//! leave the shelf without a table, and say so only in a list of skipped files.

use super::ncci::grid::{Row, beginning, plain};
use super::{Refusal, Sample};

/// A kind of table: its name in summaries, and the names of the columns that together no other kind has.
struct Kind {
    format: &'static str,
    names: &'static [&'static str],
}

const fn kind(format: &'static str, names: &'static [&'static str]) -> Kind {
    Kind { format, names }
}

/// As in the documents that the readers cite.
const KINDS: [Kind; 16] = [
    kind(
        "NCCI procedure-to-procedure edits",
        &["Column 1", "Column 2", "Effective", "Deletion", "Modifier", "PTP Edit Rationale"],
    ),
    kind(
        "NCCI medically unlikely edits",
        &["HCPCS/CPT Code", "MUE Values", "MUE Adjudication Indicator", "MUE Rationale"],
    ),
    kind("NCCI add-on code edits", &["AOC_Edit_Type", "Add-On_Code", "Primary_Code", "Primary_Code_EffDT"]),
    kind("HCPCS alpha-numeric file", &["HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION"]),
    kind("OPPS Addendum B", &["HCPCS Code", "Short Descriptor", "SI", "APC", "Payment Rate"]),
    kind("Clinical laboratory fee schedule", &["YEAR", "HCPCS", "EFF_DATE", "INDICATOR", "RATE"]),
    kind("OPPS payment caps", &["HCPCS", "PROCSTAT", "CARRIER", "LOCALITY", "FACILITY PRICE"]),
    kind("DMEPOS fee schedule", &["HCPCS", "MOD", "MOD2", "CATG"]),
    kind("Geographic practice cost indices", &["State", "Locality Number", "Locality Name", "PW GPCI"]),
    kind("MCD table", &["article_id", "article_version", "icd10_code_id", "icd10_code_version", "icd10_covered_group"]),
    kind(
        "MCD table",
        &["article_id", "article_version", "icd10_code_id", "icd10_code_version", "icd10_noncovered_group"],
    ),
    kind("MCD table", &["article_id", "article_version", "hcpc_code_id", "hcpc_code_version", "hcpc_code_group"]),
    kind("MCD table", &["lcd_id", "lcd_version", "hcpc_code_id", "hcpc_code_version", "hcpc_code_group"]),
    kind("MCD table", &["lcd_id", "lcd_version", "title", "determination_number", "orig_det_eff_date"]),
    kind("MCD table", &["article_id", "article_version", "article_type", "title", "article_eff_date"]),
    kind("MCD table", &["NCD_id", "NCD_vrsn_num", "natl_cvrg_type", "NCD_mnl_sect", "NCD_efctv_dt"]),
];

/// The kind of which a header has every name but one, and the refusal that names it.
pub fn nearly(path: &str, bytes: &[u8]) -> Option<(&'static str, Refusal)> {
    let rows = beginning(&Sample::of(path, bytes))?;
    let (row, kind, name) =
        rows.iter().find_map(|row| KINDS.iter().find_map(|kind| Some((row, kind, only_missing(row, kind)?))))?;
    let reason = format!("the header has no column {name:?}: use the file as its publisher gives it");
    Some((kind.format, Refusal::at(row.line, reason)))
}

/// The one name of a kind that a row lacks; `None` when it lacks none or several.
fn only_missing(row: &Row, kind: &Kind) -> Option<&'static str> {
    let cells: Vec<String> = row.cells.iter().map(|cell| plain(cell)).collect();
    let lacks = |name: &&&str| {
        let name = plain(name);
        // A long name may stand among other words, as in `Practitioner Services MUE Values`.
        !cells.iter().any(|cell| if name.len() < 7 { *cell == name } else { cell.contains(&name) })
    };
    let mut missing = kind.names.iter().filter(lacks);
    missing.next().filter(|_| missing.next().is_none()).copied()
}
