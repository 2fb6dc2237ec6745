//! Files that come with a mail: each becomes text in a process of its own, or is left unread for a reason that is told.
//!
//! A file is bytes of a stranger, and the readers of its formats are the largest target that the service has. So none of
//! them runs in the service: [`Reader`] starts this program once more for each file, with nothing in its environment;
//! the child takes its rights away ([`confine`]) before it reads the first byte, and answers with one bounded frame. A
//! child that ends otherwise, or not in time, is a file that was not read. The service itself looks at the first bytes
//! of a file to tell its kind, and at the size of a picture.

pub mod child;
pub mod confine;
mod frame;
mod kind;
pub mod ocr;
mod picture;
mod reader;

mod formats;

pub use kind::Kind;
pub use reader::{FileText, Reader};
