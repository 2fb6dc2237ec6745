//! The queue: what waits, why, since when and by when, and who holds it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::desk::Desk;
use super::fault::Fault;
use super::routes::{Access, Route, get, post};
use super::session::{Fields, Posted, Visitor};
use super::shell::Shell;
use crate::domain::case::CaseId;
use crate::domain::promise::apart;
use crate::domain::time::Timestamp;
use crate::domain::waits::Waits;
use crate::store::queue::{Waiting, Wanted};
use crate::store::review::Claim;
use crate::store::view::{MOST_VIEWS, SavedView};

/// Cases on a page.
const PAGE: i64 = 50;
/// The longest name of a view, and the longest value of a filter, in characters.
const LONGEST_NAME: usize = 60;
/// How often the counts are looked at for an open page.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The pages of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/queue", Access::Reviewer, queue),
        get("/queue/live", Access::Reviewer, live),
        post("/queue/next", Access::Reviewer, next),
        post("/queue/views", Access::Reviewer, save_view),
        post("/queue/views/drop", Access::Reviewer, drop_view),
    ]
}

/// The filter as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    pile: String,
    account: String,
    specialty: String,
    mine: String,
    after: String,
    said: String,
}

#[derive(Template)]
#[template(path = "pages/queue.html")]
struct Page {
    shell: Shell,
    piles: Vec<Pile>,
    total: i64,
    rows: Vec<Row>,
    filter: Filter,
    filtered: bool,
    /// The filter as an address, without its place.
    query: String,
    views: Vec<SavedView>,
    more: Option<String>,
}

struct Pile {
    key: &'static str,
    words: &'static str,
    n: i64,
    chosen: bool,
}

struct Row {
    id: String,
    root: Option<String>,
    subject: String,
    why: &'static str,
    reason: String,
    due: String,
    late: bool,
    since: String,
    account: String,
    specialty: String,
    confidence: &'static str,
    holder: Option<String>,
    mine: bool,
}

async fn queue(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(filter): Query<Filter>,
) -> Result<Html<String>, Fault> {
    let wanted = wanted(&filter, visitor.reviewer.id());
    let now = desk.clock.now();
    let mut waiting = desk.store.list_waiting(&wanted, PAGE + 1).await?;
    let more = usize::try_from(PAGE).is_ok_and(|page| waiting.len() > page);
    waiting.truncate(usize::try_from(PAGE).unwrap_or(50));
    let more = waiting.last().filter(|_| more).map(|last| address(&filter, last));
    let names = names(&desk).await?;
    let counts = desk.store.count_waiting().await?;
    let total = counts.iter().map(|(_, n)| n).sum();
    let piles = counts.into_iter().map(|(waits, n)| Pile {
        key: waits.key(),
        words: waits.words(),
        n,
        chosen: filter.pile == waits.key(),
    });
    let rows = waiting.into_iter().map(|waiting| row(waiting, visitor.reviewer.id(), &names, now)).collect();
    let said = said(&filter.said);
    let filtered = wanted != Wanted::default();
    let query = query(&filter);
    let views = desk.store.list_views(visitor.reviewer.id()).await?;
    let page = Page {
        shell: Shell::of(&desk, visitor.who, "/queue").saying(said),
        piles: piles.collect(),
        total,
        rows,
        filter,
        filtered,
        query,
        views,
        more,
    };
    Ok(Html(page.render()?))
}

/// What an address may have a page say: words of ours, never words from an address.
fn said(key: &str) -> Option<String> {
    let words = match key {
        "empty" => "Nothing waits that nobody holds.",
        "closed" => "Closed: nothing was sent.",
        "handed" => "Handed over.",
        "looked" => "Written down. Nothing was sent.",
        "told" => "The answer stands; its sender is told why.",
        _ => return None,
    };
    Some(words.to_owned())
}

fn wanted(filter: &Filter, own: &str) -> Wanted {
    let after = filter.after.split_once('.').and_then(|(due, id)| Some((due.parse().ok()?, CaseId::parse(id)?)));
    Wanted {
        waits: Waits::parse(&filter.pile),
        account: filter.account.trim().to_owned(),
        specialty: filter.specialty.trim().to_owned(),
        held_by: if filter.mine == "1" { own.to_owned() } else { String::new() },
        after: after.map(|(due, id)| (Timestamp(due), id)),
    }
}

/// The filter as it stands in an address, without a place in it.
fn query(filter: &Filter) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    let fields = [
        ("pile", &filter.pile),
        ("account", &filter.account),
        ("specialty", &filter.specialty),
        ("mine", &filter.mine),
    ];
    for (name, value) in fields {
        if !value.is_empty() {
            pairs.append_pair(name, value);
        }
    }
    pairs.finish()
}

/// The same view from the case behind this one on.
fn address(filter: &Filter, last: &Waiting) -> String {
    let query = query(filter);
    let join = if query.is_empty() { "" } else { "&" };
    format!("/queue?{query}{join}after={}.{}", last.due.0, last.id)
}

/// Keeps the filter that is open, under a name.
async fn save_view(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    let name: String = posted.fields.get("name").trim().chars().take(LONGEST_NAME).collect();
    if name.is_empty() {
        return Err(Fault::Invalid("Give the view a name.".to_owned()));
    }
    // It is read as a filter and written anew: an address holds nothing else.
    let pairs = Fields::parse(posted.fields.get("query").as_bytes());
    let of = |name: &str| pairs.get(name).chars().take(LONGEST_NAME).collect::<String>();
    let filter = Filter {
        pile: of("pile"),
        account: of("account"),
        specialty: of("specialty"),
        mine: of("mine"),
        ..Filter::default()
    };
    let query = query(&filter);
    let view = SavedView { name, query: query.clone() };
    if !desk.store.save_view(posted.visitor.reviewer.id(), view).await? {
        return Err(Fault::Conflict(format!("You keep {MOST_VIEWS} views already. Drop one first.")));
    }
    Ok(Redirect::to(&format!("/queue?{query}")).into_response())
}

/// Keeps it no longer.
async fn drop_view(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    desk.store.drop_view(posted.visitor.reviewer.id(), posted.fields.get("name")).await?;
    Ok(Redirect::to("/queue").into_response())
}

/// Reviewers by key, for the name of who holds a case.
pub async fn names(desk: &Desk) -> Result<BTreeMap<String, String>, Fault> {
    let all = desk.store.list_reviewers().await?;
    Ok(all.into_iter().map(|profile| (profile.id, profile.name)).collect())
}

fn row(waiting: Waiting, own: &str, names: &BTreeMap<String, String>, now: Timestamp) -> Row {
    let left = waiting.due.0.saturating_sub(now.0);
    let held = !waiting.held_by.is_empty() && waiting.held_until >= now;
    let root = (waiting.root != waiting.id).then(|| waiting.root.to_string());
    Row {
        id: waiting.id.to_string(),
        root,
        subject: waiting.subject,
        why: waiting.waits.words(),
        reason: waiting.reason,
        due: if left < 0 { format!("{} late", apart(left)) } else { format!("in {}", apart(left)) },
        late: left < 0,
        since: apart(now.0.saturating_sub(waiting.since.0)),
        account: if waiting.account_name.is_empty() { "no account".to_owned() } else { waiting.account_name },
        specialty: waiting.specialty,
        confidence: waiting.confidence.map_or("no draft", |confidence| confidence.words()),
        mine: held && waiting.held_by == own,
        holder: held.then(|| names.get(&waiting.held_by).cloned().unwrap_or_else(|| "a colleague".to_owned())),
    }
}

/// Takes the most urgent case that nobody holds, or one of the reviewer's specialties where that makes no other late.
async fn next(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    let own = desk.store.find_reviewer(posted.visitor.reviewer.id()).await?;
    let specialties = own.map(|profile| profile.specialties).unwrap_or_default();
    let each = Duration::from_secs(desk.config.review.claim_minutes.saturating_mul(60));
    // Another reviewer may be faster; the next one then is another case.
    for _ in 0..5 {
        let now = desk.clock.now();
        let Some(id) = desk.store.find_next_waiting(&specialties, each, now).await? else { break };
        let until = now.plus(each);
        if let Claim::Held(_) = desk.store.claim(&id, posted.visitor.reviewer.id(), now, until).await? {
            return Ok(Redirect::to(&format!("/cases/{id}")).into_response());
        }
    }
    Ok(Redirect::to("/queue?said=empty").into_response())
}

/// Counts as they change, for pages that are open (server-sent events). Ends with the service, and with the session: a
/// browser then asks again, and is sent to sign in.
async fn live(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
) -> Sse<impl futures::Stream<Item = Result<Event, Infallible>>> {
    let session = visitor.session;
    let counts = futures::stream::unfold((desk, session, String::new()), |(desk, session, before)| async move {
        loop {
            let counts = desk.store.count_waiting().await.ok()?;
            let total: i64 = counts.iter().map(|(_, n)| n).sum();
            let piles: BTreeMap<&str, i64> = counts.iter().map(|(waits, n)| (waits.key(), *n)).collect();
            let text = serde_json::json!({ "total": total, "piles": piles }).to_string();
            if text != before {
                return Some((Ok(Event::default().event("counts").data(text.clone())), (desk, session, text)));
            }
            let stopped = tokio::time::timeout(LOOK_EVERY, desk.stop.cancelled()).await.is_ok();
            if stopped || desk.store.find_session(&session).await.ok()?.is_none() {
                return None;
            }
        }
    });
    Sse::new(counts).keep_alive(KeepAlive::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_comes_back_from_the_address_of_the_next_page() {
        let filter = Filter { pile: "policy".to_owned(), specialty: "GI & more".to_owned(), ..Filter::default() };
        let wanted = wanted(&Filter { after: "5.CC-2345678".to_owned(), ..filter }, "rv_1");
        assert_eq!(wanted.waits, Some(Waits::Policy));
        assert_eq!(wanted.specialty, "GI & more");
        assert_eq!(wanted.after, CaseId::parse("CC-2345678").map(|id| (Timestamp(5), id)));
        assert_eq!(wanted.held_by, "");
    }

    #[test]
    fn an_address_puts_no_words_of_its_own_on_a_page() {
        assert_eq!(said("<b>Paid</b>"), None);
    }
}
