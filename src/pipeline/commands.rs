//! Commands by mail, carried out: each ends with one reply, and costs nothing.

use std::time::Duration;

use super::admission::Letter;
use super::{Pipeline, StageError};
use crate::clock;
use crate::domain::account::{Account, FREE};
use crate::domain::case::{CaseId, CaseStatus};
use crate::domain::client::Facts;
use crate::domain::command::Command;
use crate::domain::draft::{Assertion, Draft, Section};
use crate::domain::evidence::Evidence;
use crate::domain::release::Release;
use crate::domain::time::Timestamp;
use crate::domain::waits::Waits;
use crate::identity::{deidentify, names_a_record};
use crate::reply::ReplyError;
use crate::reply::command::CommandReply;
use crate::reply::render::{Body, render};
use crate::store::account::Added;
use crate::store::case::{Lease, Progress};
use crate::store::change::{Author, Change};
use crate::store::forget::Forgotten;
use crate::store::history::Viewer;
use crate::store::thread::Answered;
use crate::verify;

/// Lines of a list.
const LISTED: i64 = 20;
/// Answers that are looked through.
const LOOKED_THROUGH: i64 = 1_000;
/// Characters of an account's name.
const NAME_CHARS: usize = 80;

/// What a command comes to.
enum Done {
    /// A reply in fixed words.
    Reply(CommandReply),
    /// An answer that left before, in another length.
    Again(Box<Answered>, bool),
    /// A person must look; the reason is for them.
    Person(CommandReply, String),
}

impl Pipeline {
    /// Carries a command out and puts its reply into the outbox.
    pub(super) async fn command(
        &self,
        lease: &Lease,
        letter: &Letter<'_>,
        command: &Command,
    ) -> Result<(), StageError> {
        let done = self.carry_out(lease, letter, command).await?;
        let mut foot = self.footing(lease, &letter.arrival.files);
        let mut waits = None;
        let (body, status, reason) = match &done {
            Done::Reply(reply) => {
                let body = reply.render(&foot).map_err(ReplyError::from)?;
                (body, CaseStatus::Served, command.key().to_owned())
            }
            Done::Person(reply, why) => {
                waits = Some(if matches!(command, Command::Bad(_)) { Waits::Bad } else { Waits::Human });
                (reply.render(&foot).map_err(ReplyError::from)?, CaseStatus::InReview, why.clone())
            }
            Done::Again(answered, longer) => {
                foot.case = answered.root.to_string();
                (self.again(answered, *longer, &foot)?, CaseStatus::Served, command.key().to_owned())
            }
        };
        // What is forgotten takes no part in its case any more, not even as its last word.
        let thread = match command {
            Command::Forget(_) => None,
            _ => letter.parent.as_ref().map(|parent| parent.root.clone()),
        };
        let mut progress = Progress { thread, ..letter.progress(reason) };
        if let Some(waits) = waits {
            progress = self.to_review(waits, lease, progress).await?;
        }
        let release = Release::command(command);
        self.send(lease, &release, letter.arrival, &letter.from, &body, status, progress).await
    }

    async fn carry_out(&self, lease: &Lease, letter: &Letter<'_>, command: &Command) -> Result<Done, StageError> {
        let now = self.consultant.clock.now();
        let viewer = self.viewer(letter).await?;
        Ok(match command {
            Command::Help => Done::Reply(CommandReply::help()),
            Command::Status(None) => {
                let mut open = self.store.list_past(&viewer, LOOKED_THROUGH).await?;
                let waits = [CaseStatus::InReview, CaseStatus::Kept, CaseStatus::Asked];
                open.retain(|past| (past.status.is_open() || waits.contains(&past.status)) && past.case != lease.case);
                open.truncate(usize::try_from(LISTED).unwrap_or(20));
                Done::Reply(CommandReply::status(&open))
            }
            Command::Status(Some(case)) => {
                let mut past = self.store.list_past(&viewer, LOOKED_THROUGH).await?;
                let root = past.iter().find(|past| past.case == *case).map(|past| past.root.clone());
                past.retain(|past| Some(&past.root) == root.as_ref());
                past.reverse();
                Done::Reply(CommandReply::status_of(&past))
            }
            Command::Quota => Done::Reply(CommandReply::quota(&self.balance_of(&letter.payer).await?)),
            Command::History => {
                let mut past = self.store.list_past(&viewer, LISTED + 1).await?;
                past.retain(|past| past.case != lease.case);
                Done::Reply(CommandReply::history(&past))
            }
            Command::Find(words) => {
                let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
                let mut past = self.store.find_past(&viewer, &words, LOOKED_THROUGH).await?;
                past.truncate(usize::try_from(LISTED).unwrap_or(20));
                Done::Reply(CommandReply::found(&past))
            }
            Command::Profile(client, facts) => self.profile(letter, client.as_deref(), facts).await?,
            Command::More | Command::Short => match self.answer_meant(letter).await? {
                Some(answered) => Done::Again(Box::new(answered), *command == Command::More),
                None => Done::Reply(no_answer()),
            },
            Command::Human => self.human(letter).await?,
            Command::Good | Command::Bad(_) => self.feedback(lease, letter, command).await?,
            Command::Forget(case) => self.forget(letter, case).await?,
            Command::Stop => {
                self.store.set_silence(&letter.from.key(), true, now).await?;
                Done::Reply(CommandReply::said(
                    "This is our last mail to you.",
                    &[
                        "Whatever comes from this address is kept unread from now on. START, alone in a mail, ends the silence.",
                    ],
                ))
            }
            Command::Start => {
                self.store.set_silence(&letter.from.key(), false, now).await?;
                Done::Reply(CommandReply::said(
                    "Welcome back: your questions are answered again.",
                    &["HELP says what can be written."],
                ))
            }
            Command::Register(name) => self.register(letter, name).await?,
            Command::Malformed(example) => Done::Reply(CommandReply::said(
                "This command could not be read.",
                &[&format!("It is written like this: {example}. HELP lists all of them.")],
            )),
        })
    }

    /// Whose cases a sender may see.
    async fn viewer(&self, letter: &Letter<'_>) -> Result<Viewer, StageError> {
        let own_alone = self.store.sees_own_alone(&letter.payer.key).await?;
        let sender = if own_alone { letter.from.key() } else { String::new() };
        Ok(Viewer { account: letter.payer.key.clone(), sender })
    }

    /// The answer that a command is about: of the case it is written in, else the sender's latest.
    async fn answer_meant(&self, letter: &Letter<'_>) -> Result<Option<Answered>, StageError> {
        Ok(match &letter.parent {
            Some(parent) => self.store.find_answer_in(&parent.root).await?,
            None => self.store.find_answer_for(&letter.payer.key, &letter.from.key()).await?,
        })
    }

    /// An answer again: with the words of its sources, or verdict and lines alone. What was added is verified as well.
    fn again(
        &self,
        answered: &Answered,
        longer: bool,
        foot: &crate::reply::render::Footing,
    ) -> Result<Body, StageError> {
        let Answered { evidence, draft, .. } = answered;
        let changed = if longer { longer_draft(answered) } else { shorter(draft) };
        let corpus = self.consultant.shelf.edition(&evidence.edition);
        let sound = verify::run(&corpus, evidence, &changed, &self.consultant.config.policy).is_clean();
        let shown = if sound || !longer { &changed } else { draft };
        Ok(render(shown, evidence, foot).map_err(ReplyError::from)?)
    }

    async fn profile(&self, letter: &Letter<'_>, client: Option<&str>, facts: &Facts) -> Result<Done, StageError> {
        let Some(account) = &letter.payer.account else {
            return Ok(Done::Reply(CommandReply::said(
                "A profile belongs to an account, and this address has none.",
                &["Write REGISTER, alone in a mail, to open a free one."],
            )));
        };
        if client.is_some_and(names_a_record) {
            return Ok(Done::Reply(CommandReply::said(
                "The name of a client holds what may identify a patient, and was not kept.",
                &["Name the practice alone, without numbers of records, dates of birth or addresses."],
            )));
        }
        let changed = client.is_some() || !facts.is_empty();
        if changed {
            let change = Change::Client(client.unwrap_or_default().to_owned(), Some(facts.clone()));
            self.store.change_account(&account.id, change, Author::sender(), self.consultant.clock.now()).await?;
        }
        Ok(Done::Reply(CommandReply::profile(&self.store.list_clients(&account.id).await?, changed)))
    }

    async fn human(&self, letter: &Letter<'_>) -> Result<Done, StageError> {
        let meant = match &letter.parent {
            Some(parent) => Some(parent.root.clone()),
            None => self.answer_meant(letter).await?.map(|answered| answered.root),
        };
        let Some(root) = meant else {
            return Ok(Done::Reply(CommandReply::said(
                "A person reads it gladly.",
                &["Reply to the answer you mean with HUMAN, or write HUMAN above your question."],
            )));
        };
        let promise = &self.consultant.config.service.review_promise;
        let reply = CommandReply::said(
            format!("A certified coder reads case {root}; you will have the answer {promise}."),
            &["Nothing more is taken from your quota for it."],
        );
        Ok(Done::Person(reply, format!("HUMAN: a person is asked for, about {root}")))
    }

    async fn feedback(&self, lease: &Lease, letter: &Letter<'_>, command: &Command) -> Result<Done, StageError> {
        let now = self.consultant.clock.now();
        let Some(answered) = self.answer_meant(letter).await? else { return Ok(Done::Reply(no_answer())) };
        let Command::Bad(why) = command else {
            self.store.record_feedback(&lease.case, &answered.case, true, "", now).await?;
            return Ok(Done::Reply(CommandReply::said("Thank you, that is good to know.", &[])));
        };
        let why = deidentify(why).as_str().to_owned();
        self.store.record_feedback(&lease.case, &answered.case, false, &why, now).await?;
        let promise = &self.consultant.config.service.review_promise;
        let reply = CommandReply::said(
            format!("Thank you. A certified coder looks at case {} again, {promise}.", answered.root),
            &["If you are right, the answer is not counted, and you get the right one."],
        );
        Ok(Done::Person(
            reply,
            format!("BAD, about {}: {}", answered.case, if why.is_empty() { "no reason" } else { &why }),
        ))
    }

    async fn forget(&self, letter: &Letter<'_>, case: &CaseId) -> Result<Done, StageError> {
        let rules = &self.consultant.config.retention;
        let now = self.consultant.clock.now();
        let viewer = self.viewer(letter).await?;
        let turn = self.store.find_turn(case).await?.filter(|turn| {
            turn.account == viewer.account && (viewer.sender.is_empty() || viewer.sender == turn.sender)
        });
        let Some(turn) = turn else { return Ok(Done::Reply(CommandReply::no_such_case())) };
        let moved = self.store.find_case(&turn.root).await?.map_or(now, |case| case.updated_at);
        let earliest = moved.plus(Duration::from_secs(rules.least_days.saturating_mul(24 * 3_600)));
        if now < earliest {
            let day = Timestamp(earliest.0).date();
            return Ok(Done::Reply(CommandReply::said(
                format!("Case {} must be kept for {} days.", turn.root, rules.least_days),
                &[&format!("Nothing was taken out. Write the same again on {day} or later.")],
            )));
        }
        let outcome = if rules.legal_hold { Forgotten::Held } else { self.store.forget(&turn.root, now).await? };
        Ok(Done::Reply(match outcome {
            Forgotten::Done => CommandReply::said(
                format!("Case {} is forgotten.", turn.root),
                &[
                    "Your mails, the question and our answer are taken out of our records. What stays is that there was a case, and what was counted.",
                ],
            ),
            Forgotten::Held => CommandReply::said(
                format!("Case {} is kept by a legal hold.", turn.root),
                &["Nothing was taken out. Ask us in a plain mail if you want to know more."],
            ),
            Forgotten::Open => CommandReply::said(
                format!("Case {} is being worked on.", turn.root),
                &["Nothing was taken out. Write the same again when it is answered."],
            ),
        }))
    }

    async fn register(&self, letter: &Letter<'_>, name: &str) -> Result<Done, StageError> {
        let config = &self.consultant.config;
        let now = self.consultant.clock.now();
        if let Some(account) = &letter.payer.account {
            // Where an earlier attempt ended half-way, its rest is done now.
            self.store.adopt(&account.id, &letter.from, now).await?;
            return Ok(Done::Reply(CommandReply::said(
                "This address has an account already.",
                &["QUOTA says what is left of it, HELP what can be written."],
            )));
        }
        let today = Timestamp(now.0 - now.0.rem_euclid(24 * 3_600 * 1_000_000));
        if !config.joining.open || self.store.count_accounts_since(today).await? >= config.joining.per_day {
            let reply = CommandReply::said("A person opens your account, and writes to you then.", &[]);
            return Ok(Done::Person(reply, "REGISTER: asks for an account".to_owned()));
        }
        let given: String = name.chars().filter(|c| !c.is_control()).take(NAME_CHARS).collect();
        let none = given.trim().is_empty() || names_a_record(&given);
        let name = if none { letter.from.domain().to_owned() } else { given.trim().to_owned() };
        let id = format!("ac_{:012x}", clock::random() & 0xffff_ffff_ffff);
        let account = Account { id, name: name.clone(), plan: FREE.to_owned() };
        if let Added::AddressTaken(_) = self.store.register(account, &letter.from, now).await? {
            return Ok(Done::Reply(CommandReply::said("This address has an account already.", &[])));
        }
        let payer = crate::admit::payer(&self.store, &letter.from, now.date(), config).await?;
        let reply =
            CommandReply::registered(&name, payer.quota.answers, super::answer::period(config), payer.quota.resets);
        Ok(Done::Reply(reply))
    }
}

fn no_answer() -> CommandReply {
    CommandReply::said("There is no answer that this could be about.", &["Reply to the answer you mean."])
}

/// Verdict and lines.
fn shorter(draft: &Draft) -> Draft {
    let also = draft.also.iter().map(shorter).collect();
    Draft { sections: Vec::new(), also, ..draft.clone() }
}

/// The same with what the sources say beyond it, in their own words.
fn longer_draft(answered: &Answered) -> Draft {
    let mut all = answered.draft.all().zip(answered.evidence.all()).map(|(draft, evidence)| extended(draft, evidence));
    let Some(mut first) = all.next() else { return answered.draft.clone() };
    first.also = all.collect();
    first
}

fn extended(draft: &Draft, evidence: &Evidence) -> Draft {
    let folded = |text: &str| text.trim().trim_end_matches('.').to_lowercase();
    let mut said: Vec<String> = draft.assertions().map(|assertion| folded(&assertion.text)).collect();
    let mut items = Vec::new();
    let mut add = |lead: &str, text: &str, cites: Option<usize>| {
        let plain = folded(text);
        let Some(n) = cites.filter(|_| !plain.is_empty() && !said.iter().any(|said| said.contains(&plain))) else {
            return;
        };
        said.push(plain);
        let text = text.trim().trim_end_matches('.');
        items.push(Assertion::new(format!("{lead}{text}."), vec![n]));
    };
    for passage in &evidence.passages {
        let n = evidence.number(&passage.source);
        add("", &passage.text, n);
        add("", &passage.source.quote, n);
        for (lead, lines) in [
            ("Holds where: ", &passage.conditions),
            ("Exception: ", &passage.exceptions),
            ("The note shows: ", &passage.documentation),
        ] {
            for line in lines {
                add(lead, line, n);
            }
        }
    }
    let mut sections = draft.sections.clone();
    if !items.is_empty() {
        sections.push(Section { heading: "THE SOURCES SAY".to_owned(), items });
    }
    Draft { sections, also: Vec::new(), ..draft.clone() }
}
