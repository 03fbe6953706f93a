-- The table of schema/duckdb/009_routing_events.sql.

CREATE TABLE routing_events (
    run_no     INTEGER NOT NULL,
    lead_id    TEXT COLLATE "C" NOT NULL,
    steps      TEXT COLLATE "C" NOT NULL,
    person     TEXT COLLATE "C",
    department TEXT COLLATE "C" NOT NULL,
    due_at     TIMESTAMP,
    because    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (run_no, lead_id)
);
