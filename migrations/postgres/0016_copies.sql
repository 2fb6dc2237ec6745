-- As migrations/0016_copies.sql.
ALTER TABLE outbox ADD COLUMN uncertain_at BIGINT;
ALTER TABLE outbox ADD COLUMN copied BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN resent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN looked BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN keep BIGINT NOT NULL DEFAULT 0;
UPDATE outbox SET uncertain_at = created_at WHERE state = 'uncertain';
CREATE INDEX outbox_uncertain ON outbox (uncertain_at) WHERE state = 'uncertain';
CREATE INDEX outbox_keep ON outbox (sent_at) WHERE keep > 0;

ALTER TABLE consultation ADD COLUMN share TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE consultation SET share = CASE WHEN account = '' THEN sender ELSE account END;
CREATE INDEX consultation_turn ON consultation (share, run_at, created_at)
    WHERE status IN ('received', 'admitted', 'researched', 'drafted', 'verified', 'kept', 'decided');

ALTER TABLE consultation ADD COLUMN suspect BIGINT NOT NULL DEFAULT 0;
