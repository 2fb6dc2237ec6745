-- Domains of an account: whoever writes from one belongs to it. And how much must be proved before its senders are
-- believed: empty for what the configuration says.
CREATE TABLE account_domain (
    domain TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id)
);
ALTER TABLE account ADD COLUMN policy TEXT NOT NULL DEFAULT '';
