-- The original of a message is sealed: `raw` holds the seal, `sealed_with` the id of its key (empty: not sealed yet, or
-- nothing is kept). A purged row keeps its digest, so that a copy is still known.
ALTER TABLE message ADD COLUMN sealed_with TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN purged_at BIGINT;
CREATE INDEX message_sealed ON message (sealed_with);

-- Who opened an original, and why. Append-only.
CREATE TABLE original_opened (
    message_id TEXT NOT NULL REFERENCES message (id),
    n BIGINT NOT NULL,
    at BIGINT NOT NULL,
    reviewer TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (message_id, n)
);
