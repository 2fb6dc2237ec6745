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

#[cfg(test)]
mod tests {
    use super::super::pdf::tests::pdf;
    use super::*;

    fn read_pages(pages: &[&[&str]]) -> (Intake, Result<(), Refusal>) {
        let mut intake = Intake::default();
        let result = read(&File { path: "x.pdf", bytes: &pdf(pages, None) }, &mut intake);
        (intake, result)
    }

    #[test]
    fn a_chapter_as_pdf_is_read_like_its_text() {
        let head = [
            "Medicare Benefit Policy Manual",
            "Chapter 3 - Lamps",
            "Table of Contents",
            "(Rev. 261; Issued: 10-04-19)",
        ];
        let body = ["10 - General", "(Rev. 1, 10-01-03)", "", "Lamps are covered."];
        let lines: Vec<&str> = head.into_iter().chain(["10 - General"]).chain(body).collect();
        let (intake, result) = read_pages(&[&lines, &["Also on the next page."]]);
        assert_eq!(result, Ok(()));
        assert_eq!(intake.origins[0].id, "iom-100-02-03-r261");
        let rows: Vec<&String> = intake.rows.values().flatten().collect();
        assert!(rows[0].contains("\tLamps are covered.\\nAlso on the next page.\t"), "{rows:?}");
    }

    #[test]
    fn a_pdf_that_is_no_manual_gives_nothing() {
        let (intake, result) = read_pages(&[&["Record layout", "1-5 code"]]);
        assert_eq!((result, intake.origins.len(), intake.rows.len()), (Ok(()), 0, 0));
        let mut intake = Intake::default();
        assert_eq!(read(&File { path: "x.pdf", bytes: b"%PDF-1.4 broken" }, &mut intake), Ok(()));
    }

    #[test]
    fn a_manual_as_pdf_that_is_broken_is_refused() {
        let head = [
            "Medicare Benefit Policy Manual",
            "Chapter 3 - Lamps",
            "Table of Contents",
            "(Rev. 261; Issued: 10-04-19)",
        ];
        assert!(read_pages(&[&head]).1.is_err());
    }
}
