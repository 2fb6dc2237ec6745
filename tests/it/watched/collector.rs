//! What a collector of traces reads.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

use super::{ANN, SUBJECT, Watched};
use crate::support::app::QUESTION;
use crate::support::until::until;

/// A collector that takes everything.
struct Collector {
    port: u16,
    taken: Arc<Mutex<Vec<Bytes>>>,
    serving: tokio::task::JoinHandle<()>,
}

impl Collector {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken: Arc<Mutex<Vec<Bytes>>> = Arc::default();
        let kept = taken.clone();
        let take = move |body: Bytes| {
            kept.lock().unwrap().push(body);
            async {}
        };
        let router = Router::new().route("/v1/traces", post(take));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { port, taken, serving }
    }

    fn spans(&self) -> Vec<Span> {
        let read = |body: &Bytes| ExportTraceServiceRequest::decode(body.clone()).unwrap();
        let taken = self.taken.lock().unwrap();
        let requests = taken.iter().map(read);
        requests.flat_map(|r| r.resource_spans).flat_map(|r| r.scope_spans).flat_map(|s| s.spans).collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[tokio::test]
async fn every_stage_of_a_case_is_a_span_inside_that_of_the_case_and_none_holds_identity() {
    let collector = Collector::start().await;
    let mut watched = Watched::start(&format!("[telemetry]\notlp = \"http://127.0.0.1:{}\"\n", collector.port)).await;
    watched.ask("one", QUESTION).await;
    // What is left is sent at the end.
    let ended = watched.service.terminate(std::time::Duration::from_secs(20)).await.unwrap();
    assert_eq!(ended.code(), Some(0));
    let spans = until("the spans came", 10, || async {
        let spans = collector.spans();
        (spans.len() >= 7).then_some(spans)
    })
    .await;
    let case = spans.iter().find(|span| span.name == "case").unwrap();
    for stage in ["admit", "research", "draft", "verify", "release"] {
        let span = spans.iter().find(|span| span.name == stage).unwrap_or_else(|| panic!("no span {stage}"));
        assert_eq!((&span.trace_id, &span.parent_span_id), (&case.trace_id, &case.span_id), "{stage}");
        assert!(
            span.start_time_unix_nano >= case.start_time_unix_nano
                && span.end_time_unix_nano <= case.end_time_unix_nano
        );
    }
    assert_eq!(spans.iter().filter(|span| span.name == "deliver").count(), 1);
    // The attributes are these, and the only text of the case is its number.
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for span in &spans {
        assert!(span.events.is_empty(), "no line of the log leaves");
        span.attributes.iter().for_each(|of| *known.entry(of.key.clone()).or_default() += 1);
    }
    let allowed = ["case.id", "attempt", "kind", "busy_ns", "idle_ns", "target", "level"];
    assert!(known.keys().all(|key| allowed.contains(&key.as_str())), "{known:?}");
    let bytes = collector.taken.lock().unwrap().concat();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("CC-"), "the case is named by its number");
    for secret in [ANN, "lakeside", "ann.weber", SUBJECT, "Weber", "45385", "polypectomy"] {
        assert!(!text.contains(secret), "{secret} is in a span");
    }
}

#[tokio::test]
async fn a_collector_that_is_not_there_holds_up_no_answer_and_no_stop() {
    let [port] = crate::support::ports::free();
    let mut watched = Watched::start(&format!("[telemetry]\notlp = \"http://127.0.0.1:{port}\"\n")).await;
    watched.ask("one", QUESTION).await;
    let ended = watched.service.terminate(std::time::Duration::from_secs(20)).await.unwrap();
    assert_eq!(ended.code(), Some(0));
}
