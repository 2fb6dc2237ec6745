//! Do the titles of two diagnoses of one category contradict each other? A condition is not at once without and with a
//! complication, and where it is specified it is not also unspecified (Official Guidelines, sections I.B.2 and I.B.18).

use crate::corpus::Corpus;
use crate::domain::code::Code;

/// How two titles contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The code that says less: `without complications`, `unspecified`.
    pub less: Code,
    /// The one beside it.
    pub more: Code,
    /// What the first says, as its title has it.
    pub says: String,
}

/// Injuries: each has its own place, and two of a category may be two injuries.
const INJURIES: [char; 2] = ['S', 'T'];
/// Titles that name one of these may each be of another part of the body.
const PLACES: [&str; 6] = ["right", "left", "upper", "lower", "bilateral", "unilateral"];

/// Looks at the official titles of both.
pub fn find(corpus: &Corpus, a: &Code, b: &Code) -> Option<Contradiction> {
    let (first, second) = (a.as_str(), b.as_str());
    if first == second || first.get(..3) != second.get(..3) || first.starts_with(INJURIES) {
        return None;
    }
    let title = |code: &Code| corpus.find_title(code).map(|title| title.long.to_lowercase());
    let (of_a, of_b) = (title(a)?, title(b)?);
    let says = |less: &Code, more: &Code, said: Option<&str>| {
        said.map(|says| Contradiction { less: less.clone(), more: more.clone(), says: says.to_owned() })
    };
    says(a, b, contradicts(&of_a, &of_b)).or_else(|| says(b, a, contradicts(&of_b, &of_a)))
}

/// What the first title says that the second rules out.
fn contradicts<'a>(less: &'a str, more: &str) -> Option<&'a str> {
    let places =
        |title: &str| PLACES.map(|place| title.split(|c: char| !c.is_alphanumeric()).any(|word| word == place));
    if places(less) != places(more) && places(more).contains(&true) && places(less).contains(&true) {
        return None;
    }
    without(less, more).or_else(|| unspecified(less, more))
}

/// `X without Y` beside `X with …`.
fn without<'a>(less: &'a str, more: &str) -> Option<&'a str> {
    let at = less.rfind(" without ")?;
    let rest = more.strip_prefix(less[..at].trim_end_matches(','))?.trim_start_matches([',', ' ']);
    let absent = less[at..].trim_start();
    let named = absent.trim_start_matches("without ");
    // What is absent is there in the second, or is any complication at all.
    let last = named.split_whitespace().next_back()?;
    (rest.starts_with("with ") && (named == "complications" || rest.contains(last))).then_some(absent)
}

/// `X, unspecified` and `unspecified X` beside an X that says more.
fn unspecified<'a>(less: &'a str, more: &str) -> Option<&'a str> {
    let base = less.strip_suffix(", unspecified").or_else(|| less.strip_prefix("unspecified "))?;
    let says_more = more.len() > base.len() && !more.contains("unspecified") && !more.contains("other ");
    (says_more && more.contains(base)).then_some("unspecified")
}

#[cfg(test)]
mod tests {
    use super::contradicts;

    #[test]
    fn without_contradicts_with() {
        let diabetes = "type 2 diabetes mellitus without complications";
        assert_eq!(
            contradicts(diabetes, "type 2 diabetes mellitus with diabetic neuropathy, unspecified"),
            Some("without complications")
        );
        let reflux = "gastro-esophageal reflux disease without esophagitis";
        let inflamed = "gastro-esophageal reflux disease with esophagitis, without bleeding";
        assert_eq!(contradicts(reflux, inflamed), Some("without esophagitis"));
        assert_eq!(contradicts(inflamed, reflux), None);
    }

    #[test]
    fn two_complications_stand_together() {
        let acidosis = "type 2 diabetes mellitus with ketoacidosis without coma";
        assert_eq!(contradicts(acidosis, "type 2 diabetes mellitus with diabetic neuropathy, unspecified"), None);
        assert_eq!(contradicts(acidosis, "type 2 diabetes mellitus with hypoglycemia with coma"), None);
    }

    #[test]
    fn unspecified_contradicts_what_is_specified() {
        assert_eq!(
            contradicts("unspecified atrial fibrillation", "paroxysmal atrial fibrillation"),
            Some("unspecified")
        );
        assert_eq!(
            contradicts("chronic kidney disease, unspecified", "chronic kidney disease, stage 5"),
            Some("unspecified")
        );
        assert_eq!(contradicts("pneumonia, unspecified organism", "bronchopneumonia, unspecified organism"), None);
        assert_eq!(contradicts("pain in left hip, unspecified", "pain in right hip, unspecified"), None);
    }
}
