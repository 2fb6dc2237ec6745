//! What each line is.

use super::line::{Line, Origin};
use super::separator::{self, Separator};
use super::{attribution, footer, header_block};

/// The kind of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing on it.
    Blank,
    /// Words of the sender, as far as is known.
    Text,
    /// Quoted.
    Quote,
    /// Says who is quoted.
    Attribution,
    /// Part of the header of the mail below.
    Header,
    /// Says that a mail follows.
    Mail,
    /// The mail below, by the markup.
    Old,
    /// The dashes above a signature, as programs write them.
    SignatureExact,
    /// The dashes above a signature, as people write them.
    SignatureDashes,
    /// A rule of underscores.
    Underscores,
    /// Another rule.
    Rule,
    /// A program's stamp, or a signature by the markup.
    Stamp,
}

/// The kinds of all lines.
pub fn of(lines: &[Line]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::with_capacity(lines.len());
    let mut fenced = false;
    while kinds.len() < lines.len() {
        let n = kinds.len();
        let text = lines[n].text.as_str();
        if text.trim_start().starts_with("```") {
            // A fence that is never closed is none.
            fenced = !fenced && lines[n + 1..].iter().any(|line| line.text.trim_start().starts_with("```"));
            kinds.push(Kind::Text);
            continue;
        }
        if fenced {
            kinds.push(Kind::Text);
            continue;
        }
        let (kind, length) = at(lines, n);
        kinds.extend(std::iter::repeat_n(kind, length));
    }
    settle(lines, &mut kinds);
    kinds
}

/// The kind of line `n`, and how many lines it takes.
fn at(lines: &[Line], n: usize) -> (Kind, usize) {
    let line = &lines[n];
    match line.origin {
        Origin::Old => return (Kind::Old, 1),
        Origin::Signature => return (Kind::Stamp, 1),
        Origin::Attribution if separator::of(&line.text).is_none() && header_block::field(&line.text).is_none() => {
            return (Kind::Attribution, 1);
        }
        _ => {}
    }
    if line.text.trim().is_empty() {
        return (Kind::Blank, 1);
    }
    if is_quoted(line) {
        return (Kind::Quote, 1);
    }
    match separator::of(&line.text) {
        Some(Separator::Mail) => return (Kind::Mail, 1),
        Some(Separator::Signature { exact: true }) => return (Kind::SignatureExact, 1),
        Some(Separator::Signature { exact: false }) => return (Kind::SignatureDashes, 1),
        Some(Separator::Underscores) => return (Kind::Underscores, 1),
        Some(Separator::Rule) => return (Kind::Rule, 1),
        None => {}
    }
    if let Some((sure, length)) = attribution::at(lines, n) {
        let next = lines[n + length..].iter().find(|line| !line.text.trim().is_empty());
        // At the end of the text an attribution has lost its quotation.
        let quoted = next.is_none_or(|line| {
            is_quoted(line) || quoted_name(&line.text).is_some() || line.text.trim_start().starts_with('|')
        });
        if sure == attribution::Sure::Alone || quoted {
            return (Kind::Attribution, length);
        }
    }
    if let Some(length) = header_block::at(lines, n) {
        return (Kind::Header, length);
    }
    if footer::is(&line.text) {
        return (Kind::Stamp, 1);
    }
    (Kind::Text, 1)
}

/// `> text`, or quoted by the markup.
pub fn is_quoted(line: &Line) -> bool {
    if line.depth > 0 || line.origin == Origin::Quote {
        return true;
    }
    line.text.trim_start().starts_with('>')
}

/// `AB> text`, with the initials or the name of whom it quotes: what stands before the `>`.
fn quoted_name(text: &str) -> Option<&str> {
    let bare = text.trim_start();
    let name = bare.bytes().take(12).take_while(u8::is_ascii_alphabetic).count();
    let named =
        (1..12).contains(&name) && bare.starts_with(|c: char| c.is_ascii_uppercase()) && bare[name..].starts_with('>');
    named.then(|| &bare[..name])
}

/// What only the neighbours tell: a quotation by `|`, which is also how tables are drawn, or by initials, which is
/// also how a limit is written (`BMI> 40`).
fn settle(lines: &[Line], kinds: &mut [Kind]) {
    let mut previous = Kind::Blank;
    for n in 0..kinds.len() {
        let text = lines[n].text.as_str();
        let after = matches!(previous, Kind::Attribution | Kind::Quote);
        // Two lines in a row by the same initials are a quotation wherever they stand.
        let name = quoted_name(text);
        let beside =
            |at: Option<usize>| at.and_then(|at| lines.get(at)).and_then(|line| quoted_name(&line.text)) == name;
        let named = name.is_some() && (after || beside(n.checked_sub(1)) || beside(Some(n + 1)));
        if kinds[n] == Kind::Text && (named || (after && text.trim_start().starts_with('|'))) {
            kinds[n] = Kind::Quote;
        }
        if kinds[n] != Kind::Blank {
            previous = kinds[n];
        }
    }
}
