//! `/reviewers`: the colleagues, for admins. Who they are, what they hold and decided; inviting, closing, and a page for each.
//!
//! ```text
//! one       the page of a reviewer, and what its forms do
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Date;

use super::desk::Desk;
use super::fault::Fault;
use super::me::{read_credential, role_words};
use super::routes::{Access, Route, get, post};
use super::session::{Fields, Posted, Visitor};
use super::shell::Shell;
use crate::clock;
use crate::domain::address::Address;
use crate::domain::reviewer::{Credential, Profile, Role, Standing};
use crate::domain::time::Timestamp;
use crate::review::link;
use crate::store::reviewer::{OPERATOR, ReviewerEvent};
use crate::store::staff::Load;

mod one;

/// The pages of this file and the one below it.
pub fn routes() -> Vec<Route> {
    vec![
        get("/reviewers", Access::Admin, list),
        post("/reviewers", Access::Admin, invite),
        get("/reviewers/{id}", Access::Admin, one::show),
        post("/reviewers/{id}/invitation", Access::Admin, one::invite_anew),
        post("/reviewers/{id}/role", Access::Admin, one::role),
        post("/reviewers/{id}/specialties", Access::Admin, one::specialties),
        post("/reviewers/{id}/credential", Access::Admin, one::credential),
        post("/reviewers/{id}/close", Access::Admin, one::close),
    ]
}

/// Decisions are counted for so many days.
const DAYS: u64 = 30;
/// A certificate that ends within so many days is marked.
const NEAR_DAYS: i32 = 60;
/// Lines of the story on the page of all.
const STORY: i64 = 25;
/// Specialties of one reviewer, at most.
const MOST_SPECIALTIES: usize = 20;

#[derive(Template)]
#[template(path = "pages/reviewers.html")]
struct Page {
    shell: Shell,
    rows: Vec<Row>,
    story: Vec<StoryLine>,
}

struct Row {
    profile: Profile,
    certificate: Certificate,
    load: Load,
}

/// A certificate as a list shows it.
struct Certificate {
    words: String,
    /// How its end is marked: empty, `ends` or `ended`.
    mark: &'static str,
}

struct StoryLine {
    at: String,
    whom: String,
    by: String,
    what: String,
    detail: String,
}

/// An invitation, shown this once.
#[derive(Template)]
#[template(path = "pages/invited.html")]
struct InvitedPage {
    shell: Shell,
    name: String,
    email: String,
    id: String,
    link: String,
}

async fn list(visitor: Visitor, State(desk): State<Arc<Desk>>) -> Result<Html<String>, Fault> {
    visitor.admin()?;
    let now = desk.clock.now();
    let since = Timestamp(now.0.saturating_sub_unsigned(DAYS * 24 * 3_600 * 1_000_000));
    let loads: BTreeMap<String, Load> = desk.store.list_loads(now, since).await?.into_iter().collect();
    let all = desk.store.list_reviewers().await?;
    let names: BTreeMap<String, String> = all.iter().map(|own| (own.id.clone(), own.name.clone())).collect();
    let story = desk.store.list_reviewer_events(STORY).await?;
    let row = |profile: Profile| Row {
        certificate: certificate(profile.credential.as_ref(), now.date()),
        load: loads.get(&profile.id).copied().unwrap_or_default(),
        profile,
    };
    let page = Page {
        rows: all.into_iter().map(row).collect(),
        story: story.into_iter().map(|event| line(event, &names)).collect(),
        shell: Shell::of(&desk, visitor.who, "/reviewers"),
    };
    Ok(Html(page.render()?))
}

fn certificate(own: Option<&Credential>, today: Date) -> Certificate {
    let Some(own) = own else { return Certificate { words: "none".to_owned(), mark: "" } };
    let number = if own.number.is_empty() { String::new() } else { format!(" {}", own.number) };
    let until = own.until.map(|day| format!(", until {day}")).unwrap_or_default();
    let near = today.checked_add(jiff::Span::new().days(NEAR_DAYS)).unwrap_or(today);
    let mark = match own.until {
        Some(_) if !own.holds(today) => "ended",
        Some(_) if !own.holds(near) => "ends",
        _ => "",
    };
    Certificate { words: format!("{}{number}{until}", own.letters), mark }
}

fn line(event: ReviewerEvent, names: &BTreeMap<String, String>) -> StoryLine {
    let name = |key: &str| match key {
        OPERATOR => "the command line".to_owned(),
        "" => "somebody unknown".to_owned(),
        key => names.get(key).cloned().unwrap_or_else(|| key.to_owned()),
    };
    StoryLine {
        at: event.at.instant().strftime("%Y-%m-%d %H:%M UTC").to_string(),
        whom: name(&event.reviewer),
        by: name(&event.by),
        what: event.what,
        detail: event.detail,
    }
}

fn invalid(words: &str) -> Fault {
    Fault::Invalid(words.to_owned())
}

/// A line of at most a hundred characters: it stands under replies and in lists.
fn plain(text: &str) -> bool {
    !text.is_empty() && text.len() <= 100 && !text.chars().any(char::is_control)
}

/// Specialties as a form says them, parted by commas or lines.
fn read_specialties(text: &str) -> Result<Vec<String>, Fault> {
    let all = text.split([',', '\n']).map(str::trim).filter(|own| !own.is_empty());
    let all: Vec<String> = all.map(str::to_owned).collect();
    if all.len() > MOST_SPECIALTIES || !all.iter().all(|own| plain(own)) {
        return Err(invalid("Specialties are at most twenty, each of at most 100 characters, parted by commas."));
    }
    Ok(all)
}

fn read_role(fields: &Fields) -> Result<Role, Fault> {
    Role::parse(fields.get("role")).ok_or_else(|| invalid("A role is reviewer or admin."))
}

/// Adds a reviewer and shows their link, this once.
async fn invite(State(desk): State<Arc<Desk>>, posted: Posted) -> Result<Response, Fault> {
    posted.visitor.admin()?;
    let fields = &posted.fields;
    let email =
        Address::parse(fields.get("email")).map_err(|error| Fault::Invalid(format!("The address: {error}.")))?;
    let name = fields.get("name").trim().to_owned();
    if !plain(&name) {
        return Err(invalid("A name is one line of at most 100 characters: it stands under replies."));
    }
    let profile = Profile {
        id: format!("rv_{:012x}", clock::random() & 0xffff_ffff_ffff),
        email: email.key(),
        name,
        role: read_role(fields)?,
        credential: read_credential(fields).map_err(invalid)?,
        specialties: read_specialties(fields.get("specialties"))?,
        standing: Standing::Invited,
        second_factor: false,
    };
    let (by, now) = (posted.visitor.reviewer.id().to_owned(), desk.clock.now());
    if !desk.store.insert_reviewer(profile.clone(), &by, now).await? {
        return Err(Fault::Conflict("Somebody has that address already: invite them anew on their page.".to_owned()));
    }
    invited(&desk, posted.visitor, profile).await
}

/// Makes a link and shows it.
async fn invited(desk: &Desk, visitor: Visitor, profile: Profile) -> Result<Response, Fault> {
    let by = visitor.reviewer.id();
    let link = link::invitation(&desk.store, &desk.config.web, &profile.id, by, desk.clock.now()).await?;
    let shell = Shell::of(desk, visitor.who, "/reviewers");
    let page = InvitedPage { shell, name: profile.name, email: profile.email, id: profile.id, link };
    Ok(Html(page.render()?).into_response())
}

/// The tag of a standing.
fn standing_tag(standing: &Standing) -> &'static str {
    match *standing {
        Standing::Active => "good",
        Standing::Invited => "warn",
        Standing::Closed => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_certificate_near_its_end_is_marked() {
        let mark = |until: Option<Date>| {
            let own = Credential { letters: "CPC".to_owned(), number: "01".to_owned(), until };
            certificate(Some(&own), date(2026, 11, 24)).mark
        };
        assert_eq!(mark(Some(date(2027, 1, 22))), "ends");
        assert_eq!(mark(Some(date(2027, 1, 23))), "");
        assert_eq!(mark(Some(date(2026, 11, 24))), "ends");
        assert_eq!(mark(Some(date(2026, 11, 23))), "ended");
        assert_eq!(mark(None), "");
    }

    #[test]
    fn specialties_are_parted_by_commas_or_lines() {
        assert_eq!(read_specialties(" GI, surgery\n,cardiology ").unwrap(), ["GI", "surgery", "cardiology"]);
        assert!(read_specialties(&"x,".repeat(21)).is_err());
        assert!(read_specialties("a\u{7}b").is_err());
    }
}
