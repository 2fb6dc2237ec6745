-- The processes of an installation: what each does, which edition it answers from, and until when it counts as alive.
CREATE TABLE worker (
    id TEXT COLLATE "C" PRIMARY KEY,
    host TEXT COLLATE "C" NOT NULL,
    version TEXT COLLATE "C" NOT NULL,
    roles TEXT COLLATE "C" NOT NULL,
    edition TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    alive_until BIGINT NOT NULL
);

-- What one process at a time may do: reading a mailbox, keeping house. `token` grows with each holder.
CREATE TABLE task_lease (
    name TEXT COLLATE "C" PRIMARY KEY,
    holder TEXT COLLATE "C" NOT NULL,
    token BIGINT NOT NULL,
    held_until BIGINT NOT NULL
);

-- Which process sends it (empty: the only one there is).
ALTER TABLE outbox ADD COLUMN sender TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX outbox_sending ON outbox (sender) WHERE state = 'sending';

-- How far `migrate --to postgres` came: by table the last row that was moved; under the empty name what the file was.
CREATE TABLE moved (
    name TEXT COLLATE "C" PRIMARY KEY,
    state TEXT COLLATE "C" NOT NULL,
    place BIGINT NOT NULL
);

-- Whoever waits for a case or for a message to send is told when the transaction is committed, once.
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_notify('caseconsultant', TG_ARGV[0]);
    RETURN NULL;
END $$;
CREATE TRIGGER tell_opened AFTER INSERT ON consultation FOR EACH STATEMENT EXECUTE FUNCTION tell('case');
CREATE TRIGGER tell_again AFTER UPDATE OF status ON consultation FOR EACH ROW
    WHEN (old.status <> new.status AND new.status = 'received') EXECUTE FUNCTION tell('case');
CREATE TRIGGER tell_outbox AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION tell('outbox');
CREATE TRIGGER tell_resend AFTER UPDATE OF state ON outbox FOR EACH ROW
    WHEN (old.state <> new.state AND new.state = 'ready') EXECUTE FUNCTION tell('outbox');
