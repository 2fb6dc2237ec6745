//! The endpoint over HTTP: a fake one in this process that answers as each test says.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use caseconsultant::config::Config;
use caseconsultant::draft::model::{DraftError, Fault, write};
use caseconsultant::llm::scripted::{Failure, Rule, ScriptedModel};
use caseconsultant::llm::{LanguageModel, ModelError, OpenAiModel, Refusal};
use caseconsultant::verify;
use serde_json::{Value, json};

use super::{NEVER, OPEN, corpus, evidence, headings, limits, obedient, settings};

/// One answer of the fake endpoint.
#[derive(Clone)]
enum Reply {
    /// A completion with this text and this reason to end.
    Says(String, &'static str),
    /// A status, headers and a body.
    Raw(u16, Vec<(&'static str, &'static str)>, String),
    /// Nothing for a long time.
    Hangs,
}

/// Answers in order, the last one for ever, and keeps what it was sent.
struct Endpoint {
    base_url: String,
    seen: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
}

impl Endpoint {
    async fn start(replies: Vec<Reply>) -> Self {
        let seen: Arc<Mutex<Vec<(HeaderMap, Value)>>> = Arc::default();
        let kept = Arc::clone(&seen);
        let answer = move |headers: HeaderMap, body: String| {
            let (kept, replies) = (Arc::clone(&kept), replies.clone());
            async move {
                let n = {
                    let mut kept = kept.lock().unwrap();
                    kept.push((headers, serde_json::from_str(&body).unwrap()));
                    kept.len() - 1
                };
                respond(replies[n.min(replies.len() - 1)].clone()).await
            }
        };
        let app = axum::Router::new().route("/v1/chat/completions", post(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base_url, seen }
    }

    fn calls(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

async fn respond(reply: Reply) -> Response {
    match reply {
        Reply::Says(text, finish) => completion(&json!([{
            "index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}
        }])),
        Reply::Raw(status, headers, body) => {
            let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        Reply::Hangs => {
            tokio::time::sleep(Duration::from_secs(600)).await;
            StatusCode::OK.into_response()
        }
    }
}

fn completion(choices: &Value) -> Response {
    let body = json!({
        "id": "c1", "object": "chat.completion", "created": 1, "model": "local", "choices": choices,
        "usage": {"prompt_tokens": 900, "completion_tokens": 200, "total_tokens": 1100}
    });
    body.to_string().into_response()
}

fn says(text: impl Into<String>) -> Reply {
    Reply::Says(text.into(), "stop")
}

fn choices(choices: Value) -> Reply {
    let body = json!({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": choices});
    Reply::Raw(200, vec![], body.to_string())
}

fn status(code: u16, headers: &[(&'static str, &'static str)]) -> Reply {
    Reply::Raw(
        code,
        headers.to_vec(),
        r#"{"error":{"message":"sk-secret-of-ours leaked","type":"x","code":null}}"#.to_owned(),
    )
}

/// Asks for a draft and tells how often the endpoint was called.
async fn draft(
    question: &str,
    replies: Vec<Reply>,
) -> (Result<caseconsultant::domain::draft::Draft, DraftError>, usize) {
    let endpoint = Endpoint::start(replies).await;
    let settings = settings(&endpoint.base_url);
    let model = OpenAiModel::new(&settings).unwrap();
    let written = write(corpus(), &evidence(question), &model, &limits(&settings), 0x0123_4567_89ab_cdef).await;
    (written, endpoint.calls())
}

#[tokio::test]
async fn an_obedient_model_gives_a_draft_that_verification_lets_pass() {
    for question in [OPEN, NEVER] {
        let evidence = evidence(question);
        let (written, calls) = draft(question, vec![says(obedient(&evidence).to_string())]).await;
        let written = written.unwrap();
        assert_eq!((calls, written.writer.as_str(), written.prompt.len()), (1, "local", 64));
        let plain = caseconsultant::draft::compose(corpus(), &evidence);
        assert_eq!((headings(&written), &written.assumptions), (headings(&plain), &plain.assumptions));
        let report = verify::run(corpus(), &evidence, &written, &Config::defaults().policy);
        assert!(report.is_clean(), "{question}: {:?}", report.findings);
    }
}

#[tokio::test]
async fn the_request_holds_the_key_once_the_schema_and_nothing_of_the_patient() {
    let endpoint = Endpoint::start(vec![says(obedient(&evidence(NEVER)).to_string())]).await;
    let settings = settings(&endpoint.base_url);
    let model = OpenAiModel::new(&settings).unwrap();
    write(corpus(), &evidence(NEVER), &model, &limits(&settings), 7).await.unwrap();
    let seen = endpoint.seen.lock().unwrap();
    let (headers, body) = &seen[0];
    assert_eq!(headers["authorization"], "Bearer sk-secret-of-ours");
    assert_eq!((&body["temperature"], &body["max_tokens"]), (&json!(0.0), &json!(settings.max_tokens)));
    assert_eq!(body["response_format"]["json_schema"]["strict"], json!(true));
    let text = body.to_string();
    for gone in ["John", "Doe", "8/1/2024", "2024-08-01", "sk-secret"] {
        assert!(!text.contains(gone), "{gone} was sent");
    }
    for kept in ["29881", "29877", "[DATE-1]"] {
        assert!(text.contains(kept), "{kept} was not sent");
    }
}

#[tokio::test]
async fn a_passing_failure_is_tried_once_more_and_a_lasting_one_is_typed() {
    let good = says(obedient(&evidence(OPEN)).to_string());
    for first in [
        status(429, &[("retry-after", "0")]),
        status(503, &[("retry-after", "0")]),
        status(500, &[("retry-after-ms", "1")]),
    ] {
        let (written, calls) = draft(OPEN, vec![first, good.clone()]).await;
        assert_eq!((written.is_ok(), calls), (true, 2));
    }
    let (written, calls) = draft(OPEN, vec![status(500, &[("retry-after", "0")])]).await;
    let lasting = ModelError::Unavailable { status: Some(500), retry_after: Some(Duration::ZERO) };
    assert_eq!((written.unwrap_err(), calls), (DraftError::Model(lasting), 2));
    for (code, refusal) in
        [(401, Refusal::Credentials), (403, Refusal::Credentials), (402, Refusal::Credit), (400, Refusal::Request(400))]
    {
        let (written, calls) = draft(OPEN, vec![status(code, &[])]).await;
        assert_eq!((written.unwrap_err(), calls), (DraftError::Model(ModelError::Refused(refusal)), 1));
    }
}

#[tokio::test]
async fn a_pause_longer_than_the_time_left_is_told_and_not_slept() {
    let started = Instant::now();
    let (written, calls) = draft(OPEN, vec![status(429, &[("retry-after", "90")])]).await;
    let limited = ModelError::RateLimited { retry_after: Some(Duration::from_secs(90)) };
    assert_eq!((written.unwrap_err(), calls), (DraftError::Model(limited), 1));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_model_that_hangs_is_given_up_within_its_limit() {
    let endpoint = Endpoint::start(vec![Reply::Hangs]).await;
    let mut settings = settings(&endpoint.base_url);
    settings.timeout_seconds = 1;
    let model = OpenAiModel::new(&settings).unwrap();
    let started = Instant::now();
    let error = write(corpus(), &evidence(OPEN), &model, &limits(&settings), 7).await.unwrap_err();
    assert_eq!(error, DraftError::Model(ModelError::Timeout));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_broken_answer_is_asked_for_once_more_with_the_reason() {
    let good = obedient(&evidence(OPEN)).to_string();
    for broken in [
        Reply::Says(good[..good.len() / 2].to_owned(), "length"),
        says(format!("Here you are: {good}")),
        says(good.replace("\"units\":1", "\"units\":NaN")),
        choices(json!([])),
        choices(json!([{"index": 0, "finish_reason": "stop", "message": {"role": "assistant"}}])),
        Reply::Raw(200, vec![], "{\"id\": \"c\", \"choices\": NaN}".to_owned()),
        Reply::Raw(200, vec![("content-type", "text/html")], "<html>a proxy's page</html>".to_owned()),
    ] {
        let (written, calls) = draft(OPEN, vec![broken, says(good.clone())]).await;
        assert_eq!(calls, 2);
        assert!(verify::run(corpus(), &evidence(OPEN), &written.unwrap(), &Config::defaults().policy).is_clean());
    }
    let endpoint = Endpoint::start(vec![says("no"), says(good)]).await;
    let settings = settings(&endpoint.base_url);
    write(corpus(), &evidence(OPEN), &OpenAiModel::new(&settings).unwrap(), &limits(&settings), 7).await.unwrap();
    let told = endpoint.seen.lock().unwrap()[1].1["messages"][1]["content"].as_str().unwrap().to_owned();
    assert!(told.contains("YOUR LAST ANSWER WAS REFUSED"), "{told}");
}

#[tokio::test]
async fn an_answer_that_stays_broken_is_a_typed_error_after_two_calls() {
    let good = obedient(&evidence(OPEN));
    let mut more = good.clone();
    more["send_mail_to"] = json!("someone");
    let mut empty = good.clone();
    empty["why"] = json!([]);
    let mut unsourced = good.clone();
    unsourced["why"][0]["cites"] = json!([]);
    let mut token = good.clone();
    token["headline"]["text"] = json!("Yes, since [DATE-99].");
    let mut mask = good.clone();
    mask["headline"]["text"] = json!("Yes, for [NAME].");
    let mut line = good.clone();
    line["lines"][0]["code"] = json!("the code");
    let mut long = good.clone();
    long["why"][0]["text"] = json!("word ".repeat(400));
    let mut wordy = good.clone();
    wordy["headline"]["text"] = json!("Yes. It is so. It is so. It is so.");
    for (text, fault) in [
        (String::new(), Fault::NotJson),
        ("null".to_owned(), Fault::NotJson),
        ("[1, 2]".to_owned(), Fault::NotJson),
        ("Je ne sais pas.".to_owned(), Fault::NotJson),
        ("[".repeat(20_000), Fault::NotJson),
        (format!("```json\n{good}\n```"), Fault::NotJson),
        (format!("{good}{good}"), Fault::NotJson),
        (more.to_string(), Fault::NotJson),
        ("x".repeat(40_000), Fault::Length),
        (empty.to_string(), Fault::Count),
        (unsourced.to_string(), Fault::Unsourced),
        (token.to_string(), Fault::Token),
        (mask.to_string(), Fault::Mask),
        (line.to_string(), Fault::Line),
        (long.to_string(), Fault::Length),
        (wordy.to_string(), Fault::Headline),
    ] {
        let (written, calls) = draft(OPEN, vec![says(text.clone())]).await;
        let head: String = text.chars().take(60).collect();
        assert_eq!((written.unwrap_err(), calls), (DraftError::Malformed(fault), 2), "{head}");
    }
    let (written, calls) = draft(OPEN, vec![Reply::Raw(200, vec![], "x".repeat(1024 * 1024))]).await;
    assert_eq!((written.unwrap_err(), calls), (DraftError::Malformed(Fault::NotJson), 2));
}

#[tokio::test]
async fn no_story_of_failures_costs_more_than_three_calls() {
    let again = [("retry-after", "0")];
    let (_, calls) =
        draft(OPEN, vec![status(429, &again), says("no"), status(429, &again), says("no"), says("no")]).await;
    assert!(calls <= 3, "{calls} calls");
    let (_, calls) = draft(OPEN, vec![says("no"), status(500, &again), says("no"), says("no")]).await;
    assert!(calls <= 3, "{calls} calls");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_a_filter_is_a_refusal() {
    let (written, calls) = draft(OPEN, vec![status(307, &[("location", "http://127.0.0.1:9/elsewhere")])]).await;
    assert_eq!((written.unwrap_err(), calls), (DraftError::Model(ModelError::Refused(Refusal::Request(307))), 1));
    let (written, _) = draft(OPEN, vec![Reply::Says(String::new(), "content_filter")]).await;
    assert_eq!(written.unwrap_err(), DraftError::Model(ModelError::Refused(Refusal::Content)));
}

#[tokio::test]
async fn no_error_tells_the_key_or_the_question() {
    for reply in [status(401, &[]), status(500, &[("retry-after", "0")]), says("29881 John Doe"), status(400, &[])] {
        let (written, _) = draft(NEVER, vec![reply]).await;
        let error = written.unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains("secret") && !told.contains("Doe") && !told.contains("29881"), "{told}");
    }
}

#[tokio::test]
async fn a_script_stands_in_for_every_failure_and_a_draft_can_be_written_on_any_thread() {
    let evidence = evidence(OPEN);
    let good = obedient(&evidence).to_string();
    let zero = Some(0);
    for (rule, error) in [
        (Rule { garbage: 1 << 20, ..Rule::default() }, DraftError::Malformed(Fault::Length)),
        (Rule { text: good.clone(), cut: true, ..Rule::default() }, DraftError::Malformed(Fault::Cut)),
        (
            Rule { error: Some(Failure::Credit), ..Rule::default() },
            DraftError::Model(ModelError::Refused(Refusal::Credit)),
        ),
        (
            Rule { error: Some(Failure::RateLimited), retry_after_ms: zero, ..Rule::default() },
            DraftError::Model(ModelError::RateLimited { retry_after: Some(Duration::ZERO) }),
        ),
        (Rule { text: good, delay_ms: 5_000, ..Rule::default() }, DraftError::Model(ModelError::Timeout)),
    ] {
        let evidence = evidence.clone();
        let mut settings = settings("");
        settings.timeout_seconds = 1;
        let model = ScriptedModel::new(vec![rule]);
        let task = tokio::spawn(async move { write(corpus(), &evidence, &model, &limits(&settings), 5).await });
        assert_eq!(task.await.unwrap().unwrap_err(), error);
    }
}

#[tokio::test]
async fn a_probe_says_what_answers_or_what_to_mend() {
    let endpoint = Endpoint::start(vec![says("ready"), status(401, &[])]).await;
    let model = OpenAiModel::new(&settings(&endpoint.base_url)).unwrap();
    assert_eq!(model.probe().await.unwrap(), "local answers (900 tokens in, 200 out)");
    assert!(model.probe().await.unwrap_err().to_string().contains("model.api_key"));
    let nobody = OpenAiModel::new(&settings("http://127.0.0.1:9/v1")).unwrap();
    assert!(nobody.probe().await.unwrap_err().is_transient());
    let mut bad = settings("http://127.0.0.1:9/v1");
    bad.api_key = caseconsultant::config::Secret::new("two\nlines");
    assert!(matches!(OpenAiModel::new(&bad).err(), Some(ModelError::Refused(Refusal::Credentials))));
}
