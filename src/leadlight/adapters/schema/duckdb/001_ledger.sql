-- The ledger of one workspace. Facts are added, never changed: nothing here is ever updated or deleted, save by `forget`.
--
-- Names that begin with an underscore are the ledger's own; a company's columns never begin with one, so that a file may
-- bring any header. Attributes and activity columns are added to the two wide tables as typed columns when they are
-- first stated. No index on a table of facts: they are read by scans, and an index would cost more than an import.

CREATE TABLE ledger (
    version INTEGER NOT NULL,         -- of this schema; the newest row counts
    made_at TIMESTAMP NOT NULL
);

CREATE TABLE imports (
    import_no   INTEGER NOT NULL,     -- the order of imports, and how facts name theirs
    import_id   VARCHAR NOT NULL,     -- how people name it
    file        VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,     -- SHA-256 of the file
    what        VARCHAR NOT NULL,     -- leads, activities, spend
    headers     VARCHAR NOT NULL,     -- JSON list
    mapping     VARCHAR NOT NULL,     -- JSON object: header -> attribute
    said        VARCHAR NOT NULL,     -- JSON object: the part of it that a person decided (--map)
    recorded_at TIMESTAMP NOT NULL,
    backfill    BOOLEAN NOT NULL,     -- its facts count as known when they happened
    read        BIGINT NOT NULL,
    imported    BIGINT NOT NULL,
    unchanged   BIGINT NOT NULL,
    rejected    BIGINT NOT NULL
);

CREATE TABLE undos (
    import_no   INTEGER NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE rejects (
    import_no INTEGER NOT NULL,
    line      BIGINT,
    code      VARCHAR,
    reason    VARCHAR,
    text      VARCHAR
);

-- One row: what one statement (a line of a file) said of a lead. NULL states nothing.
CREATE TABLE attribute_facts (
    lead_id      VARCHAR NOT NULL,
    _occurred_at TIMESTAMP NOT NULL,  -- true since
    _recorded_at TIMESTAMP NOT NULL,  -- known since
    _import      INTEGER NOT NULL,
    _row         BIGINT NOT NULL,
    _revises     BOOLEAN NOT NULL     -- the lead already had a row: exactly one row of every lead says false
);

CREATE TABLE activity_facts (
    lead_id      VARCHAR NOT NULL,
    occurred_at  TIMESTAMP NOT NULL,
    kind         VARCHAR NOT NULL,
    _recorded_at TIMESTAMP NOT NULL,
    _import      INTEGER NOT NULL,
    _row         BIGINT NOT NULL
);

-- What marketing spent. The newest import that speaks of a day, source and campaign replaces what was said before.
CREATE TABLE spend_facts (
    occurred_at  TIMESTAMP,
    source       VARCHAR,
    campaign     VARCHAR,
    amount       DOUBLE,
    currency     VARCHAR,
    _recorded_at TIMESTAMP NOT NULL,
    _import      INTEGER NOT NULL,
    _row         BIGINT NOT NULL
);

-- The company's own attributes: one row for each import that brought one.
CREATE TABLE own_attributes (
    import_no INTEGER NOT NULL,
    what      VARCHAR NOT NULL,       -- leads, activities
    name      VARCHAR NOT NULL,
    type      VARCHAR NOT NULL,
    form      VARCHAR NOT NULL,
    about     VARCHAR NOT NULL
);

CREATE TABLE runs (
    run_no      INTEGER NOT NULL,
    run_id      VARCHAR NOT NULL,
    as_of       TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    known       VARCHAR NOT NULL,     -- then, now
    fingerprint VARCHAR NOT NULL,
    leads       BIGINT NOT NULL,
    changed     BIGINT NOT NULL
);

-- The text of every playbook a run was made with: with it and `as_of`, any stored run can be made again.
CREATE TABLE playbooks (
    fingerprint VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,
    text        VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

-- A log of changes: a row where a lead's labels, segments or route differ from its last row. Columns `score_...` and
-- `label_...` are added when a playbook first has them; `gone` says that the lead had left the base.
CREATE TABLE run_changes (
    run_no         INTEGER NOT NULL,
    lead_id        VARCHAR NOT NULL,
    gone           BOOLEAN NOT NULL,
    segments       VARCHAR,
    department     VARCHAR,
    respond_within BIGINT,
    next_step      VARCHAR,
    reasons        VARCHAR
);
