"""Options that several verbs have, each said once: its type, its names and its help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from leadlight.facts.file_options import FileOptions
from leadlight.problems import CannotDo, did_you_mean

Value = TypeVar("Value")

Workspace = Annotated[
    str | None,
    typer.Option(
        "--workspace",
        "-w",
        help="Workspace to use: a folder or postgresql://... Default: the current one.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the full result as JSON.")]
PlaybookFile = Annotated[
    str | None, typer.Option("--playbook", "-p", help="Playbook file or preset name.")
]
KnownOfMoment = Annotated[
    str,
    typer.Option(
        "--known",
        help=("then: use only what was known at that moment; now: also what was recorded since."),
    ),
]
KnownOfMoments = Annotated[
    str,
    typer.Option(
        "--known",
        help=("then: use only what was known at each moment; now: also what was recorded since."),
    ),
]
Until = Annotated[
    str | None,
    typer.Option("--as-of", help="Ignore everything after this moment, in UTC. Default: now."),
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="Evaluate as of this moment, in UTC. Default: now.")
]
Leads = Annotated[
    Path | None, typer.Option("--leads", help="Leads file to use instead of a workspace.")
]
Activities = Annotated[
    list[Path] | None,
    typer.Option("--activities", "-a", help="Activity log: what leads did, and when. Repeatable."),
]
Maps = Annotated[
    list[str] | None,
    typer.Option(
        "--map", help="Map a column to an attribute: 'Their header=attribute'. Repeatable."
    ),
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", help="Sheet of the workbook: its name or its number.")
]
HeaderRow = Annotated[
    int | None,
    typer.Option("--header-row", min=1, help="Line of the header, if it is not found."),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--zone", help="Time zone of times without one, e.g. Europe/Berlin. Default: UTC."
    ),
]
Kind = Annotated[
    str | None,
    typer.Option(
        "--kind", help="What every row of the log is, if no column says it: webinar_attended."
    ),
]
Horizon = Annotated[
    str, typer.Option("--horizon", help="Time within which the outcome must follow: 30d, 90d.")
]
PastMoments = Annotated[
    int,
    typer.Option(
        "--moments", min=2, max=60, help="Number of past moments at which leads are evaluated."
    ),
]
Again = Annotated[
    bool,
    typer.Option("--again", help="Include leads that already had the outcome (repeat purchases)."),
]
Vouched = Annotated[
    list[str] | None,
    typer.Option("--use", help="Use this column even if it seems to leak the outcome. Repeatable."),
]


def parse_maps(maps: Sequence[str] | None) -> dict[str, str]:
    """What `--map` said: header -> attribute. Raises `CannotDo` for what is no such pair."""
    out = {}
    for said in maps or ():
        header, sign, attribute = said.rpartition("=")
        if not sign or not header.strip() or not attribute.strip():
            raise CannotDo(f"--map takes 'Their header=attribute', not {said!r}.")
        out[header.strip()] = attribute.strip()
    return out


def several(values: Sequence[Value] | None) -> tuple[Value, ...]:
    """What a repeatable option was given; nothing when it was not typed."""
    return tuple(values or ())


def words_of(text: str) -> tuple[str, ...]:
    """Words that commas separate."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def column_and_word(text: str) -> tuple[str, str | None]:
    """`Converted`, or `Status=Won`: a column, and the word in it that is meant."""
    column, _, word = text.partition("=")
    return column.strip(), word.strip() or None


def moment_of(text: str | None, field: str = "as_of") -> datetime | None:
    """A moment as somebody types it, for a field of a request. Raises `CannotDo` for a text that is
    none.
    """
    from leadlight.desk.moments import moment

    return None if text is None else moment(text, field)


def duration(text: str) -> timedelta | None:
    """A length of time such as `30d`, `12w` or `1y`; None for a text that is none, or no time."""
    from leadlight.playbook.durations import seconds

    found = seconds(text)
    return timedelta(seconds=found) if found else None


def horizon_of(text: str) -> timedelta:
    """The time within which an outcome must follow. Raises `CannotDo` for a text that is none."""
    found = duration(text)
    if found is None:
        raise CannotDo(f"A duration is such as 30d, 12w or 1y, not {text!r}.", field="horizon")
    return found


def one_base(table: Path | None, workspace: str | None) -> None:
    """Raises `CannotDo` where a table and a workspace are named."""
    if table is not None and workspace is not None:
        raise CannotDo("Name one base, not two: a table or --workspace.")


def read_as(
    sheet: str | None, header_row: int | None, zone: str | None, kind: str | None
) -> FileOptions:
    """What the user says of a file that it does not say itself. Raises `CannotDo` for a zone that
    nobody knows.
    """
    from zoneinfo import available_timezones

    if zone is not None and zone not in available_timezones():
        near = did_you_mean(zone, available_timezones())
        raise CannotDo(f"There is no time zone {zone!r}. {near or ''}".strip(), field="zone")
    return FileOptions(sheet, header_row, zone, kind)
