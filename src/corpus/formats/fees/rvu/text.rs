//! PPRRVU as text of 200 columns, below lines of notice that begin with `HDR`. It names neither year nor quarter.

use std::borrow::Cow;

use super::super::super::{File, Format, Intake, Refusal, Sample};
use super::super::amount::{cut, decimal};
use super::super::codes::procedure;
use super::super::release::Release;
use super::{CODE, FIELDS, Field, Schedule};

/// The fixed-width form.
pub(in super::super) const FORMAT: Format =
    Format { name: "Physician fee schedule relative values (text)", recognise, read };

/// Where the last column that is read ends.
const LAST: usize = FIELDS[FIELDS.len() - 1].at.end;

fn recognise(sample: &Sample<'_>) -> bool {
    // The last line of a sample may be cut short: a few lines tell enough.
    let mut lines = sample.lines().take(200).filter(|line| is_row(line)).take(5).peekable();
    lines.peek().is_some() && lines.all(shaped)
}

/// True for a line that is neither blank nor notice nor the mark at the end of the file.
fn is_row(line: &str) -> bool {
    !(line.starts_with("HDR") || line.trim_matches(|c: char| c.is_whitespace() || c == '\u{1a}').is_empty())
}

/// True for a line with a code, a status letter and figures where the layout has them.
fn shaped(line: &str) -> bool {
    let figure = |field: &Field| {
        let text = cut(line, field.at.clone());
        text.contains('.') && decimal(&text, 0).is_some_and(|figure| !figure.is_empty())
    };
    let status = cut(line, FIELDS[super::STATUS].at.clone());
    procedure(&cut(line, CODE.at)).is_some()
        && status.len() == 1
        && status.bytes().all(|b| b.is_ascii_uppercase())
        && FIELDS.iter().filter(|field| field.places.is_some()).all(figure)
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let release = Release::quarter_of(file.path, None);
    let mut schedule = Schedule::new(intake, file.path, &release, None);
    for (at, line) in text.lines().enumerate().filter(|(_, line)| is_row(line)) {
        if line.chars().count() < LAST {
            intake.broken(at + 1, "the line is shorter than the layout");
            continue;
        }
        let place = |field: &Field, _: usize| -> Cow<'_, str> { cut(line, field.at.clone()) };
        schedule.take(intake, at + 1, place);
    }
    Schedule::finish(intake);
    Ok(())
}
