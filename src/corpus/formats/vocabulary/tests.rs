use proptest::prelude::*;

use super::super::{File, Format, Intake, Rights, Sample};
use super::FORMATS;
use crate::domain::table::Table;

fn known(path: &str, text: &str) -> Vec<&'static Format> {
    FORMATS.iter().filter(|format| (format.recognise)(&Sample::of(path, text.as_bytes()))).collect()
}

/// Reads a file with the one format that knows it.
fn read(path: &str, text: &str) -> Intake {
    let known = known(path, text);
    assert_eq!(known.len(), 1, "{path}: {:?}", known.iter().map(|format| format.name).collect::<Vec<_>>());
    let mut intake = Intake::default();
    (known[0].read)(&File { path, bytes: text.as_bytes() }, &mut intake).unwrap();
    intake
}

fn rows(intake: &Intake) -> Vec<&str> {
    intake.rows.get(&Table::Lexicon).map(|rows| rows.iter().map(String::as_str).collect()).unwrap_or_default()
}

/// Enough lines for a list without header.
fn long(lines: &[&str]) -> String {
    (0..40).map(|at| format!("{}\n", lines[at % lines.len()])).collect()
}

#[test]
fn a_synonym_leads_to_the_focus() {
    let text = "collection\tfocus\tcategory\tsynonyms\turl\n\
                X\tTennis elbow\tDisease\tLateral epicondylitis|tennis elbow|Elbow - tennis\thttp://x\n\
                broken\n";
    let intake = read("medquad.tsv", text);
    assert_eq!(
        rows(&intake),
        ["lateral epicondylitis\tsynonym\tTennis elbow\t\tmedquad", "elbow - tennis\tsynonym\tTennis elbow\t\tmedquad"]
    );
    assert_eq!(intake.broken_count, 1);
    assert_eq!(intake.origins[0].rights, Rights::Attribution);
    assert!(intake.origins[0].notice.contains("CC BY 4.0") && !intake.origins[0].complete);
}

#[test]
fn an_everyday_word_leads_to_the_sign_without_quotes_and_language() {
    let text = "?term\t?term_label\t?layperson\r\n\
                <http://x/HP_1>\t\"Open comedo\"@en\t\"Blackhead\"\r\n\
                <http://x/HP_2>\t\"Stiff wrist\"@en\t\"Stiff wrist\"\r\n";
    let intake = read("lay_2021-04.tsv", text);
    assert_eq!(rows(&intake), ["blackhead\tlay\tOpen comedo\t\thpo-lay-2021-04"]);
    assert!(intake.origins[0].notice.contains("version 2021-04"));
}

#[test]
fn each_version_of_the_disease_ontology_keeps_its_licence() {
    let text = "doid\tlabel\tsynonym\tscope\tversion\n\
                DOID:1\tgout\tpodagra\tEXACT\t2026-08 slims\n\
                DOID:1\tgout\tarthropathy\tBROAD\t2026-08 slims\n\
                DOID:2\tscabies\tthe itch\tRELATED\t2016-09 full\n";
    let intake = read("do.tsv", text);
    assert_eq!(
        rows(&intake),
        ["podagra\tsynonym\tgout\t\tdo-synonyms-2026-08", "the itch\tsynonym\tscabies\t\tdo-synonyms-2016-09"]
    );
    assert_eq!(intake.origins.iter().map(|o| o.rights).collect::<Vec<_>>(), [Rights::Public, Rights::Attribution]);
}

#[test]
fn a_disease_has_all_its_diagnosis_codes_in_one_row() {
    let text = "id\tlabel\txref\n\
                \"DOID:1\"\t\"Gout\"\t\"ICD10CM:M10\"\n\
                \"DOID:1\"\t\"Gout\"\t\"MESH:D1\"\n\
                \"DOID:1\"\t\"Gout\"\t\"ICD10CM:M10.9\"\n\
                \"DOID:2\"\t\"heart disease\"\t\"ICD10CM:I20-I25\"\n\
                \"DOID:3\"\t\"cyst\"\t\"ICD10CM:none\"\n";
    let intake = read("xref_2026-07.tsv", text);
    assert_eq!(rows(&intake), ["gout\txref\tGout\tM10 M10.9\tdo-xref-2026-07"]);
    assert_eq!(intake.broken_count, 1);
}

#[test]
fn the_tree_of_diseases_is_known_and_gives_no_rows() {
    let intake = read("do.tsv", "id\tlabel\tsubClassOf\n\"DOID:1\"\t\"gout\"\t\"arthritis\"\n");
    assert!(intake.rows.is_empty() && intake.origins.is_empty());
}

#[test]
fn every_writing_of_a_frequent_sense_is_taken() {
    let text = "abbreviation\tsense\tvariation\tfrequency\n\
                a_p\tanterior posterior\tA/P_2|a/p_4\t0.9\n\
                a_p\tassessment\tA/P_1\t0.01\n\
                qd\tdaily\tqd._1\toften\n";
    let intake = read("discharge.tsv", text);
    assert_eq!(rows(&intake), ["a/p\tabbreviation\tanterior posterior\t\tvanderbilt-discharge"]);
    assert_eq!(intake.broken_count, 1);
}

#[test]
fn headers_of_abbreviation_tables_may_be_spelled_otherwise() {
    for header in ["Abbreviation/Shorthand,Meaning,More Info", "Acronym,Expansion", "\"Abbreviation\",\"Definition\""] {
        let text = format!("{header}\nMI,\"myocardial infarction, acute\",\nX,unknown,\n");
        let intake = read("m.csv", &text);
        assert_eq!(rows(&intake), ["mi\tabbreviation\tmyocardial infarction, acute\t\timantsm"], "{header}");
    }
}

#[test]
fn lists_without_header_are_known_by_their_shape() {
    let berman = long(&["mi = myocardial infarction ", "pwm =pokeweed mitogen", "% = percent", "bx = biopsy"]);
    assert_eq!(
        rows(&read("list.txt", &berman)),
        [
            "mi\tabbreviation\tmyocardial infarction\t\tberman",
            "pwm\tabbreviation\tpokeweed mitogen\t\tberman",
            "bx\tabbreviation\tbiopsy\t\tberman"
        ]
    );
    let stetson =
        long(&["htn\thypertension\t1", "mr\tmitral regurgitation\t0.9", "ir\t?typo\t0.5", "rf\trefill\t0.01"]);
    assert_eq!(
        rows(&read("list.txt", &stetson)),
        ["htn\tabbreviation\thypertension\t\tstetson", "mr\tabbreviation\tmitral regurgitation\t\tstetson"]
    );
    let columbia = long(&["AFI Amniotic fluid index ", "C/S Cesarean section", "Bx Biopsy"]);
    assert_eq!(
        rows(&read("list.txt", &columbia)),
        [
            "afi\tabbreviation\tAmniotic fluid index\t\tcolumbia",
            "c/s\tabbreviation\tCesarean section\t\tcolumbia",
            "bx\tabbreviation\tBiopsy\t\tcolumbia"
        ]
    );
}

#[test]
fn other_tables_prose_and_settings_are_nothing_of_this_group() {
    let prose = "The patient was seen in the clinic. A follow-up was arranged = agreed.\n".repeat(40);
    let settings = "mailbox = inbox\nmaximum = many\nport = 993\nhost = \"example.org\"\n".repeat(10);
    let codes = "A0103   115\nA0104   39\n".repeat(30);
    let fees = "HCPCS,MOD,DESCRIPTION,STATUS\n99213,,invented,A\n";
    for text in [prose.as_str(), &settings, &codes, fees, "", "\n\n", "id\tlabel\n1\tx\n", "code,meaning,a,b,c\n"] {
        assert!(known("file.txt", text).is_empty(), "{text:.40}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for format in FORMATS {
            let _ = (format.recognise)(&Sample::of("x", &bytes));
            let _ = (format.read)(&File { path: "x", bytes: &bytes }, &mut Intake::default());
        }
    }

    #[test]
    fn a_cut_or_mixed_table_never_panics(
        header in prop::sample::select(vec![
            "collection\tfocus\tsynonyms", "?term_label\t?layperson", "doid\tlabel\tsynonym\tversion",
            "id\tlabel\txref", "abbreviation\tsense\tvariation\tfrequency", "Abbreviation,Meaning",
        ]),
        body in "[a-zA-Z0-9é\t\n\"|:.,_@<>&;=-]{0,200}",
        cut in 0_usize..200,
    ) {
        let text = format!("{header}\n{body}");
        let bytes = &text.as_bytes()[..text.len().saturating_sub(cut)];
        for format in FORMATS {
            let _ = (format.recognise)(&Sample::of("x", bytes));
            let _ = (format.read)(&File { path: "x", bytes }, &mut Intake::default());
        }
    }
}
