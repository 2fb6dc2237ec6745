//! What the sender wrote now: quotes, forwards, signatures and mobile footers taken off, the full text kept.

use std::sync::LazyLock;

use regex::Regex;

/// HTML is read up to this size; a mail with more is no question.
const MAX_HTML: usize = 400_000;
/// Tags beyond this number are stripped by rule, because a tree of them costs quadratic time.
const MAX_TAGS: usize = 8_000;
/// Text is kept up to this many characters.
pub const MAX_TEXT: usize = 200_000;

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("the pattern is a constant"));
    };
}

pattern!(
    WROTE,
    r"(?i)^(?:on\b.{5,200}\bwrote:|le\b.{5,200}\ba écrit\s?:|am\b.{5,200}\bschrieb\b.{0,80}:|el\b.{5,200}\bescribió:)\s*$"
);
pattern!(
    ORIGINAL,
    r"(?i)^\s*(?:-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|message d'origine)\s*-{2,}|_{20,}|begin forwarded message:)\s*$"
);
pattern!(
    MOBILE,
    r"(?i)^\s*(?:sent from my \w+|get outlook for \w+|sent from (?:mail|yahoo|outlook)\b.*|von meinem \w+ gesendet|envoyé de mon \w+)"
);
pattern!(TAG, r"(?s)<[^>]{0,2000}>");
pattern!(DROP, r"(?is)<(?:script|style|head|title)\b.*?</(?:script|style|head|title)\s*>");

/// The readable text of an HTML part.
pub fn from_html(html: &str) -> String {
    let html: String = html.chars().take(MAX_HTML).collect();
    if html.matches('<').count() > MAX_TAGS {
        let bare = DROP.replace_all(&html, " ");
        return TAG.replace_all(&bare, " ").replace("&nbsp;", " ").replace("&lt;", "<").replace("&amp;", "&");
    }
    html2text::config::plain_no_decorate().string_from_read(html.as_bytes(), 2_000).unwrap_or_default()
}

/// The part of a text that its sender wrote now.
pub fn written_now(full: &str) -> String {
    let lines: Vec<&str> = full.lines().collect();
    let mut kept: Vec<&str> = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        if ends_here(&lines, n) {
            break;
        }
        if !line.trim_start().starts_with('>') && !MOBILE.is_match(line) {
            kept.push(line);
        }
    }
    kept.join("\n").trim().to_owned()
}

/// True where a quoted message or a signature begins: everything behind it is older or not a question.
fn ends_here(lines: &[&str], n: usize) -> bool {
    let line = lines[n];
    let joined = || format!("{} {}", line.trim(), lines.get(n + 1).map_or("", |next| next.trim()));
    let attribution = WROTE.is_match(line.trim()) || (line.len() > 20 && WROTE.is_match(joined().trim()));
    let signature = line == "-- " || line.trim_end() == "--";
    let block = line.starts_with("From:")
        && lines[n + 1..].iter().take(4).any(|next| next.starts_with("Sent:") || next.starts_with("Date:"));
    attribution || signature || block || ORIGINAL.is_match(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_and_signatures_are_taken_off() {
        for (full, now) in [
            ("Is 45385 valid?\n\n-- \nAnn\nClinic", "Is 45385 valid?"),
            (
                "Thanks, and 45380?\n\nOn Mon, Nov 2, 2026 at 9:00 AM Consult <c@x.test> wrote:\n> Yes\n> No",
                "Thanks, and 45380?",
            ),
            ("Top\n\n-----Original Message-----\nFrom: x", "Top"),
            ("Q\nSent from my iPhone", "Q"),
            ("Q\n\nFrom: A\nSent: Monday\nTo: B\nSubject: s\n\nold", "Q"),
        ] {
            assert_eq!(written_now(full), now);
        }
    }

    #[test]
    fn html_becomes_text_and_a_tree_of_tags_costs_no_time() {
        assert!(from_html("<p>Is <b>45385</b> valid?</p><script>x()</script>").contains("Is 45385 valid?"));
        assert!(from_html(&format!("{}deep{}", "<div>".repeat(60_000), "</div>".repeat(60_000))).contains("deep"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "(\\PC|\n){0,120}") {
            let _ = (written_now(&text), from_html(&text));
        }
    }
}
