-- What becomes of a message whose last answer was lost, and which case is next.

-- When its answer was lost; whether a copy to ourselves had been agreed; how often it was sent once more for want of a copy;
-- whether a person was told that no copy was found; how often more its keeping in a folder is tried.
ALTER TABLE outbox ADD COLUMN uncertain_at BIGINT;
ALTER TABLE outbox ADD COLUMN copied BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN resent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN looked BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN keep BIGINT NOT NULL DEFAULT 0;
UPDATE outbox SET uncertain_at = created_at WHERE state = 'uncertain';
CREATE INDEX outbox_uncertain ON outbox (uncertain_at) WHERE state = 'uncertain';
CREATE INDEX outbox_keep ON outbox (sent_at) WHERE keep > 0;

-- Whose turn it is: cases of one share are taken in their order, shares take turns.
ALTER TABLE consultation ADD COLUMN share TEXT NOT NULL DEFAULT '';
UPDATE consultation SET share = CASE WHEN account = '' THEN sender ELSE account END;
CREATE INDEX consultation_turn ON consultation (share, run_at, created_at)
    WHERE status IN ('received', 'admitted', 'researched', 'drafted', 'verified', 'kept', 'decided');

-- It was in hand when a process ended: it is worked on alone, so that what ends processes is found out.
ALTER TABLE consultation ADD COLUMN suspect BIGINT NOT NULL DEFAULT 0;
