-- The audit trail: one row a step, which the database lets nobody change or remove.
CREATE TABLE audit_event (
    sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms       INTEGER NOT NULL,
    -- 'system', 'visitor …', 'staff …'
    actor       TEXT NOT NULL,
    action      TEXT NOT NULL,
    -- What it happened to: a kind and an id, such as 'visit' or 'application'.
    subject     TEXT NOT NULL,
    subject_id  TEXT NOT NULL,
    facility_id TEXT,
    detail      TEXT NOT NULL
) STRICT;

CREATE INDEX audit_event_by_subject ON audit_event (subject, subject_id);

CREATE TRIGGER audit_event_is_not_changed BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;

CREATE TRIGGER audit_event_is_not_removed BEFORE DELETE ON audit_event
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;

-- The chain over the trail. Events are sealed soon after they are committed, each with the seal before it,
-- so that what was edited, removed or put elsewhere is found.
CREATE TABLE audit_seal (
    position INTEGER PRIMARY KEY NOT NULL CHECK (position >= 1),
    sequence INTEGER NOT NULL UNIQUE,
    hash     BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER audit_seal_is_not_changed BEFORE UPDATE ON audit_seal
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;

CREATE TRIGGER audit_seal_is_not_removed BEFORE DELETE ON audit_seal
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;

-- A job runs in one process at a time.
CREATE TABLE job_lease (
    job      TEXT PRIMARY KEY NOT NULL,
    holder   TEXT NOT NULL,
    until_ms INTEGER NOT NULL
) STRICT;

-- The processes that serve: the key of the vault that each seals with, and when it last said so.
CREATE TABLE serving_process (
    id         TEXT PRIMARY KEY NOT NULL,
    vault_key  INTEGER NOT NULL,
    seen_at_ms INTEGER NOT NULL
) STRICT;

-- By what the keys of this store are known: a code of each, which tells nothing of the key.
CREATE TABLE key_check (
    name TEXT PRIMARY KEY NOT NULL,
    code BLOB NOT NULL CHECK (length(code) = 32)
) STRICT;
