use super::*;

const MEDICARE: &str = "CPT only copyright 2025 American Medical Association.  All rights reserved.\t\t\t\t\t\t\r\n\
    Column1/Column2 Edits\t\t\t\t\t\t\r\n\
    Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n\
    \t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n\
    \t\t\t\t*=no data\t1=allowed\t\r\n\
    \t\t\t\t\t9=not applicable\t\r\n\
    29881\t29877\t\t20030101\t*\t0\tMore extensive procedure\r\n\
    97140\t97530\t*\t\t20191231\t1\tMisuse of Column Two code with Column One code\r\n\
    0001A\t90473\t\t20220101\t20220101\t9\tMutually exclusive procedures\r\n";

const MEDICAID: &str = "CPT only copyright 2025 American Medical Association.\n\
    Medicaid NCCI edits\n\
    Col1\tCol2\tEffDt\tDelDt\tModifierIndicator 0=not allowed 1=allowed 9=not applicable\tPTP Edit Rationale\n\
    H0020\t80305\t20170101\t\t1\tStandards of medical/surgical practice\n\
    H0020\t80306\t20170101\t20181231\t0\tStandards of medical/surgical practice\n";

fn intake(path: &str, text: &str) -> Result<Intake, Refusal> {
    let mut intake = Intake::default();
    read(&File { path, bytes: text.as_bytes() }, &mut intake).map(|()| intake)
}

fn recognised(text: &str) -> bool {
    recognise(&Sample::of("a.txt", text.as_bytes()))
}

fn shown(intake: &Intake) -> Vec<String> {
    let text = |code: [u8; 5]| String::from_utf8(code.to_vec()).unwrap();
    let day = |day: Option<Date>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
    let line = |pair: &crate::corpus::formats::Pair| {
        let terms = &intake.terms[pair.terms as usize];
        let (one, two) = (text(pair.one), text(pair.two));
        format!("{one} {two} {} {} {} {}", day(terms.from), day(terms.to), terms.indicator, terms.program)
    };
    intake.pairs.iter().map(line).collect()
}

#[test]
fn a_medicare_part_gives_its_pairs_with_their_days() {
    assert!(recognised(MEDICARE));
    let intake = intake("x.zip/ccipra-v322r0-f1.TXT", MEDICARE).unwrap();
    assert_eq!(
        shown(&intake),
        [
            "29881 29877 2003-01-01 - 0 medicare",
            "97140 97530 - 2019-12-31 1 medicare",
            "0001A 90473 2022-01-01 2022-01-01 9 medicare"
        ]
    );
    let origin = &intake.origins[0];
    assert_eq!((origin.id.as_str(), origin.complete), ("ncci-ptp-practitioner-2026q3", false));
    assert_eq!(origin.family, "ptp+practitioner+medicare");
    assert_eq!(intake.counts[&0], 3);
    assert_eq!(intake.terms[0].rationale, "More extensive procedure");
}

#[test]
fn a_medicaid_file_has_six_columns_and_empty_last_days() {
    assert!(recognised(MEDICAID));
    let intake = intake("medicaid-ncci-q2-2026-ptp-edits-practitioner-services.zip/ptp.txt", MEDICAID).unwrap();
    assert_eq!(shown(&intake), ["H0020 80305 2017-01-01 - 1 medicaid", "H0020 80306 2017-01-01 2018-12-31 0 medicaid"]);
    assert_eq!(intake.origins[0].id, "ncci-ptp-practitioner-medicaid-2026q2");
}

#[test]
fn a_quoted_name_over_several_lines_does_not_hide_the_columns_behind_it() {
    let text = MEDICAID.replace(
        "ModifierIndicator 0=not allowed 1=allowed 9=not applicable",
        "\"ModifierIndicator\n0=not allowed\n1=allowed\"",
    );
    assert!(recognised(&text));
    assert_eq!(shown(&intake("mcd_oph_2026q1.txt", &text).unwrap()).len(), 2);
}

#[test]
fn an_extract_without_a_heading_keeps_unknown_days_unknown() {
    let text = "11042\t10030\t\t\t*\t1\tStandards of medical/surgical practice\n\
                11042\t97597\t\t\t20091231\t1\tMore extensive procedure\n";
    assert!(recognised(text));
    let intake = intake("ptp_out_active_2024Q3.tsv", text).unwrap();
    assert_eq!(shown(&intake), ["11042 10030 - - 1 medicare", "11042 97597 - 2009-12-31 1 medicare"]);
    assert_eq!(intake.origins[0].id, "ncci-ptp-hospital-2024q3");
}

#[test]
fn only_a_file_as_large_as_a_part_is_complete() {
    let row = "11042\t10030\t\t20100101\t*\t1\tStandards of medical/surgical practice\n";
    let many = row.repeat(FULL);
    assert!(intake("ccipra-v322r0-f2.txt", &many).unwrap().origins[0].complete);
    assert!(!intake("ccipra.txt", &many).unwrap().origins[0].complete, "no quarter");
    assert!(!intake("ccipra-v322r0-f2.txt", row).unwrap().origins[0].complete);
}

#[test]
fn moved_columns_are_found_by_their_names() {
    let text = "Column 2\tColumn 1\tPTP Edit Rationale\tModifier\tDeletion\tEffective\t*=in existence\n\
                29877\t29881\tMore extensive procedure\t0\t*\t20030101\t\n";
    let intake = intake("ccioph-v322r0-f1.txt", text).unwrap();
    assert_eq!(shown(&intake), ["29881 29877 2003-01-01 - 0 medicare"]);
}

#[test]
fn a_bad_line_is_reported_and_the_others_are_kept() {
    let text = format!(
        "{MEDICARE}\r\n29881\t29877\t\t20030101\t*\t5\tx\r\n29881\tabc\t\t20030101\t*\t0\tx\r\n29881\t29877\t\tsoon\t*\t0\tx"
    );
    let intake = intake("ccipra-v322r0-f1.txt", &text).unwrap();
    assert_eq!((intake.pairs.len(), intake.broken_count), (3, 3));
    assert_eq!(intake.broken.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [11, 12, 13]);
}

#[test]
fn a_file_without_setting_or_column_is_refused() {
    assert!(intake("edits_2026q3.txt", MEDICARE).err().unwrap().reason.contains("ccipra"));
    let without = MEDICARE.replace("\tModifier\t", "\tIndicator\t");
    assert!(intake("ccipra-v322r0-f1.txt", &without).err().unwrap().reason.contains("Modifier"));
}

#[test]
fn other_tables_are_not_taken_for_edits() {
    for text in [
        "11042\t10030\n",
        "code\tname\n11042\t10030\tx\n",
        "Column 1,Column 2,Modifier\n11042,10030,1\n",
        "11042\t10030\t\t\t*\t7\tx\n",
        "",
    ] {
        assert!(!recognised(text), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "[0-9A-Z\t\r\n* \"é\u{0}]{0,200}", cut in 0usize..600) {
        for text in [text.clone(), format!("{MEDICARE}{text}"), MEDICARE.chars().take(cut).collect()] {
            let _ = (recognised(&text), intake("ccipra-v322r0-f1.txt", &text));
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(0u8..=255, 0..300)) {
        let _ = recognise(&Sample::of("a", &bytes));
        let _ = read(&File { path: "ccipra", bytes: &bytes }, &mut Intake::default());
    }
}
