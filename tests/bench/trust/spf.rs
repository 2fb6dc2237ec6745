//! The suite of RFC 7208: its zones, its sessions, its verdicts.

use std::path::Path;
use std::sync::Arc;

use caseconsultant::mail::dns::{Answer, Dns, Kind, Questions, Zone};
use caseconsultant::mail::spf::{self, Outcome, Session};
use yaml_rust2::{Yaml, YamlLoader};

use crate::table::Row;

/// Runs the suite.
pub async fn measure(file: &Path, verbose: bool) -> Row {
    let text = std::fs::read_to_string(file).unwrap();
    let (mut right, mut all) = (0, 0);
    for scenario in YamlLoader::load_from_str(&text).unwrap() {
        let dns = Dns::Zone(Arc::new(zone(&scenario["zonedata"])));
        for (name, case) in scenario["tests"].as_hash().unwrap() {
            let session = Session {
                ip: text_of(&case["host"]).parse().unwrap(),
                helo: text_of(&case["helo"]),
                mail_from: text_of(&case["mailfrom"]),
            };
            let outcome = word(spf::check(&session, &Questions::new(&dns)).await);
            let expected: Vec<String> = match &case["result"] {
                Yaml::Array(list) => list.iter().map(text_of).collect(),
                one => vec![text_of(one)],
            };
            all += 1;
            if expected.iter().any(|one| one == outcome) {
                right += 1;
            } else if verbose {
                println!("  spf {}: {outcome}, expected {}", text_of(name), expected.join(" or "));
            }
        }
    }
    Row::marked("SPF suite, as expected", format!("{right} of {all}"), "98 %", right * 100 >= all * 98)
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::SoftFail => "softfail",
        Outcome::Neutral => "neutral",
        Outcome::None => "none",
        Outcome::TempError => "temperror",
        Outcome::PermError => "permerror",
    }
}

fn text_of(value: &Yaml) -> String {
    match value {
        Yaml::String(text) | Yaml::Real(text) => text.clone(),
        Yaml::Integer(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The records of a scenario. Where a name has records of the old type SPF and none of type TXT, they are its TXT ones.
fn zone(data: &Yaml) -> Zone {
    let mut zone = Zone::default();
    for (name, entries) in data.as_hash().unwrap() {
        let name = text_of(name);
        let entries = entries.as_vec().unwrap();
        let has_text = entries.iter().any(|entry| !entry["TXT"].is_badvalue());
        for entry in entries {
            let Some((kind, value)) = entry.as_hash().and_then(|hash| hash.front()) else {
                zone.add_timeout(&name);
                continue;
            };
            match text_of(kind).as_str() {
                "TXT" if text_of(value) == "NONE" => {}
                "SPF" if has_text => {}
                "SPF" | "TXT" => zone.add(&name, Kind::Txt, Answer::Text(bytes(value))),
                "A" => zone.add(&name, Kind::A, Answer::Ip(text_of(value).parse().unwrap())),
                "AAAA" => zone.add(&name, Kind::Aaaa, Answer::Ip(text_of(value).parse().unwrap())),
                "PTR" => zone.add(&name, Kind::Ptr, Answer::Name(0, text_of(value))),
                "CNAME" => zone.add_alias(&name, &text_of(value)),
                "MX" => {
                    let preference = u16::try_from(value[0].as_i64().unwrap()).unwrap();
                    zone.add(&name, Kind::Mx, Answer::Name(preference, text_of(&value[1])));
                }
                other => panic!("{other} in the zone of the suite"),
            }
        }
    }
    zone
}

/// The strings of a record, put together; characters above 127 stand for bytes.
fn bytes(value: &Yaml) -> Vec<u8> {
    let text = match value {
        Yaml::Array(strings) => strings.iter().map(text_of).collect(),
        one => text_of(one),
    };
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}
