//! Commands by mail: the whole first line of what the sender wrote now, or of the subject where nothing was written.
//!
//! A command must not be found in a question. So a word alone counts in any case only where nothing else was written; a
//! command with free words behind it, or with a text below it, stands in capitals.

use super::case::CaseId;
use super::client::Facts;

/// What a subscriber may ask the service to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// What can be written.
    Help,
    /// Where the sender's cases stand, or one of them.
    Status(Option<CaseId>),
    /// What is used and left.
    Quota,
    /// The latest cases.
    History,
    /// Answers that hold these words.
    Find(String),
    /// Shows or sets what is known of the account, or of one of its clients.
    Profile(Option<String>, Facts),
    /// The answer again, with the words of its sources.
    More,
    /// The answer again, verdict and lines only.
    Short,
    /// A person, please.
    Human,
    /// The answer was right.
    Good,
    /// It was not, and why.
    Bad(String),
    /// Take out what was asked and answered.
    Forget(CaseId),
    /// No more mail.
    Stop,
    /// Mail again.
    Start,
    /// Open an account, under a name if one is given.
    Register(String),
    /// A command whose rest cannot be read: what it should look like.
    Malformed(&'static str),
}

/// The longest line that may be a command.
const LONGEST: usize = 300;

/// Words that may be written in any case when they stand alone.
const ALONE: [(&str, Command); 13] = [
    ("HELP", Command::Help),
    ("STATUS", Command::Status(None)),
    ("QUOTA", Command::Quota),
    ("HISTORY", Command::History),
    ("MORE", Command::More),
    ("SHORT", Command::Short),
    ("HUMAN", Command::Human),
    ("GOOD", Command::Good),
    ("BAD", Command::Bad(String::new())),
    ("STOP", Command::Stop),
    ("START", Command::Start),
    ("REGISTER", Command::Register(String::new())),
    ("FORGET", Command::Malformed("FORGET CC-7F3K2WX")),
];

impl Command {
    /// Reads what was written now, or the subject where that is empty. `None` for a question.
    pub fn parse(text: &str, subject: &str) -> Option<Self> {
        let text = if text.trim().is_empty() { bare(subject) } else { text.trim() };
        let (line, below) = text.split_once('\n').map_or((text, ""), |(line, below)| (line.trim(), below.trim()));
        if line.is_empty() || line.len() > LONGEST {
            return None;
        }
        let (word, rest) = line.split_once(char::is_whitespace).map_or((line, ""), |(word, rest)| (word, rest.trim()));
        let word = word.trim_end_matches(['.', '!', ':', ',', '?']);
        let capitals = word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase());
        // A name that signs says nothing; what else stands below a command is the reason of a complaint.
        let below = if word != "BAD" && is_signature(below) { "" } else { below };
        let allowed = below.is_empty() || (capitals && below_is_allowed(word));
        if !allowed {
            return None;
        }
        if rest.is_empty() && below.is_empty() {
            let upper = word.to_ascii_uppercase();
            if let Some((_, command)) = ALONE.iter().find(|(name, _)| *name == upper) {
                return Some(command.clone());
            }
        }
        with_rest(word, rest, below, capitals)
    }

    /// True for what an address may still ask for that asked for silence.
    pub fn ends_silence(&self) -> bool {
        matches!(self, Self::Start | Self::Help)
    }

    /// The word in the story of a case.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Status(_) => "status",
            Self::Quota => "quota",
            Self::History => "history",
            Self::Find(_) => "find",
            Self::Profile(..) => "profile",
            Self::More => "more",
            Self::Short => "short",
            Self::Human => "human",
            Self::Good => "good",
            Self::Bad(_) => "bad",
            Self::Forget(_) => "forget",
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Register(_) => "register",
            Self::Malformed(_) => "malformed",
        }
    }
}

/// A few short lines that neither ask nor state a figure.
fn is_signature(below: &str) -> bool {
    let lines: Vec<&str> = below.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.len() <= 3
        && lines.iter().all(|line| line.split_whitespace().count() <= 4)
        && !below.contains('?')
        && !below.bytes().any(|b| b.is_ascii_digit())
}

fn below_is_allowed(word: &str) -> bool {
    matches!(
        word,
        "BAD" | "GOOD" | "HELP" | "STATUS" | "QUOTA" | "HISTORY" | "STOP" | "START" | "MORE" | "SHORT" | "REGISTER"
    )
}

fn with_rest(word: &str, rest: &str, below: &str, capitals: bool) -> Option<Command> {
    let upper = word.to_ascii_uppercase();
    let case = || CaseId::parse(rest.trim_matches(['[', ']', '.', ' ']));
    match upper.as_str() {
        "STATUS" if !rest.is_empty() => case().map(|case| Command::Status(Some(case))),
        // What is forgotten by name is not to become a question.
        "FORGET" => case().map(Command::Forget).or(capitals.then_some(Command::Malformed("FORGET CC-7F3K2WX"))),
        "PROFILE" => profile(rest, capitals),
        "FIND" if capitals && !rest.is_empty() => Some(Command::Find(rest.to_owned())),
        "FIND" if capitals => Some(Command::Malformed("FIND snare polyp")),
        "BAD" if capitals => Some(Command::Bad(format!("{rest}\n{below}").trim().to_owned())),
        "REGISTER" if capitals => Some(Command::Register(rest.to_owned())),
        "GOOD" if capitals && rest.is_empty() => Some(Command::Good),
        _ if capitals && rest.is_empty() => {
            ALONE.iter().find(|(name, _)| *name == upper).map(|(_, command)| command.clone())
        }
        _ => None,
    }
}

fn profile(rest: &str, capitals: bool) -> Option<Command> {
    if rest.is_empty() {
        return Some(Command::Profile(None, Facts::default()));
    }
    match Facts::parse(rest) {
        Some((client, facts)) => Some(Command::Profile(client, facts)),
        // "Profile of a patient ..." is a question.
        None => capitals.then_some(Command::Malformed("PROFILE state=OH payer=Medicare specialty=GI")),
    }
}

/// A subject without `Re:` and the like.
fn bare(subject: &str) -> &str {
    let mut subject = subject.trim();
    while let Some((prefix, rest)) = subject.split_once(':') {
        if prefix.len() > 6 || prefix.contains(' ') {
            break;
        }
        subject = rest.trim();
    }
    subject
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Command> {
        Command::parse(text, "A subject")
    }

    #[test]
    fn a_command_is_the_whole_first_line_however_it_is_written() {
        let case = CaseId::parse("CC-7F3K2WX").unwrap();
        for (text, command) in [
            ("HELP", Command::Help),
            ("help.", Command::Help),
            ("  Status\n", Command::Status(None)),
            ("Status?", Command::Status(None)),
            ("status cc-7f3k2wx", Command::Status(Some(case.clone()))),
            ("STATUS [CC-7F3K2WX]", Command::Status(Some(case.clone()))),
            ("FIND snare polyp", Command::Find("snare polyp".to_owned())),
            ("BAD the units are wrong\nMUE is 2", Command::Bad("the units are wrong\nMUE is 2".to_owned())),
            ("Forget CC-7F3K2WX", Command::Forget(case)),
            ("FORGET", Command::Malformed("FORGET CC-7F3K2WX")),
            ("REGISTER Lakeside GI", Command::Register("Lakeside GI".to_owned())),
            ("QUOTA\nSent from my phone", Command::Quota),
            ("human\n\nAnn Weber\nLakeside GI", Command::Human),
            ("BAD\nwrong modifier", Command::Bad("wrong modifier".to_owned())),
        ] {
            assert_eq!(of(text), Some(command), "{text:?}");
        }
        assert_eq!(Command::parse("", "Re: REGISTER"), Some(Command::Register(String::new())));
        assert_eq!(Command::parse("45385?", "REGISTER"), None, "the subject counts only where nothing was written");
    }

    #[test]
    fn a_question_is_no_command() {
        for text in [
            "Find the code for a snare polypectomy",
            "Help me with 45385",
            "Status of our claim 45385?",
            "Good morning, is 45385 valid?",
            "good\nIs 45385 valid?",
            "Bad denial for 45385, why?",
            "HUMAN\nIs 45385 valid?",
            "More units of 11042?",
            "Profile of a new patient, 99203?",
            "",
        ] {
            assert_eq!(of(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_profile_is_set_by_words_and_values() {
        let Some(Command::Profile(client, facts)) = of("PROFILE state=OH payer=Medicare specialty=GI") else {
            panic!("no profile")
        };
        assert_eq!((client, facts.state.as_str(), facts.payer.as_str()), (None, "OH", "Medicare"));
        assert!(matches!(of("profile"), Some(Command::Profile(None, facts)) if facts.is_empty()));
        assert!(matches!(of("PROFILE color=red"), Some(Command::Malformed(_))));
    }
}
