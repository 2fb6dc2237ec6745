//! Lines of a signature that nobody set off: a telephone number, a postal address, a title below the name.

/// Closings above a name, in lower case.
const CLOSINGS: &[&str] = &[
    "thanks",
    "thank you",
    "thanks!",
    "many thanks",
    "thx",
    "regards",
    "best regards",
    "kind regards",
    "warm regards",
    "best",
    "best wishes",
    "sincerely",
    "respectfully",
    "cheers",
    "yours truly",
    "with appreciation",
    "thanks in advance",
    "thank you in advance",
    "mit freundlichen grüßen",
    "mit freundlichen gruessen",
    "mit freundlichem gruß",
    "viele grüße",
    "freundliche grüße",
    "gruß",
    "mfg",
    "lg",
    "cordialement",
    "bien cordialement",
    "bien à vous",
    "saludos",
    "un saludo",
    "atentamente",
    "saludos cordiales",
    "cordiali saluti",
    "distinti saluti",
    "atenciosamente",
    "met vriendelijke groet",
    "med vänlig hälsning",
    "mvh",
    "med venlig hilsen",
    "pozdrawiam",
    "с уважением",
    "ystävällisin terveisin",
    "s pozdravem",
];

/// True for the line above a name.
pub fn is_closing(line: &str) -> bool {
    let low = line.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    CLOSINGS.contains(&low.as_str())
}

/// True for a line that says how to reach its writer.
pub fn is_contact(line: &str) -> bool {
    let low = line.to_lowercase();
    let labelled = [
        "tel", "phone", "fax", "mobile", "cell", "office:", "direct", "email:", "e-mail:", "www.", "http://",
        "https://", "p:", "f:", "t:", "m:", "ph:", "o:", "c:",
    ]
    .iter()
    .any(|label| low.trim_start().starts_with(label));
    labelled || low.contains('@') || low.contains("www.") || has_telephone(&low) || is_postal(line)
}

/// `Columbus, OH 43215`: the ZIP code would read as a procedure code.
fn is_postal(line: &str) -> bool {
    let mut words = line.split_whitespace().rev();
    let zip = words.next().is_some_and(|word| {
        let (zip, more) = word.split_once('-').unwrap_or((word, ""));
        zip.len() == 5 && zip.bytes().chain(more.bytes()).all(|b| b.is_ascii_digit())
    });
    let state = words.next().is_some_and(|word| word.len() == 2 && word.bytes().all(|b| b.is_ascii_uppercase()));
    zip && state && words.next().is_some()
}

/// Seven digits or more in groups of a telephone number.
fn has_telephone(low: &str) -> bool {
    let groups: Vec<usize> = low
        .split(|c: char| !c.is_ascii_digit() && !"()-.+ ".contains(c))
        .flat_map(|chunk| {
            let sizes: Vec<usize> =
                chunk.split(|c: char| !c.is_ascii_digit()).map(str::len).filter(|n| *n > 0).collect();
            let total: usize = sizes.iter().sum();
            ((7..=15).contains(&total) && sizes.len() >= 2 && sizes.iter().all(|n| *n <= 6)).then_some(total)
        })
        .collect();
    let codes =
        low.split_whitespace().filter(|word| word.len() == 5 && word.bytes().all(|b| b.is_ascii_digit())).count();
    !groups.is_empty() && codes == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_a_telephone_is_contact_and_one_with_codes_is_not() {
        for line in
            ["(123) 456-7890", "Tel.: +49 001 7601 462", "ann@x.test", "www.x.test", "Direct 555-123-4567 ext. 9"]
        {
            assert!(is_contact(line), "{line}");
        }
        for line in ["45385 45380", "45385-59, 45380", "seen 10/3/2026", "Anesthesia 00811 for 45 minutes"] {
            assert!(!is_contact(line), "{line}");
        }
        assert!(is_closing("Best regards,") && !is_closing("Thanks for 45385"));
    }
}
