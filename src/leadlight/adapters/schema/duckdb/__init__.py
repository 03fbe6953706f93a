"""The ledger's schema in DuckDB's SQL: numbered files, applied in order and never edited once
released.
"""
