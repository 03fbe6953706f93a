-- Who is told of transitions, and what became of it: dated facts, to which is only added.

-- Of an endpoint the row with the highest number counts. No secret is kept here: the one that signs is derived from the
-- server's own, and an address that holds a token is named by a variable of the environment.
CREATE TABLE endpoint_facts (
    fact_no     INTEGER NOT NULL,     -- the order of these facts
    endpoint_id VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,
    kind        VARCHAR NOT NULL,     -- webhook, apprise
    target      VARCHAR NOT NULL,     -- https://..., env:VARIABLE
    labels      VARCHAR NOT NULL,     -- JSON list: scale=label, or scale; empty: every transition
    state       VARCHAR NOT NULL,     -- active, paused, disabled, removed
    because     VARCHAR NOT NULL,     -- why it is disabled
    since_run   INTEGER NOT NULL,     -- transitions of later runs are owed to it
    rotation    INTEGER NOT NULL,     -- how often its secret was replaced
    rotated_at  TIMESTAMP,            -- when last; for a day both secrets sign
    "by"        VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

-- Of an endpoint, run and lead the row with the highest number counts. What is owed to an endpoint: `failed` and `owed`
-- rows, and the transitions after the last run of its `through` rows that have no row.
CREATE TABLE delivery_facts (
    fact_no     BIGINT NOT NULL,      -- the order of these facts
    endpoint_id VARCHAR NOT NULL,
    run_no      INTEGER NOT NULL,
    lead_id     VARCHAR,              -- NULL: of `through`
    state       VARCHAR NOT NULL,     -- delivered, failed, dead, owed (again), through (all up to this run have a row, or need none)
    attempts    INTEGER NOT NULL,
    status      VARCHAR NOT NULL,     -- what the endpoint answered: 200, time-out
    retry_at    TIMESTAMP,            -- of `failed`: not before
    recorded_at TIMESTAMP NOT NULL
);
