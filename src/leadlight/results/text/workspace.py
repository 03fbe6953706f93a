"""A workspace that was made or copied, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leadlight.problems import NextStep, plural
from leadlight.results.text.lines import Hint, Part
from leadlight.results.workspace import (
    NewWorkspace,
    RestoredWorkspace,
    WorkspaceBackup,
    WorkspaceCopy,
)


def render_new_workspace(made: NewWorkspace) -> Iterator[str]:
    """Where the workspace is, and its playbook."""
    where = "here" if made.where == "." else f"in {made.where}"
    if made.preset:
        yield f"A workspace {where}, with the playbook {made.preset!r} in {made.playbook}."
    else:
        yield f"A workspace {where}; the {made.playbook.name} that was there is kept."
    if made.learned:
        yield (
            "Who bought corrected its order. To have that learned anew from newer outcomes, write a"
            " time such as 30d for never, under outcomes in it, and publish it."
        )


def render_copy(copied: WorkspaceCopy) -> Iterator[str]:
    """What was copied where, with the rows of each table."""
    facts = {name: rows for name, rows in copied.rows.items() if rows}
    width = max((len(name) for name in facts), default=0)
    total = plural(sum(facts.values()), "row", "rows")
    yield f"{copied.source} is copied to {copied.target}: {total}, counted there and the same."
    for name, rows in facts.items():
        yield f"  {name:<{width}}  {rows:>12,}"
    if copied.texts_without_nul:
        texts = plural(copied.texts_without_nul, "text", "texts")
        yield (
            f"{texts} held the character NUL, which PostgreSQL cannot store; it was left out of"
            " them."
        )
    if copied.playbook:
        yield f"The playbook is copied too: {copied.playbook}."


def render_backup(backup: WorkspaceBackup) -> Iterator[str]:
    """What is in the archive, and as of when."""
    yield (
        f"{backup.source} as of {backup.moment:%Y-%m-%d %H:%M:%S} UTC is in {backup.file.path}:"
        f" {_rows(backup.rows)}, {backup.size / 1_000_000:,.1f} MB."
    )
    yield f"  {', '.join(backup.files)}"
    yield "It holds everybody's data, and the server's secret where there is one. Keep it safe."


def render_restoration(restored: RestoredWorkspace) -> Iterator[Part]:
    """Where the workspace is, and that it tells nobody anything yet."""
    yield (
        f"{restored.where} is the workspace as it was on {restored.moment:%Y-%m-%d %H:%M:%S} UTC:"
        f" {_rows(restored.rows)}, every checksum as written."
    )
    yield "Its deliveries to other systems are paused, so that nobody hears anything twice."
    yield Hint(
        "To deliver from here:",
        NextStep("serve", {"workspace": restored.where, "resume_deliveries": True}),
    )


def _rows(rows: Mapping[str, int]) -> str:
    return plural(sum(rows.values()), "row", "rows")
