-- The tables of schema/duckdb/011_connections.sql, with the keys that are only promised there.

CREATE TABLE connection_facts (
    fact_no     INTEGER PRIMARY KEY,
    connection  TEXT COLLATE "C" NOT NULL,
    url         TEXT COLLATE "C" NOT NULL,
    declaration TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    keys        TEXT COLLATE "C" NOT NULL,
    rehearsal   TEXT COLLATE "C" NOT NULL,
    "by"        TEXT COLLATE "C" NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE crm_positions (
    fact_no     BIGINT PRIMARY KEY,
    connection  TEXT COLLATE "C" NOT NULL,
    reading     TEXT COLLATE "C" NOT NULL,
    position    TEXT COLLATE "C" NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE crm_records (
    fact_no     BIGINT PRIMARY KEY,
    connection  TEXT COLLATE "C" NOT NULL,
    reading     TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    lead_id     TEXT COLLATE "C",
    state       TEXT COLLATE "C" NOT NULL,
    of_record   TEXT COLLATE "C",
    digest      TEXT COLLATE "C" NOT NULL,
    detail      TEXT COLLATE "C" NOT NULL,
    changed_at  TIMESTAMP,
    recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE push_facts (
    fact_no     BIGINT PRIMARY KEY,
    connection  TEXT COLLATE "C" NOT NULL,
    push_no     INTEGER NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    lead_id     TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    given       TEXT COLLATE "C" NOT NULL,
    sending     TEXT COLLATE "C" NOT NULL,
    before      TEXT COLLATE "C" NOT NULL,
    differs     TEXT COLLATE "C" NOT NULL,
    status      TEXT COLLATE "C" NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
