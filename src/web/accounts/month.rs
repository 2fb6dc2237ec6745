//! `/accounts/{key}/usage.csv`: the questions of one month by sender, client and topic, for a spreadsheet.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::case::CaseStatus;
use crate::domain::inquiry::Intent;
use crate::store::takeout::Counted;
use crate::web::desk::Desk;
use crate::web::fault::Fault;
use crate::web::session::Visitor;

/// The month as it stands in the address: `2026-11`; the present one where nothing is said.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    month: String,
}

/// What is counted for one sender, client and topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sums {
    questions: u32,
    answered: u32,
    in_work: u32,
    free: u32,
}

/// The table.
pub async fn table(
    visitor: Visitor,
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    visitor.admin()?;
    let found = desk.store.find_account(&key).await?;
    let (account, _) = found.ok_or_else(|| Fault::NotFound("There is no account of that key.".to_owned()))?;
    let (first, next) = month(&asked.month, desk.clock.now().date())
        .ok_or_else(|| Fault::Invalid("Write the month as 2026-11.".to_owned()))?;
    let counted = desk.store.list_counted(&account.id, first, next).await?;
    let name = first.strftime("%Y-%m").to_string();
    let text = written(&name, counted).map_err(|error| Fault::Broken(format!("a table cannot be written: {error}")))?;
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned());
    let file = (header::CONTENT_DISPOSITION, format!("attachment; filename=\"usage-{name}.csv\""));
    Ok(([kind, file], text).into_response())
}

/// The first day of a month, and of the one behind it.
fn month(text: &str, today: Date) -> Option<(Date, Date)> {
    let first = match text.trim() {
        "" => today.first_of_month(),
        text => format!("{text}-01").parse::<Date>().ok().filter(|_| text.len() == 7)?,
    };
    Some((first, first.checked_add(jiff::Span::new().months(1)).ok()?))
}

fn written(month: &str, counted: Vec<Counted>) -> Result<String, csv::Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["month", "sender", "client", "topic", "questions", "answered", "in work", "free"])?;
    for ((sender, client, topic), sums) in sums(counted) {
        let words = [month, &sender, &client, topic].map(plain);
        let numbers = [sums.questions, sums.answered, sums.in_work, sums.free].map(|n| n.to_string());
        table.write_record(words.iter().chain(&numbers))?;
    }
    let bytes = table.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

type Of = (String, String, &'static str);

fn sums(counted: Vec<Counted>) -> BTreeMap<Of, Sums> {
    let mut found: BTreeMap<Of, Sums> = BTreeMap::new();
    // A command is no question, and what was ignored is nobody's.
    for one in counted.into_iter().filter(|one| !matches!(one.status, CaseStatus::Served | CaseStatus::Ignored)) {
        let sums = found.entry((one.sender, one.client, one.topic.map_or("not read", topic))).or_default();
        sums.questions += 1;
        match one.booked.as_str() {
            "settled" => sums.answered += 1,
            "reserved" => sums.in_work += 1,
            "free" => sums.free += 1,
            _ => {}
        }
    }
    found
}

/// A cell as text: a spreadsheet takes what begins like this for a formula, and senders choose their words.
fn plain(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell.to_owned() }
}

/// The words of a topic.
fn topic(intent: Intent) -> &'static str {
    match intent {
        Intent::CodeStatus => "validity of a code",
        Intent::Bundling => "codes together",
        Intent::Units => "units",
        Intent::AddOn => "add-on code",
        Intent::GlobalPeriod => "global period",
        Intent::DiagnosisPair => "diagnoses together",
        Intent::Modifier => "modifier",
        Intent::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn one(sender: &str, client: &str, booked: &str, status: CaseStatus) -> Counted {
        let (sender, client, booked) = (sender.to_owned(), client.to_owned(), booked.to_owned());
        Counted { sender, client, topic: Some(Intent::Bundling), status, booked }
    }

    #[test]
    fn questions_are_counted_by_sender_client_and_topic() {
        let counted = vec![
            one("ann@lakeside.test", "", "settled", CaseStatus::Answered),
            one("ann@lakeside.test", "", "free", CaseStatus::Answered),
            one("ann@lakeside.test", "Lakeside", "reserved", CaseStatus::Replying),
            one("ann@lakeside.test", "", "", CaseStatus::Served),
        ];
        assert_eq!(
            written("2026-11", counted).unwrap(),
            "month,sender,client,topic,questions,answered,in work,free\n\
             2026-11,ann@lakeside.test,,codes together,2,1,0,1\n\
             2026-11,ann@lakeside.test,Lakeside,codes together,1,0,1,0\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"] {
            assert_eq!(plain(cell), format!("'{cell}"));
        }
        assert_eq!(plain("a=1"), "a=1");
        let counted = vec![one("=cmd@evil.test", "=HYPERLINK(\"x\")", "", CaseStatus::Kept)];
        let text = written("2026-11", counted).unwrap();
        assert!(text.contains("\n2026-11,'=cmd@evil.test,\"'=HYPERLINK(\"\"x\"\")\","), "{text}");
    }

    #[test]
    fn a_month_is_read_or_is_the_present_one() {
        let today = date(2026, 12, 9);
        assert_eq!(month("", today), Some((date(2026, 12, 1), date(2027, 1, 1))));
        assert_eq!(month("2026-02", today), Some((date(2026, 2, 1), date(2026, 3, 1))));
        for text in ["2026-13", "2026", "2026-1", "x", "2026-11-01"] {
            assert_eq!(month(text, today), None, "{text}");
        }
    }
}
