-- The tables of schema/duckdb/007_assignments.sql, with the keys that are only promised there.

CREATE TABLE rosters (
    fingerprint TEXT COLLATE "C" PRIMARY KEY,
    text        TEXT COLLATE "C" NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE assignment_facts (
    fact_no        BIGINT PRIMARY KEY,
    lead_id        TEXT COLLATE "C" NOT NULL,
    place          INTEGER NOT NULL,
    kind           TEXT COLLATE "C" NOT NULL,
    person         TEXT COLLATE "C",
    department     TEXT COLLATE "C" NOT NULL,
    company        TEXT COLLATE "C",
    label          TEXT COLLATE "C",
    began_at       TIMESTAMP NOT NULL,
    respond_within INTEGER,
    warn_at        TIMESTAMP,
    due_at         TIMESTAMP,
    weight         INTEGER NOT NULL,
    turn           BIGINT NOT NULL,
    clock          BIGINT NOT NULL,
    because        TEXT COLLATE "C" NOT NULL,
    roster         TEXT COLLATE "C" NOT NULL,
    "by"           TEXT COLLATE "C" NOT NULL,
    recorded_at    TIMESTAMP NOT NULL,
    _import        INTEGER NOT NULL,
    UNIQUE (lead_id, place)
);

CREATE TABLE clock_facts (
    fact_no       BIGINT PRIMARY KEY,
    lead_id       TEXT COLLATE "C" NOT NULL,
    assignment_no BIGINT NOT NULL,
    step          TEXT COLLATE "C" NOT NULL,
    person        TEXT COLLATE "C",
    due_at        TIMESTAMP NOT NULL,
    recorded_at   TIMESTAMP NOT NULL,
    UNIQUE (assignment_no, step)
);
