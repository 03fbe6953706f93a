"""Verifying the contacts of a base: what is asked of the engine, the rules over it, and the answers
as a relation.
"""
