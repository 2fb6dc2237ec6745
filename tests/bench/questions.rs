//! Questions as coders write them: about 4 KB, two parts, a signature, and the trace of three servers.

/// Each can be answered from the starter edition.
const TEXTS: [&str; 10] = [
    "Same session, snare polypectomy 45385 and biopsy 45380 of another polyp, Medicare, DOS 2024-08-01. Modifier?",
    "29881 with 29877 on the same knee, DOS 2024-07-15, Medicare. May I append 59?",
    "We did 37253 x6 on 8/12/2024. How many units may we bill?",
    "Is 37253 an add-on code, and may it go with 37252? Date of service 2024-09-03.",
    "99213 and 20610 on the same day, Medicare, DOS 2024-08-14? The visit was about another problem.",
    "What is the MUE of 45385 on 2024-08-01 for a practitioner, Medicare?",
    "May 45378 be billed with 45385 at the same session? DOS 2024-07-02, Medicare.",
    "Is G0463 valid on 2024-08-01?",
    "How many units of 45380 on 2024-08-20, Medicare?",
    "45384 and 45385 on different polyps, one colonoscopy, DOS 2024-09-10. Which modifier, on which code?",
];

const SIGNATURE: &str = "Thank you,\r\n\r\n-- \r\nA. Coder, CPC, COC\r\nRevenue Integrity, Lakeside Clinic\r\n\
1 Example Road, Springfield\r\nThis message and what is attached to it are meant for its addressee alone.\r\n";

/// The only sender.
pub const SENDER: &str = "coder@clinic.test";

/// Number `n` of a series; no two are alike.
pub fn message(series: &str, n: usize) -> Vec<u8> {
    let text = TEXTS[n % TEXTS.len()];
    let received: String = (0..3).map(|hop| received(series, n, hop)).collect();
    let signed = format!("{}\r\n\t", "kE7Zq0sVx2LmNf4TgYhUjIkOlPa3SdFgHjKlZxCvBnM5QwErTyUiOp").repeat(6);
    let greeting = format!("Hello,\r\n\r\nclaim {series}-{n} came back to us, and before we send it again:");
    let paragraph = "The note describes each lesion, its place and the technique, and the payer's letter only says that \
the\r\nprocedures are bundled. We have had three of these this month, so a source that we can quote would help\r\nus \
with the next one. If something is missing for an answer, tell us what, and we shall look it up.";
    let html = format!(
        "<html><head><style>p {{ margin: 0 0 1em; font-family: sans-serif }}</style></head><body><p>{}</p><p>{text}</p>\
<p>{paragraph}</p><p>{}</p></body></html>",
        greeting.replace("\r\n", "<br>"),
        SIGNATURE.replace("\r\n", "<br>\r\n")
    );
    format!(
        "{received}DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=clinic.test; s=s1;\r\n\th=from:to:subject:date;\r\n\t\
b={signed}q==\r\nFrom: \"A. Coder\" <{SENDER}>\r\nTo: consult@example.test\r\nSubject: Claim {series}-{n}\r\n\
Message-ID: <{series}.{n}@clinic.test>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n\
X-Mailer: Clinic Mail 7.2\r\nContent-Type: multipart/alternative; boundary=\"b1\"\r\n\r\n\
--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{greeting}\r\n\r\n{text}\r\n\r\n{paragraph}\r\n\r\n{SIGNATURE}\r\n\
--b1\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b1--\r\n"
    )
    .into_bytes()
}

fn received(series: &str, n: usize, hop: usize) -> String {
    format!(
        "Received: from mail{hop}.clinic.test (mail{hop}.clinic.test [192.0.2.{hop}])\r\n\tby mx{hop}.example.test \
(Postfix) with ESMTPS id {series}{n}{hop}\r\n\tfor <consult@example.test>; Mon, 23 Nov 2026 09:00:0{hop} +0000 (UTC)\r\n"
    )
}

/// The first `count` of a series.
pub fn messages(series: &str, count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|n| message(series, n)).collect()
}
