-- A lead is checked, linked or moved at most once in an import.

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS contact_facts_lead ON contact_facts (lead_id, _import);

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS contact_facts_first ON contact_facts (lead_id) WHERE NOT _revises;

CREATE INDEX CONCURRENTLY IF NOT EXISTS contact_facts_revising ON contact_facts (lead_id) WHERE _revises;

CREATE INDEX CONCURRENTLY IF NOT EXISTS contact_facts_import ON contact_facts USING brin (_import);

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS link_facts_pair ON link_facts (lead_a, lead_b, kind, _import);

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS member_facts_lead ON member_facts (lead_id, kind, _import);

CREATE INDEX CONCURRENTLY IF NOT EXISTS member_facts_group ON member_facts (group_id);
