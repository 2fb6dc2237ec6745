-- Types are TEXT, BIGINT and BLOB only, times are microseconds since 1970 UTC, ids are made by the program:
-- the statements over these tables read the same on SQLite and on PostgreSQL.

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    plan TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE sender (
    address TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id)
);

CREATE TABLE mailbox (
    name TEXT PRIMARY KEY,
    uid_validity BIGINT NOT NULL,
    last_uid BIGINT NOT NULL
);

-- One row for every mail that was ever taken in, whatever became of it.
CREATE TABLE message (
    id TEXT PRIMARY KEY,
    mailbox TEXT NOT NULL,
    uid_validity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    digest TEXT NOT NULL,
    size BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    settled BIGINT NOT NULL DEFAULT 0,
    duplicate_of TEXT,
    raw BLOB NOT NULL,
    UNIQUE (mailbox, uid_validity, uid)
);
CREATE INDEX message_digest ON message (digest);
CREATE INDEX message_unsettled ON message (mailbox, uid_validity, uid) WHERE settled = 0;

CREATE TABLE consultation (
    id TEXT PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE REFERENCES message (id),
    account TEXT NOT NULL DEFAULT '',
    sender TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    attempts BIGINT NOT NULL DEFAULT 0,
    run_at BIGINT NOT NULL,
    lease_token BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT,
    edition TEXT NOT NULL DEFAULT '',
    evidence TEXT,
    draft TEXT,
    report TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- What the pipeline asks for: open cases, oldest first.
CREATE INDEX consultation_open ON consultation (run_at)
    WHERE status IN ('received', 'admitted', 'researched', 'drafted', 'verified');
CREATE INDEX consultation_status ON consultation (status, created_at);

-- The facts an answer used, by key, so that a later release can find the answers it changes.
CREATE TABLE citation (
    case_id TEXT NOT NULL REFERENCES consultation (id),
    n BIGINT NOT NULL,
    fact_table TEXT NOT NULL,
    fact_key TEXT NOT NULL,
    period_from TEXT NOT NULL,
    period_to TEXT NOT NULL,
    release TEXT NOT NULL,
    PRIMARY KEY (case_id, n)
);
CREATE INDEX citation_fact ON citation (fact_table, fact_key);

CREATE TABLE reservation (
    case_id TEXT PRIMARY KEY REFERENCES consultation (id),
    account TEXT NOT NULL,
    period TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX reservation_account ON reservation (account, period, state);

CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES consultation (id),
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    envelope_from TEXT NOT NULL,
    envelope_to TEXT NOT NULL,
    wire BLOB NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT NOT NULL,
    said TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    UNIQUE (case_id, kind)
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state IN ('ready', 'retry_at');

CREATE TABLE attempt (
    outbox_id TEXT NOT NULL REFERENCES outbox (id),
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    said TEXT NOT NULL,
    PRIMARY KEY (outbox_id, n)
);

-- At most one notice of a kind to an address on a day.
CREATE TABLE notice (
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (address, kind, day)
);

-- The story of a case, append-only.
CREATE TABLE event (
    case_id TEXT NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (case_id, n)
);
