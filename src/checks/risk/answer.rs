//! The answer from the categories of the models: which, whether, and whether still.

use super::table::{self, Category, short};
use super::words::{Kind, Wanted};
use crate::corpus::{Corpus, Release};
use crate::domain::citation::Source;
use crate::domain::code::Code;
use crate::domain::draft::Verdict;

/// What is said of one code.
pub struct Said {
    /// Yes or no, where that is asked.
    pub verdict: Verdict,
    /// What it maps to, without the verdict and the year.
    pub text: String,
    /// The category it turns on.
    pub label: Option<String>,
    /// The rows.
    pub sources: Vec<Source>,
    /// Its categories in the models asked about.
    pub categories: Vec<Category>,
}

/// The names of the models of a kind, the newest first.
fn models(kind: Kind, versions: &[u16]) -> Vec<String> {
    let (name, known): (&str, &[u16]) = match kind {
        Kind::Part => ("CMS-HCC Model", &[28, 24, 22]),
        Kind::Drug => ("RxHCC Model", &[8, 5]),
        Kind::Kidney => ("CMS-HCC ESRD Model", &[24, 21]),
    };
    let named: Vec<u16> = known.iter().copied().filter(|version| versions.contains(version)).collect();
    let chosen = if named.is_empty() { &known[..1] } else { &named[..] };
    chosen.iter().map(|version| format!("{name} V{version:02}")).collect()
}

/// The words for one model: its categories, or none.
fn in_model(corpus: &Corpus, code: &Code, model: &str, release: &Release) -> Option<(Vec<Category>, String)> {
    let held = table::holding(corpus, model, release)?;
    let found: Vec<Category> = table::of(corpus, code, held).into_iter().filter(|one| one.model == model).collect();
    let words: Vec<String> = found.iter().map(Category::words).collect();
    let year = if held.id == release.id { String::new() } else { format!(" (payment year {})", table::year(held)) };
    let what = if words.is_empty() { "no HCC".to_owned() } else { words.join(" and ") };
    Some((found, format!("{what} in {}{year}", short(model))))
}

/// What the mapping says of a code to what is wanted; `None` where it does not hold a model that is named.
pub fn of(corpus: &Corpus, code: &Code, wanted: &Wanted, release: &Release) -> Option<Said> {
    if wanted.dropped && wanted.kind == Kind::Part {
        return dropped(corpus, code, release);
    }
    let models = models(wanted.kind, &wanted.versions);
    let read: Vec<(Vec<Category>, String)> =
        models.iter().map(|model| in_model(corpus, code, model, release)).collect::<Option<_>>()?;
    let mapped = read.iter().filter(|(found, _)| !found.is_empty()).count();
    let told: Vec<&str> = read.iter().map(|(_, words)| words.as_str()).collect();
    let mut text = format!("{code} maps to {}", told.join(" and "));
    let mut verdict = match mapped {
        0 => Verdict::No,
        n if n == read.len() => Verdict::Yes,
        _ => Verdict::Depends,
    };
    let mut categories: Vec<Category> = read.into_iter().flat_map(|(found, _)| found).collect();
    let label = categories.first().map(|one| one.number.clone()).filter(|_| models.len() == 1);
    if categories.is_empty() && wanted.versions.is_empty() && wanted.kind == Kind::Part {
        // Elsewhere it may still count.
        let others = table::of(corpus, code, release);
        if let Some(other) = others.first() {
            let words: Vec<String> =
                others.iter().take(2).map(|one| format!("{} in {}", one.words(), short(&one.model))).collect();
            text.push_str(&format!("; other models map it: {}", words.join(", ")));
            verdict = Verdict::Depends;
            categories.push(other.clone());
        }
    }
    let mut sources: Vec<Source> = categories.iter().map(|one| one.source.clone()).collect();
    if sources.is_empty() {
        sources.push(release.as_source());
    }
    Some(Said { verdict, text, label, sources, categories })
}

/// Whether the code left with V28: what it had in V24, and what it has now.
fn dropped(corpus: &Corpus, code: &Code, release: &Release) -> Option<Said> {
    let (old, old_words) = in_model(corpus, code, "CMS-HCC Model V24", release)?;
    let (new, new_words) = in_model(corpus, code, "CMS-HCC Model V28", release)?;
    let (verdict, text) = match (old.is_empty(), new.is_empty()) {
        (false, true) => (Verdict::Yes, format!("{code} mapped to {old_words} and maps to {new_words}")),
        (false, false) => (Verdict::No, format!("{code} stays: {old_words}, {new_words}")),
        (true, false) => (Verdict::No, format!("{code} came in: {old_words}, {new_words}")),
        (true, true) => (Verdict::No, format!("{code} could not drop out: {old_words}, {new_words}")),
    };
    let label = new.first().map(|one| one.number.clone());
    let mut sources: Vec<Source> = old.iter().chain(&new).map(|one| one.source.clone()).collect();
    sources.push(release.as_source());
    Some(Said { verdict, text, label, sources, categories: new })
}

/// What the hierarchy makes of two codes in one model: one sets the other aside, or both are one category.
pub fn joined(all: &[(&Code, Vec<Category>)]) -> Option<String> {
    for (n, (a, of_a)) in all.iter().enumerate() {
        for (b, of_b) in &all[n + 1..] {
            for (x, y) in of_a.iter().flat_map(|x| of_b.iter().map(move |y| (x, y))).filter(|(x, y)| x.model == y.model)
            {
                let model = short(&x.model);
                if x.number == y.number {
                    return Some(format!("{a} and {b} are one category in {model}: it counts once."));
                }
                if x.below.contains(&y.number) {
                    return Some(format!("In {model} HCC {} sets HCC {} aside: only {a} counts.", x.number, y.number));
                }
                if y.below.contains(&x.number) {
                    return Some(format!("In {model} HCC {} sets HCC {} aside: only {b} counts.", y.number, x.number));
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::citation::{FactKey, Table};
    use crate::domain::time::EffectivePeriod;

    fn category(model: &str, number: &str, below: &[&str]) -> Category {
        let fact = FactKey {
            table: Table::Hcc,
            key: String::new(),
            period: EffectivePeriod::default(),
            release: String::new(),
        };
        let source =
            Source { doc: String::new(), place: String::new(), fact, quote: String::new(), note: String::new() };
        Category {
            model: model.to_owned(),
            number: number.to_owned(),
            label: Some("Heart Failure".to_owned()),
            below: below.iter().map(|text| (*text).to_owned()).collect(),
            source,
        }
    }

    #[test]
    fn models_are_named_as_the_table_names_them() {
        assert_eq!(models(Kind::Part, &[]), ["CMS-HCC Model V28"]);
        assert_eq!(models(Kind::Part, &[24, 28]), ["CMS-HCC Model V28", "CMS-HCC Model V24"]);
        assert_eq!(models(Kind::Drug, &[]), ["RxHCC Model V08"]);
        assert_eq!(models(Kind::Kidney, &[21]), ["CMS-HCC ESRD Model V21"]);
        assert_eq!(short("CMS-HCC ESRD Model V21"), "CMS-HCC ESRD V21");
        assert_eq!(category("CMS-HCC Model V28", "226", &[]).words(), "HCC 226 (Heart Failure)");
        assert_eq!(category("RxHCC Model V08", "186", &[]).words(), "RxHCC 186 (Heart Failure)");
    }

    #[test]
    fn a_hierarchy_sets_the_lesser_category_aside() {
        let (a, b) = (Code::parse("E11.42").unwrap(), Code::parse("E11.9").unwrap());
        let pair = |x: Category, y: Category| joined(&[(&a, vec![x]), (&b, vec![y])]);
        let model = "CMS-HCC Model V28";
        let aside = pair(category(model, "37", &["38"]), category(model, "38", &[])).unwrap();
        assert_eq!(aside, "In CMS-HCC V28 HCC 37 sets HCC 38 aside: only E11.42 counts.");
        let aside = pair(category(model, "38", &[]), category(model, "37", &["38"])).unwrap();
        assert!(aside.ends_with("only E11.9 counts."), "{aside}");
        assert!(pair(category(model, "37", &[]), category(model, "37", &[])).unwrap().contains("counts once"));
        assert_eq!(pair(category(model, "37", &["38"]), category("CMS-HCC Model V24", "38", &[])), None);
        assert_eq!(pair(category(model, "37", &["38"]), category(model, "226", &[])), None);
    }
}
