//! `ask`: one question, no mailbox, no account, no case.

use std::io::Read as _;
use std::sync::Arc;

use clap::Args;

use super::{Failure, answer, as_of, block_on, print, print_json};
use crate::app;
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::domain::attachment::Receipt;
use crate::domain::case::CaseId;
use crate::domain::check::Setting;
use crate::domain::message::InboundMessage;
use crate::domain::outbox::OutboxKind;
use crate::domain::time::AsOf;
use crate::identity::deidentify;
use crate::mail::parse;
use crate::pipeline::{Consultant, Consultation};
use crate::reply::render::{Body, Footing, render};
use crate::reply::{self, Thread};
use crate::research;

/// Ask one question
#[derive(Debug, Args)]
pub struct Ask {
    /// A file with a message (RFC 5322) or plain text; `-` reads standard input
    #[arg(default_value = "-", value_name = "FILE")]
    file: String,
    /// Print the structured answer instead of the reply
    #[arg(long)]
    json: bool,
    /// Date of service where the question names none, or `shelf` for the newest release of each table
    #[arg(long, value_parser = as_of, value_name = "DATE")]
    on: Option<AsOf>,
    /// Setting where the question names none: practitioner or hospital
    #[arg(long, value_parser = setting, value_name = "SETTING")]
    setting: Option<Setting>,
    /// Program where the question names none: medicare or medicaid
    #[arg(long, value_parser = program, value_name = "PROGRAM")]
    program: Option<crate::domain::check::Program>,
}

/// `--setting`.
pub fn setting(text: &str) -> Result<Setting, String> {
    Setting::parse(text).ok_or_else(|| format!("{text:?} is no setting: practitioner or hospital"))
}

/// `--program`.
pub fn program(text: &str) -> Result<crate::domain::check::Program, String> {
    crate::domain::check::Program::parse(text).ok_or_else(|| format!("{text:?} is no program: medicare or medicaid"))
}

/// Answers and prints.
pub fn run(ask: &Ask, config: Config) -> Result<(), Failure> {
    std::thread::spawn(research::get_ready);
    let raw = read(&ask.file, config.source.max_message_bytes)?;
    let mut message = is_message(&raw).then(|| parse::parse(&raw, &[]));
    if let Some(why) = message.as_ref().and_then(|message| message.quarantined.as_deref()) {
        return Err(Failure::Work(format!(
            "{}: the message cannot be read safely: {why}. The service would hold it for a person",
            ask.file
        )));
    }
    if message.as_ref().is_some_and(|message| message.encrypted) {
        return Err(Failure::Work(format!("{}: the message is encrypted. The service would say so", ask.file)));
    }
    let consultant = app::consultant(Arc::new(config), Clock::System)?;
    let question = match &mut message {
        Some(message) => block_on(consultant.question(&raw, message))?,
        None => deidentify(&String::from_utf8_lossy(&raw)).into(),
    };
    if question.asked.as_str().trim().is_empty() {
        return Err(Failure::Work(format!("{}: no text to read as a question", ask.file)));
    }
    let mut reading = consultant.reading(message.as_ref().and_then(|message| message.date), ask.on);
    reading.setting = ask.setting.unwrap_or(reading.setting);
    reading.program = ask.program.unwrap_or(reading.program);
    let consultation = block_on(consultant.consult(&question, &reading))??;
    let case = CaseId::from_random(&consultant.config.service.case_prefix, clock::random());
    let body = body(&consultant, &consultation, if message.is_some() { case.as_str() } else { "" })?;
    match message {
        _ if ask.json => print_json(&answer::json(case.as_str(), &consultation, &body)),
        Some(message) => print_message(&consultant, &message, &case, &body),
        None => print(&body.text),
    }
}

/// The drafted reply of a consultation.
pub fn body(consultant: &Consultant, consultation: &Consultation, case: &str) -> Result<Body, Failure> {
    let foot = Footing {
        case: case.to_owned(),
        quota: String::new(),
        files: consultation.evidence.files.iter().map(Receipt::line).collect(),
        service: consultant.config.service.name.clone(),
        year: consultant.clock.now().date().year(),
        ..Footing::default()
    };
    Ok(render(&consultation.draft, &consultation.evidence, &foot)?)
}

fn print_message(consultant: &Consultant, asked: &InboundMessage, case: &CaseId, body: &Body) -> Result<(), Failure> {
    let Some(to) = &asked.from else { return Err(Failure::Work("the message has no sender".to_owned())) };
    let now = consultant.clock.now();
    let thread = Thread { row: case, shown: case, token: None, copies: &[] };
    let message = reply::message(to, asked, &thread, OutboxKind::Answer, body, &consultant.config, now)?;
    print(&String::from_utf8_lossy(&message.wire))
}

/// Reads a file or standard input, up to the limit that the mailbox has too.
pub fn read(file: &str, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut raw = Vec::new();
    let read = if file == "-" {
        std::io::stdin().lock().take(limit + 1).read_to_end(&mut raw)
    } else {
        std::fs::File::open(file).and_then(|f| f.take(limit + 1).read_to_end(&mut raw))
    };
    read.map_err(|error| Failure::Work(format!("{file}: {error}")))?;
    if raw.len() as u64 > limit {
        return Err(Failure::Work(format!("{file}: larger than {limit} bytes (source.max_message_bytes)")));
    }
    Ok(raw)
}

/// True when the bytes begin like a message: a header line, and a From line before the first empty line.
pub fn is_message(raw: &[u8]) -> bool {
    let head = &raw[..raw.len().min(100_000)];
    let first = head.split(|b| *b == b'\n').next().unwrap_or(&[]);
    let colon = first.iter().position(|b| *b == b':').unwrap_or(0);
    let header = colon > 0 && first[..colon].iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
    let mut lines = head.split(|b| *b == b'\n').take_while(|line| !matches!(line, [] | [b'\r']));
    header && lines.any(|line| line.len() > 5 && line[..5].eq_ignore_ascii_case(b"from:"))
}
