//! The little header that Outlook and others put above the mail that is answered or forwarded:
//! `From: … Sent: … To: … Subject: …`, in the languages of the programs.

use super::line::Line;

/// The field that a line of such a header gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Who wrote it.
    From,
    /// When.
    Date,
    /// To whom, copies included.
    To,
    /// About what.
    Subject,
    /// Anything else that such a header has.
    Other,
}

const FROM: &[&str] = &[
    "from",
    "von",
    "de",
    "da",
    "van",
    "från",
    "fra",
    "od",
    "от",
    "від",
    "от кого",
    "lähettäjä",
    "kimden",
    "gönderen",
    "发件人",
    "寄件者",
    "寄件人",
    "差出人",
    "보낸 사람",
    "보낸사람",
    "feladó",
    "de la",
    "από",
    "מאת",
    "من",
    "expéditeur",
    "mittente",
    "remitente",
    "avsändare",
    "afsender",
    "отправитель",
    "saatja",
    "nuo",
    "no",
];
const DATE: &[&str] = &[
    "sent",
    "date",
    "sent at",
    "gesendet",
    "gesendet am",
    "datum",
    "envoyé",
    "envoyé le",
    "enviado",
    "enviado el",
    "enviado em",
    "enviada em",
    "fecha",
    "inviato",
    "data",
    "verzonden",
    "skickat",
    "sendt",
    "dato",
    "wysłano",
    "wysłane",
    "отправлено",
    "дата",
    "надіслано",
    "lähetetty",
    "päiväys",
    "päivämäärä",
    "gönderildi",
    "gönderilme tarihi",
    "tarih",
    "发送时间",
    "发送日期",
    "日期",
    "寄件日期",
    "送信日時",
    "日付",
    "보낸 날짜",
    "날짜",
    "küldve",
    "elküldve",
    "dátum",
    "trimis",
    "ημερομηνία",
    "στάλθηκε",
    "נשלח",
    "תאריך",
    "odesláno",
    "odoslané",
];
const TO: &[&str] = &[
    "to",
    "an",
    "à",
    "para",
    "a",
    "aan",
    "till",
    "til",
    "do",
    "komu",
    "кому",
    "vastaanottaja",
    "kime",
    "alıcı",
    "收件人",
    "收件者",
    "宛先",
    "받는 사람",
    "받는사람",
    "címzett",
    "către",
    "προς",
    "אל",
    "إلى",
    "destinataire",
    "destinatario",
    "pro",
    "pre",
    "saaja",
    "cc",
    "kopie",
    "copie",
    "копия",
    "копія",
    "kopia",
    "kopi",
    "kopio",
    "bilgi",
    "抄送",
    "副本",
    "참조",
    "másolat",
    "в копии",
    "bcc",
    "cci",
    "dw",
];
const SUBJECT: &[&str] = &[
    "subject",
    "betreff",
    "objet",
    "asunto",
    "oggetto",
    "assunto",
    "onderwerp",
    "ämne",
    "emne",
    "temat",
    "тема",
    "aihe",
    "konu",
    "主题",
    "主旨",
    "主題",
    "件名",
    "제목",
    "tárgy",
    "subiect",
    "θέμα",
    "נושא",
    "الموضوع",
    "předmět",
    "predmet",
    "assumpte",
    "teema",
    "tema",
    "naslov",
    "re",
];
const OTHER: &[&str] = &[
    "reply-to",
    "reply to",
    "risposta",
    "antwort an",
    "répondre à",
    "responder a",
    "importance",
    "priority",
    "attachments",
    "organization",
    "mailed-by",
    "signed-by",
];

/// Lines that one header takes at most, continuations included.
const MOST_LINES: usize = 16;

/// The field of one line, whatever stars or quote marks stand before it.
pub fn field(line: &str) -> Option<Field> {
    let bare = line.trim_start_matches(|c: char| c.is_whitespace() || ">*|_".contains(c));
    let end = bare.char_indices().take(24).find(|(_, c)| [':', '：'].contains(c)).map(|(at, _)| at)?;
    let key = bare[..end].trim_end_matches(|c: char| c.is_whitespace() || c == '*' || c == '_').to_lowercase();
    let has = |names: &[&str]| names.contains(&key.as_str());
    Some(match () {
        () if has(FROM) => Field::From,
        () if has(DATE) => Field::Date,
        () if has(SUBJECT) => Field::Subject,
        () if has(TO) => Field::To,
        () if has(OTHER) => Field::Other,
        () => return None,
    })
}

/// The header that begins at line `n`: the number of lines it takes. It names the writer within its first three
/// fields and has at least three fields, a date or subject among them.
pub fn at(lines: &[Line], n: usize) -> Option<usize> {
    field(&lines[n].text)?;
    let mut fields = Vec::new();
    let mut end = n;
    for (at, line) in lines.iter().enumerate().skip(n).take(MOST_LINES) {
        let text = line.text.trim_matches(|c: char| c.is_whitespace() || c == '>');
        match field(&line.text) {
            Some(found) => {
                fields.push(found);
                end = at;
            }
            // One empty line after each field is what HTML makes of it; two end the header.
            None if text.is_empty() => {
                let next = lines.get(at + 1).is_some_and(|next| field(&next.text).is_some());
                if !next {
                    break;
                }
            }
            // A subject or a list of addresses goes on in the next line.
            None if at == end + 1 && lines.get(at + 1).is_some_and(|next| field(&next.text).is_some()) => {}
            None => break,
        }
    }
    let writer = fields.iter().take(3).any(|field| *field == Field::From);
    let dated = fields.iter().any(|field| matches!(field, Field::Date | Field::Subject));
    let named = lines[n..=end].iter().any(|line| field(&line.text) == Some(Field::From) && named(&line.text));
    (writer && dated && named && fields.len() >= 3).then_some(end + 1 - n)
}

/// A writer is named by letters: `From: 10/01/2026` is the beginning of a period.
fn named(line: &str) -> bool {
    line.split_once([':', '：']).is_some_and(|(_, value)| value.chars().any(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::text::line::of_plain;

    #[test]
    fn the_header_of_a_mail_below_is_known_and_a_period_of_service_is_none() {
        for (text, lines) in [
            ("From: Ann\nSent: Monday\nTo: B\nSubject: s\n\nold", Some(4)),
            ("*Von:* Ann\n*Gesendet:* Montag\n*An:* B\n*Betreff:* s", Some(4)),
            ("Da: Ann\n\nData: ieri\n\nA: B\n\nOggetto: s", Some(7)),
            ("From: Ann\nDate: today\nSubject: one that\nspans two lines\nTo: B", Some(5)),
            ("发件人: Ann\n发送时间: 2026\n收件人: B\n主题: s", Some(4)),
            ("From: 10/01/2026\nTo: 10/05/2026\nDate: x", None),
            ("From: Ann\nhello", None),
            ("To: B\nmore", None),
        ] {
            assert_eq!(at(&of_plain(text), 0), lines, "{text}");
        }
    }
}
