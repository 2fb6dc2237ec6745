//! Lines that set something off: "-----Original Message-----", a signature's dashes, a rule.

/// What a line sets off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// The mail that is answered or forwarded follows.
    Mail,
    /// A signature follows: `-- ` (RFC 3676 section 4.3), or its careless forms.
    Signature {
        /// Written with its space, as programs do.
        exact: bool,
    },
    /// A rule of underscores, which mail programs and lists use for their footers.
    Underscores,
    /// Any other rule: people use them within their text.
    Rule,
}

/// Between dashes, or with a colon behind: what follows is a mail.
const MAIL: &[&str] = &[
    "original message",
    "original appointment",
    "forwarded message",
    "begin forwarded message",
    "forwarded by",
    "reply message",
    "ursprüngliche nachricht",
    "originalnachricht",
    "original-nachricht",
    "weitergeleitete nachricht",
    "anfang der weitergeleiteten nachricht",
    "anfang der weitergeleiteten e-mail",
    "message d'origine",
    "message d’origine",
    "message original",
    "message transféré",
    "message transmis",
    "début du message réexpédié",
    "début du message transféré",
    "mensaje original",
    "mensaje reenviado",
    "inicio del mensaje reenviado",
    "messaggio originale",
    "messaggio inoltrato",
    "inizio messaggio inoltrato",
    "messaggio reindirizzato",
    "mensagem original",
    "mensagem encaminhada",
    "início da mensagem encaminhada",
    "oorspronkelijk bericht",
    "doorgestuurd bericht",
    "begin doorgestuurd bericht",
    "originalmeddelande",
    "ursprungligt meddelande",
    "vidarebefordrat meddelande",
    "opprinnelig melding",
    "videresendt melding",
    "oprindelig meddelelse",
    "videresendt meddelelse",
    "alkuperäinen viesti",
    "edelleenlähetetty viesti",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "wiadomość przekazana",
    "původní zpráva",
    "přeposlaná zpráva",
    "исходное сообщение",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "оригінальне повідомлення",
    "元のメッセージ",
    "転送されたメッセージ",
    "原始邮件",
    "原始郵件",
    "转发的邮件",
    "轉寄郵件",
    "원본 메시지",
    "orijinal mesaj",
    "iletilen mesaj",
    "eredeti üzenet",
];

/// What a line sets off, if anything.
pub fn of(line: &str) -> Option<Separator> {
    if line == "-- " {
        return Some(Separator::Signature { exact: true });
    }
    let bare = line.trim_matches(|c: char| c.is_whitespace() || c == '*' && line.chars().any(char::is_alphabetic));
    match bare {
        "" => return None,
        "--" | "—" | "–" | "\u{1427}" => return Some(Separator::Signature { exact: false }),
        _ => {}
    }
    if bare.chars().count() >= 3 && bare.chars().all(|c| "-_=~#*+\u{1427}•·—–".contains(c)) {
        return Some(if bare.starts_with('_') { Separator::Underscores } else { Separator::Rule });
    }
    mail(bare).then_some(Separator::Mail)
}

/// What helpdesks write between an answer and what it answers.
const ABOVE: &[&str] = &[
    "above this line",
    "oberhalb dieser zeile",
    "über dieser zeile",
    "au-dessus de cette ligne",
    "por encima de esta línea",
    "encima de esta línea",
    "sopra questa riga",
    "acima desta linha",
    "boven deze regel",
    "ovanför den här raden",
    "over denne linje",
    "over denne linjen",
    "powyżej tej linii",
    "nad tímto řádkem",
    "выше этой строки",
];

fn mail(bare: &str) -> bool {
    let marks = |c: char| c.is_whitespace() || "-_=>*—–".contains(c);
    let inner = bare.trim_matches(marks);
    let low = inner.to_lowercase();
    if inner.chars().count() <= 100
        && ABOVE.iter().any(|phrase| {
            low.trim_end_matches([' ', '#', '.', '-']).ends_with(phrase)
                || (low.starts_with(['#', '*']) && low.contains(phrase))
        })
    {
        return true;
    }
    if inner.chars().count() > 60 {
        return false;
    }
    let dashed = bare.starts_with("--") || bare.starts_with("==") || bare.starts_with("__") || bare.starts_with('—');
    let colon = inner.ends_with([':', '：']);
    let words = inner.trim_end_matches([':', '：', ' ']).to_lowercase();
    (dashed && MAIL.iter().any(|known| words.starts_with(known))) || (colon && MAIL.contains(&words.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_set_off_are_told_apart() {
        for (line, separator) in [
            ("-----Original Message-----", Some(Separator::Mail)),
            ("---------- Forwarded message ---------", Some(Separator::Mail)),
            ("*-------- Original Message --------*", Some(Separator::Mail)),
            ("Begin forwarded message:", Some(Separator::Mail)),
            ("## Please type your reply above this line ##", Some(Separator::Mail)),
            ("Anfang der weitergeleiteten Nachricht:", Some(Separator::Mail)),
            ("-- ", Some(Separator::Signature { exact: true })),
            ("--", Some(Separator::Signature { exact: false })),
            ("________________", Some(Separator::Underscores)),
            ("=====", Some(Separator::Rule)),
            ("original message", None),
            ("-5 units", None),
            ("", None),
        ] {
            assert_eq!(of(line), separator, "{line:?}");
        }
    }
}
