//! Which lines of a group belong to which code.
//!
//! A code stands beside the middle of its statement: on the middle line, or on a line of its own between the two
//! middle lines. Sometimes it is a line off. Of all ways to share out the lines between two codes, the cheapest is
//! taken: codes off their middle cost, and so do statements that begin within a sentence, or that would go on after a
//! line with room for the next word.

use super::super::super::Intake;
use super::layout::{Gap, Line};

/// A reason code with its statement.
pub(super) struct Statement {
    /// The code.
    pub(super) code: String,
    /// The heading of its group.
    pub(super) group: String,
    /// The statement.
    pub(super) text: String,
}

/// A code in a group, with the line of the text beside it and the remarks under it.
struct Code<'a> {
    line: &'a Line,
    remarks: Vec<&'a str>,
}

/// A group: codes, and the lines before the first, between each two, and after the last.
#[derive(Default)]
struct Group<'a> {
    heading: Vec<&'a str>,
    codes: Vec<Code<'a>>,
    gaps: Vec<Vec<&'a Line>>,
    heading_open: bool,
}

/// No statement has so many lines above or below its code.
const MOST_LINES: usize = 30;

/// Room for a word counts only beyond this: letters have different widths in print.
const SLACK: usize = 8;

/// True for five capital letters and digits, the first two letters.
pub(super) fn is_code(word: &str) -> bool {
    word.len() == 5
        && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && word.bytes().take(2).all(|b| b.is_ascii_uppercase())
}

/// The statements of a document.
pub(super) fn statements(lines: &[Line], intake: &mut Intake) -> Vec<Statement> {
    let mut found = Vec::new();
    for group in groups(lines) {
        if let (true, Some(line)) = (group.codes.is_empty(), group.gaps.iter().flatten().next()) {
            intake.broken(line.number, "a text without a reason code");
        }
        if !group.codes.is_empty() {
            finish(&group, intake, &mut found);
        }
    }
    found
}

fn groups(lines: &[Line]) -> Vec<Group<'_>> {
    let mut groups = vec![Group { gaps: vec![Vec::new()], ..Group::default() }];
    for line in lines {
        let left = line.left.as_str();
        if left == "Reason" || left == "Reason Code" {
            let heading_open = left == "Reason";
            groups.push(Group { gaps: vec![Vec::new()], heading_open, ..Group::default() });
        }
        let Some(group) = groups.last_mut() else { break };
        if group.heading_open || left == "Reason Code" {
            group.heading.push(&line.text);
            group.heading_open &= left != "Code";
        } else if is_code(left) {
            group.codes.push(Code { line, remarks: Vec::new() });
            group.gaps.push(Vec::new());
        } else {
            take(group, line);
        }
    }
    groups
}

/// Takes a line without a code.
fn take<'a>(group: &mut Group<'a>, line: &'a Line) {
    // A bookmark that the conversion leaves beside a heading.
    if group.codes.is_empty() && line.left.is_empty() && is_bookmark(&line.text) {
        return;
    }
    if let (false, Some(code)) = (line.left.is_empty(), group.codes.last_mut()) {
        code.remarks.push(&line.left);
    }
    if let (false, Some(gap)) = (line.text.is_empty(), group.gaps.last_mut()) {
        gap.push(line);
    }
}

/// `0B`, `12B`.
fn is_bookmark(word: &str) -> bool {
    let digits = word.strip_suffix('B').unwrap_or("");
    (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

fn finish(group: &Group<'_>, intake: &mut Intake, found: &mut Vec<Statement>) {
    let words = group.heading.iter().flat_map(|text| text.split_whitespace());
    let heading: Vec<&str> = words.filter(|word| !is_bookmark(word)).collect();
    let heading = heading.join(" ");
    let shares = share(group);
    for (at, code) in group.codes.iter().enumerate() {
        let before = &group.gaps[at][shares[at]..];
        let after = &group.gaps[at + 1][..shares[at + 1]];
        let own = std::iter::once(code.line.text.as_str()).filter(|text| !text.is_empty());
        let texts =
            before.iter().map(|line| line.text.as_str()).chain(own).chain(after.iter().map(|line| line.text.as_str()));
        let mut text = String::new();
        // A word or number broken at its hyphen goes on without a blank.
        for part in texts.chain(code.remarks.iter().copied()) {
            if !text.is_empty() && (!text.ends_with('-') || text.ends_with(" -")) {
                text.push(' ');
            }
            text.push_str(part);
        }
        if text.is_empty() {
            intake.broken(code.line.number, format!("no statement beside {}", code.line.left));
            continue;
        }
        found.push(Statement { code: code.line.left.clone(), group: heading.clone(), text });
    }
}

/// How many lines of each gap belong to the code before it. None of the first gap, all of the last.
fn share(group: &Group<'_>) -> Vec<usize> {
    let last = group.codes.len();
    // By share of the gap before a code: the least cost so far, and the share of the gap before that.
    let mut steps: Vec<Vec<(usize, usize, u32)>> = vec![vec![(0, 0, 0)]];
    for at in 0..last {
        let options = options(group.gaps[at + 1].len(), at + 1 == last);
        let (before, code) = (&group.gaps[at], &group.codes[at]);
        let mut step = Vec::with_capacity(options.len());
        for share in options {
            let after = &group.gaps[at + 1];
            let cut = if at + 1 < last { cut_cost(after, share, code, &group.codes[at + 1]) } else { 0 };
            let best = steps[at]
                .iter()
                .map(|(taken, _, cost)| (*taken, cost + code_cost(&before[*taken..], code, &after[..share])))
                .min_by_key(|(_, cost)| *cost);
            let (taken, cost) = best.unwrap_or((0, 0));
            step.push((share, taken, cost + cut));
        }
        steps.push(step);
    }
    let mut shares = vec![0; last + 1];
    let mut wanted = group.gaps[last].len();
    for at in (1..=last).rev() {
        shares[at] = wanted;
        wanted = steps[at].iter().find(|(share, ..)| *share == wanted).map_or(0, |(_, taken, _)| *taken);
    }
    shares
}

/// The shares of a gap that are tried; in an endless gap, those near its ends.
fn options(length: usize, last: bool) -> Vec<usize> {
    if last {
        return vec![length];
    }
    (0..=length).filter(|share| *share <= MOST_LINES || length - share <= MOST_LINES).collect()
}

/// What it costs that a statement has these lines.
fn code_cost(before: &[&Line], code: &Code<'_>, after: &[&Line]) -> u32 {
    let own = usize::from(!code.line.text.is_empty());
    let left = 1 + code.remarks.len();
    let (above, below) = on_page(before, code, after);
    // Remarks under a code push it up from the middle, unless they are higher than the statement.
    let off = if above + own + below > left { (above + left - 1).abs_diff(below) } else { 0 };
    let mut cost = 3 * u32::try_from(off.min(1_000)).unwrap_or(1_000);
    if before.len() + own + after.len() == 0 {
        cost += 40;
    }
    let own_line = (own == 1).then_some(code.line);
    let lines: Vec<&Line> =
        before.iter().copied().chain(own_line).chain(after.iter().copied()).take(2 * MOST_LINES).collect();
    for pair in lines.windows(2) {
        cost += within_cost(pair[0], pair[1]);
    }
    cost
}

/// How many of the lines are on the page of the code. Of a statement that goes on overleaf, the code stands beside the
/// middle of the part on its own page.
fn on_page(before: &[&Line], code: &Code<'_>, after: &[&Line]) -> (usize, usize) {
    let mut above = 0;
    if code.line.gap != Gap::Page {
        for line in before.iter().rev() {
            above += 1;
            if line.gap == Gap::Page {
                break;
            }
        }
    }
    (above, after.iter().take_while(|line| line.gap != Gap::Page).count())
}

/// What it costs that a statement goes on from one line to the next.
fn within_cost(line: &Line, next: &Line) -> u32 {
    let gap = match next.gap {
        Gap::None => 0,
        Gap::Blank => 4,
        Gap::Page => 4,
    };
    let word = next.text.split(' ').next().unwrap_or("").chars().count();
    let room = if line.room > word + SLACK { 4 } else { 0 };
    let sentence = if line.text.ends_with('.') && begins(next) { 1 } else { 0 };
    gap + room + sentence
}

/// What it costs that a statement ends behind `share` lines of a gap and the next begins there.
fn cut_cost(gap: &[&Line], share: usize, code: &Code<'_>, next: &Code<'_>) -> u32 {
    let own = |code: &Code<'_>| (!code.line.text.is_empty()).then_some(code.line.text.clone());
    let end = share.checked_sub(1).and_then(|at| gap.get(at)).map(|line| line.text.clone()).or_else(|| own(code));
    let start = gap.get(share).map(|line| begins(line)).or_else(|| own(next).map(|_| begins(next.line)));
    let mut cost = 0;
    if start == Some(false) {
        cost += 6;
    }
    if end.is_some_and(|text| !text.ends_with(['.', ')', '€'])) {
        cost += 2;
    }
    cost
}

/// True where a line may begin a statement.
fn begins(line: &Line) -> bool {
    line.text.starts_with(|c: char| c.is_uppercase() || c == '"' || c == '“')
}
