-- A run that looks again only at those leads for whom something can differ.

ALTER TABLE imports ADD COLUMN newest TIMESTAMP;   -- from this moment on all of its facts are seen; NULL: not known
ALTER TABLE runs ADD COLUMN upto INTEGER;          -- the newest import that it saw; NULL: not known
ALTER TABLE runs ADD COLUMN looked_at BIGINT;      -- how many leads it looked at; NULL: the whole base

-- When each lead's labels can next change if nothing happens, as the last run left it: no fact, but a note to itself.
-- Leads that are not in it change by new facts only.
CREATE TABLE due (
    lead_id    VARCHAR NOT NULL,
    changes_at TIMESTAMP NOT NULL
);

UPDATE imports SET newest = greatest(
    CASE WHEN imports.backfill THEN NULL ELSE imports.recorded_at END,
    (SELECT max(occurred_at) FROM activity_facts WHERE _import = imports.import_no),
    (SELECT max(_occurred_at) FROM attribute_facts WHERE _import = imports.import_no)
);
