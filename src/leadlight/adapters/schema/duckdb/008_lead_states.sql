-- What the log of changes comes to, for lists and ladders: no fact, but a note to itself. Deleting all rows of these three
-- tables changes time only.

-- The newest row of each lead in the base, up to the run in `folded_runs`. Columns `score_...`, `label_...` and `since_...`
-- (the run in which the lead got that label) are added when a playbook first has them.
CREATE TABLE lead_states (
    lead_id        VARCHAR NOT NULL,
    run_no         INTEGER NOT NULL,  -- the run that changed it last
    segments       VARCHAR,
    department     VARCHAR,
    respond_within BIGINT,
    next_step      VARCHAR,
    reasons        VARCHAR
);

-- A row for each label that a run after the first one changed. A label that is NULL: the lead was not in the base.
CREATE TABLE label_moves (
    run_no     INTEGER NOT NULL,
    lead_id    VARCHAR NOT NULL,
    scale      VARCHAR NOT NULL,
    was        VARCHAR,
    label      VARCHAR,
    began      INTEGER,               -- the run in which it got the label that it had before
    row_before INTEGER                -- the run of its row before in the log
);

-- Up to which run the log is folded into the two tables; no row: not at all.
CREATE TABLE folded_runs (run_no INTEGER NOT NULL);
