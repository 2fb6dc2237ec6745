//! A walk through the XML of NCHS: no entity of a document type is expanded, the depth is bounded, and nothing is
//! fetched.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::super::Refusal;

/// The tabular list and the indexes are at most 14 elements deep.
const DEEPEST: usize = 64;

/// A step of the walk.
pub enum Node<'a> {
    /// An element begins.
    Open(&'a str, &'a BytesStart<'a>),
    /// Text, in one or more pieces.
    Text(&'a str),
    /// The element that began last and has not ended ends.
    Close(&'a str),
}

/// Visits every element and every piece of text, each with its line.
///
/// # Errors
/// It is no well-formed XML, it ends early, or it is too deep.
pub fn walk(text: &str, mut visit: impl FnMut(Node<'_>, usize)) -> Result<(), Refusal> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().allow_dangling_amp = true;
    let (mut depth, mut line, mut read) = (0_usize, 1_usize, 0_usize);
    loop {
        let event = reader.read_event();
        let now = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).clamp(read, text.len());
        let lines = memchr::memchr_iter(b'\n', &text.as_bytes()[read..now]).count();
        let here = line;
        (line, read) = (line + lines, now);
        match event {
            Err(error) => return Err(Refusal::at(here, format!("no well-formed XML ({error}); fetch the file again"))),
            Ok(Event::Eof) if depth == 0 => return Ok(()),
            Ok(Event::Eof) => return Err(Refusal::at(here, "the file ends early; fetch it again")),
            Ok(Event::Start(tag)) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Refusal::at(here, "its elements are too deep for a file of NCHS"));
                }
                visit(Node::Open(tag.name().into_inner(), &tag), here);
            }
            Ok(Event::End(tag)) => {
                depth = depth.saturating_sub(1);
                visit(Node::Close(tag.name().into_inner()), here);
            }
            Ok(Event::Text(text)) => visit(Node::Text(&text), here),
            Ok(Event::CData(text)) => visit(Node::Text(&text), here),
            Ok(Event::GeneralRef(name)) => match name.resolve_char_ref() {
                Ok(Some(c)) => visit(Node::Text(c.encode_utf8(&mut [0; 4])), here),
                _ => visit(Node::Text(&named(&name)), here),
            },
            // Declarations, comments, processing instructions and document types say nothing.
            Ok(_) => {}
        }
    }
}

/// The text of a named reference: one of the five of XML, or the reference itself.
fn named(name: &str) -> Cow<'static, str> {
    match quick_xml::escape::resolve_predefined_entity(name) {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(format!("&{name};")),
    }
}

/// The value of an attribute; empty where it is missing.
pub fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    match tag.try_get_attribute(name) {
        Ok(Some(found)) => {
            found.normalized_value(XmlVersion::Implicit1_0).map_or_else(|_| found.value.to_string(), Cow::into_owned)
        }
        _ => String::new(),
    }
}

/// The first tag of a document, without its brackets: `ICD10CM.index isAddenda="false"`.
pub fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    // Each turn passes over at least one character.
    loop {
        let inner = rest.strip_prefix('<')?;
        rest = if let Some(comment) = inner.strip_prefix("!--") {
            comment.split_once("-->")?.1
        } else if inner.starts_with(['?', '!']) {
            inner.split_once('>')?.1
        } else {
            return inner.split_once('>').map(|(tag, _)| tag);
        }
        .trim_start();
    }
}

/// True when the document is of that kind and not the addenda to one.
pub fn is_root(text: &str, name: &str) -> bool {
    root(text).is_some_and(|tag| {
        tag.split_whitespace().next().is_some_and(|first| first.trim_end_matches('/') == name)
            && !tag.replace([' ', '\'', '"'], "").contains("isAddenda=true")
    })
}

/// The fiscal year that the head of a document gives in its element `version`.
pub fn version(head: &str) -> Option<i16> {
    let inner = head.split_once("<version>")?.1.split_once("</version>")?.0.trim();
    inner.get(..4)?.parse().ok().filter(|year| (2013..2100).contains(year))
}

/// The text without blanks at its ends, and with one blank where it has several or a line end.
pub fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(text: &str) -> Result<String, Refusal> {
        let mut said = String::new();
        walk(text, |node, line| match node {
            Node::Open(name, tag) => said += &format!("<{name} {}@{line}>", attribute(tag, "id")),
            Node::Text(text) => said += text,
            Node::Close(name) => said += &format!("</{name}>"),
        })?;
        Ok(said)
    }

    #[test]
    fn references_are_read_and_own_entities_are_left_alone() {
        let text =
            "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"bb\">]>\n<a id='x&amp;y'>1 &lt; 2 &#233; &b;<c/></a>";
        assert_eq!(said(text).unwrap(), "\n<a x&y@2>1 < 2 é &b;<c @2></c></a>");
    }

    #[test]
    fn a_cut_or_bottomless_document_is_refused() {
        assert!(said("<a><b>").unwrap_err().reason.contains("ends early"));
        assert!(said("<a></b>").is_err());
        assert!(said(&"<a>".repeat(100_000)).unwrap_err().reason.contains("too deep"));
    }

    #[test]
    fn only_the_first_element_is_the_root() {
        assert!(is_root("\u{feff}<?xml?>\n<!-- <x> --><ICD10CM.index isAddenda=\"false\">", "ICD10CM.index"));
        assert!(!is_root("<ICD10CM.index isAddenda = \"true\">", "ICD10CM.index"));
        assert!(!is_root("<xsd:schema><xsd:element name=\"ICD10CM.index\"/><ICD10CM.index>", "ICD10CM.index"));
        assert_eq!(version("<x><version>2026</version>"), Some(2026));
    }

    proptest! {
        #[test]
        fn any_text_is_walked_without_panic(text in "[<>/a&;!?\\[\\]\"'= \\PC-]{0,60}") {
            let _ = (said(&text), root(&text), version(&text), tidy(&text));
        }
    }
}
