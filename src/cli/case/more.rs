//! What belongs to a case beside itself: its turns, what did not arrive, what was said of it; and what a person decides.

use serde_json::{Value, json};

use super::super::{Failure, print};
use super::find;
use crate::clock::Clock;
use crate::domain::case::CaseId;
use crate::identity::deidentify;
use crate::store::Store;
use crate::store::bounce::Bounced;
use crate::store::case::CaseRow;
use crate::store::feedback::Feedback;
use crate::store::thread::Turn;

/// Everything around a case.
pub struct Related {
    turn: Option<Turn>,
    turns: Vec<CaseRow>,
    bounces: Vec<Bounced>,
    feedback: Vec<Feedback>,
}

/// Reads it.
pub async fn related(store: &Store, case: &CaseId) -> Result<Related, Failure> {
    let turn = store.find_turn(case).await?;
    let root = turn.as_ref().map_or(case, |turn| &turn.root).clone();
    Ok(Related {
        turns: store.list_turns(&root).await?,
        bounces: store.list_bounces(&root).await?,
        feedback: store.list_feedback(&root).await?,
        turn,
    })
}

impl Related {
    /// Adds it to the case's object.
    pub fn into_json(self, value: &mut Value) {
        value["thread"] = json!(self.turn.as_ref().map(|turn| turn.root.clone()));
        value["client"] = json!(self.turn.map(|turn| turn.client));
        let turns = self.turns.iter().map(|turn| json!({"id": turn.id, "status": turn.status, "reason": turn.reason}));
        value["turns"] = turns.collect();
        let bounces = self
            .bounces
            .iter()
            .map(|b| json!({"case": b.case, "kind": b.kind, "status": b.status, "at": b.at.instant().to_string()}));
        value["bounces"] = bounces.collect();
        let feedback = self.feedback.iter().map(|f| {
            json!({"case": f.case, "about": f.about, "good": f.good, "why": f.why, "decision": f.decision,
                "reviewer": f.reviewer})
        });
        value["feedback"] = feedback.collect();
    }

    /// The same as lines.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(turn) = self.turn.as_ref().filter(|turn| turn.root != turn.case) {
            lines.push(format!("a turn of case {}", turn.root));
        }
        if let Some(turn) = self.turn.as_ref().filter(|turn| !turn.client.is_empty()) {
            lines.push(format!("client {}", turn.client));
        }
        lines.extend(self.turns.iter().map(|turn| format!("turn {}  {}  {}", turn.id, turn.status.key(), turn.reason)));
        lines.extend(self.bounces.iter().map(|b| {
            format!("bounced {} ({} {}): a mail of {}", b.at.instant(), b.kind, b.status, b.case).replace(" )", ")")
        }));
        lines.extend(self.feedback.iter().map(|f| {
            let word = if f.good { "good" } else { "bad" };
            let open = if f.decision.is_empty() && !f.good { "not decided" } else { &f.decision };
            format!("{word} by {}, about {}: {}  {open}", f.case, f.about, f.why)
        }));
        lines
    }
}

/// Characters of what a reviewer says to a complaint.
const EXPLAINED_CHARS: usize = 2_000;

/// Decides a complaint. What the reviewer says is de-identified like every text that leaves.
pub async fn decide(store: &Store, text: &str, upheld: bool, why: &str, reviewer: &str) -> Result<(), Failure> {
    let reviewer = named(reviewer)?;
    if why.chars().count() > EXPLAINED_CHARS {
        return Err(Failure::Usage(format!("--why is longer than {EXPLAINED_CHARS} characters")));
    }
    let case = find(store, text).await?;
    let plain: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let why = deidentify(plain.trim()).as_str().to_owned();
    if store.decide(&case.id, upheld, &why, reviewer, Clock::System.now()).await? {
        let word = if upheld { "upheld: the answer costs nothing any more" } else { "rejected" };
        return print(&format!("{}: {word}; its sender is told when the service runs", case.id));
    }
    Err(Failure::Work(format!(
        "{}: no complaint that waits for a decision; `case show` lists them as `bad by CC-…`",
        case.id
    )))
}

/// Ends the wait of a case that a person answered from the mailbox.
pub async fn close(store: &Store, text: &str, reviewer: &str) -> Result<(), Failure> {
    let reviewer = named(reviewer)?;
    let case = find(store, text).await?;
    if store.close_by_hand(&case.id, reviewer, Clock::System.now()).await? {
        return print(&format!("{}: closed, answered by a person", case.id));
    }
    Err(Failure::Work(format!("{} is {}: it does not wait for a person", case.id, case.status.key())))
}

/// Settles messages of which nobody knew whether they left.
pub async fn settle(store: &Store, text: &str, left: bool, reviewer: &str) -> Result<(), Failure> {
    let reviewer = named(reviewer)?;
    let case = find(store, text).await?;
    match store.settle_uncertain(&case.id, left, reviewer, Clock::System.now()).await? {
        0 => Err(Failure::Work(format!("{}: none of its messages is uncertain", case.id))),
        n if left => print(&format!("{}: {n} settled as sent", case.id)),
        n => print(&format!("{}: {n} to be sent again when the service runs", case.id)),
    }
}

fn named(reviewer: &str) -> Result<&str, Failure> {
    let name = reviewer.trim();
    if name.chars().count() < 2 {
        return Err(Failure::Usage("--reviewer must say who decides: it is kept".to_owned()));
    }
    Ok(name)
}

/// Sets or ends a legal hold.
pub async fn hold(store: &Store, text: &str, held: bool) -> Result<(), Failure> {
    let case = find(store, text).await?;
    let root = store.find_turn(&case.id).await?.map_or(case.id, |turn| turn.root);
    store.set_hold(&root, held, Clock::System.now()).await?;
    print(&format!("{root}: {}", if held { "kept by legal hold" } else { "the hold has ended" }))
}
