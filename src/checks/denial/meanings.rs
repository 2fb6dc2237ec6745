//! What the commonest claim adjustment reason codes and remittance remark codes mean, why they come, and what to do,
//! in our own words. The official texts are X12's: they are quoted from the operator's shelf only.

mod reasons;
mod remarks;

/// Which table of the shelf a denial points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// A pair of codes: NCCI procedure-to-procedure edits.
    Pair,
    /// Units: medically unlikely edits.
    Units,
    /// A coverage determination.
    Coverage,
    /// A modifier and its code.
    Modifier,
    /// Whether the code is valid on the date.
    Status,
    /// An add-on code and its primary.
    Primary,
    /// None: what is missing is on the claim, with the payer or with the patient.
    Nothing,
}

/// One code.
#[derive(Debug, Clone, Copy)]
pub struct Meaning {
    /// `97`, `N130`.
    pub code: &'static str,
    /// What the payer says, as the end of "the payer says that".
    pub says: &'static str,
    /// The usual cause.
    pub cause: &'static str,
    /// What to do, as an order. `{appeal}` stands for the way and time of an appeal.
    pub next: &'static str,
    /// Which table it points to.
    pub follow: Follow,
}

/// A row of the tables: code, what it says, cause, next step, table.
type Row = (&'static str, &'static str, &'static str, &'static str, Follow);

/// The meaning of a reason or remark code; `None` for one that these tables do not hold.
pub fn find(code: &str) -> Option<Meaning> {
    let mut rows = reasons::REASONS.iter().chain(remarks::REMARKS);
    let row = rows.find(|row| row.0 == code)?;
    Some(Meaning { code: row.0, says: row.1, cause: row.2, next: row.3, follow: row.4 })
}

/// Every code of the tables.
#[cfg(test)]
pub fn all() -> impl Iterator<Item = Meaning> {
    reasons::REASONS.iter().chain(remarks::REMARKS).filter_map(|row| find(row.0))
}

/// Reason codes that say little without their remark code.
pub fn is_general(code: &str) -> bool {
    matches!(code, "16" | "96" | "125" | "129" | "226" | "234" | "252")
}

/// Who bears an amount, by its group code.
pub fn liability(group: &str) -> Option<&'static str> {
    Some(match group {
        "CO" => "CO puts it on the provider by contract or law: do not bill the patient",
        "PR" => "PR makes it the patient's: it may be billed to the patient, a necessity denial only with a valid ABN",
        "OA" => "OA assigns it neither to the patient nor to the contract",
        "PI" => "PI is a reduction by the payer outside the contract: the patient is not billed while it is disputed",
        "CR" => "CR only corrects or reverses an earlier decision",
        _ => return None,
    })
}

/// A group code in two or three words.
pub fn group(group: &str) -> Option<&'static str> {
    Some(match group {
        "CO" => "contractual obligation",
        "PR" => "patient responsibility",
        "OA" => "other adjustment",
        "PI" => "payer initiated reduction",
        "CR" => "correction or reversal",
        _ => return None,
    })
}
