-- Who is due is found by the moment, and written anew lead by lead.

CREATE INDEX CONCURRENTLY IF NOT EXISTS due_when ON due (changes_at);

CREATE INDEX CONCURRENTLY IF NOT EXISTS due_lead ON due (lead_id);
