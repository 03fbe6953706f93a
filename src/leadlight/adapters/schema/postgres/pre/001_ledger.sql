-- The tables of schema/duckdb/001_ledger.sql, where each column is explained, with the keys that are only promised there.
-- Texts are ordered by their bytes ("C"), as DuckDB orders them, so that every tie is decided alike.

CREATE TABLE ledger (
    version INTEGER PRIMARY KEY,
    made_at TIMESTAMP NOT NULL
);

CREATE TABLE imports (
    import_no   INTEGER PRIMARY KEY,
    import_id   TEXT COLLATE "C" NOT NULL UNIQUE,
    file        TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    what        TEXT COLLATE "C" NOT NULL,
    headers     TEXT COLLATE "C" NOT NULL,
    mapping     TEXT COLLATE "C" NOT NULL,
    said        TEXT COLLATE "C" NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    backfill    BOOLEAN NOT NULL,
    read        BIGINT NOT NULL,
    imported    BIGINT NOT NULL,
    unchanged   BIGINT NOT NULL,
    rejected    BIGINT NOT NULL
);

CREATE TABLE undos (
    import_no   INTEGER PRIMARY KEY,
    recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE rejects (
    import_no INTEGER NOT NULL,
    line      BIGINT,
    code      TEXT COLLATE "C",
    reason    TEXT COLLATE "C",
    text      TEXT COLLATE "C"
);

CREATE TABLE attribute_facts (
    lead_id      TEXT COLLATE "C" NOT NULL,
    _occurred_at TIMESTAMP NOT NULL,
    _recorded_at TIMESTAMP NOT NULL,
    _import      INTEGER NOT NULL,
    _row         BIGINT NOT NULL,
    _revises     BOOLEAN NOT NULL
);

CREATE TABLE activity_facts (
    lead_id      TEXT COLLATE "C" NOT NULL,
    occurred_at  TIMESTAMP NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL,
    _recorded_at TIMESTAMP NOT NULL,
    _import      INTEGER NOT NULL,
    _row         BIGINT NOT NULL
);

CREATE TABLE spend_facts (
    occurred_at  TIMESTAMP,
    source       TEXT COLLATE "C",
    campaign     TEXT COLLATE "C",
    amount       DOUBLE PRECISION,
    currency     TEXT COLLATE "C",
    _recorded_at TIMESTAMP NOT NULL,
    _import      INTEGER NOT NULL,
    _row         BIGINT NOT NULL
);

CREATE TABLE own_attributes (
    import_no INTEGER NOT NULL,
    what      TEXT COLLATE "C" NOT NULL,
    name      TEXT COLLATE "C" NOT NULL,
    type      TEXT COLLATE "C" NOT NULL,
    form      TEXT COLLATE "C" NOT NULL,
    about     TEXT COLLATE "C" NOT NULL
);

CREATE TABLE runs (
    run_no      INTEGER PRIMARY KEY,
    run_id      TEXT COLLATE "C" NOT NULL UNIQUE,
    as_of       TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    known       TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    leads       BIGINT NOT NULL,
    changed     BIGINT NOT NULL
);

CREATE TABLE playbooks (
    fingerprint TEXT COLLATE "C" PRIMARY KEY,
    name        TEXT COLLATE "C" NOT NULL,
    text        TEXT COLLATE "C" NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE run_changes (
    run_no         INTEGER NOT NULL,
    lead_id        TEXT COLLATE "C" NOT NULL,
    gone           BOOLEAN NOT NULL,
    segments       TEXT COLLATE "C",
    department     TEXT COLLATE "C",
    respond_within BIGINT,
    next_step      TEXT COLLATE "C",
    reasons        TEXT COLLATE "C"
);

-- Only here, and no fact: which kinds of activity occur, so that nobody reads the whole log to know.
CREATE TABLE _kinds (
    kind TEXT COLLATE "C" PRIMARY KEY
);

-- Which steps of `post` were applied.
CREATE TABLE _post (
    step    INTEGER PRIMARY KEY,
    made_at TIMESTAMP NOT NULL
);
