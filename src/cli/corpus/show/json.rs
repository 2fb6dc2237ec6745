//! The page as one JSON object: the fields that machines rely on, and everything else the page has.

use serde_json::{Map, Value, json};

use crate::checks::page::{Fee, Page};
use crate::domain::check::Outcome;

/// The object.
pub fn of(page: &Page) -> Value {
    let mut object = contract(page);
    let more = json!({
        "title": page.title, "status_detail": page.status.detail, "last_known": page.status.last_known,
        "previous": page.previous, "side": page.place.side, "place": page.place, "note_texts": page.notes.texts,
        "notes_release": page.notes.title, "notes_in_force": page.notes.in_force,
        "global_detail": page.global.detail, "add_on_detail": page.add_on.detail, "add_ons": page.add_ons,
        "fees": page.fees, "units": page.units, "pairs": page.edits, "schedules": page.schedules,
        "coverage": page.coverage, "crosswalks": page.crosswalks, "mentions": page.mentions,
        "changes": page.changes, "conflicts": conflicts(page), "edition": page.edition,
    });
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    object
}

/// The fields of the contract: never renamed; null where the shelf is silent for the date.
fn contract(page: &Page) -> Value {
    let figures = &page.status.figures;
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    let status = match page.status.outcome {
        Outcome::Active | Outcome::Header => "active",
        Outcome::Deleted => "deleted",
        Outcome::Future => "future",
        _ => "unknown",
    };
    let billable = match page.status.outcome {
        Outcome::Active => json!(true),
        Outcome::Header | Outcome::Deleted | Outcome::Future => json!(false),
        _ => Value::Null,
    };
    let successors: Vec<Value> = if page.status.outcome == Outcome::Deleted {
        let of = |s: &crate::checks::page::Successor| json!({"code": s.named.code, "title": s.named.title, "confirmed": s.confirmed});
        page.successors.iter().map(of).collect()
    } else {
        Vec::new()
    };
    let global = Some(&page.global).filter(|check| check.outcome == Outcome::Known);
    let fee = page.fees.as_ref().filter(|fees| fees.in_force).and_then(|fees| fees.lines.first());
    let sources: Vec<Value> = page
        .sources()
        .iter()
        .map(|source| json!({"doc": source.doc, "locator": source.fact.to_string(), "quote": source.quote}))
        .collect();
    json!({
        "code": page.code, "code_set": page.code.set(), "status": status, "description": page.description,
        "official_description": page.title.as_ref().map(|title| title.text()), "billable": billable,
        "valid_from": day(figures.effective), "valid_to": day(figures.deletion), "successors": successors,
        "global_days": global.and_then(|check| check.figures.global_days.clone()), "mue": mue(page),
        "indicators": fee.map(indicators), "rvu": fee.map(rvu), "add_on": add_on(page), "notes": notes(page),
        "sources": sources,
    })
}

fn mue(page: &Page) -> Vec<Value> {
    let in_force = page.units.iter().filter(|units| units.in_force);
    in_force.map(|units| json!({"setting": units.setting, "units": units.units, "mai": units.mai})).collect()
}

fn indicators(fee: &Fee) -> Value {
    let pairs = fee.indicators.iter().map(|value| (value.name.to_owned(), json!(value.value)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn rvu(fee: &Fee) -> Value {
    json!({
        "work": fee.work, "pe_nonfacility": fee.pe_nonfacility, "pe_facility": fee.pe_facility,
        "malpractice": fee.malpractice,
    })
}

fn add_on(page: &Page) -> Value {
    match page.add_on.outcome {
        Outcome::AddOn => json!({
            "is": true, "type": page.add_on.figures.add_on_type, "primaries": page.add_on.figures.primaries,
            "primaries_listed": page.add_on.figures.primaries_listed,
        }),
        Outcome::NotAddOn => json!({"is": false}),
        _ => json!({}),
    }
}

/// The instructional notes of a diagnosis, by kind.
fn notes(page: &Page) -> Value {
    let mut notes: Map<String, Value> = Map::new();
    for relation in &page.notes.relations {
        let list = notes.entry(relation.kind.clone()).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(json!({"target": relation.target, "at": relation.at}));
        }
    }
    Value::Object(notes)
}

fn conflicts(page: &Page) -> Vec<Value> {
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
    let of = |row: &crate::corpus::ConflictRow| {
        json!({
            "kind": row.kind, "from": day(row.period.from), "to": day(row.period.to), "release": row.release,
            "says": row.says, "other": row.other, "other_says": row.other_says,
        })
    };
    page.conflicts.iter().map(of).collect()
}
