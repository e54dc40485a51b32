-- Messages leave through this table. A key says what a message is about, so that it is queued once.
CREATE TABLE outbox (
    id                 TEXT PRIMARY KEY NOT NULL,
    key                TEXT NOT NULL UNIQUE,
    kind               TEXT NOT NULL,
    channel            TEXT NOT NULL CHECK (channel IN ('sms', 'email')),
    -- Whom it is for: a person, or a facility's staff.
    person_id          TEXT REFERENCES person,
    facility_id        TEXT REFERENCES facility,
    visit_id           TEXT REFERENCES visit,
    -- What its text is made of, as JSON.
    params             TEXT NOT NULL DEFAULT '{}',
    -- Made once, when it is first sent, so that sending again sends the same.
    recipient          TEXT,
    locale             TEXT,
    subject            TEXT,
    body               TEXT,
    -- A calendar file that goes along (RFC 5545).
    calendar           TEXT,
    state              TEXT NOT NULL CHECK (state IN
        ('queued', 'sending', 'sent', 'delivered', 'failed', 'expired')),
    created_at_ms      INTEGER NOT NULL,
    -- Later it helps nobody any more.
    expires_at_ms      INTEGER,
    attempts           INTEGER NOT NULL DEFAULT 0,
    next_attempt_at_ms INTEGER NOT NULL,
    provider           TEXT,
    provider_reference TEXT,
    last_error         TEXT,
    sent_at_ms         INTEGER,
    delivered_at_ms    INTEGER
) STRICT;

CREATE INDEX outbox_due ON outbox (next_attempt_at_ms) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_by_reference ON outbox (provider, provider_reference);
CREATE INDEX outbox_by_facility ON outbox (facility_id, created_at_ms);
CREATE INDEX outbox_by_visit ON outbox (visit_id);
