//! Replies with what was written now beside them, in thirteen languages.

use caseconsultant::mail::parse::parse;

use crate::expected::folded;
use crate::material::Material;
use crate::table::Row;

const HEAD: &[u8] = b"From: a@x.test\r\nTo: b@x.test\r\nSubject: s\r\nMessage-ID: <q@x.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";

/// The rows.
pub fn measure(material: &Material) -> Vec<Row> {
    let root = material.folder.join("mail");
    let pairs = material.expected("quote-pairs.tsv");
    let (mut all, mut exact, mut cut) = (0, 0, 0);
    for line in pairs.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let body = String::from_utf8_lossy(&std::fs::read(root.join(fields[1])).unwrap())
            .replace("\r\n", "\n")
            .replace('\n', "\r\n");
        let wanted = folded(&std::fs::read_to_string(root.join(fields[2])).unwrap());
        let read = folded(&parse(&[HEAD, body.as_bytes()].concat(), &[]).text);
        all += 1;
        exact += usize::from(read == wanted);
        if read != wanted {
            material.tell("quotes", fields[1], "another text");
        }
        if !wanted.is_empty() && read.chars().count() * 2 < wanted.chars().count() {
            cut += 1;
        }
    }
    vec![
        Row::marked(
            "quotations: exactly what was written now",
            format!("{exact} of {all}"),
            ">= 58",
            exact * 64 >= 58 * all,
        ),
        Row::marked("  the question is cut away", cut.to_string(), "0", cut == 0),
    ]
}
