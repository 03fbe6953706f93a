-- Verdicts and links are facts. They lie beside the statements about leads, so that a lead stated once stays one row.

-- One row: one check of a lead's contact. `_email`, `_phone` and `_mobile` are the values as they were checked: a verdict
-- counts only while the lead's value is still that one.
CREATE TABLE contact_facts (
    lead_id        VARCHAR NOT NULL,
    email_verdict  VARCHAR,
    email_because  VARCHAR,
    email_repair   VARCHAR,
    email_domain   VARCHAR,
    phone_verdict  VARCHAR,
    phone_because  VARCHAR,
    phone_repair   VARCHAR,
    mobile_verdict VARCHAR,
    mobile_because VARCHAR,
    mobile_repair  VARCHAR,
    phone_line     VARCHAR,
    phone_country  VARCHAR,
    doubts         VARCHAR,
    contact_because VARCHAR,
    checked_at     TIMESTAMP,
    _email         VARCHAR,
    _phone         VARCHAR,
    _mobile        VARCHAR,
    _occurred_at   TIMESTAMP NOT NULL,
    _recorded_at   TIMESTAMP NOT NULL,
    _import        INTEGER NOT NULL,
    _row           BIGINT NOT NULL,
    _revises       BOOLEAN NOT NULL     -- the lead had a check already: exactly one check of every lead says false
);

-- What was found or decided of two leads; the newest visible row of a pair and kind counts.
CREATE TABLE link_facts (
    lead_a       VARCHAR NOT NULL,      -- lead_a < lead_b
    lead_b       VARCHAR NOT NULL,
    kind         VARCHAR NOT NULL,      -- person, company
    state        VARCHAR NOT NULL,      -- made, waiting, refused
    weight       DOUBLE,
    evidence     VARCHAR,
    "by"         VARCHAR,               -- a rule's name, splink, or a person
    _occurred_at TIMESTAMP NOT NULL,
    _recorded_at TIMESTAMP NOT NULL,
    _import      INTEGER NOT NULL,
    _row         BIGINT NOT NULL
);

-- Which person (company) a lead belongs to since: the newest visible row of a lead and kind counts, and one whose
-- `group_id` is the lead itself says that it left. At most one row of a lead and kind in an import.
CREATE TABLE member_facts (
    lead_id      VARCHAR NOT NULL,
    kind         VARCHAR NOT NULL,
    group_id     VARCHAR NOT NULL,
    _occurred_at TIMESTAMP NOT NULL,
    _recorded_at TIMESTAMP NOT NULL,
    _import      INTEGER NOT NULL,
    _row         BIGINT NOT NULL
);
