use crate::domain::message::{Bounce, BounceKind};
use crate::mail::parse::parse;

fn of(raw: &str) -> Bounce {
    parse(raw.replace('\n', "\r\n").as_bytes(), &[]).bounce
}

#[test]
fn a_report_in_the_standard_form_is_read_whole() {
    let bounce = of(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.test\nSubject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; ann@clinic.test\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <ann@clinic.test>: Recipient address rejected:\n User unknown\n\n--b\nContent-Type: message/rfc822\n\nFrom: consult@example.test\nMessage-ID: <r1@example.test>\nSubject: Re: x\n\nhi\n--b--\n",
    );
    assert!(bounce.is);
    assert_eq!((bounce.recipient.as_deref(), bounce.status.as_deref()), (Some("ann@clinic.test"), Some("5.1.1")));
    assert_eq!(bounce.kind, Some(BounceKind::Hard));
    assert_eq!(bounce.original_message_id.unwrap().as_str(), "<r1@example.test>");
}

#[test]
fn free_forms_are_read_too() {
    let copy = "Received: from a by b\nFrom: consult@example.test\nMessage-ID: <r1@example.test>\n\nhi\n";
    for (words, status, kind) in [
        (
            "Hi. This is the qmail-send program at mx.test.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<ann@clinic.test>:\nRemote host said: 550 5.1.1 no such user\n\n--- Below this line is a copy of the message.\n\n",
            Some("5.1.1"),
            BounceKind::Hard,
        ),
        (
            "A message that you sent could not be delivered to one or more of its recipients.\n\n  ann@clinic.test\n    mailbox is full: retry timeout exceeded\n\n------ This is a copy of the message ------\n\n",
            None,
            BounceKind::Soft,
        ),
        (
            "Your message was not delivered to:\n\n  ann@clinic.test\n\nbecause: 554 5.7.1 Message blocked as spam\n\n",
            Some("5.7.1"),
            BounceKind::Soft,
        ),
    ] {
        let bounce = of(&format!(
            "Return-Path: <>\nFrom: postmaster@mx.test\nTo: consult@example.test\nSubject: failure notice\n\n{words}{copy}"
        ));
        assert!(bounce.is, "{words}");
        assert_eq!(
            (bounce.recipient.as_deref(), bounce.status.as_deref(), bounce.kind),
            (Some("ann@clinic.test"), status, Some(kind)),
            "{words}"
        );
        assert_eq!(bounce.original_message_id.unwrap().as_str(), "<r1@example.test>");
    }
}

#[test]
fn a_success_a_receipt_and_a_persons_question_about_a_notice_are_none() {
    for raw in [
        "Return-Path: <>\nFrom: postmaster@mx.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; ann@clinic.test\nAction: delivered\nStatus: 2.0.0\n\n--b--\n",
        "From: ann@clinic.test\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\nread\n--b--\n",
        "From: Ann <ann@clinic.test>\nSubject: Fwd: your mail\n\nMy reply could not be delivered: 550 user unknown. Which address is right?\n",
    ] {
        assert!(!of(raw).is, "{raw}");
    }
}
