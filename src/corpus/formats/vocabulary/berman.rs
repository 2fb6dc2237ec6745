//! Pathology abbreviations in lines `short = long`.
//!
//! Defined by J. J. Berman, "Pathology Abbreviated: A Long Review of Short Terms", Archives of Pathology and
//! Laboratory Medicine 128 (2004): lower case, no header.

use super::super::{File, Format, Intake, Refusal, Rights, Sample};
use super::entry::{Entries, is_abbreviation_list, numbered, origin};

/// The list as text.
pub const FORMAT: Format = Format { name: "pathology abbreviations (short = long)", recognise, read };

/// Longest left side: a few of the list's abbreviations have several words.
const LONGEST: usize = 30;

fn recognise(sample: &Sample<'_>) -> bool {
    is_abbreviation_list(&sample.text, |line| split(line).filter(|(short, _)| short.len() <= LONGEST))
}

/// Both sides. Settings files look alike, but quote their values or use other marks.
fn split(line: &str) -> Option<(&str, &str)> {
    let (short, long) = line.split_once(" =")?;
    let (short, long) = (short.trim(), long.trim());
    let plain = !short.is_empty() && !long.is_empty() && !line.contains(['"', '\t', '{', '[', '_']);
    (plain && long.contains(|c: char| c.is_alphabetic())).then_some((short, long))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let source = format!("J. J. Berman, pathology abbreviations, {}", file.name());
    let notice = super::collection("J. J. Berman, Pathology Abbreviated, Arch Pathol Lab Med 128, 2004");
    let title = "Pathology abbreviations (Berman)";
    let list = intake.origin(origin("berman", title, "", source, Rights::Attribution, &notice));
    let mut entries = Entries::new("abbreviation", list);
    for (line, row) in numbered(&text) {
        match row.split_once(" =") {
            Some((short, long)) => entries.add(intake, short, long),
            None => intake.broken(line, "no ` =` between abbreviation and meaning"),
        }
    }
    Ok(())
}
