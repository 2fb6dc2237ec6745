//! A damaged data folder: the file is named, the cure is named, and following it mends the matter.

use std::path::{Path, PathBuf};

use crate::support::program::{run_in, shared};

const QUESTION: &[u8] = b"45385 with biopsy 45380 of another polyp, DOS 2024-08-01?";

/// A data folder with the starter edition, of its own.
fn data() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    copy(&shared().join("editions"), &folder.path().join("editions"));
    let root = folder.path().join("editions");
    let id = std::fs::read_to_string(root.join("CURRENT")).unwrap();
    (folder, root.join(id.trim()))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn cut(path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    std::fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
}

fn answers(data: &Path) -> bool {
    let ran = run_in(data, &["ask", "--json"], QUESTION);
    ran.code == 0 && ran.json()["release"] == "automatic"
}

#[test]
fn a_pointer_that_names_no_edition_is_an_error_and_a_build_mends_it() {
    let (folder, _) = data();
    let current = folder.path().join("editions/CURRENT");
    for garbage in [&b"../../etc\n"[..], b"", b"\xff\xfe\x00"] {
        std::fs::write(&current, garbage).unwrap();
        run_in(folder.path(), &["ask"], QUESTION).ended(1, &["editions/CURRENT", "corpus build"]);
        run_in(folder.path(), &["corpus", "build"], b"").ended(0, &[]);
        assert!(answers(folder.path()), "after {garbage:?}");
    }
}

#[test]
fn an_older_starter_gives_way_to_the_one_of_this_program() {
    let (folder, _) = data();
    std::fs::write(folder.path().join("editions/CURRENT"), "starter-ffffffffffff").unwrap();
    assert!(answers(folder.path()));
}

#[test]
fn a_pointer_to_an_edition_that_is_gone_is_an_error_that_names_it() {
    let (folder, _) = data();
    std::fs::write(folder.path().join("editions/CURRENT"), "own-0123456789ab").unwrap();
    run_in(folder.path(), &["ask"], QUESTION).ended(1, &["own-0123456789ab", "corpus build"]);
    run_in(folder.path(), &["corpus", "build"], b"").ended(0, &[]);
    assert!(answers(folder.path()));
}

#[test]
fn a_table_that_is_cut_short_is_an_error_that_names_it_and_a_build_mends_it() {
    let (folder, edition) = data();
    cut(&edition.join("facts/ptp.tsv"));
    run_in(folder.path(), &["ask"], QUESTION).ended(1, &["facts/ptp.tsv", "damaged", "corpus build"]);
    run_in(folder.path(), &["check"], b"").ended(1, &[]);
    run_in(folder.path(), &["corpus", "build"], b"").ended(0, &[]);
    assert!(answers(folder.path()));
}

#[test]
fn a_changed_byte_is_found_by_check() {
    let (folder, edition) = data();
    let path = edition.join("facts/mue.tsv");
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.iter().position(|byte| *byte == b'3').unwrap();
    bytes[at] = b'9';
    std::fs::write(&path, bytes).unwrap();
    let ran = run_in(folder.path(), &["check"], b"").ended(1, &["attention"]);
    assert!(ran.out.contains("facts/mue.tsv") && ran.out.contains("corpus build"), "{}", ran.out);
}

#[test]
fn a_manifest_or_index_that_is_damaged_is_named() {
    let (folder, edition) = data();
    std::fs::write(edition.join("manifest.json"), "{").unwrap();
    run_in(folder.path(), &["corpus", "status"], b"").ended(1, &["manifest.json", "corpus build"]);
    let (folder, edition) = data();
    for part in std::fs::read_dir(edition.join("index")).unwrap() {
        for entry in std::fs::read_dir(part.unwrap().path()).unwrap() {
            cut(&entry.unwrap().path());
        }
    }
    run_in(folder.path(), &["corpus", "search", "polyp"], b"").ended(1, &["index", "corpus build"]);
}

#[test]
fn a_database_that_is_none_is_named_with_a_cure() {
    let (folder, _) = data();
    run_in(folder.path(), &["account", "list"], b"").ended(0, &[]);
    let path = folder.path().join("caseconsultant.sqlite");
    let sound = std::fs::read(&path).unwrap();
    for damaged in
        [&b"this is no database, but it is long enough to be looked at as one"[..], &sound[..sound.len() / 2]]
    {
        for more in ["caseconsultant.sqlite-wal", "caseconsultant.sqlite-shm"] {
            drop(std::fs::remove_file(folder.path().join(more)));
        }
        std::fs::write(&path, damaged).unwrap();
        for args in [&["account", "list"][..], &["case", "list"], &["migrate"]] {
            let ran = run_in(folder.path(), args, b"");
            if ran.code == 0 {
                // SQLite reads the pages that are left; `check` looks at all of them.
                continue;
            }
            ran.ended(1, &["caseconsultant.sqlite"]);
        }
        let ran = run_in(folder.path(), &["check"], b"").ended(1, &[]);
        let database: Vec<&str> = ran.out.lines().skip_while(|line| !line.contains("database")).take(2).collect();
        assert!(database[0].starts_with("FAILED") && database[1].contains("cure:"), "{}", ran.out);
    }
}

#[test]
fn an_older_schema_is_refused_with_the_command_that_brings_it_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    made_before(&folder.path().join("caseconsultant.sqlite"), 8);
    for args in [&["account", "list"][..], &["case", "list"]] {
        run_in(folder.path(), args, b"")
            .ended(1, &["caseconsultant.sqlite", "older than this program", "caseconsultant migrate"]);
    }
    assert!(run_in(folder.path(), &["migrate"], b"").ended(0, &[]).out.contains("steps taken"));
    run_in(folder.path(), &["account", "list"], b"").ended(0, &[]);
    assert!(run_in(folder.path(), &["migrate"], b"").ended(0, &[]).out.contains("0 steps taken"));
}

/// A database as an earlier program left it: with the first steps of the schema only.
fn made_before(path: &Path, count: usize) {
    let steps = tempfile::tempdir().unwrap();
    let all = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations")).unwrap();
    let mut all: Vec<_> = all.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    all.sort();
    for file in &all[..count] {
        std::fs::copy(file, steps.path().join(file.file_name().unwrap())).unwrap();
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let migrator = sqlx::migrate::Migrator::new(steps.path()).await.unwrap();
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        migrator.run(&pool).await.unwrap();
        pool.close().await;
    });
}

#[test]
fn a_data_folder_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"x").unwrap();
    run_in(&file, &["account", "list"], b"").ended(1, &["file", "--data-dir"]);
    run_in(&file, &["ask"], QUESTION).ended(1, &["file"]);
}
