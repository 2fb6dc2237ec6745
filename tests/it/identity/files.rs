//! Names of files and subjects.

use caseconsultant::identity::{deidentify, deidentify_file_name};

#[test]
fn a_file_name_tells_what_it_is_and_not_whose() {
    for (name, gone, kept) in [
        ("Smith_John_MRN123456_opnote.pdf", &["Smith", "John", "123456"][..], "opnote.pdf"),
        ("JaneDoe-03041961-colonoscopy.docx", &["Jane", "Doe", "03041961"], "colonoscopy.docx"),
        ("okafor, chidi op note 45385.PDF", &["okafor", "chidi"], "45385"),
        ("EOB Garcia 2025-10-03 claim 2025123456789.xlsx", &["Garcia", "2025123456789"], "EOB"),
        ("ssn 123-45-6789.txt", &["6789"], ".txt"),
        ("scan_0001.png", &[], "0001.png"),
        ("99213-25 denial.eml", &[], "99213-25"),
    ] {
        let masked = deidentify_file_name(name);
        for word in gone {
            assert!(!masked.as_str().contains(word), "{word} is in {masked}, from {name}");
        }
        assert!(masked.as_str().contains(kept), "{kept} is not in {masked}");
    }
}

#[test]
fn a_subject_keeps_its_codes_and_loses_its_people() {
    for (subject, masked) in [
        ("Doe, Jane - 45385 and 45380", "[NAME] - 45385 and 45380"),
        ("Re: Maria Lopez MRN 4478213", "Re: [NAME] MRN [MRN]"),
        ("Fwd: Whitfield 29881", "Fwd: [NAME] 29881"),
        ("Modifier 25 on 99213?", "Modifier 25 on 99213?"),
        ("E11.9 with Z79.4, DOS 10/3", "E11.9 with Z79.4, DOS 10/3"),
    ] {
        assert_eq!(deidentify(subject).as_str(), masked);
    }
}
