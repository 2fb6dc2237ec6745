//! The command line: exit codes, messages that name the fault and the cure, and the fields that machines rely on.

mod damage;
mod data;
mod page;

use crate::support::program::{run, run_in, shared};

const QUESTION: &[u8] = b"45385 with biopsy 45380 of another polyp, Medicare, DOS 2024-08-01. Modifier?";

#[test]
fn a_wrong_command_line_ends_with_two_and_names_the_word() {
    run(&["consult"]).ended(2, &["consult", "Usage"]);
    run(&["ask", "--jsno"]).ended(2, &["--jsno"]);
    run(&["ask", "--on", "2024-13-45"]).ended(2, &["2024-13-45", "is no date", "2024-08-01"]);
    run(&["ask", "--setting", "clinic"]).ended(2, &["clinic", "practitioner or hospital"]);
    run(&["corpus", "pair", "45385", "45380", "--program", "aetna"]).ended(2, &["aetna", "medicare or medicaid"]);
    run(&["corpus", "search"]).ended(2, &["WORDS"]);
    run(&["case", "list", "--status", "lost"]).ended(2, &["lost", "in_review"]);
    run(&["case", "show", "17"]).ended(2, &["17", "CC-"]);
    run(&["serve"]).ended(2, &["source.kind", "transport.kind", "demo"]);
    run(&[]).ended(2, &["Usage"]);
}

#[test]
fn a_missing_file_is_named() {
    run(&["ask", "/nowhere/question.txt"]).ended(1, &["/nowhere/question.txt", "No such file"]);
    run(&["message", "/nowhere/mail.eml"]).ended(1, &["/nowhere/mail.eml"]);
    run(&["eval", "/nowhere/q.jsonl", "--answers", "/nowhere/a.jsonl"]).ended(1, &["/nowhere/q.jsonl"]);
    run(&["--config", "/nowhere/c.toml", "config", "show"]).ended(2, &["/nowhere/c.toml", "--config"]);
    run(&["corpus", "build", "/nowhere"]).ended(1, &["/nowhere"]);
}

#[test]
fn what_is_not_on_the_shelf_ends_with_one_and_still_prints_its_object() {
    let ran = run(&["corpus", "show", "99999", "--json"]).ended(1, &["99999", "corpus search"]);
    let object = ran.json();
    assert_eq!((object["code"].as_str(), object["status"].as_str()), (Some("99999"), Some("unknown")));
    let ran = run(&["corpus", "pair", "45385", "99999", "--on", "2024-08-01", "--json"]).ended(1, &["99999"]);
    assert_eq!(ran.json()["outcome"], "not_checked");
    let ran = run(&["corpus", "show", "ptp/1+2@x", "--json"]).ended(1, &["no such row"]);
    assert_eq!(ran.json()["rows"], serde_json::json!([]));
    let ran = run(&["corpus", "search", "qqzzxxyy", "--json"]).ended(0, &[]);
    assert_eq!(ran.json()["hits"], serde_json::json!([]));
    run(&["corpus", "show", "not a code"]).ended(1, &["corpus search"]);
    run(&["case", "show", "CC-2222222"]).ended(1, &["CC-2222222", "case list"]);
    run(&["account", "show", "nobody@lakeside.test"]).ended(1, &["account list"]);
}

#[test]
fn input_that_is_empty_junk_or_too_large_is_refused_without_a_panic() {
    let data = shared();
    run_in(&data, &["ask"], b"").ended(1, &["no text to read"]);
    run_in(&data, &["ask"], b" \n\t ").ended(1, &["no text to read"]);
    let large = vec![b'x'; 30_000_000];
    run_in(&data, &["ask", "--json"], &large).ended(1, &["larger than 20000000 bytes", "source.max_message_bytes"]);
    run_in(&data, &["message", "-"], &large).ended(1, &["larger than"]);
    let junk: Vec<u8> = (0..20_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
    let ran = run_in(&data, &["ask", "--json"], &junk).ended(0, &[]);
    assert_ne!(ran.json()["release"], "automatic");
    let object = run_in(&data, &["message", "-", "--json"], &junk).ended(0, &[]).json();
    assert_eq!(object["quarantined"], true);
    let forged = b"From: a@x.test\r\nFrom: b@x.test\r\nSubject: x\r\n\r\n45385?";
    run_in(&data, &["ask"], forged).ended(1, &["2 From lines", "hold it for a person"]);
}

#[test]
fn a_plain_question_is_answered_in_plain_text_and_a_mail_by_a_mail() {
    let data = shared();
    let ran = run_in(&data, &["ask"], QUESTION).ended(0, &[]);
    assert!(ran.out.starts_with("Yes, both may be billed") && ran.out.contains("SOURCES"), "{}", ran.out);
    assert!(!ran.out.contains("Case "), "no case is involved: {}", ran.out);
    let mail = format!(
        "From: Ann <ann@lakeside.test>\r\nTo: consult@example.test\r\nSubject: Polyps\r\nMessage-ID: <q@lakeside.test>\r\n\r\n{}",
        String::from_utf8_lossy(QUESTION)
    );
    let ran = run_in(&data, &["ask"], mail.as_bytes()).ended(0, &[]);
    let reply = mail_parser::MessageParser::default().parse(ran.out.as_bytes()).unwrap();
    assert_eq!(reply.in_reply_to().as_text(), Some("q@lakeside.test"));
    assert!(reply.body_text(0).unwrap().starts_with("Yes, both may be billed"));
}

#[test]
fn every_fault_of_a_configuration_is_told_at_once_with_its_setting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.toml");
    std::fs::write(
        &path,
        "[service]\nname = \"x\"\naddress = \"nobody\"\n[pipeline]\nworkers = 0\n[log]\nlevel = \"loud\"\n\
         [source]\nkind = \"imap\"\n",
    )
    .unwrap();
    let file = path.to_str().unwrap();
    run(&["--config", file, "config", "show"])
        .ended(2, &["service.address", "pipeline.workers", "log.level", "source.imap.host", "source.imap.password"]);
    std::fs::write(&path, "[servise]\nname = \"x\"\n[log]\ncolour = 1\n").unwrap();
    run(&["--config", file, "config", "show"]).ended(2, &["servise", "colour", file]);
    std::fs::write(&path, "[service\n").unwrap();
    run(&["--config", file, "config", "show"]).ended(2, &["not valid TOML", file]);
}

#[test]
fn secrets_are_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.toml");
    std::fs::write(
        &path,
        "[source.imap]\npassword = \"hunter2-imap\"\n[transport.smtp]\npassword = \"hunter2-smtp\"\n\
         [model]\napi_key = \"hunter2-key\"\n",
    )
    .unwrap();
    let ran = run(&["--config", path.to_str().unwrap(), "config", "show"]).ended(0, &[]);
    assert!(!ran.out.contains("hunter2") && !ran.err.contains("hunter2"), "{}", ran.out);
    assert_eq!(ran.out.matches("(set)").count(), 3, "{}", ran.out);
    let defaults = run(&["config", "defaults"]).ended(0, &[]);
    std::fs::write(&path, &defaults.out).unwrap();
    run(&["--config", path.to_str().unwrap(), "config", "show"]).ended(0, &[]);
}

#[test]
fn the_demonstration_ends_by_itself_and_leaves_mails_that_any_program_reads() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run_in(folder.path(), &["demo"], b"").ended(0, &[]);
    assert!(ran.out.contains("Where to look next"), "{}", ran.out);
    let mails = std::fs::read_dir(folder.path().join("demo/replies/new")).unwrap();
    let mails: Vec<_> = mails.map(|entry| entry.unwrap().path()).collect();
    assert!(mails.len() >= 5, "{mails:?}");
    for path in mails {
        let raw = std::fs::read(&path).unwrap();
        let mail = mail_parser::MessageParser::default().parse(&raw).unwrap();
        assert!(path.extension().is_some_and(|extension| extension == "eml"), "{path:?}");
        assert!(mail.subject().is_some() && mail.message_id().is_some() && mail.date().is_some(), "{path:?}");
        assert!(mail.body_text(0).is_some_and(|text| text.len() > 40), "{path:?}");
        assert!(mail.body_html(0).is_some_and(|html| html.contains("</html>")), "{path:?}");
    }
    run_in(folder.path(), &["demo"], b"").ended(0, &[]);
}

#[test]
fn accounts_are_added_once_listed_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let on = |args: &[&str]| run_in(folder.path(), args, b"");
    assert!(on(&["account", "list"]).ended(0, &[]).out.contains("account add"));
    let id = on(&["account", "add", "Lakeside GI", "--sender", "Ann@lakeside.test", "--plan", "solo"]).ended(0, &[]);
    let id = id.out.trim().to_owned();
    assert!(id.starts_with("ac_"), "{id}");
    on(&["account", "add", "Thief", "--sender", "ann@lakeside.test"]).ended(1, &[&id, "nothing was added"]);
    on(&["account", "add", "X", "--sender", "no address"]).ended(2, &["no address", "local@domain"]);
    on(&["account", "add", "X", "--sender", "x@x.test", "--plan", "gold"]).ended(2, &["gold", "free, network"]);
    let list = on(&["account", "list", "--json"]).ended(0, &[]).json();
    assert_eq!(list["accounts"].as_array().unwrap().len(), 1);
    for key in [id.as_str(), "ann@lakeside.test"] {
        let shown = on(&["account", "show", key, "--json"]).ended(0, &[]).json();
        assert_eq!(shown["account"]["name"], "Lakeside GI");
        assert_eq!((&shown["quota"]["answers"], &shown["usage"]["settled"]), (&50.into(), &0.into()));
    }
    assert!(on(&["account", "show", &id]).ended(0, &[]).out.contains("0 of 50 answers used"));
}

#[test]
fn cases_are_listed_shown_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    run_in(folder.path(), &["demo"], b"").ended(0, &[]);
    let data = folder.path().join("demo");
    let on = |args: &[&str]| run_in(&data, args, b"");
    let list = on(&["case", "list", "--json"]).ended(0, &[]).json();
    let cases = list["cases"].as_array().unwrap();
    assert!(cases.len() >= 12, "{}", cases.len());
    let find = |status: &str| {
        let case = cases.iter().find(|case| case["status"] == status).unwrap_or_else(|| panic!("no case is {status}"));
        case["id"].as_str().unwrap().to_owned()
    };
    let answered = find("answered");
    let shown = on(&["case", "show", &answered, "--json"]).ended(0, &[]).json();
    for key in ["id", "status", "reason", "subject", "created_at", "events", "outbox", "edition", "draft", "findings"] {
        assert!(shown.get(key).is_some(), "{key} is missing");
    }
    assert_eq!(shown["outbox"][0]["state"], "sent");
    assert!(on(&["case", "show", &answered.to_lowercase()]).ended(0, &[]).out.contains("answered"));
    on(&["case", "retry", &answered]).ended(1, &[&answered, "answered"]);
    let waiting = find("in_review");
    assert!(on(&["case", "retry", &waiting]).ended(0, &[]).out.contains("again"));
    let only = on(&["case", "list", "--status", "received", "--json"]).ended(0, &[]).json();
    assert_eq!(only["cases"].as_array().unwrap().len(), 1);
}
