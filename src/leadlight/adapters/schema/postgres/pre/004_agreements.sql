-- The tables of schema/duckdb/004_agreements.sql, with the keys that are only promised there.

CREATE TABLE versions (
    version     INTEGER PRIMARY KEY,
    fingerprint TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    text        TEXT COLLATE "C" NOT NULL,
    needs       TEXT COLLATE "C" NOT NULL,
    author      TEXT COLLATE "C" NOT NULL,
    note        TEXT COLLATE "C" NOT NULL,
    wished_from TIMESTAMP,
    recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE sign_offs (
    version     INTEGER NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    role        TEXT COLLATE "C" NOT NULL,
    "by"        TEXT COLLATE "C" NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    PRIMARY KEY (version, role)
);
