//! A passage as it is read: its place, its revision, and its text.

use super::sheet::wrap;
use crate::corpus::Corpus as Edition;
use crate::domain::citation::Table;

/// The width of the text.
const WIDTH: usize = 80;

/// Every row of the key, and of one release where it is named.
pub fn of(edition: &Edition, key: &str, release: &str) -> String {
    let rows = edition.list_rows(Table::Passage, key).into_iter();
    let rows = rows.filter(|row| release.is_empty() || row.get("release") == release);
    let mut lines: Vec<String> = Vec::new();
    for row in rows {
        let held = edition.releases().find(row.get("release"));
        lines.extend(wrap(row.get("title"), WIDTH, 0));
        let section = row.get("section");
        let doc = held.map(|release| release.doc()).unwrap_or_default();
        lines.extend(wrap(&format!("{section}. {doc}"), WIDTH, 0));
        lines.extend(wrap(&format!("In: {}", row.get("path")), WIDTH, 4));
        let days = match (row.get("from"), row.get("to")) {
            ("", "") => String::new(),
            (from, "") => format!("since {from}"),
            ("", to) => format!("until {to}"),
            (from, to) => format!("{from} to {to}"),
        };
        let told: Vec<&str> = [row.get("revision"), &days].into_iter().filter(|text| !text.is_empty()).collect();
        lines.extend((!told.is_empty()).then(|| told.join(", ")));
        lines.push(String::new());
        for paragraph in row.get("text").split("\\n") {
            lines.extend(wrap(paragraph.trim(), WIDTH, 0));
        }
        lines.push(String::new());
        lines.extend(
            held.map(|release| &release.notice)
                .filter(|notice| !notice.is_empty())
                .map(|n| wrap(n, WIDTH, 0).join("\n")),
        );
        lines.push(format!("passage/{key}@{}", row.get("release")));
        lines.push(String::new());
    }
    if let Some(next) = next(key).filter(|next| edition.find_row(Table::Passage, next).is_some()) {
        lines.push(format!("Goes on in passage/{next}"));
    }
    lines.join("\n").trim_end().to_owned()
}

/// The key of the piece behind this one, where a section is in several.
fn next(key: &str) -> Option<String> {
    match key.rsplit_once(".p") {
        Some((section, piece)) if piece.bytes().all(|b| b.is_ascii_digit()) => {
            Some(format!("{section}.p{}", piece.parse::<u32>().ok()?.checked_add(1)?))
        }
        _ => Some(format!("{key}.p2")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_section_follow_each_other() {
        assert_eq!(next("m#I.C.3").as_deref(), Some("m#I.C.3.p2"));
        assert_eq!(next("m#I.C.3.p2").as_deref(), Some("m#I.C.3.p3"));
        assert_eq!(next("m#I.p").as_deref(), None);
    }
}
