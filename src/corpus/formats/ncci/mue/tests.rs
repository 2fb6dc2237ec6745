use super::*;

const OFFICIAL: &[u8] = b"\"A notice of the owner, \r\n\r\nCPT\xae of \xa0several lines.\",,,\r\n\
    \"HCPCS/\r\nCPT Code\",Outpatient Hospital Services MUE Values,MUE Adjudication Indicator,MUE Rationale\r\n\
    0001U,1,2 Date of Service Edit: Policy,Code Descriptor / CPT Instruction\r\n\
    A4218,\"1,056\",3 Date of Service Edit: Clinical,Clinical: Data\r\n\
    J3490,2,1 Line Edit,Nature of Analyte\r\n";

fn intake(path: &str, bytes: &[u8]) -> Result<Intake, Refusal> {
    let mut intake = Intake::default();
    read(&File { path, bytes }, &mut intake).map(|()| intake)
}

fn recognised(bytes: &[u8]) -> bool {
    recognise(&Sample::of("a.csv", bytes))
}

#[test]
fn the_setting_comes_from_the_header_and_the_quarter_from_the_name() {
    assert!(recognised(OFFICIAL));
    let intake = intake("MCR_MUE_Table_Eff_07-01-2026.csv", OFFICIAL).unwrap();
    let rows = &intake.rows[&Table::Mue];
    assert_eq!(rows[0], "0001U+hospital\t1\t2\tCode Descriptor / CPT Instruction\tncci-mue-hospital-2026q3");
    assert!(rows[1].starts_with("A4218+hospital\t1056\t3\t"));
    assert_eq!(rows.len(), 3);
    assert_eq!(intake.rows[&Table::Period][0], "0001U\tcpt\t\t\t1\tncci-mue-2026q3");
    assert_eq!(intake.origins[0].family, "mue+hospital");
    assert_eq!((intake.origins[1].family.as_str(), intake.origins[1].complete), ("period", false));
}

#[test]
fn an_extract_names_the_setting_in_each_row() {
    let text = "\"hcpcs_code\",\"mue_units\",\"mue_mai\",\"mue_rationale\",\"mue_service\"\n\
        \"A4206\",0,3,\"CMS Policy\",\"DME Supplier\"\n\"0001U\",1,2,\"CMS Policy\",\"Practitioner\"\n";
    assert!(recognised(text.as_bytes()));
    let intake = intake("mue_2024-07.csv", text.as_bytes()).unwrap();
    let ids: Vec<&str> = intake.origins.iter().map(|origin| origin.id.as_str()).collect();
    assert_eq!(ids, ["ncci-mue-dme-2024q3", "ncci-mue-2024q3", "ncci-mue-practitioner-2024q3"]);
    assert_eq!(intake.counts.values().copied().collect::<Vec<_>>(), [1, 2, 1]);
}

#[test]
fn a_medicaid_table_has_no_adjudication_indicator() {
    let text = "HCPCS/CPT Code,Practitioner Services MUE Values,MUE Rationale\nA4218,20,CMS Policy\n";
    assert!(recognised(text.as_bytes()));
    let read = intake("mue_2026q3.csv", text.as_bytes()).unwrap();
    assert_eq!(
        read.rows[&Table::Mue],
        ["A4218+practitioner+medicaid\t20\t\tCMS Policy\tncci-mue-practitioner-medicaid-2026q3"]
    );
    assert_eq!(read.origins[0].family, "mue+practitioner+medicaid");
    assert_eq!(read.origins[1].id, "ncci-mue-medicaid-2026q3");
    assert!(intake("MCR_MUE.csv", text.as_bytes()).err().unwrap().reason.contains("Adjudication"));
}

#[test]
fn columns_may_be_moved_and_added() {
    let text = "New,MUE Rationale,MUE Adjudication Indicator,HCPCS/CPT Code,DME Supplier Services MUE Values\n\
        x,CMS Policy,3 Date of Service Edit: Clinical,A4206,7\n";
    let rows = &intake("a_2026q3.csv", text.as_bytes()).unwrap().rows[&Table::Mue];
    assert_eq!(rows, &["A4206+dme\t7\t3\tCMS Policy\tncci-mue-dme-2026q3"]);
}

#[test]
fn only_a_table_with_all_its_codes_is_complete() {
    let mut text = String::from("hcpcs_code,mue_units,mue_mai,mue_rationale,mue_service\n");
    for number in 0..FULL_DME {
        text.push_str(&format!("A{number:04},1,3,x,DME Supplier\n"));
    }
    assert!(intake("mue_2024-07.csv", text.as_bytes()).unwrap().origins[0].complete);
    assert!(!intake("mue.csv", text.as_bytes()).unwrap().origins[0].complete);
    let other = text.replace("DME Supplier", "Practitioner");
    assert!(!intake("mue_2024-07.csv", other.as_bytes()).unwrap().origins[0].complete);
}

#[test]
fn bad_rows_are_reported_with_their_lines() {
    let mut bytes = OFFICIAL.to_vec();
    bytes.extend(b"nonsense,1,2 x,y\r\n0002U,many,2 x,y\r\n0003U,1,4 x,y\r\n");
    let intake = intake("MCR_MUE_Eff_07-01-2026.csv", &bytes).unwrap();
    assert_eq!((intake.counts[&0], intake.broken_count), (3, 3));
    assert_eq!(intake.broken[0].0, 9);
}

#[test]
fn a_table_without_values_or_setting_is_refused() {
    let text = "HCPCS/CPT Code,MUE Limits,MUE Adjudication Indicator,MUE Rationale\n0001U,1,2,x\n";
    assert!(!recognised(text.as_bytes()));
    assert!(intake("mue_2024q3.csv", text.as_bytes()).err().unwrap().reason.contains("MUE Values"));
    let text = "HCPCS/CPT Code,MUE Values,MUE Adjudication Indicator,MUE Rationale\n0001U,1,2,x\n";
    assert!(intake("mue_2024q3.csv", text.as_bytes()).err().unwrap().reason.contains("practitioner"));
}

#[test]
fn other_tables_are_not_taken_for_limits() {
    for text in ["hcpcs_code,units\n0001U,1\n", "code,description\nA4206,x\n", "a MUE, b\n", ""] {
        assert!(!recognised(text.as_bytes()), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_end_of_a_table_is_read_without_panic(bytes in proptest::collection::vec(0u8..=255, 0..200), cut in 0usize..400) {
        let all = [&OFFICIAL[..cut.min(OFFICIAL.len())], &bytes].concat();
        let _ = (recognised(&all), intake("a.csv", &all));
    }
}
