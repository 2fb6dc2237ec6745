//! Obstetric and gynecologic abbreviations in lines `AFI Amniotic fluid index`.
//!
//! Defined by the list of Columbia University's department of obstetrics and gynecology: abbreviation, blank,
//! meaning with a capital in front; no header.

use super::super::{File, Format, Intake, Refusal, Rights, Sample};
use super::entry::{Entries, is_abbreviation_list, numbered, origin, same_initial};

/// The list as text.
pub const FORMAT: Format = Format { name: "obstetric abbreviations (Columbia)", recognise, read };

fn recognise(sample: &Sample<'_>) -> bool {
    is_abbreviation_list(&sample.text, |line| {
        let (short, long) = split(line)?;
        let marked = short.bytes().filter(u8::is_ascii_uppercase).count() > 1 || short.contains('/');
        let known = marked || short.len() < 4;
        (known && short.len() <= 16 && long.len() <= 100 && !line.contains(['\t', '=', '"'])).then_some((short, long))
    })
}

/// The abbreviation may go on in small letters (`MCA dopplers`): the meaning then begins with the next capital that
/// is the abbreviation's own first letter, where there is one.
fn split(line: &str) -> Option<(&str, &str)> {
    /// More words do not belong to an abbreviation: behind them, a capital is a name within the meaning.
    const WORDS: usize = 2;
    let line = line.trim();
    let (first, rest) = line.split_once(' ')?;
    if first.bytes().filter(u8::is_ascii_uppercase).count() > 1 && rest.starts_with(|c: char| c.is_lowercase()) {
        let capital = |text: &str| text.starts_with(|c: char| c.is_uppercase()) && same_initial(first, text);
        let next = rest.match_indices(' ').map(|(at, _)| at + 1).take(WORDS).find(|at| capital(&rest[*at..]));
        if let Some(at) = next {
            let start = first.len() + 1 + at;
            return Some((line[..start].trim(), line[start..].trim()));
        }
    }
    Some((first, rest.trim()))
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let source = format!("Columbia University, obstetrics and gynecology, {}", file.name());
    let notice = super::collection("Columbia University, Department of Obstetrics and Gynecology");
    let title = "Obstetric and gynecologic abbreviations (Columbia)";
    let list = intake.origin(origin("columbia", title, "", source, Rights::Attribution, &notice));
    let mut entries = Entries::new("abbreviation", list);
    for (line, row) in numbered(&text) {
        match split(row) {
            Some((short, long)) => entries.add(intake, short, long),
            None => intake.broken(line, "a line without a meaning behind the abbreviation"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abbreviation_of_several_words_ends_before_the_capital() {
        for (line, short, long) in [
            ("AFI Amniotic fluid index ", "AFI", "Amniotic fluid index"),
            ("Mono-Di twins Monochorionic twins", "Mono-Di twins", "Monochorionic twins"),
            ("PEC w SF Pre-eclampsia with severe features", "PEC w SF", "Pre-eclampsia with severe features"),
            ("CxBx cervical biopsy", "CxBx", "cervical biopsy"),
        ] {
            assert_eq!(split(line), Some((short, long)));
        }
    }
}
