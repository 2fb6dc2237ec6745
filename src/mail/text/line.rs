//! A line of a mail, and where the mail program says it is from.

use crate::mail::limits;

/// Whose words a line holds, as far as the markup tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// Nothing is said: the sender's, unless the words tell otherwise.
    #[default]
    Own,
    /// A quotation.
    Quote,
    /// Names who is quoted.
    Attribution,
    /// The mail that is answered, as its program hung it below.
    Old,
    /// A signature.
    Signature,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Its text, without its end.
    pub text: String,
    /// Whose it is.
    pub origin: Origin,
    /// How deep it stands in quotations of the markup.
    pub depth: usize,
}

/// The lines of a plain text, as many as are read of one.
pub fn of_plain(text: &str) -> Vec<Line> {
    text.lines().take(limits::TEXT_LINES).map(|line| Line { text: line.to_owned(), ..Line::default() }).collect()
}

/// The whole text: quotations of the markup are written as plain text writes them.
pub fn join(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        for _ in 0..line.depth.min(10) {
            out.push_str("> ");
        }
        out.push_str(&line.text);
        out.push('\n');
    }
    out
}
