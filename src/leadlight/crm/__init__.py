"""What a CRM says and is told: declarations, records as facts, write-backs. Pure."""
