//! Names of people, found by what stands around them and by the lists of names.
//!
//! Behind a title, a role or a label any word may be a name; two words that are names stand for themselves; a single one
//! needs something beside it. A word of medicine is none in any case, and what was found once is masked wherever it stands.

use std::collections::HashMap;

use super::span::Span;
use super::words::among;
use crate::domain::identifier::Identifier;

mod beside;
mod cues;
mod letter;
mod run;
mod token;

use run::{AUXILIARY, PARTICLES};
use token::{Form, Token};

/// Masks every name of the text; and from where the sender's own signature begins, what else was found there is the sender's.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    let tokens = token::read(text);
    let signature = letter::signature(text);
    let mut named: Vec<Option<Identifier>> = vec![None; tokens.len()];
    let scene = Scene { text, tokens: &tokens, signature };
    cues::find(&scene, &mut named);
    beside::find(&scene, &mut named);
    letter::find(&scene, &mut named);
    grow(&scene, &mut named);
    spread(&scene, &mut named);
    push(&scene, &named, spans);
    if let Some(at) = signature {
        for span in spans.iter_mut().filter(|span| span.range.start >= at && letter::is_senders(span.kind)) {
            span.kind = Identifier::Correspondent;
        }
    }
}

/// What the finders look at.
struct Scene<'t> {
    text: &'t str,
    tokens: &'t [Token<'t>],
    /// Where the sender's signature begins.
    signature: Option<usize>,
}

impl Scene<'_> {
    /// What stands between a word and the next, or the end.
    fn gap(&self, n: usize) -> &str {
        let start = self.tokens[n].end;
        let end = self.tokens.get(n + 1).map_or(self.text.len(), |next| next.start);
        &self.text[start..end]
    }

    /// What stands between a word and the one before, or the beginning.
    fn gap_before(&self, n: usize) -> &str {
        let start = if n == 0 { 0 } else { self.tokens[n - 1].end };
        &self.text[start..self.tokens[n].start]
    }

    /// True for the first word of a sentence or line.
    fn begins(&self, n: usize) -> bool {
        let gap = self.gap_before(n);
        n == 0 || gap.contains(['\n', '.', '?', '!', ':', ';', '•', '*'])
    }
}

/// A name takes in the words beside it that the lists do not know, or know as names, and the particles between.
fn grow(scene: &Scene, named: &mut [Option<Identifier>]) {
    for n in (1..named.len()).rev() {
        let (Some(kind), None) = (named[n], named[n - 1]) else { continue };
        let particle = among(PARTICLES, scene.tokens[n - 1].text);
        let alike = is_alike(&scene.tokens[n - 1], &scene.tokens[n]);
        let name = scene.tokens[n - 1].class.given || !scene.tokens[n - 1].class.word;
        let gap = scene.gap(n - 1);
        if (gap == " " || particle && gap == ". ") && (particle || name && alike) {
            named[n - 1] = Some(kind);
        }
    }
    for n in 0..named.len().saturating_sub(1) {
        let (Some(kind), None) = (named[n], named[n + 1]) else { continue };
        let next = &scene.tokens[n + 1];
        let name = next.class.surname || !next.class.word;
        if scene.gap(n) == " " && name && is_alike(next, &scene.tokens[n]) {
            named[n + 1] = Some(kind);
        }
    }
}

/// True for a word that is written as the name beside it is, and long enough for one.
fn is_alike(token: &Token, name: &Token) -> bool {
    let long = token.text.chars().count() >= if token.form == Form::Title { 3 } else { 4 };
    let written = token.form == name.form || token.form == Form::Title;
    long && written
        && !among(AUXILIARY, token.text)
        && (token.form != Form::Lower || !token.class.word || token.class.listed())
}

/// Marks every other place where the same words stand.
fn spread(scene: &Scene, named: &mut [Option<Identifier>]) {
    let mut known: HashMap<String, Identifier> = HashMap::new();
    for (token, kind) in scene.tokens.iter().zip(named.iter()) {
        let Some(kind) = kind else { continue };
        if token.text.chars().count() >= 3 && token.form != Form::Initial {
            for part in std::iter::once(token.text).chain(token.text.split('-')).filter(|part| part.len() >= 3) {
                let best = known.entry(part.to_lowercase()).or_insert(*kind);
                *best = (*best).min(*kind);
            }
        }
    }
    if known.is_empty() {
        return;
    }
    for (n, token) in scene.tokens.iter().enumerate() {
        if named[n].is_some() || token.text.chars().count() < 3 {
            continue;
        }
        let Some(kind) = known.get(&token.text.to_lowercase()) else { continue };
        let beside = n > 0 && named[n - 1].is_some() && scene.gap_before(n).len() <= 2
            || named.get(n + 1).is_some_and(Option::is_some) && scene.gap(n).len() <= 2;
        // `Will` begins a question as often as it names a man.
        let sound = match token.form {
            Form::Lower => !token.class.word && token.text.len() >= 4,
            _ if !token.class.word || beside => true,
            _ => !token.shouted && (!scene.begins(n) || (!among(AUXILIARY, token.text) && beside::acts(scene, n))),
        };
        if sound {
            named[n] = Some(*kind);
        }
    }
}

/// Joins neighbours into one mask.
fn push(scene: &Scene, named: &[Option<Identifier>], spans: &mut Vec<Span>) {
    let mut n = 0;
    while n < named.len() {
        let Some(kind) = named[n] else {
            n += 1;
            continue;
        };
        let (start, mut last, mut kind) = (n, n, kind);
        while last + 1 < named.len() && joins(scene, last) {
            let Some(next) = named[last + 1] else { break };
            kind = kind.min(next);
            last += 1;
        }
        let (from, mut to) = (scene.tokens[start].start, scene.tokens[last].end);
        // The point of an initial belongs to the name.
        if scene.tokens[last].form == Form::Initial && scene.text[to..].starts_with('.') {
            to += 1;
        }
        spans.push(Span::new(from..to, kind, "[NAME]"));
        n = last + 1;
    }
}

/// True where a word and the next are one name: a blank, a comma, the point of an initial between them.
fn joins(scene: &Scene, n: usize) -> bool {
    matches!(scene.gap(n), " " | ", " | "," | ". " | "." | "  " | " . ")
}
