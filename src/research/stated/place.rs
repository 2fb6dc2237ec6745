//! State, ZIP code, place of service and denial codes as a question names them.

use crate::domain::pattern::pattern;

pattern!(NEAR_STATE, r"\b(?:in|[Ss]tate(?: is)?:?|from|for|MAC:?|locality:?|,)\s+([A-Z]{2})\b(?:[\s,.;?)]|$)");
pattern!(ZIP, r"(?:\b(?i:zip(?:\s*code)?):?\s*|\b[A-Z]{2}\s+)(\d{5})(?:-\d{4})?\b");
pattern!(POS, r"(?i)\b(?:pos|place[- ]of[- ]service)(?:\s+codes?)?[\s:#=]*(?:is|of|with|were|was)?\s*(\d{2})\b");
pattern!(MORE_POS, r"(?i)^\s*(?:,|or|and|vs\.?|versus|/|to)\s*(?:pos\s*)?(\d{2})\b");
pattern!(GROUPED, r"(?i)\b(CO|PR|OA|PI|CR)\s?-?\s?([A-Z]?\d{1,3})\b");
pattern!(REASON, r"(?i)\b(?:carc|reason code|adjustment code|denial code|denial reason)s?[\s:#]*([A-Z]?\d{1,3})\b");
pattern!(
    REMARK,
    r"(?i)\b(?:rarc|remark(?: code)?s?)[\s:#]*(M[A-Z]?\d{1,3}|N\d{1,4})\b|\b(MA\d{2,3}|N\d{2,4}|M\d{2,3})\b"
);
pattern!(DENIED, r"(?i)\b(?:deni\w+|reject\w*|remark|carc|rarc|eob|era|remittance|adjust\w+)\b");

/// States and territories of the United States with their two letters.
const STATES: [(&str, &str); 54] = [
    ("alabama", "AL"),
    ("alaska", "AK"),
    ("arizona", "AZ"),
    ("arkansas", "AR"),
    ("california", "CA"),
    ("colorado", "CO"),
    ("connecticut", "CT"),
    ("delaware", "DE"),
    ("district of columbia", "DC"),
    ("florida", "FL"),
    ("georgia", "GA"),
    ("guam", "GU"),
    ("hawaii", "HI"),
    ("idaho", "ID"),
    ("illinois", "IL"),
    ("indiana", "IN"),
    ("iowa", "IA"),
    ("kansas", "KS"),
    ("kentucky", "KY"),
    ("louisiana", "LA"),
    ("maine", "ME"),
    ("maryland", "MD"),
    ("massachusetts", "MA"),
    ("michigan", "MI"),
    ("minnesota", "MN"),
    ("mississippi", "MS"),
    ("missouri", "MO"),
    ("montana", "MT"),
    ("nebraska", "NE"),
    ("nevada", "NV"),
    ("new hampshire", "NH"),
    ("new jersey", "NJ"),
    ("new mexico", "NM"),
    ("new york", "NY"),
    ("north carolina", "NC"),
    ("north dakota", "ND"),
    ("ohio", "OH"),
    ("oklahoma", "OK"),
    ("oregon", "OR"),
    ("pennsylvania", "PA"),
    ("puerto rico", "PR"),
    ("rhode island", "RI"),
    ("south carolina", "SC"),
    ("south dakota", "SD"),
    ("tennessee", "TN"),
    ("texas", "TX"),
    ("utah", "UT"),
    ("vermont", "VT"),
    ("virgin islands", "VI"),
    ("virginia", "VA"),
    ("washington", "WA"),
    ("west virginia", "WV"),
    ("wisconsin", "WI"),
    ("wyoming", "WY"),
];

/// Two letters of a state; a name wins over letters, which also abbreviate other things (`PA`, `PR`, `CO`).
pub fn state(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let named = |name: &str| {
        lower.match_indices(name).any(|(at, _)| {
            let open = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            open(lower[..at].chars().next_back()) && open(lower[at + name.len()..].chars().next())
        })
    };
    // "West Virginia" holds "Virginia": the longest name that stands there is meant.
    let by_name = STATES.iter().filter(|(name, _)| named(name)).max_by_key(|(name, _)| name.len());
    let by_letters = || {
        let mut found = NEAR_STATE.captures_iter(text).filter_map(|found| found.get(1));
        // `CO 97` is a denial.
        let alone = |m: &regex::Match<'_>| {
            !text[m.end()..].trim_start_matches([' ', '-']).starts_with(|c: char| c.is_ascii_digit())
                || text[m.end()..].trim_start().chars().take_while(char::is_ascii_digit).count() == 5
        };
        found.find(|m| alone(m) && STATES.iter().any(|(_, letters)| *letters == m.as_str())).map(|m| m.as_str())
    };
    by_name.map(|(_, letters)| *letters).or_else(by_letters).map(str::to_owned)
}

/// A ZIP code that is named as one, or stands behind a state's letters.
pub fn zip(text: &str) -> Option<String> {
    ZIP.captures(text).map(|found| found[1].to_owned())
}

/// Place of service codes behind words that say so.
pub fn places_of_service(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for first in POS.captures_iter(text) {
        let mut code = first.get(1);
        let mut end = code.map_or(0, |m| m.end());
        while let Some(held) = code {
            if !found.contains(&held.as_str().to_owned()) {
                found.push(held.as_str().to_owned());
            }
            let next = MORE_POS.captures(&text[end..]);
            end += next.as_ref().and_then(|next| next.get(0)).map_or(0, |m| m.end());
            code = next.and_then(|next| next.get(1));
        }
    }
    found
}

/// Denial codes: with their group, behind words such as CARC, and remarks where a denial is spoken of.
pub fn denials(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut put = |code: String| {
        if !found.contains(&code) {
            found.push(code);
        }
    };
    for group in GROUPED.captures_iter(text) {
        put(format!("{}-{}", group[1].to_uppercase(), group[2].to_uppercase()));
    }
    for reason in REASON.captures_iter(text) {
        put(reason[1].to_uppercase());
    }
    if DENIED.is_match(text) {
        for remark in REMARK.captures_iter(text) {
            put(remark.get(1).or(remark.get(2)).map_or(String::new(), |m| m.as_str().to_uppercase()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_read_by_name_and_by_its_letters_where_a_state_may_stand() {
        assert_eq!(state("our office in West Virginia").as_deref(), Some("WV"));
        assert_eq!(state("What does it pay in FL?").as_deref(), Some("FL"));
        assert_eq!(state("State: TX").as_deref(), Some("TX"));
        assert_eq!(state("the PA saw him, CO 97 came back"), None);
        assert_eq!(state("INDIANAPOLIS"), None);
    }

    #[test]
    fn zip_codes_are_told_from_procedure_codes() {
        assert_eq!(zip("Miami, FL 33101").as_deref(), Some("33101"));
        assert_eq!(zip("zip 60601").as_deref(), Some("60601"));
        assert_eq!(zip("99213 in the office"), None);
    }

    #[test]
    fn places_and_denials_are_read_where_they_are_named() {
        assert_eq!(places_of_service("POS 11 or 22?"), ["11", "22"]);
        assert!(places_of_service("20610 x 2").is_empty());
        assert_eq!(denials("denied CO-97 with remark N130"), ["CO-97", "N130"]);
        assert_eq!(denials("CARC 204"), ["204"]);
        assert!(denials("N18.30 with M54.50").is_empty());
    }
}
