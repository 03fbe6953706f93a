-- What is known of a few leads is found by their ids, not by reading the ids of everybody: of touched leads, of a lead's page.
-- The log has no index: it is read by its row groups' least and greatest, and one would cost each import a third more. Nor have
-- former runs: each commit of ten thousand changed leads would take a fifth longer.
CREATE INDEX IF NOT EXISTS attribute_facts_lead ON attribute_facts (lead_id);
