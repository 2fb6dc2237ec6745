-- A follow-up is a row of its own, leased by itself, that names the case it belongs to; empty: it opened the case.
ALTER TABLE consultation ADD COLUMN thread TEXT NOT NULL DEFAULT '';
-- SHA-256 of the Message-ID of the mail, by which a later mail may name it.
ALTER TABLE consultation ADD COLUMN mail_id TEXT NOT NULL DEFAULT '';
-- What was asked, without identity, with the earlier exchange where it is a follow-up; and the digest of it that finds a
-- question that was asked before.
ALTER TABLE consultation ADD COLUMN question TEXT NOT NULL DEFAULT '';
ALTER TABLE consultation ADD COLUMN question_digest TEXT NOT NULL DEFAULT '';
-- The practice it is about.
ALTER TABLE consultation ADD COLUMN client TEXT NOT NULL DEFAULT '';
-- The answered case of the same question.
ALTER TABLE consultation ADD COLUMN repeats TEXT NOT NULL DEFAULT '';
-- 1: kept by legal hold. A time: what was asked and answered was taken out at its sender's wish.
ALTER TABLE consultation ADD COLUMN legal_hold BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consultation ADD COLUMN forgotten_at BIGINT;
CREATE INDEX consultation_thread ON consultation (thread, created_at);
CREATE INDEX consultation_mail_id ON consultation (mail_id);
CREATE INDEX consultation_question ON consultation (account, question_digest, created_at);
CREATE INDEX consultation_account_status ON consultation (account, status);
CREATE INDEX consultation_account ON consultation (account, created_at);

-- A question over the quota is kept, and due again when the next period begins.
DROP INDEX consultation_open;
CREATE INDEX consultation_open ON consultation (run_at, created_at)
    WHERE status IN ('received', 'admitted', 'researched', 'drafted', 'verified', 'kept');

-- Who of an account sees its cases: `all` of its senders, or each its `own`.
ALTER TABLE account ADD COLUMN sees TEXT NOT NULL DEFAULT 'all';

-- The practices that an account codes for; the one without a name is the account itself.
CREATE TABLE client (
    account_id TEXT NOT NULL REFERENCES account (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    facts TEXT NOT NULL,
    PRIMARY KEY (account_id, key)
);

-- Who may be copied on the replies to an account: on `every` answer, or when the asker copies them.
CREATE TABLE colleague (
    account_id TEXT NOT NULL REFERENCES account (id),
    address TEXT NOT NULL,
    every BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, address)
);

-- Answers bought beside the plan; they do not expire. The reference is the payment's, and counts once.
CREATE TABLE pack (
    reference TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id),
    answers BIGINT NOT NULL,
    added_at BIGINT NOT NULL
);
CREATE INDEX pack_account ON pack (account_id);

-- Addresses that asked for silence.
CREATE TABLE silence (
    address TEXT PRIMARY KEY,
    since BIGINT NOT NULL
);

-- What senders said of an answer, and what a person decided about it.
CREATE TABLE feedback (
    case_id TEXT PRIMARY KEY REFERENCES consultation (id),
    about TEXT NOT NULL REFERENCES consultation (id),
    good BIGINT NOT NULL,
    why TEXT NOT NULL,
    decision TEXT NOT NULL DEFAULT '',
    reviewer TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL
);
CREATE INDEX feedback_about ON feedback (about);

-- Mails of ours that did not arrive, as their notices say.
CREATE TABLE bounce (
    notice TEXT PRIMARY KEY,
    outbox_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    account TEXT NOT NULL,
    recipient TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX bounce_case ON bounce (case_id);
CREATE INDEX bounce_account ON bounce (account, at);

-- How many mails were made for an address, and for all, on a day.
CREATE TABLE tally (
    day TEXT NOT NULL,
    what TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, what)
);

-- A reply and its copies are one mail to several people: a row for each of them.
CREATE TABLE outbox_next (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES consultation (id),
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    message_id TEXT NOT NULL,
    envelope_from TEXT NOT NULL,
    envelope_to TEXT NOT NULL,
    wire BLOB NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT NOT NULL,
    said TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    UNIQUE (case_id, kind, envelope_to),
    UNIQUE (message_id, envelope_to)
);
CREATE TABLE attempt_next (
    outbox_id TEXT NOT NULL REFERENCES outbox_next (id),
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    said TEXT NOT NULL,
    PRIMARY KEY (outbox_id, n)
);
INSERT INTO outbox_next (id, case_id, kind, reason, message_id, envelope_from, envelope_to, wire, state, attempts, next_at,
    said, created_at, sent_at)
SELECT id, case_id, kind, reason, message_id, envelope_from, envelope_to, wire, state, attempts, next_at, said, created_at,
    sent_at FROM outbox;
INSERT INTO attempt_next (outbox_id, n, at, outcome, said) SELECT outbox_id, n, at, outcome, said FROM attempt;
DROP TABLE attempt;
DROP TABLE outbox;
ALTER TABLE outbox_next RENAME TO outbox;
ALTER TABLE attempt_next RENAME TO attempt;
CREATE INDEX outbox_due ON outbox (next_at) WHERE state IN ('ready', 'retry_at');
