"""What leads in tracks are owed, of a whole base at once."""
