//! The list of Medicare telehealth services: text separated by tabs or commas, or a workbook.
//!
//! Published by CMS for each calendar year ("List of Medicare Telehealth Services"): a title, then a header with the
//! code, its short descriptor, its status or the action taken, and in some years whether audio alone is enough.

use std::io::Cursor;

use calamine::{Reader, Xlsx};

use super::super::{File, Format, Intake, Refusal, Sample};
use super::codes::{Said, procedure};
use super::grid::{Grid, blank, cell};
use super::release::{Release, file_name, settle, year_in};
use crate::domain::table::Table;

/// The format.
pub(super) const FORMAT: Format = Format { name: "List of Medicare telehealth services", recognise, read };

/// The lists since 2023 have about 260 services.
const WHOLE: u64 = 200;

fn recognise(sample: &Sample<'_>) -> bool {
    if sample.bytes.starts_with(b"PK\x03\x04") {
        // A workbook tells what it is when all of it is in the sample; a longer one by its name only.
        return match sheet(sample.bytes) {
            Some(text) => columns(&text).is_some(),
            None => sample.name.contains("telehealth") && sample.name.ends_with(".xlsx"),
        };
    }
    columns(&sample.text).is_some()
}

/// The table and where the code, the descriptor, the status, audio and the note stand in it.
fn columns(text: &str) -> Option<(Grid<'_>, [Option<usize>; 5])> {
    let grid = ["HCPCS", "CODE", "HCPCS CODE", "CPT HCPCS"]
        .into_iter()
        .find_map(|code| Grid::open(text, &[code]).filter(|grid| grid.names[0] == code))?;
    let titled = grid.preamble().to_ascii_lowercase().contains("telehealth");
    let action = grid.find_by(|name| matches!(name, "PROPOSED ACTION" | "FINAL ACTION"));
    let audio = grid.find_by(|name| name.contains("AUDIO"));
    let status = action.or_else(|| grid.find_by(|name| name.starts_with("STATUS") || name == "ACTION"));
    // A list of codes with a status may be anything: its title or its question about audio makes it this list.
    let own = audio.is_some() || titled || (action.is_some() && grid.names.len() == 2);
    let note =
        grid.find_by(|name| name.contains("LIMITATION") || name.starts_with("NOTE") || name.starts_with("COMMENT"));
    let short = grid.find_by(|name| name.contains("DESCRIPT"));
    let columns = [Some(0), short, status, audio, note];
    (own && status.or(audio).is_some()).then_some((grid, columns))
}

/// The first sheet of a workbook as text separated by tabs.
fn sheet(bytes: &[u8]) -> Option<String> {
    let mut book = Xlsx::new(Cursor::new(bytes)).ok()?;
    let range = book.worksheet_range_at(0)?.ok()?;
    let clean = |cell: &calamine::Data| cell.to_string().replace(['\t', '\r', '\n', '"'], " ");
    let rows = range.rows().map(|row| row.iter().map(clean).collect::<Vec<_>>().join("\t"));
    Some(rows.collect::<Vec<_>>().join("\n"))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = if file.bytes.starts_with(b"PK\x03\x04") {
        let damaged = || Refusal::at(1, "the workbook cannot be opened: save it again, or as csv");
        sheet(file.bytes).ok_or_else(damaged)?.into()
    } else {
        file.text()
    };
    let Some((grid, [code, short, status, audio, note])) = columns(&text) else {
        return Err(Refusal::at(1, "no header with the code and its status: take the list as CMS publishes it"));
    };
    let year = grid.preamble().lines().find_map(year_in);
    let release = Release::year_of(file.path, year);
    let source = format!("CMS, List of Medicare Telehealth Services, {}, {}", release.edition, file_name(file.path));
    let origin =
        intake.origin(release.origin(Table::Telehealth, "telehealth", "List of Medicare telehealth services", source));
    let mut said = Said::default();
    grid.each(|line, record| {
        let of = |column| cell(record, column);
        // Notes below the list are sentences.
        if blank(record) || of(code).contains(' ') || of(code).is_empty() {
            return;
        }
        let Some(procedure) = procedure(of(code)) else {
            return intake.broken(line, "the row has no CPT or HCPCS code");
        };
        intake.row(Table::Telehealth, procedure.as_str(), &[of(status), of(audio), of(note)], origin);
        said.titled(intake, &procedure, of(short), origin);
    });
    settle(intake, WHOLE);
    Ok(())
}
