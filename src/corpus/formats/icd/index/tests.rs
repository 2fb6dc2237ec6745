use proptest::prelude::*;

use super::*;

/// Small indexes in the official form, with words of our own.
const CAUSES: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.index>
  <version>2026</version>
  <title>ICD-10-CM EXTERNAL CAUSE of INJURIES INDEX</title>
  <letter>
    <title>T</title>
    <mainTerm>
      <title>Tumble<nemod>(sudden)</nemod> NEC</title>
      <seeAlso>Fall</seeAlso>
      <code>W19</code>
      <term level="1">
        <title>from stair<nemod>(s)</nemod>, wet &amp; dry</title>
        <code>W10.9-</code>
        <term level="2"><title>due to</title><see>Fall</see></term>
        <term level="2"><title>in war</title><code>Y37.6X-</code></term>
      </term>
      <term level="1"><title>bad</title><code>nowhere</code></term>
    </mainTerm>
  </letter>
</ICD10CM.index>
"#;
const ALPHABETIC: &str = r#"<ICD10CM.index><version>2026</version>
  <title>ICD-10-CM INDEX TO DISEASES and INJURIES</title>
  <letter><title>A</title><mainTerm><title>Ache<nemod>(dull)</nemod></title><code>R52</code>
  <term level="1"><title>in disease</title><code>E85.4</code><manif>[I43]</manif></term>
  <term level="1"><title>new</title><code>QA0.-</code></term></mainTerm></letter></ICD10CM.index>"#;
const DRUGS: &str = r#"<ICD10CM.index><version>2026</version><indexHeading>
  <head col="1">Substance</head><head col="2">Poisoning Accidental (unintentional)</head>
  <head col="3">Adverse effect</head></indexHeading>
  <letter><title>A</title><mainTerm><title>Aspirin</title><cell col="2">T39.011</cell><cell col="3">--</cell>
  <term level="1"><title>coated</title><cell col="3">T39.015</cell></term></mainTerm></letter></ICD10CM.index>"#;
const NEOPLASMS: &str = r#"<ICD10CM.index><version>2026</version><indexHeading>
  <head col="1">Neoplasm</head><head col="2">Malignant Primary</head></indexHeading>
  <letter><title>N</title><mainTerm><title>Neoplasm</title><term level="1"><title>breast</title>
  <cell col="2">C50.-</cell></term></mainTerm></letter></ICD10CM.index>"#;

fn take(path: &str, text: &str) -> Intake {
    let mut intake = Intake::default();
    assert!(recognise(&Sample::of(path, text.as_bytes())));
    read(&File { path, bytes: text.as_bytes() }, &mut intake).unwrap();
    intake
}

#[test]
fn a_code_has_the_whole_path_that_leads_to_it() {
    let intake = take("icd10cm-eindex-April-1-2026-XML.xml", CAUSES);
    assert_eq!(
        intake.rows[&Table::Term],
        [
            "W19\texternal_cause\tTumble (sudden) NEC\tindex-external-cause-2026-04",
            "W10.9\texternal_cause\tTumble (sudden) NEC, from stair(s), wet & dry\tindex-external-cause-2026-04",
            "Y37.6\texternal_cause\tTumble (sudden) NEC, from stair(s), wet & dry, in war\tindex-external-cause-2026-04",
        ]
    );
    assert_eq!((intake.counts[&0], intake.broken_count, intake.broken[0].0), (3, 1, 17));
    assert_eq!(intake.origins[0].family, "term+external_cause");
}

#[test]
fn a_manifestation_is_reached_by_the_same_words() {
    let intake = take("icd10cm-index-2026.xml", ALPHABETIC);
    assert_eq!(
        intake.rows[&Table::Term],
        [
            "R52\tindex\tAche (dull)\tindex-2026",
            "E85.4\tindex\tAche (dull), in disease\tindex-2026",
            "I43\tindex\tAche (dull), in disease\tindex-2026",
            "QA0\tindex\tAche (dull), new\tindex-2026",
        ]
    );
}

#[test]
fn each_cell_of_a_table_has_the_head_of_its_column() {
    let intake = take("icd10cm-drug-2026.xml", DRUGS);
    assert_eq!(
        intake.rows[&Table::Term],
        [
            "T39.011\tdrug\tAspirin, poisoning accidental (unintentional)\tindex-drug-2026",
            "T39.015\tdrug\tAspirin, coated, adverse effect\tindex-drug-2026",
        ]
    );
    let intake = take("icd10cm-neoplasm-2026.xml", NEOPLASMS);
    assert_eq!(intake.rows[&Table::Term], ["C50\tneoplasm\tNeoplasm, breast, malignant primary\tindex-neoplasm-2026"]);
    assert!(!intake.origins[0].complete, "one cell is an excerpt");
}

#[test]
fn an_index_that_does_not_say_which_it_is_is_refused() {
    let text = "<ICD10CM.index><version>2026</version><letter></letter></ICD10CM.index>";
    assert!(read(&File { path: "a.xml", bytes: text.as_bytes() }, &mut Intake::default()).is_err());
    let cut = &CAUSES.as_bytes()[..CAUSES.len() - 30];
    assert!(read(&File { path: "a.xml", bytes: cut }, &mut Intake::default()).is_err());
}

#[test]
fn schemas_and_other_indexes_are_not_taken_for_it() {
    for text in ["<xsd:element name=\"ICD10CM.index\"/>", "<ICD10PCS.index></ICD10PCS.index>", "ICD10CM.index"] {
        assert!(!recognise(&Sample::of("icd10cm-index-2026.xml", text.as_bytes())), "{text}");
    }
}

proptest! {
    #[test]
    fn any_damage_is_read_without_panic(
        which in 0_usize..4, at in 0_usize..900, length in 0_usize..100, with in "[<>/a-zA-M0-9 .&;-]{0,20}"
    ) {
        let mut text = [CAUSES, ALPHABETIC, DRUGS, NEOPLASMS][which].to_owned();
        let start = at.min(text.len());
        let end = (start + length).min(text.len());
        text.replace_range(start..end, &with);
        let _ = read(&File { path: "a.xml", bytes: text.as_bytes() }, &mut Intake::default());
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = recognise(&Sample::of("a.xml", &bytes));
        let _ = read(&File { path: "a.xml", bytes: &bytes }, &mut Intake::default());
    }
}
