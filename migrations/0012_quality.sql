-- What a reviewer changed in a draft that was then sent: a proposal for whoever writes rule cards and word lists. It holds no
-- identity. Its id is the case's number and the decision's.
CREATE TABLE proposal (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES consultation (id),
    kind TEXT NOT NULL,
    question TEXT NOT NULL,
    found TEXT NOT NULL,
    sent TEXT NOT NULL,
    difference TEXT NOT NULL,
    golden TEXT,
    reviewer TEXT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL,
    golden_taken BIGINT NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at BIGINT
);
CREATE INDEX proposal_state ON proposal (state, at, id);
CREATE INDEX proposal_case ON proposal (case_id);

-- What people of the office found when they compared a rule card with its source. The last word on a text of a card counts;
-- a card whose text changed has another digest, and is asked about again.
CREATE TABLE confirmation (
    n BIGINT PRIMARY KEY,
    card TEXT NOT NULL,
    digest TEXT NOT NULL,
    word TEXT NOT NULL,
    document TEXT NOT NULL,
    section TEXT NOT NULL,
    quote TEXT NOT NULL,
    why TEXT NOT NULL,
    reviewer TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX confirmation_card ON confirmation (card, n);

-- How many cases used a rule card, by spans of thirty days since 1970.
CREATE TABLE card_use (
    span BIGINT NOT NULL,
    card TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (span, card)
);
INSERT INTO card_use (span, card, n)
SELECT c.created_at / 2592000000000, t.fact_key, count(*) FROM citation t JOIN consultation c ON c.id = t.case_id
WHERE t.fact_table = 'card' GROUP BY 1, 2;
CREATE TRIGGER card_use_insert AFTER INSERT ON citation WHEN new.fact_table = 'card' BEGIN
    INSERT INTO card_use (span, card, n) SELECT created_at / 2592000000000, new.fact_key, 1 FROM consultation WHERE id = new.case_id
    ON CONFLICT (span, card) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER card_use_delete AFTER DELETE ON citation WHEN old.fact_table = 'card' BEGIN
    UPDATE card_use SET n = n - 1
    WHERE card = old.fact_key AND span = (SELECT created_at / 2592000000000 FROM consultation WHERE id = old.case_id);
END;

-- Answers that left by themselves and were drawn for a second look. `verdict` is empty until somebody has looked; `at` is
-- when it was drawn.
CREATE TABLE sample (
    case_id TEXT PRIMARY KEY REFERENCES consultation (id),
    at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    verdict TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '',
    reviewer TEXT NOT NULL DEFAULT '',
    looked_at BIGINT
);
CREATE INDEX sample_at ON sample (at);

-- Drafts with one planted error. They lie in the queue like others and lead nowhere: the row stands before its case does, and
-- no mail can be made for such a case, nor can it go back into the pipeline.
CREATE TABLE seed (
    case_id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    plant TEXT NOT NULL,
    hidden TEXT NOT NULL,
    at BIGINT NOT NULL,
    reviewer TEXT NOT NULL DEFAULT '',
    caught BIGINT,
    decided_at BIGINT
);
CREATE INDEX seed_decided ON seed (decided_at);
CREATE INDEX seed_source ON seed (source);
CREATE TRIGGER seed_sends_nothing BEFORE INSERT ON outbox WHEN EXISTS (SELECT 1 FROM seed WHERE case_id = new.case_id) BEGIN
    SELECT RAISE(ABORT, 'a seeded draft is never sent');
END;
CREATE TRIGGER seed_goes_nowhere BEFORE UPDATE OF status ON consultation
WHEN new.status NOT IN ('in_review', 'ignored') AND EXISTS (SELECT 1 FROM seed WHERE case_id = new.id) BEGIN
    SELECT RAISE(ABORT, 'a seeded draft leads nowhere');
END;

-- Objections that an admin overruled, by kind.
CREATE TABLE overruled (
    case_id TEXT NOT NULL REFERENCES consultation (id),
    n BIGINT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (case_id, n, kind)
);
CREATE INDEX overruled_at ON overruled (at);

-- Counts by day (days since 1970, UTC), kept as things happen: the page must not walk through the cases.
CREATE TABLE day_count (
    day BIGINT NOT NULL,
    what TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, what)
);
-- How long answers took, by the step of a scale (see `src/domain/quality.rs`): from so few numbers the median of 90 days is
-- told at once.
CREATE TABLE day_time (
    day BIGINT NOT NULL,
    reviewed BIGINT NOT NULL,
    step BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (day, reviewed, step)
);
INSERT INTO day_count (day, what, n) SELECT created_at / 86400000000, 'received', count(*) FROM consultation GROUP BY 1;
INSERT INTO day_count (day, what, n)
SELECT updated_at / 86400000000, status, count(*) FROM consultation
WHERE status IN ('declined', 'asked', 'ignored', 'served') GROUP BY 1, 2;
INSERT INTO day_count (day, what, n)
SELECT c.updated_at / 86400000000, CASE WHEN r.case_id IS NULL THEN 'automatic' ELSE 'reviewed' END, count(*)
FROM consultation c LEFT JOIN review r ON r.case_id = c.id AND r.decision = 'answer' AND r.state = 'done'
WHERE c.status = 'answered' GROUP BY 1, 2;
INSERT INTO day_count (day, what, n)
SELECT at / 86400000000, CASE WHEN good = 1 THEN 'good' ELSE 'bad' END, count(*) FROM feedback GROUP BY 1, 2;
INSERT INTO day_count (day, what, n)
SELECT at / 86400000000, 'upheld', count(*) FROM feedback WHERE decision = 'upheld' GROUP BY 1;

CREATE TRIGGER day_received AFTER INSERT ON consultation WHEN NOT EXISTS (SELECT 1 FROM seed WHERE case_id = new.id) BEGIN
    INSERT INTO day_count (day, what, n) VALUES (new.created_at / 86400000000, 'received', 1)
    ON CONFLICT (day, what) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER day_ended AFTER UPDATE OF status ON consultation
WHEN old.status <> new.status AND new.status IN ('in_review', 'declined', 'asked', 'ignored', 'served')
    AND NOT EXISTS (SELECT 1 FROM seed WHERE case_id = new.id) BEGIN
    INSERT INTO day_count (day, what, n) VALUES (new.updated_at / 86400000000, new.status, 1)
    ON CONFLICT (day, what) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER day_answered AFTER UPDATE OF status ON consultation WHEN old.status <> new.status AND new.status = 'answered' BEGIN
    INSERT INTO day_count (day, what, n)
    SELECT new.updated_at / 86400000000,
        CASE WHEN EXISTS (SELECT 1 FROM review WHERE case_id = new.id AND decision = 'answer' AND state = 'done')
            THEN 'reviewed' ELSE 'automatic' END, 1
    WHERE true
    ON CONFLICT (day, what) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER day_rated AFTER INSERT ON feedback BEGIN
    INSERT INTO day_count (day, what, n)
    VALUES (new.at / 86400000000, CASE WHEN new.good = 1 THEN 'good' ELSE 'bad' END, 1)
    ON CONFLICT (day, what) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER day_upheld AFTER UPDATE OF decision ON feedback WHEN old.decision <> new.decision AND new.decision = 'upheld' BEGIN
    INSERT INTO day_count (day, what, n) VALUES (new.at / 86400000000, 'upheld', 1)
    ON CONFLICT (day, what) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER day_edited AFTER INSERT ON proposal BEGIN
    INSERT INTO day_count (day, what, n) VALUES (new.at / 86400000000, 'edited', 1)
    ON CONFLICT (day, what) DO UPDATE SET n = n + 1;
END;
