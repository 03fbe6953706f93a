-- What is connected, how far each CRM was read, which of its records is which lead, and what was written back: dated facts,
-- to which is only added. Of each key the row with the highest number counts.

CREATE TABLE connection_facts (
    fact_no     INTEGER NOT NULL,
    connection  VARCHAR NOT NULL,     -- how people name it: hubspot
    url         VARCHAR NOT NULL,
    declaration VARCHAR NOT NULL,     -- the text that says how this CRM is read and written
    state       VARCHAR NOT NULL,     -- connected, disconnected
    keys        VARCHAR NOT NULL,     -- JSON object: own property -> how the CRM calls it; no secret is kept here
    rehearsal   VARCHAR NOT NULL,     -- the fingerprint of what somebody saw in a dry run; empty: nothing
    "by"        VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE crm_positions (
    fact_no     BIGINT NOT NULL,
    connection  VARCHAR NOT NULL,
    reading     VARCHAR NOT NULL,     -- people, companies, calls
    position    VARCHAR NOT NULL,     -- JSON object, by the CRM's own clock
    recorded_at TIMESTAMP NOT NULL
);

-- A row for each record as it was last seen to differ. The texts of people lie in `attribute_facts`, not here.
CREATE TABLE crm_records (
    fact_no     BIGINT NOT NULL,
    connection  VARCHAR NOT NULL,
    reading     VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    lead_id     VARCHAR,              -- of people
    state       VARCHAR NOT NULL,     -- live, deleted, merged, erased; mentioned: an activity named it before it was read
    of_record   VARCHAR,              -- its company; of one that was merged, the record that stayed
    digest      VARCHAR NOT NULL,     -- of what it said
    detail      VARCHAR NOT NULL,     -- JSON object: what a company says of its people
    changed_at  TIMESTAMP,            -- by the CRM's clock
    recorded_at TIMESTAMP NOT NULL
);

CREATE TABLE push_facts (
    fact_no     BIGINT NOT NULL,
    connection  VARCHAR NOT NULL,
    push_no     INTEGER NOT NULL,
    external_id VARCHAR NOT NULL,
    lead_id     VARCHAR NOT NULL,
    state       VARCHAR NOT NULL,     -- sending, written, failed, differs (somebody changed it there), released (it may be written over), undone
    given       VARCHAR NOT NULL,     -- JSON object: what the CRM holds of ours, as far as it said so
    sending     VARCHAR NOT NULL,     -- JSON object: what is on its way
    before      VARCHAR NOT NULL,     -- JSON object: what stood there before our last write
    differs     VARCHAR NOT NULL,     -- JSON object: what somebody wrote there since
    status      VARCHAR NOT NULL,     -- the CRM's code of a refusal
    recorded_at TIMESTAMP NOT NULL
);
