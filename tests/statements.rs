//! After the suite ran on PostgreSQL: was every statement of the store carried out there?
//!
//! The server logs what it is told (`TEST_STATEMENTS` names the file); the texts come from the code itself. A statement that no
//! test reached on that engine is named here, so that none is believed to work because it works on SQLite.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;

/// A text of the code: where it stands, and what a statement with it looks like.
struct Text {
    place: String,
    pattern: Regex,
}

/// The string literals of a source file, without its tests, each with its line.
fn literals(source: &str) -> Vec<(usize, String)> {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    let literal = Regex::new(r#"(?s)"((?:[^"\\]|\\.)*)""#).unwrap();
    let lines: Vec<&str> =
        code.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect();
    let code = lines.join("\n");
    let line = |at: usize| code[..at].matches('\n').count() + 1;
    literal.captures_iter(&code).map(|found| (line(found.get(0).unwrap().start()), found[1].to_owned())).collect()
}

fn one_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a move asks of the file that it moves, and no server.
const OF_A_FILE: [&str; 1] = ["SELECT (SELECT count(*) FROM audit), COALESCE("];

/// A statement, or a piece that begins like one; of statements that only SQLite is told, nothing.
fn is_ours(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let begins = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "AND", "WHERE", "ORDER"].contains(&first);
    let sqlite = ["sqlite_master", "pragma_", "rowid", "EXPLAIN"].iter().any(|word| text.contains(word));
    let of_a_file = OF_A_FILE.iter().any(|own| text.starts_with(own));
    begins && text.split_whitespace().count() > 2 && !sqlite && !of_a_file
}

fn texts() -> Vec<Text> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let hole = Regex::new(r"\\\{[^{}]*\\\}").unwrap();
    let mut texts = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "rs")) {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        for (line, text) in literals(&std::fs::read_to_string(file).unwrap()) {
            // A line's end in a literal of the code, and in what the server is told.
            let text = one_space(&text.replace("\\\n", "\n").replace("\\n", "\n").replace("\\\"", "\""));
            if is_ours(&text) {
                let pattern = hole.replace_all(&regex::escape(&text), ".*").into_owned();
                texts.push(Text { place: format!("{name}:{line}: {text}"), pattern: Regex::new(&pattern).unwrap() });
            }
        }
    }
    texts
}

/// What the server was told, each text once.
fn told(log: &str) -> BTreeSet<String> {
    let head = Regex::new(r"^\d+ LOG:  (?:execute [^:]+|statement): ").unwrap();
    let entry = Regex::new(r"^\d+ [A-Z]+:  ").unwrap();
    let (mut all, mut now) = (BTreeSet::new(), None::<String>);
    for line in log.lines() {
        if entry.is_match(line) {
            all.extend(now.take().map(|text| one_space(&text)));
            now = head.find(line).map(|found| line[found.end()..].to_owned());
        } else if let Some(text) = &mut now {
            text.push('\n');
            text.push_str(line);
        }
    }
    all.extend(now.map(|text| one_space(&text)));
    all
}

#[test]
#[ignore = "it reads what the server was told by the suite: tests/postgres runs it behind the suite"]
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment where to look")]
fn every_statement_of_the_store_was_carried_out_on_postgresql() {
    let log = std::env::var("TEST_STATEMENTS").expect("TEST_STATEMENTS names the server's log");
    let told = told(&String::from_utf8_lossy(&std::fs::read(&log).expect("the log")));
    let texts = texts();
    assert!(texts.len() > 300 && told.len() > 300, "{} texts, {} statements", texts.len(), told.len());
    let missing: Vec<&str> = texts
        .iter()
        .filter(|text| !told.iter().any(|statement| text.pattern.is_match(statement)))
        .map(|text| text.place.as_str())
        .collect();
    println!("{} texts of the store, {} different statements told", texts.len(), told.len());
    assert!(missing.is_empty(), "never carried out on PostgreSQL:\n  {}", missing.join("\n  "));
}

#[test]
fn the_reader_of_statements_sees_each_in_the_code_and_in_the_log() {
    let code =
        "// \"SELECT none\"\nfn f() { q(\"SELECT a,\n    b FROM t WHERE c = $1\"); r(\"plain\"); s(\" AND {x} = \") }";
    let seen: Vec<(usize, String)> = literals(code).into_iter().filter(|(_, text)| is_ours(text)).collect();
    assert_eq!(seen.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
    let log = "12 LOG:  execute sqlx_s_1: SELECT a,\n\t    b FROM t WHERE c = $1\n12 DETAIL:  parameters: $1 = '1'\n13 LOG:  statement: BEGIN\n";
    assert_eq!(told(log).into_iter().collect::<Vec<_>>(), ["BEGIN", "SELECT a, b FROM t WHERE c = $1"]);
}
