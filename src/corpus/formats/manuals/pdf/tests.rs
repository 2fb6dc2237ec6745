use pdf_extract::content::{Content, Operation};
use pdf_extract::{Dictionary, Document, Object, Stream, StringFormat};
use proptest::prelude::*;

use super::*;

fn dictionary(entries: &[(&str, Object)]) -> Dictionary {
    entries.iter().fold(Dictionary::new(), |mut dictionary, (key, value)| {
        dictionary.set(*key, value.clone());
        dictionary
    })
}

fn name(text: &str) -> Object {
    Object::Name(text.as_bytes().to_vec())
}

fn shown(lines: &[&str]) -> Vec<Operation> {
    let mut operations = vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec![name("F1"), 12.into()]),
        Operation::new("Td", vec![72.into(), 720.into()]),
    ];
    for line in lines {
        let text = Object::String(line.as_bytes().to_vec(), StringFormat::Literal);
        operations.push(Operation::new("Tj", vec![text]));
        operations.push(Operation::new("Td", vec![0.into(), Object::Real(-13.8)]));
    }
    operations.push(Operation::new("ET", vec![]));
    operations
}

/// A PDF whose pages show lines, and which holds drawing `Fm1` with these operations.
pub fn pdf(pages: &[&[&str]], drawing: Option<Vec<Operation>>) -> Vec<u8> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let font = dictionary(&[("Type", name("Font")), ("Subtype", name("Type1")), ("BaseFont", name("Helvetica"))]);
    let font = document.add_object(font);
    let fonts = Object::Dictionary(dictionary(&[("F1", font.into())]));
    let form = drawing.as_ref().map(|operations| {
        let id = document.new_object_id();
        let names = dictionary(&[("Fm1", Object::Reference(id))]);
        let resources = dictionary(&[("Font", fonts.clone()), ("XObject", names.into())]);
        let head = dictionary(&[("Subtype", name("Form")), ("Resources", resources.into())]);
        let content = Content { operations: operations.clone() }.encode().unwrap();
        document.objects.insert(id, Stream::new(head, content).into());
        id
    });
    let mut kids = Vec::new();
    for lines in pages {
        let mut operations = shown(lines);
        let mut resources = dictionary(&[("Font", fonts.clone())]);
        if let Some(form) = form {
            operations.push(Operation::new("Do", vec![name("Fm1")]));
            resources.set("XObject", dictionary(&[("Fm1", form.into())]));
        }
        let content = Content { operations }.encode().unwrap();
        let content = document.add_object(Stream::new(Dictionary::new(), content));
        let size: Vec<Object> = vec![0.into(), 0.into(), 612.into(), 792.into()];
        let page = dictionary(&[
            ("Type", name("Page")),
            ("Parent", tree.into()),
            ("Contents", content.into()),
            ("Resources", resources.into()),
            ("MediaBox", size.into()),
        ]);
        kids.push(document.add_object(page).into());
    }
    let count = Object::Integer(kids.len() as i64);
    let pages = dictionary(&[("Type", name("Pages")), ("Kids", Object::Array(kids)), ("Count", count)]);
    document.objects.insert(tree, pages.into());
    let catalog = document.add_object(dictionary(&[("Type", name("Catalog")), ("Pages", tree.into())]));
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn pages_are_laid_out_with_a_form_feed_between_them() {
    let bytes = pdf(&[&["First line", "second line", "", "after a blank"], &["Next page"]], None);
    assert!(is_pdf(&bytes));
    assert_eq!(text(&bytes).unwrap(), "First line\nsecond line\n\nafter a blank\n\u{c}Next page\n");
    assert_eq!(first_page(&bytes).unwrap(), "First line\nsecond line\n\nafter a blank\n");
}

#[test]
fn the_text_of_a_drawing_is_read_too() {
    let bytes = pdf(&[&["On the page"]], Some(shown(&["", "", "in the drawing"])));
    let text = text(&bytes).unwrap();
    assert!(text.contains("On the page") && text.contains("in the drawing"), "{text}");
}

#[test]
fn a_drawing_that_contains_itself_is_refused() {
    let bytes = pdf(&[&["text"]], Some(vec![Operation::new("Do", vec![name("Fm1")])]));
    let refusal = text(&bytes).unwrap_err();
    assert!(refusal.reason.contains("contains itself") && refusal.reason.contains("pdftotext"), "{refusal}");
}

#[test]
fn what_is_no_pdf_is_refused_with_advice() {
    for bytes in [b"%PDF-1.7".as_slice(), b"", b"plain text"] {
        assert!(text(bytes).unwrap_err().reason.contains("pdftotext"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_damaged_pdf_is_text_or_a_refusal(cut in 0usize..900, at in 0usize..900, byte in any::<u8>()) {
        let mut bytes = pdf(&[&["First line", "second line"]], Some(shown(&["drawn"])));
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(900 + cut);
        let _ = (text(&bytes), first_page(&bytes));
    }
}
