"""Routing: whose turn it is, and by when."""
