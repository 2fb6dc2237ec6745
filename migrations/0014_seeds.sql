-- What is seeded is told to no program either: it is no case of anybody's. The statement that would tell of it goes on without
-- that row.
CREATE TRIGGER seed_tells_nobody BEFORE INSERT ON webhook_message WHEN EXISTS (SELECT 1 FROM seed WHERE case_id = new.turn_id) BEGIN
    SELECT RAISE(IGNORE);
END;
