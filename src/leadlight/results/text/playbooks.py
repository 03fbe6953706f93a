"""Playbooks that were checked or compared, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadlight.playbook.diff.difference import DifferenceLine
from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.playbooks import PlaybookCheck, PlaybookComparison

LONGEST = 1_000


def render_check(checked: PlaybookCheck) -> Iterator[str]:
    """Whether a playbook can be used; its problems are shown apart."""
    found = checked.contents
    if found is None:
        yield f"{checked.file}: {plural(checked.faults, 'fault', 'faults')}."
        return
    yield (
        f"{checked.file} is correct: {plural(found.signals, 'signal', 'signals')},"
        f" {plural(found.scores, 'score', 'scores')}, {plural(found.scales, 'scale', 'scales')},"
        f" {plural(found.segments, 'segment', 'segments')},"
        f" {plural(found.routes, 'route', 'routes')} (fingerprint {checked.fingerprint})."
    )


def render_comparison(found: PlaybookComparison) -> Iterator[str]:
    """What the new playbook says otherwise, by what it is about."""
    old, new = presentable(found.old.name, 120), presentable(found.new.name, 120)
    if found.same:
        yield f"{new} says the same as {old}."
        return
    yield f"What {new} says otherwise than {old}:"
    yield from difference_lines(found.differences, apart=True)


def difference_lines(
    lines: Iterable[DifferenceLine], indent: str = "", *, apart: bool = False
) -> Iterator[str]:
    """Differences in the order in which a reader wants them, each under what it is about; `apart`:
    with an empty line before each heading.
    """
    groups: dict[str, list[str]] = {}
    for line in lines:
        groups.setdefault(line.about, []).append(line.text)
    for about, texts in groups.items():
        if apart:
            yield ""
        yield f"{indent}{presentable(about, 100)}"
        for text in texts:
            yield f"{indent}  {presentable(text, LONGEST)}"
