//! Local coverage determinations and articles: `lcd.csv` and `article.csv`.
//!
//! Columns after CMS, *LCD Data Dictionary* and *Article Data Dictionary*. One entry a version of a document; its
//! texts are HTML. Diagnosis and procedure lists stand in tables of their own. CPT descriptions may stand in the
//! prose, which is why the release carries the notice of the AMA.

use super::super::{File, Format, Intake, OriginId, Refusal, Sample};
use super::markup::plain;
use super::quote::{Heading, Passages};
use super::sheet::{CPT_NOTICE, Header, Kind, Release, Row, Sheet};
use crate::domain::table::Table;

/// Recognises and reads the documents.
pub(super) const FORMAT: Format = Format { name: "MCD local coverage documents", recognise, read };

/// Whole exports of the documents in force have about 950 determinations and 2,000 articles.
const FLOORS: (usize, usize) = (700, 1_500);

/// The text columns of a determination and their headings. Histories, comment periods and ICD-9 lists are left out.
const LCD_TEXTS: [(&str, &str); 14] = [
    ("cms_cov_policy", "CMS National Coverage Policy"),
    ("indication", "Coverage Indications, Limitations, and/or Medical Necessity"),
    ("diagnoses_support", "Diagnoses that Support Medical Necessity"),
    ("diagnoses_dont_support", "Diagnoses that DO NOT Support Medical Necessity"),
    ("coding_guidelines", "Coding Guidelines"),
    ("doc_reqs", "Documentation Requirements"),
    ("util_guide", "Utilization Guidelines"),
    ("appendices", "Appendices"),
    ("associated_info", "Associated Information"),
    ("add_icd10_info", "Additional ICD-10 Information"),
    ("summary_of_evidence", "Summary of Evidence"),
    ("analysis_of_evidence", "Analysis of Evidence (Rationale for Determination)"),
    ("source_info", "Sources of Information"),
    ("bibliography", "Bibliography"),
];

/// The text columns of an article and their headings.
const ARTICLE_TEXTS: [(&str, &str); 4] = [
    ("cms_cov_policy", "CMS National Coverage Policy"),
    ("description", "Article Text"),
    ("other_comments", "Other Comments"),
    ("add_icd10_info", "Additional ICD-10 Information"),
];

fn recognise(sample: &Sample<'_>) -> bool {
    let header = Header::of(sample);
    match Kind::of(&header) {
        Some(Kind::Lcd) => header.all(&["title", "indication"]),
        Some(Kind::Article) => header.all(&["title", "description", "article_eff_date"]),
        None => false,
    }
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let sheet = Sheet::open(file);
    let kind = Kind::of(&sheet.header).unwrap_or(Kind::Lcd);
    let lcd = kind == Kind::Lcd;
    sheet.require(&["title", kind.id(), kind.version()])?;
    sheet.require(if lcd {
        &["indication", "orig_det_eff_date", "rev_eff_date"]
    } else {
        &["description", "article_eff_date"]
    })?;
    let release = Release {
        subject: kind.key().to_owned(),
        table: Table::Lcd,
        title: (if lcd { "Local coverage determinations" } else { "Local coverage articles" }).to_owned(),
        floor: Some(if lcd { FLOORS.0 } else { FLOORS.1 }),
        notice: CPT_NOTICE,
    };
    let origin = sheet.register(file, release, intake);
    let mut passages = Passages::default();
    sheet.each(intake, |row, intake| document(row, kind, &mut passages, origin, intake));
    Ok(())
}

/// The days of a version: when the document began, when this version did, and when it ended.
fn days(row: &Row<'_>, kind: Kind) -> (String, String, String) {
    match kind {
        Kind::Lcd => (
            row.day("orig_det_eff_date"),
            row.day("rev_eff_date"),
            row.earliest(&["rev_end_date", "ent_det_end_date", "date_retired"]),
        ),
        Kind::Article => (
            row.day("article_eff_date"),
            String::new(),
            row.earliest(&["article_rev_end_date", "article_end_date", "date_retired"]),
        ),
    }
}

fn document(
    row: &Row<'_>,
    kind: Kind,
    passages: &mut Passages,
    origin: OriginId,
    intake: &mut Intake,
) -> Result<(), String> {
    // A proposed determination shows its own letters: `DL33822`.
    let shown = row.get("display_id");
    let number = if is_display_id(shown) { shown.to_owned() } else { kind.document(row)? };
    let version = row.get(kind.version());
    let title = plain(row.get("title"));
    let (began, revised, ended) = days(row, kind);
    let fields = [kind.key(), version, &title, "", &began, &revised, &ended, row.get("status"), ""];
    intake.row(Table::Lcd, &number, &fields, origin);
    let (series, cited, texts) = match kind {
        Kind::Lcd => ("Local Coverage Determinations", "LCD", LCD_TEXTS.as_slice()),
        Kind::Article => ("Local Coverage Articles", "Article", ARTICLE_TEXTS.as_slice()),
    };
    let revision = match row.get("rev_hist_num") {
        "" => format!("version {version}"),
        number => format!("version {version}, R{}", number.trim_start_matches(['R', 'r'])),
    };
    for (column, name) in texts {
        let heading = Heading {
            key: &number,
            section: &format!("{cited} {number}"),
            title: &title,
            path: &format!("Medicare Coverage Database > {series} > {number} {title} > {name}"),
            revision: &revision,
            from: if revised.is_empty() { &began } else { &revised },
            to: &ended,
        };
        let text = plain(row.get(column));
        if text != "N/A" {
            passages.add(&text, &heading, origin, intake);
        }
    }
    Ok(())
}

fn is_display_id(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = text.len() - digits.len();
    (1..=3).contains(&letters) && (1..=7).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}
