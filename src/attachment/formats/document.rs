//! Documents of Word (ECMA-376 part 1, section 17): paragraphs and tables in the order in which they stand, headers
//! before them, footnotes behind. Text that was deleted with changes tracked is left out.

use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::package::{Archive, member};
use super::{Found, TEXT_CHARS};

/// Elements within elements; more is no document.
const DEPTH: usize = 500;
/// Headers and footers that are read of one document.
const MARGINS: usize = 6;

/// Reads a document.
pub fn read(archive: &mut Archive<'_>) -> Found {
    let of = |kind: &str, archive: &Archive<'_>| -> Vec<String> {
        let names = archive.file_names().filter_map(Result::ok);
        let mut names: Vec<String> =
            names.filter(|name| name.starts_with(kind) && name.ends_with(".xml")).map(Into::into).collect();
        names.sort();
        names.truncate(MARGINS);
        names
    };
    let mut names = of("word/header", archive);
    names.push("word/document.xml".to_owned());
    names.extend(of("word/footnotes", archive));
    let (mut text, mut cut) = (String::new(), false);
    for name in names {
        let Some(content) = member(archive, &name) else { continue };
        let mut out = Out::default();
        cut |= !words(content, &mut out);
        let part = out.text.trim();
        // First pages and others repeat the same header.
        if !part.is_empty() && !text.contains(part) {
            text.push_str(part);
            text.push_str("\n\n");
        }
    }
    Found::text(&text, cut)
}

/// The text so far, and what is open around it.
#[derive(Default)]
struct Out {
    text: String,
    /// Within text that is shown.
    run: bool,
    /// Elements that are open within one that is passed over, itself included.
    passed: usize,
    depth: usize,
    /// Tables that are open, and whether a cell of the row was written.
    cells: Vec<bool>,
}

/// Text that no reader of the page sees (deletions, instructions of fields) or sees already (the fallback of a drawing).
const PASSED: [&str; 6] = ["del", "moveFrom", "instrText", "delText", "Fallback", "pPr"];

/// Writes the words of a part; false where it was cut or is broken.
fn words(content: impl Read, out: &mut Out) -> bool {
    let mut reader = Reader::from_reader(BufReader::new(content));
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        if out.text.len() > TEXT_CHARS * 2 {
            return false;
        }
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => return true,
            Ok(Event::Start(tag)) => {
                out.depth += 1;
                if out.depth > DEPTH {
                    return false;
                }
                out.open(tag.local_name().as_ref());
            }
            Ok(Event::Empty(tag)) if out.passed == 0 => out.empty(tag.local_name().as_ref()),
            Ok(Event::End(tag)) => {
                out.depth = out.depth.saturating_sub(1);
                out.close(tag.local_name().as_ref());
            }
            Ok(Event::Text(text)) if out.run && out.passed == 0 => {
                out.text.push_str(&text);
            }
            Ok(Event::GeneralRef(name)) if out.run && out.passed == 0 => {
                let known = quick_xml::escape::resolve_predefined_entity(&name);
                let number = name.resolve_char_ref().ok().flatten();
                match (known, number) {
                    (Some(text), _) => out.text.push_str(text),
                    (None, Some(c)) => out.text.push(c),
                    (None, None) => {}
                }
            }
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

impl Out {
    fn open(&mut self, name: &str) {
        if self.passed > 0 || PASSED.contains(&name) {
            self.passed += 1;
            return;
        }
        match name {
            "t" => self.run = true,
            "tbl" => self.cells.push(false),
            "tr" => {
                if let Some(cell) = self.cells.last_mut() {
                    *cell = false;
                }
            }
            "tc" => {
                if self.cells.last().is_some_and(|written| *written) {
                    self.text.truncate(self.text.trim_end_matches(' ').len());
                    self.text.push_str(" | ");
                }
                if let Some(cell) = self.cells.last_mut() {
                    *cell = true;
                }
            }
            _ => {}
        }
    }

    fn empty(&mut self, name: &str) {
        match name {
            "tab" => self.text.push('\t'),
            "br" | "cr" => self.text.push('\n'),
            "noBreakHyphen" => self.text.push('-'),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if self.passed > 0 {
            self.passed -= 1;
            return;
        }
        match name {
            "t" => self.run = false,
            // A paragraph within a cell does not end the row.
            "p" if self.cells.is_empty() => self.text.push('\n'),
            "p" => self.text.push(' '),
            "tr" => {
                self.text.truncate(self.text.trim_end_matches(' ').len());
                self.text.push('\n');
            }
            "tbl" => {
                self.cells.pop();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(xml: &str) -> String {
        let mut out = Out::default();
        words(xml.as_bytes(), &mut out);
        out.text
    }

    #[test]
    fn paragraphs_and_tables_stand_in_their_order() {
        let xml = "<w:document><w:body><w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>Before &amp; </w:t><w:tab/><w:t>x</w:t></w:r></w:p>\
                   <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Code</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Units</w:t></w:r></w:p></w:tc></w:tr>\
                   <w:tr><w:tc><w:p><w:r><w:t>453</w:t></w:r><w:r><w:t>85</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
                   <w:p><w:r><w:t>After</w:t></w:r></w:p></w:body></w:document>";
        assert_eq!(of(xml), "Before & \tx\nCode | Units\n45385 | 1\nAfter\n");
    }

    #[test]
    fn deleted_text_and_the_second_form_of_a_drawing_are_left_out() {
        let xml = "<w:p><w:del><w:r><w:delText>45378</w:delText></w:r></w:del><w:ins><w:r><w:t>45385</w:t></w:r></w:ins>\
                   <mc:AlternateContent><mc:Choice><w:t>box</w:t></mc:Choice><mc:Fallback><w:t>box</w:t></mc:Fallback></mc:AlternateContent></w:p>";
        assert_eq!(of(xml), "45385box\n");
    }

    #[test]
    fn broken_and_endless_markup_ends() {
        assert_eq!(of("<w:p><w:t>a</w:t"), "a");
        assert!(of(&"<w:p>".repeat(100_000)).is_empty());
        assert_eq!(of("<!DOCTYPE l [<!ENTITY a \"lol\">]><w:t>&a;b</w:t>"), "b");
    }
}
