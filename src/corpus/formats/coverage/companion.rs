//! Tables that come with an export and answer no question of ours: benefit categories, publications, reasons for a
//! change, addresses, bill types, revenue codes, histories and comments. They are known, so that nobody has to look
//! for their reader, and give no rows.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::sheet::{Header, Kind};

/// Recognises the tables.
pub(super) const FORMAT: Format = Format { name: "MCD companion table", recognise, read };

/// Columns that only these tables have, beside the id of a document.
const OF_DOCUMENTS: [&str; 16] = [
    "reason_change_id",
    "url_type_id",
    "bill_code_id",
    "revenue_code_id",
    "rev_hist_exp",
    "rev_hist_date",
    "source_lcd_id",
    "source_article_id",
    "meeting_id",
    "sticky_note",
    "synopsis_changes_field_id",
    "letter_id",
    "rtc_num",
    "file_name",
    "attachment_id",
    "icd9_code_id",
];

/// Columns that such a table has without a document.
const LOOKUPS: [&[&str]; 9] = [
    &["ncd_id", "bnft_ctgry_cd"],
    &["bnft_ctgry_cd", "bnft_ctgry_desc"],
    &["pblctn_cd", "pblctn_title"],
    &["reason_change_id", "reason_change_version", "description"],
    &["period_id", "begin_date", "dis_end_date"],
    &["contractor_type_id", "description"],
    &["contractor_subtype_id", "description"],
    &["bill_code_id", "bill_code_version", "description"],
    &["revenue_code_id", "revenue_code_version", "description"],
];

fn recognise(sample: &Sample<'_>) -> bool {
    let header = Header::of(sample);
    if Kind::of(&header).is_some() {
        // The documents themselves have some of these columns, and a title.
        return header.any(&OF_DOCUMENTS).is_some() && !header.has("indication") && !header.has("article_eff_date");
    }
    LOOKUPS.iter().any(|names| header.all(names))
}

fn read(_: &File<'_>, _: &mut Intake) -> Result<(), Refusal> {
    Ok(())
}
