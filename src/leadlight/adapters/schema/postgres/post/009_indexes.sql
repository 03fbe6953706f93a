-- A record is looked for by its id in the CRM, and by its lead.

CREATE INDEX CONCURRENTLY IF NOT EXISTS crm_records_key ON crm_records (connection, reading, external_id, fact_no);

CREATE INDEX CONCURRENTLY IF NOT EXISTS crm_records_lead ON crm_records (lead_id);

CREATE INDEX CONCURRENTLY IF NOT EXISTS push_facts_key ON push_facts (connection, external_id, fact_no);

CREATE INDEX CONCURRENTLY IF NOT EXISTS push_facts_lead ON push_facts (lead_id);
