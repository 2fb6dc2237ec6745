//! `message`: what the service reads in a mail file.

use std::collections::BTreeMap;

use clap::Args;
use serde_json::json;

use super::{Failure, ask, print, print_json};
use crate::admit::{self, Question};
use crate::app;
use crate::config::Config;
use crate::domain::identifier::{Identifier, Removed};
use crate::domain::message::InboundMessage;
use crate::identity;
use crate::mail::dns::Dns;
use crate::mail::parse;

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

/// What would be taken out of subject, text and the names of files before anything else reads them.
fn removed(message: &InboundMessage, question: &Question) -> Vec<Removed> {
    let names = message.attachments.iter().map(|attachment| identity::deidentify_file_name(&attachment.name));
    let own = [identity::deidentify(&message.subject), identity::deidentify(&message.text)];
    let texts = own.into_iter().chain([question.beside.clone()]);
    let mut counts: BTreeMap<Identifier, usize> = BTreeMap::new();
    for removed in texts.chain(names).flat_map(|text| text.removed().to_vec()) {
        *counts.entry(removed.kind).or_default() += removed.count;
    }
    counts.into_iter().map(|(kind, count)| Removed { kind, count }).collect()
}

/// Reads and prints.
pub async fn run(command: &Message, config: &Config) -> Result<(), Failure> {
    let raw = ask::read(&command.file, config.source.max_message_bytes)?;
    let mut arrival = admit::read_and_check(&raw, config, &Dns::open(&config.trust)?).await;
    let files = parse::files(&raw);
    let question = if files.is_empty() {
        Question::default()
    } else {
        let found = app::reader(config).read(files).await;
        admit::question_with(&mut arrival.message, &found)
    };
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
        "encrypted": message.encrypted,
        "automatic": message.automatic,
        "bounce": message.bounce,
        "trust": arrival.trust,
        "removed": removed(message, &question),
        "quarantined": message.quarantined.is_some(),
        "why": message.quarantined,
    });
    if command.json {
        return print_json(&value);
    }
    let text = serde_json::to_string_pretty(&value).map_err(|error| Failure::Work(error.to_string()))?;
    print(&text)
}
