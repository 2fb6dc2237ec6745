//! A draft as a reviewer edits it: texts with the numbers of their sources in brackets, and back again.

use crate::domain::code::{Code, Modifier};
use crate::domain::draft::{Action, Assertion, Draft, Line, Section, Standing, Usage, Verdict};
use crate::domain::inquiry::Assumption;

/// Lines to bill that a form may hold for one question.
pub const MOST_LINES: usize = 40;
/// The longest text of one field, in characters.
const LONGEST: usize = 8_000;

/// A part of the form for the answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// `yes`, `no`, `depends` or empty.
    pub verdict: String,
    /// The first sentence, with its sources as `[1]`.
    pub headline: String,
    /// Code, modifiers, units, what for.
    pub lines: Vec<[String; 4]>,
    /// Heading and statements, one a line.
    pub sections: Vec<(String, String)>,
}

/// What in a form cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The first sentence is empty.
    #[error("the answer needs its first sentence: it is what the asker reads")]
    NoHeadline,
    /// A line to bill.
    #[error("line {0}: {1:?} is no code")]
    Code(usize, String),
    /// A modifier.
    #[error("line {0}: {1:?} is no modifier")]
    Modifier(usize, String),
    /// Units.
    #[error("line {0}: units are a whole number from 1 to 9999")]
    Units(usize),
    /// A text without end.
    #[error("a text is longer than {LONGEST} characters")]
    Long,
    /// More than a form holds.
    #[error("more than {MOST_LINES} lines to bill")]
    Many,
}

/// The form of a draft, without what answers further questions.
pub fn fields(draft: &Draft) -> Fields {
    let lines = draft.lines.iter().map(|line| {
        let modifiers: Vec<&str> = line.modifiers.iter().map(Modifier::as_str).collect();
        [line.code.to_string(), modifiers.join(" "), line.units.to_string(), line.role.clone()]
    });
    let sections = draft.sections.iter().map(|section| {
        let items: Vec<String> = section.items.iter().map(shown).collect();
        (section.heading.clone(), items.join("\n"))
    });
    let verdict = match draft.verdict {
        Some(Verdict::Yes) => "yes",
        Some(Verdict::No) => "no",
        Some(Verdict::Depends) => "depends",
        None => "",
    };
    Fields {
        verdict: verdict.to_owned(),
        headline: shown(&draft.headline),
        lines: lines.collect(),
        sections: sections.collect(),
    }
}

/// A draft with what the form says in place of what it said.
///
/// # Errors
/// What cannot be read, with its place.
pub fn apply(draft: &Draft, fields: &Fields) -> Result<Draft, EditError> {
    let headline = statement(&fields.headline)?.ok_or(EditError::NoHeadline)?;
    let mut lines = Vec::new();
    for (n, [code, modifiers, units, role]) in fields.lines.iter().enumerate() {
        if code.trim().is_empty() {
            continue; // An empty row is how a line is taken away.
        }
        lines.push(line(n + 1, code, modifiers, units, role)?);
    }
    if lines.len() > MOST_LINES {
        return Err(EditError::Many);
    }
    let mut sections = Vec::new();
    for (heading, text) in &fields.sections {
        let mut items = Vec::new();
        for said in text.lines() {
            items.extend(statement(said)?);
        }
        if !items.is_empty() {
            sections.push(Section { heading: heading.clone(), items });
        }
    }
    let verdict = match fields.verdict.as_str() {
        "yes" => Some(Verdict::Yes),
        "no" => Some(Verdict::No),
        "depends" => Some(Verdict::Depends),
        _ => None,
    };
    let edited = Draft { verdict, headline, lines, sections, ..draft.clone() };
    let action = match draft.action {
        // A person answers what the machine would not.
        Action::AskBack | Action::Refuse | Action::RefuseOutOfScope | Action::NoReply => Action::Answer,
        action => action,
    };
    // What a person wrote is no longer what was computed.
    let standing = if essence(&edited) == essence(draft) { draft.standing } else { Standing::Reasoned };
    Ok(Draft { action, standing, ..edited })
}

/// What a label `Checked against data` speaks of.
fn essence(draft: &Draft) -> (Option<Verdict>, &Assertion, &[Line], &[Section]) {
    (draft.verdict, &draft.headline, &draft.lines, &draft.sections)
}

/// A person's own words to the asker, with nothing computed around them: the one question, or a polite no.
///
/// # Errors
/// There are no words, or too many.
pub fn words(assumptions: Vec<Assumption>, text: &str, action: Action) -> Result<Draft, EditError> {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().count() > LONGEST {
        return Err(EditError::Long);
    }
    if folded.is_empty() {
        return Err(EditError::NoHeadline);
    }
    Ok(Draft {
        action,
        verdict: None,
        label: None,
        lines: Vec::new(),
        modifiers: Vec::new(),
        headline: Assertion::new(folded, Vec::new()),
        standing: Standing::Reasoned,
        assumptions,
        sections: Vec::new(),
        writer: "a reviewer".to_owned(),
        prompt: String::new(),
        usage: Usage::default(),
        also: Vec::new(),
    })
}

fn line(n: usize, code: &str, modifiers: &str, units: &str, role: &str) -> Result<Line, EditError> {
    let known = Code::parse(code.trim()).map_err(|_| EditError::Code(n, code.trim().to_owned()))?;
    let mut read = Vec::new();
    for word in modifiers.split([' ', ',', '-']).filter(|word| !word.is_empty()) {
        read.push(Modifier::parse(word).map_err(|_| EditError::Modifier(n, word.to_owned()))?);
    }
    let units = if units.trim().is_empty() { Some(1) } else { units.trim().parse().ok() };
    let units = units.filter(|units| (1..=9_999).contains(units)).ok_or(EditError::Units(n))?;
    let role = if role.trim().is_empty() { "bill" } else { role.trim() };
    Ok(Line { code: known, modifiers: read, units, role: role.chars().take(LONGEST).collect() })
}

/// `… [1] [3]`: a statement with its sources.
pub fn shown(assertion: &Assertion) -> String {
    let marks: Vec<String> = assertion.cites.iter().map(|n| format!(" [{n}]")).collect();
    format!("{}{}", assertion.text, marks.concat())
}

/// Reads one back; `None` for an empty line. The numbers may stand anywhere in it.
fn statement(text: &str) -> Result<Option<Assertion>, EditError> {
    let (mut said, mut cites, mut rest) = (String::new(), Vec::new(), text);
    if text.chars().count() > LONGEST {
        return Err(EditError::Long);
    }
    while let Some(at) = rest.find('[') {
        let (before, behind) = (&rest[..at], &rest[at + 1..]);
        let number = behind.split_once(']').and_then(|(n, after)| Some((n.trim().parse::<usize>().ok()?, after)));
        match number {
            Some((n, after)) => {
                said.push_str(before);
                if !cites.contains(&n) {
                    cites.push(n);
                }
                rest = after;
            }
            None => {
                said.push_str(&rest[..=at]);
                rest = behind;
            }
        }
    }
    said.push_str(rest);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = said.replace(" .", ".").replace(" ,", ",");
    Ok((!said.is_empty()).then(|| Assertion::new(said, cites)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            action: Action::Answer,
            verdict: Some(Verdict::Yes),
            label: None,
            lines: vec![Line {
                code: Code::parse("45385").unwrap(),
                modifiers: vec![Modifier::parse("59").unwrap()],
                units: 1,
                role: "bill".to_owned(),
            }],
            modifiers: Vec::new(),
            headline: Assertion::new("Yes, with modifier 59.", vec![1, 2]),
            standing: Standing::Checked,
            assumptions: Vec::new(),
            sections: vec![Section {
                heading: "WHY".to_owned(),
                items: vec![Assertion::new("The polyps differ.", vec![2]), Assertion::new("Second.", vec![1])],
            }],
            writer: "plain rules".to_owned(),
            prompt: String::new(),
            usage: Usage::default(),
            also: Vec::new(),
        }
    }

    #[test]
    fn a_draft_comes_back_from_its_form_as_it_was() {
        assert_eq!(apply(&draft(), &fields(&draft())), Ok(draft()));
    }

    #[test]
    fn a_changed_draft_no_longer_says_that_it_was_computed() {
        let mut form = fields(&draft());
        form.headline = "No [1].".to_owned();
        form.verdict = "no".to_owned();
        let edited = apply(&draft(), &form).unwrap();
        assert_eq!(edited.standing, Standing::Reasoned);
        assert_eq!(edited.headline, Assertion::new("No.", vec![1]));
        assert_eq!(edited.verdict, Some(Verdict::No));
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_line() {
        let with = |line: [&str; 4]| Fields { lines: vec![line.map(str::to_owned)], ..fields(&draft()) };
        assert_eq!(apply(&draft(), &with(["4538", "", "1", ""])), Err(EditError::Code(1, "4538".to_owned())));
        assert_eq!(apply(&draft(), &with(["45385", "5", "1", ""])), Err(EditError::Modifier(1, "5".to_owned())));
        assert_eq!(apply(&draft(), &with(["45385", "", "0", ""])), Err(EditError::Units(1)));
        assert_eq!(
            apply(&draft(), &Fields { headline: " [2] ".to_owned(), ..fields(&draft()) }),
            Err(EditError::NoHeadline)
        );
        assert_eq!(apply(&draft(), &with(["", "", "", ""])).map(|draft| draft.lines.len()), Ok(0));
    }

    #[test]
    fn brackets_that_hold_no_number_stay_in_the_text() {
        let read = statement("See [the note] and [x [3]").unwrap().unwrap();
        assert_eq!(read, Assertion::new("See [the note] and [x", vec![3]));
    }
}
