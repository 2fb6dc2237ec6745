//! Tokens: shown once, kept as a digest, counted, revoked; and every operation refuses what it must.

use caseconsultant::domain::api_token::ApiScope;
use caseconsultant::domain::reviewer::{Role, Standing};
use caseconsultant::review::api_token::{NoToken, Wish, make};
use caseconsultant::web::routes::{Access, Verb};
use regex::Regex;
use serde_json::json;

use super::super::{DANA, Office};
use super::{Program, Reply};

fn operations() -> Vec<(Verb, String, ApiScope)> {
    let token = |access| if let Access::Token(scope) = access { Some(scope) } else { None };
    let routes = caseconsultant::web::routes();
    let routes = routes.iter().filter_map(|route| Some((route.verb, route.path.to_owned(), token(route.access)?)));
    routes.map(|(verb, path, scope)| (verb, path.replace(['{', '}'], ""), scope)).collect()
}

async fn call(program: &Program, verb: Verb, path: &str) -> Reply {
    match verb {
        Verb::Get => program.get(path).await,
        Verb::Post => program.post(path, &json!({})).await,
    }
}

fn refused(reply: &Reply, status: u16, code: &str, challenge: &str) {
    assert_eq!((reply.status, reply.code()), (status, code), "{reply:?}");
    assert_eq!(reply.header("content-type"), "application/problem+json");
    assert!(reply.header("www-authenticate").contains(challenge), "{reply:?}");
    assert_eq!(reply.json["status"], status);
    assert!(reply.json["detail"].as_str().unwrap().len() > 20, "it says what to do: {reply:?}");
}

#[tokio::test]
async fn every_operation_refuses_without_a_token_with_another_scope_an_expired_one_and_a_revoked_one() {
    let office = Office::with(|config| config.api.calls_per_minute = 10_000).await;
    let dana = office.add(DANA, Role::Reviewer, Standing::Active).await;
    let browser = office.signed_in("kim@example.test", Role::Admin).await;
    let now = office.clock.now();
    let wish = |name: &str, expires_at| Wish {
        name: name.to_owned(),
        scopes: ApiScope::ALL.into(),
        reviewer: Some(dana.clone()),
        expires_at,
    };
    let soon = now.plus(std::time::Duration::from_secs(60));
    let (_, expired) = make(&office.store, wish("expired", Some(soon)), "operator", now).await.unwrap();
    let (_, revoked) = make(&office.store, wish("revoked", None), "operator", now).await.unwrap();
    assert!(office.store.revoke_api_token("revoked", "operator", now).await.unwrap());
    assert!(Program::with(&office, &expired).get("/api/v1/accounts").await.status == 200, "it counts for a minute");
    office.minutes(1);
    let forged = format!("cct_{}", "0".repeat(64));
    let all = operations();
    assert!(all.len() >= 12, "{all:?}");
    for (verb, path, scope) in all {
        refused(&call(&Program::with(&office, ""), verb, &path).await, 401, "unauthorized", "Bearer");
        for void in [&expired, &revoked, &forged, "cct_1", "x"] {
            refused(&call(&Program::with(&office, void), verb, &path).await, 401, "unauthorized", "invalid_token");
        }
        let others: Vec<ApiScope> = ApiScope::ALL.into_iter().filter(|other| *other != scope).collect();
        let other = Program::of(&office, &others, Some(&dana)).await;
        refused(&call(&other, verb, &path).await, 403, "scope", scope.key());
        let own = Program::of(&office, &[scope], Some(&dana)).await;
        let reply = call(&own, verb, &path).await;
        assert!(![401, 403, 500].contains(&reply.status), "{path} with {}: {reply:?}", scope.key());
        // A session is no token, whatever its role.
        let cookie = match verb {
            Verb::Get => browser.get(&path).await,
            Verb::Post => {
                let form = browser.get("/me").await.form();
                browser.post(&path, Some(&office.config.web.origin()), &[("form", &form)]).await
            }
        };
        assert_eq!(cookie.status, 401, "{path} with a cookie");
    }
}

#[tokio::test]
async fn no_page_takes_a_token() {
    let office = Office::open().await;
    let kim = office.add("kim@example.test", Role::Admin, Standing::Active).await;
    let program = Program::of(&office, &ApiScope::ALL, Some(&kim)).await;
    for path in ["/queue", "/me", "/api-tokens"] {
        let reply = program.get(path).await;
        assert_eq!(reply.status, 303, "{path}");
        assert!(reply.header("location").starts_with("/sign-in"), "{path}");
    }
}

#[tokio::test]
async fn a_token_is_shown_once_to_an_admin_and_only_its_digest_is_kept() {
    let office = Office::open().await;
    let (admin, _, _) = office.enrolled("kim@example.test", Role::Admin).await;
    let none = admin.send("/api-tokens", "/api-tokens", &[("name", "  "), ("scope", "cases:read")]).await;
    assert!(none.status == 422 && none.text.contains("needs a name"), "{}", none.text);
    let bare = admin.send("/api-tokens", "/api-tokens", &[("name", "ehr")]).await;
    assert!(bare.status == 422 && bare.text.contains("at least one scope"), "{}", bare.text);
    let fields = [("name", "<b>ehr"), ("scope", "cases:read"), ("scope", "decisions:write"), ("until", "2027-06-30")];
    let made = admin.send("/api-tokens", "/api-tokens", &fields).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let secret = Regex::new("cct_[0-9a-f]{64}").unwrap();
    let secret = secret.find(&made.text).expect("it is shown").as_str().to_owned();
    let page = admin.get("/api-tokens").await;
    assert!(!page.text.contains(&secret) && page.text.contains("&#60;b&#62;ehr"), "{}", page.text);
    assert!(page.text.contains("counts until 2027-07-01") && page.text.contains("Dana Lee"), "{}", page.text);
    let again = admin.send("/api-tokens", "/api-tokens", &fields).await;
    assert!(again.status == 422 && again.text.contains("of that name is there already"), "{}", again.text);
    let program = Program::with(&office, &secret);
    assert_eq!(program.get("/api/v1/cases").await.good()["cases"], json!([]));
    assert!(admin.get("/api-tokens").await.text.contains("2026-11-24"), "the day of its last use");
    for file in ["caseconsultant.sqlite", "caseconsultant.sqlite-wal"] {
        let kept = std::fs::read(office.config.data_dir.join(file)).unwrap();
        let digits = secret.strip_prefix("cct_").unwrap().as_bytes();
        assert!(!kept.windows(64).any(|window| window == digits), "{file} holds the secret");
    }
    let path = Regex::new("/api-tokens/tk_[0-9a-f]+/revoke").unwrap();
    let path = path.find(&page.text).unwrap().as_str();
    assert_eq!(admin.send("/api-tokens", path, &[]).await.to(), "/api-tokens");
    assert_eq!(admin.send("/api-tokens", path, &[]).await.status, 404, "once");
    assert_eq!(program.get("/api/v1/cases").await.status, 401);
    let story = office.story().await;
    assert!(
        story.iter().any(|line| line.starts_with("token made tk_") && line.contains("decisions:write")),
        "{story:?}"
    );
    assert!(story.iter().any(|line| line.starts_with("token revoked tk_")), "{story:?}");
}

#[tokio::test]
async fn a_token_decides_in_the_name_of_an_active_person_or_not_at_all() {
    let office = Office::open().await;
    let now = office.clock.now();
    let scopes = vec![ApiScope::DecisionsWrite];
    let nobody = Wish { name: "x".to_owned(), scopes: scopes.clone(), reviewer: None, expires_at: None };
    assert!(matches!(make(&office.store, nobody, "operator", now).await, Err(NoToken::NoPerson)));
    let dana = office.add(DANA, Role::Reviewer, Standing::Active).await;
    let program = Program::of(&office, &scopes, Some(&dana)).await;
    assert_eq!(program.post("/api/v1/cases/CC-2345678/claim", &json!({})).await.status, 404);
    office.store.close_reviewer(&dana, "operator", now).await.unwrap();
    let reply = program.post("/api/v1/cases/CC-2345678/claim", &json!({})).await;
    assert_eq!(reply.status, 401);
    assert!(reply.json["detail"].as_str().unwrap().contains("no active reviewer"), "{reply:?}");
}

#[tokio::test]
async fn a_token_in_haste_is_told_when_to_come_back() {
    let office = Office::with(|config| config.api.calls_per_minute = 3).await;
    let program = Program::of(&office, &[ApiScope::CodesRead], None).await;
    for _ in 0..3 {
        assert_eq!(program.get("/api/v1/codes?q=polyp").await.status, 200);
    }
    let reply = program.get("/api/v1/codes?q=polyp").await;
    assert_eq!((reply.status, reply.code(), reply.header("retry-after")), (429, "too_many_calls", "20"));
    let other = Program::of(&office, &[ApiScope::CodesRead], None).await;
    assert_eq!(other.get("/api/v1/codes?q=polyp").await.status, 200, "another token is not in haste");
    office.minutes(1);
    assert_eq!(program.get("/api/v1/codes?q=polyp").await.status, 200);
}
