//! The differences from what others expect that are meant to be, each explained once.

/// Set, file and reason, as `differences.tsv` beside this file has them; `*` stands for any end of a name.
const DIFFERENCES: &str = include_str!("differences.tsv");

/// Why a file of a set is read otherwise than its project does.
pub fn explanation(set: &str, name: &str) -> Option<&'static str> {
    DIFFERENCES.lines().find_map(|line| {
        let mut fields = line.split('\t');
        let (known, file, why) = (fields.next()?, fields.next()?, fields.next()?);
        let same = file.strip_suffix('*').map_or(file == name, |begin| name.starts_with(begin));
        (known == set && same).then_some(why)
    })
}

/// Text as it is compared: without tags, spaces folded, in lower case.
pub fn folded(text: &str) -> String {
    let mut bare = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        bare.push_str(&rest[..at]);
        bare.push(' ');
        match rest[at..].find('>') {
            Some(end) if end > 1 => rest = &rest[at + end + 1..],
            _ => {
                bare.push('<');
                rest = &rest[at + 1..];
            }
        }
    }
    bare.push_str(rest);
    bare.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
