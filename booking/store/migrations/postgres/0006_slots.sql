-- A facility's grid of visits 梯次表: which batches there are on which weekdays, from one date to another.
CREATE TABLE slot_grid (
    id                 TEXT PRIMARY KEY,
    facility_id        TEXT NOT NULL REFERENCES facility,
    -- Local dates, both included; no end: until another grid begins.
    from_date          TEXT NOT NULL,
    to_date            TEXT,
    -- Bit 0 is Monday.
    weekdays           BIGINT NOT NULL CHECK (weekdays BETWEEN 1 AND 127),
    visit_minutes      BIGINT NOT NULL CHECK (visit_minutes BETWEEN 1 AND 240),
    turnaround_minutes BIGINT NOT NULL CHECK (turnaround_minutes BETWEEN 0 AND 240),
    created_at_ms      BIGINT NOT NULL,
    retired_at_ms      BIGINT
);

CREATE INDEX slot_grid_by_facility ON slot_grid (facility_id);

CREATE TABLE slot_grid_batch (
    grid_id       TEXT NOT NULL REFERENCES slot_grid,
    -- 第1梯 is 1.
    batch         BIGINT NOT NULL CHECK (batch >= 1),
    -- Minutes after local midnight.
    starts_minute BIGINT NOT NULL CHECK (starts_minute BETWEEN 0 AND 1439),
    PRIMARY KEY (grid_id, batch),
    UNIQUE (grid_id, starts_minute)
);

-- The terminals that serve a grid: its capacity.
CREATE TABLE slot_grid_terminal (
    grid_id     TEXT NOT NULL REFERENCES slot_grid,
    terminal_id TEXT NOT NULL REFERENCES terminal,
    PRIMARY KEY (grid_id, terminal_id)
);

-- Days, or parts of days, without visits.
CREATE TABLE closure (
    id            TEXT PRIMARY KEY,
    -- None: a holiday everywhere.
    facility_id   TEXT REFERENCES facility,
    from_date     TEXT NOT NULL,
    to_date       TEXT NOT NULL,
    -- Batches that begin in these minutes of the day; none: the whole day.
    from_minute   BIGINT,
    to_minute     BIGINT,
    reason        TEXT NOT NULL,
    staff_id      TEXT REFERENCES staff,
    created_at_ms BIGINT NOT NULL,
    lifted_at_ms  BIGINT,
    CHECK (from_date <= to_date)
);

CREATE INDEX closure_by_facility ON closure (facility_id, from_date);
