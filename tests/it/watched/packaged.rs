//! What is installed: the unit is as tight as it says, and the settings that are shipped are settings.

use std::path::{Path, PathBuf};
use std::process::Command;

use caseconsultant::config::DEFAULTS;
use caseconsultant::web;
use regex::Regex;
use yaml_rust2::{Yaml, YamlLoader};

fn path(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(of)
}

fn read(of: &str) -> String {
    std::fs::read_to_string(path(of)).unwrap()
}

#[test]
fn the_unit_exposes_less_than_two_of_ten() {
    let run = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager", "--threshold=19"])
        .arg(path("deploy/caseconsultant.service"))
        .output()
        .expect("systemd-analyze of the Debian package systemd");
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && said.contains("Overall exposure level"), "{said}");
    let level = Regex::new(r"service: ([0-9.]+) ").unwrap();
    let level: f64 = level.captures(&said).unwrap_or_else(|| panic!("{said}"))[1].parse().unwrap();
    assert!(level < 2.0, "{said}");
}

/// The faults of settings that are shipped, with what its reader fills in.
fn faults(settings: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    for secret in ["mail-password", "seal-keys", "metrics-token"] {
        std::fs::write(folder.path().join(secret), "0123456789abcdef\n").unwrap();
    }
    let mut settings = settings.to_owned();
    for place in ["/etc/caseconsultant/", "/secrets/"] {
        settings = settings.replace(place, &format!("{}/", folder.path().display()));
    }
    // The database of several workers: where this program knows no other than its own file, the section is left out.
    if !DEFAULTS.contains("\n[database]\n") {
        settings = Regex::new(r"(?m)^\[database\]\nurl = .*\n").unwrap().replace(&settings, "").into_owned();
    }
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, settings).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_caseconsultant"))
        .arg("--config")
        .arg(&file)
        .args(["config", "show"])
        .env_clear()
        .output()
        .unwrap();
    String::from_utf8_lossy(&run.stderr).into_owned()
}

#[test]
fn the_settings_of_the_package_name_what_is_to_be_filled_in_and_nothing_else() {
    let shipped = read("deploy/debian/caseconsultant.toml");
    let told = faults(&shipped);
    for empty in ["service.address", "source.imap.host", "source.imap.user", "transport.smtp.host", "trust.authserv_id"]
    {
        assert!(told.contains(empty), "{empty} is not named: {told}");
    }
    assert!(!told.contains("unknown"), "{told}");
    let filled = shipped
        .replace("address = \"\"", "address = \"consult@example.com\"")
        .replace("host = \"\"", "host = \"mail.example.com\"")
        .replace("user = \"\"", "user = \"consult@example.com\"")
        .replace("authserv_id = \"\"", "authserv_id = \"mx.example.com\"");
    assert_eq!(faults(&filled), "");
}

#[test]
fn the_settings_of_the_trial_of_compose_and_of_kubernetes_are_accepted() {
    assert_eq!(faults(&read("deploy/trial/caseconsultant.toml")), "");
    assert_eq!(faults(&read("deploy/kubernetes/caseconsultant.toml")), "");
    let compose = yaml("compose.yaml");
    assert_eq!(faults(compose[0]["configs"]["settings"]["content"].as_str().unwrap()), "");
}

fn yaml(of: &str) -> Vec<Yaml> {
    YamlLoader::load_from_str(&read(of)).unwrap_or_else(|error| panic!("{of}: {error}"))
}

#[test]
fn every_role_of_kubernetes_is_probed_at_a_path_that_there_is_and_owns_nothing() {
    let paths: Vec<&str> = web::routes().iter().map(|route| route.path).collect();
    for role in ["receive", "pipeline", "deliver", "web"] {
        let file = yaml(&format!("deploy/kubernetes/{role}.yaml"));
        let pod = &file[0]["spec"]["template"]["spec"];
        let container = &pod["containers"][0];
        let arguments: Vec<&str> = container["args"].as_vec().unwrap().iter().filter_map(Yaml::as_str).collect();
        assert_eq!(arguments, ["serve", "--only", role]);
        for (probe, wanted) in [("startupProbe", "/ready"), ("readinessProbe", "/ready"), ("livenessProbe", "/live")] {
            assert_eq!(container[probe]["httpGet"]["path"].as_str(), Some(wanted), "{role}");
            assert!(paths.contains(&wanted), "{wanted}");
        }
        let rights = &container["securityContext"];
        assert_eq!(rights["readOnlyRootFilesystem"].as_bool(), Some(true), "{role}");
        assert_eq!(rights["allowPrivilegeEscalation"].as_bool(), Some(false), "{role}");
        assert_eq!(pod["securityContext"]["runAsNonRoot"].as_bool(), Some(true), "{role}");
        assert!(
            yaml("deploy/kubernetes/kustomization.yaml")[0]["resources"]
                .as_vec()
                .unwrap()
                .contains(&Yaml::String(format!("{role}.yaml")))
        );
    }
    assert!(yaml("deploy/kubernetes/network.yaml").len() >= 5);
}

/// The names in a table of `Cargo.toml`.
fn crates(table: &str) -> Vec<String> {
    let cargo: toml::Table = read("Cargo.toml").parse().unwrap();
    cargo[table].as_table().unwrap().keys().cloned().collect()
}

#[test]
fn every_dependency_has_its_line_and_no_other() {
    let document = read("deploy/DEPENDENCIES.md");
    let (program, tests) = document.split_once("## In its tests").unwrap();
    let line = Regex::new(r"(?m)^\| `([a-z0-9_-]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$").unwrap();
    for (part, table) in [(program, "dependencies"), (tests, "dev-dependencies")] {
        let lines: Vec<_> = line.captures_iter(part).collect();
        let mut listed: Vec<String> = lines.iter().map(|line| line[1].to_owned()).collect();
        listed.sort();
        let mut named = crates(table);
        named.sort();
        assert_eq!(listed, named, "deploy/DEPENDENCIES.md and [{table}]");
        for line in lines {
            assert!(line[3].contains(" releases, the last 20"), "{}: how it is kept", &line[1]);
        }
    }
}
