//! Notices of seventy mail systems, with what they mean.

use caseconsultant::domain::message::BounceKind;
use serde_json::Value;

use crate::material::Material;
use crate::table::Row;

/// The rows.
pub fn measure(material: &Material) -> Vec<Row> {
    let expected = material.expected("sisimai-bounces.jsonl");
    let (mut all, mut seen, mut kind, mut status, mut recipient, mut original) = (0, 0, 0, 0, 0, 0);
    for line in expected.lines() {
        let key: Value = serde_json::from_str(line).unwrap();
        let path = key["path"].as_str().unwrap();
        let bounce = &material.message(path).unwrap().bounce;
        let reasons: Vec<&Value> = key["expected"].as_array().unwrap().iter().collect();
        let hard = |reason: &&Value| reason["hardbounce"] == 1;
        let mixed = reasons.iter().any(hard) && !reasons.iter().all(hard);
        let wanted = if reasons.iter().any(hard) { BounceKind::Hard } else { BounceKind::Soft };
        all += 1;
        seen += usize::from(bounce.is);
        let right = mixed || bounce.kind == Some(wanted);
        kind += usize::from(right);
        status += usize::from(reasons.iter().any(|reason| reason["dsn"].as_str() == bounce.status.as_deref()));
        recipient += usize::from(bounce.recipient.is_some());
        original += usize::from(bounce.original_message_id.is_some());
        if !bounce.is {
            material.tell("notices", path, "not recognised");
        } else if !right {
            material.tell("notices", path, &format!("{:?} instead of {wanted:?}", bounce.kind));
        }
    }
    let of = |count: usize| format!("{count} of {all}");
    vec![
        Row::marked("notices that a mail did not arrive: recognised", of(seen), ">= 97 %", seen * 100 >= all * 97),
        Row::marked("  hard and soft told apart", of(kind), ">= 90 %", kind * 100 >= all * 90),
        Row::plain("  with the status that is expected", of(status)),
        Row::plain("  with a recipient", of(recipient)),
        Row::plain("  with the Message-ID of the mail", of(original)),
    ]
}
