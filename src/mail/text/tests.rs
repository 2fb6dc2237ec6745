use proptest::prelude::*;

use super::*;

#[test]
fn quotes_and_signatures_are_taken_off() {
    for (full, now) in [
        ("Is 45385 valid?\n\n-- \nAnn\nClinic", "Is 45385 valid?"),
        (
            "Thanks, and 45380?\n\nOn Mon, Nov 2, 2026 at 9:00 AM Consult <c@x.test> wrote:\n> Yes\n> No",
            "Thanks, and 45380?",
        ),
        ("Top\n\n-----Original Message-----\nFrom: x", "Top"),
        ("Q\nSent from my iPhone", "Q"),
        ("Q\n\nFrom: A\nSent: Monday\nTo: B\nSubject: s\n\nold", "Q"),
        ("Q\n\n*Von:* A\n*Gesendet:* Montag\n*An:* B\n*Betreff:* s\n\nalt", "Q"),
        ("Q\n________________________________\nFrom: A\nSent: Monday\nTo: B\nSubject: s\n\nold", "Q"),
        ("Q\n\nCONFIDENTIALITY NOTICE: This message is for the\nintended recipient only.", "Q"),
        ("CAUTION: This email originated from outside of the organization.\n\nQ", "Q"),
        (
            "Is 45385 right?\n\nThanks,\nAnn\nCoder, CPC\n(614) 555-0100\nColumbus, OH 43215",
            "Is 45385 right?\n\nThanks,\nAnn",
        ),
    ] {
        assert_eq!(written_now_in(full), now, "{full}");
    }
}

#[test]
fn the_question_is_never_cut_away() {
    for (full, kept) in [
        ("Dear team\n\nOn 10/3/2026 the surgeon wrote:\nSnare polypectomy. Is 45385 right?", "Is 45385 right?"),
        ("Op note below\n-----\nSnare polypectomy\n45385", "45385"),
        ("Yes, bill it\nConsult <c@x.test> wrote:\n> Shall we?", "Yes, bill it"),
        ("Hello\n> On 22 Aug 2026, at 19:21, C <c@x.test> wrote:\n>\n> Hi", "Hello"),
        (
            "I have only time\nto bill it now\nOp 16 aug. 2026 05:13 schreef \"C\" <c@x.test> het\nvolgende geschreven:\n\n> x",
            "to bill it now",
        ),
        ("Two cases:\n--\n1. snare, is it 45385?\n--\n2. biopsy, is it 45380?", "is it 45380?"),
        ("BMI> 40 counts as what?", "BMI> 40"),
        ("On Mon, Nov 2, 2026 at 9:00 AM C <c@x.test> wrote:\n> Yes.\n\nAnd 45380?", "And 45380?"),
        ("Thanks\n\nOn Mon, Nov 2, 2026 at 9:00 AM C <c@x.test> wrote:\n> Yes.\n\nAnd 45380?", "And 45380?"),
        (
            "---------- Forwarded message ---------\nFrom: A <a@x.test>\nDate: x\nSubject: s\nTo: b\n\nIs 45385 right?",
            "Is 45385 right?",
        ),
        ("-- \nAnn\nIs 45385 right?", "Is 45385 right?"),
        ("From: 10/01/2026\nTo: 10/05/2026\nSubject to 59?", "Subject to 59?"),
        ("> The edit says 1.\n\nSo 59 is fine?", "> The edit says 1."),
        ("Sent from my office was the note, is 45385 right?", "is 45385 right?"),
    ] {
        assert!(written_now_in(full).contains(kept), "{full:?} gave {:?}", written_now_in(full));
    }
}

#[test]
fn a_reply_of_which_only_the_quotation_is_left_says_nothing() {
    assert_eq!(written_now_in("On Mon, Nov 2, 2026 at 9:00 AM C <c@x.test> wrote:\n> Is 45385 right?\n> No."), "");
}

#[test]
fn answers_between_the_lines_are_kept_without_what_they_answer() {
    let full = "On Mon, Nov 2, 2026 at 9:00 AM C <c@x.test> wrote:\n> Which polyp?\nThe second one.\n> Same session?\nYes, is 59 right?\n";
    assert_eq!(written_now_in(full), "The second one.\nYes, is 59 right?");
}

#[test]
fn what_the_markup_of_mail_programs_says_is_used() {
    for html in [
        "<div>Is 45385 right?</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">Xx yy zz:<br></div><blockquote class=\"gmail_quote\">old 45380</blockquote></div>",
        "<div>Is 45385 right?</div><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>From:</b> A</div><div>old 45380</div>",
        "<p>Is 45385 right?</p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p><b>From:</b> A</p></div><p>old 45380</p>",
        "<div>Is 45385 right?</div><div id=\"ydp0a1b2c3dyahoo_quoted_12\" class=\"ydp0a1b2c3dyahoo_quoted\"><div>old 45380</div></div>",
        "<p>Is 45385 right?</p><div class=\"moz-cite-prefix\">On x, A wrote:<br></div><blockquote type=\"cite\">old 45380</blockquote>",
        "<div>Is 45385 right?</div><div id=\"AppleMailSignature\">old 45380</div>",
        "Is 45385 right?<div><blockquote type=\"cite\"><div>On 2 Nov 2026, at 09:00, A &lt;a@x.test&gt; wrote:</div>old 45380</blockquote></div>",
    ] {
        assert_eq!(written_now(&crate::mail::html::lines(html)), "Is 45385 right?", "{html}");
    }
}

#[test]
fn an_ordinary_mail_takes_less_than_three_milliseconds() {
    let question =
        "Patient had a colonoscopy with snare of one polyp and biopsy of another. Is 45385 with 45380-59 right?\n";
    let full = format!(
        "{}\nThanks,\nAnn\n\nOn Mon, Nov 2, 2026 at 9:00 AM C <c@x.test> wrote:\n{}",
        question.repeat(20),
        "> old\n".repeat(100)
    );
    let lines = line::of_plain(&full);
    let _ = written_now(&lines);
    let begin = std::time::Instant::now();
    for _ in 0..10 {
        let _ = written_now(&lines);
    }
    // Ten times the mark: the machine of a test may be busy.
    assert!(begin.elapsed().as_millis() < 300, "{:?} for ten", begin.elapsed());
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "(\\PC|\n|>|:|-- |wrote:|From: |@){0,120}") {
        let _ = written_now_in(&text);
    }
}
