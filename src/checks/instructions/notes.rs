//! The instructions that reach a diagnosis, from the relations of the tabular list and its notes in words. Source of
//! what they mean: ICD-10-CM Official Guidelines, sections I.A.13 (etiology and manifestation, code first, use additional
//! code) and I.A.17 (code also).

use crate::checks::excludes::names;
use crate::corpus::{Corpus, Release, ReleaseScope};
use crate::domain::citation::Source;
use crate::domain::code::Code;
use crate::domain::pattern::pattern;
use crate::domain::time::AsOf;

pattern!(
    IF_ANY,
    r"(?i)\bif\b|\bany\b|\bwhere applicable\b|\bwhen\b|\bassociated\b|\bfor adverse effects?\b|\bwith or without\b"
);
pattern!(
    UNDERLYING,
    r"(?i)^\s*(?:the )?(?:underlying|causative|causal)\b|^\s*(?:the )?(?:disease|condition|disorder)\b"
);
pattern!(ELSEWHERE, r"(?i)\bin (?:\w+ |,)*?(?:diseases?|conditions?|disorders?)(?: and \w+)? classified elsewhere\b");
pattern!(AS_CAUSE, r"(?i)\bas the cause of diseases classified elsewhere\b");

/// What an instruction asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Another code goes before.
    CodeFirst,
    /// Another code follows.
    UseAdditional,
    /// Another code stands with it, in either order.
    CodeAlso,
}

impl Kind {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "code_first" => Some(Self::CodeFirst),
            "use_additional" => Some(Self::UseAdditional),
            "code_also" => Some(Self::CodeAlso),
            _ => None,
        }
    }

    /// As the tabular list calls it.
    pub fn words(self) -> &'static str {
        match self {
            Self::CodeFirst => "code first",
            Self::UseAdditional => "use additional code",
            Self::CodeAlso => "code also",
        }
    }
}

/// The instructions of one kind at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// What it asks for.
    pub kind: Kind,
    /// Where it stands: a code, a block, a chapter.
    pub at: String,
    /// The codes, ranges and prefixes that it names.
    pub targets: Vec<String>,
    /// True where it holds for every patient with the diagnosis; false where it turns on a further condition.
    pub definite: bool,
    /// Where it stands as a row.
    pub source: Source,
}

impl Instruction {
    /// True where one of its targets covers the code.
    pub fn names(&self, code: &Code) -> bool {
        self.targets.iter().any(|target| names(target, code))
    }
}

/// What the tabular list holds of a diagnosis.
pub struct Held<'a> {
    /// The list.
    pub release: &'a Release,
    /// False where it does not speak for the date.
    pub in_force: bool,
    /// The instructions, the nearest first.
    pub instructions: Vec<Instruction>,
    /// The permitted 7th characters, and where that stands.
    pub seventh: Option<(String, Source)>,
}

impl Held<'_> {
    /// The instructions of a kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Instruction> {
        self.instructions.iter().filter(move |one| one.kind == kind)
    }
}

/// The instructions of the tabular list in force, or of the nearest.
pub fn of<'a>(corpus: &'a Corpus, code: &Code, as_of: AsOf) -> Option<Held<'a>> {
    let in_force = corpus.releases().in_force("relation", as_of);
    let release = in_force.or_else(|| corpus.releases().nearest("relation", as_of))?;
    let counts = |id: &str| {
        let held = corpus.releases().find(id);
        held.is_some_and(|held| held.id == release.id || held.scope == ReleaseScope::Excerpt)
    };
    let mut instructions: Vec<Instruction> = Vec::new();
    let mut seventh = None;
    for row in corpus.list_relations(code).into_iter().filter(|row| counts(&row.release)) {
        if row.kind == "seventh" && seventh.is_none() {
            seventh = Some((row.target.clone(), row.source.clone()));
        }
        let Some(kind) = Kind::parse(&row.kind).filter(|_| bears(code, &row.at, &row.kind)) else { continue };
        match instructions.iter_mut().find(|one| one.kind == kind && one.at == row.at) {
            Some(one) => one.targets.push(row.target),
            None => instructions.push(Instruction {
                kind,
                at: row.at,
                targets: vec![row.target],
                definite: false,
                source: row.source,
            }),
        }
    }
    in_words(corpus, code, release, &mut instructions);
    Some(Held { release, in_force: in_force.is_some(), instructions, seventh })
}

/// A drug's code follows the effect only where the drug was properly taken: fifth or sixth character 5.
fn bears(code: &Code, at: &str, kind: &str) -> bool {
    at != "T36-T50" || kind != "code_first" || names("T36-T50:6=5", code)
}

/// Adds what the notes say in words: instructions that name no code, and whether one holds for every patient.
fn in_words(corpus: &Corpus, code: &Code, release: &Release, instructions: &mut Vec<Instruction>) {
    let same = |id: &str| corpus.releases().find(id).is_some_and(|held| held.period == release.period);
    let rows: Vec<_> = corpus.list_notes(code).into_iter().filter(|row| same(row.get("release"))).collect();
    for row in &rows {
        let Some(kind) = Kind::parse(row.get("kind")).filter(|_| bears(code, row.key, row.get("kind"))) else {
            continue;
        };
        if !instructions.iter().any(|one| one.kind == kind && one.at == row.key) {
            let source = crate::checks::crosswalk::source(corpus, row);
            let targets = Vec::new();
            instructions.push(Instruction { kind, at: row.key.to_owned(), targets, definite: false, source });
        }
    }
    for one in instructions.iter_mut() {
        let of = rows.iter().filter(|row| row.key == one.at && Kind::parse(row.get("kind")) == Some(one.kind));
        let texts: Vec<&str> = of.map(|row| row.get("text")).collect();
        one.definite = is_definite(one.kind, &texts, &one.targets);
    }
}

/// True where the words of an instruction make it hold for every patient: an underlying disease that is to be coded
/// first, or a single further code, with no condition. An organism is coded where it is known.
fn is_definite(kind: Kind, texts: &[&str], targets: &[String]) -> bool {
    let free = !texts.iter().any(|text| IF_ANY.is_match(text));
    let organism =
        targets.iter().any(|target| ["B95", "B96", "B97"].iter().any(|organism| target.starts_with(organism)));
    match kind {
        Kind::CodeFirst => free && texts.iter().any(|text| UNDERLYING.is_match(text)),
        Kind::UseAdditional => free && texts.len() == 1 && !targets.is_empty() && !organism,
        Kind::CodeAlso => false,
    }
}

/// True for the title of a manifestation, which is never listed first.
pub fn is_manifestation(title: &str) -> bool {
    ELSEWHERE.is_match(title) && !AS_CAUSE.is_match(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_tells_a_manifestation() {
        for (title, is) in [
            ("Dementia in other diseases classified elsewhere, unspecified severity", true),
            ("Otitis media in diseases classified elsewhere", true),
            ("Fluency disorder in conditions classified elsewhere", true),
            ("Direct infection of right shoulder in infectious and parasitic diseases classified elsewhere", true),
            ("Bacteroides fragilis as the cause of diseases classified elsewhere", false),
            ("Other specified disorders, not elsewhere classified", false),
            ("Alzheimer's disease, unspecified", false),
        ] {
            assert_eq!(is_manifestation(title), is, "{title}");
        }
    }

    #[test]
    fn an_instruction_is_definite_only_without_a_condition() {
        let of = |kind: Kind, texts: &[&str], targets: &[&str]| {
            is_definite(kind, texts, &targets.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
        };
        use Kind::{CodeAlso, CodeFirst, UseAdditional};
        assert!(of(CodeFirst, &["underlying kidney disease (N18.-)"], &["N18.-"]));
        assert!(of(CodeFirst, &["underlying disease, such as:", "gout (M10.-)"], &["M10.-"]));
        assert!(!of(CodeFirst, &["any associated:", "diabetic kidney disease (E11.22)"], &["E11.22"]));
        assert!(!of(CodeFirst, &["any associated underlying condition, such as:"], &[]));
        assert!(!of(CodeFirst, &["underlying disease, if known, such as:"], &[]));
        assert!(!of(CodeFirst, &["heart failure due to hypertension (I11.0)"], &["I11.0"]));
        assert!(!of(CodeFirst, &[], &["E11.22"]));
        assert!(of(UseAdditional, &["code to identify the stage (N18.1-N18.6)"], &["N18.1-N18.6"]));
        assert!(!of(UseAdditional, &["code, if applicable, to identify the stage (N18.1)"], &["N18.1"]));
        assert!(!of(UseAdditional, &["code to identify:", "tobacco use (Z72.0)"], &["Z72.0"]));
        assert!(!of(UseAdditional, &["code (B95-B97) to identify the agent"], &["B95-B97"]));
        assert!(!of(UseAdditional, &["code to identify infection"], &[]));
        assert!(!of(CodeAlso, &["type of asthma (J45.-)"], &["J45.-"]));
    }
}
