-- Tokens of programs. Of a token only the SHA-256 is kept. `reviewer_id` names the person whose decisions it may record
-- (empty: nobody's), `used_on` the day on which it was last used.
CREATE TABLE api_token (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    reviewer_id TEXT NOT NULL DEFAULT '',
    expires_at BIGINT,
    revoked_at BIGINT,
    used_on TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL
);
-- A name stands for one token that counts.
CREATE UNIQUE INDEX api_token_name ON api_token (name) WHERE revoked_at IS NULL;

-- What came of a call that carried an Idempotency-Key: the same call again is told the same.
CREATE TABLE api_outcome (
    token_id TEXT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (token_id, key)
);
CREATE INDEX api_outcome_at ON api_outcome (at);

-- Which webhook of the settings wants to know of what; written when the service starts.
CREATE TABLE webhook_event (
    kind TEXT NOT NULL,
    webhook TEXT NOT NULL,
    PRIMARY KEY (kind, webhook)
);

-- What is to be told, in the transaction of what it tells of. Ids, states and times: no identity, no text of a question.
-- States: waiting, told, given_up.
CREATE TABLE webhook_message (
    webhook TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    case_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    account TEXT NOT NULL,
    what TEXT NOT NULL,
    -- 0: what it tells of has no time of its own; it gets that of its first attempt.
    at BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    attempts BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT NOT NULL,
    first_at BIGINT NOT NULL DEFAULT 0,
    said TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (webhook, id)
);
CREATE INDEX webhook_message_due ON webhook_message (next_at) WHERE state = 'waiting';
CREATE INDEX webhook_message_waiting ON webhook_message (webhook) WHERE state = 'waiting';
CREATE INDEX webhook_message_last ON webhook_message (webhook, next_at);
CREATE INDEX webhook_message_told ON webhook_message (next_at) WHERE state = 'told';
CREATE INDEX webhook_message_given_up ON webhook_message (webhook) WHERE state = 'given_up';

CREATE TRIGGER webhook_waiting AFTER UPDATE OF waits ON consultation WHEN old.waits = '' AND new.waits <> '' BEGIN
    INSERT INTO webhook_message (webhook, id, kind, case_id, turn_id, account, what, at, next_at)
    SELECT webhook, 'case_waiting_' || new.id || '_' || CASE WHEN new.waits_since > new.updated_at THEN new.waits_since ELSE new.updated_at END,
        kind, CASE WHEN new.thread = '' THEN new.id ELSE new.thread END, new.id,
        CASE WHEN new.account LIKE 'guest:%' THEN '' ELSE new.account END, new.waits,
        CASE WHEN new.waits_since > new.updated_at THEN new.waits_since ELSE new.updated_at END, 0
    FROM webhook_event WHERE kind = 'case.waiting'
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER webhook_opened AFTER INSERT ON consultation WHEN new.waits <> '' BEGIN
    INSERT INTO webhook_message (webhook, id, kind, case_id, turn_id, account, what, at, next_at)
    SELECT webhook, 'case_waiting_' || new.id || '_' || new.updated_at, kind,
        CASE WHEN new.thread = '' THEN new.id ELSE new.thread END, new.id, '', new.waits, new.updated_at, 0
    FROM webhook_event WHERE kind = 'case.waiting'
    ON CONFLICT DO NOTHING;
END;
-- What was forgotten at its sender's wish is told to nobody.
CREATE TRIGGER webhook_ended AFTER UPDATE OF status ON consultation
    WHEN old.status <> new.status AND new.status IN ('answered', 'asked', 'declined') AND new.forgotten_at IS NULL BEGIN
    INSERT INTO webhook_message (webhook, id, kind, case_id, turn_id, account, what, at, next_at)
    SELECT webhook, 'case_' || new.status || '_' || new.id || '_' || new.updated_at, kind,
        CASE WHEN new.thread = '' THEN new.id ELSE new.thread END, new.id,
        CASE WHEN new.account LIKE 'guest:%' THEN '' ELSE new.account END, new.status, new.updated_at, 0
    FROM webhook_event WHERE kind = 'case.' || new.status
    ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER webhook_bounce AFTER INSERT ON bounce BEGIN
    INSERT INTO webhook_message (webhook, id, kind, case_id, turn_id, account, what, at, next_at)
    SELECT webhook, 'bounce_' || new.case_id || '_' || new.kind || '_' || new.at, kind,
        COALESCE((SELECT CASE WHEN thread = '' THEN id ELSE thread END FROM consultation WHERE id = new.case_id), new.case_id),
        new.case_id, CASE WHEN new.account LIKE 'guest:%' THEN '' ELSE new.account END, new.kind, new.at, 0
    FROM webhook_event WHERE kind = 'bounce'
    ON CONFLICT DO NOTHING;
END;
-- Four fifths, or all, of a quota are used: told once in a period, as the asker is.
CREATE TRIGGER webhook_quota AFTER INSERT ON notice
    WHEN new.kind IN ('quota_80', 'quota_100') AND new.address NOT LIKE 'guest:%' BEGIN
    INSERT INTO webhook_message (webhook, id, kind, case_id, turn_id, account, what, at, next_at)
    SELECT webhook, new.kind || '_' || new.address || '_' || new.day, kind, '', '', new.address, new.kind, 0, 0
    FROM webhook_event WHERE kind = 'quota'
    ON CONFLICT DO NOTHING;
END;
-- A question over the quota is kept.
CREATE TRIGGER webhook_kept AFTER UPDATE OF status ON consultation
    WHEN old.status <> new.status AND new.status = 'kept' AND new.account NOT LIKE 'guest:%' BEGIN
    INSERT INTO webhook_message (webhook, id, kind, case_id, turn_id, account, what, at, next_at)
    SELECT webhook, 'quota_kept_' || new.id || '_' || new.updated_at, kind,
        CASE WHEN new.thread = '' THEN new.id ELSE new.thread END, new.id, new.account, 'kept', new.updated_at, 0
    FROM webhook_event WHERE kind = 'quota'
    ON CONFLICT DO NOTHING;
END;
