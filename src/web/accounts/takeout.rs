//! Everything that is kept of an account as one file, and forgetting a case of it. Both for a reason that is kept.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use futures::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::author_with_reason;
use crate::domain::account::Account;
use crate::domain::case::CaseId;
use crate::domain::time::Timestamp;
use crate::store::StoreError;
use crate::store::forget::Forgotten;
use crate::store::takeout::Place;
use crate::web::desk::Desk;
use crate::web::fault::Fault;
use crate::web::session::Posted;

/// Cases that are read at once: a file of thousands does not lie in memory whole.
const BATCH: i64 = 50;
/// Lines of the story in an export, at most.
const STORY: i64 = 10_000;
/// A day, in seconds.
const DAY: u64 = 24 * 3_600;

async fn found(desk: &Desk, key: &str) -> Result<(Account, Vec<String>), Fault> {
    let found = desk.store.find_account(key).await?;
    found.ok_or_else(|| Fault::NotFound("There is no account of that key.".to_owned()))
}

/// Takes out what was asked and answered in a case, as FORGET by mail does, and no sooner than the settings allow.
pub async fn forget(State(desk): State<Arc<Desk>>, Path(key): Path<String>, posted: Posted) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    let (account, _) = found(&desk, &key).await?;
    let author = author_with_reason(&posted)?;
    let case = CaseId::parse(posted.fields.get("case"))
        .ok_or_else(|| Fault::Invalid("Write the number of the case, such as CC-7F3K2WX.".to_owned()))?;
    let root = desk.store.find_root_of(&account.id, &case).await?;
    let root = root.ok_or_else(|| Fault::Invalid(format!("{case} is no case of this account.")))?;
    let (rules, now) = (&desk.config.retention, desk.clock.now());
    let moved = desk.store.find_case(&root).await?.map_or(now, |case| case.updated_at);
    let earliest = moved.plus(Duration::from_secs(rules.least_days.saturating_mul(DAY)));
    if now < earliest {
        return Err(Fault::Conflict(format!(
            "{root} must be kept for {} days (retention.least_days): until {}.",
            rules.least_days,
            earliest.date()
        )));
    }
    let outcome = if rules.legal_hold { Forgotten::Held } else { desk.store.forget(&root, now).await? };
    match outcome {
        Forgotten::Done => {
            desk.store.record_account_event(&account.id, "case forgotten", root.as_str(), author, now).await?;
            Ok(Redirect::to(&format!("/accounts/{}?said=forgotten", account.id)).into_response())
        }
        Forgotten::Held => Err(Fault::Conflict(format!("{root} is kept by a legal hold: nothing was taken out."))),
        Forgotten::Open => {
            Err(Fault::Conflict(format!("{root} is being worked on: nothing was taken out. Try it when it rests.")))
        }
    }
}

/// Everything of an account as JSON. Sealed originals stay sealed: each is opened by itself, on the page of its case.
pub async fn export(State(desk): State<Arc<Desk>>, Path(key): Path<String>, posted: Posted) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    let (account, senders) = found(&desk, &key).await?;
    let (author, now) = (author_with_reason(&posted)?, desk.clock.now());
    desk.store.record_account_event(&account.id, "exported", "", author, now).await?;
    let head = head(&desk, &account, &senders, now).await?.to_string();
    // The cases follow inside the same object.
    let head = format!("{},\"cases\":[\n", head.strip_suffix('}').unwrap_or(&head));
    let kind = (header::CONTENT_TYPE, "application/json".to_owned());
    let file = (header::CONTENT_DISPOSITION, format!("attachment; filename=\"account-{}.json\"", now.date()));
    let whole = stream::once(async { Ok(head) }).chain(cases(desk, account.id));
    Ok(([kind, file], Body::from_stream(whole)).into_response())
}

async fn head(desk: &Desk, account: &Account, senders: &[String], now: Timestamp) -> Result<Value, Fault> {
    let (store, id) = (&desk.store, &account.id);
    let terms = store.find_terms(id).await?;
    let text = |at: Timestamp| at.instant().to_string();
    let colleagues = store.list_colleagues(id).await?;
    let packs = store.list_packs(id).await?;
    let story = store.list_account_events(id, None, STORY).await?;
    let periods = store.list_periods(id, "").await?;
    Ok(json!({
        "exported_at": text(now),
        "account": account,
        "opened_at": terms.as_ref().map(|terms| text(terms.since)),
        "quota": terms.as_ref().map(|terms| terms.sharing),
        "policy": terms.as_ref().and_then(|terms| terms.policy).map(|policy| policy.key()),
        "sees_own": terms.as_ref().map(|terms| terms.sees_own),
        "legal_hold": terms.as_ref().map(|terms| terms.held),
        "agreement": terms.and_then(|terms| terms.agreement),
        "senders": senders,
        "domains": store.list_domains(id).await?,
        "colleagues": colleagues.iter().map(|c| json!({"address": c.address, "every": c.every})).collect::<Vec<_>>(),
        "clients": store.list_clients(id).await?,
        "packs": packs.iter().map(|p| json!({"reference": p.reference, "answers": p.answers, "at": text(p.at)})).collect::<Vec<_>>(),
        "usage": periods.iter().map(|(period, usage)| json!({"period": period, "usage": usage})).collect::<Vec<_>>(),
        "story": story.iter().map(|e| json!({"at": text(e.at), "by": e.by, "what": e.what, "detail": e.detail, "why": e.why})).collect::<Vec<_>>(),
    }))
}

/// The cases as the items of an array, and its end.
fn cases(desk: Arc<Desk>, account: String) -> impl futures::Stream<Item = Result<String, StoreError>> {
    let start: Option<(Place, &'static str)> = Some(((Timestamp(i64::MIN), String::new()), ""));
    stream::unfold((desk, account, start), |(desk, account, from)| async move {
        let (place, comma) = from?;
        match desk.store.list_kept(&account, &place, BATCH).await {
            Ok((kept, Some(next))) => {
                let items: Vec<String> = kept.iter().map(|case| json!(case).to_string()).collect();
                Some((Ok(format!("{comma}{}", items.join(",\n"))), (desk, account, Some((next, ",\n")))))
            }
            Ok((_, None)) => Some((Ok("\n]}\n".to_owned()), (desk, account, None))),
            Err(error) => {
                tracing::error!(%error, "an export was cut off");
                Some((Err(error), (desk, account, None)))
            }
        }
    })
}
