"""Lines to CRMs: they are read through dlt's REST client, and written in batches."""
