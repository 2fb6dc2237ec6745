//! Mail as programs write it: each message of `tests/fixtures/mail` is read as the file beside it says.

use std::path::Path;

use caseconsultant::mail::parse::parse;
use serde_json::Value;

use crate::support::program::{run_in, shared};

fn fixtures() -> Vec<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail");
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut mails: Vec<_> = all.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect();
    mails.sort();
    assert!(mails.len() > 20, "the fixtures are there");
    mails
}

#[test]
fn every_mail_is_read_as_the_file_beside_it_says() {
    for path in fixtures() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let wanted: Value = serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
        let message = parse(&std::fs::read(&path).unwrap(), &["consult@example.test"]);
        let names: Vec<&str> = message.attachments.iter().map(|file| file.name.as_str()).collect();
        let bounce = serde_json::to_value(&message.bounce).unwrap();
        for (field, value) in wanted.as_object().unwrap() {
            let read = match field.as_str() {
                "text" => Value::from(message.text.as_str()),
                "subject" => Value::from(message.subject.as_str()),
                "automatic" => Value::from(message.automatic.is),
                "quarantined" => Value::from(message.quarantined.is_some()),
                "attachments" => Value::from(names.clone()),
                "bounce" => bounce["is"].clone(),
                "original" => bounce["original_message_id"].clone(),
                other => bounce[other].clone(),
            };
            assert_eq!(&read, value, "{name}: {field} ({:?}, {:?})", message.quarantined, message.automatic.why);
        }
    }
}

#[test]
fn the_command_shows_what_the_contract_names() {
    let raw = std::fs::read(fixtures().into_iter().find(|path| path.ends_with("bounce_report.eml")).unwrap()).unwrap();
    let object = run_in(&shared(), &["message", "-", "--json"], &raw).ended(0, &[]).json();
    for field in [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "message_id",
        "in_reply_to",
        "references",
        "text",
        "full_text",
        "attachments",
        "encrypted",
        "automatic",
        "bounce",
        "trust",
        "removed",
        "quarantined",
        "why",
    ] {
        assert!(object.get(field).is_some(), "{field} is missing: {object}");
    }
    assert_eq!(object["bounce"]["recipient"], "ann@lakeside.test");
    assert_eq!(object["bounce"]["kind"], "soft");
    assert_eq!(object["trust"]["verdict"], "unproved");
}
