-- Why a case waits for a person (empty: it does not), since when, and when it is due.
ALTER TABLE consultation ADD COLUMN waits TEXT NOT NULL DEFAULT '';
ALTER TABLE consultation ADD COLUMN waits_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consultation ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
-- How sure the draft is (3 high, 2 middling, 1 low, 0 no draft), and the specialty that the asker's profile names.
ALTER TABLE consultation ADD COLUMN confidence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consultation ADD COLUMN specialty TEXT NOT NULL DEFAULT '';
-- Who works on it, and until when.
ALTER TABLE consultation ADD COLUMN claimed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE consultation ADD COLUMN claimed_until BIGINT NOT NULL DEFAULT 0;

UPDATE consultation SET waits = CASE WHEN reason LIKE 'quarantined:%' THEN 'quarantine' WHEN reason LIKE 'BAD,%' THEN 'bad'
        WHEN reason LIKE 'HUMAN:%' THEN 'human' WHEN evidence IS NULL THEN 'sender' ELSE 'policy' END,
    waits_since = updated_at, due_at = updated_at
WHERE status = 'in_review';

-- What a reviewer asks for: what waits, the most urgent first; of one pile, of one account.
CREATE INDEX consultation_waits ON consultation (due_at, id) WHERE waits <> '';
CREATE INDEX consultation_waits_pile ON consultation (waits, due_at, id) WHERE waits <> '';
CREATE INDEX consultation_waits_account ON consultation (account, due_at, id) WHERE waits <> '';
CREATE INDEX consultation_waits_specialty ON consultation (specialty, due_at, id) WHERE waits <> '' AND specialty <> '';
CREATE INDEX consultation_waits_claim ON consultation (claimed_by, due_at, id) WHERE waits <> '';

-- A decided case is due when its time for undoing is over.
DROP INDEX consultation_open;
CREATE INDEX consultation_open ON consultation (run_at, created_at)
    WHERE status IN ('received', 'admitted', 'researched', 'drafted', 'verified', 'kept', 'decided');

-- What people decided: append-only but for its state (pending, done, undone).
CREATE TABLE review (
    case_id TEXT NOT NULL REFERENCES consultation (id),
    n BIGINT NOT NULL,
    reviewer TEXT NOT NULL,
    signature TEXT NOT NULL,
    decision TEXT NOT NULL,
    note TEXT NOT NULL,
    overruled TEXT NOT NULL,
    -- The draft that was found, and the pile, for undoing and for what is learned from the difference.
    found TEXT,
    pile TEXT NOT NULL,
    edited BIGINT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (case_id, n)
);
CREATE INDEX review_at ON review (at);

-- How many wait in each pile, kept by triggers: a page that counts must not walk through the cases.
CREATE TABLE pile (
    waits TEXT PRIMARY KEY,
    n BIGINT NOT NULL
);
INSERT INTO pile (waits, n) SELECT waits, count(*) FROM consultation WHERE waits <> '' GROUP BY waits;
CREATE TRIGGER pile_insert AFTER INSERT ON consultation WHEN new.waits <> '' BEGIN
    INSERT INTO pile (waits, n) VALUES (new.waits, 1) ON CONFLICT (waits) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER pile_update AFTER UPDATE OF waits ON consultation WHEN old.waits <> new.waits BEGIN
    UPDATE pile SET n = n - 1 WHERE waits = old.waits;
    INSERT INTO pile (waits, n) SELECT new.waits, 1 WHERE new.waits <> '' ON CONFLICT (waits) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER pile_delete AFTER DELETE ON consultation WHEN old.waits <> '' BEGIN
    UPDATE pile SET n = n - 1 WHERE waits = old.waits;
END;
