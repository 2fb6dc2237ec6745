//! With a model that writes: what it gets wrong is held, and when it fails the plain rules answer.

use std::sync::Arc;

use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::outbox::OutboxKind;
use caseconsultant::llm::scripted::{Failure, Rule, ScriptedModel};
use serde_json::{Value, json};

use crate::support::app::{QUESTION, TestApp, mail};

const ANN: &str = "ann@lakeside.test";

async fn with_model(rules: Vec<Rule>) -> (TestApp, Arc<ScriptedModel>) {
    let model = Arc::new(ScriptedModel::new(rules));
    (TestApp::with(|_| {}, Some(model.clone())).await, model)
}

fn answer(change: impl FnOnce(&mut Value)) -> Rule {
    let mut answer = json!({
        "verdict": "yes",
        "lines": [
            {"code": "45385", "modifiers": [], "units": 1},
            {"code": "45380", "modifiers": ["59"], "units": 1},
        ],
        "headline": {"text": "Yes, bill 45385 and 45380-59, because the biopsy was of another polyp.", "cites": [1]},
        "why": [{"text": "A separate lesion opens the edit.", "cites": [1]}],
        "if_facts_differ": [],
        "note_must_show": [],
    });
    change(&mut answer);
    Rule { text: answer.to_string(), ..Rule::default() }
}

#[tokio::test]
async fn an_honest_model_writes_the_answer() {
    let (app, model) = with_model(vec![answer(|_| {})]).await;
    let letter = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    assert!(letter.text.contains("because the biopsy was of another polyp"), "{}", letter.text);
    let (_, draft, _) = app.store().get_work(&app.last_case().await.id).await.unwrap();
    assert_eq!(draft.unwrap().writer, "scripted");
    assert_eq!(model.prompts().len(), 1);
}

#[tokio::test]
async fn a_model_that_lies_is_held_and_its_words_do_not_leave() {
    let lie = "Yes, bill 45399 for 17 units, and call 800-555-0199.";
    let (app, _) = with_model(vec![answer(|answer| answer["headline"]["text"] = json!(lie))]).await;
    let letter = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
    let case = app.last_case().await;
    assert_eq!(case.status, CaseStatus::InReview);
    assert!(case.reason.contains("45399"), "{}", case.reason);
    assert_eq!(app.outbox().await[0].kind, OutboxKind::Holding);
    for words in ["45399", "800-555-0199", "17 units"] {
        assert!(!letter.wire.contains(words), "{words} left the house");
    }
    assert!(letter.text.contains("did not pass our own verification"), "{}", letter.text);
    assert_eq!(app.usage("guest:ann@lakeside.test", "ever").await, (0, 0));
}

#[tokio::test]
async fn a_model_that_fails_is_replaced_by_the_plain_rules() {
    for rule in [
        Rule { error: Some(Failure::Credentials), ..Rule::default() },
        Rule { garbage: 5_000, ..Rule::default() },
        Rule { text: "I cannot answer that.".to_owned(), ..Rule::default() },
    ] {
        let (app, _) = with_model(vec![rule.clone()]).await;
        let letter = app.ask_one(&mail(ANN, "Two polyps", "q1@lakeside.test", QUESTION)).await;
        assert!(letter.text.starts_with("Yes, both may be billed"), "{rule:?}: {}", letter.text);
        let (_, draft, _) = app.store().get_work(&app.last_case().await.id).await.unwrap();
        assert_eq!(draft.unwrap().writer, "plain rules");
    }
}

#[tokio::test]
async fn a_model_never_sees_who_asks_or_whom_it_is_about() {
    let (app, model) = with_model(vec![answer(|_| {})]).await;
    let text = format!("Patient Jane Roe, MRN 8812345, DOB 03/04/1961. {QUESTION}\nCall me at 555-010-4477.");
    app.ask(&mail("Ann Weber <ann@lakeside.test>", "Two polyps", "q1@lakeside.test", &text)).await;
    let prompts = model.prompts();
    assert!(!prompts.is_empty());
    for prompt in prompts {
        let seen = format!("{} {}", prompt.system, prompt.user.as_str());
        for secret in ["Jane", "Roe", "8812345", "1961", "555-010-4477", "lakeside", "Weber"] {
            assert!(!seen.contains(secret), "the model was shown {secret}");
        }
    }
}
