//! The table of an evaluation: what was right, what would have left unread and how right that is, what it took.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use super::item::Item;
use super::key::Mark;

/// One item with its answer and its mark.
pub struct Marked<'a> {
    /// The item.
    pub item: &'a Item,
    /// Its answer.
    pub answer: &'a Value,
    /// How it compares with the key; `None` where there is none.
    pub mark: Option<Mark>,
}

/// `k of n = share [low, high]`: a share with its 95 % Wilson interval.
pub fn share(k: usize, n: usize) -> String {
    if n == 0 {
        return "none".to_owned();
    }
    let (low, high) = wilson(k, n);
    format!("{k} of {n} = {:.3} [{low:.3}, {high:.3}]", k as f64 / n as f64)
}

fn wilson(k: usize, n: usize) -> (f64, f64) {
    let (n, z) = (n as f64, 1.96_f64);
    let p = k as f64 / n;
    let d = 1.0 + z * z / n;
    let centre = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    ((centre - half) / d, (centre + half) / d)
}

/// Milliseconds of all stages of an answer.
fn time(answer: &Value) -> f64 {
    answer["timings_ms"].as_object().into_iter().flatten().filter_map(|(_, ms)| ms.as_f64()).sum()
}

fn quantile(sorted: &[f64], q: f64) -> f64 {
    // Lengths and ranks are far below 2^52.
    let rank = (sorted.len().saturating_sub(1) as f64 * q).round() as usize;
    sorted.get(rank).copied().unwrap_or_default()
}

/// The table as text.
pub fn print(all: &[Marked<'_>]) -> String {
    let mut out = String::new();
    let mut row = |name: &str, value: String| {
        let _ = writeln!(out, "{name:<44} {value}");
    };
    let marked: Vec<(&Marked<'_>, &Mark)> = all.iter().filter_map(|m| Some((m, m.mark.as_ref()?))).collect();
    row("items, of them with a key", format!("{}, {}", all.len(), marked.len()));
    let passed = |m: &&(&Marked<'_>, &Mark)| m.1.pass;
    row("PASS", share(marked.iter().filter(passed).count(), marked.len()));
    let sum = |n: usize| marked.iter().map(|(_, mark)| mark.codes[n]).sum::<usize>();
    row("code recall", share(sum(1), sum(0)));
    row("code precision", share(sum(3), sum(2)));
    let (recall, precision) = (ratio(sum(1), sum(0)), ratio(sum(3), sum(2)));
    row(
        "code F1",
        format!("{:.3}", if recall + precision > 0.0 { 2.0 * recall * precision / (recall + precision) } else { 0.0 }),
    );
    let modifiers = |n: usize| marked.iter().map(|(_, mark)| mark.modifiers[n]).sum::<usize>();
    row("modifier recall", share(modifiers(1), modifiers(0)));
    row("verdict, balanced over yes and no", balanced(&marked));
    let faulty = |kinds: &[&str]| all.iter().filter(|m| has_finding(m.answer, kinds)).count();
    row("answers with a code of no table", faulty(&["code"]).to_string());
    row("answers with a number of no source", faulty(&["number"]).to_string());
    row("answers with a citation that does not resolve", faulty(&["citation"]).to_string());
    let left: Vec<&(&Marked<'_>, &Mark)> = marked.iter().filter(|(m, _)| m.answer["release"] == "automatic").collect();
    row("would leave unread", share(left.len(), marked.len()));
    row("  of these right (codes, modifiers, verdict)", share(left.iter().filter(|m| m.1.right).count(), left.len()));
    row("  of these PASS", share(left.iter().filter(|m| m.1.pass).count(), left.len()));
    let mut times: Vec<f64> = all.iter().map(|m| time(m.answer)).collect();
    times.sort_by(f64::total_cmp);
    row("time of an answer, median / 95 %", format!("{:.1} / {:.1} ms", quantile(&times, 0.5), quantile(&times, 0.95)));
    let tokens: u64 = all.iter().filter_map(|m| m.answer["tokens"].as_u64()).sum();
    if tokens > 0 {
        row("tokens of the model", tokens.to_string());
    }
    let mut groups: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (m, mark) in marked.iter().filter(|(m, _)| !m.item.category.is_empty()) {
        let group = groups.entry(&m.item.category).or_default();
        group.0 += usize::from(mark.pass);
        group.1 += 1;
    }
    for (name, (pass, n)) in groups {
        row(&format!("  {name}"), format!("{pass} of {n}"));
    }
    out
}

/// Items whose procedure codes are all in a list, and those that want another one, apart: does it know more than the codes
/// it was written with?
pub fn apart(all: &[Marked<'_>], listed: &BTreeSet<String>) -> String {
    let mut groups = [("  all procedure codes are listed", 0, 0), ("  another code is wanted", 0, 0)];
    for (m, mark) in all.iter().filter_map(|m| Some((m, m.mark.as_ref()?))) {
        let mut codes = m.item.key.procedures().peekable();
        if codes.peek().is_none() {
            continue;
        }
        let group = &mut groups[usize::from(codes.any(|code| !listed.contains(code.as_str())))];
        group.1 += usize::from(mark.pass);
        group.2 += 1;
    }
    let mut out = format!("PASS beside a list of {} codes\n", listed.len());
    for (name, pass, n) in groups {
        let _ = writeln!(out, "{name:<44} {}", share(pass, n));
    }
    out
}

fn ratio(k: usize, n: usize) -> f64 {
    if n == 0 { 0.0 } else { k as f64 / n as f64 }
}

fn has_finding(answer: &Value, kinds: &[&str]) -> bool {
    let findings = answer["findings"].as_array().into_iter().flatten();
    findings.into_iter().any(|finding| kinds.iter().any(|kind| finding["kind"] == *kind))
}

fn balanced(marked: &[(&Marked<'_>, &Mark)]) -> String {
    let of = |word: &str| {
        let wanted = marked.iter().filter_map(|(_, mark)| mark.verdict.as_ref()).filter(|(wanted, _)| wanted == word);
        let given: Vec<bool> = wanted.map(|(_, given)| *given).collect();
        (given.iter().filter(|given| **given).count(), given.len())
    };
    let (yes, no) = (of("yes"), of("no"));
    let mean = f64::midpoint(ratio(yes.0, yes.1), ratio(no.0, no.1));
    format!("{mean:.3} (yes {} of {}, no {} of {})", yes.0, yes.1, no.0, no.1)
}

/// What became better and what worse since another run.
pub fn compare(all: &[Marked<'_>], before: &BTreeMap<String, Value>) -> String {
    let mut out = String::new();
    let (mut better, mut worse, mut same, mut new) = (Vec::new(), Vec::new(), 0, 0);
    for m in all {
        let name = m.item.name();
        let Some(old) = before.get(&name).and_then(|old| m.item.key.mark(old)) else {
            new += 1;
            continue;
        };
        match (old.pass, m.mark.as_ref().is_some_and(|mark| mark.pass)) {
            (false, true) => better.push(name),
            (true, false) => worse.push((name, m.mark.as_ref().map(|mark| mark.faults.join(", ")).unwrap_or_default())),
            _ => same += 1,
        }
    }
    let _ = writeln!(
        out,
        "since the other run: {} better, {} worse, {same} as before, {new} not in it",
        better.len(),
        worse.len()
    );
    for name in better {
        let _ = writeln!(out, "  + {name}");
    }
    for (name, why) in worse {
        let _ = writeln!(out, "  - {name}: {why}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        let (low, high) = wilson(118, 218);
        assert!((low - 0.475).abs() < 5e-4 && (high - 0.606).abs() < 5e-4, "{low} {high}");
        assert_eq!(share(0, 0), "none");
    }

    #[test]
    fn items_with_codes_of_a_list_are_counted_apart() {
        let item = |codes: &[&str]| -> Item {
            serde_json::from_value(serde_json::json!({"id": codes, "question": "?", "answer_key": {"codes": codes}}))
                .unwrap()
        };
        let items = [item(&["45385"]), item(&["45385", "99213"]), item(&["E11.9"])];
        let answer = serde_json::json!({"codes": ["45385"], "text": "", "citations": [{}]});
        let all = items.iter().map(|item| Marked { item, answer: &answer, mark: item.key.mark(&answer) });
        let text = apart(&all.collect::<Vec<_>>(), &BTreeSet::from(["45385".to_owned()]));
        assert!(text.contains("listed") && text.contains("1 of 1") && text.contains("0 of 1"), "{text}");
    }

    #[test]
    fn two_runs_are_compared_item_by_item() {
        let item: Item =
            serde_json::from_value(serde_json::json!({"id": "a", "question": "?", "answer_key": {"verdict": "no"}}))
                .unwrap();
        let answer = |verdict: &str| serde_json::json!({"verdict": verdict, "text": "", "citations": [{}]});
        let (old, new) = (answer("yes"), answer("no"));
        let mark = item.key.mark(&new);
        let text = compare(&[Marked { item: &item, answer: &new, mark }], &BTreeMap::from([("a".to_owned(), old)]));
        assert!(text.contains("1 better, 0 worse") && text.contains("+ a"), "{text}");
    }
}
