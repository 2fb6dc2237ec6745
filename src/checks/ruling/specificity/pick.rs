//! The one code under a heading that the stated facts choose, or those that they leave.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facet, Facts, of_title};
use super::leaves::Leaf;

/// What is left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// The codes that fit what is stated, at least one.
    pub left: Vec<Leaf>,
    /// What was taken because the classification gives it where nothing is said.
    pub defaults: Vec<Facet>,
    /// True where something stated narrowed the codes.
    pub narrowed: bool,
}

/// A leaf with what its title says.
struct Read<'a> {
    leaf: &'a Leaf,
    facts: Facts,
}

/// Narrows the codes by what is stated. Where a stated value fits none, nothing is chosen by it.
pub fn choose(leaves: &[Leaf], stated: &Facts) -> Choice {
    let mut left: Vec<Read<'_>> = leaves.iter().map(|leaf| Read { leaf, facts: of_title(&leaf.title) }).collect();
    let mut choice = Choice::default();
    let facets: BTreeSet<Facet> = left.iter().flat_map(|read| read.facts.facets.keys().copied()).collect();
    for facet in facets {
        let values: BTreeSet<&String> = left.iter().filter_map(|read| read.facts.facets.get(&facet)).collect();
        let differs = values.len() > 1 || left.iter().any(|read| !read.facts.facets.contains_key(&facet));
        let given = stated.facets.get(&facet).map(String::as_str);
        let assumed = given.is_none().then(|| assumed(facet, stated, &values)).flatten();
        let Some(value) = given.or(assumed).filter(|_| differs) else { continue };
        let fits = |read: &Read<'_>| read.facts.facets.get(&facet).is_some_and(|held| is_same(facet, value, held));
        // A later visit has no kind of healing but in fractures, and a sequela none of these.
        let stays = |read: &Read<'_>| fits(read) || (assumed.is_some() && !read.facts.facets.contains_key(&facet));
        if !left.iter().any(fits) {
            continue;
        }
        left.retain(stays);
        choice.narrowed |= given.is_some();
        if assumed.is_some() {
            choice.defaults.push(facet);
        }
    }
    let worded = by_words(&left, stated);
    let worded = match &worded[..] {
        [only] if claims(only, &left, stated, &choice.defaults) => left.iter().map(|read| read.leaf.clone()).collect(),
        _ => worded,
    };
    choice.narrowed |= worded.len() < left.len();
    choice.defaults.retain(|facet| worded.iter().any(|leaf| of_title(&leaf.title).facets.contains_key(facet)));
    choice.left = worded;
    choice
}

/// What the classification gives where nothing is said: a fracture is closed and displaced (section I.C.19.c), and one
/// seen after its active treatment heals as it should.
fn assumed(facet: Facet, stated: &Facts, values: &BTreeSet<&String>) -> Option<&'static str> {
    let treated = stated.facets.get(&Facet::Encounter).map(String::as_str);
    let value = match facet {
        Facet::Fracture if treated.is_some_and(|encounter| encounter != "S") => "closed",
        Facet::Healing if treated == Some("D") => "routine",
        Facet::Displacement if treated.is_some() => "displaced",
        _ => return None,
    };
    values.iter().any(|held| *held == value).then_some(value)
}

/// True where the stated value means that of the title. An open fracture whose type is not stated is one of type I or
/// II; stage 3 may be 3a or 3b.
fn is_same(facet: Facet, stated: &str, held: &str) -> bool {
    match facet {
        Facet::Fracture => {
            stated == held
                || (held == "open" && stated.starts_with("open"))
                || (stated == "open" && held == "open I or II")
        }
        Facet::Stage => held.starts_with(stated),
        _ => stated == held,
    }
}

/// True where a title says a side, a stage and the like that neither the question says nor every other code shares.
fn claims(leaf: &Leaf, left: &[Read<'_>], stated: &Facts, defaults: &[Facet]) -> bool {
    let own = of_title(&leaf.title).facets;
    let shared = |facet: &Facet, value: &String| left.iter().all(|read| read.facts.facets.get(facet) == Some(value));
    own.iter()
        .any(|(facet, value)| !stated.facets.contains_key(facet) && !defaults.contains(facet) && !shared(facet, value))
}

/// All the codes, those first whose own words are said but for `unspecified`.
fn nearest_first(left: &[Read<'_>], common: &BTreeSet<&str>, stated: &Facts) -> Vec<Leaf> {
    let mut order: Vec<&Read<'_>> = left.iter().collect();
    let near = |read: &&Read<'_>| {
        let own = read.facts.words.iter().filter(|word| !common.contains(word.as_str()) && *word != "unspecified");
        let (mut any, mut all) = (false, true);
        for word in own {
            any = true;
            all &= stated.words.contains(word);
        }
        any && all
    };
    order.sort_by_key(|read| !near(read));
    order.into_iter().map(|read| read.leaf.clone()).collect()
}

/// The codes whose own words are all said, where those of no other group are; else all.
fn by_words(left: &[Read<'_>], stated: &Facts) -> Vec<Leaf> {
    let mut groups: BTreeMap<BTreeSet<&str>, Vec<&Read<'_>>> = BTreeMap::new();
    for read in left {
        groups.entry(read.facts.words.iter().map(String::as_str).collect()).or_default().push(read);
    }
    let all = || left.iter().map(|read| read.leaf.clone()).collect::<Vec<_>>();
    if groups.len() < 2 {
        return all();
    }
    let mut common: Option<BTreeSet<&str>> = None;
    for words in groups.keys() {
        common = Some(common.map_or_else(|| words.clone(), |held| held.intersection(words).copied().collect()));
    }
    let common = common.unwrap_or_default();
    let said = |word: &&str| match *word {
        "unspecified" | "!specified" => stated.unsaid,
        word => stated.words.contains(word),
    };
    let own = |words: &BTreeSet<&str>| -> BTreeSet<String> {
        words.difference(&common).map(|word| (*word).to_owned()).collect()
    };
    let fitting: Vec<(BTreeSet<String>, &Vec<&Read<'_>>)> = groups
        .iter()
        .map(|(words, reads)| (words, own(words), reads))
        .filter(|(words, own, _)| !own.is_empty() && words.difference(&common).all(said))
        .map(|(_, own, reads)| (own, reads))
        .collect();
    let widest = fitting.iter().max_by_key(|(own, _)| own.len());
    let Some((own, reads)) = widest.filter(|(own, _)| {
        fitting.iter().all(|(other, _)| other == own || (other.is_subset(own) && other.len() < own.len()))
    }) else {
        return nearest_first(left, &common, stated);
    };
    debug_assert!(!own.is_empty());
    reads.iter().map(|read| read.leaf.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::facts::of_question;
    use super::*;
    use crate::domain::code::Code;
    use proptest::prelude::*;

    fn leaves(rows: &[(&str, &str)]) -> Vec<Leaf> {
        let leaf = |(code, title): &(&str, &str)| Leaf {
            code: Code::parse_icd10cm(code).unwrap(),
            title: (*title).to_owned(),
        };
        rows.iter().map(leaf).collect()
    }

    fn chosen(rows: &[(&str, &str)], question: &str) -> Vec<String> {
        let choice = choose(&leaves(rows), &of_question(question, true));
        choice.left.iter().map(|leaf| leaf.code.to_string()).collect()
    }

    const KIDNEY: [(&str, &str); 3] = [
        ("N18.30", "Chronic kidney disease, stage 3 unspecified"),
        ("N18.31", "Chronic kidney disease, stage 3a"),
        ("N18.32", "Chronic kidney disease, stage 3b"),
    ];
    const BACK: [(&str, &str); 3] = [
        ("M54.50", "Low back pain, unspecified"),
        ("M54.51", "Vertebrogenic low back pain"),
        ("M54.59", "Other low back pain"),
    ];
    const HIP: [(&str, &str); 6] = [
        ("S72.001A", "Fracture of unspecified part of neck of right femur, initial encounter for closed fracture"),
        (
            "S72.001B",
            "Fracture of unspecified part of neck of right femur, initial encounter for open fracture type I or II",
        ),
        (
            "S72.001C",
            "Fracture of unspecified part of neck of right femur, initial encounter for open fracture type IIIA, IIIB, or IIIC",
        ),
        (
            "S72.001D",
            "Fracture of unspecified part of neck of right femur, subsequent encounter for closed fracture with routine healing",
        ),
        (
            "S72.001K",
            "Fracture of unspecified part of neck of right femur, subsequent encounter for closed fracture with nonunion",
        ),
        ("S72.001S", "Fracture of unspecified part of neck of right femur, sequela"),
    ];

    #[test]
    fn a_stage_chooses() {
        assert_eq!(chosen(&KIDNEY, "the note says stage 3a"), ["N18.31"]);
        assert_eq!(chosen(&KIDNEY, "CKD 3b"), ["N18.32"]);
        assert_eq!(chosen(&KIDNEY, "CKD stage 3").len(), 3);
        assert_eq!(chosen(&KIDNEY, "stage 3, unspecified"), ["N18.30"]);
        assert_eq!(chosen(&KIDNEY, "stage 3, the note does not say a or b"), ["N18.30"]);
        assert_eq!(chosen(&KIDNEY, "rejected").len(), 3);
    }

    #[test]
    fn words_choose_only_where_all_are_said() {
        assert_eq!(chosen(&BACK, "vertebrogenic low back pain"), ["M54.51"]);
        assert_eq!(chosen(&BACK, "low back pain").len(), 3);
        assert_eq!(chosen(&BACK, "low back pain, unspecified"), ["M54.50"]);
        assert_eq!(chosen(&BACK, "is any other code better for low back pain").len(), 3);
    }

    #[test]
    fn a_fracture_is_chosen_by_encounter_kind_and_healing() {
        for (question, code) in [
            ("active treatment, right hip", "S72.001A"),
            ("in the ED, open fracture", "S72.001B"),
            ("ED, open fracture Gustilo type IIIB", "S72.001C"),
            ("follow-up visit", "S72.001D"),
            ("follow-up, nonunion", "S72.001K"),
            ("sequela", "S72.001S"),
        ] {
            assert_eq!(chosen(&HIP, question), [code], "{question}");
        }
        assert_eq!(chosen(&HIP, "right hip fracture").len(), 6);
        assert_eq!(chosen(&HIP, "left hip fracture").len(), 6, "a side that no code has chooses none");
    }

    #[test]
    fn sides_and_denials_choose() {
        let knee = [
            ("M25.561", "Pain in right knee"),
            ("M25.562", "Pain in left knee"),
            ("M25.569", "Pain in unspecified knee"),
        ];
        assert_eq!(chosen(&knee, "left knee pain"), ["M25.562"]);
        assert_eq!(chosen(&knee, "knee pain, is that right?").len(), 3);
        let migraine = [
            ("G43.901", "Migraine, unspecified, not intractable, with status migrainosus"),
            ("G43.909", "Migraine, unspecified, not intractable, without status migrainosus"),
            ("G43.911", "Migraine, unspecified, intractable, with status migrainosus"),
            ("G43.919", "Migraine, unspecified, intractable, without status migrainosus"),
        ];
        assert_eq!(chosen(&migraine, "intractable migraine without status migrainosus"), ["G43.919"]);
        assert_eq!(chosen(&migraine, "not intractable, without status migrainosus"), ["G43.909"]);
        assert_eq!(chosen(&migraine, "migraine").len(), 4);
    }

    #[test]
    fn other_is_chosen_by_no_word_and_brackets_count_for_nothing() {
        let asthma = [
            ("J45.901", "Unspecified asthma with (acute) exacerbation"),
            ("J45.909", "Unspecified asthma, uncomplicated"),
            ("J45.990", "Exercise induced bronchospasm"),
            ("J45.998", "Other asthma"),
        ];
        let left = chosen(&asthma, "asthma with acute exacerbation");
        assert_eq!((left.len(), left[0].as_str()), (4, "J45.901"), "the nearest comes first");
        let heart = [
            ("I50.22", "Chronic systolic (congestive) heart failure"),
            ("I50.23", "Acute on chronic systolic (congestive) heart failure"),
            ("I50.813", "Acute on chronic right heart failure"),
            ("I50.9", "Heart failure, unspecified"),
        ];
        assert_eq!(chosen(&heart, "acute on chronic systolic heart failure"), ["I50.23"]);
        assert_eq!(chosen(&heart, "acute on chronic heart failure").len(), 4, "right is not said");
    }

    proptest! {
        #[test]
        fn a_choice_is_never_empty(question in "(right|left|stage 3a|open|ED|without|pain|sequela|unspecified| |,){0,12}") {
            for rows in [&KIDNEY[..], &BACK, &HIP] {
                prop_assert!(!chosen(rows, &question).is_empty());
            }
        }
    }
}
