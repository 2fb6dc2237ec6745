-- The processes of an installation: what each does, which edition it answers from, and until when it counts as alive.
CREATE TABLE worker (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    version TEXT NOT NULL,
    roles TEXT NOT NULL,
    edition TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    alive_until BIGINT NOT NULL
);

-- What one process at a time may do: reading a mailbox, keeping house. `token` grows with each holder.
CREATE TABLE task_lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    token BIGINT NOT NULL,
    held_until BIGINT NOT NULL
);

-- Which process sends it (empty: the only one there is).
ALTER TABLE outbox ADD COLUMN sender TEXT NOT NULL DEFAULT '';
CREATE INDEX outbox_sending ON outbox (sender) WHERE state = 'sending';

-- How far `migrate --to postgres` came: by table the last row that was moved; under the empty name what the file was.
CREATE TABLE moved (
    name TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    place BIGINT NOT NULL
);
