//! A manual as PDF: its text is laid out and given to the reader whose document it is. A PDF that is none of the
//! manuals gives no rows and no release.

use super::super::{File, Format, Intake, Refusal, Sample};
use super::{guidelines, internet, ncci, pdf};

/// A manual as PDF.
pub const FORMAT: Format = Format { name: "manual as PDF", recognise, read };

const READERS: [Format; 3] = [ncci::FORMAT, internet::FORMAT, guidelines::FORMAT];

fn recognise(sample: &Sample<'_>) -> bool {
    pdf::is_pdf(sample.bytes)
}

fn read(file: &File<'_>, intake: &mut Intake) -> Result<(), Refusal> {
    // A PDF whose first page cannot be read is not known to be a manual, and so is not refused as a broken one.
    let Ok(first) = pdf::first_page(file.bytes) else { return Ok(()) };
    let sample = Sample::of(file.path, first.as_bytes());
    let Some(reader) = READERS.iter().find(|reader| (reader.recognise)(&sample)) else { return Ok(()) };
    let text = pdf::text(file.bytes)?;
    (reader.read)(&File { path: file.path, bytes: text.as_bytes() }, intake)
}
