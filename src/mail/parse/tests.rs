use proptest::prelude::*;

use super::*;
use crate::domain::address::Address;
use crate::domain::message::MessageId;

const OWN: [&str; 1] = ["consult@example.test"];

fn of(raw: &str) -> InboundMessage {
    parse(raw.as_bytes(), &OWN)
}

#[test]
fn an_ordinary_question_is_read() {
    let message = of(
        "From: \"Ann, CPC\" <ann@Clinic.test>\r\nTo: consult@example.test\r\nSubject: =?utf-8?q?Pr=C3=BCfung?=\r\nMessage-ID: <q1@clinic.test>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\nIs 45385 valid?\r\n\r\n-- \r\nAnn\r\n",
    );
    assert_eq!(message.quarantined, None);
    assert_eq!(message.from.as_ref().map(Address::expose), Some("ann@clinic.test"));
    assert_eq!((message.subject.as_str(), message.text.as_str()), ("Prüfung", "Is 45385 valid?"));
    assert_eq!(message.message_id.as_ref().map(MessageId::as_str), Some("<q1@clinic.test>"));
    assert_eq!(message.to[0].address, "consult@example.test");
    assert!(!message.automatic.is && !message.bounce.is);
}

#[test]
fn a_sender_in_disguise_is_held() {
    for from in [
        "<any@attack.test>admin@legit.test",
        "admin@legit.test <x@attack.test>",
        "a@x.test, b@x.test",
        "<@evil.test:ann@clinic.test>",
        "ann@clinic.test\0@evil.test",
        "Ann <ann@clinic.test> <x@evil.test>",
        "",
    ] {
        let message = of(&format!("From: {from}\r\n\r\nx"));
        assert!(message.quarantined.is_some(), "{from:?} gave {:?}", message.from);
    }
}

#[test]
fn unknown_charset_and_encoded_line_breaks_do_no_harm() {
    let raw = b"From: ann@clinic.test\r\nSubject: =?utf-8?Q?q=0D=0ABcc:_x@evil.test?=\r\nContent-Type: text/plain; charset=x-martian\r\n\r\nIs 45385 valid? \xff\xfe\r\n";
    let message = parse(raw, &OWN);
    assert!(!message.subject.contains(['\r', '\n']));
    assert!(message.text.contains("Is 45385 valid?"));
}

#[test]
fn a_message_that_is_held_can_still_be_looked_at() {
    let message = of("From: a@x.test\r\nFrom: b@x.test\r\nSubject: s\r\n\r\nIs 45385 valid?");
    assert_eq!(message.quarantined.as_deref(), Some("2 From lines"));
    assert_eq!((message.subject.as_str(), message.text.as_str()), ("s", "Is 45385 valid?"));
}

#[test]
fn html_alone_is_read_and_so_is_html_beside_an_excuse() {
    let html = "<p>Is 45385 valid for a snare polypectomy of the sigmoid colon in a Medicare patient?</p>".repeat(4);
    let alone = of(&format!("From: a@x.test\r\nContent-Type: text/html\r\n\r\n{html}"));
    assert!(alone.text.contains("Is 45385 valid"), "{}", alone.text);
    let beside = of(&format!(
        "From: a@x.test\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nYour program shows no HTML.\r\n--b\r\nContent-Type: text/html\r\n\r\n{html}\r\n--b--\r\n"
    ));
    assert!(beside.text.contains("Is 45385 valid"), "{}", beside.text);
}

#[test]
fn flowing_text_missing_boundaries_and_bare_carriage_returns_are_read() {
    let flowed = of("From: a@x.test\r\nContent-Type: text/plain; format=flowed\r\n\r\nIs 45385 \r\nvalid?\r\n");
    assert_eq!(flowed.text, "Is 45385 valid?");
    let torn = of(
        "From: a@x.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIs 45385 valid?",
    );
    assert_eq!(torn.text, "Is 45385 valid?");
    let missing = of("From: a@x.test\r\nContent-Type: multipart/mixed\r\n\r\nIs 45385 valid?");
    assert_eq!(missing.text, "Is 45385 valid?");
    let returns = of("From: a@x.test\rSubject: s\r\rIs 45385 valid?\r");
    assert_eq!((returns.quarantined, returns.text.as_str()), (None, "Is 45385 valid?"));
}

#[test]
fn files_are_listed_with_their_size_and_digest_and_a_name_is_no_path() {
    let message = of(
        "From: a@x.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee\r\n--b\r\nContent-Type: application/pdf; name=\"../../x\u{202e}.pdf\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n--b--\r\n",
    );
    let file = &message.attachments[0];
    assert_eq!((file.size, file.md5.as_str()), (5, "8b1a9953c4611296a827abf8c47804d7"));
    assert_eq!((file.media_type.as_str(), file.name.contains('\u{202e}')), ("application/pdf", false));
}

#[test]
fn a_mail_forwarded_as_a_file_is_read_where_it_is_all_there_is() {
    let message = of(
        "From: a@x.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@x.test\r\nSubject: inner\r\n\r\nIs 45385 valid?\r\n--b--\r\n",
    );
    assert_eq!(message.text, "Is 45385 valid?");
    assert_eq!(message.attachments[0].name, "inner.eml");
}

#[test]
fn what_no_honest_mail_has_is_held_before_it_is_parsed() {
    for raw in [
        format!("From: a@x.test\r\nX: {}\r\n\r\n", "y".repeat(200_000)),
        format!("From: a@x.test\r\n{}", "Content-Type: message/rfc822\r\n\r\n".repeat(5_000)),
        format!("From: a@x.test\r\nTo: {}\r\n\r\n", "a@x.test,".repeat(5_000)),
    ] {
        assert!(of(&raw).quarantined.is_some());
    }
    let mut deep = String::from("Content-Type: text/plain\r\n\r\nleaf\r\n");
    for n in 0..40 {
        deep = format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n{deep}\r\n--b{n}--\r\n");
    }
    assert_eq!(
        of(&format!("From: a@x.test\r\n{deep}")).quarantined.as_deref(),
        Some("its parts stand too deep in each other")
    );
}

proptest! {
    #[test]
    fn any_bytes_become_a_message(raw in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = parse(&raw, &OWN);
    }

    #[test]
    fn any_headers_become_a_message(fields in "(From|To|Subject|Content-Type|Message-ID): [ -~]{0,40}\r\n", body in "(\\PC|\r\n){0,80}") {
        let _ = of(&format!("{fields}From: a@x.test\r\n\r\n{body}"));
    }

    /// What our own reading takes for the one sender, the parser takes for it too, or the message is held.
    #[test]
    fn a_sender_that_is_believed_is_read_alike_twice(from in "[ -~]{0,40}|[a-z]{1,5}( \\([a-z<>@]{0,5}\\))? ?<?[a-z]{1,5}@[a-z]{1,5}>?,?") {
        let message = of(&format!("From: {from}\r\n\r\nx"));
        if message.quarantined.is_none() {
            let raw = format!("From: {from}\r\n\r\nx");
            let parsed = MessageParser::default().parse(raw.as_bytes()).unwrap();
            let seen: Vec<&str> = parsed.from().unwrap().iter().filter_map(|one| one.address()).collect();
            prop_assert_eq!(seen.len(), 1);
            prop_assert!(seen[0].eq_ignore_ascii_case(message.from.unwrap().expose()));
        }
    }
}
