//! Plain text that reads well in any mail client: lines of at most 76 characters.

/// The width of a line.
pub const WIDTH: usize = 76;

/// Breaks a paragraph into lines; every line but the first begins with `indent` spaces.
pub fn wrap(text: &str, indent: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += width;
    }
    out
}

/// A paragraph whose first line is set behind a label of `indent` columns.
pub fn labelled(label: &str, text: &str, indent: usize) -> String {
    let padding = indent.saturating_sub(label.chars().count());
    let first = format!("{label}{}", " ".repeat(padding)).replace(' ', "\u{1}");
    let wrapped = wrap(&format!("{first}{text}"), indent);
    wrapped.replace('\u{1}', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_line_is_longer_than_the_width(words in proptest::collection::vec("[a-z]{1,20}", 0..60), indent in 0usize..20) {
            let text = words.join(" ");
            for line in wrap(&text, indent).lines() {
                prop_assert!(line.chars().count() <= WIDTH);
            }
            let wrapped = wrap(&text, indent);
            prop_assert_eq!(wrapped.split_whitespace().collect::<Vec<_>>(), words);
        }
    }

    #[test]
    fn a_label_hangs_in_front_of_its_paragraph() {
        assert_eq!(labelled("UNITS", "one two", 8), "UNITS   one two");
    }
}
