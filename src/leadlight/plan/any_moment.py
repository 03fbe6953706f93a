"""Texts made once for any moment: where the moment stands is filled in last.

Making a statement's text takes far longer than filling a moment in, and every request has a
moment of its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from leadlight.facts.cohort import Cohort, Moments

#: Stands for the moment in a text that is kept; conditions refuse a text that holds it.
ANY_MOMENT = datetime(1, 2, 3, 4, 5, 6, 789)
_STAND_IN = ANY_MOMENT.isoformat(sep=" ")


def at_any_moment(cohort: Cohort) -> Cohort:
    """The cohort as of any moment; pairs have their moments in a table anyway."""
    return cohort if isinstance(cohort, Moments) else replace(cohort, as_of=ANY_MOMENT)


def at_moment(text: str, as_of: datetime) -> str:
    """A text made for any moment, with that moment in it."""
    return text.replace(_STAND_IN, as_of.isoformat(sep=" "))


def without_moment(text: str, as_of: datetime) -> str:
    """A text made for a moment as a text for any: the other way round of `at_moment`."""
    return text.replace(as_of.isoformat(sep=" "), _STAND_IN)


def at_moment_of(text: str, cohort: Cohort) -> str:
    """A text made for any moment, at that of the cohort."""
    return text if isinstance(cohort, Moments) else at_moment(text, cohort.as_of)
