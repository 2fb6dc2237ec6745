//! Figures for Prometheus. Every one stands in [`ALL`] with the labels it has and every word that a label may be: no
//! address, no case and no account can become one. Where nobody asked for figures, counting does nothing.

use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

mod table;

pub use table::{ALL, EDITION, Figure, Kind};

/// Seconds between the steps of a stage, a call, a day.
const SHORT: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const LONG: [f64; 14] = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 30.0, 60.0, 300.0, 1_800.0, 3_600.0, 14_400.0, 86_400.0];

/// What was counted, ready to be shown.
#[derive(Clone)]
pub struct Figures(PrometheusHandle);

impl Figures {
    /// Begins to count, in the whole process, with every series at nought.
    ///
    /// # Errors
    /// Something counts already.
    pub fn begin() -> Result<Self, BuildError> {
        let builder = PrometheusBuilder::new()
            .set_buckets(&SHORT)?
            .set_buckets_for_metric(Matcher::Full("caseconsultant_answer_seconds".to_owned()), &LONG)?
            .set_buckets_for_metric(Matcher::Full("caseconsultant_model_seconds".to_owned()), &LONG)?;
        let figures = Self(builder.install_recorder()?);
        for figure in &ALL {
            describe(figure);
            let (label, words) = figure.label;
            match (figure.kind, label) {
                (Kind::Counter, "") => counter!(figure.name).increment(0),
                (Kind::Counter, label) => {
                    words.iter().for_each(|word| counter!(figure.name, label => *word).increment(0))
                }
                _ => {}
            }
        }
        gauge!("caseconsultant_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Ok(figures)
    }

    /// The text that Prometheus reads.
    pub fn render(&self) -> String {
        self.0.run_upkeep();
        self.0.render()
    }

    /// Gathers what was observed, so that it does not pile up where nobody reads it.
    pub fn tidy(&self) {
        self.0.run_upkeep();
    }
}

fn describe(figure: &Figure) {
    let unit = if figure.name.ends_with("_bytes") { Unit::Bytes } else { Unit::Count };
    let unit = if figure.name.ends_with("_seconds") { Unit::Seconds } else { unit };
    match figure.kind {
        Kind::Counter => describe_counter!(figure.name, unit, figure.help),
        Kind::Gauge => describe_gauge!(figure.name, unit, figure.help),
        Kind::Histogram => describe_histogram!(figure.name, unit, figure.help),
    }
}

/// Mails that were taken in: those that opened a case, and those known before.
pub fn mails(opened: usize, known: usize) {
    counter!("caseconsultant_mails_total", "outcome" => "opened").increment(opened as u64);
    counter!("caseconsultant_mails_total", "outcome" => "known").increment(known as u64);
}

/// An attempt to send, by the state that it led to.
pub fn attempt(state: &'static str) {
    counter!("caseconsultant_send_attempts_total", "outcome" => state).increment(1);
}

/// A message that a server took.
pub fn sent(kind: &'static str) {
    counter!("caseconsultant_sent_total", "kind" => kind).increment(1);
}

/// An answer that a server took, so long after its question came.
pub fn answered(after: Duration) {
    histogram!("caseconsultant_answer_seconds").record(after);
}

/// A stage of a case that ended.
pub fn stage(name: &'static str, took: Duration) {
    histogram!("caseconsultant_stage_seconds", "stage" => name).record(took);
}

/// A stage that failed, and is tried again or given to a person.
pub fn stage_failed(name: &'static str) {
    counter!("caseconsultant_stage_failures_total", "stage" => name).increment(1);
}

/// A case that is tried again later.
pub fn retried(name: &'static str) {
    counter!("caseconsultant_retries_total", "stage" => name).increment(1);
}

/// A case that was left to a person after too many attempts.
pub fn given_up() {
    counter!("caseconsultant_given_up_total").increment(1);
}

/// A worker that was too slow, and lost its case to another.
pub fn lease_lost() {
    counter!("caseconsultant_leases_lost_total").increment(1);
}

/// A call to the model, and how it ended.
pub fn model_call(outcome: &'static str) {
    counter!("caseconsultant_model_calls_total", "outcome" => outcome).increment(1);
}

/// How long a call to the model took.
pub fn model_took(took: Duration) {
    histogram!("caseconsultant_model_seconds").record(took);
}

/// What a call to the model cost.
pub fn model_tokens(read: u32, written: u32) {
    counter!("caseconsultant_model_tokens_total", "direction" => "in").increment(u64::from(read));
    counter!("caseconsultant_model_tokens_total", "direction" => "out").increment(u64::from(written));
}

/// An attempt to tell a webhook.
pub fn webhook(outcome: &'static str) {
    counter!("caseconsultant_webhook_attempts_total", "outcome" => outcome).increment(1);
}

/// A new edition was taken into service.
pub fn edition_taken() {
    counter!("caseconsultant_editions_total").increment(1);
}

/// What the database has counted since the first start.
pub fn happened(what: &'static str, n: u64) {
    counter!("caseconsultant_happened_total", "what" => what).absolute(n);
}

/// How something stands now.
pub fn stands(name: &'static str, value: f64) {
    gauge!(name).set(value);
}

/// How one of several things stands now.
pub fn stands_for(name: &'static str, label: &'static str, word: &'static str, value: f64) {
    gauge!(name, label => word).set(value);
}

/// The edition in service: 1 for it, 0 for the ones before.
pub fn edition(id: &str, value: f64) {
    gauge!(EDITION, "edition" => id.to_owned()).set(value);
}
