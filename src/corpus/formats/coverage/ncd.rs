//! National coverage determinations: `ncd_trkg.csv`.
//!
//! Columns after CMS, *NCD Data Dictionary*. One entry a determination, or several where the export holds its earlier
//! versions. The texts are HTML. A determination without a termination day may be retired all the same: its title
//! says so.

use super::super::{File, Format, Intake, OriginId, Refusal, Sample};
use super::markup::plain;
use super::quote::{Heading, Passages};
use super::sheet::{Header, Release, Row, Sheet};
use crate::domain::table::Table;

/// Recognises and reads the determinations.
pub(super) const FORMAT: Format = Format { name: "MCD national coverage determinations", recognise, read };

/// A whole export has about 350 determinations, and their number grows slowly.
const FLOOR: usize = 300;

/// A text of fewer bytes is no passage of its own.
const SHORT: usize = 200;

const MANUAL: &str = "Medicare National Coverage Determinations Manual (Pub. 100-03)";

const NEEDED: [&str; 7] =
    ["ncd_id", "ncd_vrsn_num", "cvrg_lvl_cd", "ncd_mnl_sect", "ncd_mnl_sect_title", "ncd_efctv_dt", "indctn_lmtn"];

/// The text columns and their headings in the manual. The revision history is left out: it lists transmittals.
const TEXTS: [(&str, &str); 4] = [
    ("itm_srvc_desc", "Item/Service Description"),
    ("indctn_lmtn", "Indications and Limitations of Coverage"),
    ("xref_txt", "Cross Reference"),
    ("othr_txt", "Other"),
];

fn recognise(sample: &Sample<'_>) -> bool {
    Header::of(sample).all(&["ncd_id", "ncd_mnl_sect", "ncd_mnl_sect_title"])
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let sheet = Sheet::open(file);
    sheet.require(&NEEDED)?;
    let release = Release {
        subject: "ncd".to_owned(),
        table: Table::Ncd,
        title: "National coverage determinations".to_owned(),
        floor: Some(FLOOR),
        notice: "",
    };
    let origin = sheet.register(file, release, intake);
    let mut passages = Passages::default();
    sheet.each(intake, |row, intake| determination(row, &mut passages, origin, intake));
    Ok(())
}

fn determination(row: &Row<'_>, passages: &mut Passages, origin: OriginId, intake: &mut Intake) -> Result<(), String> {
    let section = row.get("ncd_mnl_sect");
    let shaped = section.len() <= 16 && section.split('.').all(|part| part.parse::<u16>().is_ok());
    if !shaped {
        return Err("ncd_mnl_sect is not a section of the manual".to_owned());
    }
    let level = match row.get("cvrg_lvl_cd") {
        "1" => "full",
        "2" => "restricted",
        "3" => "none",
        "4" => "undocumented",
        _ => "",
    };
    let title = plain(row.get("ncd_mnl_sect_title"));
    let retired = if title.to_ascii_lowercase().contains("retired") { "yes" } else { "" };
    let (effective, ended) = (row.day("ncd_efctv_dt"), row.day("ncd_trmntn_dt"));
    let fields = [
        row.get("ncd_id"),
        row.get("ncd_vrsn_num"),
        &title,
        level,
        &effective,
        &row.day("ncd_impltn_dt"),
        &ended,
        retired,
        row.get("ncd_keyword"),
    ];
    intake.row(Table::Ncd, section, &fields, origin);
    for (name, text) in texts(row) {
        let path = format!("{MANUAL}{} > {title} > {name}", part(section));
        let heading = Heading {
            key: &format!("ncd-{section}"),
            section: &format!("NCD {section}"),
            title: &title,
            path: &path,
            revision: &revision(row),
            from: &effective,
            to: &ended,
        };
        passages.add(&text, &heading, origin, intake);
    }
    Ok(())
}

/// The texts with their headings. A short one, such as a mere reference, goes to the end of the one before.
fn texts(row: &Row<'_>) -> Vec<(&'static str, String)> {
    let mut texts: Vec<(&'static str, String)> = Vec::new();
    for (column, name) in TEXTS {
        let text = plain(row.get(column));
        match texts.last_mut() {
            _ if text.is_empty() || text == "N/A" => {}
            Some((_, before)) if text.len() < SHORT => before.push_str(&format!("\n{name}: {text}")),
            _ => texts.push((name, text)),
        }
    }
    texts
}

/// The part of the manual's only chapter that holds a section.
fn part(section: &str) -> &'static str {
    match section.split('.').next().and_then(|first| first.parse::<u16>().ok()) {
        Some(10..90) => " > Chapter 1, Part 1",
        Some(90..170) => " > Chapter 1, Part 2",
        Some(170..200) => " > Chapter 1, Part 3",
        Some(200..320) => " > Chapter 1, Part 4",
        _ => "",
    }
}

fn revision(row: &Row<'_>) -> String {
    let known = [
        ("version", row.get("ncd_vrsn_num").to_owned()),
        ("transmittal", row.get("trnsmtl_num").to_owned()),
        ("issued", row.day("trnsmtl_issnc_dt")),
        ("CR", row.get("chg_rqst_num").to_owned()),
    ];
    let words: Vec<String> =
        known.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name} {value}")).collect();
    words.join(", ")
}
