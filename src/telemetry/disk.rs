//! How much room there is: for the page of the system.

use std::path::Path;

/// The room of a disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Free for the service's user.
    pub free: u64,
    /// In all.
    pub total: u64,
}

/// The room of the disk that a folder lies on; none where the system does not say.
pub fn space(folder: &Path) -> Option<Space> {
    let stat = nix::sys::statvfs::statvfs(folder).ok()?;
    let piece = stat.fragment_size();
    Some(Space { free: stat.blocks_available().saturating_mul(piece), total: stat.blocks().saturating_mul(piece) })
}

/// The bytes of a file; 0 where there is none.
pub fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |found| found.len())
}

/// Bytes as a person reads them: `1.4 GB`.
pub fn words(bytes: u64) -> String {
    let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    match units.into_iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_the_largest_unit_that_fits() {
        let told = [0, 999, 1_000, 1_490_000, 2_000_000_000].map(words);
        assert_eq!(told, ["0 bytes", "999 bytes", "1.0 kB", "1.4 MB", "2.0 GB"]);
    }

    #[test]
    fn a_folder_lies_on_a_disk_with_room_and_a_missing_one_on_none() {
        let folder = tempfile::tempdir().unwrap();
        let found = space(folder.path()).unwrap();
        assert!(found.free <= found.total && found.total > 0);
        assert_eq!(space(&folder.path().join("missing")), None);
    }
}
