//! The reviewers' pages over a database with 50,000 cases that wait, and two hundred approvals of one case at once, two
//! hundred times.

use std::sync::Arc;
use std::time::Instant;

use caseconsultant::domain::case::CaseId;
use caseconsultant::domain::finding::Report;
use caseconsultant::domain::outbox::OutboxKind;
use caseconsultant::domain::review::{Decision, Review};
use caseconsultant::domain::reviewer::{Profile, Role, Standing};
use caseconsultant::domain::time::Timestamp;
use caseconsultant::review::link;
use caseconsultant::store::review::NewReview;
use caseconsultant::web;
use caseconsultant::web::desk::{Desk, Engine};
use regex::Regex;
use sqlx::SqlitePool;
use tokio_util::sync::CancellationToken;

use crate::support::app::{TestApp, mail};
use crate::table::{Row, median};

const CASES: i64 = 50_000;
const RUNS: usize = 30;
const APPROVALS: usize = 200;
const ASKED: &str = "I want a person to look: 45385 and 45380 of two polyps, Medicare, DOS 2024-08-01. Which modifier?";
/// As many bytes as a page may have on its way.
const LARGEST: usize = 60_000;

/// Pages first, then approvals.
pub async fn measure() -> Vec<Row> {
    let mut rows = pages().await;
    rows.extend(approvals().await);
    rows
}

/// A case that waits, with evidence and draft.
async fn waiting() -> (TestApp, CaseId) {
    let mut app = TestApp::new().await;
    app.may_leave_work();
    app.account("ann@lakeside.test").await;
    app.source.push(mail("ann@lakeside.test", "Two polyps", "q1@lakeside.test", ASKED));
    app.run().await;
    let id = app.last_case().await.id;
    (app, id)
}

/// Its copies: other numbers, piles, accounts, specialties and hours; the same words, evidence and draft.
async fn fill(app: &TestApp, id: &CaseId) {
    let path = app.folder().join("caseconsultant.sqlite");
    let pool = SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let other = |table: &str, name: &str| -> String {
        let letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
        let digit = |k: u32| format!("substr('{letters}', (n / {}) % 31 + 1, 1)", 31_i64.pow(k));
        match (table, name) {
            ("message", "id") | ("consultation", "message_id") => "'copy-' || n".to_owned(),
            ("message", "uid") => "n + 1000".to_owned(),
            ("message", "digest") => "'digest-' || n".to_owned(),
            ("consultation", "id") | ("case_word", "case_id") => {
                format!("'CC-222' || {} || {} || {} || {}", digit(3), digit(2), digit(1), digit(0))
            }
            ("consultation", "waits") => {
                "CASE n % 5 WHEN 0 THEN 'human' WHEN 1 THEN 'bad' WHEN 2 THEN 'finding' ELSE 'policy' END".to_owned()
            }
            ("consultation", "due_at") => "t.due_at + (n * 7919 % 50000) * 1000000".to_owned(),
            ("consultation", "created_at") => "t.created_at - n * 1000000".to_owned(),
            ("case_word", "at") => "t.at - n * 1000000".to_owned(),
            ("consultation", "account") => "'ac_' || (n % 2000)".to_owned(),
            ("consultation", "specialty") => "'specialty ' || (n % 20)".to_owned(),
            _ => format!("t.{name}"),
        }
    };
    for (table, key) in [
        ("message", "id = (SELECT message_id FROM consultation WHERE id = $1)"),
        ("consultation", "id = $1"),
        ("case_word", "case_id = $1"),
    ] {
        let columns: Vec<(String,)> =
            sqlx::query_as("SELECT name FROM pragma_table_info($1)").bind(table).fetch_all(&pool).await.unwrap();
        let names: Vec<&str> = columns.iter().map(|(name,)| name.as_str()).collect();
        let values: Vec<String> = names.iter().map(|name| other(table, name)).collect();
        let statement = format!(
            "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {CASES})
             INSERT INTO {table} ({}) SELECT {} FROM number, {table} t WHERE t.{key}",
            names.join(", "),
            values.join(", ")
        );
        sqlx::query(sqlx::AssertSqlSafe(statement)).bind(id.as_str()).execute(&pool).await.unwrap();
    }
    for n in 0..2_000 {
        sqlx::query("INSERT INTO account (id, name, plan, created_at) VALUES ($1, $2, 'free', 0)")
            .bind(format!("ac_{n}"))
            .bind(format!("Practice {n}"))
            .execute(&pool)
            .await
            .unwrap();
    }
    pool.close().await;
}

/// A browser that is signed in.
struct Visit {
    client: reqwest::Client,
    origin: String,
    cookie: String,
}

impl Visit {
    async fn begin(app: &TestApp) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let mut config = app.config().clone();
        config.web.public_url.clone_from(&origin);
        let profile = Profile {
            id: "rv_dana".to_owned(),
            email: "dana@example.test".to_owned(),
            name: "Dana Lee".to_owned(),
            role: Role::Reviewer,
            credential: None,
            specialties: Vec::new(),
            standing: Standing::Active,
            second_factor: false,
        };
        assert!(app.store().insert_reviewer(profile, "operator", app.clock().now()).await.unwrap());
        let url = link::sign_in(app.store(), &config.web, "rv_dana", "operator", app.clock().now()).await.unwrap();
        let (_, troubles) = tokio::sync::watch::channel(Vec::new());
        let desk = Desk {
            store: app.store().clone(),
            shelf: app.pipeline.consultant.shelf.clone(),
            config: Arc::new(config),
            clock: app.clock().clone(),
            troubles,
            stop: CancellationToken::new(),
            engine: Engine::default(),
        };
        tokio::spawn(web::serve(listener, desk));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let page = client.get(&url).send().await.unwrap();
        let jar = cookies(&page);
        let form = form(&page.text().await.unwrap());
        let body = format!("form={form}");
        let signed = client.post(&url).header("cookie", jar).header("origin", &origin);
        let signed =
            signed.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        assert_eq!(signed.status().as_u16(), 303);
        Self { client, origin, cookie: cookies(&signed) }
    }

    async fn get(&self, path: &str) -> String {
        let answer =
            self.client.get(format!("{}{path}", self.origin)).header("cookie", &self.cookie).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.text().await.unwrap()
    }

    async fn post(&self, path: &str, fields: &[(String, String)]) -> (u16, String) {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.client.post(format!("{}{path}", self.origin)).header("cookie", &self.cookie);
        let request =
            request.header("origin", &self.origin).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

fn cookies(answer: &reqwest::Response) -> String {
    let set = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
}

fn form(page: &str) -> String {
    Regex::new("name=\"form\" value=\"([0-9a-f]{64})\"").unwrap().captures(page).unwrap()[1].to_owned()
}

async fn pages() -> Vec<Row> {
    let (app, id) = waiting().await;
    let begin = Instant::now();
    fill(&app, &id).await;
    let filled = begin.elapsed().as_secs_f64();
    let visit = Visit::begin(&app).await;
    let size = std::fs::metadata(app.folder().join("caseconsultant.sqlite")).unwrap().len();
    let mut rows = vec![Row::plain(
        format!("{CASES} cases that wait ({filled:.0} s to make)"),
        format!("{:.1} GB of database", size as f64 / 1e9),
    )];
    let second = Regex::new("href=\"(/queue\\?[^\"]*after=[^\"]*)\"").unwrap();
    let second = second.captures(&visit.get("/queue").await).unwrap()[1].replace("&#38;", "&");
    let shown = [
        ("queue", "/queue".to_owned()),
        ("queue, its second page", second),
        ("queue, one pile", "/queue?pile=policy".to_owned()),
        ("queue, one account", "/queue?account=ac_7".to_owned()),
        ("queue, one specialty", "/queue?specialty=specialty+3".to_owned()),
        ("search, three words", "/search?q=polyp+45385+modifier".to_owned()),
    ];
    for (what, path) in shown {
        let (ms, bytes) = timed(&visit, &path).await;
        let (limit, mark) = if what.starts_with("queue") { (30.0, "< 30 ms") } else { (40.0, "< 40 ms") };
        rows.push(Row::marked(
            format!("{what}, {bytes} bytes"),
            format!("{ms:.1} ms"),
            mark,
            ms < limit && bytes < LARGEST,
        ));
    }
    let page = format!("/cases/{id}");
    let claim = [("form".to_owned(), form(&visit.get(&page).await))];
    assert_eq!(visit.post(&format!("{page}/claim"), &claim).await.0, 303);
    let (ms, bytes) = timed(&visit, &page).await;
    rows.push(Row::marked(
        format!("case page, {bytes} bytes"),
        format!("{ms:.1} ms"),
        "< 40 ms",
        ms < 40.0 && bytes < LARGEST,
    ));
    let token = form(&visit.get(&page).await);
    let mut fields: Vec<(String, String)> = fields_of(&visit.get(&page).await);
    fields.extend([("form".to_owned(), token), ("part".to_owned(), "1".to_owned())]);
    let mut runs = Vec::new();
    for n in 0..RUNS {
        let headline = fields.iter_mut().find(|(name, _)| name == "d0.headline").unwrap();
        headline.1 = format!("Yes, with modifier 59, and look at it {n} times [1].");
        let begin = Instant::now();
        let (status, text) = visit.post(&format!("{page}/check"), &fields).await;
        runs.push(begin.elapsed().as_secs_f64() * 1e3);
        assert!(status == 200 && text.contains("What you changed"), "{status} {text}");
    }
    let ms = median(&runs);
    rows.push(Row::marked("verified again after an edit", format!("{ms:.1} ms"), "< 50 ms", ms < 50.0));
    rows
}

/// The fields of the draft as they stand on the page.
fn fields_of(page: &str) -> Vec<(String, String)> {
    let area = Regex::new(r#"(?s)<textarea[^>]* name="(d0\.[a-z]+)"[^>]*>(.*?)</textarea>"#).unwrap();
    let input = Regex::new(r#"<input type="(?:text|hidden)" name="(d0\.[a-z]+)" value="([^"]*)""#).unwrap();
    let found = area.captures_iter(page).chain(input.captures_iter(page));
    found.map(|found| (found[1].to_owned(), found[2].trim_start().to_owned())).collect()
}

async fn timed(visit: &Visit, path: &str) -> (f64, usize) {
    let mut runs = Vec::new();
    let mut bytes = 0;
    for _ in 0..RUNS {
        let begin = Instant::now();
        bytes = visit.get(path).await.len();
        runs.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    (median(&runs), bytes)
}

/// Every one of many approvals at once, for as many cases; each case is answered once.
async fn approvals() -> Vec<Row> {
    let mut app = TestApp::with(|config| config.caps.total_per_day = 100_000, None).await;
    app.may_leave_work();
    for n in 0..APPROVALS {
        let address = format!("ann@practice{n}.test");
        app.account(&address).await;
        app.source.push(mail(&address, "Two polyps", &format!("q{n}@practice.test"), ASKED));
        if n % 10 == 9 {
            app.run().await;
        }
    }
    app.run().await;
    let notices = app.transport.sent().len();
    let (begin, mut counted, mut once) = (Instant::now(), 0, 0);
    let ids: Vec<CaseId> = app.cases().await.into_iter().map(|case| case.id).collect();
    assert_eq!(ids.len(), APPROVALS);
    for id in &ids {
        let now = app.clock().now();
        let until = Timestamp(now.0 + 600_000_000);
        app.store().claim(id, "rv_dana", now, until).await.unwrap();
        let draft = app.store().get_work(id).await.unwrap().1.unwrap();
        let tries = (0..APPROVALS).map(|_| {
            let (store, id, draft) = (app.store().clone(), id.clone(), draft.clone());
            tokio::spawn(async move {
                let review = Review::decide(Decision::Answer, "Dana Lee, CPC", &Report::default(), None).unwrap();
                let (reviewer, draft) = ("rv_dana".to_owned(), Some((draft, Report::default())));
                let new =
                    NewReview { case: id, reviewer, review, note: String::new(), draft, edited: false, leaves_at: now };
                store.decide_case(new, now).await.unwrap()
            })
        });
        let mut taken = 0;
        for tried in tries.collect::<Vec<_>>() {
            taken += usize::from(tried.await.unwrap());
        }
        counted += taken;
        once += usize::from(taken == 1);
    }
    let seconds = begin.elapsed().as_secs_f64();
    while app.pipeline.step().await.unwrap() {}
    while app.deliver().await > 0 {}
    let mut answers = 0;
    for id in &ids {
        let rows = app.store().list_outbox(id).await.unwrap();
        answers += usize::from(rows.iter().filter(|row| row.kind == OutboxKind::Answer).count() == 1);
    }
    let left = app.transport.sent().len() - notices;
    let met = counted == APPROVALS && once == APPROVALS && answers == APPROVALS && left == APPROVALS;
    let what = format!("{APPROVALS} approvals at once, of {APPROVALS} cases ({seconds:.0} s): counted once, sent once");
    vec![Row::marked(what, format!("{once} and {left} of {APPROVALS}"), "all", met)]
}
