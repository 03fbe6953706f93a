"""A workspace that was made or copied, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.problems import plural
from leadlight.results.workspace import NewWorkspace, WorkspaceCopy


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
