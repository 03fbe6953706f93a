"""Mautic's points, point triggers, stages and segments as a playbook.

They are read as its REST API returns them (`GET /api/points`, `/api/points/triggers`,
`/api/stages`, `/api/segments`), or as its export writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from leadlight.playbook.translation.comparisons import Comparison, Names
from leadlight.playbook.translation.document import Item
from leadlight.playbook.translation.draft import Draft, labels_of
from leadlight.playbook.translation.mautic_points import PointsWriter, group_of, is_published
from leadlight.playbook.translation.mautic_segments import SegmentReader
from leadlight.playbook.translation.quotes import number, one_line
from leadlight.playbook.translation.remarks import Untranslatable

#: What each key of an answer or of an export holds.
KEYS: Mapping[str, str] = {
    "points": "points",
    "point": "points",
    "triggers": "triggers",
    "trigger": "triggers",
    "point_trigger": "triggers",
    "stages": "stages",
    "stage": "stages",
    "lists": "lists",
    "list": "lists",
}
#: What differs from there, of which a reader should know.
NOTES = (
    "Mautic adds points when something happens and never counts anew: a changed rule leaves old"
    " points as they are. Here each lead is counted from all that is in its log. Points that"
    " somebody gave by hand, or a campaign, are not in it.",
)
_WIDEST = 100


@dataclass
class Parts:
    """The entities of all files, by what they are."""

    points: list[Item] = field(default_factory=list)
    triggers: list[Item] = field(default_factory=list)
    stages: list[Item] = field(default_factory=list)
    lists: list[Item] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.points or self.triggers or self.stages or self.lists)


def parts_of(item: Item) -> Parts:
    """What is in an answer or an export; the sections of an export stand in a list or a mapping."""
    parts = Parts()
    sections = list(item.items()) if isinstance(item.value, list) else [item]
    for section in sections[:_WIDEST]:
        if not isinstance(section.value, dict):
            continue
        for key, what in KEYS.items():
            if isinstance(section.value.get(key), dict | list):
                getattr(parts, what).extend(_entities(section.get(key)))
    return parts


def _entities(item: Item) -> Iterator[Item]:
    """The entities under a key: one, or several."""
    if item.has("name"):
        yield item
    else:
        yield from (one for one in item.items() if one.has("name"))


def merge(parts: Sequence[Parts]) -> Parts:
    """The entities of several files."""
    out = Parts()
    for part in parts:
        out.points += part.points
        out.triggers += part.triggers
        out.stages += part.stages
        out.lists += part.lists
    return out


def translate_mautic(parts: Parts, names: Names, draft: Draft) -> None:
    """Write what points, triggers, stages and segments say into the draft."""
    writer = PointsWriter(draft)
    for n, point in enumerate(parts.points, 1):
        called = _title("point action", point, n)
        with draft.attempt(called):
            writer.read(point, called)
    totals = writer.write()
    draft.order = writer.order
    for group, triggers in _by_group(parts.triggers).items():
        _triggers(triggers, totals.get(group), draft)
    stages = _stages(parts.stages, names, draft)
    reader = SegmentReader(names, totals.get(""), stages, draft)
    segments = [(_title("segment", item, n), item) for n, item in enumerate(parts.lists, 1)]
    draft.attempt_in_turn(segments, reader.write)


def _title(what: str, item: Item, n: int) -> str:
    name = item.value.get("name")
    return f"{what} {one_line(name, 60)!r}" if isinstance(name, str) else f"{what} {n}"


def _by_group(triggers: Sequence[Item]) -> dict[str, list[Item]]:
    groups: dict[str, list[Item]] = {}
    for trigger in triggers:
        groups.setdefault(group_of(trigger), []).append(trigger)
    return groups


def _triggers(triggers: Sequence[Item], of: str | None, draft: Draft) -> None:
    """A scale of the thresholds at which something is triggered. What is triggered is not."""
    bands: dict[Decimal, str] = {}
    for n, trigger in enumerate(triggers, 1):
        called = _title("point trigger", trigger, n)
        with draft.attempt(called):
            _trigger(trigger, called, of, bands, draft)
    if not bands or of is None:
        return
    ordered = sorted(bands.items(), reverse=True)
    labels = labels_of([(title, f"{of} >= {number(at)}") for at, title in ordered], "below")
    name = draft.name("level", "level")
    draft.scale(name, labels, "Mautic's point triggers")
    for title in bands.values():
        draft.carry(
            f"point trigger {title!r}",
            name,
            "A trigger of Mautic fires once; a label of a scale leaves a lead again when its"
            " points fall.",
        )


def _trigger(
    trigger: Item, called: str, of: str | None, bands: dict[Decimal, str], draft: Draft
) -> None:
    if not is_published(trigger):
        raise Untranslatable("it is not published", "Nothing has to be done")
    if of is None:
        raise Untranslatable(
            "it asks for points, and no point action of its group is in the playbook",
            "Name the file with the point actions (GET /api/points) too",
        )
    begin = trigger.get("points").points()
    title = one_line(trigger.get("name").text(), 60)
    if begin in bands:
        raise Untranslatable(
            f"it begins at {number(begin)} points, as {bands[begin]!r} does",
            "One label says both",
        )
    bands[begin] = title
    for event in trigger.get("events").items():
        kind = one_line(event.get("type").text("?"), 40)
        what, instead = _ACTIONS.get(kind, (kind, "Do it by a route or a track"))
        draft.leave(f"{called}: {what}", "a playbook sends and changes nothing by itself", instead)


_ACTIONS = {
    "email.send": ("send an email", "Write a track that begins with this label"),
    "lead.changetags": ("change tags", "Use the label instead of the tag"),
    "lead.changelists": ("change segments", "Use the label, or a segment with this condition"),
    "campaign.changecampaign": ("change campaigns", "Write a track that begins with this label"),
    "stage.change": ("change the stage", "Use the label instead of the stage"),
    "plugin.leadpush": ("push to another system", "Add an endpoint: leadlight endpoint add"),
}


def _stages(stages: Sequence[Item], names: Names, draft: Draft) -> dict[str, str]:
    """The stages of Mautic, which a lead has by its record, as a scale; by their ids."""
    weighted: list[tuple[int, str]] = []
    by_id: dict[str, str] = {}

    for n, stage in enumerate(stages, 1):
        with draft.attempt(_title("stage", stage, n)):
            title = stage.get("name").text()
            by_id[stage.get("id").text("")] = title
            if not is_published(stage):
                raise Untranslatable("it is not published", "Nothing has to be done")
            weight = stage.get("weight").whole() if stage.get("weight") else 0
            weighted.append((weight, one_line(title, 60)))
    if not weighted:
        return by_id
    ordered = [title for _, title in sorted(weighted, key=lambda pair: -pair[0])]
    asked = [(t, names.condition(Comparison("crm_stage", "is", (t,)))) for t in ordered]
    labels = labels_of(asked, "none")
    scale = draft.name("mautic stage", "stage")
    draft.scale(scale, labels, "The stage that Mautic has of the lead")
    for _, title in weighted:
        draft.carry(
            f"stage {title!r}",
            scale,
            "Mautic's campaigns and triggers move leads from stage to stage; here the stage is read"
            " from the lead's record (crm_stage).",
        )
    return by_id
