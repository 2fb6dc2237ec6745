//! The machine-readable part of a notice (RFC 3464 section 2.3): one group of fields for each recipient.

use crate::mail::parse::part::{Part, Role};

/// What a report says of one recipient.
#[derive(Debug, Default, Clone)]
pub struct Group {
    /// Final-Recipient, or Original-Recipient.
    pub recipient: Option<String>,
    /// Action, in lower case.
    pub action: String,
    /// Status (RFC 3463).
    pub status: Option<String>,
    /// Diagnostic-Code without its type.
    pub diagnostic: String,
    /// The delivery goes on being tried.
    pub delayed: bool,
}

impl Group {
    /// It did not arrive, or not yet.
    pub fn is_failure(&self) -> bool {
        let named = matches!(
            self.action.as_str(),
            "failed" | "failure" | "delayed" | "fail" | "expired" | "failed;" | "undeliverable"
        );
        named
            || (self.action.is_empty()
                && self.recipient.is_some()
                && self.status.as_deref().is_some_and(|status| !status.starts_with('2')))
    }

    /// It did arrive, or went on to another system.
    pub fn is_success(&self) -> bool {
        matches!(self.action.as_str(), "delivered" | "relayed" | "expanded" | "deliverable")
    }
}

/// The groups of all reports in a message; where a broken system wrote the report into the text, of the text.
pub fn groups(parts: &[Part<'_>], text: &str) -> Vec<Group> {
    let at = |nested: bool| {
        let declared =
            parts.iter().filter(move |part| (part.level > 0) == nested && part.media_type.ends_with("delivery-status"));
        declared.flat_map(|part| read(&part.text())).collect::<Vec<Group>>()
    };
    let mut found = at(false);
    if found.is_empty() {
        let loose = parts
            .iter()
            .filter(|part| part.level == 0 && part.role == Role::File && part.media_type.starts_with("text/"));
        let texts = loose.map(Part::text).chain([text.to_owned()]);
        found = texts
            .filter(|text| text.contains("inal-Recipient:") || text.contains("inal-recipient:"))
            .flat_map(|text| read(&text))
            .collect();
    }
    // A notice that passes on the notice of another system.
    if found.is_empty() { at(true) } else { found }
}

fn read(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut group = Group::default();
    let mut last = String::new();
    for line in text.lines().take(5_000) {
        let line = line.trim_end();
        if line.is_empty() {
            close(&mut groups, &mut group);
            last.clear();
        } else if line.starts_with([' ', '\t']) {
            if last == "diagnostic-code" {
                group.diagnostic.push(' ');
                group.diagnostic.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            last = name.trim().to_ascii_lowercase();
            // A second recipient without an empty line before it.
            if last == "final-recipient" && group.recipient.is_some() && !group.action.is_empty() {
                close(&mut groups, &mut group);
            }
            field(&mut group, &last, value.trim());
        }
    }
    close(&mut groups, &mut group);
    groups
}

fn field(group: &mut Group, name: &str, value: &str) {
    // `rfc822; ann@clinic.test`: the type of the address goes.
    let bare = value.split_once(';').map_or(value, |(_, rest)| rest).trim();
    match name {
        "final-recipient" => group.recipient = super::wording::first_address(bare).or(group.recipient.take()),
        "original-recipient" if group.recipient.is_none() => group.recipient = super::wording::first_address(bare),
        "action" => {
            group.action = value.split([' ', '(']).next().unwrap_or("").to_ascii_lowercase();
            group.delayed = group.action == "delayed";
        }
        "status" => group.status = super::reason::status(value),
        "diagnostic-code" => group.diagnostic = bare.to_owned(),
        _ => {}
    }
}

fn close(groups: &mut Vec<Group>, group: &mut Group) {
    let group = std::mem::take(group);
    if group.recipient.is_some() || !group.action.is_empty() {
        groups.push(group);
    }
}
