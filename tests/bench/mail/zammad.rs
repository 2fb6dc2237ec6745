//! Sender, subject, text and files as a helpdesk of ten years' practice reads them.

use std::collections::{BTreeMap, BTreeSet};

use caseconsultant::domain::message::InboundMessage;
use serde_json::Value;

use crate::expected::folded;
use crate::material::Material;
use crate::table::Row;

/// Share of letters that two readings of a text have in common, at least.
const ALIKE: f64 = 0.95;

/// The rows.
pub fn measure(material: &Material) -> Vec<Row> {
    let expected = material.expected("zammad-parse.jsonl");
    let all: Vec<Value> = expected.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (mut sender, mut files, mut text) = (0, 0, 0);
    for key in &all {
        let path = key["path"].as_str().unwrap();
        let message = material.message(path).unwrap();
        let right = [same_sender(key, message), same_files(key, message), same_text(key, message)];
        for (right, (count, what)) in
            right.iter().zip([(&mut sender, "sender or subject"), (&mut files, "files"), (&mut text, "text")])
        {
            *count += usize::from(*right);
            if !right {
                material.tell("zammad", path, what);
            }
        }
    }
    let row = |what: &str, count: usize, share: f64| {
        let mark = format!(">= {:.0} %", share * 100.0);
        Row::marked(what, format!("{count} of {}", all.len()), &mark, count as f64 >= share * all.len() as f64)
    };
    vec![
        row("zammad: sender and subject", sender, 0.95),
        row("zammad: files by digest", files, 0.9),
        row("zammad: text", text, 0.9),
    ]
}

fn same_sender(key: &Value, message: &InboundMessage) -> bool {
    let shown = message.from.as_ref().map(|from| from.expose().to_owned());
    let shown = shown.or_else(|| message.shown_from.as_ref().map(|shown| shown.address.clone())).unwrap_or_default();
    let sender = key["from_email"].as_str().is_none_or(|wanted| wanted.eq_ignore_ascii_case(&shown));
    sender && key["subject"].as_str().is_none_or(|wanted| folded(wanted) == folded(&message.subject))
}

fn same_files(key: &Value, message: &InboundMessage) -> bool {
    let read: BTreeSet<&str> = message.attachments.iter().map(|file| file.md5.as_str()).collect();
    let wanted = key["attachments"].as_array().into_iter().flatten().filter(|file| {
        let name = file["name"].as_str().or(file["filename"].as_str()).unwrap_or("");
        // The HTML form of the text, which that helpdesk keeps as a file.
        !name.contains("message.html")
    });
    wanted.filter_map(|file| file["md5"].as_str()).all(|digest| read.contains(digest))
}

/// By the letters: the expected text went through a sanitizer that moves spaces and takes out addresses of links.
fn same_text(key: &Value, message: &InboundMessage) -> bool {
    let Some(html) = key["body_html"].as_str() else { return true };
    let wanted = if html.contains("no visible content") { String::new() } else { text_of(html) };
    let (wanted, read) = (letters(&wanted), letters(&message.full_text));
    let sum = |counts: &BTreeMap<char, usize>| counts.values().sum::<usize>();
    let both: usize = wanted.iter().map(|(c, n)| read.get(c).copied().unwrap_or(0).min(*n)).sum();
    let total = sum(&wanted) + sum(&read);
    total == 0 || 2.0 * both as f64 / total as f64 >= ALIKE
}

fn letters(text: &str) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for c in text.to_lowercase().chars().filter(|c| c.is_alphanumeric()) {
        *counts.entry(c).or_insert(0) += 1;
    }
    counts
}

/// Tags out, the few entities that the sanitizer writes decoded.
fn text_of(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
