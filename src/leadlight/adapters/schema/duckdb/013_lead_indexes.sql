-- Of a few leads all that is known is found by their ids, not by reading the ids of everybody: a touched lead, a lead's page.
-- The log has none: it is read by its row groups' least and greatest, and an index of it would cost each import a third more.
CREATE INDEX IF NOT EXISTS attribute_facts_lead ON attribute_facts (lead_id);

CREATE INDEX IF NOT EXISTS run_changes_lead ON run_changes (lead_id);
