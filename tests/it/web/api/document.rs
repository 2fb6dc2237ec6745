//! The OpenAPI document is what the API does: every path is there, and whatever is sent, each answer is one that the document
//! promises for its status.

use std::collections::{BTreeMap, BTreeSet};

use caseconsultant::domain::api_token::ApiScope;
use caseconsultant::domain::reviewer::{Role, Standing};
use caseconsultant::web::routes::{Access, Verb};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::super::DANA;
use super::super::review::{ANN, ASKED, Desk};
use super::{Program, Reply};
use crate::support::app::mail;

const DOCUMENT: &str = "/api/v1/openapi.json";
/// Calls of each operation.
const CALLS: usize = 60;

/// Numbers without a pattern, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len())]
    }
}

/// Texts that somebody may send where a text is asked for.
const TEXTS: [&str; 12] = [
    "45385",
    "45380",
    "E11.9",
    "59",
    "ann@riverbend.test",
    "free",
    "2024-08-01",
    "45385 and 45380 of two polyps, Medicare, DOS 2024-08-01. Which modifier?",
    "\u{202e}\u{0}\u{feff}'; DROP TABLE account; --",
    "<script>alert(1)</script>",
    "é\u{301}\u{1f9ea}\u{fffd} ｆｕｌｌ ٣٤٥",
    "%00%ff../../etc",
];

/// A value of a schema. `name` is the field's: some are worth a text that can be taken.
fn value(name: &str, schema: &Value, document: &Value, dice: &mut Dice) -> Value {
    if let Some(place) = schema["$ref"].as_str() {
        return value(name, document.pointer(place.trim_start_matches('#')).expect(place), document, dice);
    }
    if let Some(words) = schema["enum"].as_array() {
        return dice.pick(words).clone();
    }
    if let Some(several) = schema["anyOf"].as_array() {
        return value(name, dice.pick(several), document, dice);
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        kind => vec![kind.clone()],
    };
    match dice.pick(&kinds).as_str().unwrap_or_else(|| panic!("a schema without a type: {schema}")) {
        "null" => Value::Null,
        "boolean" => json!(dice.roll(2) == 0),
        "integer" => {
            let (least, most) = (schema["minimum"].as_u64().unwrap_or(0), schema["maximum"].as_u64().unwrap_or(99));
            json!(least + dice.roll(usize::try_from(most - least + 1).unwrap()) as u64)
        }
        "string" if schema["pattern"].is_string() => json!("2024-08-01"),
        "string" if dice.roll(4) == 0 => json!(dice.pick(&TEXTS)),
        "string" => match name {
            "senders" | "address" => json!(format!("p{}@riverbend.test", dice.roll(1_000_000))),
            "plan" => json!("free"),
            "code" => json!("45380"),
            "modifiers" => json!("59"),
            _ => json!(dice.pick(&TEXTS)),
        },
        "array" => {
            let least = usize::try_from(schema["minItems"].as_u64().unwrap_or(0)).unwrap();
            (0..least + dice.roll(3)).map(|_| value(name, &schema["items"], document, dice)).collect()
        }
        "object" => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let properties = schema["properties"].as_object().into_iter().flatten();
            let wanted = properties.filter(|(name, _)| required.contains(&json!(name)) || dice.roll(2) == 0);
            let wanted: Vec<_> = wanted.collect();
            wanted
                .into_iter()
                .map(|(name, schema)| (name.clone(), value(name, schema, document, dice)))
                .collect::<Map<_, _>>()
                .into()
        }
        kind => panic!("a schema of the type {kind}"),
    }
}

/// What no schema asks for.
fn nonsense(dice: &mut Dice) -> Value {
    let all = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("x".repeat(30_000)),
        json!("\u{1f9ea}".repeat(9_000)),
        json!(TEXTS[8]),
        json!([]),
        json!({}),
        json!([[[[{"a": [null]}]]]]),
    ];
    dice.pick(&all).clone()
}

/// Damages one place of a value.
fn damage(value: &mut Value, dice: &mut Dice) {
    match value {
        Value::Object(fields) if !fields.is_empty() && dice.roll(4) > 0 => {
            let name = dice.pick(&fields.keys().cloned().collect::<Vec<_>>()).clone();
            match dice.roll(4) {
                0 => drop(fields.remove(&name)),
                1 => drop(fields.insert("unknown".to_owned(), json!(1))),
                _ => damage(&mut fields[&name], dice),
            }
        }
        Value::Array(items) if !items.is_empty() && dice.roll(4) > 0 => {
            let n = dice.roll(items.len());
            if dice.roll(4) == 0 { *items = vec![items[n].clone(); 40] } else { damage(&mut items[n], dice) }
        }
        other => *other = nonsense(dice),
    }
}

/// What the document promises, and whether a reply keeps it.
struct Promise<'a> {
    document: &'a Value,
    validators: BTreeMap<String, Validator>,
}

impl Promise<'_> {
    fn hold(&mut self, operation: &Value, reply: &Reply, sent: &str) {
        let sent: String = sent.chars().take(400).collect();
        assert!(reply.status < 500, "{sent}: {reply:?}");
        let promised = &operation["responses"][reply.status.to_string()];
        assert!(promised.is_object(), "no promise of {}: {sent}: {reply:?}", reply.status);
        let kind = reply.header("content-type");
        let schema = &promised["content"][kind]["schema"];
        assert!(schema.is_object(), "no promise of {kind}: {sent}");
        let key = schema.to_string();
        let document = self.document;
        let validator = self.validators.entry(key).or_insert_with(|| {
            let mut whole = schema.clone();
            whole["components"] = document["components"].clone();
            jsonschema::options().should_validate_formats(true).build(&whole).unwrap()
        });
        let faults: Vec<String> = validator.iter_errors(&reply.json).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{sent}: {faults:?} in {}", reply.json);
    }
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (path, verbs) in document["paths"].as_object().unwrap() {
        for (verb, operation) in verbs.as_object().unwrap() {
            all.push((verb.clone(), path.clone(), operation.clone()));
        }
    }
    all
}

#[tokio::test]
async fn the_document_names_every_operation_and_no_other() {
    let desk = Desk::open().await;
    let document = Program::with(&desk.office, "").get(DOCUMENT).await.good();
    assert_eq!(document["openapi"], "3.1.0");
    let told: BTreeSet<(String, String, String)> = operations(&document)
        .into_iter()
        .map(|(verb, path, operation)| {
            let scope = operation["security"][0]["token"][0].as_str().unwrap().to_owned();
            (verb, path, scope)
        })
        .collect();
    let scope = |access| if let Access::Token(scope) = access { Some(scope) } else { None };
    let verb = |verb| if verb == Verb::Get { "get" } else { "post" };
    let routes = caseconsultant::web::routes();
    let routed: BTreeSet<(String, String, String)> = routes
        .iter()
        .filter_map(|route| {
            Some((verb(route.verb).to_owned(), route.path.to_owned(), scope(route.access)?.key().to_owned()))
        })
        .collect();
    assert_eq!(told, routed);
    let beside: Vec<&str> = routes
        .iter()
        .filter(|route| route.path.starts_with("/api/") && scope(route.access).is_none())
        .map(|route| route.path)
        .collect();
    assert_eq!(beside, [DOCUMENT]);
    let names: BTreeSet<String> =
        operations(&document).iter().map(|(.., told)| told["operationId"].as_str().unwrap().to_owned()).collect();
    assert_eq!(names.len(), told.len(), "each operation has a name of its own");
    // Every reference leads somewhere, and every schema is a schema.
    let text = document.to_string();
    for place in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(place).is_some(), "{place}");
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(jsonschema::meta::is_valid(schema), "{name}");
    }
}

#[tokio::test]
async fn whatever_is_sent_each_answer_is_one_that_the_document_promises() {
    let desk = Desk::with(|config| config.api.calls_per_minute = 1_000_000).await;
    let mut cases = Vec::new();
    for n in 1..=3 {
        let text = ASKED.replace("08-01", &format!("08-0{n}"));
        cases.push(
            desk.arrive(&mail(ANN, &format!("Case {n}"), &format!("q{n}@lakeside.test"), &text)).await.to_string(),
        );
    }
    let dana = desk.office.add(DANA, Role::Reviewer, Standing::Active).await;
    let program = Program::of(&desk.office, &ApiScope::ALL, Some(&dana)).await;
    let document = program.get(DOCUMENT).await.good();
    let mut promise = Promise { document: &document, validators: BTreeMap::new() };
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut well: BTreeSet<String> = BTreeSet::new();
    for (verb, path, operation) in operations(&document) {
        for n in 0..CALLS {
            let place = address(&path, &operation, &cases, &document, n, &mut dice);
            let body = &operation["requestBody"]["content"]["application/json"]["schema"];
            let reply = if verb == "get" {
                program.get(&place).await
            } else {
                let mut sent = if body.is_object() { value("", body, &document, &mut dice) } else { json!({}) };
                // Every third call as it should be, the others damaged.
                for _ in 0..n % 3 {
                    damage(&mut sent, &mut dice);
                }
                let key = ["a".to_owned(), n.to_string(), "k".repeat(300)][n % 3].clone();
                let reply = program.post_once(&place, &sent, &key).await;
                promise.hold(&operation, &reply, &format!("{verb} {place} {sent}"));
                reply
            };
            promise.hold(&operation, &reply, &format!("{verb} {place}"));
            if reply.status < 300 {
                well.insert(operation["operationId"].as_str().unwrap().to_owned());
            }
        }
    }
    // The calls that should go well did, but for those that need a case in hand and good luck.
    let all: BTreeSet<String> =
        operations(&document).iter().map(|(.., told)| told["operationId"].as_str().unwrap().to_owned()).collect();
    let never: Vec<&String> = all.difference(&well).collect();
    assert!(never.iter().all(|name| ["decideCase", "undoDecision"].contains(&name.as_str())), "{never:?}");
}

/// An address: names in the path that there are and that there are not, and parameters, every other time damaged.
fn address(path: &str, operation: &Value, cases: &[String], document: &Value, n: usize, dice: &mut Dice) -> String {
    let real = if path.contains("{id}") {
        dice.pick(cases).clone()
    } else if path.contains("{key}") {
        "ac_lakeside".to_owned()
    } else {
        "45385".to_owned()
    };
    let odd = ["CC-2345678", "nothing", "ac_0", "99999", "%00", "%ff%fe", "a%2Fb", "e\u{301}", "..;", "-", "7"];
    let name = if n.is_multiple_of(3) { (*dice.pick(&odd)).to_owned() } else { real };
    let mut place = path.to_owned();
    if let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
        place = format!("{}{name}{}", &path[..from], &path[to + 1..]);
    }
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for parameter in operation["parameters"].as_array().unwrap().iter().filter(|own| own["in"] == "query") {
        if parameter["required"] == false && dice.roll(2) == 0 {
            continue;
        }
        let given = value("", &parameter["schema"], document, dice);
        let given = if n % 4 == 3 && dice.roll(2) == 0 { nonsense(dice) } else { given };
        let text = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
        let text: String = text.chars().take(4_000).collect();
        if !given.is_null() {
            pairs.append_pair(parameter["name"].as_str().unwrap(), &text);
        }
    }
    let query = pairs.finish();
    if query.is_empty() { place } else { format!("{place}?{query}") }
}
