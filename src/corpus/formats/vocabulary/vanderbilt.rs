//! Abbreviations of clinic notes and discharge summaries, with the writings found and the share of each sense.
//!
//! Defined by the clinical abbreviation inventories of Vanderbilt University (Wu, Denny, Xu and others): columns
//! `abbreviation`, `sense`, `variation` (writings with their number of uses, `|` between) and `frequency`.

use super::super::{File, Format, Intake, Refusal, Rights, Sample};
use super::entry::{Entries, cells, columns, numbered, origin};

/// An inventory as tab-separated table.
pub const FORMAT: Format = Format { name: "clinical note abbreviations", recognise, read };

const NAMES: [&str; 4] = ["abbreviation", "sense", "variation", "frequency"];

fn recognise(sample: &Sample<'_>) -> bool {
    columns(sample.first_line(), NAMES).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let mut lines = numbered(&text);
    let Some([short, sense, variation, share]) = lines.next().and_then(|(_, header)| columns(header, NAMES)) else {
        return Err(Refusal::at(1, "the header names no columns `abbreviation`, `sense`, `variation`, `frequency`"));
    };
    let (list, title) = match file.name() {
        name if name.contains("clinic") => ("vanderbilt-clinic", "Abbreviations of clinic notes (Vanderbilt)"),
        name if name.contains("discharge") => {
            ("vanderbilt-discharge", "Abbreviations of discharge summaries (Vanderbilt)")
        }
        _ => ("vanderbilt", "Abbreviations of clinical notes (Vanderbilt)"),
    };
    let source = format!("Vanderbilt University, {}", file.name());
    let notice = super::collection("Y. Wu, J. C. Denny, H. Xu et al., Vanderbilt University");
    let list = intake.origin(origin(list, title, "", source, Rights::Attribution, &notice));
    let mut entries = Entries::new("abbreviation", list);
    for (line, row) in lines {
        let row = cells(row);
        let cell = |at: usize| row.get(at).copied().unwrap_or("");
        let Some(share) = super::share(cell(share)) else {
            intake.broken(line, "the frequency is not a number from 0 to 1");
            continue;
        };
        if share >= super::RAREST && !cell(sense).starts_with('?') {
            for writing in writings(cell(short), cell(variation)) {
                entries.add(intake, writing, cell(sense));
            }
        }
    }
    Ok(())
}

/// The writings without their numbers: `A/P_2|a/p_4` is `A/P` and `a/p`. An underscore in the abbreviation itself
/// stands for a mark that the list could not hold, so it counts only where no writing is given.
fn writings<'a>(short: &'a str, variation: &'a str) -> Vec<&'a str> {
    let bare = |writing: &'a str| match writing.rsplit_once('_') {
        Some((writing, uses)) if uses.bytes().all(|b| b.is_ascii_digit()) => writing,
        _ => writing,
    };
    let mut writings: Vec<&str> = variation
        .split('|')
        .map(|writing| bare(writing.trim()).trim_end_matches(['.', ',', ';', ':']))
        .filter(|writing| !writing.is_empty())
        .collect();
    if writings.is_empty() || !short.contains('_') {
        writings.insert(0, short);
    }
    writings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_lose_their_numbers_and_closing_marks() {
        assert_eq!(writings("a_p", "A/P_2|a/p_4"), ["A/P", "a/p"]);
        assert_eq!(writings("pts", "pts._1|Pts_1"), ["pts", "pts", "Pts"]);
        assert_eq!(writings("a_p", ""), ["a_p"]);
        assert_eq!(writings("a_p", "A_P"), ["A_P"]);
    }
}
