//! The OpenAPI 3.1 document, made from the table of operations and the types that they take and give.

use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::Response;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::operation::Operation;
use super::problem::Told;
use super::shapes;
use super::{ROOT, operations};
use crate::domain::api_token::ApiScope;
use crate::web::routes::Verb;

static DOCUMENT: LazyLock<String> = LazyLock::new(|| of(&operations()).to_string());

/// `GET /api/v1/openapi.json`: for everybody, since it tells of the program and of nobody's data.
pub async fn show() -> Response {
    shapes::json(StatusCode::OK, DOCUMENT.clone())
}

/// The document of some operations.
fn of(operations: &[Operation]) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let told = told(operation, &mut generator);
        let verb = if operation.verb == Verb::Get { "get" } else { "post" };
        if let Some(path) = paths.entry(operation.path).or_insert_with(|| json!({})).as_object_mut() {
            path.insert(verb.to_owned(), told);
        }
    }
    let scopes: Vec<String> = ApiScope::ALL.map(|scope| format!("`{}`: {}", scope.key(), scope.words())).into();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "CaseConsultant",
            "version": env!("CARGO_PKG_VERSION"),
            "description": format!(
                "Cases, decisions, accounts, checks and codes by program. Times are UTC. Nothing here identifies a patient. Scopes of tokens: {}.",
                scopes.join("; ")
            ),
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token that an admin made: `cct_` and 64 hexadecimal digits.",
                },
            },
        },
    })
}

fn told(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let mut parameters = path_parameters(operation.path);
    if let Some(query) = operation.query {
        parameters.extend(query_parameters(&query(generator)));
    }
    if operation.idempotent {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "schema": { "type": "string", "minLength": 1, "maxLength": 200 },
            "description": "A name for this call: the same call again does nothing and is told the same, for seven days. A refusal is not kept, since nothing was done.",
        }));
    }
    let mut told = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [tag(operation.path)],
        "security": [{ "token": [operation.scope.key()] }],
        "parameters": parameters,
        "responses": responses(operation, generator),
    });
    if let (Some(body), Some(told)) = (operation.body, told.as_object_mut()) {
        let content = json!({ "application/json": { "schema": body(generator) } });
        told.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    told
}

/// The first word behind the version.
fn tag(path: &str) -> &str {
    path.trim_start_matches(ROOT).split('/').nth(1).unwrap_or_default()
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    let told = |name: &str| {
        let words = match name {
            "id" => "The number of a case, as CC-7F3K2WX.",
            "key" => "The id of an account, as ac_0123456789ab.",
            _ => "A code, as 45385 or E11.9.",
        };
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" }, "description": words })
    };
    names.map(told).collect()
}

/// Each property of the parameters' type.
fn query_parameters(schema: &Schema) -> Vec<Value> {
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let told = |(name, schema): (&String, &Value)| {
        let mut schema = schema.clone();
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description")).unwrap_or_default();
        json!({
            "name": name, "in": "query", "required": required.contains(&name.as_str()), "schema": schema,
            "description": description,
        })
    };
    properties.map(told).collect()
}

fn responses(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let (status, answer) = operation.answer;
    let content = json!({ "application/json": { "schema": answer(generator) } });
    let mut all = json!({ status.to_string(): { "description": "It went well.", "content": content } });
    let problem = generator.subschema_for::<Told>();
    let sends = operation.body.is_some();
    let refusals = [
        (400, sends, "What was sent is no JSON."),
        (401, true, "No token was shown, or one that does not count."),
        (403, true, "The token has not the scope."),
        (404, operation.path.contains('{'), "There is no such thing."),
        (409, operation.conflicts, "The state of things does not allow it."),
        (413, sends, "What was sent is longer than 256 KB."),
        (415, sends, "What was sent is not called JSON."),
        (422, sends || operation.query.is_some() || operation.idempotent, "What was sent cannot be taken."),
        (429, true, "Too many calls: come back after Retry-After seconds."),
        (500, true, "Something failed here."),
    ];
    for (status, given, words) in refusals {
        if let Some(all) = all.as_object_mut().filter(|_| given) {
            let content = json!({ "application/problem+json": { "schema": problem } });
            all.insert(status.to_string(), json!({ "description": words, "content": content }));
        }
    }
    all
}
