//! What the README says is true: its commands run, its reply is the program's, its settings are accepted.

use std::path::Path;
use std::process::{Command, Output};

use regex::Regex;
use tempfile::TempDir;

/// Commands that the README shows and no test here runs: the suite itself, a real mailbox, the official sites, and the
/// demonstration that goes on (`web::demo` runs it).
const NOT_RUN: [&str; 7] = [
    "cargo run --release -- demo --serve",
    "tests/run",
    "caseconsultant corpus fetch --check",
    "caseconsultant corpus fetch",
    "caseconsultant corpus import caseconsultant-data/fetched",
    "caseconsultant --config /etc/caseconsultant/caseconsultant.toml check",
    "caseconsultant --config /etc/caseconsultant/caseconsultant.toml serve",
];

/// A fenced block: what stands behind the fence, and its text.
struct Block {
    info: String,
    text: String,
}

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

fn blocks(kind: &str) -> Vec<Block> {
    let text = readme();
    let fenced = text.split("\n```").skip(1).step_by(2);
    let blocks: Vec<Block> = fenced
        .map(|block| block.split_once('\n').unwrap())
        .map(|(info, text)| Block { info: info.to_owned(), text: format!("{text}\n") })
        .filter(|block| block.info.split(' ').next() == Some(kind))
        .collect();
    assert!(!blocks.is_empty(), "the README has no {kind} block");
    blocks
}

/// Runs a script in `folder` with nothing but the program and the system on its path.
fn run(folder: &Path, script: &str) -> Output {
    let bin = folder.join("bin");
    if !bin.exists() {
        std::fs::create_dir(&bin).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_caseconsultant"), bin.join("caseconsultant")).unwrap();
    }
    Command::new("/bin/bash")
        .args(["-euo", "pipefail", "-c", &script.replace("cargo run --release -- ", "caseconsultant ")])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
        .output()
        .unwrap()
}

fn succeed(folder: &Path, script: &str) -> String {
    let done = run(folder, script);
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{script}\nended with {}\n{out}{err}", done.status);
    out.into_owned()
}

#[test]
fn the_commands_of_the_readme_run_one_after_the_other() {
    let folder = TempDir::new().unwrap();
    // What a reader has downloaded by then: an order file in the official format, its rows written for this test.
    let name = "icd10cm-order-2027.txt";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/readme").join(name);
    std::fs::create_dir(folder.path().join("downloads")).unwrap();
    std::fs::copy(file, folder.path().join("downloads").join(name)).unwrap();
    for block in blocks("sh").iter().filter(|block| block.info == "sh test") {
        for command in block.text.lines() {
            succeed(folder.path(), command);
        }
    }
}

#[test]
fn every_command_of_the_readme_is_run_or_listed() {
    for block in blocks("sh") {
        for command in block.text.lines() {
            let known = ["cargo run --release -- ", "caseconsultant ", "curl ", "echo \"", "tests/run"];
            assert!(known.iter().any(|form| command.starts_with(form)), "what is this? {command}");
            // A call of the API is run in `web::api`.
            let run = ["sh test", "sh call"].contains(&block.info.as_str());
            assert!(run || NOT_RUN.contains(&command), "nobody runs: {command}");
        }
    }
}

#[test]
fn the_reply_in_the_readme_is_the_one_the_program_prints() {
    let folder = TempDir::new().unwrap();
    let ask = blocks("sh").into_iter().find(|block| block.text.contains("| caseconsultant ask")).unwrap();
    let printed = redacted(&succeed(folder.path(), &ask.text));
    let quoted = &blocks("text")[0];
    assert_eq!(quoted.info, "text reply");
    let mut rest = printed.as_str();
    for (n, part) in quoted.text.split("[…]\n").map(str::trim).enumerate() {
        let at = rest.find(part).filter(|at| n > 0 || *at == 0);
        let Some(at) = at else { panic!("the README quotes\n{part}\n\nand the program prints\n{printed}") };
        rest = &rest[at + part.len()..];
    }
    assert_eq!(rest.trim(), "", "the README leaves out the end without saying so");
}

/// Without what differs from edition to edition and from year to year.
fn redacted(reply: &str) -> String {
    let edition = Regex::new("starter-[0-9a-f]{12}").unwrap();
    let year = Regex::new("CPT copyright [0-9]{4}").unwrap();
    year.replace_all(&edition.replace_all(reply, "starter-…"), "CPT copyright …").into_owned()
}

#[test]
fn the_settings_in_the_readme_are_accepted() {
    for block in blocks("toml") {
        let folder = TempDir::new().unwrap();
        let place = format!("{}/", folder.path().display());
        for secret in ["mail-password", "model-key", "seal-keys"] {
            std::fs::write(folder.path().join(secret), "secret\n").unwrap();
        }
        let key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";
        std::fs::write(folder.path().join("webhook-secret"), key).unwrap();
        std::fs::write(folder.path().join("own.toml"), block.text.replace("/etc/caseconsultant/", &place)).unwrap();
        let shown = succeed(folder.path(), "caseconsultant --config own.toml config show");
        assert!(!shown.contains("\"secret\""), "{shown}");
    }
}

#[test]
fn the_table_of_commands_is_complete() {
    let folder = TempDir::new().unwrap();
    let text = readme();
    let row = Regex::new("(?m)^\\| `([a-z -]+)` \\|").unwrap();
    let mut listed: Vec<String> = row.captures_iter(&text).map(|row| row[1].to_owned()).collect();
    let mut known = Vec::new();
    for command in commands(folder.path(), "") {
        let inner = commands(folder.path(), &command);
        if inner.is_empty() {
            known.push(command);
        } else {
            known.extend(inner.iter().map(|inner| format!("{command} {inner}")));
        }
    }
    listed.sort();
    known.sort();
    assert_eq!(listed, known);
}

/// The commands that a help text lists.
fn commands(folder: &Path, of: &str) -> Vec<String> {
    let help = succeed(folder, &format!("caseconsultant {of} --help"));
    let Some((_, list)) = help.split_once("Commands:\n") else { return Vec::new() };
    let names = list.lines().take_while(|line| !line.is_empty()).filter_map(|line| {
        let indented = line.starts_with("  ") && !line.starts_with("   ");
        indented.then(|| line.split_whitespace().next().unwrap_or_default().to_owned())
    });
    names.filter(|name| name != "help").collect()
}
