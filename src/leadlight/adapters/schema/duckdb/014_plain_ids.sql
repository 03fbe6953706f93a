-- Where a few leads among all are looked up and written anew at each run, ids are kept as they are: to unpack a million packed
-- ones took longer than everything else that was done with them, and so did packing them again.
ALTER TABLE due RENAME TO due_before;
CREATE TABLE due (
    lead_id    VARCHAR USING COMPRESSION uncompressed NOT NULL,
    changes_at TIMESTAMP NOT NULL
);
INSERT INTO due (lead_id, changes_at) SELECT lead_id, changes_at FROM due_before;
DROP TABLE due_before;

ALTER TABLE run_changes RENAME lead_id TO lead_id_before;
ALTER TABLE run_changes ADD COLUMN lead_id VARCHAR USING COMPRESSION uncompressed;
UPDATE run_changes SET lead_id = lead_id_before;
ALTER TABLE run_changes DROP COLUMN lead_id_before;

-- The log is folded anew at the next run.
DROP TABLE lead_states;
CREATE TABLE lead_states (
    lead_id        VARCHAR USING COMPRESSION uncompressed NOT NULL,
    run_no         INTEGER NOT NULL,
    segments       VARCHAR,
    department     VARCHAR,
    respond_within BIGINT,
    next_step      VARCHAR,
    reasons        VARCHAR
);
DELETE FROM folded_runs;
