//! Packages of Office (ECMA-376 part 2): a zip archive of XML. Which it is, its members tell.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{Found, document, sheet};
use crate::domain::attachment::Skip;

/// Members of a package: a workbook with a hundred sheets has some three hundred.
const MEMBERS: usize = 2_000;
/// Bytes that all members together may say that they unpack to.
const UNPACKED: u64 = 100_000_000;
/// How much larger than its packed bytes a member of size may say that it is. XML packs about tenfold.
const RATIO: u64 = 200;
/// Members up to this size may pack as well as they like: an empty page does.
const SMALL: u64 = 2_000_000;

/// The archive of a package.
pub type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Reads a package.
pub fn read(bytes: &[u8]) -> Found {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Found::Nothing(Skip::Damaged) };
    match told(&mut archive) {
        Ok(Is::Document) => document::read(&mut archive),
        Ok(Is::Workbook) => sheet::read_package(bytes),
        Ok(Is::Archive) => Found::Nothing(Skip::Archive),
        Err(skip) => Found::Nothing(skip),
    }
}

enum Is {
    Document,
    Workbook,
    Archive,
}

/// What the list of members tells, before anything is unpacked. What it says too small, the readers' own bounds and
/// the limits of the process catch.
fn told(archive: &mut Archive<'_>) -> Result<Is, Skip> {
    if archive.len() > MEMBERS {
        return Err(Skip::TooCostly);
    }
    let (mut total, mut locked) = (0_u64, false);
    for n in 0..archive.len() {
        let member = archive.by_index_raw(n).map_err(|_| Skip::Damaged)?;
        let (size, packed) = (member.size(), member.compressed_size());
        locked |= member.encrypted();
        total = total.saturating_add(size);
        if total > UNPACKED || (size > SMALL && size / RATIO > packed) {
            return Err(Skip::TooCostly);
        }
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    match () {
        () if locked => Err(Skip::Locked),
        () if has("word/document.xml") => Ok(Is::Document),
        () if has("xl/workbook.xml") || has("xl/workbook.bin") => Ok(Is::Workbook),
        () if has("META-INF/manifest.xml") && has("content.xml") => Err(Skip::Kind),
        () if has("[Content_Types].xml") => Err(Skip::Kind),
        () => Ok(Is::Archive),
    }
}

/// A member, unpacked as it is read, and never beyond the bound of all.
pub fn member<'a>(archive: &'a mut Archive<'_>, name: &str) -> Option<impl Read + 'a> {
    archive.by_name(name).ok().map(|member| member.take(UNPACKED))
}
