//! `message`: what the service reads in a mail file.

use clap::Args;
use serde_json::{Value, json};

use super::{Failure, ask, print, print_json};
use crate::config::Config;
use crate::{admit, clock, llm};

/// Show what the service reads in a mail file
#[derive(Debug, Args)]
pub struct Message {
    /// The file; `-` reads standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Reads and prints.
pub fn run(command: &Message, config: &Config) -> Result<(), Failure> {
    let raw = ask::read(&command.file, config.source.max_message_bytes)?;
    let arrival = admit::read(&raw, config);
    let message = &arrival.message;
    let known = message.from.as_ref().map(|from| json!({"address": from.expose(), "name": from.name()}));
    let from = known.or_else(|| message.shown_from.as_ref().map(|shown| json!(shown)));
    let value = json!({
        "from": from,
        "to": message.to,
        "cc": message.cc,
        "subject": message.subject,
        "date": message.date.map(|date| date.to_string()),
        "message_id": message.message_id,
        "in_reply_to": message.in_reply_to,
        "references": message.references,
        "text": message.text,
        "full_text": message.full_text,
        "attachments": message.attachments,
        "automatic": message.automatic,
        "bounce": message.bounce,
        "trust": arrival.trust,
        "removed": removed(&message.subject, &message.text),
        "quarantined": message.quarantined.is_some(),
        "why": message.quarantined,
    });
    if command.json {
        return print_json(&value);
    }
    let text = serde_json::to_string_pretty(&value).map_err(|error| Failure::Work(error.to_string()))?;
    print(&text)
}

/// Characters in which identity is looked for: a question is far shorter.
const LOOKED_AT: usize = 20_000;

/// What would be taken out before anything else reads the text, by kind. Dates of service are replaced, not removed.
fn removed(subject: &str, text: &str) -> Vec<Value> {
    let read: String = format!("{subject}\n{text}").chars().take(LOOKED_AT).collect();
    let masked = llm::deidentify(&read, clock::Clock::System.now().date());
    let mut counts: Vec<(String, usize)> = Vec::new();
    for kind in tokens(masked.as_str()) {
        let before = tokens(&read).filter(|known| *known == kind).count();
        let name = kind.to_ascii_lowercase();
        if !counts.iter().any(|(known, _)| *known == name) && !kind.starts_with("DATE-") {
            let after = tokens(masked.as_str()).filter(|known| *known == kind).count();
            counts.push((name, after.saturating_sub(before)));
        }
    }
    counts.iter().filter(|(_, count)| *count > 0).map(|(kind, count)| json!({"kind": kind, "count": count})).collect()
}

/// The marks that stand in place of what was masked: `[NAME]`, `[BIRTH DATE]`.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let inner = text.split('[').skip(1).filter_map(|rest| rest.split_once(']').map(|(kind, _)| kind));
    inner.filter(|kind| {
        (2..24).contains(&kind.len())
            && kind.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b" +-".contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_removed_is_counted_by_kind() {
        let found =
            removed("x", "Reach me at ann@clinic.test or bob@clinic.test. [EMAIL] Is 45385 right on 10/3/2026?");
        assert_eq!(found, [json!({"kind": "email", "count": 2})]);
    }
}
