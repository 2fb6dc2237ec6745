//! Indicators over every row of the starter, and questions as coders write them.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::corpus::starter_for_tests as corpus;
use crate::domain::time::AsOf;
use crate::research::{Reading, read};

/// A day of the fee schedule that the starter holds.
const DAY: AsOf = AsOf::Date(date(2025, 11, 3));

fn scope(as_of: AsOf) -> Scope {
    Scope { as_of, setting: Setting::Practitioner, program: Program::Medicare }
}

fn ask(code: &str, rule: PaymentRule, scope: Scope) -> Check {
    let code = Code::parse(code).unwrap();
    let check = check(corpus(), &code, rule, scope);
    let proved = check.outcome != Outcome::NotChecked;
    assert_eq!(proved, !check.release.is_empty(), "{check:?}");
    assert!(!check.detail.is_empty() && (!proved || !check.sources.is_empty()), "{check:?}");
    check
}

fn inquiry(text: &str) -> Inquiry {
    let day = date(2025, 11, 3);
    let reading = Reading {
        today: day,
        message_date: Some(day),
        on: None,
        setting: Setting::Practitioner,
        program: Program::Medicare,
    };
    read(corpus(), &crate::identity::deidentify(text), &reading)
}

/// `yes 20610-50 x1`, `no`, `- 45378`: the verdict, the lines, else the label; `None` where nothing is settled.
fn settled(text: &str) -> Option<String> {
    let ruling = settle(corpus(), &inquiry(text))?;
    assert!(ruling.say.split_whitespace().count() <= 60, "{}", ruling.say);
    assert!(!ruling.sources.is_empty() && ruling.confirmed && ruling.doubts.is_empty(), "{ruling:?}");
    let verdict = ruling.verdict.map_or("-".to_owned(), |verdict| format!("{verdict:?}").to_lowercase());
    let word = ruling.say.split(['.', ',']).next().unwrap_or_default();
    match verdict.as_str() {
        "yes" => assert_eq!(word, "Yes", "{}", ruling.say),
        "no" => assert_eq!(word, "No", "{}", ruling.say),
        _ => assert!(!["Yes", "No"].contains(&word), "{}", ruling.say),
    }
    let lines: Vec<String> = ruling
        .lines
        .iter()
        .map(|line| {
            let modifiers: String = line.modifiers.iter().map(|modifier| format!("-{modifier}")).collect();
            format!("{}{modifiers} x{}", line.code, line.units)
        })
        .collect();
    let rest = if lines.is_empty() && verdict == "-" { ruling.label.unwrap_or_default() } else { lines.join(", ") };
    Some(format!("{verdict} {rest}").trim().to_owned())
}

/// The indicator of a row as the manual reads it, written down a second time.
fn naive(rule: PaymentRule, indicator: &str) -> Outcome {
    use Outcome::{Allowed, NotAllowed, NotApplicable, WithProof};
    use PaymentRule::{Assistant, Bilateral, CoSurgeons, Component, Multiple, Team};
    match (rule, indicator.parse::<u8>().unwrap()) {
        (Multiple, 0) | (_, 9) => NotApplicable,
        (Bilateral, 1 | 3) | (Multiple, _) | (Component, 1 | 6) => Allowed,
        (Assistant, 0) | (CoSurgeons | Team, 1) => WithProof,
        (Assistant, 1) | (CoSurgeons | Team, 0) | (Bilateral | Component, _) => NotAllowed,
        (Assistant | CoSurgeons | Team, _) => Allowed,
    }
}

const RULES: [PaymentRule; 6] = [
    PaymentRule::Bilateral,
    PaymentRule::Multiple,
    PaymentRule::CoSurgeons,
    PaymentRule::Team,
    PaymentRule::Assistant,
    PaymentRule::Component,
];

#[test]
fn every_row_of_the_starter_means_what_its_indicator_says() {
    let mut seen = 0;
    for line in corpus().all_rows(crate::domain::table::Table::Fee) {
        let code = Code::parse(line.key).unwrap();
        let rows = corpus().list_fees(&code);
        let of_release: Vec<_> = rows.iter().filter(|row| row.release == line.get("release")).collect();
        let from = corpus().releases().find(line.get("release")).and_then(|release| release.period.from).unwrap();
        let whole = of_release.iter().find(|row| row.modifier.is_empty()).copied().unwrap_or(of_release[0]);
        for rule in RULES {
            let reading = of_release.iter().find(|row| row.modifier == "26" && row.field("pctc") == "6");
            let row = reading.filter(|_| rule == PaymentRule::Component).copied().unwrap_or(whole);
            let check = ask(line.key, rule, scope(AsOf::Date(from)));
            assert_eq!(check.outcome, naive(rule, row.field(rules::column(rule))), "{rule:?} {}", check.detail);
            assert_eq!(check.release, line.get("release"));
            seen += 1;
        }
    }
    assert!(seen > 10_000, "{seen}");
}

#[test]
fn a_value_that_no_manual_describes_is_not_checked() {
    for rule in RULES {
        assert_eq!(rules::meaning(rule, ""), None);
        assert_eq!(rules::meaning(rule, "X"), None);
        for value in 0..=9 {
            let words = rules::meaning(rule, &value.to_string());
            assert!(words.is_none_or(|(_, words)| !words.ends_with('.') && !words.contains('—')), "{rule:?} {value}");
        }
    }
}

#[test]
fn outside_the_schedule_nothing_is_said() {
    let stale = ask("20610", PaymentRule::Bilateral, scope(AsOf::Date(date(2024, 8, 1))));
    let last = stale.last_known.unwrap();
    assert_eq!(
        (stale.outcome, last.outcome, last.release.as_str()),
        (Outcome::NotChecked, Outcome::Allowed, "mpfs-rvu25d")
    );
    assert!(last.value.starts_with("bilateral indicator 1"), "{}", last.value);
    assert_eq!(ask("20610", PaymentRule::Bilateral, scope(AsOf::Shelf)).outcome, Outcome::Allowed);
    assert_eq!(ask("99999", PaymentRule::Team, scope(DAY)).outcome, Outcome::NotChecked);
    assert_eq!(ask("K63.5", PaymentRule::Team, scope(DAY)).outcome, Outcome::NotChecked);
    let hospital = Scope { setting: Setting::Hospital, ..scope(DAY) };
    let medicaid = Scope { program: Program::Medicaid, ..scope(DAY) };
    assert_eq!(ask("20610", PaymentRule::Bilateral, hospital).outcome, Outcome::NotChecked);
    assert_eq!(ask("20610", PaymentRule::Bilateral, medicaid).outcome, Outcome::NotChecked);
}

#[test]
fn figures_are_named() {
    let check = ask("45385", PaymentRule::Multiple, scope(DAY));
    assert_eq!(check.figures.values.get("base").map(String::as_str), Some("45378"));
    assert!(check.detail.contains("base of its family is 45378"), "{}", check.detail);
    let check = ask("20610", PaymentRule::Bilateral, scope(DAY));
    assert_eq!(check.figures.values.get("percent").map(String::as_str), Some("150"));
    let lab = ask("80053", PaymentRule::Component, scope(DAY));
    assert!(lab.detail.contains("Its status is X"), "{}", lab.detail);
}

#[test]
fn what_is_asked_of_one_rule_and_one_code_is_settled() {
    for (text, answer) in [
        ("Can 45378 be billed with modifier 50?", "no"),
        ("45378-50?", "no"),
        ("Is modifier 50 allowed on 20610 for Medicare?", "yes 20610-50 x1"),
        ("20610 both knees, how for Medicare?", "- 20610-50 x1"),
        ("How do we bill 27447 bilateral, one line or two?", "- 27447-50 x1"),
        ("Can you tell me how many units for bilateral 20610?", "- 20610-50 x1"),
        ("Can we bill 20610 x2 for both knees?", "no 20610-50 x1"),
        ("Can I bill 66984 for both eyes on one claim?", "yes 66984-50 x1"),
        ("Is 69210 bilateral?", "yes"),
        ("Is 20610 inherently bilateral?", "no"),
        ("Is 69210 unilateral or bilateral?", "yes"),
        ("Surgeon wants 62 on 45385. Payable?", "no"),
        ("Is 50 ok on 64483?", "yes 64483-50 x1"),
        ("20610 RT and LT, or modifier 50, for Medicare?", "- 20610-50 x1"),
        ("modifier tc on 93010, ok?", "no"),
        ("Can 69210 be billed with modifier 50 for both ears?", "no"),
        ("How is 69210 billed for both ears?", "- 69210 x1"),
        ("Does 69210 take a 50?", "no"),
        ("What is the bilateral indicator for 69210?", "- 2"),
        ("Is an assistant surgeon payable for 27447?", "yes"),
        ("Does Medicare pay for an assistant at surgery on 45385?", "no"),
        ("Can our PA assist on 27447 be billed?", "yes 27447-AS x1"),
        ("Is modifier 80 allowed on 27447?", "yes 27447-80 x1"),
        ("Is an assistant payable for 70553?", "depends"),
        ("Are co-surgeons allowed for 27447?", "depends"),
        ("Is 62 allowed on 45378?", "no"),
        ("Can 66 be used on 27447?", "no"),
        ("Does 76872 take a 26?", "yes 76872-26 x1"),
        ("Can we put 26 on 93010?", "no"),
        ("93010-26 for the ED reads in the hospital, ok?", "no"),
        ("Can TC be billed with 93005?", "no"),
        ("Is modifier 26 valid for 99213?", "no"),
        ("Does 51 apply to 11103?", "no"),
        ("Is 11103 modifier 51 exempt?", "yes"),
        ("Is 97110 subject to the multiple procedure reduction?", "yes"),
        ("Does 51 apply to 70553?", "no"),
        ("Does the multiple endoscopy rule apply to 45385?", "yes"),
        ("What is the base endoscopy for 45385?", "- 45378"),
        ("How is 45385 with 45380 paid, multiple endoscopy rule?", "- 45378"),
        ("45378 and 45385 same scope: how is the family paid?", "- 45378"),
    ] {
        let text = text.replace("76872", if held("76872") { "76872" } else { "71046" });
        let answer = answer.replace("76872", if held("76872") { "76872" } else { "71046" });
        assert_eq!(settled(&text).as_deref(), Some(answer.as_str()), "{text}");
    }
}

fn held(code: &str) -> bool {
    !corpus().list_fees(&Code::parse(code).unwrap()).is_empty()
}

#[test]
fn what_turns_on_more_is_left_to_others() {
    for text in [
        "Can we bill 45385 and 45380 together with 59?",
        "20610 left knee and right shoulder, which modifier?",
        "20610 for bilateral knee OA, right knee only. Modifier?",
        "Is 50 ok on 27447 for bilateral knee OA?",
        "27447-80 was denied, can we appeal?",
        "Assistant at surgery 27447 in a teaching hospital with a resident available, payable?",
        "Is our RNFA's assistant work on 27447 payable?",
        "Should I put 26 on 71046?",
        "Can we bill 71046-26 when we own the equipment?",
        "Do we use 26 or TC on 71046?",
        "In our ASC, is 20610 both knees billed with 50?",
        "Aetna: is 50 ok on 20610?",
        "Is 50 not allowed on 45378?",
        "How much does 27447-80 pay?",
        "Is 45385-PT right?",
        "Our physician assistant saw the patient for 99213. Which code?",
        "26055 both thumbs, how for Medicare?",
        "Does 27447 need an assistant?",
        "Is 62 allowed on 27447 for two partners of the same specialty?",
        "Does 51 need to go on 20610?",
        "K63.5 with 45385, and does 51 apply?",
        "Can 64493 be billed bilateral at two levels?",
        "Bilateral 73562 films, how do we bill?",
        "What does 20610 mean?",
        "Is 20610 valid?",
        "How many units of J1745 for 62 mg?",
    ] {
        assert_eq!(settled(text), None, "{text}");
    }
}

#[test]
fn the_arithmetic_of_a_family_is_shown() {
    let ruling =
        settle(corpus(), &inquiry("In the office, how is 45385 with 45380 paid under the endoscopy rules?")).unwrap();
    assert!(ruling.say.contains("13.46 + (12.82 - 10.13) = 16.15"), "{}", ruling.say);
    let ruling = settle(corpus(), &inquiry("How is 45385 with 45380 paid, multiple endoscopies?")).unwrap();
    assert!(ruling.say.contains("7.51 + (5.96 - 5.48) = 7.99"), "{}", ruling.say);
    assert_eq!(settled("How is 45385 with 43239 paid, multiple endoscopies?"), None, "two families");
}

#[test]
fn a_check_is_asked_where_words_or_modifiers_speak_of_it() {
    let kinds = |text: &str| {
        let found = asked(corpus(), &inquiry(text)).into_iter().map(|question| match question {
            Question::PaymentRule { code, rule } => format!("{code} {rule:?}"),
            other => format!("{other:?}"),
        });
        found.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(kinds("20610-50 and 99213-25, both?"), "20610 Bilateral");
    assert_eq!(kinds("Both knees, 20610, Medicare"), "20610 Bilateral");
    assert_eq!(kinds("27447 with co-surgeons and a PA assistant surgeon"), "27447 CoSurgeons, 27447 Assistant");
    assert_eq!(kinds("71046-26 in the ED"), "71046 Component");
    assert_eq!(kinds("45385 and 45380: endoscopy family?"), "45385 Multiple, 45380 Multiple");
    for silent in [
        "45385 and 45380 same polyp?",
        "Our medical assistant gave 96372",
        "Robotic assisted 55866, global?",
        "99213-25 with 20610",
        "bilateral mammogram",
        "What is 77066, bilateral mammogram?",
        "Is 77066 bilateral mammogram still valid?",
        "J1745 50 units",
        "Is E11.9 bilateral?",
    ] {
        assert_eq!(kinds(silent), "", "{silent}");
    }
}

proptest! {
    #[test]
    fn no_text_breaks_it(text in "(20610|45385 45380|27447|.){0,3}[ -]?(50|26|both knees|assistant|51|how|\\?|\\PC){0,6}") {
        let inquiry = inquiry(&text);
        let _ = (asked(corpus(), &inquiry), settle(corpus(), &inquiry));
    }
}
