"""What a lead is, what it did, and the names and types by which both are known."""
