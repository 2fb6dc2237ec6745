//! NCCI medically unlikely edits: `MCR_MUE_PractitionerServices_Eff_MM-DD-YYYY.csv` and its like for outpatient
//! hospital services and DME suppliers, of CMS, "Medicare NCCI Medically Unlikely Edits (MUEs)", and the Medicaid
//! tables of "Medicaid NCCI Edit Files".
//!
//! A notice of several lines in one quoted cell, a header whose first name holds a line end, then code, MUE value,
//! adjudication indicator (its first character counts: 1 claim line, 2 date of service by policy, 3 date of service
//! by clinical judgment) and rationale. The name of the value column tells the setting. Medicaid tables have no
//! adjudication indicator: there each claim line counts by itself.

use std::collections::BTreeMap;

use super::super::{File, Format, Intake, Origin, OriginId, Refusal, Rights, Sample};
use super::grid::{self, Row, plain};
use super::release::{Release, Setting, file_name, says_medicaid};
use crate::domain::code::Code;
use crate::domain::table::Table;

/// NCCI medically unlikely edits as csv.
pub const FORMAT: Format = Format { name: "NCCI medically unlikely edits", recognise, read };

/// Practitioner and hospital tables hold more than 14,000 codes: with fewer than this, it is an excerpt.
const FULL: usize = 10_000;
/// The supplier table holds 2,900.
const FULL_DME: usize = 2_000;

const CODE: &[&str] = &["hcpcscptcode", "cpthcpcscode", "hcpcscode"];

/// Where the values stand.
struct Columns {
    code: usize,
    units: usize,
    mai: Option<usize>,
    rationale: usize,
    service: Option<usize>,
}

impl Columns {
    /// `Err` with the name that is missing. A header of this kind has a code and a name with MUE in it.
    fn of(row: &Row) -> Option<Result<Self, &'static str>> {
        let code = row.column(CODE)?;
        let names: Vec<String> = row.cells.iter().map(|cell| plain(cell)).collect();
        if !names.iter().any(|name| name.contains("mue")) {
            return None;
        }
        let find = |test: &dyn Fn(&str) -> bool| names.iter().position(|name| test(name));
        let Some(units) = find(&|name| name.contains("muevalue") || name == "mueunits") else {
            return Some(Err("MUE Values"));
        };
        let Some(rationale) = find(&|name| name.ends_with("rationale")) else { return Some(Err("MUE Rationale")) };
        let mai = find(&|name| name.contains("adjudicationindicator") || name == "muemai");
        Some(Ok(Self { code, units, mai, rationale, service: find(&|name| name == "mueservice") }))
    }
}

fn recognise(sample: &Sample<'_>) -> bool {
    !grid::is_workbook(sample.bytes)
        && grid::beginning(sample).is_some_and(|rows| rows.iter().any(|row| matches!(Columns::of(row), Some(Ok(_)))))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let rows = grid::of_text(&file.text());
    let found = rows.iter().enumerate().find_map(|(at, row)| Some((at, Columns::of(row)?)));
    let (at, columns) = found.ok_or_else(|| Refusal::at(1, "no header with a code and MUE values"))?;
    let header = &rows[at];
    let columns = columns.map_err(|missing| {
        let reason = format!("the header has no column {missing:?}: use the csv file of the CMS archive as it is");
        Refusal::at(header.line, reason)
    })?;
    let above: String = rows[..at].iter().flat_map(|row| &row.cells).map(String::as_str).collect();
    let told = says_medicaid(file.path).or_else(|| says_medicaid(&above));
    let medicaid = told.unwrap_or(columns.mai.is_none());
    if columns.mai.is_none() && !medicaid {
        let reason = "a Medicare table without the column \"MUE Adjudication Indicator\": use the csv file of CMS";
        return Err(Refusal::at(header.line, reason));
    }
    let named = Setting::named_in(header.cell(columns.units)).or_else(|| Setting::of_path(file.path));
    let mut table = MueTable { path: file.path, medicaid, sizes: BTreeMap::new(), origins: BTreeMap::new() };
    let edits = edits(&rows[at + 1..], &columns, named, intake)?;
    for edit in &edits {
        *table.sizes.entry(edit.setting).or_default() += 1;
    }
    for edit in &edits {
        table.take(edit, intake);
    }
    Ok(())
}

struct Edit<'a> {
    code: Code,
    setting: Setting,
    units: u32,
    mai: &'a str,
    rationale: &'a str,
}

fn edits<'a>(
    rows: &'a [Row],
    columns: &Columns,
    named: Option<Setting>,
    intake: &mut Intake,
) -> Result<Vec<Edit<'a>>, Refusal> {
    let mut edits = Vec::with_capacity(rows.len());
    for row in rows.iter().filter(|row| !row.is_blank()) {
        let said = row.optional(columns.service);
        let setting = Setting::named_in(said).or(named).ok_or_else(|| {
            let reason = "neither header nor name tells practitioner from hospital and supplier: \
                          name the file as CMS does, such as MCR_MUE_PractitionerServices_Eff_07-01-2026.csv";
            Refusal::at(row.line, reason)
        })?;
        match edit(row, columns, setting) {
            Ok(edit) => edits.push(edit),
            Err(reason) => intake.broken(row.line, reason),
        }
    }
    Ok(edits)
}

fn edit<'a>(row: &'a Row, columns: &Columns, setting: Setting) -> Result<Edit<'a>, &'static str> {
    let code = Code::parse(row.cell(columns.code)).ok().filter(|code| code.set().is_procedure());
    let code = code.ok_or("no CPT or HCPCS code")?;
    let units = row.cell(columns.units).replace(',', "").parse().map_err(|_| "the MUE value is no number")?;
    let mai = match columns.mai {
        None => "",
        // `get`, because the cell may begin with a longer character.
        Some(column) => match row.cell(column).get(..1) {
            Some(digit) if ["1", "2", "3"].contains(&digit) => digit,
            _ => return Err("the adjudication indicator does not begin with 1, 2 or 3"),
        },
    };
    Ok(Edit { code, setting, units, mai, rationale: row.cell(columns.rationale) })
}

struct MueTable<'a> {
    path: &'a str,
    medicaid: bool,
    sizes: BTreeMap<Setting, usize>,
    /// The table of a setting, and the list of its codes.
    origins: BTreeMap<Setting, (OriginId, OriginId)>,
}

impl MueTable<'_> {
    fn take(&mut self, edit: &Edit<'_>, intake: &mut Intake) {
        let (table, codes) = match self.origins.get(&edit.setting) {
            Some(known) => *known,
            None => {
                let pair = (intake.origin(self.origin(edit.setting)), intake.origin(self.codes()));
                self.origins.insert(edit.setting, pair);
                pair
            }
        };
        let medicaid = if self.medicaid { "+medicaid" } else { "" };
        let key = format!("{}+{}{medicaid}", edit.code, edit.setting.key());
        intake.row(Table::Mue, &key, &[&edit.units.to_string(), edit.mai, edit.rationale], table);
        intake.row(Table::Period, edit.code.as_str(), &[edit.code.set().key(), "", "", "1"], codes);
    }

    fn origin(&self, setting: Setting) -> Origin {
        let release = Release::of(self.path);
        let size = self.sizes.get(&setting).copied().unwrap_or(0);
        let floor = if setting == Setting::Dme { FULL_DME } else { FULL };
        let (id, family, title) =
            if self.medicaid { ("-medicaid", "+medicaid", "Medicaid") } else { ("", "", "Medicare") };
        Origin {
            id: format!("ncci-mue-{}{id}-{}", setting.key(), release.tag()),
            table: Table::Mue,
            family: format!("mue+{}{family}", setting.key()),
            title: format!("NCCI MUE, {}, {title}", setting.title()),
            complete: release.is_known() && size >= floor,
            edition: release.edition,
            from: release.from,
            to: release.to,
            source: format!("CMS, NCCI MUE, {}", file_name(self.path)),
            rights: Rights::Public,
            notice: String::new(),
        }
    }

    /// The codes that the tables of all settings name. Most codes have no limit, so that absence says nothing.
    fn codes(&self) -> Origin {
        let release = Release::of(self.path);
        let (id, title) = if self.medicaid { ("-medicaid", " of Medicaid") } else { ("", "") };
        Origin {
            id: format!("ncci-mue{id}-{}", release.tag()),
            table: Table::Period,
            family: "period".to_owned(),
            title: format!("NCCI MUE tables{title}, their codes"),
            complete: false,
            edition: release.edition,
            from: release.from,
            to: release.to,
            source: format!("CMS, NCCI MUE, {}", file_name(self.path)),
            rights: Rights::Public,
            notice: String::new(),
        }
    }
}

#[cfg(test)]
mod tests;
