"""What says of the leads `a` and `b` that they are two people, as SQL."""

from __future__ import annotations

FIRST_UNLIKE = """(a.x_first IS NOT NULL AND b.x_first IS NOT NULL
    AND jaro_winkler_similarity(a.x_first, b.x_first) < 0.8
  AND NOT starts_with(a.x_first, b.x_first) AND NOT starts_with(b.x_first, a.x_first)
  AND NOT coalesce(a.x_first = b.x_last OR b.x_first = a.x_last, false))"""
"""Two given names that no slip of the pen makes one."""

LAST_UNLIKE = """(a.x_last IS NOT NULL AND b.x_last IS NOT NULL
    AND jaro_winkler_similarity(a.x_last, b.x_last) < 0.8
  AND NOT contains(a.x_last, b.x_last) AND NOT contains(b.x_last, a.x_last)
  AND NOT coalesce(a.x_first = b.x_last OR b.x_first = a.x_last, false))"""
"""Two family names that no slip of the pen makes one; people marry, so it speaks only where nothing
personal agrees.
"""

BORN_APART = """(a.x_birthday IS NOT NULL AND b.x_birthday IS NOT NULL
  AND damerau_levenshtein(a.x_birthday, b.x_birthday) > 2)"""
"""Two dates of birth that no slip of the pen makes one."""
