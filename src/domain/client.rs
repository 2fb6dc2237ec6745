//! A practice that an account codes for, and what is known of it: it stands for what its questions leave unsaid.

use serde::{Deserialize, Serialize};

/// What is known of a practice; an empty word is not known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Two letters.
    pub state: String,
    /// Its Medicare contractor.
    pub contractor: String,
    /// Who pays.
    pub payer: String,
    /// What it practises.
    pub specialty: String,
    /// `office`, `hospital`, …
    pub setting: String,
}

/// A practice of an account; the one without a name is the account itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Client {
    /// Its name as the account writes it.
    pub name: String,
    /// What is known of it.
    pub facts: Facts,
}

/// The longest value.
const LONGEST: usize = 60;

impl Facts {
    /// The words.
    pub const WORDS: [&'static str; 5] = ["state", "contractor", "payer", "specialty", "setting"];

    /// Each with its word.
    pub fn all(&self) -> [(&'static str, &str); 5] {
        [
            ("state", &self.state),
            ("contractor", &self.contractor),
            ("payer", &self.payer),
            ("specialty", &self.specialty),
            ("setting", &self.setting),
        ]
    }

    /// True where nothing is known.
    pub fn is_empty(&self) -> bool {
        self.all().iter().all(|(_, value)| value.is_empty())
    }

    /// Takes what `other` knows over what was known.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        for (word, value) in other.all() {
            // A dash takes a value away again.
            if let Some(slot) = self.slot(word).filter(|_| !value.is_empty()) {
                *slot = if value == "-" { String::new() } else { value.to_owned() };
            }
        }
        self
    }

    /// Reads `state=OH payer=Medicare`, values in quotes where they hold blanks, with the client that `client=` names.
    /// `None` where a word is not known or nothing is said.
    pub fn parse(text: &str) -> Option<(Option<String>, Self)> {
        let (mut client, mut facts, mut rest) = (None, Self::default(), text.trim());
        while !rest.is_empty() {
            let (word, behind) = rest.split_once('=')?;
            let behind = behind.trim_start();
            let (value, after) = match behind.strip_prefix(['"', '\u{201c}', '\u{201d}']) {
                Some(quoted) => quoted.split_once(['"', '\u{201d}', '\u{201c}'])?,
                None => behind.split_once([' ', ',', ';']).unwrap_or((behind, "")),
            };
            let word = word.trim().to_ascii_lowercase();
            if word == "client" && !clean(value).is_empty() {
                client = Some(clean(value));
            } else if !facts.set(&word, value) {
                return None;
            }
            rest = after.trim_start_matches([' ', ',', ';']);
        }
        (client.is_some() || !facts.is_empty()).then_some((client, facts))
    }

    /// Sets a word as it is kept: on one line, no longer than a name, a state in capitals. False where it is not known.
    pub fn set(&mut self, word: &str, value: &str) -> bool {
        let value = clean(value);
        let value = if word == "state" { value.to_ascii_uppercase() } else { value };
        self.slot(word).map(|slot| *slot = value).is_some()
    }

    fn slot(&mut self, word: &str) -> Option<&mut String> {
        match word {
            "state" => Some(&mut self.state),
            "contractor" | "mac" => Some(&mut self.contractor),
            "payer" => Some(&mut self.payer),
            "specialty" => Some(&mut self.specialty),
            "setting" => Some(&mut self.setting),
            _ => None,
        }
    }
}

/// A value, or a client's name, as it is kept.
pub fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST).collect::<String>().trim().to_owned()
}

/// The key under which a client is held: its letters and figures in lower case.
pub fn key(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The client that a line `Client: …` names, and the text without that line.
pub fn named(text: &str) -> (Option<String>, String) {
    let of = |line: &str| {
        let (word, value) = line.split_once(':')?;
        (word.trim().eq_ignore_ascii_case("client") && !value.trim().is_empty())
            .then(|| value.trim().trim_end_matches('.').chars().take(LONGEST).collect::<String>())
    };
    let name = text.lines().find_map(of);
    if name.is_none() {
        return (None, text.to_owned());
    }
    let rest: Vec<&str> = text.lines().filter(|line| of(line).is_none()).collect();
    (name, rest.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_blanks_stand_in_quotes_and_a_dash_takes_one_away() {
        let (client, facts) = Facts::parse("client=\"Lakeside GI\" state=oh, payer=\"Blue Cross\"").unwrap();
        assert_eq!(
            (client.as_deref(), facts.state.as_str(), facts.payer.as_str()),
            (Some("Lakeside GI"), "OH", "Blue Cross")
        );
        let later = facts.with(&Facts { payer: "-".to_owned(), setting: "office".to_owned(), ..Facts::default() });
        assert_eq!((later.state.as_str(), later.payer.as_str(), later.setting.as_str()), ("OH", "", "office"));
        assert_eq!(Facts::parse("of a new patient"), None);
    }

    #[test]
    fn a_line_names_the_client_and_goes_from_the_question() {
        let (name, rest) = named("Client: Lakeside GI.\nIs 45385 valid?");
        assert_eq!((name.as_deref(), rest.as_str()), (Some("Lakeside GI"), "Is 45385 valid?"));
        assert_eq!(named("The client: is it new?\nx").0, None);
        assert_eq!(key("Lakeside  G.I."), "lakesidegi");
    }
}
