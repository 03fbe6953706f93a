"""How the labels of a scale changed, in sentences: what each needs, what it is called, in which
order they are tried.
"""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.playbook.diff.conditions import Reworded, shown
from leadlight.playbook.diff.points import WORDS, Told, listed, other_fields, quoted
from leadlight.playbook.spec import Label, Scale

_SCALES = {"audience": "Who is in the target", "contact": "Who can be reached", "stage": "Stages"}


def of_scale(old: Scale | None, new: Scale, reworded: Reworded) -> Iterator[Told]:
    """What differs between a scale and what it was; None: there was none."""
    about = title(new)
    if old is None:
        yield about, f"New scale *{new.name}*: {'; '.join(_label(la) for la in new.labels)}."
        return
    before = {la.name: la for la in old.labels}
    called = {la.name: la.name for la in new.labels if la.name in before}
    for la in new.labels:  # a label of the same condition under another name
        twin = next(
            (
                o
                for o in old.labels
                if o.name not in called.values()
                and la.name not in called
                and o.name not in {n.name for n in new.labels}
                and reworded.same(o.when, la.when)
            ),
            None,
        )
        if twin:
            called[la.name] = twin.name
            yield about, f"*{twin.name}* is now called *{la.name}*."
    for la in new.labels:
        if la.name not in called:
            yield about, f"New: {_label(la)}."
            continue
        was = before[called[la.name]]
        yield from ((about, line) for line in reworded.lines(f"*{la.name}*", was.when, la.when))
        if was.aside != la.aside:
            yield (
                about,
                f"*{la.name}* is {'no longer' if la.aside else 'now'} a step of the ladder.",
            )
        if was.say != la.say:
            yield (
                WORDS,
                f"*{la.name}* is now explained as {quoted(la.say)} instead of {quoted(was.say)}.",
            )
        yield from (
            (about, t)
            for t in other_fields(f"*{la.name}*", was, la, {"name", "when", "aside", "say"})
        )
    yield from (
        (about, f"No longer there: {_label(o)}.")
        for o in old.labels
        if o.name not in called.values()
    )
    order = [n for n in (called.get(la.name) for la in new.labels) if n]
    kept = [o.name for o in old.labels if o.name in order]
    if order != kept:
        yield (
            about,
            (
                f"The labels of *{new.name}* are tried in another order:"
                f" {listed([la.name for la in new.labels])}."
            ),
        )
    yield from (
        (about, t) for t in other_fields(f"*{new.name}*", old, new, {"name", "labels", "about"})
    )


def title(scale: Scale) -> str:
    """What a scale's differences are about."""
    if scale.name == "temperature" and scale.labels:
        names = [la.name for la in scale.labels]
        return f"What counts as {'hot' if 'hot' in names else names[0]}"
    return _SCALES.get(scale.name, f"The scale {scale.name}")


def _label(label: Label) -> str:
    return (
        f"*{label.name}*"
        f" {'is everyone else' if label.when is None else f'needs {shown(label.when)}'}"
        + (", no step of the ladder" if label.aside else "")
    )
