//! Files made to stop or to slow whoever reads them. Each is bounded by its own process, and mails behind it go their
//! way.

use std::time::Instant;

use super::{ANN, skipped};
use crate::support::app::{QUESTION, TestApp, mail};
use crate::support::made::{file, mail_with, zip};
use crate::support::pdf::{pdf, written};

const COSTLY: &str = "reading it takes more time or memory than one file may take";
const DAMAGED: &str = "it is damaged, or not what its name says";

/// A PDF of one page that draws this.
fn drawing(content: &str, more: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>".to_owned(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
    ];
    objects.extend_from_slice(more);
    written(&objects, "")
}

#[test]
fn a_pdf_that_is_cut_off_is_read_as_far_as_it_goes_or_named_damaged() {
    let whole = pdf(&["Is 45385 valid?".to_owned(), "And 45380?".to_owned()]);
    for end in [9, whole.len() / 4, whole.len() / 2, whole.len() - 20] {
        let why = skipped(file("cut.pdf", &whole[..end]));
        assert!(["", DAMAGED, "no text was found in it"].contains(&why.as_str()), "{end}: {why}");
    }
}

#[test]
fn a_pdf_that_goes_round_in_circles_is_left() {
    let form = "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Length 5>>stream\n/X Do\nendstream";
    assert_eq!(skipped(file("round.pdf", drawing("/X Do", &[form.to_owned()]))), DAMAGED);
    let tree = ["<</Type/Catalog/Pages 2 0 R>>".to_owned(), "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>".to_owned()];
    assert!(!skipped(file("tree.pdf", written(&tree, ""))).is_empty());
}

#[test]
fn a_pdf_that_nests_without_end_is_left() {
    let deep = format!("<</Type/Catalog/Pages 2 0 R/X {}{}>>", "[".repeat(200_000), "]".repeat(200_000));
    assert!(!skipped(file("deep.pdf", written(&[deep], ""))).is_empty());
    let content = format!("{}{} TJ", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!skipped(file("content.pdf", drawing(&content, &[]))).is_empty());
}

#[test]
fn archives_that_unpack_to_much_more_are_left() {
    let zeros = vec![0_u8; 64 << 20];
    let document = zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &zeros)]);
    assert_eq!(skipped(file("a.docx", document)), COSTLY);
    let tags = b"<w:p>".repeat(1 << 20);
    assert_ne!(skipped(file("b.docx", zip(&[("word/document.xml", &tags)]))), "");
    let workbook = zip(&[("xl/workbook.xml", b"<workbook/>"), ("xl/sharedStrings.xml", &zeros)]);
    assert_eq!(skipped(file("c.xlsx", workbook)), COSTLY);
    let members: Vec<(String, &[u8])> = (0..3_000).map(|n| (format!("word/{n}.xml"), &b"x"[..])).collect();
    let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert_eq!(skipped(file("d.docx", zip(&members))), COSTLY);
}

#[test]
fn a_header_that_lies_about_its_size_does_not_help_a_bomb() {
    let mut document = zip(&[("word/document.xml", &b"<w:t>aaaa</w:t>".repeat(8 << 20))]);
    // The size in the central directory (APPNOTE 4.3.12): small, where 120 MB come out.
    let at = document.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    document[at + 24..at + 28].copy_from_slice(&100_u32.to_le_bytes());
    let begin = Instant::now();
    let _ = skipped(file("lie.docx", document));
    assert!(begin.elapsed().as_secs() < 20, "it ends");
}

#[test]
fn pictures_that_are_larger_than_any_page_are_not_opened() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff\x08\x02\0\0\0".to_vec();
    assert_eq!(skipped(file("huge.png", png)), "it is too large");
}

#[tokio::test(flavor = "multi_thread")]
async fn good_mails_behind_hostile_ones_are_answered_in_their_time() {
    let app = TestApp::new().await;
    app.account(ANN).await;
    let zeros = zip(&[("word/document.xml", &vec![0_u8; 48 << 20])]);
    let deep = drawing(&format!("{}{} TJ", "[".repeat(100_000), "]".repeat(100_000)), &[]);
    let files = [file("a.docx", zeros), file("b.pdf", deep), file("c.pdf", pdf(&["x".to_owned()])[..60].to_vec())];
    app.source.push(mail_with(ANN, "bad@lakeside.test", "Is 45378 valid on 2024-08-01? See attached", &files));
    app.source.push(mail(ANN, "Two polyps", "good@lakeside.test", QUESTION));
    let begin = Instant::now();
    app.run().await;
    assert!(begin.elapsed().as_secs() < 20, "both were worked on");
    assert_eq!(app.transport.sent().len(), 2);
}
