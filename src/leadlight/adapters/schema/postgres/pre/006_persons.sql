-- The table of schema/duckdb/006_persons.sql.

CREATE TABLE forgotten (
    what        TEXT COLLATE "C" NOT NULL,
    salt        TEXT COLLATE "C" NOT NULL,
    hash        TEXT COLLATE "C" NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    "by"        TEXT COLLATE "C" NOT NULL,
    why         TEXT COLLATE "C" NOT NULL
);
