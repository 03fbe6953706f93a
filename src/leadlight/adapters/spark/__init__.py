"""Qualifying on Apache Spark: facts from a folder or a catalog's tables, qualifications into one,
whole or not at all.
"""
