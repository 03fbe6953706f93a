-- The tables of schema/duckdb/008_lead_states.sql.

CREATE TABLE lead_states (
    lead_id        TEXT COLLATE "C" NOT NULL,
    run_no         INTEGER NOT NULL,
    segments       TEXT COLLATE "C",
    department     TEXT COLLATE "C",
    respond_within BIGINT,
    next_step      TEXT COLLATE "C",
    reasons        TEXT COLLATE "C"
);

CREATE TABLE label_moves (
    run_no     INTEGER NOT NULL,
    lead_id    TEXT COLLATE "C" NOT NULL,
    scale      TEXT COLLATE "C" NOT NULL,
    was        TEXT COLLATE "C",
    label      TEXT COLLATE "C",
    began      INTEGER,
    row_before INTEGER
);

CREATE TABLE folded_runs (run_no INTEGER NOT NULL);
