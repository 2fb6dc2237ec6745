//! One operation: the route, and what the document says of it. Both are made from the same value.

use std::sync::Arc;

use axum::handler::Handler;
use axum::routing::{self, MethodRouter};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::domain::api_token::ApiScope;
use crate::web::desk::Desk;
use crate::web::routes::{Access, Route, Verb};

/// Makes the schema of a type, or a reference to it.
pub type Shape = fn(&mut SchemaGenerator) -> Schema;

/// An operation of the API.
pub struct Operation {
    pub verb: Verb,
    pub path: &'static str,
    pub scope: ApiScope,
    /// Its name in clients that are made from the document.
    pub id: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// The parameters behind the question mark.
    pub query: Option<Shape>,
    /// What is sent.
    pub body: Option<Shape>,
    /// What comes back where it went well.
    pub answer: (u16, Shape),
    /// Whether it may find that the state of things does not allow it.
    pub conflicts: bool,
    /// Whether the same call is told the same, by an `Idempotency-Key`.
    pub idempotent: bool,
    served: MethodRouter<Arc<Desk>>,
}

impl Operation {
    fn new<A: JsonSchema>(
        verb: Verb,
        path: &'static str,
        scope: ApiScope,
        [id, summary]: [&'static str; 2],
        served: MethodRouter<Arc<Desk>>,
    ) -> Self {
        let answer: (u16, Shape) = (200, SchemaGenerator::subschema_for::<A>);
        Self {
            verb,
            path,
            scope,
            id,
            summary,
            query: None,
            body: None,
            answer,
            conflicts: false,
            idempotent: false,
            served,
        }
    }

    /// One that reads and answers with `A`; with its name and what it does.
    pub fn get<A: JsonSchema, H, T>(path: &'static str, scope: ApiScope, said: [&'static str; 2], handler: H) -> Self
    where
        H: Handler<T, Arc<Desk>>,
        T: 'static,
    {
        Self::new::<A>(Verb::Get, path, scope, said, routing::get(handler))
    }

    /// One that does something and answers with `A`.
    pub fn post<A: JsonSchema, H, T>(path: &'static str, scope: ApiScope, said: [&'static str; 2], handler: H) -> Self
    where
        H: Handler<T, Arc<Desk>>,
        T: 'static,
    {
        Self::new::<A>(Verb::Post, path, scope, said, routing::post(handler))
    }

    /// With parameters behind the question mark.
    pub fn query<Q: JsonSchema>(mut self) -> Self {
        // Not a reference: each property becomes a parameter.
        self.query = Some(Q::json_schema);
        self
    }

    /// With something to send.
    pub fn takes<B: JsonSchema>(mut self) -> Self {
        self.body = Some(SchemaGenerator::subschema_for::<B>);
        self
    }

    /// With 201 where it went well.
    pub fn creates(mut self) -> Self {
        self.answer.0 = 201;
        self
    }

    /// With 409 where the state of things does not allow it.
    pub fn may_conflict(mut self) -> Self {
        self.conflicts = true;
        self
    }

    /// With an `Idempotency-Key`.
    pub fn once(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Its entry in the table of routes.
    pub fn route(self) -> Route {
        Route { verb: self.verb, path: self.path, access: Access::Token(self.scope), served: self.served }
    }
}
