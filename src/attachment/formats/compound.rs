//! Compound files (MS-CFB): a workbook of old is read, a package that is encrypted is known by its streams.

use super::{Found, sheet};
use crate::domain::attachment::Skip;

/// Names of streams, as the directory writes them.
const ENCRYPTED: &str = "EncryptedPackage";
const WORKBOOKS: [&str; 2] = ["Workbook", "Book"];

/// Reads a compound file.
pub fn read(bytes: &[u8]) -> Found {
    // Directory entries hold a name in UTF-16, closed by zero (MS-CFB section 2.6.1).
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(bytes, &wide).is_some()
    };
    if has(ENCRYPTED) {
        return Found::Nothing(Skip::Locked);
    }
    if WORKBOOKS.iter().any(|name| has(name)) { sheet::read_compound(bytes) } else { Found::Nothing(Skip::Kind) }
}
