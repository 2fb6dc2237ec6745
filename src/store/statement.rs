//! Statements whose text depends on what is asked: text and values grow together. The values are numbered, as both engines
//! read them.

use std::fmt::Write as _;

use sqlx::any::AnyArguments;
use sqlx::query::{Query, QueryAs};
use sqlx::{Any, Arguments as _, AssertSqlSafe, Encode, Type};

/// A statement in the making. Only its values may come from outside.
pub struct Statement {
    text: String,
    values: AnyArguments,
}

impl Statement {
    /// Begins with this text, which has no values.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: AnyArguments::default() }
    }

    /// Adds text of ours.
    pub fn push(&mut self, text: impl AsRef<str>) -> &mut Self {
        self.text.push_str(text.as_ref());
        self
    }

    /// Adds a value, where it stands.
    pub fn push_bind<'v>(&mut self, value: impl Encode<'v, Any> + Type<Any>) -> &mut Self {
        self.values.add(value).expect("texts, numbers and bytes are always taken");
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    /// Adds values with commas between them.
    pub fn push_list<'v>(&mut self, values: impl IntoIterator<Item = impl Encode<'v, Any> + Type<Any>>) -> &mut Self {
        for (n, value) in values.into_iter().enumerate() {
            if n > 0 {
                self.text.push_str(", ");
            }
            self.push_bind(value);
        }
        self
    }

    /// The text as it stands.
    #[cfg(test)]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Ready to be carried out.
    pub fn run(self) -> Query<'static, Any, AnyArguments> {
        sqlx::query_with(AssertSqlSafe(self.text), self.values)
    }

    /// Ready to be asked for its rows.
    pub fn rows<O>(self) -> QueryAs<'static, Any, O, AnyArguments>
    where
        O: for<'r> sqlx::FromRow<'r, sqlx::any::AnyRow>,
    {
        sqlx::query_as_with(AssertSqlSafe(self.text), self.values)
    }
}
