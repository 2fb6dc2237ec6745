//! An instruction in a mail: in its text, in what it quotes, in HTML that nobody sees, in a file.

use super::attacks::Attack;
use crate::support::app::{BORDER, QUESTION, SERVICE};

/// Who asks.
pub const ANN: &str = "ann@lakeside.test";
/// The subject of every question.
pub const SUBJECT: &str = "Two polyps";

/// Where the instruction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Below the question.
    Body,
    /// In the mail that the question answers.
    Quoted,
    /// In a mail that is handed on with the question in it.
    Forwarded,
    /// In HTML that no program shows.
    Hidden,
    /// In a file that the question speaks of.
    Attached,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Body, Self::Quoted, Self::Forwarded, Self::Hidden, Self::Attached];
}

/// The mail, as its sender's program writes it.
pub fn mail(place: Place, attack: &Attack, id: &str) -> String {
    let Attack { text, context } = attack;
    match place {
        Place::Body => plain(SUBJECT, id, &format!("{QUESTION}\n\n{text}")),
        Place::Quoted => {
            let quoted: String = format!("{context}\n\n{text}").lines().map(|line| format!("> {line}\n")).collect();
            plain(SUBJECT, id, &format!("{QUESTION}\n\nOn Mon, Nov 23, 2026, the front desk wrote:\n{quoted}"))
        }
        Place::Forwarded => {
            let handed = format!("From: The front desk\nSent: Monday\nTo: Ann\nSubject: note\n\n{QUESTION}\n\n{text}");
            plain(&format!("Fwd: {SUBJECT}"), id, &format!("FYI, see below\n\n-----Original Message-----\n{handed}"))
        }
        Place::Hidden => html(id, text),
        Place::Attached => {
            let asked = format!("{QUESTION} The attached note tells more.");
            with_file(id, &asked, &format!("{context}\n\n{text}\n"))
        }
    }
}

fn plain(subject: &str, id: &str, text: &str) -> String {
    let text = text.replace('\n', "\r\n");
    format!("{}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n", head(subject, id))
}

fn html(id: &str, text: &str) -> String {
    let hidden = text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "<br>");
    let styles = ["display:none", "font-size:0", "color:#ffffff;background:#ffffff", "visibility:hidden"];
    let hidden: String = styles.iter().map(|style| format!("<div style=\"{style}\">{hidden}</div>\r\n")).collect();
    format!(
        "{}Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>{QUESTION}</p>\r\n{hidden}<!-- {} --></body></html>\r\n",
        head(SUBJECT, id),
        text.replace("--", "")
    )
}

fn with_file(id: &str, asked: &str, file: &str) -> String {
    let part = |kind: &str, text: &str| format!("--=_b\r\n{kind}\r\n\r\n{}\r\n", text.replace('\n', "\r\n"));
    format!(
        "{}Content-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n{}{}--=_b--\r\n",
        head(SUBJECT, id),
        part("Content-Type: text/plain; charset=utf-8", asked),
        part(
            "Content-Type: text/plain; charset=utf-8; name=\"note.txt\"\r\nContent-Disposition: attachment; filename=\"note.txt\"",
            file
        )
    )
}

fn head(subject: &str, id: &str) -> String {
    format!(
        "Authentication-Results: {BORDER}; dmarc=pass header.from=lakeside.test\r\nFrom: Ann Weber <{ANN}>\r\n\
         To: {SERVICE}\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\nDate: Tue, 24 Nov 2026 08:59:00 +0000\r\n\
         MIME-Version: 1.0\r\n"
    )
}
