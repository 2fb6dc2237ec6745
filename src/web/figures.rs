//! `/metrics`: what was counted, and how things stand at this moment. Not for strangers: on the pages' own port only a token
//! opens it, since behind a proxy everybody comes from this host; on a port of its own a token does, or that it is of this
//! host alone (the settings see to it).

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use subtle::ConstantTimeEq as _;

use super::desk::Desk;
use super::{headers, health, ready};
use crate::config::OauthProvider;
use crate::domain::alarm::Trouble;
use crate::domain::heartbeat::Loop;
use crate::domain::time::Timestamp;
use crate::mail::oauth;
use crate::store::quality::DayCount;
use crate::store::{Store, StoreError};
use crate::telemetry::disk;
use crate::telemetry::figures::{self, ALL};

/// The form that Prometheus reads.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What a port for supervisors serves: no page, no session.
pub fn router(desk: Desk) -> Router {
    let router = Router::new().route("/metrics", get(own)).route("/health", get(health));
    let router = router.route("/live", get(ready::live)).route("/ready", get(ready::ready));
    router.layer(from_fn(headers::guard)).with_state(Arc::new(desk))
}

/// On the port of the pages: with a token, or not at all.
pub(super) async fn shared(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    if desk.config.metrics.token.is_empty() {
        return (StatusCode::NOT_FOUND, "set metrics.token, or metrics.listen\n").into_response();
    }
    own(State(desk), headers).await
}

async fn own(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Response {
    let token = desk.config.metrics.token.expose();
    if !token.is_empty() && !shows(&headers, token) {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], "a token is needed\n")
            .into_response();
    }
    let Some(counted) = &desk.engine.figures else {
        return (StatusCode::SERVICE_UNAVAILABLE, "nothing is counted here\n").into_response();
    };
    let up = gather(&desk).await;
    if let Err(error) = &up {
        tracing::warn!(%error, "figures: the database does not answer");
    }
    figures::stands("caseconsultant_database_up", f64::from(u8::from(up.is_ok())));
    ([(header::CONTENT_TYPE, TEXT)], counted.render()).into_response()
}

fn shows(headers: &HeaderMap, token: &str) -> bool {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
    bool::from(shown.as_bytes().ct_eq(token.as_bytes()))
}

/// Looks at everything that stands somewhere now.
async fn gather(desk: &Desk) -> Result<(), StoreError> {
    let now = desk.clock.now();
    loops(desk, now);
    secrets(desk, now);
    room(desk);
    let troubles = desk.troubles.borrow().clone();
    let rings = |key: &str| troubles.iter().any(|trouble: &Trouble| trouble.key() == key);
    all_words("caseconsultant_alarm", |word| f64::from(u8::from(rings(word))));
    figures::edition(desk.shelf.current().edition(), 1.0);
    let cases = desk.store.count_open_cases().await?;
    let of_cases = |word: &str| cases.iter().find(|(status, _)| status.key() == word).map_or(0, |(_, n)| *n);
    all_words("caseconsultant_cases", |word| count(of_cases(word)));
    let outbox = desk.store.count_dispatch().await?;
    let of_outbox = |word: &str| outbox.iter().find(|(state, _)| state.key() == word).map_or(0, |(_, n)| *n);
    all_words("caseconsultant_outbox", |word| count(of_outbox(word)));
    let oldest = desk.store.find_oldest().await?;
    figures::stands("caseconsultant_oldest_unanswered_seconds", oldest.machine.map_or(0.0, |at| age(at, now)));
    figures::stands("caseconsultant_oldest_in_review_seconds", oldest.person.map_or(0.0, |at| age(at, now)));
    figures::stands("caseconsultant_webhooks_given_up", count(desk.store.count_given_up().await?.cast_signed()));
    happened(&desk.store.list_day_counts(0).await?);
    Ok(())
}

fn happened(days: &[DayCount]) {
    for word in words_of("caseconsultant_happened_total") {
        let n: i64 = days.iter().filter(|day| day.what == *word).map(|day| day.n).sum();
        figures::happened(word, u64::try_from(n).unwrap_or(0));
    }
}

fn loops(desk: &Desk, now: Timestamp) {
    for of in Loop::ALL {
        let beat = desk.engine.heartbeats.of(of);
        // A loop that never went through is as old as its beginning; one that is no part of this process has no age.
        let Some(since) = beat.well.or(beat.began) else { continue };
        figures::stands_for("caseconsultant_loop_age_seconds", "loop", of.words(), age(since, now));
        if of == Loop::Mailbox {
            figures::stands("caseconsultant_mailbox_age_seconds", age(since, now));
        }
    }
    if let Some((_, health)) = &desk.engine.model {
        let rests = health.known().open_until.is_some_and(|until| until > now);
        figures::stands("caseconsultant_model_resting", f64::from(u8::from(rests)));
    }
}

fn secrets(desk: &Desk, now: Timestamp) {
    let rules = &desk.config.oauth;
    if rules.provider == OauthProvider::None {
        return;
    }
    if let Ok(Some((_, ends))) = oauth::find_times(&desk.config.token_file()) {
        figures::stands("caseconsultant_token_left_seconds", age(now, Timestamp(ends.saturating_mul(1_000_000))));
    }
    if let Ok(Some(ends)) = rules.secret_ends() {
        figures::stands("caseconsultant_secret_left_seconds", age(now, Timestamp(ends.saturating_mul(1_000_000))));
    }
}

fn room(desk: &Desk) {
    let file = Store::path(&desk.config.data_dir);
    let beside = file.with_extension("sqlite-wal");
    figures::stands("caseconsultant_database_bytes", bytes(disk::size(&file) + disk::size(&beside)));
    if let Some(space) = disk::space(&desk.config.data_dir) {
        figures::stands("caseconsultant_disk_free_bytes", bytes(space.free));
        figures::stands("caseconsultant_disk_bytes", bytes(space.total));
    }
}

fn words_of(name: &str) -> &'static [&'static str] {
    ALL.iter().find(|figure| figure.name == name).map_or(&[], |figure| figure.label.1)
}

fn all_words(name: &'static str, value: impl Fn(&str) -> f64) {
    let Some(figure) = ALL.iter().find(|figure| figure.name == name) else { return };
    let (label, words) = figure.label;
    words.iter().for_each(|word| figures::stands_for(name, label, word, value(word)));
}

/// Seconds between two times; below nought where the second is over.
#[expect(clippy::cast_precision_loss, reason = "times of this program are far below 2^52 microseconds apart")]
fn age(since: Timestamp, now: Timestamp) -> f64 {
    now.0.saturating_sub(since.0) as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn count(n: i64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "a rounded figure of a disk's size is enough")]
fn bytes(n: u64) -> f64 {
    n as f64
}
