"""The names of countries."""

from __future__ import annotations


def country_code(text: str) -> str:
    """The ISO code that the name of a country stands for, or the text itself."""
    from leadlight.adapters.sources.countries import country_code

    return country_code(text)
