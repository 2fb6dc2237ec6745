//! The text of a PDF that a stranger sent: as much of it as can be read, page by page. Meant for a process with limits
//! of its own: nothing here bounds time or memory.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::Document;

use super::{PAGES, Page, Writer, check, without_images};

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// The text, a line a line, an empty line between pages.
    pub text: String,
    /// True where there is more.
    pub cut: bool,
    /// True where it holds pictures.
    pub pictures: bool,
}

/// Why nothing was read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A password is needed to open it.
    #[error("it is locked by a password")]
    Locked,
    /// It breaks the standard where that cannot be read around.
    #[error("{0}")]
    Broken(String),
}

/// The text of the pages, until so many characters are read. A page that cannot be read is passed over. One that only
/// its owner's password protects is open to every reader, and read.
///
/// # Errors
/// Nothing could be read.
pub fn plain(bytes: &[u8], characters: usize) -> Result<Plain, Unreadable> {
    let mut document = Document::load_mem(bytes).map_err(|error| Unreadable::Broken(error.to_string()))?;
    if document.trailer.get(b"Encrypt").is_ok() {
        return Err(Unreadable::Locked);
    }
    let pictures = without_images(&mut document);
    let pages = document.get_pages();
    let mut read = Plain { text: String::new(), cut: pages.len() > PAGES, pictures };
    let mut writer = Writer { left: characters, page: Page::default() };
    let mut fault = pages.is_empty().then(|| "it has no page".to_owned());
    for (number, id) in pages.into_iter().take(PAGES) {
        let drawn = check(&document, id).map_err(str::to_owned).and_then(|()| {
            catch_unwind(AssertUnwindSafe(|| pdf_extract::output_doc_page(&document, &mut writer, number)))
                .map_err(|_| "it breaks the standard".to_owned())?
                .map_err(|error| error.to_string())
        });
        if let Err(reason) = drawn {
            fault = fault.or(Some(reason));
        }
        let mut page = String::new();
        std::mem::take(&mut writer.page).render(&mut page);
        page.lines().for_each(|line| narrow(line, &mut read.text));
        read.text.push('\n');
        if writer.left == 0 || read.text.len() > characters * 2 {
            read.cut = true;
            break;
        }
    }
    match fault {
        Some(reason) if read.text.trim().is_empty() => Err(Unreadable::Broken(reason)),
        _ => Ok(read),
    }
}

/// A line with runs of blanks narrowed: two part columns as well as twenty.
fn narrow(line: &str, out: &mut String) {
    let mut blanks = 0;
    for c in line.trim_end().chars() {
        blanks = if c == ' ' { blanks + 1 } else { 0 };
        if blanks <= 2 {
            out.push(c);
        }
    }
    out.push('\n');
}
