"""The `scales`, `segments` and `routes` sections, and the roles that must `sign_off`."""

from __future__ import annotations

import re

from leadlight.playbook.durations import LONGEST_RESPONSE
from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.playbook.spec import BY, Label, Route, Scale, Segment
from leadlight.problems import did_you_mean

#: What a route may say; the last four only matter where there is a roster.
ROUTE_KEYS = ("when", "to", "within", "next", "by", "skills", "again", "touches", "every")
MOST_TOUCHES = 100
ROLE = re.compile(r"[a-z][a-z0-9_-]{0,30}")


def read_sign_off(r: Reader, section: Node | None) -> tuple[str, ...]:
    """The roles that must sign the playbook, each once."""
    if section is None or section.is_blank:
        return ()
    if section.pairs is not None:
        r.fault(
            "wrong-shape",
            "sign_off is a list of roles.",
            section,
            "Write `sign_off: [marketing, sales]`.",
        )
        return ()
    out: list[str] = []
    for item in section.items if section.items is not None else (section,):
        role = item.text or ""
        if not ROLE.fullmatch(role):
            r.fault(
                "not-a-name",
                f"{role!r} cannot be the name of a role that signs.",
                item,
                "Use small letters, digits, _ and -, such as sales or revenue-operations.",
            )
        elif role in out:
            r.fault(
                "said-twice",
                f"The role {role} is named twice under sign_off.",
                item,
                "Keep one: a role signs once.",
            )
        else:
            out.append(role)
    return tuple(out)


def read_scales(r: Reader, section: Node | None) -> tuple[Scale, ...]:
    """Every scale that could be read: its labels in order, best first."""
    out: list[Scale] = []
    for key, key_node, node in r.mapping(section, "scales"):
        name = r.name(key, key_node, "scale")
        r.note(name, key_node)
        about = ""
        labels = node
        if node.pairs is not None:
            r.keys(node, ("labels", "about"))
            about = r.text(node, "about") or ""
            found = node.get("labels")
            if found is None:
                r.fault("missing-key", f"The scale {name} has no labels.", node)
                continue
            labels = found
        out.append(Scale(name, _labels(r, name, labels), about))
    return tuple(out)


def _labels(r: Reader, scale: str, node: Node) -> tuple[Label, ...]:
    out: list[Label] = []
    is_open = True  # nothing has been called `otherwise` yet
    for item in r.items_of(node, f"The scale {scale}"):
        entry = _label_entry(r, scale, item)
        if entry is None:
            continue
        key, key_node, value = entry
        _check_label(r, scale, key, key_node, out, is_open)
        aside = (r.text(item, "aside") or "no").lower() in ("yes", "true")
        if (value.text or "").strip().lower() == "otherwise":
            is_open = False
            out.append(Label(key, None, r.text(item, "say"), aside))
            continue
        condition = r.condition(value)
        r.note(f"{scale}.{key}", key_node)
        if condition is not None:
            out.append(Label(key, condition, r.text(item, "say"), aside))
    if is_open and node.items:
        r.fault(
            "no-otherwise",
            f"The scale {scale} does not say what the other leads are.",
            node,
            "End it with a label whose condition is `otherwise`.",
        )
    return tuple(out)


def _label_entry(r: Reader, scale: str, item: Node) -> tuple[str, Node, Node] | None:
    """The name of a label, where it stands, and its condition."""
    named = [e for e in item.entries() if e[0] not in ("say", "aside")]
    if len(named) == 1:
        return named[0]
    r.fault(
        "wrong-shape",
        f"A label of {scale} is one name and its condition, such as {{hot: engagement >= 30}}.",
        item,
    )
    return None


def _check_label(
    r: Reader, scale: str, key: str, key_node: Node, before: list[Label], is_open: bool
) -> None:
    r.name(key, key_node, "label")
    if not is_open:
        r.fault(
            "never-reached",
            f"{key} stands after `otherwise` and can never be reached.",
            key_node,
            "Move it up, or remove it.",
        )
    if any(label.name == key for label in before):
        r.fault(
            "said-twice",
            f"The scale {scale} has the label {key} twice.",
            key_node,
            "Join the two conditions with `or`.",
        )


def read_segments(r: Reader, section: Node | None) -> tuple[Segment, ...]:
    """Every segment that could be read."""
    out: list[Segment] = []
    for key, key_node, node in r.mapping(section, "segments"):
        name = r.name(key, key_node, "segment")
        r.note(name, key_node)
        about, value = "", node
        if node.pairs is not None:
            r.keys(node, ("when", "about"))
            about = r.text(node, "about") or ""
            value = node.get("when") or node
        condition = r.condition(value)
        if condition is not None:
            out.append(Segment(name, condition, about))
    return tuple(out)


def read_routes(r: Reader, section: Node | None) -> tuple[Route, ...]:
    """Every route that could be read, in order."""
    if section is None or section.is_blank:
        return ()
    routes = (_route(r, n, item) for n, item in enumerate(r.items_of(section, "routes"), 1))
    return tuple(route for route in routes if route is not None)


def _route(r: Reader, n: int, item: Node) -> Route | None:
    if item.pairs is None:
        r.fault("wrong-shape", "A route is a mapping with when, to, within, next and by.", item)
        return None
    r.keys(item, ROUTE_KEYS)
    r.note(f"routes.{n}", item)
    to, when = r.text(item, "to"), item.get("when")
    if not to:
        r.fault(
            "missing-key", "A route does not say to whom.", item, "Add `to: sales`, for example."
        )
    if when is None:
        r.fault(
            "missing-key",
            "A route does not say when.",
            item,
            "Add `when: otherwise` if it is for the rest.",
        )
        return None
    condition = r.condition_or_otherwise(when)
    within, step = r.duration(item, "within", LONGEST_RESPONSE), r.text(item, "next")
    return Route(
        condition,
        to or "",
        within,
        step,
        _by(r, item),
        skills=r.words(item.get("skills")),
        again=_again(r, item),
        touches=_touches(r, item),
        every=r.duration(item, "every", LONGEST_RESPONSE),
    )


def _again(r: Reader, item: Node) -> bool:
    text = (r.text(item, "again") or "no").strip().lower()
    if text not in ("yes", "true", "no", "false"):
        r.fault("wrong-shape", f"again is yes or no, not {text!r}.", item.get("again") or item)
    return text in ("yes", "true")


def _touches(r: Reader, item: Node) -> int | None:
    touches = r.number(item, "touches", negative=False)
    if touches is None:
        return None
    if touches != touches.to_integral_value() or touches > MOST_TOUCHES:
        said = f"touches takes a whole number up to {MOST_TOUCHES}."
        r.fault("not-a-number", said, item.get("touches") or item)
        return None
    return int(touches)


def _by(r: Reader, item: Node) -> str | None:
    way = r.text(item, "by")
    if way is None or way in BY:
        return way
    r.fault(
        "not-a-way",
        f"{way!r} does not say how the next step is taken.",
        item.get("by") or item,
        did_you_mean(way, BY) or f"Use one of {', '.join(BY)}.",
    )
    return None
