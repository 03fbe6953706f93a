"""Nurture: who may be written to, when, and what is owed to whom. Pure."""
