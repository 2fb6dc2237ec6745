//! Every format of the group on a small file of its kind, and all of them on anything.

use proptest::prelude::*;

use super::super::{File, Intake, Sample};
use super::FORMATS;
use crate::domain::table::Table;

const GPCI: &str = "\
ADDENDUM E. FINAL CY 2025 GEOGRAPHIC PRACTICE COST INDICES,,,,,,\r
,,,,,,\r
Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,2025 PW GPCI (with 1.0 Floor),2025 PE GPCI,2025 MP GPCI\r
02102,AK,01,ALASKA*,1.5,1.081,0.592\r
01112,CA,54,BAKERSFIELD,1.017,1.093,0.662\r
*A footnote.,,,,,,\r
";
const GPCI_TEXT: &str = "\
ADDENDUM E. FINAL CY 2025 GEOGRAPHIC PRACTICE COST INDICES\r
\r
Medicare Admi State  Locality      Locality Name      2025 PW GPCI2025 PE GPCI2025 MP GPCI\r
02102           AK      01   ALASKA*                      1.500       1.081       0.592\r
01112           CA      54   BAKERSFIELD                  1.017       1.093       0.662\r
*A footnote.\r
";
const ANESTHESIA: &str = "\
Contractor,Locality,Locality Name,National Anes CF of 20.3178\r
02102 ,01 ,ALASKA*,27.86 \r
01182 ,18 ,LOS ANGELES-LONG BEACH-ANAHEIM (LOS ANGELES/ORANGE CNTY),21.22 \r
,,,\r
";
const ANESTHESIA_TEXT: &str = "\
02102       01    ALASKA                                                 2786\r
01182       18    LOS ANGELES-LONG BEACH-ANAHEIM (LOS ANGE               2122\r
\u{1a}";
const CAP: &str = "\
HCPCS,MOD,PROCSTAT,CARRIER,LOCALITY,FACILITY PRICE,NON-FACILTY PRICE\r
70450,TC,A,01112,05,150.69,151.00\r
93990,  ,A,15202,00,97.07,97.07\r
,,,,,,\r
";
const CAP_TEXT: &str = "70450TC A 01112  05   150.69    151.00\r\n93990   A 15202  00    97.07     97.07\r\n";
const COUNTIES: &str = "\
COUNTIES INCLUDED IN 2025 LOCALITIES.,,,,\r
,,,,\r
Medicare Adminstrative Contractor,Locality Number,State ,Fee Schedule Area ,Counties\r
,,,,\r
9102,3,FLORIDA ,FORT LAUDERDALE,\"BROWARD, LEE\"\r
9102,99,,REST OF STATE*,ALL OTHER COUNTIES \r
,,,,\r
*  A footnote.,,,,\r
";
const ZIP: &str = "\
AK995010210201 Z9   0 A                                                    20254\r
WY831270360221BZ9B  1 A                                                    20254\r
";
const PAYMENT: &str = "\
\"2025\",\"01112\",\"05\",\"76145\",\"  \",\"0001339.81\",\"0000020.00\",\" \",\"3\",\"A\",\"0\",\"0000000.00\",\"0000000.00\",\"9\",\"0000000.00\",\"0000000.00\"\r
\"TRL- NOTICE OF THE OWNERS OF THE CODE SETS\"\r
";
const OPPS: &str = "\
Addendum B.-OPPS Payment by HCPCS Code for CY 2026,,,,,,,,,\r
HCPCS Code,Short Descriptor,SI,APC,Relative Weight,Payment Rate,National Unadjusted Copayment,Minimum Unadjusted Copayment,Note,* Indicates a Change\r
G0463,Invented visit,J2,5012,1.4879,$136.02 ,.,$27.21 ,,*\r
0101T,invented wave,J1,5112,16.58,\"$1,516.10\",,$303.22,,\r
0102T,invented end,D,,,,,,,*\r
";
const OPPS_SHORT: &str = "\
HCPCSCode,ShortDescriptor,StatusIndicator,PaymentRate,Changed?,Source
\"G0463\",\"Invented visit\",\"J2\",136.02,true,\"2026-04\"
";
const CLFS: &str = "\
2026 Clinical Diagnostic Laboratory Fee Schedule
YEAR~HCPCS~MOD~EFF_DATE~INDICATOR~RATE~SHORTDESC~LONGDESC
2026~85025~~20260101~N~7.77~invented count~x
2026~85025~QW~20260401~N~7.7~invented count~x
2026~0526U~~20260101~L~0~invented panel~x
";
const DMEPOS: &str = "\
HCPCS,Mod,Mod2,JURIS,CATG,Ceiling,Floor,AL (NR),AL (R),TX (NR),TX (R),AK (NR),AK (R),Description\r
E0601,RR,,D,CR,\"1,100.5\",93.5,40.00,60,41.7,,,,Invented device\r
";
const TELEHEALTH: &str = "HCPCS\tProposed Action\n90832\tMaintain\nG0108\tAddition\n";
const TELEHEALTH_LIST: &str = "\
List of Medicare Telehealth Services for CY 2026,,,\n\
Code,Short Descriptor,Status,Can Audio-only Interaction Meet the Requirements?\n\
90832,Invented talk,Permanent,Yes\n\
Note: a sentence,,,\n";
const MCC: &str = "\
TABLE 6I - COMPLETE MCC LIST FY 2026\r
Diagnosis Code\tDescription\r
A02.1\tSalmonella sepsis\r
QA0.0101\tinvented\r
\r
\tNotes:\r
";

/// Each file with its path and the place of its format.
fn samples() -> Vec<(&'static str, String, usize)> {
    let mut samples = vec![
        ("rvu25d/PPRRVU2025_Oct.csv", super::rvu::tests::table(), 0),
        ("rvu25d/PPRRVU2025_Oct.txt", super::rvu::tests::text(), 1),
    ];
    let small = [
        ("GPCI2025.csv", GPCI, 2),
        ("GPCI2025.txt", GPCI_TEXT, 2),
        ("ANES2025.csv", ANESTHESIA, 3),
        ("ANES2025.txt", ANESTHESIA_TEXT, 3),
        ("rvu25d.zip/OPPSCAP_Oct.csv", CAP, 4),
        ("rvu25d.zip/OPPSCAP_Oct.txt", CAP_TEXT, 4),
        ("25LOCCO.csv", COUNTIES, 5),
        ("ZIP5_OCT2025.txt", ZIP, 6),
        ("PFREV25C.txt", PAYMENT, 7),
        ("2026 April Web Addendum B.03.23.26.csv", OPPS, 8),
        ("opps.csv", OPPS_SHORT, 8),
        ("26clabq3.zip/CLFS.txt", CLFS, 9),
        ("DMEPOS26_JAN.csv", DMEPOS, 10),
        ("telehealth_cy2026.tsv", TELEHEALTH, 11),
        ("list.csv", TELEHEALTH_LIST, 11),
        ("mcc.txt", MCC, 12),
    ];
    samples.extend(small.map(|(path, text, format)| (path, text.to_owned(), format)));
    samples
}

fn read(path: &str) -> Intake {
    let (path, text, format) = samples().into_iter().find(|(known, ..)| *known == path).unwrap();
    let mut intake = Intake::default();
    (FORMATS[format].read)(&File { path, bytes: text.as_bytes() }, &mut intake).unwrap();
    assert_eq!(intake.broken, [], "{path}");
    intake
}

/// The rows of a table, and the release that they name.
fn rows(path: &str, table: Table) -> Vec<String> {
    read(path).rows.remove(&table).unwrap_or_default()
}

/// Id, family, first day and standing of each release of a file.
fn releases(path: &str) -> Vec<String> {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    read(path).origins.iter().map(|o| format!("{} {} {} {}", o.id, o.family, day(o.from), o.complete)).collect()
}

#[test]
fn each_file_is_recognised_by_its_own_format_only() {
    for (path, text, own) in samples() {
        for name in [path, "unnamed"] {
            let sample = Sample::of(name, text.as_bytes());
            let found: Vec<usize> = (0..FORMATS.len()).filter(|at| (FORMATS[*at].recognise)(&sample)).collect();
            assert_eq!(found, [own], "{path} as {name}");
        }
    }
}

#[test]
fn other_tables_and_prose_are_not_recognised() {
    for text in [
        "",
        "\u{1a}",
        "NATIONAL PHYSICIAN FEE SCHEDULE RELATIVE VALUE FILE\nCALENDAR YEAR 2025\nContents: This file\n",
        "HCPC,SEQNUM,RECID,LONG DESCRIPTION\nG0463,0010,3,Visit\n",
        "code,status,note\nE11.9,active,x\n",
        "TABLE 6K - COMPLETE LIST OF CC EXCLUSIONS\n\nA code\n",
        "hcpcs_code,mue_units,mue_mai\n99213,1,3\n",
        "12345\n67890\n",
        "Contractor,Locality,Locality Name\n1,2,3\n",
    ] {
        let sample = Sample::of("file.txt", text.as_bytes());
        assert!(FORMATS.iter().all(|format| !(format.recognise)(&sample)), "{text:?}");
    }
}

#[test]
fn indices_and_factors_agree_in_both_forms_and_lose_their_stars() {
    let indices = rows("GPCI2025.csv", Table::Gpci);
    assert_eq!(indices[0], "02102+01\tAK\tALASKA\t1.500\t1.081\t0.592\tgpci-2025");
    assert_eq!(indices, rows("GPCI2025.txt", Table::Gpci));
    let factors = rows("ANES2025.csv", Table::Anesthesia);
    assert_eq!(factors[0], "02102+01\tALASKA\t27.86\tanesthesia-2025");
    assert_eq!(factors, rows("ANES2025.txt", Table::Anesthesia));
    assert_eq!(releases("GPCI2025.txt"), ["gpci-2025 gpci 2025-01-01 false"]);
}

#[test]
fn caps_agree_in_both_forms_and_take_their_year_from_the_archive() {
    let caps = rows("rvu25d.zip/OPPSCAP_Oct.csv", Table::OppsCap);
    assert_eq!(caps[0], "70450\tTC\tA\t01112\t05\t150.69\t151.00\topps-cap-2025q4");
    assert_eq!(caps, rows("rvu25d.zip/OPPSCAP_Oct.txt", Table::OppsCap));
    assert_eq!(releases("rvu25d.zip/OPPSCAP_Oct.csv"), ["opps-cap-2025q4 opps_cap 2025-10-01 false"]);
}

#[test]
fn a_county_keeps_the_state_of_its_block() {
    assert_eq!(
        rows("25LOCCO.csv", Table::County),
        [
            "09102+03\tFLORIDA\tFORT LAUDERDALE\tBROWARD, LEE\tlocality-counties-2025",
            "09102+99\tFLORIDA\tREST OF STATE\tALL OTHER COUNTIES\tlocality-counties-2025",
        ]
    );
}

#[test]
fn a_list_of_counties_that_the_text_cuts_is_left_out() {
    let row =
        |state: &str, area: &str, counties: &str| format!("    09102       03    {state:<23}{area:<98}{counties}\r\n");
    let header = format!("Medicare AdmiLocality{:60}Fee Schedule Area{:60}Counties\r\n", "", "");
    let long = "A".repeat(58);
    let text = format!(
        "COUNTIES IN 2025 LOCALITIES\r\n\r\n{header}\r\n{}\r\n{}",
        row("FLORIDA", "MIAMI", "DADE"),
        row("", "REST", &long)
    );
    let sample = Sample::of("25LOCCO.txt", text.as_bytes());
    assert!((FORMATS[5].recognise)(&sample));
    let mut intake = Intake::default();
    (FORMATS[5].read)(&File { path: "25LOCCO.txt", bytes: text.as_bytes() }, &mut intake).unwrap();
    assert_eq!(
        intake.rows[&Table::County],
        [
            "09102+03\tFLORIDA\tMIAMI\tDADE\tlocality-counties-2025-text",
            "09102+03\t\tREST\t\tlocality-counties-2025-text"
        ]
    );
}

#[test]
fn a_zip_code_belongs_to_its_quarter() {
    assert_eq!(
        rows("ZIP5_OCT2025.txt", Table::Zip),
        ["99501\tAK\t02102\t01\t\tZ9\t0\tzip-2025q4", "83127\tWY\t03602\t21\tB\tZ9\t1\tzip-2025q4"]
    );
    let nine = "AK995010210201      10123      A                                           20254\n";
    let mut intake = Intake::default();
    (FORMATS[6].read)(&File { path: "ZIP9.txt", bytes: nine.as_bytes() }, &mut intake).unwrap();
    assert_eq!(intake.rows[&Table::Zip], ["99501-0123\tAK\t02102\t01\t\t\t1\tzip9-2025q4"]);
}

#[test]
fn a_revision_of_amounts_is_an_excerpt_from_its_quarter_on() {
    assert_eq!(
        rows("PFREV25C.txt", Table::Payment),
        ["76145\t01112\t05\t\t1339.81\t20.00\t3\tA\t0\t0.00\t0.00\t9\t0.00\t0.00\tpayment-revision-2025q3"]
    );
    assert_eq!(releases("PFREV25C.txt"), ["payment-revision-2025q3 payment 2025-07-01 false"]);
}

#[test]
fn addendum_b_is_read_without_signs_and_a_discontinued_code_is_not_listed() {
    let path = "2026 April Web Addendum B.03.23.26.csv";
    assert_eq!(
        rows(path, Table::Opps),
        [
            "G0463\tJ2\t5012\t1.4879\t136.02\t\t27.21\t1\topps-2026q2",
            "0101T\tJ1\t5112\t16.5800\t1516.10\t\t303.22\t0\topps-2026q2",
            "0102T\tD\t\t\t\t\t\t1\topps-2026q2",
        ]
    );
    assert_eq!(rows(path, Table::Period).len(), 2);
    assert_eq!(releases(path), ["opps-2026q2 opps 2026-04-01 false", "opps-addendum-b-2026q2 period 2026-04-01 false"]);
    assert_eq!(rows("opps.csv", Table::Opps), ["G0463\tJ2\t\t\t136.02\t\t\t1\topps-2026q2"]);
}

#[test]
fn laboratory_fees_keep_their_day_and_modifier() {
    let path = "26clabq3.zip/CLFS.txt";
    let fees = rows(path, Table::Clfs);
    assert_eq!(fees[1], "85025\tQW\t2026-04-01\tN\t7.70\tclfs-fee-2026q3");
    assert_eq!(fees[2], "0526U\t\t2026-01-01\tL\t0.00\tclfs-fee-2026q3");
    assert_eq!(releases(path), ["clfs-fee-2026q3 clfs 2026-07-01 false", "clfs-2026q3 period 2026-07-01 false"]);
}

#[test]
fn equipment_fees_name_each_state_that_has_one() {
    assert_eq!(
        rows("DMEPOS26_JAN.csv", Table::Dmepos),
        ["E0601\tRR\t\tD\tCR\t1100.50\t93.50\tAL 40.00 60.00;TX 41.70 -\tdmepos-2026q1"]
    );
}

#[test]
fn telehealth_lists_are_read_in_both_forms() {
    assert_eq!(
        rows("telehealth_cy2026.tsv", Table::Telehealth),
        ["90832\tMaintain\t\t\ttelehealth-2026", "G0108\tAddition\t\t\ttelehealth-2026"]
    );
    assert_eq!(rows("list.csv", Table::Telehealth), ["90832\tPermanent\tYes\t\ttelehealth-2026"]);
    assert_eq!(rows("list.csv", Table::Title), ["90832\tcpt\tInvented talk\t\tama\ttelehealth-2026"]);
}

#[test]
fn a_damaged_workbook_is_refused() {
    let file = File { path: "telehealth.xlsx", bytes: b"PK\x03\x04 and nothing more" };
    assert!((FORMATS[11].recognise)(&Sample::of(file.path, file.bytes)));
    assert!((FORMATS[11].read)(&file, &mut Intake::default()).is_err());
}

#[test]
fn a_severity_list_speaks_for_its_fiscal_year() {
    assert_eq!(rows("mcc.txt", Table::Severity), ["A02.1\tmcc\t\tms-drg-mcc-2026", "QA0.0101\tmcc\t\tms-drg-mcc-2026"]);
    assert_eq!(releases("mcc.txt"), ["ms-drg-mcc-2026 severity+mcc 2025-10-01 false"]);
}

fn try_all(path: &str, bytes: &[u8]) {
    let sample = Sample::of(path, bytes);
    for format in FORMATS {
        let _ = (format.recognise)(&sample);
        let _ = (format.read)(&File { path, bytes }, &mut Intake::default());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), path in "\\PC{0,30}") {
        try_all(&path, &bytes);
    }

    #[test]
    fn a_file_cut_or_damaged_anywhere_is_read_without_panic(
        which in 0usize..18, end in 0.0f64..1.0, at in 0.0f64..1.0, byte in any::<u8>(),
    ) {
        let (path, text, _) = samples().swap_remove(which);
        let mut bytes = text.into_bytes();
        let place = |part: f64, length: usize| ((length as f64 * part) as usize).min(length - 1);
        let damaged = place(at, bytes.len());
        bytes[damaged] = byte;
        bytes.truncate(place(end, bytes.len()));
        try_all(path, &bytes);
    }

    #[test]
    fn shuffled_columns_give_the_same_rows(seed in any::<u64>()) {
        let shuffled: String = OPPS
            .lines()
            .map(|line| {
                let mut cells: Vec<&str> = line.split(',').collect();
                if cells.len() == 10 {
                    let turn = usize::try_from(seed % 10).unwrap();
                    cells.rotate_left(turn);
                }
                cells.join(",") + "\r\n"
            })
            .filter(|line| !line.contains("0101T"))
            .collect();
        let mut intake = Intake::default();
        (FORMATS[8].read)(&File { path: "Addendum B April.csv", bytes: shuffled.as_bytes() }, &mut intake).unwrap();
        let mut expected = rows("2026 April Web Addendum B.03.23.26.csv", Table::Opps);
        expected.remove(1);
        prop_assert_eq!(&intake.rows[&Table::Opps], &expected);
    }
}
