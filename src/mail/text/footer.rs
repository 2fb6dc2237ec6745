//! Lines that a program adds to each mail: "Sent from my iPhone", a scanner's stamp, the foot of a list.

/// Beginnings of such a line, in lower case.
const BEGINS: &[&str] = &[
    "sent from my ",
    "sent from mail for",
    "sent from outlook",
    "sent from yahoo",
    "sent from aol",
    "sent from windows mail",
    "sent from mailbox",
    "sent from a ",
    "sent from proton",
    "sent from samsung",
    "sent from gmail",
    "sent from mobile",
    "sent from [",
    "sent from mail",
    "sent from iphone",
    "sent from ipad",
    "sent with ",
    "sent via ",
    "sent by galaxy",
    "sent on the go",
    "get outlook for",
    "get [outlook",
    "download outlook",
    "from my iphone",
    "von meinem ",
    "von meiner ",
    "gesendet von meinem",
    "gesendet von mail",
    "gesendet von outlook",
    "gesendet mit der",
    "holen sie sich outlook",
    "envoyé de mon",
    "envoyé depuis",
    "envoyé à partir",
    "obtenir outlook",
    "télécharger outlook",
    "enviado desde",
    "enviado do meu",
    "enviado pelo",
    "enviado do ",
    "obtener outlook",
    "obter o outlook",
    "descargar outlook",
    "inviato da",
    "ottieni outlook",
    "verzonden vanaf",
    "verzonden met",
    "verstuurd vanaf",
    "skickat från",
    "sendt fra",
    "lähetetty ",
    "hanki outlook",
    "wysłane z",
    "odesláno z",
    "отправлено с",
    "отправлено из",
];
const MORE_BEGINS: &[&str] = &[
    "надіслано з",
    "iphone'umdan",
    "發自我的",
    "发自我的",
    "从我的",
    "從我的",
    "取得 outlook",
    "iphoneから",
    "ipadから",
    "나의 iphone",
    "στάλθηκε από",
    "נשלח מה",
    "trimis de pe",
    "küldve az",
    "dikirim dari",
    "virus-free.",
    "this email has been scanned",
    "this email has been checked for viruses",
];
/// Ends of such a line: programs of some languages put the verb last.
const ENDS: &[&str] = &[
    "gesendet",
    "gesendet.",
    "傳送",
    "から送信",
    "에서 보냄",
    "gönderildi",
    "from mobile",
    "from my phone",
    "please excuse typos.",
    "please excuse brevity.",
];

/// The longest such line, with the address of a shop of apps behind it.
const LONGEST: usize = 160;

/// True for a line that the sender did not write.
pub fn is(line: &str) -> bool {
    let bare = line.trim_matches(|c: char| c.is_whitespace() || "<>()[]*_-".contains(c));
    let length = bare.chars().count();
    if !(6..=LONGEST).contains(&length) {
        return false;
    }
    // A sentence that asks is never a stamp; neither is one with a procedure code's five digits.
    if bare.contains('?') && !bare.contains("://") {
        return false;
    }
    let low = bare.to_lowercase();
    let begins = BEGINS.iter().chain(MORE_BEGINS).any(|begin| low.starts_with(begin));
    let short = length <= 80;
    let ends = short && ENDS.iter().any(|end| low.ends_with(end)) && !low.ends_with(':');
    (begins && !reads_on(&low)) || (ends && device(&low))
}

/// "Sent via fax are the notes of 3 visits" goes on as a sentence of the sender.
fn reads_on(low: &str) -> bool {
    let words = low.split_whitespace().count();
    words > 14 && !low.contains("://")
}

/// Something that a mail is written on.
fn device(low: &str) -> bool {
    ["phone", "ipad", "ipod", "gerät", "tablet", "mobil", "handy", "galaxy", "android", "blackberry", "k-9"]
        .iter()
        .any(|name| low.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_devices_are_known_and_sentences_are_not() {
        for line in [
            "Sent from my iPhone",
            "Get Outlook for iOS<https://aka.ms/x>",
            "Von meinem iPhone gesendet",
            "Diese Nachricht wurde von meinem Android-Mobiltelefon mit K-9 Mail gesendet.",
            "Envoyé depuis mon iPhone",
            "Enviado desde mi iPad",
            "iPhoneから送信",
            "Отправлено с iPhone",
            "<<sent by galaxy>>",
        ] {
            assert!(is(line), "{line}");
        }
        for line in
            ["Sent from my office was the op note of 10/3, is 45385 right?", "We sent 88305", "From lab", "Sent"]
        {
            assert!(!is(line), "{line}");
        }
    }
}
