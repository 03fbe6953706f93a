"""The ledger's schema in PostgreSQL's SQL: the tables and columns of DuckDB's, numbered alike and
never edited once released.

`pre` is applied before new code runs and only adds; `post` is applied after, statement by
statement: removals, and indexes, which are built without keeping anybody waiting.
"""
