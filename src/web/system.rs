//! The system: does every loop run, what waits, how the model and the tokens fare, how much room there is. No secret
//! stands here, and no address.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;

use super::desk::Desk;
use super::fault::Fault;
use super::me::when;
use super::ready::patience;
use super::routes::{Access, Route, get};
use super::session::Visitor;
use super::shell::Shell;
use crate::config::{Config, OauthProvider, SourceKind, TransportKind};
use crate::domain::heartbeat::{Beat, Loop};
use crate::domain::promise::apart;
use crate::domain::time::Timestamp;
use crate::domain::worker::{Role, Roles, Worker};
use crate::llm::health::Known;
use crate::mail::oauth;
use crate::store::{Place, Store};
use crate::telemetry::disk;

/// Of a hundred: less room than this is called low.
const LOW_ROOM: u64 = 5;

/// The pages of this file.
pub fn routes() -> Vec<Route> {
    vec![get("/system", Access::Admin, page)]
}

#[derive(Template)]
#[template(path = "pages/system.html")]
struct Page {
    shell: Shell,
    alarms: Vec<Alarm>,
    loops: Vec<Row>,
    workers: Vec<Process>,
    backlog: Vec<(String, String)>,
    model: Vec<(&'static str, String)>,
    model_word: Word,
    token: Vec<(&'static str, String)>,
    room: Vec<(&'static str, String)>,
    program: Vec<(&'static str, String)>,
}

struct Alarm {
    words: String,
    runbook: String,
}

/// A word that carries a state.
#[derive(Clone, Copy)]
struct Word {
    words: &'static str,
    tone: &'static str,
}

struct Process {
    host: String,
    word: Word,
    roles: String,
    edition: String,
    seen: String,
}

struct Row {
    name: &'static str,
    word: Word,
    well: String,
    failed: String,
}

const fn word(words: &'static str, tone: &'static str) -> Word {
    Word { words, tone }
}

async fn page(visitor: Visitor, State(desk): State<Arc<Desk>>) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let now = desk.clock.now();
    let (model_word, model) = model(&desk, now);
    let alarms = desk.troubles.borrow().clone();
    let page = Page {
        alarms: alarms
            .iter()
            .map(|trouble| Alarm { words: trouble.to_string(), runbook: trouble.page().replace('`', "") })
            .collect(),
        loops: Loop::ALL.into_iter().map(|of| row(&desk, of, now)).collect(),
        workers: workers(&desk, now).await?,
        backlog: backlog(&desk, now).await?,
        model,
        model_word,
        token: token(&desk.config, now),
        room: room(&desk),
        program: vec![
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("edition in service", desk.shelf.current().edition().to_owned()),
            ("time here", when(now)),
        ],
        shell: Shell::of(&desk, visitor.who, "/system"),
    };
    Ok(Html(page.render()?))
}

/// A time and how long ago it was.
fn ago(then: Timestamp, now: Timestamp) -> String {
    format!("{}, {} ago", when(then), apart(now.0.saturating_sub(then.0)))
}

/// True where the settings, or what this process is for, leave a loop out.
fn is_left_out(config: &Config, roles: &Roles, of: Loop) -> bool {
    match of {
        Loop::Mailbox => config.source.kind == SourceKind::None || !roles.has(Role::Receive),
        Loop::Workers => !roles.has(Role::Pipeline),
        Loop::Outbox => config.transport.kind == TransportKind::None || !roles.has(Role::Deliver),
        _ => false,
    }
}

fn judged(beat: Beat, patience: u64, now: Timestamp) -> Word {
    let silent =
        |well: Timestamp| now.millis_since(well) > i64::try_from(patience).unwrap_or(i64::MAX).saturating_mul(1_000);
    match beat {
        Beat { well: None, failures: 0, .. } => word("has not run yet", ""),
        Beat { well: None, .. } => word("fails", "bad"),
        Beat { well: Some(well), .. } if silent(well) => word("late", "bad"),
        Beat { failures: 0, .. } => word("well", "good"),
        Beat { .. } => word("failed last", "warn"),
    }
}

fn row(desk: &Desk, of: Loop, now: Timestamp) -> Row {
    let beat = desk.engine.heartbeats.of(of);
    let never_ran = beat == Beat::default();
    let word = match is_left_out(&desk.config, &desk.engine.roles, of) && never_ran {
        true => word("not part of this process", ""),
        false => judged(beat, patience(&desk.config, of), now),
    };
    Row {
        name: of.words(),
        word,
        well: beat.well.map(|well| ago(well, now)).unwrap_or_default(),
        failed: beat.failed.map(|failed| ago(failed, now)).unwrap_or_default(),
    }
}

/// The processes of this installation.
async fn workers(desk: &Desk, now: Timestamp) -> Result<Vec<Process>, Fault> {
    let all = desk.store.list_workers(now).await?;
    let process = |(worker, alive): (Worker, bool)| Process {
        host: worker.host,
        word: if alive { word("alive", "good") } else { word("silent", "bad") },
        roles: worker.roles.replace(',', ", "),
        edition: worker.edition,
        seen: ago(worker.seen_at, now),
    };
    Ok(all.into_iter().map(process).collect())
}

async fn backlog(desk: &Desk, now: Timestamp) -> Result<Vec<(String, String)>, Fault> {
    let store = &desk.store;
    let mut rows = Vec::new();
    for (status, n) in store.count_open_cases().await? {
        rows.push((status.words().to_owned(), if n == 1 { "1 case".to_owned() } else { format!("{n} cases") }));
    }
    let oldest = store.find_oldest().await?;
    if let Some(since) = oldest.machine {
        rows.push(("oldest that waits for the machine".to_owned(), ago(since, now)));
    }
    if let Some(since) = oldest.person {
        rows.push(("oldest that waits for a person".to_owned(), ago(since, now)));
    }
    for (state, n) in store.count_dispatch().await? {
        let words = if n == 1 { "1 message".to_owned() } else { format!("{n} messages") };
        rows.push((format!("outbox: {}", state.key().replace('_', " ")), words));
    }
    if let Some(since) = store.find_oldest_uncertain().await? {
        rows.push(("oldest uncertain message".to_owned(), ago(since, now)));
    }
    Ok(rows)
}

fn model(desk: &Desk, now: Timestamp) -> (Word, Vec<(&'static str, String)>) {
    let Some((name, health)) = &desk.engine.model else {
        return (word("plain rules: no model is set", ""), Vec::new());
    };
    let Known { calls, failures, last, open_until, .. } = health.known();
    let mut rows = vec![("writer", name.clone()), ("calls since the start", format!("{calls}, {failures} failed"))];
    let open = open_until.filter(|until| *until > now);
    if let Some(until) = open {
        rows.push(("left alone until", when(until)));
    }
    let failed = last.as_ref().is_some_and(|call| call.failed.is_some());
    if let Some(call) = last {
        rows.push(("last call", format!("{}, {} ms", ago(call.at, now), call.millis)));
        if let Some(error) = call.failed {
            rows.push(("it failed", error.to_string()));
        }
    }
    let word = match (open.is_some(), failed, calls) {
        (true, ..) => word("left alone: plain rules write meanwhile", "bad"),
        (_, true, _) => word("the last call failed", "warn"),
        (_, _, 0) => word("not asked yet", ""),
        _ => word("well", "good"),
    };
    (word, rows)
}

/// What the file of the tokens says of their times.
fn token(config: &Config, now: Timestamp) -> Vec<(&'static str, String)> {
    if config.oauth.provider == OauthProvider::None {
        return Vec::new();
    }
    let at = |seconds: i64| Timestamp(seconds.saturating_mul(1_000_000));
    match oauth::find_times(&config.token_file()) {
        Ok(Some((renewed, ends))) => {
            let ends = at(ends);
            let left = ends.0.saturating_sub(now.0);
            let words = if left < 0 { format!("ended {} ago", apart(left)) } else { format!("in {}", apart(left)) };
            vec![("renewed", ago(at(renewed), now)), ("the access token ends", format!("{}, {words}", when(ends)))]
        }
        Ok(None) => vec![("nobody signed in yet", "run caseconsultant token --sign-in".to_owned())],
        Err(error) => vec![("the file cannot be read", error.to_string())],
    }
}

fn room(desk: &Desk) -> Vec<(&'static str, String)> {
    let mut rows = vec![match desk.store.place() {
        Place::Folder(folder) => {
            let file = Store::path(folder);
            let beside = file.with_extension("sqlite-wal");
            ("database", disk::words(disk::size(&file) + disk::size(&beside)))
        }
        place @ Place::Server { .. } => ("database", place.to_string()),
    }];
    if let Some(space) = disk::space(&desk.config.data_dir) {
        let share = space.free.saturating_mul(100) / space.total.max(1);
        let low = if share < LOW_ROOM { "; low: make room, or mail is not taken in" } else { "" };
        rows.push((
            "free on its disk",
            format!("{} of {} ({share} %{low})", disk::words(space.free), disk::words(space.total)),
        ));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_that_is_silent_for_longer_than_it_may_is_late_whatever_it_did_before() {
        let at = |seconds: i64| Timestamp(seconds * 1_000_000);
        let judged = |beat, now| judged(beat, 60, at(now)).words;
        assert_eq!(judged(Beat::default(), 5), "has not run yet");
        assert_eq!(judged(Beat { failures: 1, failed: Some(at(1)), ..Beat::default() }, 5), "fails");
        let well = Beat { well: Some(at(10)), ..Beat::default() };
        assert_eq!((judged(well, 70), judged(well, 71)), ("well", "late"));
        assert_eq!(judged(Beat { failed: Some(at(11)), failures: 2, ..well }, 20), "failed last");
    }
}
