//! Whose mail it is: a machine's, or a person's.

use crate::material::Material;
use crate::table::Row;

const MACHINES: [&str; 4] = ["bounce", "vacation", "auto-generated", "auto-reply"];
const PEOPLE: [&str; 2] = ["reply", "attachment"];

/// The rows.
pub fn measure(material: &Material) -> Vec<Row> {
    let labels = material.expected("labels.tsv");
    let (mut machines, mut seen, mut people, mut silenced) = (0, 0, 0, 0);
    let (mut complaints, mut told) = (0, 0);
    for line in labels.lines() {
        let mut fields = line.split('\t');
        let (path, label) = (fields.next().unwrap(), fields.next().unwrap());
        let Some(message) = material.message(path) else { continue };
        let silent = message.automatic.is || message.bounce.is;
        if MACHINES.contains(&label) {
            machines += 1;
            seen += usize::from(silent);
            if !silent {
                material.tell("labels", path, "taken for a person's");
            }
        } else if PEOPLE.contains(&label) {
            people += 1;
            silenced += usize::from(silent);
            if silent {
                material.tell("labels", path, "a person's, taken for a machine's");
            }
        } else if label == "feedback-report" || label == "spam-header" {
            complaints += 1;
            told += usize::from(silent);
            if !silent {
                material.tell("labels", path, "a complaint or spam, taken for a person's");
            }
        }
    }
    vec![
        Row::marked(
            "machines' mail recognised",
            format!("{seen} of {machines}"),
            ">= 99 %",
            seen * 100 >= machines * 99,
        ),
        Row::marked("people's mail silenced", format!("{silenced} of {people}"), "<= 1", silenced <= 1),
        Row::plain("complaints and spam verdicts recognised", format!("{told} of {complaints}")),
    ]
}
