-- A visitor asks to be admitted to one inmate's visits.
CREATE TABLE application (
    id              TEXT PRIMARY KEY NOT NULL,
    person_id       TEXT NOT NULL REFERENCES person,
    inmate_id       TEXT NOT NULL REFERENCES inmate,
    facility_id     TEXT NOT NULL REFERENCES facility,
    relationship    TEXT NOT NULL,
    -- The urgent ground that those need who are neither relatives nor lawyers.
    ground          TEXT,
    on_site         INTEGER NOT NULL CHECK (on_site IN (0, 1)),
    remote          INTEGER NOT NULL CHECK (remote IN (0, 1)),
    mobile          INTEGER NOT NULL CHECK (mobile IN (0, 1)),
    state           TEXT NOT NULL CHECK (state IN
        ('draft', 'submitted', 'in_review', 'needs_more', 'approved', 'refused', 'revoked', 'withdrawn',
         'stale')),
    -- The last decision's reason, as the applicant reads it.
    reason          TEXT,
    reviewer_id     TEXT REFERENCES staff,
    created_at_ms   INTEGER NOT NULL,
    submitted_at_ms INTEGER,
    decided_at_ms   INTEGER,
    changed_at_ms   INTEGER NOT NULL
) STRICT;

-- One at a time for each inmate; one that is over may be followed by another.
CREATE UNIQUE INDEX application_under_way ON application (person_id, inmate_id)
    WHERE state IN ('draft', 'submitted', 'in_review', 'needs_more', 'approved');
CREATE INDEX application_by_facility ON application (facility_id, state, submitted_at_ms);
CREATE INDEX application_by_inmate ON application (inmate_id, state);

-- A file is sealed by a key of its own; the key is sealed by the vault.
CREATE TABLE document (
    id             TEXT PRIMARY KEY NOT NULL,
    application_id TEXT NOT NULL REFERENCES application,
    kind           TEXT NOT NULL CHECK (kind IN ('identity', 'relationship', 'photo')),
    name           TEXT NOT NULL,
    media_type     TEXT NOT NULL,
    bytes          INTEGER NOT NULL,
    sealed_key     BLOB NOT NULL,
    created_at_ms  INTEGER NOT NULL,
    deleted_at_ms  INTEGER
) STRICT;

CREATE INDEX document_by_application ON document (application_id);

-- Two people who agreed to visit an inmate together. An invitation waits at an address, known or not.
CREATE TABLE companion (
    id            TEXT PRIMARY KEY NOT NULL,
    inmate_id     TEXT NOT NULL REFERENCES inmate,
    inviter_id    TEXT NOT NULL REFERENCES person,
    email_key     TEXT NOT NULL,
    invitee_id    TEXT REFERENCES person,
    state         TEXT NOT NULL CHECK (state IN ('invited', 'agreed', 'declined', 'withdrawn')),
    created_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX companion_once ON companion (inmate_id, inviter_id, email_key)
    WHERE state IN ('invited', 'agreed');
CREATE INDEX companion_by_email ON companion (email_key);
CREATE INDEX companion_by_inmate ON companion (inmate_id);

-- Who may not visit: one person, one inmate, or one person with one inmate.
CREATE TABLE restriction (
    id            TEXT PRIMARY KEY NOT NULL,
    facility_id   TEXT NOT NULL REFERENCES facility,
    person_id     TEXT REFERENCES person,
    inmate_id     TEXT REFERENCES inmate,
    kind          TEXT NOT NULL CHECK (kind IN
        ('no_contact', 'inmate_declines', 'breach', 'no_show', 'discipline', 'other')),
    reason        TEXT NOT NULL,
    from_ms       INTEGER NOT NULL,
    -- None: until it is lifted.
    until_ms      INTEGER,
    staff_id      TEXT REFERENCES staff,
    created_at_ms INTEGER NOT NULL,
    lifted_at_ms  INTEGER,
    CHECK (person_id IS NOT NULL OR inmate_id IS NOT NULL)
) STRICT;

CREATE INDEX restriction_by_person ON restriction (person_id);
CREATE INDEX restriction_by_inmate ON restriction (inmate_id);
