-- The tables of schema/duckdb/005_deliveries.sql, with the keys that are only promised there.

CREATE TABLE endpoint_facts (
    fact_no     INTEGER PRIMARY KEY,
    endpoint_id TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    target      TEXT COLLATE "C" NOT NULL,
    labels      TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    because     TEXT COLLATE "C" NOT NULL,
    since_run   INTEGER NOT NULL,
    rotation    INTEGER NOT NULL,
    rotated_at  TIMESTAMP,
    "by"        TEXT COLLATE "C" NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE delivery_facts (
    fact_no     BIGINT PRIMARY KEY,
    endpoint_id TEXT COLLATE "C" NOT NULL,
    run_no      INTEGER NOT NULL,
    lead_id     TEXT COLLATE "C",
    state       TEXT COLLATE "C" NOT NULL,
    attempts    INTEGER NOT NULL,
    status      TEXT COLLATE "C" NOT NULL,
    retry_at    TIMESTAMP,
    recorded_at TIMESTAMP NOT NULL
);
