use super::{Groups, Written};
use crate::corpus::rules::Case;

fn groups() -> Groups {
    [("broken", "fractur* | broken"), ("wrist", "colles | {broken} wrist"), ("loop", "{loop}")]
        .map(|(name, words)| (name.to_owned(), words.to_owned()))
        .into()
}

fn read(text: &str) -> Result<Vec<Case>, String> {
    let written: Written = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    written.cases(&groups())
}

#[test]
fn each_row_makes_a_case_with_its_cells_in_every_text() {
    let cases = read(
        r#"
        when = ["{site}", "fracture of {site}"]
        unless = ["{not}", "cast"]
        verdict = "{verdict}"
        bill = ["{code}"]
        modifiers = ["{side}"]
        label = "{code}"
        say = "{code}: the {site}."
        ask = "{question}"
        columns = ["site", "not", "verdict", "code", "side", "question"]
        rows = [
          ["wrist bone", "elbow", "yes", "25600", "RT", "Which side?"],
          ["shin", "", "", "27750", "", ""],
        ]"#,
    )
    .unwrap();
    let json = serde_json::to_value(&cases).unwrap();
    let expected = serde_json::json!([
        {"when": ["wrist bone", "fracture of wrist bone"], "unless": ["elbow", "cast"], "verdict": "yes",
         "bill": ["25600"], "modifiers": ["RT"], "label": "25600", "say": "25600: the wrist bone.",
         "ask": "Which side?"},
        {"when": ["shin", "fracture of shin"], "unless": ["cast"], "verdict": null, "bill": ["27750"],
         "modifiers": [], "label": "27750", "say": "27750: the shin.", "ask": null},
    ]);
    assert_eq!(json, expected, "an empty cell that is all of an entry takes the entry away");
}

#[test]
fn a_row_makes_the_cases_of_all_its_templates_before_the_next_row() {
    let cases = read(
        r#"
        when = ["{a}"]
        say = "{a} one."
        columns = ["a"]
        rows = [["x"], ["y"]]
        [[more]]
        when = ["{a}", "cast"]
        say = "{a} two.""#,
    )
    .unwrap();
    let said: Vec<&str> = cases.iter().map(|case| case.say.as_str()).collect();
    assert_eq!(said, ["x one.", "x two.", "y one.", "y two."]);
}

#[test]
fn groups_are_written_out_within_cells_and_within_groups() {
    let cases = read("when = ['{a}', '{broken} | x']\nsay = 's'\ncolumns = ['a']\nrows = [['{wrist} | z']]").unwrap();
    assert_eq!(cases[0].when, ["colles | fractur* | broken wrist | z", "fractur* | broken | x"]);
}

#[test]
fn what_does_not_fit_together_is_refused_with_what_to_do() {
    for (text, reason) in [
        ("when = ['x']\nsay = '{code}'", "{code} is neither a column"),
        ("when = ['x']\nsay = 'a } b'", "has no other"),
        ("when = ['x']\nsay = 'a {b'", "has no other"),
        ("when = ['{loop}']\nsay = 's'", "names itself"),
        ("when = ['x']\nsay = 's'\ncolumns = ['a']", "columns without rows"),
        ("when = ['x']\nsay = 's'\nrows = [['1']]", "rows without columns"),
        ("when = ['x']\nsay = 's'\ncolumns = ['a']\nrows = [['1']]", "\"a\" is not used"),
        ("when = ['{a}']\nsay = 's'\ncolumns = ['a', 'a']\nrows = [['1', '2']]", "\"a\" stands twice"),
        ("when = ['{broken}']\nsay = 's'\ncolumns = ['broken']\nrows = [['1']]", "also the name of a group"),
        ("when = ['{a}']\nsay = 's'\ncolumns = ['a']\nrows = [['1'], ['1', '2']]", "row 2 has 2 cells for 1 columns"),
        ("when = ['x']\nsay = 's'\n[[more]]\nwhen = ['x']\nsay = 's'", "`more` without rows"),
        ("when = ['x']\nsay = 's'\nverdict = 'perhaps'", "the verdict \"perhaps\" is none"),
        ("when = ['{a}']\nsay = '{b}'\ncolumns = ['a']\nrows = [['1']]", "row 1: {b} is neither"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(reason), "{text}: {error}");
    }
}
