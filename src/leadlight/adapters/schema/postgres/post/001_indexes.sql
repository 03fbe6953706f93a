-- One statement a paragraph. Facts are found by lead (one lead, a few touched ones) and by import (undo, --touched); a
-- whole base is read by scans. `_import` grows with the table, so the smallest sort of index tells where to look.

CREATE INDEX CONCURRENTLY IF NOT EXISTS attribute_facts_lead ON attribute_facts (lead_id);

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS attribute_facts_first ON attribute_facts (lead_id) WHERE NOT _revises;

CREATE INDEX CONCURRENTLY IF NOT EXISTS attribute_facts_revising ON attribute_facts (lead_id) WHERE _revises;

CREATE INDEX CONCURRENTLY IF NOT EXISTS attribute_facts_import ON attribute_facts USING brin (_import);

CREATE INDEX CONCURRENTLY IF NOT EXISTS activity_facts_lead ON activity_facts (lead_id, occurred_at);

CREATE INDEX CONCURRENTLY IF NOT EXISTS activity_facts_import ON activity_facts USING brin (_import);

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS run_changes_lead ON run_changes (lead_id, run_no);

CREATE INDEX CONCURRENTLY IF NOT EXISTS rejects_import ON rejects (import_no);
