use std::collections::BTreeSet;
use std::path::Path;

use super::{CardFile, WordFile, read_cards, read_file};
use crate::corpus::Files;

/// Above this a file of cards is too long for a person to look through.
const LARGEST: usize = 400_000;

const CARD: &str = r#"
    [[card]]
    id = "a"
    title = "t"
    topics = []
    statement = "s"
    authority = "CMS"
    document = "d"
    section = "1"
    edition = "1"
    from = "2024-01-01"
    confirmed = false
    "#;

#[test]
fn a_fault_in_a_case_is_told_with_its_file_line_card_and_number() {
    let text = format!("{CARD}\n[[card.case]]\nwhen = ['x']\nsay = 's'\n[[card.case]]\nwhen = ['{{none}}']\nsay = 's'");
    let error = read_cards(&[("cards/a.toml", &text)], "").err().unwrap().to_string();
    assert!(error.starts_with("cards/a.toml, line 17: card a, case 2: {none} is neither"), "{error}");
}

#[test]
fn groups_stand_in_the_file_itself_or_in_the_file_of_words_and_in_one_of_them_only() {
    let text =
        format!("groups = {{ here = 'cast' }}\n{CARD}\n[[card.case]]\nwhen = ['{{here}} | {{there}}']\nsay = 's'");
    let read = |words: &str| read_cards(&[("cards/a.toml", &text)], words);
    let tables = read("np = ['np']\n[groups]\nthere = '@np | splint'").unwrap();
    assert!(tables.cases.answers[0].contains(r#""when":["cast | @np | splint"]"#), "{}", tables.cases.answers[0]);
    let error = read("[groups]\nthere = 'x'\nhere = 'y'").err().unwrap().to_string();
    assert!(error.contains("the group \"here\" stands in cards/words.toml too"), "{error}");
}

#[test]
fn the_starter_has_every_file_of_its_folder_none_too_long_and_as_many_rules_as_the_readme_says() {
    let files = Files::starter();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/corpus/starter/cards");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    for name in names.map(|name| format!("cards/{name}")) {
        let length = files.text(&name).len();
        assert!(length > 0, "{name} is not compiled in; add it to files.rs");
        assert!(length <= LARGEST, "{name} has {length} bytes; divide it by subject");
    }
    let shared: WordFile = toml::from_str(files.text("cards/words.toml")).unwrap();
    let cards: Vec<_> = files.cards().iter().flat_map(|(n, t)| read_file(n, t, &shared.groups).unwrap()).collect();
    let cases: usize = cards.iter().map(|card| card.case.len()).sum();
    let said = format!("{} cards with {},{:03} situations", cards.len(), cases / 1000, cases % 1000);
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    assert!(readme.contains(&said), "README.md does not say: {said}");
}

#[test]
fn every_class_and_every_group_of_the_starter_is_used() {
    let files = Files::starter();
    let words = files.text("cards/words.toml");
    let shared: WordFile = toml::from_str(words).unwrap();
    let mut named = names(words, &['@', '{']);
    let mut unused = Vec::new();
    for (file, text) in files.cards() {
        let here = names(text, &['@', '{']);
        let own: CardFile = toml::from_str(text).unwrap();
        unused.extend(
            own.groups.into_keys().filter(|g| !here.contains(&format!("{{{g}"))).map(|g| format!("{file}: {g}")),
        );
        named.extend(here);
    }
    unused.extend(shared.groups.into_keys().filter(|group| !named.contains(&format!("{{{group}"))));
    unused.extend(shared.classes.into_keys().filter(|class| !named.contains(&format!("@{class}"))));
    assert!(unused.is_empty(), "take out what no case names: {unused:?}");
}

/// The names behind the signs, each with its sign.
fn names(text: &str, signs: &[char]) -> BTreeSet<String> {
    let places = text.match_indices(signs);
    let end = |rest: &str| rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c))).unwrap_or(rest.len());
    places.map(|(at, sign)| text[at..=at + end(&text[at + sign.len()..])].to_owned()).collect()
}
