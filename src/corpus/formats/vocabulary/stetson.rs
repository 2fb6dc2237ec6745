//! Abbreviations of sign-out notes with the share of each sense.
//!
//! Defined by Stetson, Johnson, Scotch and Hripcsak, "The sublanguage of cross-coverage", AMIA 2002: abbreviation,
//! sense and share of uses, tabs between, no header.

use super::super::{File, Format, Intake, Refusal, Rights, Sample};
use super::entry::{Entries, cells, is_abbreviation_list, numbered, origin};

/// The list as tab-separated table without header.
pub const FORMAT: Format = Format { name: "sign-out note abbreviations", recognise, read };

fn recognise(sample: &Sample<'_>) -> bool {
    is_abbreviation_list(&sample.text, |line| match cells(line)[..] {
        [short, long, share] if short.len() <= 20 && super::share(share).is_some() => Some((short, long)),
        _ => None,
    })
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let source = format!("P. D. Stetson et al., sign-out notes, {}", file.name());
    let notice = super::collection("P. D. Stetson et al., The sublanguage of cross-coverage, AMIA 2002");
    let title = "Abbreviations of sign-out notes (Stetson)";
    let list = intake.origin(origin("stetson", title, "", source, Rights::Attribution, &notice));
    let mut entries = Entries::new("abbreviation", list);
    for (line, row) in numbered(&text) {
        let [short, long, share] = cells(row)[..] else {
            intake.broken(line, "not three columns: abbreviation, sense, share");
            continue;
        };
        // A question mark in front is the authors' guess at a misspelling.
        match super::share(share) {
            Some(share) if share >= super::RAREST && !long.starts_with('?') => entries.add(intake, short, long),
            Some(_) => {}
            None => intake.broken(line, "the share of uses is not a number from 0 to 1"),
        }
    }
    Ok(())
}
