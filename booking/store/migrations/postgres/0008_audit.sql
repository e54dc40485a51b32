-- The audit trail: one row a step, which the database lets nobody change or remove.
CREATE TABLE audit_event (
    sequence    BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at_ms       BIGINT NOT NULL,
    -- 'system', 'visitor …', 'staff …'
    actor       TEXT NOT NULL,
    action      TEXT NOT NULL,
    -- What it happened to: a kind and an id, such as 'visit' or 'application'.
    subject     TEXT NOT NULL,
    subject_id  TEXT NOT NULL,
    facility_id TEXT,
    detail      TEXT NOT NULL
);

CREATE INDEX audit_event_by_subject ON audit_event (subject, subject_id);

CREATE FUNCTION audit_trail_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail only grows';
END $$;

CREATE TRIGGER audit_event_is_not_changed_or_removed
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_only_grows();

-- The chain over the trail. Events are sealed soon after they are committed, each with the seal before it,
-- so that what was edited, removed or put elsewhere is found.
CREATE TABLE audit_seal (
    position BIGINT PRIMARY KEY CHECK (position >= 1),
    sequence BIGINT NOT NULL UNIQUE,
    hash     BYTEA NOT NULL CHECK (length(hash) = 32)
);

CREATE TRIGGER audit_seal_is_not_changed_or_removed
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_only_grows();

-- A job runs in one process at a time.
CREATE TABLE job_lease (
    job      TEXT PRIMARY KEY,
    holder   TEXT NOT NULL,
    until_ms BIGINT NOT NULL
);

-- The processes that serve: the key of the vault that each seals with, and when it last said so.
CREATE TABLE serving_process (
    id         TEXT PRIMARY KEY,
    vault_key  BIGINT NOT NULL,
    seen_at_ms BIGINT NOT NULL
);

-- By what the keys of this store are known: a code of each, which tells nothing of the key.
CREATE TABLE key_check (
    name TEXT PRIMARY KEY,
    code BYTEA NOT NULL CHECK (length(code) = 32)
);
