//! Files as large as the official ones, made here: what a complete release is known by is its size.

use std::fmt::Write as _;

use super::fixture;

/// Edits of one part of a table that counts as whole.
const EDITS: usize = 100_000;
/// Codes of a list of diagnoses that counts as whole.
const DIAGNOSES: usize = 85_000;

/// The six heading lines of an edit table.
pub fn heading() -> String {
    let text = String::from_utf8(fixture("ccipra-v322r0-f1.txt")).unwrap();
    text.split_inclusive('\n').take(6).collect()
}

/// A line of an edit table.
pub fn edit(one: &str, two: &str, from: &str, to: &str, indicator: u8) -> String {
    format!("{one}\t{two}\t\t{from}\t{to}\t{indicator}\tInvented rationale\r\n")
}

/// A part of an edit table that is as large as an official one: these lines, then edits of codes that nobody asks for.
pub fn edits(lines: &str) -> Vec<u8> {
    let mut text = heading() + lines;
    for n in 0..EDITS {
        text += &edit(&(70_000 + n / 300).to_string(), &(80_000 + n % 300).to_string(), "20200101", "*", 1);
    }
    text.into_bytes()
}

/// A part with these lines alone.
pub fn small_part(lines: &str) -> Vec<u8> {
    (heading() + lines).into_bytes()
}

/// A row of an order file, with the code without its dot.
pub fn order_row(number: usize, code: &str, flag: u8, title: &str) -> String {
    format!("{number:05} {code:<7} {flag} {title:<60} {title}\r\n")
}

/// A list of diagnoses that is as large as an official one, with these codes in front.
pub fn order(codes: &[(&str, u8)]) -> Vec<u8> {
    let mut text = String::new();
    for (n, (code, flag)) in codes.iter().enumerate() {
        text += &order_row(n + 1, code, *flag, "Invented title");
    }
    for n in 0..DIAGNOSES {
        let code = format!("Y{:02}{:04}", n / 10_000, n % 10_000);
        text += &order_row(n % 99_999 + 1, &code, 1, "Invented filler");
    }
    text.into_bytes()
}

/// A table of unit limits with this many invented codes and these rows in front.
pub fn limits(rows: &str, codes: usize) -> Vec<u8> {
    let mut text = String::from(
        "\"An invented notice\",,,\r\n\"HCPCS/\r\nCPT Code\",Practitioner Services MUE Values,\
         MUE Adjudication Indicator,MUE Rationale\r\n",
    );
    text += rows;
    for n in 0..codes {
        let _ = write!(text, "{},1,2 Date of Service Edit: Policy,Invented rationale\r\n", 70_000 + n);
    }
    text.into_bytes()
}
