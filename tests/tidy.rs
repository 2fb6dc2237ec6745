//! The rules of the house that no compiler checks: layers, places, sizes, and documents that tell the truth.
//! The table of layers is read from `src/lib.rs`, so that the page people read is the rule that holds.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const LONGEST_FILE: usize = 400;

/// A source file: its path from the root, all of it, and its code without comments and without its tests.
struct Source {
    path: String,
    text: String,
    code: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file that belongs to the repository, as a path from its root.
fn files() -> Vec<String> {
    let ignored = ["target", "caseconsultant-data", ".git"];
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if ignored.iter().any(|name| path == Path::new(name)) {
                continue;
            }
            if entry.file_type().unwrap().is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    let mut found: Vec<String> = found.into_iter().map(|path| path.to_str().unwrap().to_owned()).collect();
    found.sort();
    found
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn sources(folder: &str) -> Vec<Source> {
    let ours = |path: &String| path.starts_with(folder) && path.ends_with(".rs");
    let sources: Vec<Source> = files()
        .into_iter()
        .filter(ours)
        .map(|path| {
            let text = read(&path);
            let code = if path.ends_with("/tests.rs") { String::new() } else { code(&text) };
            Source { path, text, code }
        })
        .collect();
    assert!(!sources.is_empty(), "no source in {folder}");
    sources
}

/// The lines that are neither comment nor behind `#[cfg(test)]`. rustfmt puts the end of an item at the indentation
/// of its beginning.
fn code(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        if line.trim() == "#[cfg(test)]" {
            let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
            let item = lines.find(|line| !line.trim_start().starts_with('#')).unwrap_or_default();
            if item.ends_with('{') {
                let _ = lines.find(|line| *line == end);
            }
            continue;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

/// Fails with every line of `faults`.
fn demand_none(rule: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{rule}\n  {}", faults.join("\n  "));
}

/// Module name to layer, from the table in `src/lib.rs`; `2b` stands between 2 and 3.
fn layers() -> BTreeMap<String, String> {
    let mut layers = BTreeMap::new();
    for line in read("src/lib.rs").lines() {
        let words: Vec<&str> = line.trim_start_matches("//!").split_whitespace().collect();
        let [layer, modules @ ..] = words.as_slice() else { continue };
        let numbered = layer.len() <= 2 && layer.starts_with(|c: char| c.is_ascii_digit()) && !layer.ends_with('.');
        let names = modules.iter().all(|word| word.bytes().all(|b| b.is_ascii_lowercase()));
        if numbered && names && !modules.is_empty() {
            layers.extend(modules.iter().map(|name| ((*name).to_owned(), (*layer).to_owned())));
        }
    }
    layers
}

/// Where a file stands in the tree of modules: `src/cli/demo.rs` is `["cli", "demo"]`.
fn module(path: &str) -> Vec<&str> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    inner.split('/').filter(|part| *part != "mod").collect()
}

/// The top modules that code names by `crate::…`, or by a chain of `super::` that reaches the root.
fn named_modules(code: &str, depth: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let to_root = "super::".repeat(depth);
    for start in ["crate::", to_root.as_str()] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back().unwrap_or(' ');
            if before.is_alphanumeric() || "_:$".contains(before) {
                continue;
            }
            found.extend(heads(&code[at + start.len()..]));
        }
    }
    found.remove("super");
    found
}

/// The first names of a path, or of each path of a group in braces.
fn heads(rest: &str) -> Vec<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let (mut depth, mut parts, mut part) = (0, Vec::new(), String::new());
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            _ if depth == 0 => part.push(c),
            _ => {}
        }
    }
    parts.push(part);
    parts.iter().map(|part| name(part.trim())).filter(|name| !name.is_empty()).collect()
}

#[test]
fn imports_point_down() {
    let layers = layers();
    let mut faults = Vec::new();
    for source in sources("src/") {
        let module = module(&source.path);
        let Some(layer) = layers.get(module[0]) else {
            if module[0] != "lib" {
                faults.push(format!("{}: the table of layers in src/lib.rs does not name it", source.path));
            }
            continue;
        };
        for used in named_modules(&source.code, module.len()).iter().filter(|used| *used != module[0]) {
            match layers.get(used) {
                Some(below) if below < layer => {}
                Some(other) => faults.push(format!("{} (layer {layer}) uses {used} (layer {other})", source.path)),
                None => faults.push(format!("{} uses crate::{used}, which is no module", source.path)),
            }
        }
    }
    demand_none("imports point down, never up and never sideways", &faults);
}

#[test]
fn the_table_of_layers_names_every_module_once() {
    let declared: BTreeSet<String> = read("src/lib.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned))
        .chain(["main".to_owned()])
        .collect();
    assert_eq!(layers().into_keys().collect::<BTreeSet<_>>(), declared);
}

#[test]
fn the_reader_of_imports_sees_every_form() {
    let code =
        "use crate::{\n    a,\n    b::{c, d},\n};\nfn f() { crate::e::g(); other_crate::no(); }\nuse super::super::h;";
    let seen = named_modules(code, 2);
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["a", "b", "e", "h"]);
    assert_eq!(
        self::code("//! x\na\n#[cfg(test)]\nmod tests {\n    b;\n}\nc\n#[cfg(test)]\nmod tests;\nd\n"),
        "a\nc\nd\n"
    );
}

#[test]
fn no_file_is_too_long() {
    let long = |source: Source| {
        let lines = source.text.lines().count();
        (lines > LONGEST_FILE).then(|| format!("{}: {lines} lines", source.path))
    };
    let faults: Vec<String> = sources("src/").into_iter().chain(sources("tests/")).filter_map(long).collect();
    demand_none("at most 400 lines a file", &faults);
}

/// The files whose code holds one of `words`, but for those under one of `allowed`.
fn outside(allowed: &[&str], words: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources("src/") {
        if allowed.iter().any(|place| source.path.starts_with(place)) {
            continue;
        }
        let found = words.iter().filter(|word| source.code.contains(**word));
        faults.extend(found.map(|word| format!("{} holds {word:?}", source.path)));
    }
    faults
}

#[test]
fn sql_is_in_the_store_only() {
    let words = ["sqlx", "SELECT ", "INSERT INTO", "DELETE FROM", "CREATE TABLE", "PRAGMA "];
    demand_none("SQL belongs in src/store", &outside(&["src/store/"], &words));
}

#[test]
fn the_environment_is_read_in_one_file() {
    demand_none("the environment is read in src/config.rs", &outside(&["src/config.rs"], &["env::"]));
}

#[test]
fn one_file_asks_for_time_and_chance() {
    let words = ["SystemTime::now", "Timestamp::now", "Zoned::now", "getrandom::", "rand::"];
    demand_none("time and chance are asked for in src/clock.rs", &outside(&["src/clock.rs"], &words));
}

#[test]
fn mail_leaves_only_with_a_release() {
    let release = read("src/domain/release.rs");
    let fields = release.split("pub struct Release {").nth(1).unwrap().split('}').next().unwrap();
    assert!(!fields.contains("pub"), "a field that anyone can set is no proof");
    assert!(!release.contains("Deserialize") && !release.contains("Default for"), "a release is not made from data");
    let sources = sources("src/");
    let writers: Vec<&Source> = sources.iter().filter(|source| source.code.contains("INTO outbox")).collect();
    assert_eq!(writers.iter().map(|source| source.path.as_str()).collect::<Vec<_>>(), ["src/store/outbox.rs"]);
    let code = &writers[0].code;
    assert_eq!(code.matches("INTO outbox").count(), 1, "one statement makes outbox rows");
    let signature = code.split("INTO outbox").next().unwrap().rsplit("pub async fn ").next().unwrap();
    assert!(signature.starts_with("enqueue(") && signature.contains("release: &Release"), "{signature}");
}

#[test]
fn events_are_added_in_one_place() {
    let places = [
        ("event", "src/store/event.rs"),
        ("reviewer_event", "src/store/reviewer.rs"),
        ("account_event", "src/store/change.rs"),
    ];
    for (table, place) in places {
        let statement = format!("INTO {table} ");
        let files = sources("src/");
        let writers = files.iter().filter(|source| source.code.contains(&statement) && !source.path.contains("/tests"));
        assert_eq!(
            writers.map(|source| source.path.as_str()).collect::<Vec<_>>(),
            [place],
            "beside the chain: {table}"
        );
    }
}

/// What stands between backticks, outside fenced blocks.
fn quoted(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start_matches("//!").trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            found.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
}

#[test]
fn every_path_in_the_documents_exists() {
    let files = files();
    let tops: BTreeSet<&str> = files.iter().filter_map(|file| file.split('/').next()).collect();
    let mut faults = Vec::new();
    for document in files.iter().filter(|file| file.ends_with(".md") || *file == "src/lib.rs") {
        for name in quoted(&read(document)) {
            let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"./_-".contains(&b));
            let first = name.split('/').next().unwrap_or("");
            let names_a_file = name.contains('/') && !name.starts_with('/') && tops.contains(first)
                || [".rs", ".md", "LICENSE"].iter().any(|end| name.ends_with(end));
            let beside = Path::new(document).parent().unwrap().join(&name);
            if plain && names_a_file && !root().join(&name).exists() && !root().join(beside).exists() {
                faults.push(format!("{document}: {name}"));
            }
        }
    }
    demand_none("a document names a file that is not there", &faults);
}

#[test]
fn every_test_named_in_the_architecture_exists() {
    let tests: String = sources("src/").into_iter().chain(sources("tests/")).map(|source| source.text).collect();
    let sentence =
        |name: &String| name.matches('_').count() >= 2 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let missing: Vec<String> = quoted(&read("src/lib.rs"))
        .into_iter()
        .filter(sentence)
        .filter(|name| !tests.contains(&format!("fn {name}(")))
        .collect();
    demand_none("src/lib.rs names a test that is not there", &missing);
}

#[test]
fn nothing_tells_of_the_machine_it_was_written_on() {
    let folders = [concat!("/wo", "rk"), concat!("/tmp", "/wt"), concat!("/ro", "ot")];
    let mut faults = Vec::new();
    for file in files() {
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for folder in folders {
            let whole = text.match_indices(folder).any(|(at, _)| {
                let word = |c: char| c.is_alphanumeric() || "_-.*".contains(c);
                let before = text[..at].chars().next_back().is_some_and(word);
                !before && !text[at + folder.len()..].chars().next().is_some_and(word)
            });
            if whole {
                faults.push(format!("{file} holds {folder}"));
            }
        }
        if file.starts_with(".cargo/") {
            faults.push(format!("{file}: settings of a machine"));
        }
    }
    let sources = read("Cargo.lock");
    let sources = sources.lines().filter_map(|line| line.strip_prefix("source = "));
    let elsewhere = |line: &&str| *line != "\"registry+https://github.com/rust-lang/crates.io-index\"";
    faults.extend(sources.filter(elsewhere).map(|line| format!("Cargo.lock: {line}")));
    demand_none("no path of a machine and no private registry", &faults);
}

#[test]
fn the_scripts_can_be_run() {
    use std::os::unix::fs::PermissionsExt as _;
    for script in ["tests/run", ".ci/run"] {
        let mode = fs::metadata(root().join(script)).unwrap().permissions().mode();
        assert!(mode & 0o111 == 0o111, "{script} is not executable");
        assert!(read(script).contains("set -euo pipefail"), "{script}");
    }
}
