use proptest::prelude::*;

use super::super::{File, Format, Intake, Refusal, Rights, Sample};
use super::FORMATS;
use crate::domain::table::Table;

fn known(path: &str, text: &str) -> Vec<&'static Format> {
    FORMATS.iter().filter(|format| (format.recognise)(&Sample::of(path, text.as_bytes()))).collect()
}

fn try_read(path: &str, text: &str) -> Result<Intake, Refusal> {
    let known = known(path, text);
    assert_eq!(known.len(), 1, "{path}: {:?}", known.iter().map(|format| format.name).collect::<Vec<_>>());
    let mut intake = Intake::default();
    (known[0].read)(&File { path, bytes: text.as_bytes() }, &mut intake)?;
    Ok(intake)
}

/// Reads a file with the one format that knows it.
fn read(path: &str, text: &str) -> Intake {
    try_read(path, text).unwrap()
}

fn rows(intake: &Intake, table: Table) -> Vec<&str> {
    intake.rows.get(&table).map(|rows| rows.iter().map(String::as_str).collect()).unwrap_or_default()
}

#[test]
fn both_layouts_of_the_mapping_name_the_same_models() {
    let pairs = "diagnosis_code,cc,model_name\nE1165,37,CMS-HCC Model V28\nE1165,18,CMS-HCC ESRD Model V24\n\
                 E1165,30,RxHCC Model V08\n?,1,CMS-HCC Model V28\n";
    let wide = "\u{feff}2026 Midyear Final ICD-10-CM Mappings,,,,,\r\n\r\n\
                Diagnosis Code,Description,\"CMS-HCC Model\nCategory V28\",CMS-HCC ESRD Model Category V24,\
                RxHCC Model Category V08,CMS-HCC Model Category V28 for 2026 Payment Year\r\n\
                E1165,invented,37,18,30,Yes\r\nA000,invented,,,,No\r\nNotes: none apply,,,,,\r\n";
    let (pairs, wide) = (read("dx_2026.csv", pairs), read("2026 mappings.csv", wide));
    assert_eq!(
        rows(&pairs, Table::Hcc),
        [
            "E11.65\tCMS-HCC Model V28\t37\thcc-2026",
            "E11.65\tCMS-HCC ESRD Model V24\t18\thcc-2026",
            "E11.65\tRxHCC Model V08\t30\thcc-2026"
        ]
    );
    assert_eq!(rows(&pairs, Table::Hcc), rows(&wide, Table::Hcc));
    assert_eq!((pairs.broken_count, wide.broken_count), (1, 0));
    let origin = &pairs.origins[0];
    assert_eq!((origin.family.as_str(), origin.edition.as_str(), origin.complete), ("hcc", "PY2026", false));
    assert_eq!(origin.from.map(|day| day.to_string()).as_deref(), Some("2026-01-01"));
}

#[test]
fn a_mapping_without_a_year_in_its_name_has_no_period() {
    let intake = read("dx.csv", "model_name,extra,cc,diagnosis_code\nRxHCC Model V08,x,5,A0101\n");
    assert_eq!(rows(&intake, Table::Hcc), ["A01.01\tRxHCC Model V08\t5\thcc-undated"]);
    assert_eq!((intake.origins[0].from, intake.origins[0].to), (None, None));
}

#[test]
fn a_mapping_without_categories_is_refused_with_its_line() {
    let refusal = try_read("dx_2026.csv", "diagnosis_code,model_name\nE1165,CMS-HCC Model V28\n").err();
    assert_eq!(refusal.map(|refusal| refusal.line), Some(1));
}

#[test]
fn labels_and_hierarchies_have_the_key_of_the_mapping() {
    let labels = "cc,label,model_domain,model_version,model_fullname\n\
                  HCC37,\"Diabetes, some\",CMS-HCC,V28,V28115L3\nRXHCC30,Diabetes,RxHCC,R08,x\nHCC,none,CMS-HCC,V28,x\n";
    let labels = read("ra_labels_2026.csv", labels);
    assert_eq!(
        rows(&labels, Table::HccLabel),
        ["CMS-HCC Model V28+37\tDiabetes, some\t\thcc-labels-2026", "RxHCC Model V08+30\tDiabetes\t\thcc-labels-2026"]
    );
    assert_eq!(labels.broken_count, 1);
    let below = "cc_parent,cc_child,model_domain,model_version,model_fullname\n36,38,CMS-HCC,V28,x\n\
                 36,37,CMS-HCC,V28,x\n8,9,ESRD,V20,x\n";
    let below = read("ra_hierarchies_2026.csv", below);
    assert_eq!(
        rows(&below, Table::HccLabel),
        ["CMS-HCC ESRD Model V21+8\t\t9\thcc-hierarchies-2026", "CMS-HCC Model V28+36\t\t37 38\thcc-hierarchies-2026"]
    );
}

#[test]
fn an_eligible_procedure_is_a_row_of_its_own_model() {
    let intake = read("ra_eligible_2026.csv", "cpt_hcpcs_code\n00100\nG0463\nE11.9\n");
    assert_eq!(
        rows(&intake, Table::Hcc),
        ["00100\tra-eligible\tyes\thcc-eligible-2026", "G0463\tra-eligible\tyes\thcc-eligible-2026"]
    );
    assert_eq!(intake.broken_count, 1);
}

#[test]
fn a_service_class_also_tells_when_the_code_was_listed() {
    let plain = "\"hcpcs_code\",\"rbcs_procedure\",\"rbcs_category\",\"rbcs_subcategory\",\"rbcs_family\",\
                 \"hcpcs_date_added\",\"hcpcs_date_ended\",\"rbcs_date_effective\"\n\
                 \"0001U\",\"Non-Procedure\",\"Test\",\"Molecular\",\"None\",2017-02-01,9999-12-31,2014-01-01\n\
                 \"0001U\",\"Non-Procedure\",\"Test\",\"Molecular\",\"Genes\",2017-02-01,9999-12-31,2016-01-01\n\
                 \"G0001\",\"Major\",\"Test\",\"Other\",\"None\",1990-01-01,2004-12-31,2014-01-01\n";
    let intake = read("rbcs_2024.csv", plain);
    assert_eq!(rows(&intake, Table::Rbcs).len(), 3);
    assert_eq!(
        rows(&intake, Table::Rbcs)[2],
        "G0001\tMajor\tTest\tOther\tNone\t1990-01-01\t2004-12-31\t2014-01-01\trbcs-2024"
    );
    assert_eq!(
        rows(&intake, Table::Period),
        ["0001U\tcpt\t2017-02-01\t\t1\trbcs-period-2024", "G0001\thcpcs\t1990-01-01\t2004-12-31\t1\trbcs-period-2024"]
    );
    assert_eq!(intake.origins[1].to.map(|day| day.to_string()).as_deref(), Some("2017-02-01"));
    let official = "HCPCS_Cd,RBCS_ID,RBCS_Cat,RBCS_Cat_Desc,RBCS_Cat_Subcat,RBCS_Subcat_Desc,RBCS_FamNumb,\
                    RBCS_Family_Desc,RBCS_Major_Ind,HCPCS_Cd_Add_Dt,HCPCS_Cd_End_Dt,RBCS_Analysis_Start_Dt\n\
                    0001U,TM000N,T,Test,TM,Molecular,000,None,N,02/01/2017,12/31/9999,01/01/2014\n";
    let official = read("rbcs_2024.csv", official);
    assert_eq!(rows(&official, Table::Rbcs)[0], rows(&intake, Table::Rbcs)[0]);
}

#[test]
fn a_place_of_service_says_facility_where_the_table_does() {
    let full = "\"pos_code\",\"pos_type\",\"pos_name\",\"pos_description\"\n\
                \"11\",\"Non-Facility\",\"Office\",\"Invented text.\"\n\"21\",\"Facility\",\"Hospital\",\"\"\n\
                \"28\",\"Unassigned\",\"Unassigned\",\"Unassigned\"\n\"xx\",\"Facility\",\"None\",\"\"\n";
    let intake = read("pos_2024.csv", full);
    assert_eq!(
        rows(&intake, Table::PlaceOfService),
        [
            "11\tOffice\tno\tInvented text.\tplace-of-service-2024",
            "21\tHospital\tyes\t\tplace-of-service-2024",
            "28\tUnassigned\t\tUnassigned\tplace-of-service-2024"
        ]
    );
    let short = read("pos.csv", "\u{feff}place_of_service_code,description\n1,Pharmacy\n35-40,Unassigned\n");
    assert_eq!(rows(&short, Table::PlaceOfService), ["01\tPharmacy\t\t\tplace-of-service-undated"]);
}

#[test]
fn a_denial_code_is_keyed_by_its_list() {
    let text = "\"adj_code\",\"adj_type\",\"adj_description\",\"adj_usage\",\"adj_notes\",\"adj_start_date\",\
                \"adj_last_modified\",\"adj_end_date\"\n\"CO\",\"Group\",\"invented\",,,,,\n\
                \"45\",\"CARC\",\"invented\",\"use\",\"see 1\",2000-01-01,2009-01-01,\n\"N30\",\"RARC\",\"text\",,,,,x\n";
    let intake = read("codes_2024.csv", text);
    assert_eq!(
        rows(&intake, Table::Denial),
        [
            "group/CO\tgroup\tinvented\t\t\t\t\t\tdenial-2024",
            "carc/45\tcarc\tinvented\tuse\tsee 1\t2000-01-01\t2009-01-01\t\tdenial-2024"
        ]
    );
    assert_eq!(intake.broken_count, 1);
    assert!(intake.origins[0].rights == Rights::Owner && intake.origins[0].notice.contains("X12"));
}

#[test]
fn licensed_descriptors_become_titles_of_the_ama() {
    for text in [
        "Concept Id,CPT Code,Long,Medium,Short,Consumer,Current Descriptor Effective Date\n\
         1,99213,Invented long,INVENTED MED,INVENTED,plain,20130101\n2,G0463,other,,,,\n",
        "code\tCPT short descriptor\tCPT long descriptor\n99213\tINVENTED\tInvented long\n",
    ] {
        let intake = read("cpt_2026.txt", text);
        assert_eq!(rows(&intake, Table::Title), ["99213\tcpt\tINVENTED\tInvented long\tama\tcpt-descriptors-2026"]);
        assert_eq!(intake.broken_count, 0);
    }
}

#[test]
fn a_table_that_only_mentions_cpt_is_not_taken_for_licensed_descriptors() {
    for text in [
        "CPT Code,Description,Fee\n99213,invented,80\n",
        "HCPCS,MOD,DESCRIPTION\n99213,,invented\n",
        "CPT codes and descriptions only are copyright,,\nHCPCS,MOD,DESCRIPTION\n99213,,invented\n",
        "CPT Code,Description\nE11.9,invented\nE11.8,invented\n",
        "HCPCS/CPT Code,Practitioner Services MUE Values,MUE Rationale Description\n99213,1,x\n",
        "CPT Code,Note\n99213,invented\n",
    ] {
        assert!(known("x_2026.csv", text).is_empty(), "{text}");
    }
}

#[test]
fn companions_are_known_and_give_no_rows() {
    for text in [
        "coefficient,value,model_domain,model_version\nX,0.1,CMS-HCC,C28\n",
        "icd10,edit_type,sex,age_min,age_max,action,cc_override,model_name,description\n",
        "hcc,is_chronic,model_version,model_domain\nHCC1,Y,V24,CMS-HCC\n",
        "Code,Grouping,Classification,Specialization,Definition\n",
        "\u{feff}discharge_disposition_code,description\n",
        "revenue_center_code,description\n",
        "StatusIndicator,Paid,Description\n",
        "\"adj_code\",\"denial_type\",\"denial_category\"\n",
        "Concept Code,Hierarchical Property     ,Concept Name,Preferred Concept Name,CodeSystemOID\n",
    ] {
        let intake = read("x.csv", text);
        assert!(intake.rows.is_empty() && intake.origins.is_empty(), "{text}");
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
            "diagnosis_code,cc,model_name", "Diagnosis Code,CMS-HCC Model Category V28", "cpt_hcpcs_code",
            "cc,label,model_domain,model_version", "cc_parent,cc_child,model_domain,model_version",
            "hcpcs_code,rbcs_category,rbcs_subcategory,rbcs_family,hcpcs_date_added", "pos_code,pos_name",
            "adj_code,adj_type,adj_description,adj_end_date", "CPT code,long descriptor",
        ]),
        body in "[a-zA-Z0-9é\t\n\",./-]{0,200}",
        cut in 0_usize..200,
    ) {
        let text = format!("{header}\n{body}");
        let bytes = &text.as_bytes()[..text.len().saturating_sub(cut)];
        for format in FORMATS {
            let _ = (format.recognise)(&Sample::of("x_2026.csv", bytes));
            let _ = (format.read)(&File { path: "x_2026.csv", bytes }, &mut Intake::default());
        }
    }
}
