"""The plain loop that most programs of this kind run, to compare with: search, fetch, parse, one row a mail, move.

usage: ingest.py PORT CA_FILE USER PASSWORD DATABASE BATCH
prints: the number of stored mails, and the seconds from the connection to the last move
"""
import email
import email.policy
import imaplib
import sqlite3
import ssl
import sys
import time


def main():
    port, ca_file, user, password, path, batch = sys.argv[1:7]
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute(
        "CREATE TABLE mail (uid INTEGER PRIMARY KEY, message_id TEXT, sender TEXT, subject TEXT, body TEXT, raw BLOB)"
    )
    database.commit()
    begin = time.perf_counter()
    mailbox = imaplib.IMAP4_SSL("localhost", int(port), ssl_context=ssl.create_default_context(cafile=ca_file))
    mailbox.login(user, password)
    mailbox.create("Processed")
    mailbox.select("INBOX")
    uids = mailbox.uid("SEARCH", "ALL")[1][0].split()
    step = int(batch)
    for start in range(0, len(uids), step):
        take_in(mailbox, database, uids[start:start + step])
    mailbox.logout()
    seconds = time.perf_counter() - begin
    print(database.execute("SELECT count(*) FROM mail").fetchone()[0], seconds)


def take_in(mailbox, database, uids):
    """One fetch, one commit and one move: nothing is moved before it is on disk."""
    names = b",".join(uids).decode()
    answers = [part for part in mailbox.uid("FETCH", names, "(UID BODY.PEEK[])")[1] if isinstance(part, tuple)]
    for uid, (_, raw) in zip(uids, answers, strict=True):
        message = email.message_from_bytes(raw, policy=email.policy.default)
        body = message.get_body(("plain", "html"))
        text = body.get_content() if body else ""
        row = (int(uid), message["message-id"], message["from"], message["subject"], text, raw)
        database.execute("INSERT INTO mail VALUES (?, ?, ?, ?, ?, ?)", row)
    database.commit()
    answer = mailbox.uid("MOVE", names, "Processed")
    assert answer[0] == "OK", answer


main()
