//! `message`: what the service reads in a mail file.

use clap::Args;
use serde_json::json;

use super::{Failure, ask, print, print_json};
use crate::admit;
use crate::config::Config;

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
    let from = message.from.as_ref().map(|from| json!({"address": from.expose(), "name": from.name()}));
    let ids: Vec<&str> = message.references.iter().map(|id| id.as_str()).collect();
    let value = json!({
        "from": from,
        "subject": message.subject,
        "date": message.date.map(|date| date.to_string()),
        "message_id": message.message_id.as_ref().map(|id| id.as_str()),
        "in_reply_to": ids.last(),
        "references": ids,
        "text": message.text,
        "full_text": message.full_text,
        "attachments": message.attachments,
        "automatic": message.automatic,
        "trust": arrival.trust,
        "quarantined": message.quarantined.is_some(),
        "why": message.quarantined,
    });
    if command.json {
        return print_json(&value);
    }
    let text = serde_json::to_string_pretty(&value).map_err(|error| Failure::Work(error.to_string()))?;
    print(&text)
}
