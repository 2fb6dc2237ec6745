//! Archives that unpack to more than any official file has: refused, in little time and memory.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::packed::{gz_bomb, zip, zip_bomb};
use super::{DAY, Library, file, fixture};

/// What the program may hold while it finds that a file is larger than the limit of 400 MB, with what it holds anyway.
const MOST_MEMORY: u64 = 600_000_000;
/// What it may hold where the size is told before anything is unpacked.
const LITTLE_MEMORY: u64 = 200_000_000;
/// A machine with two cores that is busy with other tests inflates 400 MB in less, without optimization.
const MOST_TIME: Duration = Duration::from_secs(120);

/// The largest part of memory that a process ever had, in bytes, as Linux tells it.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Imports the files; gives the report and the most memory it took.
fn measured(library: &Library) -> (serde_json::Value, u64) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_caseconsultant"))
        .args(["corpus", "import", "--accept-ama-license", "--json"])
        .arg(library.files())
        .env_clear()
        .env("CASECONSULTANT_DATA_DIR", library.data())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut most = 0;
    // The report is smaller than a pipe, so that the program never waits for its reader.
    while child.try_wait().unwrap().is_none() {
        most = most.max(peak(child.id()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && start.elapsed() < MOST_TIME, "{:?} after {:?}", output.status, start.elapsed());
    (serde_json::from_slice(&output.stdout).unwrap(), most)
}

/// A library with one good file and a hostile one, which is named, not read, and takes no more than `memory`.
fn refused(name: &str, bytes: &[u8], shown: &str, memory: u64) {
    let library = Library::with(&["ccipra-v322r0-f1.txt"]);
    assert!(bytes.len() < 2_000_000, "the file itself is small: {}", bytes.len());
    library.put(name, bytes);
    let (report, most) = measured(&library);
    let found = file(&report, shown);
    assert_eq!(found["outcome"], "unreadable", "{found}");
    assert!(found["reason"].as_str().unwrap().contains("larger than"), "{found}");
    assert!(most < memory, "{name} took {most} bytes of memory");
    assert_eq!(library.outcome("45385", "45380", DAY), "edit_never");
}

#[test]
fn a_gigabyte_of_zeros_in_an_archive_is_refused_by_the_size_that_its_header_tells() {
    refused("bomb.zip", &zip_bomb(1_000, 1_048_576_000), "bomb.zip/ccipra-v322r0-f1.txt", LITTLE_MEMORY);
}

#[test]
fn a_member_that_says_it_is_small_is_not_believed() {
    refused("liar.zip", &zip_bomb(1_000, 1_000), "liar.zip/ccipra-v322r0-f1.txt", MOST_MEMORY);
}

#[test]
fn a_gigabyte_of_zeros_in_a_compressed_file_is_not_read() {
    refused("ccipra-v321r0-f1.txt.gz", &gz_bomb(1_000), "ccipra-v321r0-f1.txt.gz", MOST_MEMORY);
}

#[test]
fn two_bombs_at_once_take_no_more_than_one() {
    let library = Library::with(&["ccipra-v322r0-f1.txt"]);
    library.put("one.zip", &zip_bomb(1_000, 1_048_576_000));
    library.put("two.zip", &zip(&[("inner.zip", &zip_bomb(999, 1_047_527_424))]));
    let (report, most) = measured(&library);
    for name in ["one.zip/ccipra-v322r0-f1.txt", "two.zip/inner.zip/ccipra-v322r0-f1.txt"] {
        assert_eq!(file(&report, name)["outcome"], "unreadable");
    }
    assert!(most < MOST_MEMORY, "{most} bytes of memory");
}

#[test]
fn a_plain_file_over_the_limit_is_not_read_into_memory() {
    let library = Library::with(&["ccipra-v322r0-f1.txt"]);
    let large = std::fs::File::create(library.files().join("disk.img")).unwrap();
    large.set_len(401_000_000).unwrap();
    let (report, most) = measured(&library);
    assert!(file(&report, "disk.img")["reason"].as_str().unwrap().contains("larger than 400 MB"));
    assert!(most < LITTLE_MEMORY, "{most} bytes of memory for a file that is not read");
}

#[test]
fn archives_six_deep_are_named_and_not_opened() {
    let library = Library::with(&["icd10cm-order-2026.txt"]);
    let mut bytes = zip(&[("ccipra-v322r0-f1.txt", &fixture("ccipra-v322r0-f1.txt"))]);
    for _ in 0..5 {
        bytes = zip(&[("inner.zip", &bytes)]);
    }
    library.put("deep.zip", &bytes);
    let report = library.import();
    let found = file(&report, "deep.zip/inner.zip/inner.zip/inner.zip");
    assert_eq!(found["outcome"], "unreadable");
    assert!(found["reason"].as_str().unwrap().contains("archives within each other"), "{found}");
    assert!(!library.releases().contains_key("ncci-ptp-practitioner-2026q1"));
}

#[test]
fn members_with_paths_out_of_the_folder_leave_nothing_outside() {
    let library = Library::new();
    let good = fixture("ccipra-v322r0-f1.txt");
    library.put("paths.zip", &zip(&[("../../escaped.txt", b"x"), ("/tmp/../ccipra-v322r0-f1.txt", &good)]));
    library.import();
    assert_eq!(library.outcome("45385", "45380", DAY), "edit_never");
    let mut all = std::collections::BTreeMap::new();
    super::collect(library.folder.path(), &mut all);
    assert!(all.keys().all(|path| !path.ends_with("escaped.txt")));
}

#[test]
fn damaged_archives_are_named_and_the_rest_is_imported() {
    let library = Library::with(&["ccipra-v322r0-f1.txt"]);
    let whole = zip(&[("icd10cm-order-2026.txt", &fixture("icd10cm-order-2026.txt"))]);
    for n in 1..20 {
        library.put(&format!("cut{n:02}.zip"), &whole[..whole.len() * n / 20]);
    }
    library.put("cut.txt.gz", &super::packed::gz(&fixture("icd10cm-order-2026.txt"))[..200]);
    let report = library.import();
    for found in report["files"].as_array().unwrap() {
        let expected = if found["path"] == "ccipra-v322r0-f1.txt" { "read" } else { "unreadable" };
        assert_eq!(found["outcome"], expected, "{found}");
    }
    let shown = library.run(&["corpus", "import", library.files().to_str().unwrap()]).ended(0, &[]).out;
    assert!(shown.contains("NOT READ  cut07.zip"), "{shown}");
}
