"""Playbooks that were read, checked, compared or tried, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadlight.playbook.diff.difference import DifferenceLine
from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.playbooks import (
    PlaybookCheck,
    PlaybookComparison,
    PlaybookPreview,
    PlaybookSentences,
    PreviewedLead,
)
from leadlight.results.summary import label_text

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
    yield f"How {new} differs from {old}:"
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


def render_sentences(found: PlaybookSentences) -> Iterator[str]:
    """A playbook in sentences, by what they are about."""
    name = presentable(found.playbook, 120)
    if found.fingerprint is None:
        yield f"{name} cannot be used."
        return
    yield f"{presentable(found.title, 120)}: {name} (fingerprint {found.fingerprint})"
    if found.about:
        yield presentable(found.about, LONGEST)
    for chapter in found.chapters:
        yield ""
        yield presentable(chapter.about, 100)
        for sentence in chapter.sentences:
            yield f"  {presentable(sentence, LONGEST)}"


def render_preview(found: PlaybookPreview) -> Iterator[str]:
    """Each lead before and after, and why."""
    old, new = presentable(found.old.name, 120), presentable(found.new.name, 120)
    moved = sum(lead.moves for lead in found.leads)
    leads = plural(len(found.leads), "lead", "leads")
    yield f"By {new} instead of {old}, {moved:,} of {leads} would move."
    for lead in found.leads:
        yield ""
        who = f"{presentable(lead.name, 60)}  {presentable(lead.lead_id, 40)}"
        yield f"{who}: {'; '.join(change_words(lead)) or 'as before'}"
        for side, reasons in zip(("old", "new"), lead.reasons, strict=True):
            if reasons and (side == "old" or reasons != lead.reasons[0]):
                yield f"  {side}  {presentable(reasons, 200)}"
    if found.missing:
        names = ", ".join(presentable(name, 60) for name in found.missing)
        yield ""
        yield f"There is no lead {names}."


def change_words(lead: PreviewedLead) -> Iterator[str]:
    """What changes for a lead: its labels, its department, and scores that differ when rounded."""
    for scale, before, after in lead.labels:
        if before != after:
            yield f"{label_text(scale)} {_label(before)} -> {_label(after)}"
    old, new = lead.departments
    if old != new:
        yield f"goes to {_label(old)} -> {_label(new)}"
    for score, was, now in lead.scores:
        pair = tuple("none" if v is None else f"{v:.0f}" for v in (was, now))
        if pair[0] != pair[1]:
            yield f"{label_text(score)} {pair[0]} -> {pair[1]}"


def _label(name: str | None) -> str:
    return presentable(label_text(name), 40) if name else "nothing"
