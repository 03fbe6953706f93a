-- The changes of schema/duckdb/003_touched.sql.

ALTER TABLE imports ADD COLUMN newest TIMESTAMP;
ALTER TABLE runs ADD COLUMN upto INTEGER;
ALTER TABLE runs ADD COLUMN looked_at BIGINT;

CREATE TABLE due (
    lead_id    TEXT COLLATE "C" NOT NULL,
    changes_at TIMESTAMP NOT NULL
);
