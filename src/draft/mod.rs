//! Evidence in, draft out: by plain rules, or by a model over the same evidence. Every assertion carries citations.

pub mod compose;
mod decline;
mod headline;
pub mod model;
mod sections;

pub use compose::compose;
