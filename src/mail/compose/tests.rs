use mail_parser::{HeaderName as Name, MessageParser};
use proptest::prelude::*;

use super::*;

fn address(spec: &str) -> Address {
    Address::parse(spec).unwrap()
}

fn parts<'a>(from: &'a Address, to: &'a Address, references: &'a [String]) -> Outgoing<'a> {
    Outgoing {
        from,
        reply_to: None,
        to,
        cc: &[],
        subject: "Re: Modifier 59? [CC-7F3K2]",
        message_id: "<cc-7f3k2.1@example.test>",
        in_reply_to: Some("<question@clinic.test>"),
        references,
        date: Timestamp(1_700_000_000_000_000),
        text: "Yes.\n\nBecause of X.\n",
        html: "<p>Yes.</p>\n",
        table: None,
        auto_submitted: AutoSubmitted::AutoReplied,
    }
}

#[test]
fn a_reply_carries_its_thread_and_says_that_a_machine_wrote_it() {
    let from = address("consult@example.test").named(Some("CaseConsultant"));
    let to = address("ann@clinic.test");
    let references = ["<first@clinic.test>".to_owned(), "not an id".to_owned()];
    let wire = compose(&parts(&from, &to, &references)).unwrap();
    insta::assert_snapshot!(String::from_utf8(wire).unwrap().replace("\r\n", "\n"), @r#"
    From: CaseConsultant <consult@example.test>
    To: ann@clinic.test
    Subject: Re: Modifier 59? [CC-7F3K2]
    Date: Tue, 14 Nov 2023 22:13:20 +0000
    Message-ID: <cc-7f3k2.1@example.test>
    In-Reply-To: <question@clinic.test>
    References: <first@clinic.test> <question@clinic.test>
    Auto-Submitted: auto-replied
    X-Auto-Response-Suppress: All
    Content-Language: en
    MIME-Version: 1.0
    Content-Type: multipart/alternative;
     boundary="=_cc_4f2d57f409911bb10114925c"

    --=_cc_4f2d57f409911bb10114925c
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    Yes.

    Because of X.

    --=_cc_4f2d57f409911bb10114925c
    Content-Type: text/html; charset=utf-8
    Content-Transfer-Encoding: quoted-printable

    <p>Yes.</p>

    --=_cc_4f2d57f409911bb10114925c--
    "#);
}

#[test]
fn the_same_mail_has_the_same_bytes() {
    let (from, to) = (address("consult@example.test"), address("ann@clinic.test"));
    assert_eq!(compose(&parts(&from, &to, &[])), compose(&parts(&from, &to, &[])));
}

#[test]
fn a_persons_mail_is_not_marked_as_automatic() {
    let (from, to) = (address("consult@example.test"), address("ann@clinic.test"));
    let wire = compose(&Outgoing { auto_submitted: AutoSubmitted::No, ..parts(&from, &to, &[]) }).unwrap();
    let text = String::from_utf8(wire).unwrap();
    assert!(!text.contains("Auto-"), "{text}");
}

#[test]
fn a_long_thread_keeps_its_first_and_its_latest_ids() {
    let ids: Vec<String> = (0..100).map(|n| format!("<{n:050}@clinic.test>")).collect();
    let kept = references(&ids, Some("<parent@clinic.test>")).unwrap();
    assert!(kept.len() <= MAX_REFERENCES && kept.len() > MAX_REFERENCES - 70);
    assert!(kept.starts_with(&ids[0]) && kept.ends_with(&format!("{} <parent@clinic.test>", ids[99])));
}

#[test]
fn ids_that_are_no_ids_are_left_out() {
    for id in ["", "<>", "a@b", "<a b@c>", "<a@b", "<a@b>\r\nBcc: <x@y>", "<a<b>@c>", &format!("<{}>", "x".repeat(201))]
    {
        assert!(!is_message_id(id), "{id:?}");
    }
    assert!(is_message_id(&message_id("CC-7F3K2", 12, None, "Example.test")));
    assert_eq!(message_id("CC-7F3K2", 1, None, "Example.test"), "<cc-7f3k2.1@example.test>");
    assert_eq!(message_id("CC-7F3K2", 1, Some("abcd"), "Example.test"), "<cc-7f3k2.1.abcd@example.test>");
}

#[test]
fn a_date_outside_the_calendar_does_not_stop_the_mail() {
    let (from, to) = (address("consult@example.test"), address("ann@clinic.test"));
    for date in [i64::MIN, -1, 0, i64::MAX] {
        assert!(compose(&Outgoing { date: Timestamp(date), ..parts(&from, &to, &[]) }).is_ok());
    }
}

/// Text that is likelier than chance to break a header, an encoding or a boundary.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "\\PC{0,12}",
        2 => "[\\x00-\\x7f]{0,12}",
        1 => Just("\r\nBcc: evil@x.test\r\n".to_owned()),
        1 => Just("\n.\nMAIL FROM:<evil@x.test>\n".to_owned()),
        1 => Just("=?utf-8?q?=0D=0ABcc:_x?=".to_owned()),
        1 => Just("\r\n\r\n--=_cc_\r\n".to_owned()),
        1 => Just("\" <evil@x.test>, \"".to_owned()),
        1 => Just("\u{202e}\u{2028}\u{85}".to_owned()),
        1 => Just("x".repeat(300)),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn unix(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

proptest! {
    #[test]
    fn no_text_of_a_stranger_changes_who_gets_the_mail_or_what_it_says(
        subject in hostile(), name in hostile(), text in hostile(), html in hostile(),
        references in proptest::collection::vec(prop_oneof![hostile(), "<[!-~]{1,60}>"], 0..30),
        parent in proptest::option::of(hostile()), automatic in any::<bool>(),
    ) {
        let from = address("consult@example.test").named(Some(&name));
        let to = address("ann.o'hara+x@clinic.test").named(Some(&name));
        let outgoing = Outgoing {
            subject: &subject, in_reply_to: parent.as_deref(), text: &text, html: &html,
            auto_submitted: if automatic { AutoSubmitted::AutoReplied } else { AutoSubmitted::No },
            ..parts(&from, &to, &references)
        };
        let wire = compose(&outgoing).unwrap();

        let unbroken = String::from_utf8(wire.clone()).unwrap().replace("\r\n", "");
        prop_assert!(!unbroken.contains(['\r', '\n']));
        let message = MessageParser::default().parse(&wire).unwrap();
        let count = |name: Name| message.root_part().headers.iter().filter(|h| h.name == name).count();
        for name in [Name::From, Name::To, Name::Subject, Name::Date, Name::MessageId] {
            prop_assert_eq!(count(name.clone()), 1, "{:?}", name);
        }
        prop_assert_eq!(count(Name::Bcc) + count(Name::Cc), 0);
        prop_assert!(count(Name::References) <= 1 && count(Name::InReplyTo) <= 1);
        let one = |list: Option<&mail_parser::Address<'_>>| {
            let all: Vec<_> = list.unwrap().iter().map(|a| a.address().unwrap().to_owned()).collect();
            all
        };
        prop_assert_eq!(one(message.to()), vec![to.expose().to_owned()]);
        prop_assert_eq!(one(message.from()), vec![from.expose().to_owned()]);
        prop_assert_eq!(message.text_body_count(), 1);
        prop_assert_eq!(message.html_body_count(), 1);
        prop_assert_eq!(unix(&message.body_text(0).unwrap()), unix(&text));
        prop_assert_eq!(unix(&message.body_html(0).unwrap()), unix(&html));
    }
}
