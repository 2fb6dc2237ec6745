-- What an admin asks of the outbox: messages of a state, or all, the newest first; and how many do not rest.
CREATE INDEX outbox_state ON outbox (state, created_at, id);
CREATE INDEX outbox_made ON outbox (created_at, id);
CREATE INDEX outbox_open ON outbox (state) WHERE state NOT IN ('sent', 'discarded');

-- Every event of cases, of reviewers and of accounts in one order, each row chained to the one before it: `hash` covers the
-- hash before and what this row and its event say. Of an event's detail it covers a salted digest, so that a case can be
-- forgotten (detail and salt go, the digest stays) and the chain still holds. Append-only.
CREATE TABLE audit (
    n BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    day TEXT NOT NULL DEFAULT '',
    -- `case`: the event `place` of the case `about`. `reviewer`: the reviewer event `place`, about that reviewer. `account`:
    -- the event `place` of the account `about`.
    origin TEXT NOT NULL,
    about TEXT NOT NULL,
    place BIGINT NOT NULL,
    -- Who did it: a reviewer's key, `operator`, or `mail` for a sender. Empty: the service.
    person TEXT NOT NULL,
    what TEXT NOT NULL,
    salt TEXT NOT NULL DEFAULT '',
    detail_digest TEXT NOT NULL DEFAULT '',
    hash TEXT NOT NULL DEFAULT '',
    UNIQUE (origin, about, place)
);
CREATE INDEX audit_about ON audit (about, n);
CREATE INDEX audit_person ON audit (person, n);
CREATE INDEX audit_what ON audit (what, n);
CREATE INDEX audit_day ON audit (day, n);

-- What was before comes first, in the order of its time; the program chains it when it takes the schema into use.
INSERT INTO audit (n, at, origin, about, place, person, what)
SELECT row_number() OVER (ORDER BY at, origin, about, place), at, origin, about, place, person, what FROM (
    SELECT at, 'case' AS origin, case_id AS about, n AS place,
        CASE WHEN what IN ('claimed', 'undone', 'read again', 'taken up') THEN detail ELSE '' END AS person, what
    FROM event
    UNION ALL
    SELECT at, 'reviewer' AS origin, reviewer_id AS about, n AS place, by_whom AS person, what FROM reviewer_event
    UNION ALL
    SELECT at, 'account' AS origin, account_id AS about, n AS place, by_whom AS person, what FROM account_event
) AS past;
