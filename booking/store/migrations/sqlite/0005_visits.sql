-- The terminal and the inmate are of the visit's facility.
CREATE TABLE visit (
    id              TEXT PRIMARY KEY NOT NULL,
    facility_id     TEXT NOT NULL,
    terminal_id     TEXT NOT NULL,
    inmate_id       TEXT NOT NULL,
    opens_at_ms     INTEGER NOT NULL,
    starts_at_ms    INTEGER NOT NULL,
    ends_at_ms      INTEGER NOT NULL,
    state           TEXT NOT NULL,
    -- Who booked it; none where staff did.
    applicant_id    TEXT REFERENCES person,
    -- 第1梯 is 1; none outside the grid.
    batch           INTEGER,
    -- Why it counts in no month, where it does not.
    ground          TEXT NOT NULL DEFAULT 'ordinary' CHECK (ground IN
        ('ordinary', 'lawyer', 'bereavement', 'critical_illness', 'consular', 'disaster',
         'humanitarian', 'special')),
    -- The date of the death or of the news of an illness, from which the law counts.
    event_on        TEXT,
    -- The month that it counts in, such as 2026-11; none where it does not count, or no more.
    counted_month   TEXT,
    -- Until when a slot is kept for somebody who confirms.
    held_until_ms   INTEGER,
    -- What the applicant's browser calls the request, so that asking again never books again.
    idempotency_key TEXT,
    -- Who ended it or called it off, and why.
    ended_by        TEXT CHECK (ended_by IN ('visitor', 'inmate', 'facility', 'system')),
    reason          TEXT,
    created_at_ms   INTEGER NOT NULL DEFAULT 0,
    -- What its time was spent on: the inmate and a visitor were there, or one of the two sides was not.
    together_ms     INTEGER NOT NULL DEFAULT 0,
    without_inmate_ms INTEGER NOT NULL DEFAULT 0,
    without_visitors_ms INTEGER NOT NULL DEFAULT 0,
    -- By how much its end was moved for what was lost.
    given_back_ms   INTEGER NOT NULL DEFAULT 0,
    -- When its people were forgotten, and the event with them.
    forgotten_at_ms INTEGER,
    CHECK ((event_on IS NOT NULL) =
        (ground IN ('bereavement', 'critical_illness') AND forgotten_at_ms IS NULL)),
    CHECK (opens_at_ms <= starts_at_ms AND starts_at_ms < ends_at_ms),
    FOREIGN KEY (terminal_id, facility_id) REFERENCES terminal (id, facility_id),
    FOREIGN KEY (inmate_id, facility_id) REFERENCES inmate (id, facility_id)
) STRICT;

CREATE INDEX visit_by_terminal ON visit (terminal_id, starts_at_ms);
CREATE INDEX visit_by_facility ON visit (facility_id, starts_at_ms);
CREATE INDEX visit_by_inmate ON visit (inmate_id, starts_at_ms);
CREATE INDEX visit_by_applicant ON visit (applicant_id, starts_at_ms);
CREATE INDEX visit_by_end ON visit (ends_at_ms);
-- Who is to be forgotten is looked for often, among visits of a year rather than of all years.
CREATE INDEX visit_remembered ON visit (ends_at_ms) WHERE forgotten_at_ms IS NULL;
-- Holds that run out, and flagged visits whose time passes, are looked for often and are few.
CREATE INDEX visit_held ON visit (held_until_ms) WHERE state = 'held';
CREATE INDEX visit_flagged ON visit (ends_at_ms) WHERE state = 'flagged';
CREATE INDEX visit_no_show ON visit (starts_at_ms) WHERE state = 'no_show';
CREATE UNIQUE INDEX visit_asked_once ON visit (applicant_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

-- How many visits of an inmate count in a month. The row is counted up in the transaction of a booking,
-- under the condition that the month has one left.
CREATE TABLE visit_month (
    inmate_id TEXT NOT NULL REFERENCES inmate,
    month     TEXT NOT NULL,
    visits    INTEGER NOT NULL CHECK (visits >= 0),
    PRIMARY KEY (inmate_id, month)
) STRICT;

CREATE TABLE visit_member (
    visit_id         TEXT NOT NULL REFERENCES visit,
    seat             INTEGER NOT NULL CHECK (seat BETWEEN 1 AND 3),
    person_id        TEXT NOT NULL REFERENCES person,
    -- How many links the seat has had; the newest one has this generation.
    links_issued     INTEGER NOT NULL DEFAULT 0,
    -- When the visitor last asked for a link.
    link_asked_at_ms INTEGER,
    -- Whether the visitor missed it: nobody came, though a text message with the own link went out.
    missed           INTEGER NOT NULL DEFAULT 0 CHECK (missed IN (0, 1)),
    -- When the visitor's phone was last tested, and what it told of it.
    tested_at_ms     INTEGER,
    tested           TEXT CHECK (tested IN ('good', 'sound_only', 'no_connection')),
    -- SHA-256 of what opens tests of the visitor's phone without signing in.
    test_key_hash    BLOB UNIQUE CHECK (length(test_key_hash) = 32),
    PRIMARY KEY (visit_id, seat),
    UNIQUE (visit_id, person_id),
    CHECK ((tested_at_ms IS NULL) = (tested IS NULL))
) STRICT;

CREATE TABLE seat_link (
    id             TEXT PRIMARY KEY NOT NULL,
    visit_id       TEXT NOT NULL,
    seat           INTEGER NOT NULL,
    generation     INTEGER NOT NULL,
    hash           BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    state          TEXT NOT NULL CHECK (state IN ('issued', 'redeemed', 'void')),
    device_hash    BLOB CHECK (length(device_hash) = 32),
    issued_at_ms   INTEGER NOT NULL,
    redeemed_at_ms INTEGER,
    UNIQUE (visit_id, seat, generation),
    FOREIGN KEY (visit_id, seat) REFERENCES visit_member (visit_id, seat),
    CHECK (state <> 'redeemed' OR (device_hash IS NOT NULL AND redeemed_at_ms IS NOT NULL))
) STRICT;

CREATE INDEX visit_member_by_person ON visit_member (person_id);

CREATE UNIQUE INDEX seat_link_in_force ON seat_link (visit_id, seat) WHERE state <> 'void';

-- Nobody is in two places at once: a live visit engages its terminal, its inmate and its visitors for
-- its slot, and no two engagements of one subject overlap. Triggers keep the table in step with the
-- visits, whoever writes them.
CREATE TABLE engagement (
    visit_id     TEXT NOT NULL REFERENCES visit ON DELETE CASCADE,
    subject      TEXT NOT NULL,
    starts_at_ms INTEGER NOT NULL,
    ends_at_ms   INTEGER NOT NULL,
    PRIMARY KEY (visit_id, subject)
) STRICT;

CREATE INDEX engagement_by_subject ON engagement (subject, starts_at_ms);

CREATE TRIGGER engagement_does_not_overlap BEFORE INSERT ON engagement
WHEN EXISTS (
    SELECT 1 FROM engagement AS other
    WHERE other.subject = NEW.subject
      AND other.starts_at_ms < NEW.ends_at_ms AND NEW.starts_at_ms < other.ends_at_ms
)
BEGIN SELECT RAISE(ABORT, 'overlap'); END;

CREATE VIEW engagement_due (visit_id, subject, starts_at_ms, ends_at_ms) AS
SELECT id, 'terminal ' || terminal_id, starts_at_ms, ends_at_ms
FROM visit WHERE state IN ('held', 'confirmed', 'flagged', 'in_session')
UNION ALL
SELECT id, 'inmate ' || inmate_id, starts_at_ms, ends_at_ms
FROM visit WHERE state IN ('held', 'confirmed', 'flagged', 'in_session')
UNION ALL
SELECT visit.id, 'person ' || person_id, starts_at_ms, ends_at_ms
FROM visit JOIN visit_member ON visit_member.visit_id = visit.id
WHERE state IN ('held', 'confirmed', 'flagged', 'in_session');

CREATE TRIGGER visit_added AFTER INSERT ON visit
BEGIN
    INSERT INTO engagement SELECT * FROM engagement_due WHERE visit_id = NEW.id;
END;

CREATE TRIGGER visit_changed
AFTER UPDATE OF state, terminal_id, inmate_id, starts_at_ms, ends_at_ms ON visit
BEGIN
    DELETE FROM engagement WHERE visit_id = NEW.id;
    INSERT INTO engagement SELECT * FROM engagement_due WHERE visit_id = NEW.id;
END;

CREATE TRIGGER visit_member_added AFTER INSERT ON visit_member
BEGIN
    INSERT INTO engagement SELECT * FROM engagement_due
    WHERE visit_id = NEW.visit_id AND subject = 'person ' || NEW.person_id;
END;

CREATE TRIGGER visit_member_changed AFTER UPDATE OF visit_id, person_id ON visit_member
BEGIN
    DELETE FROM engagement
    WHERE visit_id = OLD.visit_id AND subject = 'person ' || OLD.person_id;
    INSERT INTO engagement SELECT * FROM engagement_due
    WHERE visit_id = NEW.visit_id AND subject = 'person ' || NEW.person_id;
END;

CREATE TRIGGER visit_member_removed AFTER DELETE ON visit_member
BEGIN
    DELETE FROM engagement
    WHERE visit_id = OLD.visit_id AND subject = 'person ' || OLD.person_id;
END;
