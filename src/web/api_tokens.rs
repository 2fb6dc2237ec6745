//! `/api-tokens`: the tokens of programs. An admin makes them, sees a secret once, and revokes them.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use jiff::civil::Date;

use super::desk::Desk;
use super::fault::Fault;
use super::routes::{Access, Route, get, post};
use super::session::{Fields, Posted, Visitor};
use super::shell::Shell;
use crate::domain::api_token::{ApiScope, ApiToken};
use crate::domain::time::{Timestamp, end_of};
use crate::review::api_token::{NoToken, Wish, make};
use crate::store::webhook::Told;

/// The pages of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api-tokens", Access::Admin, page),
        post("/api-tokens", Access::Admin, add),
        post("/api-tokens/{id}/revoke", Access::Admin, revoke),
    ]
}

#[derive(Template)]
#[template(path = "pages/api_tokens.html")]
struct Page {
    shell: Shell,
    /// The secret of the token that was made just now, with its name.
    made: Option<(String, String)>,
    problem: Option<String>,
    name: String,
    until: String,
    scopes: Vec<Choice>,
    rows: Vec<Row>,
    webhooks: Vec<Told>,
}

struct Choice {
    key: &'static str,
    words: &'static str,
    chosen: bool,
}

struct Row {
    id: String,
    name: String,
    scopes: String,
    person: String,
    state: String,
    counts: bool,
    used: String,
    made: String,
}

/// What stands in the form.
#[derive(Default)]
struct Filled {
    name: String,
    until: String,
    scopes: Vec<String>,
}

async fn draw(
    desk: &Desk,
    visitor: Visitor,
    filled: Filled,
    made: Option<(String, String)>,
    problem: Option<String>,
) -> Result<Html<String>, Fault> {
    let names = super::queue::names(desk).await?;
    let now = desk.clock.now();
    let person = |id: &str| names.get(id).cloned().unwrap_or_else(|| id.to_owned());
    let row = |token: ApiToken| {
        let state = token.counts(now);
        let until = token.expires_at.map(|at| format!("counts until {}", minute(at)));
        Row {
            state: state.map_or_else(|why| why.to_string(), |()| until.unwrap_or_else(|| "counts".to_owned())),
            counts: state.is_ok(),
            scopes: token.scopes.iter().map(|scope| scope.key()).collect::<Vec<_>>().join(", "),
            person: token.reviewer.as_deref().map(person).unwrap_or_default(),
            used: token.used_on.map_or_else(|| "never".to_owned(), |day| day.to_string()),
            made: format!("{} by {}", token.created_at.date(), person(&token.created_by)),
            id: token.id,
            name: token.name,
        }
    };
    let choice = |scope: ApiScope| Choice {
        key: scope.key(),
        words: scope.words(),
        chosen: filled.scopes.iter().any(|key| key == scope.key()),
    };
    let page = Page {
        shell: Shell::of(desk, visitor.who, "/api-tokens"),
        made,
        problem,
        scopes: ApiScope::ALL.map(choice).into(),
        rows: desk.store.list_api_tokens().await?.into_iter().map(row).collect(),
        webhooks: desk.store.list_told().await?,
        name: filled.name,
        until: filled.until,
    };
    Ok(Html(page.render()?))
}

fn minute(time: Timestamp) -> String {
    time.instant().strftime("%Y-%m-%d %H:%M UTC").to_string()
}

async fn page(visitor: Visitor, State(desk): State<Arc<Desk>>) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    draw(&desk, visitor, Filled::default(), None, None).await
}

/// A token that decides does so in the name of who makes it: nobody signs with a colleague's name from here.
async fn add(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visitor, fields } = posted;
    let own = visitor.admin()?.id().to_owned();
    let now = desk.clock.now();
    let wish = match read(&fields, &own) {
        Ok(wish) => wish,
        Err(words) => return refused(&desk, visitor, &fields, words).await,
    };
    match make(&desk.store, wish, &own, now).await {
        Ok((token, secret)) => {
            let shown = Some((token.name, secret));
            Ok(draw(&desk, visitor, Filled::default(), shown, None).await?.into_response())
        }
        Err(NoToken::Store(error)) => Err(error.into()),
        Err(error) => refused(&desk, visitor, &fields, error.to_string()).await,
    }
}

async fn refused(desk: &Desk, visitor: Visitor, fields: &Fields, words: String) -> Result<Response, Fault> {
    let filled = Filled {
        name: fields.get("name").to_owned(),
        until: fields.get("until").to_owned(),
        scopes: fields.all("scope").map(str::to_owned).collect(),
    };
    let page = draw(desk, visitor, filled, None, Some(words)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn read(fields: &Fields, own: &str) -> Result<Wish, String> {
    let scope = |key| ApiScope::parse(key).ok_or_else(|| format!("{key:?} is no scope"));
    let scopes: Vec<ApiScope> = fields.all("scope").map(scope).collect::<Result<_, _>>()?;
    let expires_at = match fields.get("until").trim() {
        "" => None,
        text => {
            let day = text.parse::<Date>().map_err(|_| format!("{text:?} is no date: write it as 2027-06-30"))?;
            Some(end_of(day).ok_or_else(|| "The last day is too far away.".to_owned())?)
        }
    };
    let reviewer = scopes.contains(&ApiScope::DecisionsWrite).then(|| own.to_owned());
    Ok(Wish { name: fields.get("name").to_owned(), scopes, reviewer, expires_at })
}

async fn revoke(State(desk): State<Arc<Desk>>, Path(id): Path<String>, posted: Posted) -> Result<Response, Fault> {
    let admin = posted.visitor.admin()?;
    if desk.store.revoke_api_token(&id, admin.id(), desk.clock.now()).await? {
        return Ok(Redirect::to("/api-tokens").into_response());
    }
    Err(Fault::NotFound("There is no such token, or it was revoked before.".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_from_the_page_decides_in_no_name_but_ones_own() {
        let read = |body: &str| read(&Fields::parse(body.as_bytes()), "rv_own");
        let wish = read("name=ehr&scope=decisions:write&scope=cases:read&until=2027-06-30").unwrap();
        assert_eq!(wish.reviewer.as_deref(), Some("rv_own"));
        assert_eq!(wish.expires_at.unwrap().instant().to_string(), "2027-07-01T00:00:00Z");
        assert_eq!(read("name=x&scope=cases:read").unwrap().reviewer, None);
        assert!(read("name=x&scope=everything").is_err() && read("name=x&until=soon").is_err());
    }
}
