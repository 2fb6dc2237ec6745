-- The people who decide. The password is an argon2id hash in PHC form (empty: none yet); `totp` is the sealed secret of
-- their authenticator, and `totp_step` the newest step whose code was used, so that no code works twice.
CREATE TABLE reviewer (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    letters TEXT NOT NULL DEFAULT '',
    number TEXT NOT NULL DEFAULT '',
    until TEXT NOT NULL DEFAULT '',
    specialties TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    password TEXT NOT NULL DEFAULT '',
    totp BLOB,
    totp_sealed_with TEXT NOT NULL DEFAULT '',
    totp_step BIGINT NOT NULL DEFAULT 0,
    -- Issuer and subject of the provider that signs them in, from the first time on: an address may change hands.
    subject TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);

-- Links that work once: an invitation, or a sign-in. Only the SHA-256 of what stands in the link is kept.
CREATE TABLE reviewer_link (
    digest TEXT PRIMARY KEY,
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id),
    kind TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX reviewer_link_of ON reviewer_link (reviewer_id, kind);

-- Codes for the day on which the authenticator is lost, each for one time; again only their SHA-256.
CREATE TABLE recovery_code (
    digest TEXT PRIMARY KEY,
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id),
    used_at BIGINT
);
CREATE INDEX recovery_code_of ON recovery_code (reviewer_id);

-- Who is signed in. `strong`: a second factor was shown, without which nobody acts as an admin.
CREATE TABLE session (
    digest TEXT PRIMARY KEY,
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id),
    form TEXT NOT NULL,
    strong BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);
CREATE INDEX session_of ON session (reviewer_id);

-- Attempts to sign in, by the digest of an account or of an address of the network.
CREATE TABLE throttle (
    what TEXT PRIMARY KEY,
    attempts BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL
);
CREATE INDEX throttle_last ON throttle (last_at);

-- What happened to whom, by whom (a reviewer's id, or `operator` for the command line). Append-only.
CREATE TABLE reviewer_event (
    n BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    reviewer_id TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX reviewer_event_of ON reviewer_event (reviewer_id, n);
