-- What a person says of a complaint that was decided: it goes to whoever complained.
ALTER TABLE feedback ADD COLUMN explained TEXT NOT NULL DEFAULT '';
