-- How the answers of a plan are shared: `pooled` by all senders of an account, or each `sender` has the number alone.
ALTER TABLE account ADD COLUMN quota TEXT NOT NULL DEFAULT 'pooled';
-- Its business associate agreement (45 CFR 164.504(e)): the day and the SHA-256 of the document; empty for none.
ALTER TABLE account ADD COLUMN agreement_on TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN agreement_digest TEXT NOT NULL DEFAULT '';
-- 1: nothing of it is forgotten or purged.
ALTER TABLE account ADD COLUMN legal_hold BIGINT NOT NULL DEFAULT 0;
-- The name in small letters, by which accounts are listed.
ALTER TABLE account ADD COLUMN sort_name TEXT NOT NULL DEFAULT '';
UPDATE account SET sort_name = lower(name);
CREATE INDEX account_name ON account (sort_name, id);
CREATE INDEX account_plan ON account (plan, sort_name, id);
CREATE INDEX account_held ON account (sort_name, id) WHERE legal_hold = 1;
CREATE INDEX account_no_agreement ON account (sort_name, id) WHERE agreement_on = '';
CREATE INDEX sender_account ON sender (account_id);
CREATE INDEX account_domain_account ON account_domain (account_id);

-- The name of an account from each of its words on, so that a search for the second word finds it by an index.
CREATE TABLE account_word (
    word TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (id),
    PRIMARY KEY (word, account_id)
);
CREATE INDEX account_word_of ON account_word (account_id);
WITH RECURSIVE place (id, name, n) AS (
    SELECT id, lower(name), 1 FROM account
    UNION ALL SELECT id, name, n + 1 FROM place WHERE n < length(name)
)
INSERT INTO account_word (word, account_id)
SELECT DISTINCT substr(name, n), id FROM place
WHERE n = 1 OR (substr(name, n - 1, 1) = ' ' AND substr(name, n, 1) <> ' ');

-- What was changed of an account, by whom (a reviewer's id, `operator` for the command line, `mail` for its own sender) and
-- why. Append-only.
CREATE TABLE account_event (
    account_id TEXT NOT NULL REFERENCES account (id),
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_whom TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (account_id, n)
);

-- Whose answer it is: the address key of the sender, without a tag.
ALTER TABLE reservation ADD COLUMN sender TEXT NOT NULL DEFAULT '';
UPDATE reservation
SET sender = COALESCE((SELECT c.sender FROM consultation c WHERE c.id = reservation.case_id), '');
CREATE INDEX reservation_sender ON reservation (account, sender, period, state);

-- The cases of an account, page by page.
DROP INDEX consultation_account;
CREATE INDEX consultation_account ON consultation (account, created_at, id);

-- What a reviewer decided lately.
CREATE INDEX review_by ON review (reviewer, at);
