-- A column that was filled in the same transaction cannot be told that it is never empty.
ALTER TABLE run_changes ALTER lead_id SET NOT NULL;
