use proptest::prelude::*;

use super::*;

/// A small list in the official form, with titles and notes of our own.
const LIST: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular>
  <version>2026</version>
  <introduction><introSection type="title"><title>LIST</title></introSection></introduction>
  <chapter>
    <name>9</name>
    <desc>Chapter nine (M00-M99)</desc>
    <excludes2><note>something else (A00-B99)</note></excludes2>
    <sectionIndex><sectionRef first="M00" last="M25" id="M00-M25">Joints</sectionRef></sectionIndex>
    <section id="M00-M25">
      <desc>Wide range (M00-M25)</desc>
      <includes><note>all of it</note></includes>
    </section>
    <section id="M00-M02">
      <desc>Joints &amp; more (M00-M02)</desc>
      <diag>
        <name>M00</name>
        <desc>First</desc>
        <inclusionTerm><note>	Other word</note><note>Another</note></inclusionTerm>
        <excludes1><note>named (M01.1-, M02)</note><note>named twice (M02)</note></excludes1>
        <useAdditionalCode><note>code, for codes M00.0, to identify:</note><note>that (M02)</note></useAdditionalCode>
        <sevenChrNote><note>add a character</note></sevenChrNote>
        <sevenChrDef>
          <extension char="A">initial</extension><note>or first</note>
          <extension char="D">subsequent</extension>
        </sevenChrDef>
        <diag><name>M00.0</name><desc>Child</desc></diag>
        <diag placeholder="true"><name>M00.1X</name><desc>Child</desc></diag>
      </diag>
      <diag><name>M01</name><desc>Second</desc><diag><name>M01.1</name><desc>Child</desc></diag></diag>
      <diag>
        <name>M02</name><desc>Third</desc>
        <visualImpairment><visCategory><value>1</value><visRange><visMax><value>6/18</value></visMax>
        <visMin><value>6/60</value></visMin></visRange></visCategory></visualImpairment>
      </diag>
      <diag><name>nonsense</name><desc>Bad</desc></diag>
    </section>
    <section id="M1A">
      <desc>One category (M1A)</desc>
      <diag><name>M1A</name><desc>Fourth</desc></diag>
    </section>
  </chapter>
</ICD10CM.tabular>
"#;

fn take(path: &str, text: &str) -> Intake {
    let mut intake = Intake::default();
    assert!(recognise(&Sample::of(path, text.as_bytes())));
    read(&File { path, bytes: text.as_bytes() }, &mut intake).unwrap();
    intake
}

fn rows(table: Table, key: &str) -> Vec<String> {
    let intake = take("icd10cm-tabular-April-1-2026.xml", LIST);
    let begin = format!("{key}\t");
    let rows = intake.rows[&table].iter().filter_map(|row| row.strip_prefix(&begin)).map(str::to_owned);
    rows.map(|row| row.rsplit_once('\t').unwrap().0.to_owned()).collect()
}

#[test]
fn notes_stand_at_their_place_in_their_words() {
    assert_eq!(rows(Table::Note, "M00-M99"), ["excludes2\tsomething else (A00-B99)"]);
    assert_eq!(rows(Table::Note, "M00-M25"), ["includes\tall of it"]);
    assert_eq!(
        rows(Table::Note, "M00"),
        [
            "inclusion\tOther word",
            "inclusion\tAnother",
            "excludes1\tnamed (M01.1-, M02)",
            "excludes1\tnamed twice (M02)",
            "use_additional\tcode, for codes M00.0, to identify:",
            "use_additional\tthat (M02)",
            "seventh\tadd a character",
            "seventh\tA - initial",
            "seventh\tA - or first",
            "seventh\tD - subsequent",
        ]
    );
    assert_eq!(rows(Table::Note, "M02"), ["note\t1, maximum 6/18, minimum 6/60"]);
}

#[test]
fn relations_name_each_target_once_and_codes_on_no_list_never() {
    assert_eq!(rows(Table::Relation, "M00"), ["excludes1\tM01.1-\tM00", "excludes1\tM02\tM00", "seventh\tA D\tM00"]);
    assert_eq!(rows(Table::Relation, "M00-M99"), Vec::<String>::new(), "A00 is not on this list");
}

#[test]
fn a_note_for_some_codes_governs_only_these() {
    assert_eq!(rows(Table::Relation, "M00.0"), ["use_additional\tM02\tM00"]);
}

#[test]
fn a_category_has_its_block_its_chapter_and_the_ranges_around() {
    assert_eq!(
        rows(Table::Block, "M01"),
        ["M00-M25\tWide range\t9\tM00-M99\tChapter nine", "M00-M02\tJoints & more\t9\tM00-M99\tChapter nine"]
    );
    assert_eq!(rows(Table::Block, "M00.0"), Vec::<String>::new());
    assert_eq!(rows(Table::Title, "M00-M02"), ["icd10cm\t\tJoints & more\tpublic"]);
    assert_eq!(rows(Table::Title, "M1A"), Vec::<String>::new());
    assert_eq!(rows(Table::Block, "M1A").len(), 2);
}

#[test]
fn inclusion_terms_are_words_for_a_code() {
    assert_eq!(rows(Table::Term, "M00"), ["inclusion\tOther word", "inclusion\tAnother"]);
}

#[test]
fn the_update_of_april_is_four_releases() {
    let intake = take("icd10cm-tabular-April-1-2026.xml", LIST);
    let ids: Vec<&str> = intake.origins.iter().map(|origin| origin.id.as_str()).collect();
    assert_eq!(ids, ["tabular-2026-04", "tabular-2026-04-notes", "tabular-2026-04-blocks", "tabular-2026-04-terms"]);
    assert_eq!(intake.origins[0].from.map(|day| day.to_string()).as_deref(), Some("2026-04-01"));
    assert!(!intake.origins[0].complete, "a few codes are an excerpt");
    assert_eq!(intake.counts.values().copied().collect::<Vec<_>>(), [4, 13, 4, 2]);
    assert_eq!(intake.broken_count, 1, "a diag without a code");
    assert_eq!(take("tabular.xml", LIST).origins[0].id, "tabular-2026");
}

#[test]
fn a_cut_file_is_refused() {
    let bytes = &LIST.as_bytes()[..LIST.len() - 40];
    let refusal = read(&File { path: "a.xml", bytes }, &mut Intake::default()).unwrap_err();
    assert!(refusal.reason.contains("fetch"), "{refusal}");
}

#[test]
fn schemas_addenda_and_other_xml_are_not_taken_for_it() {
    for text in [
        "<xsd:schema><xsd:element name=\"ICD10CM.tabular\"/></xsd:schema>",
        "<ICD10CM.tabular isAddenda=\"true\"><version>2026</version></ICD10CM.tabular>",
        "<ICD10PCS.tabular></ICD10PCS.tabular>",
        "<html>ICD10CM.tabular</html>",
    ] {
        assert!(!recognise(&Sample::of("icd10cm-tabular-2026.xml", text.as_bytes())), "{text}");
    }
}

proptest! {
    #[test]
    fn any_damage_is_read_without_panic(at in 0_usize..2000, length in 0_usize..200, with in "[<>/a-zA-M0-9 .&;-]{0,20}") {
        let mut text = LIST.to_owned();
        let start = at.min(text.len());
        let end = (start + length).min(text.len());
        if text.is_char_boundary(start) && text.is_char_boundary(end) {
            text.replace_range(start..end, &with);
        }
        let _ = read(&File { path: "a.xml", bytes: text.as_bytes() }, &mut Intake::default());
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = recognise(&Sample::of("a.xml", &bytes));
        let _ = read(&File { path: "a.xml", bytes: &bytes }, &mut Intake::default());
    }
}
