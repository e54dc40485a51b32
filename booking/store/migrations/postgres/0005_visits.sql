-- The terminal and the inmate are of the visit's facility.
CREATE TABLE visit (
    id              TEXT PRIMARY KEY,
    facility_id     TEXT NOT NULL,
    terminal_id     TEXT NOT NULL,
    inmate_id       TEXT NOT NULL,
    opens_at_ms     BIGINT NOT NULL,
    starts_at_ms    BIGINT NOT NULL,
    ends_at_ms      BIGINT NOT NULL,
    state           TEXT NOT NULL,
    -- Who booked it; none where staff did.
    applicant_id    TEXT REFERENCES person,
    -- 第1梯 is 1; none outside the grid.
    batch           BIGINT,
    -- Why it counts in no month, where it does not.
    ground          TEXT NOT NULL DEFAULT 'ordinary' CHECK (ground IN
        ('ordinary', 'lawyer', 'bereavement', 'critical_illness', 'consular', 'disaster',
         'humanitarian', 'special')),
    -- The date of the death or of the news of an illness, from which the law counts.
    event_on        TEXT,
    -- The month that it counts in, such as 2026-11; none where it does not count, or no more.
    counted_month   TEXT,
    -- Until when a slot is kept for somebody who confirms.
    held_until_ms   BIGINT,
    -- What the applicant's browser calls the request, so that asking again never books again.
    idempotency_key TEXT,
    -- Who ended it or called it off, and why.
    ended_by        TEXT CHECK (ended_by IN ('visitor', 'inmate', 'facility', 'system')),
    reason          TEXT,
    created_at_ms   BIGINT NOT NULL DEFAULT 0,
    -- What its time was spent on: the inmate and a visitor were there, or one of the two sides was not.
    together_ms     BIGINT NOT NULL DEFAULT 0,
    without_inmate_ms BIGINT NOT NULL DEFAULT 0,
    without_visitors_ms BIGINT NOT NULL DEFAULT 0,
    -- By how much its end was moved for what was lost.
    given_back_ms   BIGINT NOT NULL DEFAULT 0,
    -- When its people were forgotten, and the event with them.
    forgotten_at_ms BIGINT,
    CHECK ((event_on IS NOT NULL) =
        (ground IN ('bereavement', 'critical_illness') AND forgotten_at_ms IS NULL)),
    CHECK (opens_at_ms <= starts_at_ms AND starts_at_ms < ends_at_ms),
    FOREIGN KEY (terminal_id, facility_id) REFERENCES terminal (id, facility_id),
    FOREIGN KEY (inmate_id, facility_id) REFERENCES inmate (id, facility_id)
);

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
    visits    BIGINT NOT NULL CHECK (visits >= 0),
    PRIMARY KEY (inmate_id, month)
);

CREATE TABLE visit_member (
    visit_id         TEXT NOT NULL REFERENCES visit,
    seat             BIGINT NOT NULL CHECK (seat BETWEEN 1 AND 3),
    person_id        TEXT NOT NULL REFERENCES person,
    -- How many links the seat has had; the newest one has this generation.
    links_issued     BIGINT NOT NULL DEFAULT 0,
    -- When the visitor last asked for a link.
    link_asked_at_ms BIGINT,
    -- Whether the visitor missed it: nobody came, though a text message with the own link went out.
    missed           BIGINT NOT NULL DEFAULT 0 CHECK (missed IN (0, 1)),
    -- When the visitor's phone was last tested, and what it told of it.
    tested_at_ms     BIGINT,
    tested           TEXT CHECK (tested IN ('good', 'sound_only', 'no_connection')),
    -- SHA-256 of what opens tests of the visitor's phone without signing in.
    test_key_hash    BYTEA UNIQUE CHECK (length(test_key_hash) = 32),
    PRIMARY KEY (visit_id, seat),
    UNIQUE (visit_id, person_id),
    CHECK ((tested_at_ms IS NULL) = (tested IS NULL))
);

CREATE TABLE seat_link (
    id             TEXT PRIMARY KEY,
    visit_id       TEXT NOT NULL,
    seat           BIGINT NOT NULL,
    generation     BIGINT NOT NULL,
    hash           BYTEA NOT NULL UNIQUE CHECK (length(hash) = 32),
    state          TEXT NOT NULL CHECK (state IN ('issued', 'redeemed', 'void')),
    device_hash    BYTEA CHECK (length(device_hash) = 32),
    issued_at_ms   BIGINT NOT NULL,
    redeemed_at_ms BIGINT,
    UNIQUE (visit_id, seat, generation),
    FOREIGN KEY (visit_id, seat) REFERENCES visit_member (visit_id, seat),
    CHECK (state <> 'redeemed' OR (device_hash IS NOT NULL AND redeemed_at_ms IS NOT NULL))
);

CREATE INDEX visit_member_by_person ON visit_member (person_id);

CREATE UNIQUE INDEX seat_link_in_force ON seat_link (visit_id, seat) WHERE state <> 'void';

-- Nobody is in two places at once: a live visit engages its terminal, its inmate and its visitors for
-- its slot, and no two engagements of one subject overlap. Triggers keep the table in step with the
-- visits, whoever writes them. They add rows in the order of their subjects, so that two bookings wait
-- for each other rather than lock each other up.
CREATE TABLE engagement (
    visit_id     TEXT NOT NULL REFERENCES visit ON DELETE CASCADE,
    subject      TEXT NOT NULL,
    starts_at_ms BIGINT NOT NULL,
    ends_at_ms   BIGINT NOT NULL,
    PRIMARY KEY (visit_id, subject),
    -- Subjects are compared by their hashes, of 64 bits: a tree of whole texts is four times as slow.
    CONSTRAINT engagement_does_not_overlap EXCLUDE USING gist
        (hashtextextended(subject, 0) WITH =, int8range(starts_at_ms, ends_at_ms) WITH &&)
);

CREATE INDEX engagement_by_subject ON engagement (subject, starts_at_ms);

CREATE FUNCTION is_live(state TEXT) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN state IN ('held', 'confirmed', 'flagged', 'in_session');

-- A new visit has no visitors yet.
CREATE FUNCTION engage_new_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF is_live(NEW.state) THEN
        INSERT INTO engagement VALUES
            (NEW.id, 'inmate ' || NEW.inmate_id, NEW.starts_at_ms, NEW.ends_at_ms),
            (NEW.id, 'terminal ' || NEW.terminal_id, NEW.starts_at_ms, NEW.ends_at_ms);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER visit_added AFTER INSERT ON visit
FOR EACH ROW EXECUTE FUNCTION engage_new_visit();

CREATE FUNCTION engage_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM engagement WHERE visit_id = NEW.id;
    IF is_live(NEW.state) THEN
        INSERT INTO engagement
        SELECT NEW.id, subject, NEW.starts_at_ms, NEW.ends_at_ms FROM (
            SELECT 'person ' || person_id FROM visit_member WHERE visit_id = NEW.id
            UNION ALL VALUES ('inmate ' || NEW.inmate_id), ('terminal ' || NEW.terminal_id)
        ) AS engaged (subject) ORDER BY subject;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER visit_changed
AFTER UPDATE OF state, terminal_id, inmate_id, starts_at_ms, ends_at_ms ON visit
FOR EACH ROW EXECUTE FUNCTION engage_visit();

CREATE FUNCTION engage_visit_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM engagement
        WHERE visit_id = OLD.visit_id AND subject = 'person ' || OLD.person_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO engagement
        SELECT id, 'person ' || NEW.person_id, starts_at_ms, ends_at_ms
        FROM visit WHERE id = NEW.visit_id AND is_live(state);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER visit_member_added AFTER INSERT ON visit_member
FOR EACH ROW EXECUTE FUNCTION engage_visit_member();

CREATE TRIGGER visit_member_changed AFTER UPDATE OF visit_id, person_id ON visit_member
FOR EACH ROW EXECUTE FUNCTION engage_visit_member();

CREATE TRIGGER visit_member_removed AFTER DELETE ON visit_member
FOR EACH ROW EXECUTE FUNCTION engage_visit_member();
