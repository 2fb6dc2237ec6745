use proptest::prelude::*;

use super::super::{File, Intake, Sample};
use super::FORMATS;
use crate::domain::table::Table;

/// Reads a file with the one format that knows it.
fn take(text: &str) -> (&'static str, Intake) {
    let sample = Sample::of("table.csv", text.as_bytes());
    let known: Vec<_> = FORMATS.iter().filter(|format| (format.recognise)(&sample)).collect();
    assert_eq!(known.len(), 1, "{}", sample.first_line());
    let mut intake = Intake::default();
    (known[0].read)(&File { path: "table.csv", bytes: text.as_bytes() }, &mut intake).unwrap();
    (known[0].name, intake)
}

fn rows(intake: &Intake, table: Table) -> Vec<&str> {
    intake.rows.get(&table).map(|rows| rows.iter().map(String::as_str).collect()).unwrap_or_default()
}

const NCD: &str = "NCD_id,NCD_vrsn_num,cvrg_lvl_cd,\"NCD_mnl_sect\",\"NCD_mnl_sect_title\",NCD_efctv_dt,NCD_impltn_dt,\
NCD_trmntn_dt,\"itm_srvc_desc\",\"indctn_lmtn\",\"xref_txt\",trnsmtl_num,last_updt_tmstmp,\"ncd_keyword\"\r\n\
7,2,3,\"150.1\",\"Invented Device - RETIRED\",2001-02-03 00:00:00,,,\"\",\"<p>Not covered\nat all, code A9999.</p>\n\
<ul><li>one</li></ul>\",\"See 10.1\",12,2025-05-27 12:20:33,\"device, invented\"\r\n\
8,1,1,\"none\",\"No section\",2001-02-03 00:00:00,,,\"\",\"\",\"\",12,2025-05-27 12:20:33,\"\"\r\n\
9,1,1,\"10.1\"\r\n";

#[test]
fn a_determination_has_its_days_its_level_and_its_texts() {
    let (_, intake) = take(NCD);
    assert_eq!(
        rows(&intake, Table::Ncd),
        ["150.1\t7\t2\tInvented Device - RETIRED\tnone\t2001-02-03\t\t\tyes\tdevice, invented\tncd-2025-05"]
    );
    let path = "Medicare National Coverage Determinations Manual (Pub. 100-03) > Chapter 1, Part 2 > Invented Device - \
                RETIRED > Indications and Limitations of Coverage";
    let expected = format!(
        "ncd-150.1#1\tNCD 150.1\tInvented Device - RETIRED\t{path}\tversion 2, transmittal 12\t2001-02-03\t\tA9999\t\
         Not covered at all, code A9999.\\n- one\\nCross Reference: See 10.1\tncd-2025-05"
    );
    assert_eq!(rows(&intake, Table::Passage), [expected]);
    assert_eq!(intake.broken.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [5, 6]);
    let origin = &intake.origins[0];
    assert_eq!((origin.from.map(|day| day.to_string()).as_deref(), origin.complete), (Some("2025-05-27"), false));
}

#[test]
fn two_versions_of_a_section_are_kept_and_their_passages_are_numbered_on() {
    let again = "7,1,1,\"150.1\",\"Invented Device\",1999-01-01 00:00:00,,2001-02-02 00:00:00,\"\",\"Covered.\",\"\",3,\
                 2025-05-27 12:20:33,\"\"\r\n";
    let (_, intake) = take(&format!("{NCD}{again}"));
    assert_eq!(rows(&intake, Table::Ncd).len(), 2);
    assert!(rows(&intake, Table::Passage)[1].starts_with("ncd-150.1#2\t"));
}

#[test]
fn a_local_determination_is_read_from_its_text_columns() {
    let text = "lcd_version,lcd_id,title,orig_det_eff_date,ent_det_end_date,rev_eff_date,rev_end_date,indication,\
                rev_hist_num,status,last_updated,date_retired,display_id,new_column\n\
                4,12345,Invented Service,2015-10-01,,2024-01-01,,\"<p>Covered.</p>\",16,A,2026-01-02 03:04:05,\
                2026-03-01,L12345,x\n";
    let (_, intake) = take(text);
    assert_eq!(
        rows(&intake, Table::Lcd),
        ["L12345\tlcd\t4\tInvented Service\t\t2015-10-01\t2024-01-01\t2026-03-01\tA\t\tlcd-2026-01"]
    );
    let passage = rows(&intake, Table::Passage)[0];
    assert!(passage.starts_with("L12345#1\tLCD L12345\tInvented Service\tMedicare Coverage Database > "), "{passage}");
    assert!(passage.contains("\tversion 4, R16\t2024-01-01\t2026-03-01\t\tCovered.\t"), "{passage}");
}

#[test]
fn an_article_is_read_from_its_text_columns() {
    let text = "article_id,article_version,article_type,title,article_eff_date,article_end_date,description,last_updated\n\
                52464,9,1,Invented Article,2025-02-18,,\"Plain text\nof two lines\",2026-01-02\n";
    let (_, intake) = take(text);
    assert_eq!(
        rows(&intake, Table::Lcd),
        ["A52464\tarticle\t9\tInvented Article\t\t2025-02-18\t\t\t\t\tarticle-2026-01"]
    );
    assert!(rows(&intake, Table::Passage)[0].contains("\tPlain text\\nof two lines\t"));
}

#[test]
fn codes_stand_with_their_document_version_group_and_role_and_without_descriptions() {
    let head = "article_id,article_version,icd10_code_id,icd10_code_version,icd10_covered_group,range,last_updated,\
                sort_order,description,asterisk";
    let text = format!(
        "{head}\n52464,9,E1165,1,2,N,2026-01-02,1,INVENTED WORDS,Y\n52464,9,XX000,1,2,N,2026-01-02,1,,\n\
                        52464,9,bad code,1,2,N,2026-01-02,1,,\n"
    );
    let (_, intake) = take(&text);
    assert_eq!(rows(&intake, Table::Coverage), ["E11.65\tA52464\t9\t2\tcovered\t*\tarticle-covered-2026-01"]);
    assert_eq!(intake.broken[0].0, 4);

    let text = "\"lcd_id\",\"lcd_version\",\"hcpc_code_id\",\"hcpc_code_group\",\"long_description\",\"last_updated\"\n\
                \"33312\",\"37\",\"99213\",\"1\",\"INVENTED\",\"2025-03-25 18:07:03\"\n";
    let (_, intake) = take(text);
    assert_eq!(rows(&intake, Table::Coverage), ["99213\tL33312\t37\t1\thcpcs\t\tlcd-hcpcs-2025-03"]);
}

#[test]
fn a_drug_that_is_usually_self_administered_has_its_days() {
    let text = "article_id,article_version,article_type,code_table_row,brand_name,eff_date,end_date,comments,\
                hcpc_code_id,hcpc_code_version,last_updated,short_description,long_description\n\
                52527,3,8,1,Inventol,2020-01-01,,N/A,J3490,1,2026-01-02,DRUG,DRUG\n";
    let (_, intake) = take(text);
    assert_eq!(
        rows(&intake, Table::Coverage),
        ["J3490\tA52527\t3\t\tself-administered\tInventol; from 2020-01-01\tarticle-self-administered-2026-01"]
    );
}

#[test]
fn the_text_of_a_group_names_its_list() {
    let text = "article_id,article_version,icd10_covered_group,paragraph,last_updated,icd10_covered_ast\n\
                52464,9,1,\"<p>With <b>A9999</b> only.</p>\",2026-01-02,\"<p>*first</p>\"\n52464,9,2,,2026-01-02,\n";
    let (_, intake) = take(text);
    assert_eq!(
        rows(&intake, Table::Coverage),
        ["A52464\tA52464\t9\tcovered 1\tgroup\tWith A9999 only. *first\tarticle-covered-groups-2026-01"]
    );
}

#[test]
fn related_documents_keep_their_kind_and_none_is_no_relation() {
    let head = "lcd_id,lcd_version,related_num,r_article_id,r_article_version,r_lcd_id,r_lcd_version,r_contractor_id,\
                last_updated";
    let (_, intake) =
        take(&format!("{head}\n33312,37,1,52505,3,,,140,2025-03-25\n33312,37,2,,,33792,5,140,2025-03-25\n"));
    assert_eq!(
        rows(&intake, Table::Coverage),
        [
            "L33312\tA52505\t37\t\trelated\t\tlcd-related-2025-03",
            "L33312\tL33792\t37\t\trelated\t\tlcd-related-2025-03"
        ]
    );
    let head = "article_id,article_version,related_num,r_ncd_id,r_ncd_version,last_updated";
    let (_, intake) = take(&format!("{head}\n52464,9,1,222,2,2025-03-25\n52464,9,2,0,1,2025-03-25\n"));
    assert_eq!(rows(&intake, Table::Coverage), ["A52464\tncd/222\t9\t\tncd\t\tarticle-ncd-2025-03"]);
}

#[test]
fn contractors_states_and_documents_name_each_other() {
    for (text, row) in [
        (
            "contractor_id,contractor_bus_name,contractor_number,last_updated\n139,\"Invented, LLC\",19003,2018-02-14\n",
            "contractor/139\tcontractor\tInvented, LLC\t19003\t\t\t\tcontractor-2018-02",
        ),
        (
            "contractor_id,contractor_type_id,contractor_version,state_id,last_updated,active_date,term_date\n\
             139,10,2,1,2013-10-28,1900-01-01 00:00:00,2009-07-31 00:00:00\n",
            "contractor/139\tjurisdiction\t\t\tstate/1\t\t2009-07-31\tcontractor-state-2013-10",
        ),
        ("state_id,state_abbrev,description\n1,AK,Alaska\n", "state/1\tstate\tAlaska\t\tAK\t\t\tstate"),
        (
            "lcd_id,lcd_version,contractor_id,contractor_type_id,contractor_version,last_updated\n\
             32553,20,228,9,2,2024-10-29\n",
            "L32553\tdocument\tversion 20\tcontractor/228\t\t\t\tlcd-contractor-2024-10",
        ),
        (
            "lcd_id,lcd_version,state_id,last_updated\n33942,48,8,2024-07-11\n",
            "L33942\tdocument\tversion 48\t\tstate/8\t\t\tlcd-state-2024-07",
        ),
    ] {
        assert_eq!(rows(&take(text).1, Table::Contractor), [row]);
    }
}

#[test]
fn announced_retirements_and_the_index_are_rows_of_documents() {
    let (_, intake) = take("lcd_id,retire_dt\n34011,2025-06-26 00:00:00\n");
    assert_eq!(
        rows(&intake, Table::Lcd),
        ["L34011\tlcd\t\t\t\t\t\t2025-06-26\tretirement announced\t\tlcd-retirement"]
    );
    let (_, intake) = take(
        "contractor_name_type,document_display_id,document_id,document_type,document_version,effective_date,note,\
         retirement_date,title,updated_on,url\n\"Invented, LLC\n(MAC - Part A)\",A54602,54602,Article,21,01/01/2025,\
         Retired,02/03/2025,Invented Title,12/19/2024,x\n",
    );
    assert_eq!(
        rows(&intake, Table::Lcd),
        ["A54602\tarticle\t21\tInvented Title\tInvented, LLC (MAC - Part A)\t2025-01-01\t2024-12-19\t2025-02-03\t\
          Retired\t\tlcd-index-2024-12"]
    );
}

#[test]
fn companion_tables_are_known_and_give_nothing() {
    for head in [
        "NCD_id,NCD_vrsn_num,bnft_ctgry_cd,creatd_tmstmp,last_updt_tmstmp",
        "bnft_ctgry_cd,\"bnft_ctgry_desc\"",
        "pblctn_cd,pblctn_num,pblctn_title",
        "article_id,article_version,bill_code_id,bill_code_version,last_updated,description",
        "lcd_id,lcd_version,reason_change_id,reason_change_version,last_updated,reason_change_other",
        "lcd_id,lcd_version,url_type_id,url_id,url,url_name,sort_order,last_updated,url_description",
        "reason_change_id,reason_change_version,description,last_updated,sort_order",
        "period_id,begin_date,dis_end_date",
    ] {
        let (name, intake) = take(&format!("{head}\n1,1,1\n"));
        assert_eq!((name, intake.origins.len(), intake.broken_count), ("MCD companion table", 0, 0), "{head}");
    }
}

#[test]
fn other_tables_and_prose_are_not_recognised() {
    for text in [
        "",
        "code,description\n99213,x\n",
        "{\"lcd_id\": 1}",
        "article_id,price\n1,2\n",
        "contractor_id,name\n",
        "An LCD - that is prose - (L33822).\nContractor Information\n",
        "A read-me file about csv files, with no table in it.",
    ] {
        let sample = Sample::of("x.csv", text.as_bytes());
        assert!(FORMATS.iter().all(|format| !(format.recognise)(&sample)), "{text}");
    }
}

#[test]
fn a_table_whose_header_lost_a_column_is_refused() {
    let text = NCD.replace("NCD_efctv_dt", "other");
    let mut intake = Intake::default();
    let refusal = (FORMATS[0].read)(&File { path: "x", bytes: text.as_bytes() }, &mut intake).unwrap_err();
    assert!(refusal.reason.contains("ncd_efctv_dt"), "{refusal}");
}

proptest! {
    #[test]
    fn any_bytes_under_a_known_header_are_read_without_panic(
        at in 0_usize..9,
        body in prop::collection::vec(prop_oneof![4 => Just(b','), 2 => Just(b'"'), 2 => Just(b'\n'), 9 => any::<u8>()], 0..300),
    ) {
        let heads = [
            NCD.lines().next().unwrap(),
            "lcd_id,lcd_version,title,orig_det_eff_date,rev_eff_date,indication",
            "article_id,article_version,title,article_eff_date,description",
            "lcd_id,lcd_version,hcpc_code_id,hcpc_code_group",
            "article_id,article_version,icd10_covered_group,paragraph",
            "lcd_id,lcd_version,related_num,r_ncd_id",
            "state_id,state_abbrev,description",
            "lcd_id,retire_dt",
            "document_display_id,document_version,contractor_name_type,title,document_type,effective_date,updated_on",
        ];
        let bytes = [heads[at].as_bytes(), b"\n", &body].concat();
        for format in FORMATS {
            let _ = (format.recognise)(&Sample::of("x", &bytes));
            let _ = (format.read)(&File { path: "x", bytes: &bytes }, &mut Intake::default());
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for format in FORMATS {
            let _ = (format.recognise)(&Sample::of("x", &bytes));
            let _ = (format.read)(&File { path: "x", bytes: &bytes }, &mut Intake::default());
        }
    }
}
