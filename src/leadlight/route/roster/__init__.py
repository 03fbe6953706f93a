"""The roster: who works in which department, when, and how much they can take."""
