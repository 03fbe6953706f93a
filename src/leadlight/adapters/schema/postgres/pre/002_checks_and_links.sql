-- The tables of schema/duckdb/002_checks_and_links.sql.

CREATE TABLE contact_facts (
    lead_id        TEXT COLLATE "C" NOT NULL,
    email_verdict  TEXT COLLATE "C",
    email_because  TEXT COLLATE "C",
    email_repair   TEXT COLLATE "C",
    email_domain   TEXT COLLATE "C",
    phone_verdict  TEXT COLLATE "C",
    phone_because  TEXT COLLATE "C",
    phone_repair   TEXT COLLATE "C",
    mobile_verdict TEXT COLLATE "C",
    mobile_because TEXT COLLATE "C",
    mobile_repair  TEXT COLLATE "C",
    phone_line     TEXT COLLATE "C",
    phone_country  TEXT COLLATE "C",
    doubts         TEXT COLLATE "C",
    contact_because TEXT COLLATE "C",
    checked_at     TIMESTAMP,
    _email         TEXT COLLATE "C",
    _phone         TEXT COLLATE "C",
    _mobile        TEXT COLLATE "C",
    _occurred_at   TIMESTAMP NOT NULL,
    _recorded_at   TIMESTAMP NOT NULL,
    _import        INTEGER NOT NULL,
    _row           BIGINT NOT NULL,
    _revises       BOOLEAN NOT NULL
);

CREATE TABLE link_facts (
    lead_a       TEXT COLLATE "C" NOT NULL,
    lead_b       TEXT COLLATE "C" NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    weight       DOUBLE PRECISION,
    evidence     TEXT COLLATE "C",
    "by"         TEXT COLLATE "C",
    _occurred_at TIMESTAMP NOT NULL,
    _recorded_at TIMESTAMP NOT NULL,
    _import      INTEGER NOT NULL,
    _row         BIGINT NOT NULL
);

CREATE TABLE member_facts (
    lead_id      TEXT COLLATE "C" NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL,
    group_id     TEXT COLLATE "C" NOT NULL,
    _occurred_at TIMESTAMP NOT NULL,
    _recorded_at TIMESTAMP NOT NULL,
    _import      INTEGER NOT NULL,
    _row         BIGINT NOT NULL
);
