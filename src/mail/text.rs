//! What the sender wrote now: quotations, forwards, signatures and stamps taken off; the full text is kept elsewhere.
//!
//! Each line is given a kind by its words and by what the markup says of it; then the kinds decide. Two rules stand
//! above all: where nothing else would be left, what was taken off is the message; and where a person wrote below a
//! quotation or a rule, what asks something stays.

mod attribution;
mod contact;
mod disclaimer;
mod footer;
mod header_block;
mod kind;
pub mod line;
mod separator;

use kind::Kind;
use line::{Line, Origin};

/// How often a mail that is nothing but a forward is opened: a forward of a forward.
const MOST_FORWARDS: usize = 3;

/// The part of a text that its sender wrote now.
pub fn written_now(lines: &[Line]) -> String {
    let lines: Vec<Line> = lines.iter().take(super::limits::TEXT_LINES).map(tidy).collect();
    let kept = own(&lines, MOST_FORWARDS);
    let text = kept.join("\n");
    text.trim_matches('\n').trim_end().to_owned()
}

/// The same for plain text.
pub fn written_now_in(full: &str) -> String {
    written_now(&line::of_plain(full))
}

/// Odd spaces become spaces and invisible characters go; the rest of the line stays as it was written.
fn tidy(line: &Line) -> Line {
    let invisible =
        |c: &char| !matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\r');
    let text: String =
        line.text.chars().filter(invisible).map(|c| if c == '\u{a0}' || c == '\u{3000}' { ' ' } else { c }).collect();
    // The space behind the dashes of a signature is the one that means something at the end of a line.
    let text = if text == "-- " { text } else { text.trim_end().to_owned() };
    Line { text, origin: line.origin, depth: line.depth }
}

fn own(lines: &[Line], forwards: usize) -> Vec<String> {
    let kinds = kind::of(lines);
    let end = end_of_own(lines, &kinds);
    let mut kept = kept(lines, &kinds, end);
    drop_tail(&mut kept);
    if kept.iter().any(|line| says_something(line)) {
        return kept;
    }
    // Nothing is the sender's own by the rules: then what stands below is what they sent.
    let begin = kinds.iter().position(|kind| matches!(kind, Kind::Attribution | Kind::Header | Kind::Mail | Kind::Old));
    match begin {
        Some(begin) if forwards > 0 => below(lines, &kinds, begin, forwards),
        // Quotations of quotations in which nobody says anything.
        None if quotes_nothing(lines, &kinds) => Vec::new(),
        // Quotations without a word of who is quoted are the sender's choice of form.
        None => lines.iter().filter(|line| line.origin != Origin::Signature).map(|line| line.text.clone()).collect(),
        Some(_) => Vec::new(),
    }
}

/// True where the text is quoted, and within the quotation there is nothing but names of who is quoted.
fn quotes_nothing(lines: &[Line], kinds: &[Kind]) -> bool {
    if !kinds.iter().all(|kind| matches!(kind, Kind::Quote | Kind::Blank)) {
        return false;
    }
    let bare = |line: &Line| Line { text: line.text.trim_start_matches(['>', ' ']).to_owned(), ..Line::default() };
    let bare: Vec<Line> = lines.iter().map(bare).collect();
    !kind::of(&bare).contains(&Kind::Text)
}

/// The mail below an attribution or a header, as if it had come alone.
fn below(lines: &[Line], kinds: &[Kind], begin: usize, forwards: usize) -> Vec<String> {
    let opening =
        |kind: &Kind| matches!(kind, Kind::Attribution | Kind::Header | Kind::Mail | Kind::Rule | Kind::Blank);
    let length = kinds[begin..].iter().take_while(|kind| opening(kind)).count();
    let rest = &lines[begin + length..];
    let answered = kinds[begin] == Kind::Attribution;
    let quoted = rest.iter().find(|line| !line.text.trim().is_empty()).is_some_and(kind::is_quoted);
    // An answer of which only the quotation is left says nothing.
    if answered && quoted {
        return Vec::new();
    }
    let bare: Vec<Line> = rest.iter().map(|line| unquoted(line, kinds[begin])).collect();
    if bare.len() >= lines.len() { Vec::new() } else { own(&bare, forwards - 1) }
}

fn unquoted(line: &Line, opened_by: Kind) -> Line {
    let origin = if opened_by == Kind::Old || line.origin == Origin::Old { Origin::Own } else { line.origin };
    Line { text: line.text.clone(), origin, depth: line.depth }
}

/// The line at which everything below is older, or is no message.
fn end_of_own(lines: &[Line], kinds: &[Kind]) -> usize {
    let mut said = false;
    for (n, kind) in kinds.iter().enumerate() {
        match kind {
            Kind::Old | Kind::Mail | Kind::Header => return n,
            Kind::Attribution if !quote_follows(kinds, n) => return n,
            Kind::SignatureExact if said => return n,
            Kind::SignatureDashes if said && !asks_below(lines, kinds, n) => return n,
            Kind::Underscores if said && is_foot(lines, kinds, n) => return n,
            Kind::Rule if said && is_contact_foot(lines, kinds, n) => return n,
            Kind::Text => said = said || says_something(&lines[n].text),
            _ => {}
        }
    }
    lines.len()
}

fn quote_follows(kinds: &[Kind], n: usize) -> bool {
    let next = kinds[n..].iter().find(|kind| !matches!(kind, Kind::Attribution | Kind::Blank));
    next.is_none_or(|kind| *kind == Kind::Quote)
}

/// The sender's lines before `end`. Below a quotation that hangs under the sender's text, only what asks is kept:
/// the rest of such a mail is a signature in nearly every case.
fn kept(lines: &[Line], kinds: &[Kind], end: usize) -> Vec<String> {
    let attributed = kinds[..end].contains(&Kind::Attribution);
    let first_text = kinds[..end].iter().position(|kind| *kind == Kind::Text);
    let last_text = kinds[..end].iter().rposition(|kind| *kind == Kind::Text);
    let mut kept = Vec::new();
    for n in 0..end {
        let inside = first_text.is_some_and(|first| n > first) && last_text.is_some_and(|last| n < last);
        let leading = first_text.is_some_and(|first| n < first);
        match kinds[n] {
            Kind::Text | Kind::Rule | Kind::Underscores => kept.push(lines[n].text.clone()),
            Kind::Blank => kept.push(String::new()),
            // A passage that is quoted and talked about, with nobody named as its writer, belongs to the question.
            Kind::Quote if !attributed && (inside || leading) && lines[n].origin != Origin::Old => {
                kept.push(quoted_text(&lines[n]));
            }
            _ => {}
        }
    }
    kept
}

fn quoted_text(line: &Line) -> String {
    if line.depth > 0 { format!("> {}", line.text) } else { line.text.clone() }
}

/// Takes notices, stamps of scanners, rules and a signature's contact lines off the end, and a gateway's warning off
/// the beginning.
fn drop_tail(kept: &mut Vec<String>) {
    drop_banner(kept);
    loop {
        while kept.last().is_some_and(|line| line.trim().is_empty() || is_rule(line)) {
            kept.pop();
        }
        let begin = kept.iter().rposition(|line| line.trim().is_empty()).map_or(0, |at| at + 1);
        if begin == 0 || kept.len() - begin > 60 {
            break;
        }
        if !disclaimer::is(&kept[begin..].join(" ")) {
            break;
        }
        kept.truncate(begin);
    }
    drop_contact(kept);
}

fn drop_banner(kept: &mut Vec<String>) {
    let begin = kept.iter().position(|line| !line.trim().is_empty()).unwrap_or(0);
    let length = kept[begin..].iter().take_while(|line| !line.trim().is_empty()).count();
    let rest = kept[begin + length..].iter().any(|line| says_something(line));
    if rest && disclaimer::is_banner(&kept[begin..begin + length].join(" ")) {
        kept.drain(..begin + length);
    }
}

/// Below a closing and a name, lines that only say how to reach the person.
fn drop_contact(kept: &mut Vec<String>) {
    let from = kept.len().saturating_sub(15);
    let Some(closing) = kept[from..].iter().rposition(|line| contact::is_closing(line)).map(|at| from + at) else {
        return;
    };
    let below = &kept[closing + 1..];
    let asks = below.iter().any(|line| asks(line) || line.chars().count() > 100);
    let name = below.iter().position(|line| !line.trim().is_empty());
    if let Some(name) = name
        && closing > 0
        && !asks
        && below[name + 1..].iter().any(|line| contact::is_contact(line))
    {
        kept.truncate(closing + 1 + name + 1);
    }
}

fn is_rule(line: &str) -> bool {
    matches!(
        separator::of(line),
        Some(separator::Separator::Rule | separator::Separator::Underscores | separator::Separator::Signature { .. })
    )
}

/// True where a person's own lines below ask something.
fn asks_below(lines: &[Line], kinds: &[Kind], n: usize) -> bool {
    let older = |kind: &Kind| matches!(kind, Kind::Old | Kind::Mail | Kind::Header | Kind::Attribution);
    let end = kinds[n..].iter().position(older).map_or(lines.len(), |at| n + at);
    (n..end).any(|at| kinds[at] == Kind::Text && asks(&lines[at].text))
}

/// A few short lines that ask nothing.
fn is_foot(lines: &[Line], kinds: &[Kind], n: usize) -> bool {
    let below: Vec<&str> =
        (n + 1..lines.len()).filter(|at| kinds[*at] == Kind::Text).map(|at| lines[at].text.as_str()).collect();
    !asks_below(lines, kinds, n)
        && (below.len() <= 4 || is_contact_foot(lines, kinds, n) || disclaimer::is(&below.join(" ")))
}

/// Lines below a rule that ask nothing and say how to reach somebody.
fn is_contact_foot(lines: &[Line], kinds: &[Kind], n: usize) -> bool {
    let below: Vec<&str> =
        (n + 1..lines.len()).filter(|at| kinds[*at] == Kind::Text).map(|at| lines[at].text.as_str()).collect();
    below.len() <= 12 && !asks_below(lines, kinds, n) && below.iter().any(|line| contact::is_contact(line))
}

/// A question, or something with a number that a coder may ask about.
fn asks(line: &str) -> bool {
    let address = contact::is_contact(line);
    let question = line.contains(['?', '？']) && !line.contains("://");
    question || (!address && line.split(|c: char| !c.is_alphanumeric() && c != '.').any(is_code_like))
}

/// Shaped like a procedure or diagnosis code.
fn is_code_like(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let shaped = word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    shaped
        && ((word.len() == 5 && digits >= 4)
            || (word.len() >= 4
                && word.contains('.')
                && digits >= 2
                && word.starts_with(|c: char| c.is_ascii_uppercase())))
}

fn says_something(line: &str) -> bool {
    line.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests;
