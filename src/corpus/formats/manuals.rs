//! Official prose, cut into cited sections: NCCI policy manuals, CMS internet-only manuals, the ICD-10-CM guidelines,
//! the statute, and pages of the CMS site; as text, and as PDF. Each section becomes rows of the table of passages, in
//! the words of its source: only what belongs to the page and not to the text is left out.

mod dates;
mod guidelines;
mod internet;
mod ncci;
mod outline;
mod page;
mod passage;
pub mod pdf;
mod print;
mod prose;
mod statute;

use super::Format;

/// The formats of this group.
pub const FORMATS: &[Format] =
    &[ncci::FORMAT, internet::FORMAT, guidelines::FORMAT, statute::FORMAT, page::FORMAT, print::FORMAT];
