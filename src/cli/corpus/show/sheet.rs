//! Lines of text in two columns, no wider than a terminal of 80 characters.

/// The width of a line.
const WIDTH: usize = 80;
/// The width of the left column.
const LEFT: usize = 15;

/// Text that grows by entries.
#[derive(Default)]
pub struct Sheet {
    lines: Vec<String>,
}

impl Sheet {
    /// A line of its own, wrapped.
    pub fn line(&mut self, text: &str) {
        self.lines.extend(wrap(text, WIDTH, 0));
    }

    /// An empty line, unless one stands there.
    pub fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// A label and its text; without a label, more of the entry above.
    pub fn entry(&mut self, label: &str, text: &str) {
        self.hanging(label, text, 0);
    }

    /// An entry whose further lines stand `deeper` than its first.
    pub fn hanging(&mut self, label: &str, text: &str, deeper: usize) {
        if text.is_empty() {
            return;
        }
        let wrapped = wrap(text, WIDTH - LEFT, deeper);
        for (n, line) in wrapped.iter().enumerate() {
            let label = if n == 0 { label } else { "" };
            self.lines.push(format!("{label:<LEFT$}{line}").trim_end().to_owned());
        }
    }

    /// An entry that takes one line, cut where it is longer.
    pub fn short(&mut self, label: &str, text: &str) {
        let room = WIDTH - LEFT;
        let text = if text.chars().count() > room {
            let cut: String = text.chars().take(room - 1).collect();
            format!("{}…", cut.trim_end())
        } else {
            text.to_owned()
        };
        self.entry(label, &text);
    }

    /// All of it.
    pub fn into_text(mut self) -> String {
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines.join("\n")
    }
}

/// The text in lines of at most `width` characters; those behind the first begin with `deeper` blanks. A word that is
/// longer than a line stands alone.
pub fn wrap(text: &str, width: usize, deeper: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let used = line.chars().count();
        if used > 0 && used + 1 + word.chars().count() > width && !line.trim().is_empty() {
            lines.push(std::mem::take(&mut line));
            line.push_str(&" ".repeat(deeper));
            line.push_str(word);
        } else {
            if used > 0 || !lines.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.push(line);
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn entries_stand_in_two_columns() {
        let mut sheet = Sheet::default();
        sheet.entry("Global", &"ten letters ".repeat(12));
        sheet.gap();
        sheet.gap();
        sheet.short("Long", &"x".repeat(100));
        let text = sheet.into_text();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("Global         ten letters"), "{text}");
        assert!(lines[1].starts_with("               "), "{text}");
        assert!(lines.iter().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.ends_with('…') && text.matches("\n\n").count() == 1, "{text}");
    }

    proptest! {
        #[test]
        fn wrapping_loses_no_word(words in proptest::collection::vec("[a-z]{1,12}", 0..40), width in 12_usize..60) {
            let text = words.join(" ");
            let lines = wrap(&text, width, 0);
            prop_assert!(lines.iter().all(|line| line.chars().count() <= width));
            let kept: Vec<&str> = lines.iter().flat_map(|line| line.split_whitespace()).collect();
            prop_assert_eq!(kept, words.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}
