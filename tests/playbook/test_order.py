"""In which order the names of a playbook can be derived, and what goes in a circle."""

from __future__ import annotations

from leadlight.playbook.order import levels
from leadlight.playbook.read import read_playbook


def test_each_level_uses_only_names_of_earlier_ones() -> None:
    """Within a level names stand as the playbook writes them."""
    graph = {
        "d": frozenset({"b", "c"}),
        "b": frozenset({"a", "employees"}),
        "c": frozenset({"a"}),
        "a": frozenset({"industry"}),
        "alone": frozenset[str](),
    }
    assert levels(["d"], graph) == [["a"], ["b", "c"], ["d"]]
    assert levels(["alone", "c", "unknown"], graph) == [["a", "alone"], ["c"]]
    assert levels([], graph) == []


def test_a_circle_is_told_from_the_name_that_is_written_first() -> None:
    """Each name needs the next, and the last one the first."""
    book, problems = read_playbook(
        """
        signals:
          one: {value: three + 1}
          two: {value: one + 1}
          three: {value: two + 1}
        scales:
          stage: [{high: one > 1}, {low: otherwise}]
        """
    )
    assert book is None
    assert [p.message for p in problems] == [
        "These need each other in a circle: one -> three -> two -> one."
    ]


def test_a_name_that_needs_itself_is_a_circle() -> None:
    """The shortest there is."""
    _, problems = read_playbook("signals: {one: {value: one + 1}}\nscales: {s: [{a: otherwise}]}")
    assert "one -> one" in problems[0].message
