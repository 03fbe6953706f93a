-- A lead's state is found by its id; what is not folded yet, and the moves of a period, by the run.

CREATE INDEX CONCURRENTLY IF NOT EXISTS lead_states_lead ON lead_states (lead_id);

CREATE INDEX CONCURRENTLY IF NOT EXISTS run_changes_run ON run_changes (run_no);

CREATE INDEX CONCURRENTLY IF NOT EXISTS label_moves_lead ON label_moves (lead_id);

CREATE INDEX CONCURRENTLY IF NOT EXISTS label_moves_run ON label_moves (scale, run_no);
