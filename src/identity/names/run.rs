//! How far a name reaches that begins at a word.

use super::super::words::among;
use super::token::{Form, Token};
use super::{Scene, joins};

/// The longest name, in words.
const LONGEST: usize = 6;

/// How much the words in front speak for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cue {
    /// A title or a label: any word that is none of medicine, small letters too.
    Title,
    /// A role or a greeting: a capital, or a name of the lists.
    Role,
}

/// Small words within names.
pub(super) const PARTICLES: &str = "de|la|del|las|los|van|von|der|den|di|da|dos|bin|ibn|al|el|st";

/// Words that no case makes a name without a capital.
pub(super) const AUXILIARY: &str = "will|may|can|do|see|so|in|on|an|for|more|right|good|day|week";

/// What follows a name and belongs to it.
const SUFFIXES: &str = "jr|sr|ii|iii|iv|esq|2nd";

/// The number of words from `n` on that are one name behind the cue; 0 for none.
pub(super) fn length(scene: &Scene, n: usize, cue: Cue) -> usize {
    let mut count = 0;
    let mut comma = false;
    let mut listed = false;
    for at in n..scene.tokens.len().min(n + LONGEST) {
        if at > n {
            let gap = scene.gap(at - 1);
            // A point ends a name, unless it is that of an initial.
            let point = gap.contains('.')
                && scene.tokens[at - 1].form != Form::Initial
                && !is_abbreviated(&scene.tokens[at - 1]);
            if !joins(scene, at - 1) || point || (gap.contains(',') && comma) {
                break;
            }
            comma |= gap.contains(',');
        }
        let token = &scene.tokens[at];
        if is_particle(token) && leads_on(scene, at, cue, listed) {
            continue;
        }
        let suffix = at > n && among(SUFFIXES, token.text);
        // Behind a comma only a name of the lists, an initial or an unknown word goes on: `Smith, Medicare`.
        let after_comma = at > n && scene.gap(at - 1).contains(',');
        if !suffix
            && (!(may_be(token, cue, at > n, listed) || at == n && leads(scene, at))
                || (after_comma && token.class.word && !token.class.given))
        {
            break;
        }
        listed |= token.class.listed();
        count = at - n + 1;
    }
    // Letters alone are no name: `Patient A`.
    let initials = scene.tokens[n..n + count].iter().all(|token| token.form == Form::Initial);
    if initials && (count < 2 || scene.gap(n) != ".") { 0 } else { count }
}

/// True where a particle has a name behind it, or another particle that has.
fn leads_on(scene: &Scene, at: usize, cue: Cue, listed: bool) -> bool {
    let Some(next) = scene.tokens.get(at + 1).filter(|_| joins(scene, at)) else { return false };
    may_be(next, cue, true, listed)
        || is_particle(next) && scene.tokens.get(at + 2).is_some_and(|name| may_be(name, cue, true, listed))
}

fn is_particle(token: &Token) -> bool {
    among(PARTICLES, token.text)
}

fn is_abbreviated(token: &Token) -> bool {
    ["st", "jr", "sr"].iter().any(|short| token.text.eq_ignore_ascii_case(short))
}

/// True for a word that may be part of a name behind the cue.
fn may_be(token: &Token, cue: Cue, further: bool, listed: bool) -> bool {
    let class = token.class;
    match token.form {
        Form::Initial => true,
        Form::Title if token.shouted => class.sure(),
        Form::Title => !class.plain(),
        // Two capitals are a modifier, a state, a side.
        Form::Upper if token.text.len() == 2 => false,
        Form::Upper if token.shouted => {
            class.sure()
                || (class.listed() && (listed || cue == Cue::Title))
                || (!class.word && (cue == Cue::Title || (further && listed)))
        }
        Form::Upper => {
            class.sure()
                || (class.listed() && (listed || cue == Cue::Title || !further))
                || (!class.word && token.text.len() >= 4 && has_vowel(token.text))
        }
        Form::Lower if cue == Cue::Title => {
            class.sure()
                || (!further && !class.plain() && token.text.len() >= 3)
                || (further && listed && class.listed() && !class.word)
        }
        Form::Lower => class.sure(),
    }
}

/// In a line of capitals, or without any: a word that may be a given name, in front of one that may be a surname.
fn leads(scene: &Scene, at: usize) -> bool {
    let token = &scene.tokens[at];
    let next = scene.tokens.get(at + 1).filter(|_| matches!(scene.gap(at), " " | ", "));
    let sound = (token.shouted || token.form == Form::Lower)
        && token.text.len() >= 4
        && has_vowel(token.text)
        && !token.class.plain();
    sound
        && !among(AUXILIARY, token.text)
        && next.is_some_and(|next| !next.class.plain() && next.text.len() >= 3 && !among(AUXILIARY, next.text))
}

fn has_vowel(word: &str) -> bool {
    word.chars().any(|c| !c.is_ascii() || "AEIOUYaeiouy".contains(c))
}
