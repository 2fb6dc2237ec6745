-- What finds a case by its words: those of its subject, its question without identity, its answer, its account and its
-- sender's address, each once. Newest first by the index, without a walk through the cases.
CREATE TABLE case_word (
    case_id TEXT NOT NULL REFERENCES consultation (id),
    word TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (case_id, word)
);
CREATE INDEX case_word_found ON case_word (word, at, case_id);

-- Filters of the queue that a reviewer keeps under a name.
CREATE TABLE saved_view (
    reviewer_id TEXT NOT NULL REFERENCES reviewer (id),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    PRIMARY KEY (reviewer_id, name)
);

-- Texts that reviewers put into answers: written once, by an admin, and inserted by search.
CREATE TABLE paragraph (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
