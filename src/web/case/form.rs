//! The draft in the form: a block of fields for each question of the message, named by its number.

use crate::domain::draft::{Draft, REMARK};
use crate::review::edit::{self, EditError, MOST_LINES};
use crate::web::session::Fields;

/// Empty rows for further lines to bill.
const SPARE_LINES: usize = 2;

/// One block, for the template.
#[derive(Debug, Clone)]
pub struct Block {
    /// `d0.`, `d1.`: in front of its fields' names.
    pub prefix: String,
    /// `1`, `2`: for a message with several questions.
    pub n: usize,
    /// Its fields.
    pub fields: edit::Fields,
    /// The heading under which a reviewer's own words stand.
    pub remark: &'static str,
    /// The reviewer's own words.
    pub remarks: String,
}

/// The blocks of a draft.
pub fn blocks(draft: &Draft) -> Vec<Block> {
    let all = draft.all().enumerate();
    all.map(|(n, draft)| {
        let mut fields = edit::fields(draft);
        let own = fields.sections.iter().position(|(heading, _)| heading == REMARK);
        let remarks = own.map(|at| fields.sections.remove(at).1).unwrap_or_default();
        for _ in 0..SPARE_LINES {
            fields.lines.push(Default::default());
        }
        Block { prefix: format!("d{n}."), n: n + 1, fields, remark: REMARK, remarks }
    })
    .collect()
}

/// The draft with what the form says.
///
/// # Errors
/// What in the form cannot be read.
pub fn read(found: &Draft, form: &Fields) -> Result<Draft, EditError> {
    let mut all = Vec::new();
    for (n, draft) in found.all().enumerate() {
        all.push(edit::apply(draft, &fields(&format!("d{n}."), form))?);
    }
    let also = all.split_off(1);
    let mut first = all.remove(0);
    first.also = also;
    Ok(first)
}

fn fields(prefix: &str, form: &Fields) -> edit::Fields {
    let get = |name: &str| form.get(&format!("{prefix}{name}")).to_owned();
    let column = |name: &str| -> Vec<String> {
        form.all(&format!("{prefix}{name}")).take(MOST_LINES + SPARE_LINES).map(str::to_owned).collect()
    };
    let (codes, modifiers, units, roles) = (column("code"), column("modifiers"), column("units"), column("role"));
    let cell = |column: &[String], n: usize| column.get(n).cloned().unwrap_or_default();
    let lines =
        codes.iter().enumerate().map(|(n, code)| [code.clone(), cell(&modifiers, n), cell(&units, n), cell(&roles, n)]);
    let texts = form.all(&format!("{prefix}text")).map(str::to_owned).collect::<Vec<_>>();
    let headings = form.all(&format!("{prefix}heading")).map(str::to_owned).collect::<Vec<_>>();
    // A heading is one of those that were there, in the words of ours: the form only says which text is whose.
    let sections = headings.into_iter().zip(texts).filter(|(heading, _)| heading.len() <= 60).collect();
    edit::Fields { verdict: get("verdict"), headline: get("headline"), lines: lines.collect(), sections }
}
