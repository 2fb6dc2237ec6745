//! What Prometheus reads.

use std::collections::{BTreeMap, BTreeSet};

use caseconsultant::domain::alarm::Trouble;
use caseconsultant::domain::case::CaseStatus;
use caseconsultant::domain::heartbeat::Loop;
use caseconsultant::domain::outbox::{OutboxKind, OutboxState};
use caseconsultant::telemetry::figures::{ALL, Figure, Kind};

use super::{ANN, SUBJECT, Watched, get};
use crate::support::app::QUESTION;
use crate::support::ports;
use crate::support::until::until;

/// A line: its name, its labels, its value.
struct Series {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

fn read(text: &str) -> Vec<Series> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(series).collect()
}

fn series(line: &str) -> Series {
    let (name, value) = line.rsplit_once(' ').unwrap();
    let (name, labels) = name.split_once('{').unwrap_or((name, "}"));
    let labels = labels.strip_suffix('}').unwrap().split(',').filter(|label| !label.is_empty());
    let label = |label: &str| {
        let (key, word) = label.split_once('=').unwrap();
        (key.to_owned(), word.trim_matches('"').to_owned())
    };
    Series { name: name.to_owned(), labels: labels.map(label).collect(), value: value.parse().unwrap() }
}

/// The figure that a series belongs to.
fn figure(series: &Series) -> Option<&'static Figure> {
    let of = |name: &str| ALL.iter().find(|figure| figure.name == name);
    let base = ["_bucket", "_sum", "_count"].iter().find_map(|end| series.name.strip_suffix(end));
    of(&series.name).or_else(|| base.and_then(of).filter(|figure| figure.kind == Kind::Histogram))
}

fn value(all: &[Series], name: &str, word: &str) -> f64 {
    let is =
        |series: &&Series| series.name == name && (word.is_empty() || series.labels.values().any(|own| own == word));
    all.iter().find(is).unwrap_or_else(|| panic!("no {name} {word}")).value
}

#[tokio::test]
async fn what_a_question_does_is_counted_and_no_word_of_it_is_in_a_figure() {
    let [port] = ports::free();
    let watched = Watched::start(&format!("[metrics]\nlisten = \"127.0.0.1:{port}\"\n")).await;
    watched.ask("one", QUESTION).await;
    watched.ask("two", "What does a visit cost in Patagonia, Chart 4711?").await;
    let text = until("both are counted", 20, || async {
        let text = get(port, "/metrics", "").await.text;
        let sent: f64 =
            read(&text).iter().filter(|series| series.name == "caseconsultant_sent_total").map(|s| s.value).sum();
        (sent >= 2.0).then_some(text)
    })
    .await;
    let all = read(&text);
    assert_eq!(value(&all, "caseconsultant_mails_total", "opened"), 2.0);
    assert_eq!(value(&all, "caseconsultant_sent_total", "answer"), 1.0, "{text}");
    assert_eq!(value(&all, "caseconsultant_send_attempts_total", "sent"), 2.0);
    assert_eq!(value(&all, "caseconsultant_answer_seconds_count", ""), 1.0);
    assert!(value(&all, "caseconsultant_answer_seconds_sum", "") < 60.0);
    // The second goes no further than the door: a guest has one answer.
    assert_eq!(value(&all, "caseconsultant_sent_total", "over_quota"), 1.0);
    for (stage, n) in [("admit", 2.0), ("research", 1.0), ("draft", 1.0), ("verify", 1.0), ("release", 1.0)] {
        assert_eq!(value(&all, "caseconsultant_stage_seconds_count", stage), n, "{stage}");
    }
    assert_eq!(value(&all, "caseconsultant_happened_total", "received"), 2.0);
    assert_eq!(value(&all, "caseconsultant_happened_total", "automatic"), 1.0);
    for still in [
        "caseconsultant_leases_lost_total",
        "caseconsultant_given_up_total",
        "caseconsultant_oldest_unanswered_seconds",
    ] {
        assert_eq!(value(&all, still, ""), 0.0, "{still}");
    }
    assert_eq!(value(&all, "caseconsultant_database_up", ""), 1.0);
    assert!(value(&all, "caseconsultant_mailbox_age_seconds", "") < 60.0);
    assert!(value(&all, "caseconsultant_disk_free_bytes", "") > 1e6);
    bounded(&all);
    // A port of its own has health and readiness too, and no page.
    for (path, status) in [("/health", 200), ("/live", 200), ("/ready", 200), ("/queue", 404), ("/sign-in", 404)] {
        assert_eq!(get(port, path, "").await.status, status, "{path}");
    }
    for secret in [ANN, "lakeside", "ann.weber", SUBJECT, "Weber", "45385", "Patagonia", "4711", "CC-"] {
        assert!(!text.contains(secret), "{secret} is in a figure:\n{text}");
    }
}

/// Every series is one that the table knows, and every label is one of its words.
fn bounded(all: &[Series]) {
    for series in all {
        let figure = figure(series).unwrap_or_else(|| panic!("no figure {}", series.name));
        let (label, words) = figure.label;
        for (own, word) in &series.labels {
            if own == "le" && figure.kind == Kind::Histogram {
                continue;
            }
            let open = ["edition", "version"].contains(&label);
            assert!(own == label && (open || words.contains(&word.as_str())), "{}: {own}={word}", series.name);
        }
    }
    let seen: BTreeSet<&str> = all.iter().filter_map(figure).map(|figure| figure.name).collect();
    // What there is none of is not told: a model, a token, a secret of theirs.
    let absent = ["model_resting", "model_seconds", "token_left_seconds", "secret_left_seconds"];
    for figure in ALL {
        let may_lack = absent.iter().any(|name| figure.name.ends_with(name));
        assert!(may_lack || seen.contains(figure.name), "{} is never told", figure.name);
    }
}

#[test]
fn the_words_of_the_labels_are_the_words_of_the_program() {
    fn set<'a>(words: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
        words.collect()
    }
    let words = |name: &str| {
        let figure = ALL.iter().find(|figure| figure.name.strip_prefix("caseconsultant_") == Some(name)).unwrap();
        set(figure.label.1.iter().copied())
    };
    assert_eq!(words("sent_total"), set(OutboxKind::ALL.iter().map(|kind| kind.key())));
    assert_eq!(words("alarm"), set(Trouble::each().iter().map(Trouble::key)));
    assert_eq!(words("loop_age_seconds"), set(Loop::ALL.iter().map(|of| of.words())));
    let rests = [OutboxState::Sent, OutboxState::Discarded];
    let open = OutboxState::ALL.iter().filter(|state| !rests.contains(state));
    assert_eq!(words("outbox"), set(open.map(|state| state.key())));
    let waits = [CaseStatus::InReview, CaseStatus::Replying, CaseStatus::Kept];
    let open = CaseStatus::ALL.iter().filter(|status| status.is_open() || waits.contains(status));
    assert_eq!(words("cases"), set(open.map(|status| status.key())));
}
