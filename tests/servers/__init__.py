"""Servers that tests need: found, or started on the spot and stopped when the last test process is gone."""
