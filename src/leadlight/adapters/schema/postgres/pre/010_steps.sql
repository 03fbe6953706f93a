-- The table of schema/duckdb/010_steps.sql, with the key that is only promised there.

CREATE TABLE step_facts (
    fact_no     BIGINT PRIMARY KEY,
    lead_id     TEXT COLLATE "C" NOT NULL,
    track       TEXT COLLATE "C" NOT NULL,
    entry       INTEGER NOT NULL,
    step        INTEGER NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    variant     TEXT COLLATE "C",
    because     TEXT COLLATE "C",
    mail_id     TEXT COLLATE "C",
    occurred_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    UNIQUE (lead_id, track, entry, step, kind)
);
