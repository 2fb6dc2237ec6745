//! Recalled rule cards, compared with their sources: a queue of its own. What is confirmed here counts in this installation,
//! and what is found wrong carries no verdict out unread.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::desk::Desk;
use super::fault::Fault;
use super::queue::names;
use super::routes::{Access, Route, get, post};
use super::session::{Posted, Visitor};
use super::shell::Shell;
use crate::corpus::{Card, Case, Corpus, LONGEST_QUOTE, SearchSet};
use crate::domain::citation::Source;
use crate::domain::confirmation::Word;
use crate::identity::deidentify;
use crate::store::confirmation::Confirmation;

/// Cards on a page.
const PAGE: usize = 50;
/// Passages that are shown beside a card.
const PASSAGES: usize = 5;
/// Characters of a passage that are shown.
const LONGEST_PASSAGE: usize = 4_000;
/// The longest reason, in characters.
const LONGEST_WHY: usize = 2_000;

/// The pages of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/rules", Access::Reviewer, list),
        get("/rules/{id}", Access::Reviewer, show),
        post("/rules/{id}/decide", Access::Reviewer, decide),
    ]
}

/// The filter as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    group: String,
    page: String,
    show: String,
    said: String,
}

#[derive(Template)]
#[template(path = "pages/rules.html")]
struct List {
    shell: Shell,
    left: usize,
    groups: Vec<(String, usize, bool)>,
    shows: [(&'static str, &'static str, bool); 4],
    rows: Vec<Row>,
    more: Option<String>,
}

struct Row {
    id: String,
    title: String,
    group: String,
    document: String,
    uses: i64,
    word: &'static str,
}

#[derive(Template)]
#[template(path = "pages/rule.html")]
struct Page {
    shell: Shell,
    card: Card,
    cases: Vec<Situation>,
    uses: i64,
    rests_on: Option<Source>,
    passages: Vec<Passage>,
    history: Vec<(String, &'static str, String, Confirmation)>,
    longest: usize,
}

struct Situation {
    when: String,
    unless: String,
    verdict: &'static str,
    bill: String,
    say: String,
}

struct Passage {
    key: String,
    title: String,
    doc: String,
    section: String,
    text: String,
}

impl Page {
    /// What it says of itself, and what the office says of it.
    fn standing(&self) -> &'static str {
        match (self.card.office, self.card.confirmed) {
            (Some(word), _) => said_of(word),
            (None, true) => "confirmed by its document",
            (None, false) => "recalled, waits for a person",
        }
    }
}

fn said_of(word: Word) -> &'static str {
    match word {
        Word::Confirmed => "confirmed by this office",
        Word::Wrong => "found wrong by this office",
        Word::Unsure => "could not be told",
    }
}

/// What a list shows: the cards that wait, or those on which there is a word.
fn wanted(card: &Card, show: &str) -> bool {
    match show {
        "confirmed" => card.office == Some(Word::Confirmed),
        "wrong" => card.office == Some(Word::Wrong),
        "unsure" => card.office == Some(Word::Unsure),
        _ => waits(card),
    }
}

fn waits(card: &Card) -> bool {
    !card.confirmed && !matches!(card.office, Some(Word::Wrong | Word::Confirmed))
}

/// The group that a card is listed in.
fn group(card: &Card) -> &str {
    card.topics.first().map_or("other", String::as_str)
}

async fn list(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Query(filter): Query<Filter>,
) -> Result<Html<String>, Fault> {
    let corpus = desk.shelf.current();
    let uses: BTreeMap<String, i64> = desk.store.count_card_uses(desk.clock.now()).await?.into_iter().collect();
    let uses_of = |card: &Card| uses.get(&card.id).copied().unwrap_or(0);
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found: Vec<&Card> = Vec::new();
    for card in corpus.cards().iter().filter(|card| wanted(card, &filter.show)) {
        *groups.entry(group(card)).or_default() += 1;
        if filter.group.is_empty() || filter.group == group(card) {
            found.push(card);
        }
    }
    // What answers use most is worth most.
    found.sort_by(|a, b| uses_of(b).cmp(&uses_of(a)).then_with(|| a.id.cmp(&b.id)));
    let page: usize = filter.page.parse().unwrap_or(0).min(1_000);
    let more = found.len() > (page + 1) * PAGE;
    let rows = found.into_iter().skip(page * PAGE).take(PAGE).map(|card| Row {
        id: card.id.clone(),
        title: card.title.clone(),
        group: group(card).to_owned(),
        document: card.document.clone(),
        uses: uses_of(card),
        word: card.office.map_or("", said_of),
    });
    let said = (filter.said == "decided").then(|| "Written down, and in force from now on.".to_owned());
    let shows = [("", "wait"), ("unsure", "unsure"), ("confirmed", "confirmed here"), ("wrong", "wrong")];
    let view = List {
        left: corpus.cards().iter().filter(|card| waits(card)).count(),
        groups: groups.into_iter().map(|(name, n)| (name.to_owned(), n, filter.group == name)).collect(),
        shows: shows.map(|(key, words)| (key, words, filter.show == key)),
        rows: rows.collect(),
        more: more.then(|| address(&filter, page + 1)),
        shell: Shell::of(&desk, visitor.who, "/rules").saying(said),
    };
    Ok(Html(view.render()?))
}

fn address(filter: &Filter, page: usize) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.append_pair("show", &filter.show).append_pair("group", &filter.group).append_pair("page", &page.to_string());
    format!("/rules?{}", pairs.finish())
}

fn missing(id: &str) -> Fault {
    Fault::NotFound(format!("There is no rule card {id:?} in the edition that is in service."))
}

async fn show(visitor: Visitor, State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Result<Html<String>, Fault> {
    let corpus = desk.shelf.current();
    let card = corpus.find_card(&id).ok_or_else(|| missing(&id))?;
    let names = names(&desk).await?;
    let uses = desk.store.count_card_uses(desk.clock.now()).await?;
    let history = desk.store.list_confirmations_of(&id).await?.into_iter().map(|word| {
        let by = names.get(&word.reviewer).cloned().unwrap_or_default();
        (word.at.date().to_string(), said_of(word.word), by, word)
    });
    let searched = (Arc::clone(&corpus), format!("{} {}", card.title, card.statement));
    let passages = tokio::task::spawn_blocking(move || passages(&searched.0, &searched.1)).await;
    let page = Page {
        cases: corpus.list_cases(&id).iter().map(situation).collect(),
        uses: uses.into_iter().find(|(card, _)| *card == id).map_or(0, |(_, n)| n),
        rests_on: corpus.authority(&card),
        passages: passages.map_err(|error| Fault::Broken(format!("the search ended: {error}")))?,
        history: history.collect(),
        longest: LONGEST_QUOTE,
        shell: Shell::of(&desk, visitor.who, "/rules"),
        card,
    };
    Ok(Html(page.render()?))
}

fn situation(case: &Case) -> Situation {
    use crate::domain::draft::Verdict;
    Situation {
        when: case.when.join(" + "),
        unless: case.unless.join(", "),
        verdict: match case.verdict {
            Some(Verdict::Yes) => "yes",
            Some(Verdict::No) => "no",
            Some(Verdict::Depends) => "depends",
            None => "",
        },
        bill: case.bill.iter().chain(&case.modifiers).cloned().collect::<Vec<_>>().join(", "),
        say: case.say.clone(),
    }
}

/// The nearest passages of the shelf. Help, and no more: what cannot be searched is not shown.
fn passages(corpus: &Corpus, words: &str) -> Vec<Passage> {
    let found = corpus.search(words, Some(SearchSet::Passages), PASSAGES).unwrap_or_default();
    let passage = |doc: &str, title: String| {
        let key = doc.strip_prefix("passage/")?;
        let row = corpus.find_row(crate::domain::table::Table::Passage, key)?;
        let release = corpus.releases().find(row.get("release"));
        let text: String = corpus.passage_text(key)?.chars().take(LONGEST_PASSAGE).collect();
        let doc = release.map(crate::corpus::Release::doc).unwrap_or_default();
        Some(Passage { key: key.to_owned(), title, doc, section: row.get("section").to_owned(), text })
    };
    found.into_iter().filter_map(|hit| passage(&hit.doc, hit.title)).collect()
}

async fn decide(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    let corpus = desk.shelf.current();
    let card = corpus.find_card(&id).ok_or_else(|| missing(&id))?;
    let fields = &posted.fields;
    let word = Word::parse(fields.get("word"))
        .ok_or_else(|| Fault::Invalid("The form says no decision: use one of its buttons.".to_owned()))?;
    let why: String = fields.get("why").trim().chars().take(LONGEST_WHY).collect();
    if word == Word::Wrong && why.chars().count() < 10 {
        return Err(Fault::Invalid("Say what is wrong with it: whoever mends the card reads this.".to_owned()));
    }
    let source = match word {
        Word::Confirmed => {
            let found = corpus.find_quote(fields.get("passage").trim(), fields.get("quote"));
            Some(found.map_err(|error| Fault::Invalid(format!("{error}. Go back: what you wrote is still there.")))?)
        }
        Word::Wrong | Word::Unsure => None,
    };
    let new = Confirmation {
        digest: corpus.digest_of(&card),
        card: card.id,
        word,
        document: source.as_ref().map(|source| source.doc.clone()).unwrap_or_default(),
        section: source.as_ref().map(|source| format!("{} {}", source.fact, source.place)).unwrap_or_default(),
        quote: source.map(|source| source.quote).unwrap_or_default(),
        why: deidentify(&why).as_str().to_owned(),
        reviewer: posted.visitor.reviewer.id().to_owned(),
        at: desk.clock.now(),
    };
    desk.store.record_confirmation(new).await?;
    let (office, shelf) = (Arc::new(desk.store.list_confirmations().await?), Arc::clone(&desk.shelf));
    let heard = tokio::task::spawn_blocking(move || shelf.hear(&office)).await;
    heard.map_err(|error| Fault::Broken(format!("the shelf did not hear of it: {error}")))?;
    Ok(Redirect::to("/rules?said=decided").into_response())
}
