//! The procedure codes that a fee schedule names: that they exist, and their short descriptors with their rights.

use std::collections::HashSet;

use super::super::{Intake, OriginId, Rights};
use crate::domain::code::{Code, CodeSet};
use crate::domain::table::Table;

/// A CPT or HCPCS code. Other characters at its ends are dropped: some files carry a stray byte behind a code.
pub(super) fn procedure(text: &str) -> Option<Code> {
    let bare = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    Code::parse(bare).ok().filter(|code| code.set().is_procedure())
}

/// What was already said of a code, which stands on several lines, one for each modifier.
#[derive(Default)]
pub(super) struct Said {
    listed: HashSet<Code>,
    titled: HashSet<Code>,
}

impl Said {
    /// The code may be reported in the period of the release.
    pub(super) fn listed(&mut self, intake: &mut Intake, code: &Code, origin: OriginId) {
        if self.listed.insert(code.clone()) {
            intake.extra(Table::Period, code.as_str(), &[code.set().key(), "", "", "1"], origin);
        }
    }

    /// The code's short descriptor, unless the file was published without.
    pub(super) fn titled(&mut self, intake: &mut Intake, code: &Code, short: &str, origin: OriginId) {
        let short = short.trim();
        if short.is_empty() || short.eq_ignore_ascii_case("redacted") || !self.titled.insert(code.clone()) {
            return;
        }
        intake.extra(Table::Title, code.as_str(), &[code.set().key(), short, "", rights(code).key()], origin);
    }
}

/// Whose words a code's descriptor is: of the AMA for CPT, of the ADA for dental codes.
pub(super) fn rights(code: &Code) -> Rights {
    match code.set() {
        CodeSet::Cpt => Rights::Ama,
        CodeSet::Hcpcs if code.as_str().starts_with('D') => Rights::Ada,
        _ => Rights::Public,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_byte_behind_a_code_is_dropped() {
        assert_eq!(procedure(" G0463ÿ").map(String::from).as_deref(), Some("G0463"));
        assert_eq!(procedure("E11.9"), None);
        assert_eq!(procedure("\u{1a}"), None);
    }

    #[test]
    fn each_descriptor_belongs_to_its_owner() {
        let owner = |text| rights(&Code::parse(text).unwrap());
        assert_eq!((owner("99213"), owner("D0120"), owner("G0463")), (Rights::Ama, Rights::Ada, Rights::Public));
    }
}
