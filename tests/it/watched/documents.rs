//! What the documents and the files of `deploy/` say of watching is true.

use std::collections::BTreeSet;
use std::path::Path;

use caseconsultant::domain::alarm::Trouble;
use caseconsultant::telemetry::figures::{ALL, Kind};
use regex::Regex;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Every figure that a text names, as the table has it.
fn named(text: &str) -> BTreeSet<String> {
    let name = Regex::new("caseconsultant_[a-z_]+").unwrap();
    name.find_iter(text).map(|found| base(found.as_str())).collect()
}

fn base(name: &str) -> String {
    let histogram = |base: &&str| ALL.iter().any(|figure| figure.name == *base && figure.kind == Kind::Histogram);
    let cut = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).filter(histogram);
    cut.unwrap_or(name).to_owned()
}

fn all() -> BTreeSet<String> {
    ALL.iter().map(|figure| figure.name.to_owned()).collect()
}

#[test]
fn every_alarm_has_its_page_in_the_runbook() {
    let runbook = read("deploy/RUNBOOK.md");
    for trouble in Trouble::each() {
        let heading = format!("\n## {}\n", trouble.page());
        let page = runbook.split(&heading).nth(1).unwrap_or_else(|| panic!("no page {:?}", trouble.page()));
        let page = page.split("\n## ").next().unwrap();
        assert!(page.contains(&format!("`{}`", trouble.key())), "{}: the alarm is not named there", trouble.page());
    }
}

#[test]
fn the_runbook_lists_every_figure_and_no_other() {
    let runbook = read("deploy/RUNBOOK.md");
    let page = runbook.split("\n## Watching\n").nth(1).expect("a page on watching").split("\n## ").next().unwrap();
    assert_eq!(named(page), all());
}

#[test]
fn the_dashboard_is_json_and_asks_for_figures_that_there_are() {
    let text = read("deploy/grafana.json");
    let dashboard: serde_json::Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let mut asked = BTreeSet::new();
    for panel in panels.iter().filter(|panel| panel["type"] != "row") {
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty() && panel["title"].as_str().is_some_and(|title| !title.is_empty()));
        asked.extend(targets.iter().flat_map(|target| named(target["expr"].as_str().unwrap())));
    }
    let unknown: Vec<_> = asked.difference(&all()).cloned().collect();
    assert!(unknown.is_empty(), "the dashboard asks for {unknown:?}");
    // What is asked for elsewhere, or tells nothing by a curve.
    let elsewhere = ["caseconsultant_build_info", "caseconsultant_edition_info", "caseconsultant_editions_total"];
    let forgotten: Vec<_> =
        all().difference(&asked).filter(|name| !elsewhere.contains(&name.as_str())).cloned().collect();
    assert!(forgotten.is_empty(), "the dashboard shows no {forgotten:?}");
    let places: Vec<_> = panels.iter().map(|panel| panel["gridPos"].to_string()).collect();
    assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), places.len(), "two panels in one place");
}

#[test]
fn the_rules_of_prometheus_ask_for_figures_that_there_are_and_name_pages_of_the_runbook() {
    let (rules, runbook) = (read("deploy/prometheus-rules.yaml"), read("deploy/RUNBOOK.md"));
    let parsed = yaml_rust2::YamlLoader::load_from_str(&rules).unwrap();
    let mut found = 0;
    for rule in parsed[0]["groups"][0]["rules"].as_vec().unwrap() {
        let expression = rule["expr"].as_str().unwrap();
        let unknown: Vec<_> = named(expression).difference(&all()).cloned().collect();
        assert!(unknown.is_empty(), "{expression}: {unknown:?}");
        let page = rule["annotations"]["runbook"].as_str().unwrap();
        assert!(runbook.replace('`', "").contains(&format!("\n## {page}\n")), "no page {page:?}");
        found += 1;
    }
    assert!(found >= 5);
}
