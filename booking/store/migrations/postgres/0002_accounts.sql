-- A visitor's account. What identifies a person (national id, date of birth) is sealed by the vault of
-- the service; a blind index finds a national id without opening any.
CREATE TABLE account (
    person_id         TEXT PRIMARY KEY REFERENCES person,
    email             TEXT NOT NULL,
    -- The address in the form in which it is compared.
    email_key         TEXT NOT NULL UNIQUE,
    password_hash     TEXT NOT NULL,
    national_id       BYTEA NOT NULL,
    national_id_index BYTEA NOT NULL CHECK (length(national_id_index) = 32),
    birth_date        BYTEA NOT NULL,
    landline          TEXT,
    state             TEXT NOT NULL CHECK (state IN ('pending_email', 'active', 'suspended', 'closed')),
    consent_version   TEXT NOT NULL,
    consented_at_ms   BIGINT NOT NULL,
    created_at_ms     BIGINT NOT NULL,
    verified_at_ms    BIGINT,
    closed_at_ms      BIGINT,
    suspended_at_ms   BIGINT,
    -- As its owner reads it.
    suspension_reason TEXT,
    CHECK ((state = 'suspended') = (suspended_at_ms IS NOT NULL)),
    CHECK ((state = 'suspended') = (suspension_reason IS NOT NULL))
);

-- One account a person. A closed one keeps its index while a bar from visits outlives it.
CREATE UNIQUE INDEX account_national_id ON account (national_id_index) WHERE state <> 'closed';
-- Those of one person, the closed ones too.
CREATE INDEX account_by_national_id ON account (national_id_index);

-- What an e-mail brings: the proof that somebody reads the address.
CREATE TABLE email_token (
    hash          BYTEA PRIMARY KEY CHECK (length(hash) = 32),
    person_id     TEXT NOT NULL REFERENCES person,
    purpose       TEXT NOT NULL CHECK (purpose IN ('verify', 'reset')),
    issued_at_ms  BIGINT NOT NULL,
    expires_at_ms BIGINT NOT NULL,
    used_at_ms    BIGINT
);

CREATE INDEX email_token_by_person ON email_token (person_id);

CREATE TABLE account_session (
    hash            BYTEA PRIMARY KEY CHECK (length(hash) = 32),
    person_id       TEXT NOT NULL REFERENCES person,
    created_at_ms   BIGINT NOT NULL,
    last_seen_at_ms BIGINT NOT NULL,
    expires_at_ms   BIGINT NOT NULL
);

CREATE INDEX account_session_by_person ON account_session (person_id);
