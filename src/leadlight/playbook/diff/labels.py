"""How the labels of a scale changed, in sentences: what each needs, what it is called, in which
order they are tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadlight.playbook.diff.conditions import ConditionDiff, show
from leadlight.playbook.diff.points import WORDS, Sentence, enumeration, other_fields, quote
from leadlight.playbook.spec import Label, Scale

_SCALES = {"audience": "Who is in the target", "contact": "Who can be reached", "stage": "Stages"}


def of_scale(old: Scale | None, new: Scale, conditions: ConditionDiff) -> Iterator[Sentence]:
    """What differs between a scale and what it was; None: there was none."""
    about = title(new)
    if old is None:
        yield about, f"New scale *{new.name}*: {'; '.join(_label(la) for la in new.labels)}."
        return
    names = _old_names(old, new, conditions)
    for name, was in names.items():
        if was != name:
            yield about, f"*{was}* is now called *{name}*."
    yield from _labels(about, old, new, names, conditions)
    yield from (
        (about, f"No longer there: {_label(o)}.")
        for o in old.labels
        if o.name not in names.values()
    )
    yield from _order(about, old, new, names)
    yield from (
        (about, t) for t in other_fields(f"*{new.name}*", old, new, {"name", "labels", "about"})
    )


def _old_names(old: Scale, new: Scale, conditions: ConditionDiff) -> dict[str, str]:
    """What each label that was there before was called then: the same, or, where its condition
    is the same, another name.
    """
    before, after = {la.name for la in old.labels}, {la.name for la in new.labels}
    names = {la.name: la.name for la in new.labels if la.name in before}
    free = [la for la in old.labels if la.name not in after]
    for label in new.labels:
        same = None if label.name in names else _same_label(label, free, conditions)
        if same is not None:
            names[label.name] = same.name
            free.remove(same)
    return names


def _same_label(label: Label, others: Sequence[Label], conditions: ConditionDiff) -> Label | None:
    """The first of the old labels that has the condition of a new one."""
    return next((o for o in others if conditions.same(o.when, label.when)), None)


def _labels(
    about: str, old: Scale, new: Scale, names: Mapping[str, str], conditions: ConditionDiff
) -> Iterator[Sentence]:
    """What is new among the labels, and what differs in those that were there before."""
    before = {la.name: la for la in old.labels}
    for la in new.labels:
        if la.name in names:
            yield from _one_label(about, before[names[la.name]], la, conditions)
        else:
            yield about, f"New: {_label(la)}."


def _one_label(about: str, old: Label, new: Label, conditions: ConditionDiff) -> Iterator[Sentence]:
    subject = f"*{new.name}*"
    yield from ((about, line) for line in conditions.lines(subject, old.when, new.when))
    if old.aside != new.aside:
        yield about, f"{subject} is {'no longer' if new.aside else 'now'} a step of the ladder."
    if old.say != new.say:
        yield WORDS, f"{subject} is now explained as {quote(new.say)} instead of {quote(old.say)}."
    known = {"name", "when", "aside", "say"}
    yield from ((about, t) for t in other_fields(subject, old, new, known))


def _order(about: str, old: Scale, new: Scale, names: Mapping[str, str]) -> Iterator[Sentence]:
    order = [names[la.name] for la in new.labels if la.name in names]
    if order != [o.name for o in old.labels if o.name in order]:
        labels = enumeration([la.name for la in new.labels])
        yield about, f"The labels of *{new.name}* are tried in another order: {labels}."


def title(scale: Scale) -> str:
    """What a scale's differences are about."""
    if scale.name == "temperature" and scale.labels:
        names = [la.name for la in scale.labels]
        return f"What counts as {'hot' if 'hot' in names else names[0]}"
    return _SCALES.get(scale.name, f"The scale {scale.name}")


def _label(label: Label) -> str:
    return (
        f"*{label.name}*"
        f" {'is everyone else' if label.when is None else f'needs {show(label.when)}'}"
        + (", no step of the ladder" if label.aside else "")
    )
