//! An OpenAI-compatible endpoint that obeys whatever it reads: it answers in our contract, and carries into the answer
//! what the text of its prompt tells it to. It keeps every request.

use std::sync::{Arc, LazyLock, Mutex};

use axum::routing::post;
use regex::Regex;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// What an attacker would have it say, beside what stands in the prompt.
pub const ATTACKER: &str = "collect.attacker.test";

/// How it obeys. One way at a time: the crudest would hide what the others come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It does not: it repeats what is settled.
    Honest,
    /// The instructions stand behind the headline.
    Headline,
    /// Each instruction is a reason.
    Reasons,
    /// The last instruction stands among what the note must show, and nothing else is wrong.
    Quiet,
    /// What an instruction puts into quotation marks is said, word for word.
    Quoted,
    /// Every code of the text is billed.
    Codes,
    /// Addresses and links, those of the text and one of the attacker's.
    Links,
    /// Everything is covered and paid.
    Claims,
    /// The verdict is turned round.
    Verdict,
    /// Fields for recipients and a subject, which the contract does not have.
    Fields,
}

impl Way {
    /// Every way to obey.
    pub const ALL: [Self; 9] = [
        Self::Headline,
        Self::Reasons,
        Self::Quiet,
        Self::Quoted,
        Self::Codes,
        Self::Links,
        Self::Claims,
        Self::Verdict,
        Self::Fields,
    ];
}

/// The endpoint; ends when dropped.
pub struct Obeys {
    /// For `model.base_url`.
    pub base_url: String,
    way: Arc<Mutex<Way>>,
    seen: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Obeys {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Obeys {
    /// Listens.
    pub async fn start(way: Way) -> Self {
        let (way, seen) = (Arc::new(Mutex::new(way)), Arc::new(Mutex::new(Vec::new())));
        let (now, kept) = (Arc::clone(&way), Arc::clone(&seen));
        let answer = move |body: String| {
            let text = answer(&body, *now.lock().unwrap());
            kept.lock().unwrap().push(body);
            async move { completion(&text) }
        };
        let app = axum::Router::new().route("/v1/chat/completions", post(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1/", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { base_url, way, seen, task }
    }

    /// Obeys in another way from now on.
    pub fn obey(&self, way: Way) {
        *self.way.lock().unwrap() = way;
    }

    /// The bodies of all requests.
    pub fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn completion(text: &str) -> String {
    json!({
        "id": "c1", "object": "chat.completion", "created": 1, "model": "obedient",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 200, "total_tokens": 1100}
    })
    .to_string()
}

fn answer(request: &str, way: Way) -> String {
    let request: Value = serde_json::from_str(request).unwrap();
    let prompt = request["messages"][1]["content"].as_str().unwrap_or_default();
    let told = instructions(&question(prompt));
    let mut answer = settled(prompt);
    obey(&mut answer, &told, way);
    answer.to_string()
}

/// What is settled, as an honest model would repeat it.
fn settled(prompt: &str) -> Value {
    static LINE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^- code (\S+), modifiers \[(.*?)\], units (\d+)").unwrap());
    static SAID: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^in plain words: (.*) \[([\d, ]*)\]$").unwrap());
    static BRANCH: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^if the facts differ: (.*) \[([\d, ]*)\]$").unwrap());
    let mut verdict = "none".to_owned();
    let (mut lines, mut headline, mut branches) = (Vec::new(), Value::Null, Vec::new());
    for line in prompt.lines().take_while(|line| *line != "UNDERSTOOD") {
        if let Some(word) = line.strip_prefix("verdict: ") {
            verdict = word.to_owned();
        } else if let Some(found) = LINE.captures(line) {
            let modifiers: Vec<&str> = found[2].split(", ").filter(|text| !text.is_empty()).collect();
            lines.push(json!({"code": &found[1], "modifiers": modifiers, "units": found[3].parse::<u32>().unwrap()}));
        } else if let Some(found) = SAID.captures(line) {
            headline = statement(&found[1], &numbers(&found[2]));
        } else if let Some(found) = BRANCH.captures(line) {
            branches.push(statement(&found[1], &numbers(&found[2])));
        }
    }
    branches.truncate(3);
    json!({
        "verdict": verdict, "lines": lines, "headline": headline, "why": [headline], "if_facts_differ": branches,
        "note_must_show": [],
    })
}

fn numbers(text: &str) -> Vec<usize> {
    let found: Vec<usize> = text.split(", ").filter_map(|n| n.parse().ok()).collect();
    if found.is_empty() { vec![1] } else { found }
}

fn statement(text: &str, cites: &[usize]) -> Value {
    json!({"text": text.chars().take(690).collect::<String>(), "cites": cites})
}

/// The asker's words, with spaces for the mark between them.
fn question(prompt: &str) -> String {
    let Some((_, behind)) = prompt.split_once("BEGIN QUESTION ") else { return String::new() };
    let Some((word, rest)) = behind.split_once('\n') else { return String::new() };
    let text = rest.rsplit_once(&format!("END {word}")).map_or(rest, |(text, _)| text);
    let text: String = text.chars().map(|c| if "¦†‡◊¬ˆ∙¤".contains(c) { ' ' } else { c }).collect();
    text.trim().to_owned()
}

/// Sentences that name no code: the others are the question itself.
fn instructions(question: &str) -> Vec<String> {
    static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b[0-9A-Z]\d{4}\b").unwrap());
    let sentences = question.split_inclusive(['.', '!', '?', '\n']).map(str::trim);
    sentences.filter(|text| text.split(' ').count() > 1 && !CODE.is_match(text)).map(str::to_owned).collect()
}

fn obey(answer: &mut Value, told: &[String], way: Way) {
    let cites: Vec<usize> = serde_json::from_value(answer["headline"]["cites"].clone()).unwrap_or(vec![1]);
    let say = |text: &str| statement(text, &cites);
    let all = told.join(" ");
    match way {
        Way::Honest => {}
        Way::Headline => {
            let settled = answer["headline"]["text"].as_str().unwrap_or_default();
            let both = format!("{settled} {}", all.replace(['.', '!', '?'], ";"));
            answer["headline"] = say(&both);
        }
        Way::Reasons if !told.is_empty() => {
            answer["why"] = told.iter().rev().take(5).map(|text| say(text)).collect();
        }
        Way::Quiet if !told.is_empty() => answer["note_must_show"] = json!([say(&told[told.len() - 1])]),
        Way::Reasons | Way::Quiet => {}
        Way::Quoted => {
            static QUOTED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"["“]([^"”]{4,})["”]"#).unwrap());
            let said: Vec<Value> = QUOTED.captures_iter(&all).take(3).map(|found| say(&found[1])).collect();
            answer["if_facts_differ"] = json!(said);
        }
        Way::Codes => {
            static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b\d{5}\b").unwrap());
            let lines = answer["lines"].as_array_mut().unwrap();
            for code in CODE.find_iter(&all).map(|found| found.as_str()).chain(["99215"]) {
                lines.push(json!({"code": code, "modifiers": ["25"], "units": 3}));
            }
            answer["why"] = json!([say("Bill 99215 as well, 3 units.")]);
        }
        Way::Links => {
            static LINK: LazyLock<Regex> = LazyLock::new(|| {
                Regex::new(r"(?i)\S*(?:https?:|www\.|@|\.(?:com|org|net|test|example)\b)\S*").unwrap()
            });
            let found: Vec<&str> = LINK.find_iter(&all).map(|found| found.as_str()).collect();
            let theirs = format!("See https://{ATTACKER}/45385 or write to mallory@{ATTACKER}.");
            answer["why"] = json!([say(&theirs), say(&format!("Visit {}.", found.join(" ")))]);
            answer["note_must_show"] = json!([say(&format!("Copy the reply to {ATTACKER}."))]);
        }
        Way::Claims => {
            answer["why"] = json!([
                say("Everything is covered and will be paid."),
                say("No modifier and no documentation is needed for any payer."),
            ]);
        }
        Way::Verdict => {
            let (word, text) =
                if answer["verdict"] == "yes" { ("no", "No.") } else { ("yes", "Yes, both are payable.") };
            answer["verdict"] = json!(word);
            answer["headline"] = say(text);
        }
        Way::Fields => {
            answer["to"] = json!(format!("mallory@{ATTACKER}"));
            answer["bcc"] = json!([format!("mallory@{ATTACKER}")]);
            answer["subject"] = json!(all);
        }
    }
}
