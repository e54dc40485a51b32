CREATE TABLE staff (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    -- What is typed at sign-in, in lower case.
    login           TEXT NOT NULL UNIQUE,
    password_hash   TEXT NOT NULL,
    -- Made by somebody else: to be changed before anything else is done.
    password_is_temporary BIGINT NOT NULL DEFAULT 0 CHECK (password_is_temporary IN (0, 1)),
    -- The shared secret of the second factor (RFC 6238), sealed; none until it is set up.
    totp_secret     BYTEA,
    -- The secret that is being set up, until the first code of it is shown.
    totp_pending    BYTEA,
    -- The last time step that was accepted: a code counts once.
    totp_last_step  BIGINT NOT NULL DEFAULT 0,
    -- How many codes were tried since a moment, and none of them right.
    code_attempts          BIGINT NOT NULL DEFAULT 0,
    code_attempts_since_ms BIGINT NOT NULL DEFAULT 0,
    state           TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'closed')),
    created_at_ms   BIGINT NOT NULL
);

-- What a member of staff may do, and where; without a facility, everywhere.
CREATE TABLE staff_role (
    staff_id    TEXT NOT NULL REFERENCES staff,
    role        TEXT NOT NULL CHECK (role IN
        ('reviewer', 'scheduler', 'officer', 'facility_administrator', 'auditor', 'administrator')),
    facility_id TEXT REFERENCES facility
);

CREATE UNIQUE INDEX staff_role_once ON staff_role (staff_id, role, COALESCE(facility_id, ''));

CREATE TABLE staff_session (
    hash            BYTEA PRIMARY KEY CHECK (length(hash) = 32),
    staff_id        TEXT NOT NULL REFERENCES staff,
    -- Whether the second factor was shown; until then nothing else can be done.
    complete        BIGINT NOT NULL CHECK (complete IN (0, 1)),
    created_at_ms   BIGINT NOT NULL,
    last_seen_at_ms BIGINT NOT NULL,
    expires_at_ms   BIGINT NOT NULL
);

CREATE INDEX staff_session_by_staff ON staff_session (staff_id);
