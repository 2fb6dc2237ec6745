//! The links of a landing page, and which of several files is the newest.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;
use reqwest::Url;

/// The attribute of a link, with its value in either kind of quotes or in none.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))"#).expect("a fixed expression")
});

/// A date in a name: 08-26-2026, 08/14/2025, 01112024, december-1-2021.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:^|[^0-9])(?:([0-9]{1,2})[-/_]([0-9]{1,2})[-/_](20[0-9]{2})|([0-9]{2})([0-9]{2})(20[0-9]{2})|",
        r"(?i:([a-z]{3})[a-z]*)-([0-9]{1,2})-(20[0-9]{2}))(?:[^0-9]|$)"
    ))
    .expect("a fixed expression")
});

/// Every address that a page links to, in its order, without what follows `#`.
pub fn addresses(page: &str, base: &Url) -> Vec<Url> {
    let values = LINK.captures_iter(page).filter_map(|found| found.iter().skip(1).flatten().next());
    let mut found: Vec<Url> = Vec::new();
    for value in values {
        let text = value.as_str().trim().replace("&amp;", "&").replace("&#38;", "&");
        let Ok(mut address) = base.join(&text) else { continue };
        if !matches!(address.scheme(), "http" | "https") {
            continue;
        }
        address.set_fragment(None);
        let address = behind_licence(&address).unwrap_or(address);
        if !found.contains(&address) {
            found.push(address);
        }
    }
    found
}

/// The file that a licence page stands before: `/license/ama?file=/files/zip/X.zip` gives `/files/zip/X.zip`.
pub fn behind_licence(address: &Url) -> Option<Url> {
    if !address.path().to_ascii_lowercase().contains("/license") {
        return None;
    }
    let file = address.query_pairs().find(|(key, _)| key.eq_ignore_ascii_case("file"))?.1;
    // Only a path: a page may not send us to another host by its licence.
    let path = file.starts_with('/') && !file.starts_with("//") && !file.contains('\\');
    if path { address.join(&file).ok().filter(|to| to.origin() == address.origin()) } else { None }
}

/// The path of an address with its escapes resolved, for matching and for names.
pub fn plain_path(address: &Url) -> String {
    unescape(address.path())
}

fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let two = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
        match (bytes[at], two.filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit()))) {
            (b'%', Some(two)) => {
                out.push(u8::from_str_radix(two, 16).unwrap_or(b'_'));
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The name under which a file is kept: the last part of its path; of `/files/zip/x-08/14/2025.zip`, where the
/// slashes belong to the name, all of it. Only letters, digits, blanks and `._-()` stay.
pub fn file_name(path: &str) -> String {
    let lower = path.to_ascii_lowercase();
    let own = ["/files/zip/", "/files/document/"].iter().find_map(|place| lower.find(place).map(|at| at + place.len()));
    let name = match own {
        Some(at) => &path[at..],
        None => path.rsplit('/').next().unwrap_or(path),
    };
    let kept: String = name
        .chars()
        .map(|c| if c == '/' { '-' } else { c })
        .map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' })
        .collect();
    let kept = kept.trim_end();
    // The end of a long name tells more than its beginning, and its extension is there. All of it is ASCII.
    let short = kept[kept.len().saturating_sub(180)..].trim_start_matches(['.', ' ', '-']);
    if short.is_empty() { "file".to_owned() } else { short.to_owned() }
}

/// The last date in a name.
pub fn date_in(name: &str) -> Option<Date> {
    let mut last = None;
    let mut from = 0;
    while let Some(found) = DATE.captures_at(name, from) {
        let number = |group: usize| found.get(group).and_then(|text| text.as_str().parse::<i16>().ok());
        let date = match (number(1), number(4), found.get(7)) {
            (Some(month), _, _) => day(number(3), month, number(2)),
            (_, Some(month), _) => day(number(6), month, number(5)),
            (_, _, Some(month)) => month_of(month.as_str()).and_then(|month| day(number(9), month, number(8))),
            _ => None,
        };
        last = date.or(last);
        // One character back: what ends one date may begin the next.
        let end = found.get(0).map_or(name.len(), |whole| whole.end());
        from = if end < name.len() { end - 1 } else { end };
        if from >= name.len() {
            break;
        }
    }
    last
}

fn day(year: Option<i16>, month: i16, day: Option<i16>) -> Option<Date> {
    Date::new(year?, i8::try_from(month).ok()?, i8::try_from(day?).ok()?).ok()
}

fn month_of(three: &str) -> Option<i16> {
    let three = three.to_ascii_lowercase();
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    months.iter().position(|month| *month == three).and_then(|at| i16::try_from(at + 1).ok())
}

/// What orders two names of the same file; the greater is the newer. The date in the name counts first, then a word
/// such as `updated`, then its numbers: `x-r1` is newer than `x-r0`, and `x-0`, which the site appends to a file
/// that is posted again, newer than `x`.
pub fn age(path: &str) -> (Option<Date>, bool, Vec<u64>) {
    let name = file_name(path).to_ascii_lowercase();
    let again = ["updated", "update", "revised", "corrected", "replacement"].iter().any(|word| name.contains(word));
    let numbers = name.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect();
    (date_in(path), again, numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn base() -> Url {
        Url::parse("https://www.cms.gov/medicare/page").unwrap()
    }

    #[test]
    fn links_are_found_in_either_quotes_and_licences_are_looked_behind() {
        let page = r##"<a class=x HREF="/license/ama?file=/files/zip/a.zip">a</a> <a href='b.zip#top'>b</a>
            <a href=https://ftp.cdc.gov/c%20d.zip>c</a> <a href="mailto:x@y.test">m</a> <a href="/q?a=1&amp;b=2">q</a>
            <a href="/apps/ama/license.asp?file=/files/zip/e.zip&amp;x=1">e</a> <a href="b.zip">b again</a>"##;
        let found: Vec<String> = addresses(page, &base()).iter().map(Url::to_string).collect();
        assert_eq!(
            found,
            [
                "https://www.cms.gov/files/zip/a.zip",
                "https://www.cms.gov/medicare/b.zip",
                "https://ftp.cdc.gov/c%20d.zip",
                "https://www.cms.gov/q?a=1&b=2",
                "https://www.cms.gov/files/zip/e.zip",
            ]
        );
    }

    #[test]
    fn a_licence_leads_to_no_other_host() {
        for query in ["file=//evil.test/x.zip", "file=https://evil.test/x.zip", "file=/\\evil.test/x", "other=/x.zip"] {
            let address = Url::parse(&format!("https://www.cms.gov/license/ama?{query}")).unwrap();
            assert_eq!(behind_licence(&address), None, "{query}");
        }
    }

    #[test]
    fn names_keep_what_tells_files_apart_and_nothing_else() {
        assert_eq!(file_name("/files/zip/zip-code-revised-08/14/2025.zip"), "zip-code-revised-08-14-2025.zip");
        assert_eq!(file_name("/ICD10CM/2026/icd10cm-Code Descriptions-2026.zip"), "icd10cm-Code Descriptions-2026.zip");
        assert_eq!(file_name("/a/../../.ssh/.key"), "key");
        assert_eq!(file_name("/files/zip/../../x"), "x");
        assert_eq!(file_name("/"), "file");
        assert_eq!(file_name("/x\u{0}\n$y.zip"), "x___y.zip");
    }

    #[test]
    fn dates_are_read_in_each_form() {
        for (name, expected) in [
            ("rvu26d-updated-08-26-2026.zip", Some(date(2026, 8, 26))),
            ("zip-code-carrier-locality-file-revised-08/14/2025.zip", Some(date(2025, 8, 14))),
            ("2024-code-descriptions-tabular-order-updated-01112024.zip", Some(date(2024, 1, 11))),
            ("titles-updated-december-1-2021.zip", Some(date(2021, 12, 1))),
            ("add-code-edits-effective-01012026-zip-updated-02-03-2026.zip", Some(date(2026, 2, 3))),
            ("medicare-ncci-2026q4-practitioner.zip", None),
            ("x-99-99-2026.zip", None),
        ] {
            assert_eq!(date_in(name), expected, "{name}");
        }
    }

    #[test]
    fn the_newest_of_several_names_is_the_greatest() {
        let mut names = [
            "rvu26d-updated-08-26-2026.zip",
            "rvu26d.zip",
            "rvu26d-updated-09-02-2026.zip",
            "rvu26d-0.zip",
            "rvu26d-updated.zip",
        ];
        names.sort_by_key(|name| age(name));
        assert_eq!(
            names,
            [
                "rvu26d.zip",
                "rvu26d-0.zip",
                "rvu26d-updated.zip",
                "rvu26d-updated-08-26-2026.zip",
                "rvu26d-updated-09-02-2026.zip"
            ]
        );
        assert!(age("x-v323r1-f1.zip") > age("x-v323r0-f1.zip"));
    }

    proptest::proptest! {
        #[test]
        fn any_page_is_read(page in "\\PC{0,200}") {
            let _ = addresses(&format!("<a href=\"{page}\">{page}"), &base());
        }

        #[test]
        fn any_name_becomes_a_safe_one(name in "\\PC{0,300}") {
            let kept = file_name(&unescape(&name));
            proptest::prop_assert!(!kept.is_empty() && kept.len() <= 180 && !kept.starts_with('.'));
            proptest::prop_assert!(!kept.contains(['/', '\\', '\0']));
            let _ = age(&name);
        }
    }

    #[test]
    fn a_long_name_that_is_cut_at_a_dot_becomes_no_hidden_file() {
        assert_eq!(file_name(&format!("{}.{}", "a".repeat(90), "b".repeat(179))), "b".repeat(179));
    }
}
