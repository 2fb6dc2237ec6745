-- The schema as SQLite's migrations 0001 to 0014 leave it; what each table is for is written there. Later migrations have the
-- same number on both sides. Texts compare byte by byte, as they do there; lower() knows ASCII alone, as it does there.

CREATE TABLE account (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    plan TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    sees TEXT COLLATE "C" NOT NULL DEFAULT 'all',
    policy TEXT COLLATE "C" NOT NULL DEFAULT '',
    quota TEXT COLLATE "C" NOT NULL DEFAULT 'pooled',
    agreement_on TEXT COLLATE "C" NOT NULL DEFAULT '',
    agreement_digest TEXT COLLATE "C" NOT NULL DEFAULT '',
    legal_hold BIGINT NOT NULL DEFAULT 0,
    sort_name TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX account_name ON account (sort_name, id);
CREATE INDEX account_plan ON account (plan, sort_name, id);
CREATE INDEX account_held ON account (sort_name, id) WHERE legal_hold = 1;
CREATE INDEX account_no_agreement ON account (sort_name, id) WHERE agreement_on = '';

CREATE TABLE sender (
    address TEXT COLLATE "C" PRIMARY KEY,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES account (id)
);
CREATE INDEX sender_account ON sender (account_id);

CREATE TABLE mailbox (
    name TEXT COLLATE "C" PRIMARY KEY,
    uid_validity BIGINT NOT NULL,
    last_uid BIGINT NOT NULL
);

CREATE TABLE message (
    id TEXT COLLATE "C" PRIMARY KEY,
    mailbox TEXT COLLATE "C" NOT NULL,
    uid_validity BIGINT NOT NULL,
    uid BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    settled BIGINT NOT NULL DEFAULT 0,
    duplicate_of TEXT COLLATE "C",
    raw BYTEA NOT NULL,
    sealed_with TEXT COLLATE "C" NOT NULL DEFAULT '',
    purged_at BIGINT,
    UNIQUE (mailbox, uid_validity, uid)
);
CREATE INDEX message_digest ON message (digest);
CREATE INDEX message_unsettled ON message (mailbox, uid_validity, uid) WHERE settled = 0;
CREATE INDEX message_sealed ON message (sealed_with);

CREATE TABLE consultation (
    id TEXT COLLATE "C" PRIMARY KEY,
    message_id TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES message (id),
    account TEXT COLLATE "C" NOT NULL DEFAULT '',
    sender TEXT COLLATE "C" NOT NULL DEFAULT '',
    subject TEXT COLLATE "C" NOT NULL DEFAULT '',
    status TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL DEFAULT '',
    attempts BIGINT NOT NULL DEFAULT 0,
    run_at BIGINT NOT NULL,
    lease_token BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT,
    edition TEXT COLLATE "C" NOT NULL DEFAULT '',
    evidence TEXT COLLATE "C",
    draft TEXT COLLATE "C",
    report TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    thread TEXT COLLATE "C" NOT NULL DEFAULT '',
    mail_id TEXT COLLATE "C" NOT NULL DEFAULT '',
    question TEXT COLLATE "C" NOT NULL DEFAULT '',
    question_digest TEXT COLLATE "C" NOT NULL DEFAULT '',
    client TEXT COLLATE "C" NOT NULL DEFAULT '',
    repeats TEXT COLLATE "C" NOT NULL DEFAULT '',
    legal_hold BIGINT NOT NULL DEFAULT 0,
    forgotten_at BIGINT,
    waits TEXT COLLATE "C" NOT NULL DEFAULT '',
    waits_since BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL DEFAULT 0,
    confidence BIGINT NOT NULL DEFAULT 0,
    specialty TEXT COLLATE "C" NOT NULL DEFAULT '',
    claimed_by TEXT COLLATE "C" NOT NULL DEFAULT '',
    claimed_until BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX consultation_status ON consultation (status, created_at);
CREATE INDEX consultation_thread ON consultation (thread, created_at);
CREATE INDEX consultation_mail_id ON consultation (mail_id);
CREATE INDEX consultation_question ON consultation (account, question_digest, created_at);
CREATE INDEX consultation_account_status ON consultation (account, status);
CREATE INDEX consultation_waits ON consultation (due_at, id) WHERE waits <> '';
CREATE INDEX consultation_waits_pile ON consultation (waits, due_at, id) WHERE waits <> '';
CREATE INDEX consultation_waits_account ON consultation (account, due_at, id) WHERE waits <> '';
CREATE INDEX consultation_waits_specialty ON consultation (specialty, due_at, id) WHERE waits <> '' AND specialty <> '';
CREATE INDEX consultation_waits_claim ON consultation (claimed_by, due_at, id) WHERE waits <> '';
CREATE INDEX consultation_open ON consultation (run_at, created_at) WHERE status IN ('received', 'admitted', 'researched', 'drafted', 'verified', 'kept', 'decided');
CREATE INDEX consultation_account ON consultation (account, created_at, id);

CREATE TABLE citation (
    case_id TEXT COLLATE "C" NOT NULL REFERENCES consultation (id),
    n BIGINT NOT NULL,
    fact_table TEXT COLLATE "C" NOT NULL,
    fact_key TEXT COLLATE "C" NOT NULL,
    period_from TEXT COLLATE "C" NOT NULL,
    period_to TEXT COLLATE "C" NOT NULL,
    release TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (case_id, n)
);
CREATE INDEX citation_fact ON citation (fact_table, fact_key);

CREATE TABLE reservation (
    case_id TEXT COLLATE "C" PRIMARY KEY REFERENCES consultation (id),
    account TEXT COLLATE "C" NOT NULL,
    period TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    sender TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX reservation_account ON reservation (account, period, state);
CREATE INDEX reservation_sender ON reservation (account, sender, period, state);

CREATE TABLE notice (
    address TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (address, kind, day)
);

CREATE TABLE event (
    case_id TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (case_id, n)
);

CREATE TABLE original_opened (
    message_id TEXT COLLATE "C" NOT NULL REFERENCES message (id),
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    reviewer TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (message_id, n)
);

CREATE TABLE client (
    account_id TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    key TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    facts TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, key)
);

CREATE TABLE colleague (
    account_id TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    address TEXT COLLATE "C" NOT NULL,
    every BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, address)
);

CREATE TABLE pack (
    reference TEXT COLLATE "C" PRIMARY KEY,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    answers BIGINT NOT NULL,
    added_at BIGINT NOT NULL
);
CREATE INDEX pack_account ON pack (account_id);

CREATE TABLE silence (
    address TEXT COLLATE "C" PRIMARY KEY,
    since BIGINT NOT NULL
);

CREATE TABLE feedback (
    case_id TEXT COLLATE "C" PRIMARY KEY REFERENCES consultation (id),
    about TEXT COLLATE "C" NOT NULL REFERENCES consultation (id),
    good BIGINT NOT NULL,
    why TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C" NOT NULL DEFAULT '',
    reviewer TEXT COLLATE "C" NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    explained TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX feedback_about ON feedback (about);

CREATE TABLE bounce (
    notice TEXT COLLATE "C" PRIMARY KEY,
    outbox_id TEXT COLLATE "C" NOT NULL,
    case_id TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX bounce_case ON bounce (case_id);
CREATE INDEX bounce_account ON bounce (account, at);

CREATE TABLE tally (
    day TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, what)
);

CREATE TABLE outbox (
    id TEXT COLLATE "C" PRIMARY KEY,
    case_id TEXT COLLATE "C" NOT NULL REFERENCES consultation (id),
    kind TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    message_id TEXT COLLATE "C" NOT NULL,
    envelope_from TEXT COLLATE "C" NOT NULL,
    envelope_to TEXT COLLATE "C" NOT NULL,
    wire BYTEA NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT NOT NULL,
    said TEXT COLLATE "C" NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    UNIQUE (case_id, kind, envelope_to),
    UNIQUE (message_id, envelope_to)
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state IN ('ready', 'retry_at');
CREATE INDEX outbox_state ON outbox (state, created_at, id);
CREATE INDEX outbox_made ON outbox (created_at, id);
CREATE INDEX outbox_open ON outbox (state) WHERE state NOT IN ('sent', 'discarded');

CREATE TABLE attempt (
    outbox_id TEXT COLLATE "C" NOT NULL REFERENCES outbox (id),
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    said TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (outbox_id, n)
);

CREATE TABLE account_domain (
    domain TEXT COLLATE "C" PRIMARY KEY,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES account (id)
);
CREATE INDEX account_domain_account ON account_domain (account_id);

CREATE TABLE review (
    case_id TEXT COLLATE "C" NOT NULL REFERENCES consultation (id),
    n BIGINT NOT NULL,
    reviewer TEXT COLLATE "C" NOT NULL,
    signature TEXT COLLATE "C" NOT NULL,
    decision TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    overruled TEXT COLLATE "C" NOT NULL,
    found TEXT COLLATE "C",
    pile TEXT COLLATE "C" NOT NULL,
    edited BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (case_id, n)
);
CREATE INDEX review_at ON review (at);
CREATE INDEX review_by ON review (reviewer, at);

CREATE TABLE pile (
    waits TEXT COLLATE "C" PRIMARY KEY,
    n BIGINT NOT NULL
);

CREATE TABLE reviewer (
    id TEXT COLLATE "C" PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    letters TEXT COLLATE "C" NOT NULL DEFAULT '',
    number TEXT COLLATE "C" NOT NULL DEFAULT '',
    until TEXT COLLATE "C" NOT NULL DEFAULT '',
    specialties TEXT COLLATE "C" NOT NULL DEFAULT '',
    state TEXT COLLATE "C" NOT NULL,
    password TEXT COLLATE "C" NOT NULL DEFAULT '',
    totp BYTEA,
    totp_sealed_with TEXT COLLATE "C" NOT NULL DEFAULT '',
    totp_step BIGINT NOT NULL DEFAULT 0,
    subject TEXT COLLATE "C" NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);

CREATE TABLE reviewer_link (
    digest TEXT COLLATE "C" PRIMARY KEY,
    reviewer_id TEXT COLLATE "C" NOT NULL REFERENCES reviewer (id),
    kind TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX reviewer_link_of ON reviewer_link (reviewer_id, kind);

CREATE TABLE recovery_code (
    digest TEXT COLLATE "C" PRIMARY KEY,
    reviewer_id TEXT COLLATE "C" NOT NULL REFERENCES reviewer (id),
    used_at BIGINT
);
CREATE INDEX recovery_code_of ON recovery_code (reviewer_id);

CREATE TABLE session (
    digest TEXT COLLATE "C" PRIMARY KEY,
    reviewer_id TEXT COLLATE "C" NOT NULL REFERENCES reviewer (id),
    form TEXT COLLATE "C" NOT NULL,
    strong BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE INDEX session_of ON session (reviewer_id);

CREATE TABLE throttle (
    what TEXT COLLATE "C" PRIMARY KEY,
    attempts BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL
);
CREATE INDEX throttle_last ON throttle (last_at);

CREATE TABLE reviewer_event (
    n BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    reviewer_id TEXT COLLATE "C" NOT NULL,
    by_whom TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL
);
CREATE INDEX reviewer_event_of ON reviewer_event (reviewer_id, n);

CREATE TABLE case_word (
    case_id TEXT COLLATE "C" NOT NULL REFERENCES consultation (id),
    word TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (case_id, word)
);
CREATE INDEX case_word_found ON case_word (word, at, case_id);

CREATE TABLE saved_view (
    reviewer_id TEXT COLLATE "C" NOT NULL REFERENCES reviewer (id),
    name TEXT COLLATE "C" NOT NULL,
    query TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (reviewer_id, name)
);

CREATE TABLE paragraph (
    id TEXT COLLATE "C" PRIMARY KEY,
    title TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE account_word (
    word TEXT COLLATE "C" NOT NULL,
    account_id TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    PRIMARY KEY (word, account_id)
);
CREATE INDEX account_word_of ON account_word (account_id);

CREATE TABLE account_event (
    account_id TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, n)
);

CREATE TABLE audit (
    n BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    day TEXT COLLATE "C" NOT NULL DEFAULT '',
    origin TEXT COLLATE "C" NOT NULL,
    about TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL,
    person TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    salt TEXT COLLATE "C" NOT NULL DEFAULT '',
    detail_digest TEXT COLLATE "C" NOT NULL DEFAULT '',
    hash TEXT COLLATE "C" NOT NULL DEFAULT '',
    UNIQUE (origin, about, place)
);
CREATE INDEX audit_about ON audit (about, n);
CREATE INDEX audit_person ON audit (person, n);
CREATE INDEX audit_what ON audit (what, n);
CREATE INDEX audit_day ON audit (day, n);

CREATE TABLE proposal (
    id TEXT COLLATE "C" PRIMARY KEY,
    case_id TEXT COLLATE "C" NOT NULL REFERENCES consultation (id),
    kind TEXT COLLATE "C" NOT NULL,
    question TEXT COLLATE "C" NOT NULL,
    found TEXT COLLATE "C" NOT NULL,
    sent TEXT COLLATE "C" NOT NULL,
    difference TEXT COLLATE "C" NOT NULL,
    golden TEXT COLLATE "C",
    reviewer TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    golden_taken BIGINT NOT NULL DEFAULT 0,
    note TEXT COLLATE "C" NOT NULL DEFAULT '',
    decided_by TEXT COLLATE "C" NOT NULL DEFAULT '',
    decided_at BIGINT
);
CREATE INDEX proposal_state ON proposal (state, at, id);
CREATE INDEX proposal_case ON proposal (case_id);

CREATE TABLE confirmation (
    n BIGINT PRIMARY KEY,
    card TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    word TEXT COLLATE "C" NOT NULL,
    document TEXT COLLATE "C" NOT NULL,
    section TEXT COLLATE "C" NOT NULL,
    quote TEXT COLLATE "C" NOT NULL,
    why TEXT COLLATE "C" NOT NULL,
    reviewer TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX confirmation_card ON confirmation (card, n);

CREATE TABLE card_use (
    span BIGINT NOT NULL,
    card TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (span, card)
);

CREATE TABLE sample (
    case_id TEXT COLLATE "C" PRIMARY KEY REFERENCES consultation (id),
    at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    verdict TEXT COLLATE "C" NOT NULL DEFAULT '',
    why TEXT COLLATE "C" NOT NULL DEFAULT '',
    reviewer TEXT COLLATE "C" NOT NULL DEFAULT '',
    looked_at BIGINT
);
CREATE INDEX sample_at ON sample (at);

CREATE TABLE seed (
    case_id TEXT COLLATE "C" PRIMARY KEY,
    source TEXT COLLATE "C" NOT NULL,
    plant TEXT COLLATE "C" NOT NULL,
    hidden TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    reviewer TEXT COLLATE "C" NOT NULL DEFAULT '',
    caught BIGINT,
    decided_at BIGINT
);
CREATE INDEX seed_decided ON seed (decided_at);
CREATE INDEX seed_source ON seed (source);

CREATE TABLE overruled (
    case_id TEXT COLLATE "C" NOT NULL REFERENCES consultation (id),
    n BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (case_id, n, kind)
);
CREATE INDEX overruled_at ON overruled (at);

CREATE TABLE day_count (
    day BIGINT NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, what)
);

CREATE TABLE day_time (
    day BIGINT NOT NULL,
    reviewed BIGINT NOT NULL,
    step BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, reviewed, step)
);

CREATE TABLE api_token (
    id TEXT COLLATE "C" PRIMARY KEY,
    digest TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    reviewer_id TEXT COLLATE "C" NOT NULL DEFAULT '',
    expires_at BIGINT,
    revoked_at BIGINT,
    used_on TEXT COLLATE "C" NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX api_token_name ON api_token (name) WHERE revoked_at IS NULL;

CREATE TABLE api_outcome (
    token_id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    request TEXT COLLATE "C" NOT NULL,
    answer TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (token_id, key)
);
CREATE INDEX api_outcome_at ON api_outcome (at);

CREATE TABLE webhook_event (
    kind TEXT COLLATE "C" NOT NULL,
    webhook TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, webhook)
);

CREATE TABLE webhook_message (
    webhook TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    case_id TEXT COLLATE "C" NOT NULL,
    turn_id TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL DEFAULT 'waiting',
    attempts BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT NOT NULL,
    first_at BIGINT NOT NULL DEFAULT 0,
    said TEXT COLLATE "C" NOT NULL DEFAULT '',
    PRIMARY KEY (webhook, id)
);
CREATE INDEX webhook_message_due ON webhook_message (next_at) WHERE state = 'waiting';
CREATE INDEX webhook_message_waiting ON webhook_message (webhook) WHERE state = 'waiting';
CREATE INDEX webhook_message_last ON webhook_message (webhook, next_at);
CREATE INDEX webhook_message_told ON webhook_message (next_at) WHERE state = 'told';
CREATE INDEX webhook_message_given_up ON webhook_message (webhook) WHERE state = 'given_up';
-- Two functions of SQLite that statements call, so that their text is one.
CREATE FUNCTION randomblob(bytes INTEGER) RETURNS BYTEA LANGUAGE sql VOLATILE AS $$
    SELECT substring(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) FROM 1 FOR bytes)
$$;
CREATE FUNCTION hex(bytes BYTEA) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$ SELECT upper(encode(bytes, 'hex')) $$;

-- What SQLite's triggers do.
CREATE FUNCTION pile_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP <> 'INSERT' AND old.waits <> '' THEN
        UPDATE pile SET n = pile.n - 1 WHERE waits = old.waits;
    END IF;
    IF TG_OP <> 'DELETE' AND new.waits <> '' THEN
        INSERT INTO pile (waits, n) VALUES (new.waits, 1) ON CONFLICT (waits) DO UPDATE SET n = pile.n + 1;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER pile_insert AFTER INSERT ON consultation FOR EACH ROW WHEN (new.waits <> '') EXECUTE FUNCTION pile_keep();
CREATE TRIGGER pile_update AFTER UPDATE OF waits ON consultation FOR EACH ROW WHEN (old.waits <> new.waits)
    EXECUTE FUNCTION pile_keep();
CREATE TRIGGER pile_delete AFTER DELETE ON consultation FOR EACH ROW WHEN (old.waits <> '') EXECUTE FUNCTION pile_keep();

CREATE FUNCTION card_use_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO card_use (span, card, n)
        SELECT created_at / 2592000000000, new.fact_key, 1 FROM consultation WHERE id = new.case_id
        ON CONFLICT (span, card) DO UPDATE SET n = card_use.n + 1;
    ELSE
        UPDATE card_use SET n = card_use.n - 1
        WHERE card = old.fact_key AND span = (SELECT created_at / 2592000000000 FROM consultation WHERE id = old.case_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER card_use_insert AFTER INSERT ON citation FOR EACH ROW WHEN (new.fact_table = 'card')
    EXECUTE FUNCTION card_use_keep();
CREATE TRIGGER card_use_delete AFTER DELETE ON citation FOR EACH ROW WHEN (old.fact_table = 'card')
    EXECUTE FUNCTION card_use_keep();

CREATE FUNCTION seed_sends_nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM seed WHERE case_id = new.case_id) THEN
        RAISE EXCEPTION 'a seeded draft is never sent';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER seed_sends_nothing BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION seed_sends_nothing();

CREATE FUNCTION seed_goes_nowhere() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM seed WHERE case_id = new.id) THEN
        RAISE EXCEPTION 'a seeded draft leads nowhere';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER seed_goes_nowhere BEFORE UPDATE OF status ON consultation FOR EACH ROW
    WHEN (new.status NOT IN ('in_review', 'ignored')) EXECUTE FUNCTION seed_goes_nowhere();

-- One more of something on a day.
CREATE FUNCTION count_on_day(on_day BIGINT, counted TEXT) RETURNS void LANGUAGE sql AS $$
    INSERT INTO day_count (day, what, n) VALUES (on_day, counted, 1)
    ON CONFLICT (day, what) DO UPDATE SET n = day_count.n + 1
$$;
CREATE FUNCTION day_received() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM seed WHERE case_id = new.id) THEN
        PERFORM count_on_day(new.created_at / 86400000000, 'received');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER day_received AFTER INSERT ON consultation FOR EACH ROW EXECUTE FUNCTION day_received();

CREATE FUNCTION day_ended() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM seed WHERE case_id = new.id) THEN
        PERFORM count_on_day(new.updated_at / 86400000000, new.status);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER day_ended AFTER UPDATE OF status ON consultation FOR EACH ROW
    WHEN (old.status <> new.status AND new.status IN ('in_review', 'declined', 'asked', 'ignored', 'served'))
    EXECUTE FUNCTION day_ended();

CREATE FUNCTION day_answered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM count_on_day(new.updated_at / 86400000000,
        CASE WHEN EXISTS (SELECT 1 FROM review WHERE case_id = new.id AND decision = 'answer' AND state = 'done')
            THEN 'reviewed' ELSE 'automatic' END);
    RETURN NULL;
END $$;
CREATE TRIGGER day_answered AFTER UPDATE OF status ON consultation FOR EACH ROW
    WHEN (old.status <> new.status AND new.status = 'answered') EXECUTE FUNCTION day_answered();

CREATE FUNCTION day_rated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM count_on_day(new.at / 86400000000, CASE WHEN new.good = 1 THEN 'good' ELSE 'bad' END);
    RETURN NULL;
END $$;
CREATE TRIGGER day_rated AFTER INSERT ON feedback FOR EACH ROW EXECUTE FUNCTION day_rated();

-- The word is the trigger's own.
CREATE FUNCTION day_counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM count_on_day(new.at / 86400000000, TG_ARGV[0]);
    RETURN NULL;
END $$;
CREATE TRIGGER day_upheld AFTER UPDATE OF decision ON feedback FOR EACH ROW
    WHEN (old.decision <> new.decision AND new.decision = 'upheld') EXECUTE FUNCTION day_counted('upheld');
CREATE TRIGGER day_edited AFTER INSERT ON proposal FOR EACH ROW EXECUTE FUNCTION day_counted('edited');

CREATE FUNCTION webhook_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE since BIGINT := GREATEST(new.waits_since, new.updated_at);
BEGIN
    INSERT INTO webhook_message (webhook, id, kind, case_id, turn_id, account, what, at, next_at)
    SELECT webhook, 'case_waiting_' || new.id || '_' || since, kind,
        CASE WHEN new.thread = '' THEN new.id ELSE new.thread END, new.id,
        CASE WHEN new.account LIKE 'guest:%' THEN '' ELSE new.account END, new.waits, since, 0
    FROM webhook_event WHERE kind = 'case.waiting'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER webhook_waiting AFTER UPDATE OF waits ON consultation FOR EACH ROW
    WHEN (old.waits = '' AND new.waits <> '') EXECUTE FUNCTION webhook_waiting();

CREATE FUNCTION webhook_opened() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO webhook_message (webhook, id, kind, case_id, turn_id, account, what, at, next_at)
    SELECT webhook, 'case_waiting_' || new.id || '_' || new.updated_at, kind,
        CASE WHEN new.thread = '' THEN new.id ELSE new.thread END, new.id, '', new.waits, new.updated_at, 0
    FROM webhook_event WHERE kind = 'case.waiting'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER webhook_opened AFTER INSERT ON consultation FOR EACH ROW WHEN (new.waits <> '')
    EXECUTE FUNCTION webhook_opened();

CREATE FUNCTION webhook_ended() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO webhook_message (webhook, id, kind, case_id, turn_id, account, what, at, next_at)
    SELECT webhook, 'case_' || new.status || '_' || new.id || '_' || new.updated_at, kind,
        CASE WHEN new.thread = '' THEN new.id ELSE new.thread END, new.id,
        CASE WHEN new.account LIKE 'guest:%' THEN '' ELSE new.account END, new.status, new.updated_at, 0
    FROM webhook_event WHERE kind = 'case.' || new.status
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER webhook_ended AFTER UPDATE OF status ON consultation FOR EACH ROW
    WHEN (old.status <> new.status AND new.status IN ('answered', 'asked', 'declined') AND new.forgotten_at IS NULL)
    EXECUTE FUNCTION webhook_ended();

CREATE FUNCTION webhook_bounce() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO webhook_message (webhook, id, kind, case_id, turn_id, account, what, at, next_at)
    SELECT webhook, 'bounce_' || new.case_id || '_' || new.kind || '_' || new.at, kind,
        COALESCE((SELECT CASE WHEN thread = '' THEN id ELSE thread END FROM consultation WHERE id = new.case_id), new.case_id),
        new.case_id, CASE WHEN new.account LIKE 'guest:%' THEN '' ELSE new.account END, new.kind, new.at, 0
    FROM webhook_event WHERE kind = 'bounce'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER webhook_bounce AFTER INSERT ON bounce FOR EACH ROW EXECUTE FUNCTION webhook_bounce();

CREATE FUNCTION webhook_quota() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO webhook_message (webhook, id, kind, case_id, turn_id, account, what, at, next_at)
    SELECT webhook, new.kind || '_' || new.address || '_' || new.day, kind, '', '', new.address, new.kind, 0, 0
    FROM webhook_event WHERE kind = 'quota'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER webhook_quota AFTER INSERT ON notice FOR EACH ROW
    WHEN (new.kind IN ('quota_80', 'quota_100') AND new.address NOT LIKE 'guest:%') EXECUTE FUNCTION webhook_quota();

CREATE FUNCTION webhook_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO webhook_message (webhook, id, kind, case_id, turn_id, account, what, at, next_at)
    SELECT webhook, 'quota_kept_' || new.id || '_' || new.updated_at, kind,
        CASE WHEN new.thread = '' THEN new.id ELSE new.thread END, new.id, new.account, 'kept', new.updated_at, 0
    FROM webhook_event WHERE kind = 'quota'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER webhook_kept AFTER UPDATE OF status ON consultation FOR EACH ROW
    WHEN (old.status <> new.status AND new.status = 'kept' AND new.account NOT LIKE 'guest:%')
    EXECUTE FUNCTION webhook_kept();

CREATE FUNCTION seed_tells_nobody() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM seed WHERE case_id = new.turn_id) THEN
        RETURN NULL;
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER seed_tells_nobody BEFORE INSERT ON webhook_message FOR EACH ROW EXECUTE FUNCTION seed_tells_nobody();
