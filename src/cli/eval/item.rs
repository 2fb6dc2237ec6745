//! One line of a question file, and the mail that it stands for.

use serde::Deserialize;
use serde_json::Value;

use super::key::Key;

/// A question, or an adversarial message, with what is expected of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Item {
    /// Its id, as it stands.
    #[serde(default)]
    pub id: Value,
    /// The text.
    pub question: String,
    #[serde(default)]
    subject: String,
    /// `text/plain` where it is not given.
    #[serde(default)]
    content_type: String,
    #[serde(default)]
    attachments: Vec<Attachment>,
    #[serde(default)]
    headers: serde_json::Map<String, Value>,
    /// The date of service where the question names none, or `shelf`.
    #[serde(default)]
    pub on: Option<String>,
    /// The group that it is counted in.
    #[serde(default)]
    pub category: String,
    /// What a right answer holds, or what is to be done with the message.
    #[serde(flatten)]
    pub key: Key,
}

#[derive(Debug, Clone, Deserialize)]
struct Attachment {
    #[serde(default)]
    filename: String,
    #[serde(default)]
    text: String,
}

impl Item {
    /// What makes two runs speak of the same item.
    pub fn name(&self) -> String {
        self.id.as_str().map_or_else(|| self.id.to_string(), str::to_owned)
    }

    /// Subject and text, where the item is nothing but text; `None` where it is a message with headers, markup or
    /// attachments, which is read as the mail it stands for.
    pub fn text(&self) -> Option<String> {
        let plain = self.content_type.is_empty() || self.content_type.starts_with("text/plain");
        if !plain || !self.headers.is_empty() || !self.attachments.is_empty() {
            return None;
        }
        Some(if self.subject.is_empty() {
            self.question.clone()
        } else {
            format!("{}\n{}", self.subject, self.question)
        })
    }

    /// The message on the wire (RFC 5322), with the headers that the item gives.
    pub fn mail(&self) -> Vec<u8> {
        let line = |text: &str| text.replace(['\r', '\n'], " ");
        let mut mail = String::new();
        let given = |name: &str| self.headers.keys().any(|key| key.eq_ignore_ascii_case(name));
        for (name, value) in &self.headers {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            mail.push_str(&format!("{}: {}\r\n", line(name).replace([':', ' '], ""), line(&value)));
        }
        for (name, value) in [("From", "asker@clinic.example.test"), ("Subject", &line(&self.subject))] {
            if !given(name) {
                mail.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        let kind = if self.content_type.is_empty() { "text/plain" } else { &line(&self.content_type) };
        mail.push_str("MIME-Version: 1.0\r\n");
        let body = self.question.replace("\r\n", "\n").replace('\n', "\r\n");
        if self.attachments.is_empty() {
            mail.push_str(&format!(
                "Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
            ));
            return mail.into_bytes();
        }
        const EDGE: &str = "part-of-an-item-under-evaluation";
        mail.push_str(&format!("Content-Type: multipart/mixed; boundary=\"{EDGE}\"\r\n\r\n"));
        mail.push_str(&format!(
            "--{EDGE}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n"
        ));
        for part in &self.attachments {
            let name = line(&part.filename).replace('"', "'");
            let text = part.text.replace("\r\n", "\n").replace('\n', "\r\n");
            mail.push_str(&format!("--{EDGE}\r\nContent-Type: text/plain; charset=utf-8; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"));
        }
        mail.push_str(&format!("--{EDGE}--\r\n"));
        mail.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_written_with_its_own_headers() {
        let item: Item = serde_json::from_str(
            r#"{"id": 7, "question": "away", "headers": {"Auto-Submitted": "auto-replied"}, "subject": "x\r\nBcc: y"}"#,
        )
        .unwrap();
        assert_eq!(item.name(), "7");
        let mail = String::from_utf8(item.mail()).unwrap();
        assert!(mail.starts_with("Auto-Submitted: auto-replied\r\n"), "{mail}");
        assert!(mail.contains("Subject: x  Bcc: y\r\n") && mail.ends_with("\r\n\r\naway\r\n"), "{mail}");
        assert_eq!(item.text(), None);
    }

    #[test]
    fn plain_text_is_asked_as_it_stands() {
        let item: Item = serde_json::from_str(r#"{"question": "45385?", "subject": "polyps"}"#).unwrap();
        assert_eq!(item.text().as_deref(), Some("polyps\n45385?"));
    }
}
