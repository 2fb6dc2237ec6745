//! Every figure there is.

/// How a figure behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It only grows, until the process ends.
    Counter,
    /// It stands where it stands.
    Gauge,
    /// How many were below each of several bounds.
    Histogram,
}

/// One figure.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// What it tells.
    pub help: &'static str,
    /// Its label, where it has one, and every word that the label may be. [`EDITION`] and the version have no such list:
    /// they are made by the program, from no mail.
    pub label: (&'static str, &'static [&'static str]),
}

/// The figure whose label is the digest of an edition.
pub const EDITION: &str = "caseconsultant_edition_info";

const NONE: (&str, &[&str]) = ("", &[]);
const STAGE: (&str, &[&str]) = ("stage", &["admit", "research", "draft", "verify", "release", "decide"]);
const LOOPS: &[&str] = &["mailbox", "workers", "outbox", "shelf", "watch", "retention"];
const OPEN: &[&str] =
    &["received", "admitted", "researched", "drafted", "verified", "in_review", "decided", "replying", "kept"];
const KINDS: &[&str] = &[
    "answer",
    "holding",
    "over_quota",
    "too_large",
    "empty",
    "declined",
    "clarification",
    "encrypted",
    "command",
    "capped",
    "copy",
    "decision",
];
const HAPPENED: &[&str] = &[
    "received",
    "automatic",
    "reviewed",
    "asked",
    "declined",
    "ignored",
    "served",
    "in_review",
    "good",
    "bad",
    "upheld",
    "edited",
];
const ALARMS: &[&str] = &[
    "mailbox",
    "token",
    "secret",
    "uncertain",
    "unanswered",
    "review",
    "seal_key",
    "webhook",
    "model",
    "disk",
    "loop",
    "database",
];
const MODEL: &[&str] = &["ok", "rate_limited", "unavailable", "timeout", "open", "refused", "malformed"];

const fn counter(name: &'static str, label: (&'static str, &'static [&'static str]), help: &'static str) -> Figure {
    Figure { name, kind: Kind::Counter, help, label }
}

const fn gauge(name: &'static str, label: (&'static str, &'static [&'static str]), help: &'static str) -> Figure {
    Figure { name, kind: Kind::Gauge, help, label }
}

const fn histogram(name: &'static str, label: (&'static str, &'static [&'static str]), help: &'static str) -> Figure {
    Figure { name, kind: Kind::Histogram, help, label }
}

/// Every figure, in the order of the runbook.
#[rustfmt::skip]
pub const ALL: [Figure; 32] = [
    counter("caseconsultant_mails_total", ("outcome", &["opened", "known"]), "Mails taken in: new ones, and copies or ones known before"),
    gauge("caseconsultant_mailbox_age_seconds", NONE, "Since the mailbox was last read through"),
    gauge("caseconsultant_cases", ("status", OPEN), "Cases that do not rest, by state"),
    counter("caseconsultant_happened_total", ("what", HAPPENED), "What became of cases since the first start, from the database"),
    gauge("caseconsultant_oldest_unanswered_seconds", NONE, "Age of the oldest mail that waits for the machine"),
    gauge("caseconsultant_oldest_in_review_seconds", NONE, "Age of the oldest case that waits for a person"),
    histogram("caseconsultant_answer_seconds", NONE, "From a question's coming to its answer's leaving"),
    histogram("caseconsultant_stage_seconds", STAGE, "How long a stage of a case took"),
    counter("caseconsultant_stage_failures_total", STAGE, "Stages that failed"),
    counter("caseconsultant_retries_total", STAGE, "Cases that are tried again later"),
    counter("caseconsultant_given_up_total", NONE, "Cases left to a person after too many attempts"),
    counter("caseconsultant_leases_lost_total", NONE, "Cases lost to another worker by one that was too slow"),
    counter("caseconsultant_sent_total", ("kind", KINDS), "Messages that a server took, by kind"),
    counter("caseconsultant_send_attempts_total", ("outcome", &["sent", "retry_at", "held", "uncertain"]), "Attempts to send, by the state they led to"),
    gauge("caseconsultant_outbox", ("state", &["ready", "sending", "retry_at", "held", "uncertain"]), "Messages that do not rest, by state"),
    counter("caseconsultant_model_calls_total", ("outcome", MODEL), "Calls to the model, by how they ended"),
    histogram("caseconsultant_model_seconds", NONE, "How long a call to the model took"),
    counter("caseconsultant_model_tokens_total", ("direction", &["in", "out"]), "Tokens of the model, as its endpoint counts them"),
    gauge("caseconsultant_model_resting", NONE, "1 while the model's endpoint is left alone after failures"),
    counter("caseconsultant_webhook_attempts_total", ("outcome", &["told", "again", "given_up"]), "Attempts to tell webhooks"),
    gauge("caseconsultant_webhooks_given_up", NONE, "Messages to webhooks that were given up and not sent again"),
    counter("caseconsultant_editions_total", NONE, "New editions taken into service since the start"),
    gauge(EDITION, ("edition", &[]), "The edition in service"),
    gauge("caseconsultant_loop_age_seconds", ("loop", LOOPS), "Since each loop last went through"),
    gauge("caseconsultant_alarm", ("alarm", ALARMS), "1 while the alarm stands"),
    gauge("caseconsultant_token_left_seconds", NONE, "Until the access token in oauth.token_file ends"),
    gauge("caseconsultant_secret_left_seconds", NONE, "Until the client secret ends (oauth.client_secret_until)"),
    gauge("caseconsultant_disk_free_bytes", NONE, "Free on the disk of the data folder"),
    gauge("caseconsultant_disk_bytes", NONE, "Size of the disk of the data folder"),
    gauge("caseconsultant_database_bytes", NONE, "The embedded database's files"),
    gauge("caseconsultant_database_up", NONE, "1 where the database answered when these figures were asked for"),
    gauge("caseconsultant_build_info", ("version", &[]), "The program's version"),
];
