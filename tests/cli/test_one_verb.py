"""A line that names a verb gets that verb as it is in the whole program, and nothing else is made."""

from __future__ import annotations

import pytest
from typer.main import get_command

from leadlight.cli import app
from leadlight.cli.one_verb import app_of_line

WHOLE = get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("verb", sorted(WHOLE))
def test_each_verb_is_the_same_alone(verb: str) -> None:
    """leadlight -w sales VERB ..."""
    for before in ([], ["-w", "sales"], ["--workspace", "check"], ["--workspace=sales"]):
        found = get_command(app_of_line(app, [*before, verb, "--help"])).commands  # type: ignore[attr-defined]
        assert list(found) == [verb]
    alone, whole = found[verb], WHOLE[verb]
    assert [(p.name, p.opts, p.required) for p in alone.params] == [
        (p.name, p.opts, p.required) for p in whole.params
    ]
    assert list(getattr(alone, "commands", ())) == list(getattr(whole, "commands", ()))


@pytest.mark.parametrize(
    "line", [[], ["--help"], ["-h", "check"], ["qualfy"], ["-w"], ["-w", "check"], ["--version"]]
)
def test_who_names_no_verb_gets_the_whole_program(line: list[str]) -> None:
    """leadlight --help; leadlight qualfy"""
    assert app_of_line(app, line) is app
