//! Several questions in one message: each is read, researched and answered by itself, in the order of the message, with
//! what stands before them all.
//!
//! A message is taken apart only where it does so itself: by numbers or bullets of which two at least ask something, or
//! by paragraphs that each ask about other codes. Two questions in one breath are one question.

use crate::domain::pattern::pattern;

/// Further questions are for a person.
pub const MAX_PARTS: usize = 8;

pattern!(
    ITEM,
    r"(?mi)^[ \t>]*(?:(?:q(?:uestion)?\s*#?)?\(?\d{1,2}[.):]|\(?[a-h][.)]|[-*•–])[ \t]+|^[ \t]*(?:first|second|third|fourth|fifth)(?:ly)?(?: question)?[:,][ \t]+"
);
pattern!(INLINE, r"(?:^|[\s;,.?!])\(?([1-9])[.)]\s+");
pattern!(CODE, r"\b(?:\d{4}[0-9A-Z]|[A-Z]\d{4}|[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?)\b");

/// The questions of a text, each with what stands before all of them; one where the text is one question.
pub fn split(text: &str) -> Vec<String> {
    let found = listed(text).or_else(|| numbered(text)).or_else(|| paragraphs(text));
    found.unwrap_or_else(|| vec![text.to_owned()])
}

fn asks(text: &str) -> bool {
    text.contains('?')
}

/// Items at the beginning of lines.
fn listed(text: &str) -> Option<Vec<String>> {
    let starts: Vec<(usize, usize)> = ITEM.find_iter(text).map(|found| (found.start(), found.end())).collect();
    let context = &text[..starts.first()?.0];
    let mut items = Vec::new();
    for (n, (_, end)) in starts.iter().enumerate() {
        let stop = starts.get(n + 1).map_or(text.len(), |(start, _)| *start);
        // What follows a blank line behind the last item is no part of it.
        let item = &text[*end..stop];
        let item = if n + 1 == starts.len() { item.split("\n\n").next().unwrap_or(item) } else { item };
        items.push(item.trim());
    }
    joined(context, &items)
}

/// Items within a line, numbered from one without a gap.
fn numbered(text: &str) -> Option<Vec<String>> {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for found in INLINE.captures_iter(text) {
        let (Some(whole), Some(digit)) = (found.get(0), found.get(1)) else { continue };
        if digit.as_str().parse() == Ok(starts.len() + 1) {
            starts.push((whole.start(), whole.end()));
        }
    }
    if starts.len() < 2 {
        return None;
    }
    let context = &text[..starts.first()?.0];
    let stops = starts.iter().skip(1).map(|(start, _)| *start).chain([text.len()]);
    let items: Vec<&str> = starts.iter().zip(stops).map(|((_, end), stop)| text[*end..stop].trim()).collect();
    joined(context, &items)
}

/// Two items at least ask, and none is lost: one that asks nothing belongs to what all are read with.
fn joined(context: &str, items: &[&str]) -> Option<Vec<String>> {
    if items.iter().filter(|item| asks(item)).count() < 2 {
        return None;
    }
    let facts = items.iter().filter(|item| !asks(item)).map(|item| item.trim());
    let context: Vec<&str> = std::iter::once(context.trim()).chain(facts).filter(|part| !part.is_empty()).collect();
    let context = context.join("\n");
    let questions = items.iter().filter(|item| asks(item));
    Some(questions.map(|item| format!("{context}\n{item}").trim().to_owned()).collect())
}

/// Paragraphs that each ask, and name codes that the others do not.
fn paragraphs(text: &str) -> Option<Vec<String>> {
    let unix = text.replace("\r\n", "\n");
    let all: Vec<&str> = unix.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).collect();
    let asking: Vec<&&str> = all.iter().filter(|part| asks(part)).collect();
    if asking.len() < 2 {
        return None;
    }
    let codes = |part: &str| CODE.find_iter(part).map(|found| found.as_str().to_owned()).collect::<Vec<_>>();
    let named: Vec<Vec<String>> = asking.iter().map(|part| codes(part)).collect();
    let apart = named.iter().enumerate().all(|(n, codes)| {
        let others = named.iter().enumerate().filter(|(m, _)| *m != n).flat_map(|(_, codes)| codes);
        !codes.is_empty() && others.into_iter().all(|other| !codes.contains(other))
    });
    if !apart {
        return None;
    }
    let first = all.iter().position(|part| asks(part))?;
    let context = all[..first].join("\n");
    Some(asking.iter().map(|part| format!("{context}\n{part}").trim().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbered_questions_are_taken_apart_with_what_they_share() {
        let text = "Medicare, DOS 2026-03-02, office.\n1. Can 20610 and 99213 go together?\n2) How many units of J3301 for 40 mg?\n\nThanks, Ann";
        assert_eq!(
            split(text),
            [
                "Medicare, DOS 2026-03-02, office.\nCan 20610 and 99213 go together?",
                "Medicare, DOS 2026-03-02, office.\nHow many units of J3301 for 40 mg?"
            ]
        );
        assert_eq!(split("Three things: 1) is 45385 valid? 2) global of 27447? 3) does 93000 take a 26?").len(), 3);
        assert_eq!(split("- is G0289 an add-on?\n- what replaced 99441?").len(), 2);
    }

    #[test]
    fn paragraphs_about_other_codes_are_apart() {
        assert_eq!(split("Hello.\n\nIs 45385 bundled with 45380?\n\nAlso, is J1745 per 10 mg?").len(), 2);
        assert_eq!(split("Is 45385 bundled with 45380?\n\nAnd which of 45385 and 45380 gets the 59?").len(), 1);
    }

    #[test]
    fn a_list_of_what_was_done_is_one_question() {
        let text =
            "Procedures:\n1. Cystoscopy\n2. Stent 52332\n3. Laser lithotripsy 52356\nCan 52332 be billed with 52356?";
        assert_eq!(split(text).len(), 1);
        assert_eq!(split("Both? And does the intubation count?").len(), 1);
        assert_eq!(split("99213 1.5 hours?").len(), 1);
    }

    proptest! {
        #[test]
        fn any_text_is_split_without_panic_and_never_to_nothing(text in "(?s)[0-9.)?\\na-c •-]{0,80}|.{0,60}") {
            prop_assert!(!split(&text).is_empty());
        }
    }
}
