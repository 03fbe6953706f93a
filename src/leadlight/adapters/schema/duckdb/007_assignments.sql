-- Whose a lead is, by when it is to be answered, and what became of that: dated facts, to which is only added.

-- The text of each roster that somebody assigned by.
CREATE TABLE rosters (
    fingerprint VARCHAR NOT NULL,
    text        VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

-- Of a lead the row with the highest place counts, among those of imports that were not taken back.
CREATE TABLE assignment_facts (
    fact_no        BIGINT NOT NULL,     -- the order of these facts
    lead_id        VARCHAR NOT NULL,
    place          INTEGER NOT NULL,    -- the lead's first, second ... assignment
    kind           VARCHAR NOT NULL,    -- assigned, kept (its owner stays, a new clock), reassigned, handed_over, held
    person         VARCHAR,             -- the id in the roster; NULL: held
    department     VARCHAR NOT NULL,    -- as the roster calls it
    company        VARCHAR,             -- by which leads of one company go together
    label          VARCHAR,             -- the label for which the response time was agreed
    began_at       TIMESTAMP NOT NULL,  -- when the clock began
    respond_within INTEGER,             -- seconds of business time; NULL: no clock
    warn_at        TIMESTAMP,           -- by the roster of that moment
    due_at         TIMESTAMP,
    weight         INTEGER NOT NULL,    -- of the person; 0: it had the lead already, and took no turn
    turn           BIGINT NOT NULL,     -- the person's turn in the department after this one
    clock          BIGINT NOT NULL,     -- the department's
    because        VARCHAR NOT NULL,    -- the choice as a sentence
    roster         VARCHAR NOT NULL,    -- its fingerprint
    "by"           VARCHAR NOT NULL,
    recorded_at    TIMESTAMP NOT NULL,
    _import        INTEGER NOT NULL
);

-- What a clock has come to, once for each assignment and step.
CREATE TABLE clock_facts (
    fact_no       BIGINT NOT NULL,
    lead_id       VARCHAR NOT NULL,
    assignment_no BIGINT NOT NULL,      -- the fact_no of the assignment
    step          VARCHAR NOT NULL,     -- warned, breached, owner, manager, reassign
    person        VARCHAR,              -- who is told
    due_at        TIMESTAMP NOT NULL,   -- when it was due
    recorded_at   TIMESTAMP NOT NULL
);
