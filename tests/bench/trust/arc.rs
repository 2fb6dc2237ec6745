//! The suite of ARC: its messages, its keys, its verdicts on the chain.

use std::path::Path;
use std::sync::Arc;

use caseconsultant::mail::dns::{Answer, Dns, Kind, Questions, Zone};
use caseconsultant::mail::trust::arc::{Chain, chain_of};
use serde_json::Value;

use crate::table::Row;

/// Runs the suite.
pub async fn measure(file: &Path, verbose: bool) -> Row {
    let scenarios: Vec<Value> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let (mut right, mut all) = (0, 0);
    for scenario in &scenarios {
        let mut zone = Zone::default();
        for (name, text) in scenario["txt-records"].as_object().into_iter().flatten() {
            zone.add(name, Kind::Txt, Answer::Text(text.as_str().unwrap_or_default().as_bytes().to_vec()));
        }
        let dns = Dns::Zone(Arc::new(zone));
        for (name, case) in scenario["tests"].as_object().unwrap() {
            let chain = chain_of(case["message"].as_str().unwrap().as_bytes(), &Questions::new(&dns)).await;
            // Where the suite leaves it open, a chain may be absent or broken, and not good.
            let expected: &[Chain] = match case["cv"].as_str().unwrap_or_default() {
                "Pass" => &[Chain::Pass],
                "Fail" => &[Chain::Fail],
                "None" => &[Chain::None],
                _ => &[Chain::None, Chain::Fail],
            };
            all += 1;
            if expected.contains(&chain) {
                right += 1;
            } else if verbose {
                println!("  arc {name}: {chain:?}, expected {}: {}", case["cv"], case["description"]);
            }
        }
    }
    Row::marked("ARC suite, as expected", format!("{right} of {all}"), "98 %", right * 100 >= all * 98)
}
