//! Replies to commands: fixed words around what the account itself may see. None quotes what the sender wrote.

use askama::Template;
use jiff::civil::Date;

use super::render::{Body, Footing, RenderError};
use super::wrap::{labelled, wrap};
use crate::domain::client::Client;
use crate::domain::quota::{Quota, Usage};
use crate::store::history::Past;

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What stands in front.
    pub label: String,
    /// The rest.
    pub text: String,
}

#[derive(Template)]
#[template(path = "mail/command.txt")]
struct Text<'a> {
    opening: String,
    paragraphs: Vec<String>,
    rows: Vec<String>,
    closing: Vec<String>,
    foot: &'a Footing,
}

#[derive(Template)]
#[template(path = "mail/command.html")]
struct Html<'a> {
    opening: &'a str,
    paragraphs: &'a [String],
    rows: &'a [Row],
    closing: &'a [String],
    foot: &'a Footing,
}

/// What a reply to a command says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandReply {
    /// The first line.
    pub opening: String,
    /// What follows.
    pub paragraphs: Vec<String>,
    /// A list.
    pub rows: Vec<Row>,
    /// What stands below it.
    pub closing: Vec<String>,
}

/// What is told of an allowance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The plan's name; `None` for a guest.
    pub plan: Option<String>,
    /// The allowance of the plan and what is used of it.
    pub quota: (Quota, Usage),
    /// The same of what was bought beside it.
    pub pack: Option<(Quota, Usage)>,
    /// Questions that are kept until there are answers.
    pub kept: u32,
}

/// The column at which the text of a row begins.
const INDENT: usize = 20;

fn row(label: impl Into<String>, text: impl Into<String>) -> Row {
    Row { label: label.into(), text: text.into() }
}

/// One answer, two answers.
pub fn answers(n: u32) -> String {
    if n == 1 { "1 answer".to_owned() } else { format!("{n} answers") }
}

impl CommandReply {
    /// A reply of one or two paragraphs.
    pub fn said(opening: impl Into<String>, paragraphs: &[&str]) -> Self {
        Self {
            opening: opening.into(),
            paragraphs: paragraphs.iter().map(|text| (*text).to_owned()).collect(),
            ..Self::default()
        }
    }

    /// How a person decided a complaint, in their words where they left some.
    pub fn decided(case: &str, upheld: bool, explained: &str) -> Self {
        let opening = if upheld {
            format!("You were right about the answer to case {case}, and it is not counted any more.")
        } else {
            format!("A certified coder has read case {case} again, and the answer stands.")
        };
        let mut paragraphs = Vec::new();
        if !explained.is_empty() {
            paragraphs.push(format!("What the coder says: {explained}"));
        }
        paragraphs.push(
            if upheld {
                "Thank you for telling us. Your quota has the answer back; QUOTA says what is left."
            } else {
                "If you see it differently, reply to this mail and say why, or write HUMAN, alone, as the reply."
            }
            .to_owned(),
        );
        Self { opening, paragraphs, ..Self::default() }
    }

    /// What can be written.
    pub fn help() -> Self {
        let rows = [
            ("STATUS", "where your questions stand; STATUS CC-7F3K2WX asks for one"),
            ("QUOTA", "answers used and left"),
            ("HISTORY", "your latest questions and their verdicts"),
            ("FIND words", "your answers that hold these words"),
            (
                "PROFILE",
                "what is assumed for you: PROFILE state=OH payer=Medicare specialty=GI sets it, PROFILE client=\"Lakeside GI\" state=IN for one client",
            ),
            ("MORE, SHORT", "the answer you reply to, with what its sources say beyond it, or verdict and lines only"),
            ("HUMAN", "a certified coder reads the question you reply to"),
            (
                "GOOD, BAD why",
                "what you think of an answer; a person looks at every BAD, and an upheld one costs nothing",
            ),
            ("FORGET CC-7F3K2WX", "question and answer are taken out of our records"),
            ("STOP, START", "no more mail from us, and mail again"),
            ("REGISTER", "opens a free account for this address"),
        ];
        Self {
            opening: "Ask in plain words: the codes, the date of service, the payer, and what you want to know.".to_owned(),
            paragraphs: vec![
                "Reply to an answer to correct an assumption (\"payer is Aetna\", \"DOS was 3/4/2026\") or to ask on. Corrections cost nothing.".to_owned(),
                "A line Client: with a name chooses one of your clients. A command stands alone as the first line of a mail, and costs nothing:".to_owned(),
            ],
            rows: rows.into_iter().map(|(label, text)| row(label, text)).collect(),
            closing: vec!["Please leave out what identifies a patient. We take out what we find, and answer without it.".to_owned()],
        }
    }

    /// Where questions stand.
    pub fn status(open: &[Past]) -> Self {
        if open.is_empty() {
            return Self::said("Nothing of yours is waiting.", &["HISTORY lists what was answered."]);
        }
        let rows = open.iter().map(|past| {
            row(past.root.as_str(), format!("{}: {} ({})", past.at.date(), shown(past), past.status.words()))
        });
        Self {
            opening: "These questions of yours are not answered yet.".to_owned(),
            rows: rows.collect(),
            ..Self::default()
        }
    }

    /// Where one question stands.
    pub fn status_of(past: &[Past]) -> Self {
        let Some(first) = past.first() else { return Self::no_such_case() };
        let latest = past.last().unwrap_or(first);
        let rows = past.iter().map(|past| row(past.at.date().to_string(), listed(past)));
        Self {
            opening: format!("Case {} {}.", first.root, latest.status.words()),
            rows: rows.collect(),
            ..Self::default()
        }
    }

    /// The number is none of the sender's.
    pub fn no_such_case() -> Self {
        Self::said(
            "No case of yours has that number.",
            &["HISTORY lists your latest ones. Numbers look like CC-7F3K2WX."],
        )
    }

    /// The latest questions.
    pub fn history(past: &[Past]) -> Self {
        if past.is_empty() {
            return Self::said("You have not asked anything yet.", &["HELP says what can be written."]);
        }
        let rows = past.iter().map(|past| row(format!("{} {}", past.at.date(), past.root), listed(past)));
        Self {
            opening: "Your latest questions, the newest first.".to_owned(),
            rows: rows.collect(),
            closing: vec!["FIND with a word or a code looks through all of them.".to_owned()],
            ..Self::default()
        }
    }

    /// Answers that hold words.
    pub fn found(past: &[Past]) -> Self {
        if past.is_empty() {
            return Self::said(
                "None of your answers holds all of these words.",
                &["Fewer words find more. A code alone is a good word."],
            );
        }
        let rows = past.iter().map(|past| row(format!("{} {}", past.at.date(), past.root), listed(past)));
        Self {
            opening: "These answers of yours hold all of the words, the newest first.".to_owned(),
            rows: rows.collect(),
            ..Self::default()
        }
    }

    /// What is used and left.
    pub fn quota(balance: &Balance) -> Self {
        let (quota, usage) = &balance.quota;
        let left = quota.left(*usage) + balance.pack.as_ref().map_or(0, |(pack, used)| pack.left(*used));
        let mut rows = vec![row("Plan", balance.plan.as_deref().unwrap_or("guest, without an account"))];
        let resets = quota.resets.map(|day| format!("; new ones begin on {day}")).unwrap_or_default();
        rows.push(row("This period", format!("{} of {} used{resets}", usage.settled + usage.reserved, quota.answers)));
        if let Some((pack, used)) = &balance.pack {
            rows.push(row("Bought beside it", format!("{} of {} used", used.settled + used.reserved, pack.answers)));
        }
        if balance.kept > 0 {
            rows.push(row("Kept", format!("{} of your questions wait for answers to be left", balance.kept)));
        }
        Self { opening: format!("You have {} left.", answers(left)), rows, ..Self::default() }
    }

    /// What is known of an account and its clients.
    pub fn profile(clients: &[Client], changed: bool) -> Self {
        let known = |client: &Client| {
            let facts: Vec<String> =
                client.facts.all().iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| format!("{k} {v}")).collect();
            if facts.is_empty() { "nothing is known".to_owned() } else { facts.join(", ") }
        };
        let mut rows: Vec<Row> = clients
            .iter()
            .map(|client| row(if client.name.is_empty() { "Your account" } else { &client.name }, known(client)))
            .collect();
        if rows.is_empty() {
            rows.push(row("Your account", "nothing is known"));
        }
        Self {
            opening: if changed { "Noted." } else { "This is assumed where a question does not say otherwise." }.to_owned(),
            rows,
            closing: vec!["PROFILE state=OH payer=Medicare specialty=GI setting=office contractor=CGS sets it; a dash takes a value away (payer=-); client=\"Lakeside GI\" in front means that client, which a line Client: in a question chooses.".to_owned()],
            ..Self::default()
        }
    }

    /// An account was opened.
    pub fn registered(name: &str, free: u32, period: &str, until: Option<Date>) -> Self {
        let until = until.map(|day| format!(" The next period begins on {day}.")).unwrap_or_default();
        Self {
            opening: "Welcome: your account is open.".to_owned(),
            paragraphs: vec![
                format!(
                    "It is free and has {} a {period}.{until} What you asked as a guest belongs to it; what was kept is answered now.",
                    answers(free)
                ),
                "PROFILE state=OH payer=Medicare specialty=GI spares you to say so each time. HELP lists all commands."
                    .to_owned(),
            ],
            rows: vec![row("Account", name)],
            ..Self::default()
        }
    }

    /// Renders both parts.
    ///
    /// # Errors
    /// A template failed.
    pub fn render(&self, foot: &Footing) -> Result<Body, RenderError> {
        let wrapped = |all: &[String]| all.iter().map(|text| wrap(text, 0)).collect();
        let text = Text {
            opening: wrap(&self.opening, 0),
            paragraphs: wrapped(&self.paragraphs),
            rows: self.rows.iter().map(line).collect(),
            closing: wrapped(&self.closing),
            foot,
        };
        let html = Html {
            opening: &self.opening,
            paragraphs: &self.paragraphs,
            rows: &self.rows,
            closing: &self.closing,
            foot,
        };
        Ok(Body { text: text.render()?, html: html.render()?, lines: None })
    }
}

/// A row as text; a label that is too long for its column stands above.
fn line(row: &Row) -> String {
    if row.label.chars().count() < INDENT {
        return labelled(&row.label, &row.text, INDENT);
    }
    format!("{}\n{}", wrap(&row.label, 0), labelled("", &row.text, 4))
}

fn shown(past: &Past) -> &str {
    if past.subject.is_empty() { "your question" } else { &past.subject }
}

fn listed(past: &Past) -> String {
    let client = if past.client.is_empty() { String::new() } else { format!("{}: ", past.client) };
    let verdict = if past.headline.is_empty() { past.status.words() } else { &past.headline };
    format!("{client}{}. {verdict}", shown(past).trim_end_matches(['.', '?']))
}
