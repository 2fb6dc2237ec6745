//! Abbreviations as comma-separated table: `Abbreviation/Shorthand,Meaning,More Info`.
//!
//! Defined by the header of the list "medical_abbreviations" (imantsm), a file a letter; other headers of the same
//! shape are read too.

use super::super::{File, Format, Intake, Refusal, Rights, Sample};
use super::entry::{Entries, origin};

/// The list, or one letter of it.
pub const FORMAT: Format = Format { name: "medical abbreviations (csv)", recognise, read };

const SHORT: [&str; 6] =
    ["abbreviation/shorthand", "abbreviation", "shorthand", "acronym", "abbreviation/acronym", "abbr"];
const LONG: [&str; 6] = ["meaning", "expansion", "full form", "definition", "long form", "stands for"];

const NOTICE: &str = "Copyright (c) 2020 imantsm, medical_abbreviations, MIT License: Permission is hereby granted, free \
    of charge, to any person obtaining a copy of this software and associated documentation files (the \"Software\"), \
    to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, \
    publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is \
    furnished to do so, subject to the following conditions: The above copyright notice and this permission notice \
    shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED \"AS IS\", \
    WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, \
    FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE \
    FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT \
    OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.";

/// Abbreviation and meaning in a header of two to four columns; a table with more is something else.
fn columns(header: &str) -> Option<(usize, usize)> {
    let cells: Vec<String> = header.split(',').map(|cell| cell.trim().trim_matches('"').to_lowercase()).collect();
    let find = |names: &[&str]| cells.iter().position(|cell| names.contains(&cell.as_str()));
    if (2..=4).contains(&cells.len()) { Some((find(&SHORT)?, find(&LONG)?)) } else { None }
}

fn recognise(sample: &Sample<'_>) -> bool {
    columns(sample.first_line()).is_some()
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    let text = file.text();
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let Some((short, long)) = columns(header) else {
        return Err(Refusal::at(1, "the header names no columns `Abbreviation/Shorthand` and `Meaning`"));
    };
    // One letter a file: the letters of a list are one release, so the source names the list.
    let source = "imantsm, medical_abbreviations".to_owned();
    let list = origin("imantsm", "Medical abbreviations", "", source, Rights::Attribution, NOTICE);
    let mut entries = Entries::new("abbreviation", intake.origin(list));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    for row in reader.records() {
        let Ok(row) = row else { break };
        let line = row.position().map_or(0, |at| usize::try_from(at.line()).unwrap_or(0));
        match (row.get(short), row.get(long)) {
            (Some(short), Some(long)) => entries.add(intake, short, long),
            _ => intake.broken(line, "a row without abbreviation and meaning"),
        }
    }
    Ok(())
}
