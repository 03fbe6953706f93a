-- What is owed again is looked for among the few that were not delivered, and the newest row of each by its key.

CREATE INDEX CONCURRENTLY IF NOT EXISTS delivery_facts_key ON delivery_facts (endpoint_id, run_no, lead_id, fact_no);

CREATE INDEX CONCURRENTLY IF NOT EXISTS delivery_facts_rest ON delivery_facts (state, endpoint_id, run_no) WHERE state <> 'delivered';
