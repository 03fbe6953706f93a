-- What came with an import is looked for with every event. A block range's sort of index reads all that came since it was
-- last vacuumed, which on a large table is long ago; equal numbers take little room in a tree.

CREATE INDEX CONCURRENTLY IF NOT EXISTS attribute_facts_of_import ON attribute_facts (_import);

CREATE INDEX CONCURRENTLY IF NOT EXISTS activity_facts_of_import ON activity_facts (_import);

CREATE INDEX CONCURRENTLY IF NOT EXISTS contact_facts_of_import ON contact_facts (_import);

CREATE INDEX CONCURRENTLY IF NOT EXISTS member_facts_of_import ON member_facts (_import);

-- What lay ahead when it was told, such as a meeting of next week, is found when its time has come.

CREATE INDEX CONCURRENTLY IF NOT EXISTS activity_facts_ahead ON activity_facts (occurred_at) WHERE occurred_at >= _recorded_at;

-- Whether anybody is said to be one person, or of one company.

CREATE INDEX CONCURRENTLY IF NOT EXISTS member_facts_kind ON member_facts (kind, lead_id);

DROP INDEX CONCURRENTLY IF EXISTS attribute_facts_import;

DROP INDEX CONCURRENTLY IF EXISTS activity_facts_import;

DROP INDEX CONCURRENTLY IF EXISTS contact_facts_import;
