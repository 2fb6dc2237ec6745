//! Constant patterns over what people write. A pattern of the Unicode kind has hundreds of ranges for one `\w`, and takes a
//! millisecond to build; there are hundreds of them, and `ask` builds what it needs each time it starts.

use regex::Regex;

/// A constant pattern that is built when it is first used: `pattern!(WHOLE, r"\bwhole\b");`, with `pub(super)` in front where a neighbor uses it too.
macro_rules! pattern {
    ($vis:vis $name:ident, $text:expr) => {
        $vis static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| $crate::domain::pattern::constant($text));
    };
}
pub(crate) use pattern;

/// A pattern whose `\w`, `\d` and `\b` are those of ASCII; `\s`, case and everything else are as usual.
///
/// # Panics
/// The pattern is malformed, which the first test that uses it shows: patterns are constants.
pub fn constant(text: &str) -> Regex {
    Regex::new(&ascii(text)).expect("the pattern is a constant")
}

/// Writes the classes of ASCII out.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut in_class = 0_u32;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match (chars.next(), in_class > 0) {
                (Some('w'), true) => out.push_str("0-9A-Za-z_"),
                (Some('w'), false) => out.push_str("[0-9A-Za-z_]"),
                (Some('W'), false) => out.push_str("[^0-9A-Za-z_]"),
                (Some('d'), true) => out.push_str("0-9"),
                (Some('d'), false) => out.push_str("[0-9]"),
                (Some('b'), false) => out.push_str("(?-u:\\b)"),
                (Some(other), _) => out.extend(['\\', other]),
                (None, _) => out.push('\\'),
            },
            '[' => {
                in_class += 1;
                out.push(c);
            }
            ']' => {
                in_class = in_class.saturating_sub(1);
                out.push(c);
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_are_those_of_ascii_and_nothing_else_changes() {
        assert_eq!(ascii(r"(?i)\bcode[\w-]*\d{2}\b"), r"(?i)(?-u:\b)code[0-9A-Za-z_-]*[0-9]{2}(?-u:\b)");
        assert_eq!(ascii(r"[^\w\s]\p{Lu}\."), r"[^0-9A-Za-z_\s]\p{Lu}\.");
        let pattern = constant(r"(?i)\b(?:no|not)\s+waste\b");
        assert!(pattern.is_match("there was NO\u{a0}waste of it") && !pattern.is_match("nowaste"));
    }
}
