//! Giving vaccines: by component with counseling to age 18, else by route and order; Medicare's own codes for influenza,
//! pneumococcal and hepatitis B vaccine (NCCI Policy Manual, chapter XI, section B, item 13; Claims Processing Manual,
//! chapter 18, section 10).

use std::sync::LazyLock;

use regex::Regex;

use crate::checks::ruling::wounds::measure::number;
use crate::domain::pattern::pattern;

pattern!(SPOKEN, r"\bvaccin\w*|\bimmuni[sz]\w*|\bshots?\b|\bflumist\b|\bboosters?\b");
pattern!(
    COUNSELED,
    r"\bcounsel\w*|\b(?:physician|doctor|provider|np|pa|pediatrician) (?:discussed|explained|went over|talked)"
);
pattern!(
    NOT_COUNSELED,
    r"\b(?:no|without|not|n't|never)\b[^.,;?]{0,30}\bcounsel\w*|\bcounsel\w* (?:was |were )?not\b|\bnurse only\b"
);
pattern!(
    MANY,
    r"\b(\d{1,2}|one|two|three|four|five|six)\s+(?:[a-z-]+\s+){0,2}?(?:vaccines|vaccinations|immunizations|shots|injections|vaccine)\b"
);
pattern!(
    COMPONENTS,
    r"\b(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s+(?:vaccine |antigen |total )*(?:components|antigens)\b"
);
pattern!(ORAL, r"\boral(?:ly)?\b|\bby mouth\b|\bnasal\w*|\bintranasal\w*|\bby nose\b");
pattern!(
    OTHER,
    r"\bbeyfortus\b|\bnirsevimab\b|\bimmune globulin\b|\brsv\b|\btb\b|\bppd\b|\brabies\b|\btravel\b|\bproduct codes?\b"
);

/// A vaccine by its names, its components, and whether it goes by mouth or nose.
struct Vaccine {
    name: LazyLock<Regex>,
    components: u32,
    oral: bool,
    medicare: Option<&'static str>,
}

macro_rules! vaccine {
    ($name:expr, $components:expr) => {
        vaccine!($name, $components, false, None)
    };
    ($name:expr, $components:expr, $oral:expr, $medicare:expr) => {
        Vaccine {
            name: LazyLock::new(|| Regex::new($name).expect("the pattern is a constant")),
            components: $components,
            oral: $oral,
            medicare: $medicare,
        }
    };
}

/// Combined vaccines before their parts: a name that was read is left out of what follows.
static VACCINES: [Vaccine; 21] = [
    vaccine!(r"\bvaxelis\b", 6),
    vaccine!(r"\bpediarix\b|\bdtap[-/ ]hep ?b[-/ ]ipv\b", 5),
    vaccine!(r"\bpentacel\b|\bdtap[-/ ]ipv[-/ ]hib\b", 5),
    vaccine!(r"\bkinrix\b|\bquadracel\b|\bdtap[-/ ]ipv\b", 4),
    vaccine!(r"\bproquad\b|\bmmrv\b", 4),
    vaccine!(r"\btwinrix\b", 2),
    vaccine!(r"\bdtap\b|\btdap\b", 3),
    vaccine!(r"\bmmr\b", 3),
    vaccine!(r"\btd\b", 2),
    vaccine!(r"\bipv\b|\bpolio\b", 1),
    vaccine!(r"\bhib\b", 1),
    vaccine!(r"\bvaricella\b|\bvarivax\b|\bchickenpox\b", 1),
    vaccine!(r"\bhep(?:atitis)?\.? ?a\b", 1),
    vaccine!(r"\bhpv\b|\bgardasil\b", 1),
    vaccine!(r"\bmen ?acwy\b|\bmeningococcal\b|\bmenquadfi\b|\bmenveo\b", 1),
    vaccine!(r"\bmen ?b\b|\bbexsero\b|\btrumenba\b", 1),
    vaccine!(r"\brotavirus\b|\brotateq\b|\brotarix\b", 1, true, None),
    vaccine!(r"\bflumist\b|\b(?:intra)?nasal (?:flu|influenza)\b", 1, true, Some("G0008")),
    vaccine!(r"\bflu\b|\binfluenza\b", 1, false, Some("G0008")),
    vaccine!(r"\bpcv ?\d*\b|\bprevnar\b|\bpneumo\w*(?: \d+)?\b|\bpneumonia\b|\bppsv\w*", 1, false, Some("G0009")),
    vaccine!(r"\bhep(?:atitis)?\.? ?b\b", 1, false, Some("G0010")),
];
static COVID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\bcovid\w*(?:-19)?\b").expect("the pattern is a constant"));

/// Vaccines that a question names or counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Given {
    /// Injected ones, without COVID-19.
    pub injected: u32,
    /// By mouth or nose.
    pub oral: u32,
    /// Components of all of them.
    pub components: Option<u32>,
    /// A dose against COVID-19.
    pub covid: bool,
    /// Medicare's own codes among them.
    pub medicare: [u32; 3],
}

/// Whether somebody qualified counseled; nothing where it is not said.
pub(super) fn counseled(lower: &str) -> Option<bool> {
    if NOT_COUNSELED.is_match(lower) { Some(false) } else { COUNSELED.is_match(lower).then_some(true) }
}

/// True where the question speaks of vaccines at all.
pub(super) fn are_spoken_of(lower: &str) -> bool {
    SPOKEN.is_match(lower) || VACCINES.iter().take(9).any(|vaccine| vaccine.name.is_match(lower))
}

/// The vaccines given; `None` where they are neither named nor counted clearly.
pub(super) fn given(lower: &str) -> Option<Given> {
    if OTHER.is_match(lower) {
        return None;
    }
    let covid = COVID.is_match(lower);
    let mut rest = COVID.replace_all(lower, " ").into_owned();
    let uncounted = rest.clone();
    let mut given = Given { covid, ..Given::default() };
    let mut components = 0;
    for vaccine in &VACCINES {
        if !vaccine.name.is_match(&rest) {
            continue;
        }
        rest = vaccine.name.replace_all(&rest, " ").into_owned();
        if vaccine.oral {
            given.oral += 1
        } else {
            given.injected += 1
        }
        components += vaccine.components;
        if let Some(code) = vaccine.medicare {
            let at = MEDICARE.iter().position(|one| *one == code)?;
            given.medicare[at] += 1;
        }
    }
    let named = given.injected + given.oral;
    let counted = MANY.captures(&uncounted).and_then(|found| number(&found[1]));
    let said = COMPONENTS.captures(lower).and_then(|found| number(&found[1]));
    match (named, counted) {
        (0, None) if covid => {}
        (0, None) => return None,
        (0, Some(many)) => {
            if many == 0 || many > 12 || ORAL.is_match(lower) || said.is_some_and(|said| said < many) {
                return None;
            }
            given.injected = many;
            given.components = said;
        }
        (named, counted) => {
            if counted.is_some_and(|many| many != named && many != named + u32::from(covid)) {
                return None;
            }
            given.components = Some(said.unwrap_or(components)).filter(|all| *all >= named);
        }
    }
    Some(given)
}

/// Medicare's codes, in the order of [`Given::medicare`].
pub(super) const MEDICARE: [&str; 3] = ["G0008", "G0009", "G0010"];

/// Lines for components, where counseling was given to age 18.
pub(super) fn by_component(given: Given) -> Option<Vec<(&'static str, u32)>> {
    let many = given.injected + given.oral;
    let mut lines = Vec::new();
    if many > 0 {
        let more = given.components?.checked_sub(many)?;
        lines.push(("90460", many));
        if more > 0 {
            lines.push(("90461", more));
        }
    }
    lines.extend(given.covid.then_some(("90480", 1)));
    Some(lines)
}

/// Lines by route and order; for Medicare its own codes first.
pub(super) fn by_route(given: Given, medicare: bool) -> Vec<(&'static str, u32)> {
    let mut lines = Vec::new();
    let mut injected = given.injected;
    let mut oral = given.oral;
    if medicare {
        for (code, count) in MEDICARE.into_iter().zip(given.medicare).filter(|(_, count)| *count > 0) {
            lines.push((code, 1));
            // The nasal influenza vaccine is Medicare's influenza line too.
            if injected >= count { injected -= count } else { oral = oral.saturating_sub(count) }
        }
    }
    if injected > 0 {
        lines.push(("90471", 1));
    } else if oral > 0 {
        lines.push(("90473", 1));
    }
    if injected > 1 {
        lines.push(("90472", injected - 1));
    }
    let more = if injected > 0 { oral } else { oral.saturating_sub(1) };
    if more > 0 {
        lines.push(("90474", more));
    }
    lines.extend(given.covid.then_some(("90480", 1)));
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn vaccines_are_read_by_name_or_by_count() {
        let read = |text: &str| given(text).map(|given| (given.injected, given.oral, given.components, given.covid));
        assert_eq!(read("mmr and varicella"), Some((2, 0, Some(4), false)));
        assert_eq!(read("pediarix, hib, prevnar and rotavirus"), Some((3, 1, Some(8), false)));
        assert_eq!(read("3 vaccines with 7 components"), Some((3, 0, Some(7), false)));
        assert_eq!(read("flu and covid-19 shots"), Some((1, 0, Some(1), true)));
        assert_eq!(read("two vaccines: mmr, dtap, ipv"), None);
        assert_eq!(read("vaccines were given"), None);
        assert_eq!(counseled("no counseling was done"), Some(false));
        assert_eq!(counseled("counseled the mother"), Some(true));
    }

    #[test]
    fn medicare_has_codes_of_its_own() {
        let flu = given("flu shot and pneumonia vaccine").unwrap();
        assert_eq!(by_route(flu, true), [("G0008", 1), ("G0009", 1)]);
        assert_eq!(by_route(flu, false), [("90471", 1), ("90472", 1)]);
        assert_eq!(by_route(given("flumist vaccine").unwrap(), false), [("90473", 1)]);
    }

    proptest! {
        #[test]
        fn every_vaccine_and_component_is_a_unit(injected in 0_u32..8, oral in 0_u32..3, more in 0_u32..9) {
            let given = Given { injected, oral, components: Some(injected + oral + more), ..Given::default() };
            let units = |lines: &[(&str, u32)]| lines.iter().map(|(_, units)| units).sum::<u32>();
            prop_assert_eq!(units(&by_route(given, false)), injected + oral);
            let components = by_component(given).unwrap();
            prop_assert_eq!(units(&components), if injected + oral > 0 { injected + oral + more } else { 0 });
        }
    }
}
