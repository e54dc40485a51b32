-- Times are Unix milliseconds, dates are ISO 8601 texts, ids are UUIDs as text, hashes are 32 bytes.

-- Every figure of the rules that facilities may set for themselves.
CREATE TABLE facility (
    id                         TEXT PRIMARY KEY NOT NULL,
    name                       TEXT NOT NULL,
    -- In Latin letters, for those who do not read Chinese.
    latin_name                 TEXT,
    time_zone                  TEXT NOT NULL,
    -- Where its staff are told about bookings.
    contact_email              TEXT,
    -- The number that people can call.
    contact_telephone          TEXT,
    -- A visit is booked this many days before it.
    book_from_days             INTEGER NOT NULL DEFAULT 2,
    book_to_days               INTEGER NOT NULL DEFAULT 7,
    -- The minute of the local day at which the next day opens for booking.
    day_opens_minute           INTEGER NOT NULL DEFAULT 480 CHECK (day_opens_minute BETWEEN 0 AND 1439),
    visits_a_month             INTEGER NOT NULL DEFAULT 2 CHECK (visits_a_month >= 0),
    -- A visitor who cancels at least so long before gives the visit back to the month.
    cancel_before_hours        INTEGER NOT NULL DEFAULT 24,
    opens_before_minutes       INTEGER NOT NULL DEFAULT 15,
    -- So many minutes at most are added to a visit for what it lost.
    give_back_minutes          INTEGER NOT NULL DEFAULT 5 CHECK (give_back_minutes >= 0),
    -- So many no-shows within so many months bar from booking for so many months after the last.
    no_shows                   INTEGER NOT NULL DEFAULT 3,
    no_shows_within_months     INTEGER NOT NULL DEFAULT 6,
    no_shows_bar_months        INTEGER NOT NULL DEFAULT 3,
    CHECK (0 <= book_from_days AND book_from_days <= book_to_days)
) STRICT;

CREATE TABLE terminal (
    id          TEXT PRIMARY KEY NOT NULL,
    facility_id TEXT NOT NULL REFERENCES facility,
    name        TEXT NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    in_service  INTEGER NOT NULL DEFAULT 1 CHECK (in_service IN (0, 1)),
    -- When its page last came or went; NULL: never.
    last_seen_at_ms INTEGER,
    -- Its newest test: when, and what was found, a word each; '': all is well. NULL: never tested.
    self_tested_at_ms INTEGER,
    findings    TEXT,
    CHECK ((self_tested_at_ms IS NULL) = (findings IS NULL)),
    UNIQUE (id, facility_id)
) STRICT;

CREATE INDEX terminal_by_facility ON terminal (facility_id, name);

CREATE TABLE inmate (
    id          TEXT PRIMARY KEY NOT NULL,
    facility_id TEXT NOT NULL REFERENCES facility,
    number      TEXT NOT NULL,
    name        TEXT NOT NULL,
    first_name  TEXT NOT NULL,
    state       TEXT NOT NULL DEFAULT 'present' CHECK (state IN ('present', 'transferred', 'released')),
    left_at_ms  INTEGER,
    UNIQUE (id, facility_id)
) STRICT;

-- A number is given out anew once its inmate has left.
CREATE UNIQUE INDEX inmate_number_in_use ON inmate (facility_id, number) WHERE state = 'present';
-- Who left long ago is forgotten: number and names are empty then.
CREATE INDEX inmate_left ON inmate (left_at_ms) WHERE state <> 'present' AND name <> '';

CREATE TABLE person (
    id     TEXT PRIMARY KEY NOT NULL,
    name   TEXT NOT NULL,
    phone  TEXT NOT NULL,
    locale TEXT NOT NULL
) STRICT;
