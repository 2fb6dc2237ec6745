//! Names at the two ends of a letter: whom it greets, and who signs.
//!
//! A sender who signs names no patient. The name is masked all the same, since no answer needs it, but it is counted apart:
//! nobody is asked to leave out their own name.

use std::sync::LazyLock;

use regex::Regex;

use super::Scene;
use super::cues::mark;
use super::token::Form;
use crate::domain::identifier::Identifier;

static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    crate::domain::pattern::constant(
        r"(?im)^[ \t>]*(?:(?:many |kind |best |warm(?:est)? |with )?(?:thanks|thank you|thx|regards|wishes|ty)(?: (?:so much|very much|in advance|again|for (?:your|the|any|all)[^\n]{0,40}|a lot|a million|and (?:kind |best )?regards))?|best|cheers|sincerely(?: yours)?|respectfully|yours(?: truly| sincerely)?|appreciate it|appreciatively|take care|sent from[^\n]{0,30}|--|—)[\s,!.:;~-]*(?:$|\n|[A-Z])",
    )
});

/// Where the sender signs: the last closing with little text behind it.
pub(super) fn signature(text: &str) -> Option<usize> {
    let closing = CLOSING.find_iter(text).last()?;
    let behind = &text[closing.end().min(text.len())..];
    let short = behind.len() < 700 && behind.lines().count() <= 14 && !behind.contains('?');
    short.then_some(closing.start())
}

/// True for what a sender's signature holds of the sender.
pub(super) fn is_senders(kind: Identifier) -> bool {
    use Identifier::{Address, Clinician, Email, Fax, License, Name, Phone, Url};
    matches!(kind, Name | Phone | Fax | Email | Url | Address | License | Clinician)
}

/// True where a greeting's name ends as one does: with a comma, an exclamation, a dash, or its line.
pub(super) fn greets(scene: &Scene, at: usize, count: usize) -> bool {
    let gap = scene.gap(at + count - 1);
    let ends = gap.trim_start_matches(['.', ' ']).starts_with([',', '!', '-', '–', '—', ':', ';', '\n', '\r'])
        || gap.trim().is_empty() && gap.contains('\n')
        || gap.starts_with('.');
    let listed = scene.tokens[at].class.sure();
    ends || listed || scene.tokens.len() == at + count
}

/// Marks the names below the closing, and a name alone on the last line where nobody says thanks.
pub(super) fn find(scene: &Scene, named: &mut [Option<Identifier>]) {
    let from = scene.signature.unwrap_or_else(|| last_line(scene.text));
    let closed = scene.signature.is_some();
    let mut n = scene.tokens.partition_point(|token| token.start < from);
    while n < scene.tokens.len() {
        let (count, listed) = line_of_names(scene, n);
        let whole = scene.begins(n)
            || scene.gap_before(n).contains(',')
            || closed && n > 0 && scene.tokens[n - 1].class.plain();
        if count > 0 && whole && (listed || (closed && count >= 2)) && named[n].is_none() {
            mark(n, count, Identifier::Correspondent, named);
        }
        n += count.max(1);
    }
}

fn last_line(text: &str) -> usize {
    let end = text.trim_end().len();
    text[..end].rfind('\n').map_or(end, |at| at + 1)
}

/// How many words from `n` on are a name by their writing and end at the line, a comma or a bar; and whether the lists know one.
fn line_of_names(scene: &Scene, n: usize) -> (usize, bool) {
    let (mut count, mut listed) = (0, false);
    for at in n..scene.tokens.len().min(n + 4) {
        let token = &scene.tokens[at];
        let sound = matches!(token.form, Form::Title | Form::Initial) && !token.class.plain()
            || token.class.sure() && token.form != Form::Upper
            || token.form == Form::Upper && !token.class.plain() && token.text.len() > 2;
        if !sound {
            break;
        }
        listed |= token.class.sure() || token.class.given;
        count = at - n + 1;
        if !matches!(scene.gap(at), " " | ". " | "." | "  ") {
            break;
        }
    }
    let Some(last) = (n + count).checked_sub(1).filter(|_| count > 0) else { return (0, false) };
    let gap = scene.gap(last);
    let ends = gap.starts_with(['\n', '\r', ',', '|', '(', '/'])
        || gap.trim().is_empty() && gap.contains('\n')
        || gap.trim_start().starts_with(['|', '-', ',', '(', '•'])
        || last + 1 == scene.tokens.len()
        || gap.trim_start_matches('.').starts_with('\n');
    if ends { (count, listed) } else { (0, false) }
}
