//! The text of a PDF, laid out as it stands on the page (ISO 32000-1, section 9: text), so that the readers of
//! manuals take it as they take the output of `pdftotext -layout`.
//!
//! The characters and their places come from pdf-extract, which panics where a file breaks the standard. Therefore it
//! runs in a thread of its own: a panic ends that thread and becomes a refusal (this needs unwinding panics), a file
//! that takes longer than `PATIENCE` is given up, and drawings that contain themselves are found before they can
//! exhaust the stack. What remains: a thread that was given up runs on until the program ends, and a small stream that
//! inflates to gigabytes is bounded only by `CONTENT` for pages, not for fonts and object streams.

mod layout;
mod plain;
mod scans;

use std::collections::HashSet;
use std::sync::mpsc;
use std::time::Duration;

use pdf_extract::content::Content;
use pdf_extract::{Dictionary, Document, MediaBox, Object, ObjectId, OutputDev, OutputError, Stream, Transform};

use self::layout::Page;
use super::super::Refusal;

pub use plain::{Plain, Unreadable, plain};
pub use scans::scans;

/// The longest file that is read, in bytes. The longest CMS chapter has about 4 MB.
const LONGEST: usize = 64 << 20;
/// The most pages. The longest manual here has 308.
const PAGES: usize = 3000;
/// The most characters of a file; a page of prose has about 3,000.
const CHARACTERS: usize = 20_000_000;
/// The most bytes of a page's stream before inflation, which multiplies at most by 1,032.
const CONTENT: usize = 512 << 10;
/// The most drawings that a page may include by way of others.
const DRAWINGS: usize = 2000;
/// How deep drawings may stand in drawings.
const DEPTH: usize = 12;
/// How long a file may take; the longest manual takes about a second.
const PATIENCE: Duration = Duration::from_secs(60);
/// The stack of the thread that reads, for deeply nested objects.
const STACK: usize = 64 << 20;
const ADVICE: &str = "print it to a new PDF, or convert it with `pdftotext -layout` and import the text";

/// True when the bytes begin as a PDF does.
pub fn is_pdf(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-")
}

/// The text of all pages, a form feed before each but the first.
///
/// # Errors
/// The file is no PDF that can be read: what is wrong and what to do.
pub fn text(bytes: &[u8]) -> Result<String, Refusal> {
    patiently(bytes, usize::MAX)
}

/// The text of the first page.
///
/// # Errors
/// As [`text`].
pub fn first_page(bytes: &[u8]) -> Result<String, Refusal> {
    patiently(bytes, 1)
}

/// Reads in a thread of its own, and waits no longer than `PATIENCE`.
fn patiently(bytes: &[u8], pages: usize) -> Result<String, Refusal> {
    if bytes.len() > LONGEST {
        return Err(Refusal::at(1, format!("the PDF has more than {} MB; split it by chapters", LONGEST >> 20)));
    }
    let bytes = bytes.to_vec();
    let (sender, receiver) = mpsc::channel();
    std::thread::Builder::new()
        .name("pdf".to_owned())
        .stack_size(STACK)
        .spawn(move || drop(sender.send(read(&bytes, pages))))
        .map_err(|error| Refusal::at(1, format!("no thread to read the PDF in ({error}); try again")))?;
    match receiver.recv_timeout(PATIENCE) {
        Ok(result) => result.map_err(|reason| Refusal::at(1, format!("{reason}; {ADVICE}"))),
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Err(Refusal::at(1, format!("the PDF took longer than {} seconds; {ADVICE}", PATIENCE.as_secs())))
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err(Refusal::at(1, format!("the PDF breaks the standard where it cannot be read around; {ADVICE}")))
        }
    }
}

fn read(bytes: &[u8], pages: usize) -> Result<String, String> {
    let mut document = Document::load_mem(bytes).map_err(|error| format!("the PDF cannot be opened ({error})"))?;
    if document.is_encrypted() {
        return Err("the PDF is locked by a password".to_owned());
    }
    without_images(&mut document);
    let ids = document.get_pages();
    if ids.is_empty() || ids.len() > PAGES {
        return Err(format!("the PDF has {} pages", ids.len()));
    }
    let mut text = String::new();
    let mut writer = Writer { left: CHARACTERS, page: Page::default() };
    for (number, id) in ids.into_iter().take(pages) {
        check(&document, id).map_err(|reason| format!("page {number} {reason}"))?;
        pdf_extract::output_doc_page(&document, &mut writer, number)
            .map_err(|error| format!("page {number} of the PDF cannot be read ({error})"))?;
        if number > 1 {
            text.push('\u{c}');
        }
        std::mem::take(&mut writer.page).render(&mut text);
    }
    Ok(text)
}

/// Empties pictures: their bytes are no text, and pdf-extract would read them as drawing instructions. True where there
/// was one.
fn without_images(document: &mut Document) -> bool {
    let mut any = false;
    for object in document.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        if stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image") {
            stream.content = Vec::new();
            stream.dict.remove(b"Filter");
            any = true;
        }
    }
    any
}

/// That a page is no larger and no more entangled than a page of a manual can be.
fn check(document: &Document, page: ObjectId) -> Result<(), &'static str> {
    let streams = document.get_page_contents(page);
    let size =
        |id: &ObjectId| document.get_object(*id).and_then(Object::as_stream).map_or(0, |stream| stream.content.len());
    if streams.iter().map(size).sum::<usize>() > CONTENT {
        return Err("of the PDF is too large for a page of text");
    }
    let Some(resources) = resources_of(document, page) else { return Ok(()) };
    if drawings(document, resources).next().is_none() {
        return Ok(());
    }
    let content = document.get_page_content(page).map_err(|_| "of the PDF has no content")?;
    let mut walk = Walk { document, left: DRAWINGS, open: HashSet::new() };
    walk.content(&content, resources, DEPTH)
}

/// The resources of a page, its own or those of the tree above it.
fn resources_of(document: &Document, page: ObjectId) -> Option<&Dictionary> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..PAGES {
        if let Ok(found) = node.get(b"Resources") {
            return dictionary(document, found);
        }
        node = document.get_dictionary(node.get(b"Parent").and_then(Object::as_reference).ok()?).ok()?;
    }
    None
}

fn dictionary<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Dictionary> {
    document.dereference(object).ok()?.1.as_dict().ok()
}

/// The names of the drawings (form XObjects) in resources; pictures are none.
fn drawings<'a>(document: &'a Document, resources: &'a Dictionary) -> impl Iterator<Item = (&'a [u8], &'a Stream)> {
    let named = resources.get(b"XObject").ok().and_then(|object| dictionary(document, object));
    named.into_iter().flat_map(Dictionary::iter).filter_map(|(name, object)| {
        let stream = document.dereference(object).ok()?.1.as_stream().ok()?;
        (!stream.content.is_empty()).then_some((name.as_slice(), stream))
    })
}

/// Follows drawings into drawings, as pdf-extract will.
struct Walk<'a> {
    document: &'a Document,
    left: usize,
    open: HashSet<*const Stream>,
}

impl<'a> Walk<'a> {
    fn content(&mut self, content: &[u8], resources: &'a Dictionary, depth: usize) -> Result<(), &'static str> {
        let Ok(content) = Content::decode(content) else { return Err("of the PDF has broken content") };
        for operation in content.operations.iter().filter(|operation| operation.operator == "Do") {
            let Some(name) = operation.operands.first().and_then(|name| name.as_name().ok()) else { continue };
            let document = self.document;
            let Some((_, stream)) = drawings(document, resources).find(|(known, _)| *known == name) else { continue };
            self.left = self.left.checked_sub(1).ok_or("of the PDF includes too many drawings")?;
            if depth == 0 || !self.open.insert(std::ptr::from_ref(stream)) {
                return Err("of the PDF holds a drawing that contains itself");
            }
            let own = stream
                .dict
                .get(b"Resources")
                .ok()
                .and_then(|object| object.as_dict().ok().or_else(|| dictionary(document, object)));
            let inner = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
            self.content(&inner, own.unwrap_or(resources), depth - 1)?;
            self.open.remove(&std::ptr::from_ref(stream));
        }
        Ok(())
    }
}

/// Takes the characters of a page as they are drawn.
struct Writer {
    left: usize,
    page: Page,
}

impl OutputDev for Writer {
    fn begin_page(&mut self, _: u32, _: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        self.page = Page::default();
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _spacing: f64,
        size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        self.left = self.left.checked_sub(1).ok_or(OutputError::FormatError(std::fmt::Error))?;
        self.page.take([place.m11, place.m12, place.m21, place.m22, place.m31, place.m32], width, size, text);
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests;
