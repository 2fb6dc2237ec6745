//! The real files, whenever they are there: in the folder that `CASECONSULTANT_SHELF_SOURCE` names, else in
//! `../shared/data` beside the repository.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::{Library, made};

/// Rows and scope of releases, of the files named in the manifest of the folder.
const HELD: [(&str, u64); 8] = [
    ("icd10cm-2026", 98_186),
    ("icd10pcs-2026", 80_029),
    ("ncci-ptp-practitioner-2024q3", 1_669_820 + 876_197),
    ("ncci-mue-practitioner-2024q3", 14_677),
    ("mpfs-rvu25d", 19_090),
    ("ncci-ptp-hospital-2024q3", 1_335_857 + 439_961),
    ("ncci-mue-hospital-2024q3", 14_628),
    ("ncci-mue-dme-2024q3", 2_928),
];
/// The files of the first five, and what else the questions need.
const CHOSEN: [&str; 8] = [
    "icd10cm/icd10cm-order-2026.txt.gz",
    "icd10cm/icd10c-tabular-April-1-2026.xml.gz",
    "icd10pcs/cms_2026_pr.zip",
    "ncci/ptp_prac_active_2024Q3.tsv.gz",
    "ncci/ptp_prac_deleted_2024Q3.tsv.gz",
    "ncci/mue_practitioner_2024-07.csv.gz",
    "mpfs/rvu25d/PPRRVU2025_Oct.csv.gz",
    "hcpcs/hcpcs_level2_attributes_2024-07.csv",
];
/// Releases of a few rows, which prove no absence.
const EXCERPTS: [&str; 2] = ["ncci-ptp-practitioner-2026q3", "mpfs-rvu26c"];

#[allow(clippy::disallowed_methods, reason = "a folder of the person who runs the tests, not a setting of the program")]
pub fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("CASECONSULTANT_SHELF_SOURCE").map(PathBuf::from);
    if let Some(named) = named {
        assert!(named.is_dir(), "CASECONSULTANT_SHELF_SOURCE names no folder: {}", named.display());
        return Some(named);
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    beside.is_dir().then_some(beside)
}

#[test]
fn the_official_files_at_hand_become_one_edition_with_their_counts() {
    let Some(folder) = folder() else {
        eprintln!("no official files at hand: CASECONSULTANT_SHELF_SOURCE is not set, and no ../shared/data is there");
        return;
    };
    let start = Instant::now();
    let library = Library::new();
    // Without optimization, all files take many minutes: then those that the questions below rest on.
    let all = !cfg!(debug_assertions);
    let paths = if all { vec![folder.clone()] } else { CHOSEN.map(|name| folder.join(name)).to_vec() };
    let paths: Vec<PathBuf> = paths.into_iter().filter(|path| path.exists()).collect();
    let report = library.import_of(&paths);
    eprintln!("imported {} in {:.0} s", folder.display(), start.elapsed().as_secs_f64());
    let files = report["files"].as_array().unwrap();
    let read = files.iter().filter(|file| file["outcome"] == "read").count();
    assert!(read > 0, "the folder is there and nothing was read: {}", folder.display());
    for file in files {
        assert!(!["unreadable", "refused"].contains(&file["outcome"].as_str().unwrap()), "{file}");
    }
    let releases = library.releases();
    for (id, rows) in HELD.into_iter().take(if all { HELD.len() } else { 5 }) {
        let held = releases.get(id).unwrap_or_else(|| panic!("{id} is missing"));
        assert_eq!((&held["rows"], &held["scope"]), (&rows.into(), &"complete".into()), "{held}");
    }
    for id in EXCERPTS.into_iter().filter(|_| all) {
        assert_eq!(releases[id]["scope"], "excerpt", "{}", releases[id]);
    }
    answers(&library);
    library.run(&["corpus", "verify"]).ended(0, &[]);
    if all {
        grows(&library);
    }
}

/// What a coder asks first.
fn answers(library: &Library) {
    let pair = library.pair("45385", "45380", "2024-08-01");
    assert_eq!((&pair["outcome"], &pair["indicator"]), (&"edit_modifier_allowed".into(), &"1".into()), "{pair}");
    assert_eq!((&pair["column_one"], &pair["release"]), (&"45385".into(), &"ncci-ptp-practitioner-2024q3".into()));
    let absent = library.pair("45385", "97140", "2024-08-01");
    assert!(
        ["no_edit_in_release", "edit_modifier_allowed", "edit_never"].contains(&absent["outcome"].as_str().unwrap())
    );
    assert_eq!(library.outcome("45385", "45380", "2025-02-01"), "not_checked");
    let diabetes = library.json(&["corpus", "show", "E11.9", "--on", "2026-02-01", "--json"]);
    assert_eq!((&diabetes["status"], &diabetes["billable"]), (&"active".into(), &true.into()), "{diabetes}");
    let injection = library.json(&["corpus", "show", "J1100", "--on", "2024-08-01", "--json"]);
    assert_eq!((&injection["status"], &injection["code_set"]), (&"active".into(), &"hcpcs".into()), "{injection}");
    let found = library.json(&["corpus", "search", "water on the knee", "--json"]);
    let codes: Vec<&str> = found["hits"].as_array().unwrap().iter().filter_map(|hit| hit["code"].as_str()).collect();
    assert!(codes.iter().any(|code| code.starts_with("M25.46")), "{codes:?}");
}

/// The next quarter beside the real one.
fn grows(library: &Library) {
    library.put("ccipra-v303r0-f1.txt", &made::small_part(&made::edit("45385", "45380", "20241001", "*", 0)));
    library.import();
    assert_eq!(library.outcome("45385", "45380", "2024-08-01"), "edit_modifier_allowed");
    assert_eq!(library.outcome("45385", "45380", "2024-11-01"), "edit_never");
}
