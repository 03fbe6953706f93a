"""A plan as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.results.plan import PlaybookPlan


def render_plan(found: PlaybookPlan) -> Iterator[str]:
    """The steps of a plan in words, or the files of its package."""
    if found.package:
        yield f"{found.playbook} ({found.fingerprint}) for {found.engine}, as a package of dbt:"
        yield from (f"  {file.path}" for file in found.package)
        return
    yield (
        f"{found.playbook} ({found.fingerprint}) for {found.engine}: one statement of"
        f" {len(found.steps)} steps."
    )
    yield ""
    for step in found.steps:
        yield f"  {step.name:<12} {step.about}"
    yield ""
    yield (
        f"  {found.atoms} meanings of activities in {found.slots} slots; columns read: leads,"
        " activities."
    )
