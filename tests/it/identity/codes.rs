//! No code is taken for somebody's number: codes in sentences of coders, and those of a file of questions with known answers.

use std::path::PathBuf;

use caseconsultant::identity::deidentify;

use super::generated::Dice;

/// Sentences that a code may stand in; `%` is the code.
const SENTENCES: &str = "Is % valid on 3/4/2026?|Can % and 99213 be billed together?|Claim: %, denied CO-97.|claim % with 45380|patient had % yesterday|Dx: %|dx % and Z79.4|\
Procedure %: bundled?|% x3|(%)|We billed % with modifier 59.|chart: %|visit % again|encounter for % on 10/3/2025|Medicare, TX % and 45380|device %|group %, then 36415|%/20610|% vs 99214|\
policy on %|reference % in the manual|case of %|The patient is 67 yo, %, POS 11.|Pt had %, LT side.|auth for %|Dr. Hill asks: %?|NDC 00069-0809-01 with %|rev code 0636 and %|account for % separately|CPT %|code %.|BILL % AND 99213?";

/// Forms of codes: `0` is a figure, `A` a letter.
const FORMS: &str = "10000|20000|30000|40000|50000|60000|70000|80000|90000|0000U|0000T|0000F|G0000|J0000|Q0000|A0000|E0000|L0000|V0000|C0000|S0000|M00.0|E11.00|S00.000A|Z00.0|C00.0|T00.00XA|\
0DT00ZZ|0HBA0ZX|3E000GC|S00000A|E1100|I00|F00.0|10000-25|20000-59|J0000-JZ|11000x0|99000-RT";

/// A code of a form.
fn code(dice: &mut Dice) -> String {
    let form = dice.of(FORMS, '|').to_owned();
    form.chars().map(|c| if c == '0' { char::from(b'0' + u8::try_from(dice.below(10)).unwrap()) } else { c }).collect()
}

/// Codes of our own making: how many there were, and those that were masked.
pub fn own(count: usize, seed: u64) -> (usize, Vec<String>) {
    let mut dice = Dice::new(seed);
    let mut eaten = Vec::new();
    for _ in 0..count {
        let code = code(&mut dice);
        let text = dice.of(SENTENCES, '|').replace('%', &code);
        let masked = deidentify(&text);
        if !masked.as_str().contains(&code) {
            eaten.push(format!("{code} in {text:?}: {masked}"));
        }
    }
    (count, eaten)
}

/// Where the material lies that is no part of the repository.
pub fn shared() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "a test is told where its material lies")]
    let named = std::env::var_os("TEST_SHARED");
    named.map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from)
}

/// The codes of the questions in a file; `None` where it is not there.
pub fn of_questions(path: &std::path::Path) -> Option<(usize, Vec<String>)> {
    let text = std::fs::read_to_string(path).ok()?;
    let shape = regex::Regex::new(r"\b(?:\d{5}|\d{4}[FTU]|[A-V]\d{4}|[A-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|[A-TV-Z]\d\d|[0-9BCDFGHX](?:[0-9A-HJ-NP-Z]{5}[A-HJ-NP-Z]))\b").unwrap();
    let (mut count, mut eaten) = (0, Vec::new());
    for line in text.lines() {
        let item: serde_json::Value = serde_json::from_str(line).unwrap();
        let question = item["question"].as_str().unwrap_or_default();
        let masked = deidentify(question);
        for code in shape.find_iter(question) {
            count += 1;
            if !masked.as_str().contains(code.as_str()) {
                eaten.push(format!("{} in {}", code.as_str(), item["id"]));
            }
        }
    }
    Some((count, eaten))
}

#[test]
fn no_code_in_a_sentence_is_masked() {
    let (_, eaten) = own(2_000, 3);
    assert!(eaten.is_empty(), "{}: {}", eaten.len(), eaten.join("\n"));
}

#[test]
fn no_code_of_the_questions_with_known_answers_is_masked() {
    let path = shared().join("questions/dev.jsonl");
    let Some((count, eaten)) = of_questions(&path) else {
        eprintln!("not run: {} is not there", path.display());
        return;
    };
    assert!(count > 0 && eaten.is_empty(), "of {count}: {}", eaten.join("\n"));
}
