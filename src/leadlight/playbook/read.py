"""YAML to a playbook. Never raises for a user's text: what is wrong is told as problems, all of
them at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from leadlight.facts.catalog import Catalog
from leadlight.playbook.capacities import read_capacity
from leadlight.playbook.check import check, types_of
from leadlight.playbook.model_inputs import without_unfit_terms
from leadlight.playbook.models_section import read_models
from leadlight.playbook.nodes import Node, read_nodes
from leadlight.playbook.outcomes_section import read_outcomes
from leadlight.playbook.own_names import derived_names
from leadlight.playbook.reader import Reader
from leadlight.playbook.scores import read_scores
from leadlight.playbook.sections import read_routes, read_scales, read_segments, read_sign_off
from leadlight.playbook.signals import read_signals
from leadlight.playbook.spec import Playbook
from leadlight.playbook.tracks_section import read_limits, read_tracks
from leadlight.problems import CannotDo, Problem

SECTIONS = (
    "leadlight",
    "name",
    "about",
    "sign_off",
    "signals",
    "scores",
    "scales",
    "segments",
    "routes",
    "capacity",
    "models",
    "order",
    "outcomes",
    "tracks",
    "limits",
)

_OF_PLAYBOOKS = ("signals", "scores", "scales", "segments", "routes")


def read_playbook(
    text: str, file: str = "playbook.yml", catalog: Catalog | None = None
) -> tuple[Playbook | None, list[Problem]]:
    """The playbook a text holds, checked against the names of `catalog` (the standard ones by
    default).

    The playbook is None when any problem is a fault; doubts leave it usable.
    """
    root, problems = read_nodes(text, file)
    if root is None:
        return None, problems
    r = Reader(file, problems)
    if root.pairs is None:
        r.fault(
            "wrong-shape",
            "A playbook is a mapping with signals, scores, scales, segments and routes.",
            root,
        )
        return None, problems
    if not _is_playbook(root):
        r.fault(
            "no-playbook",
            f"This is no playbook: it has none of {', '.join(_OF_PLAYBOOKS)}.",
            root,
            "Name the playbook, or begin one with `leadlight init`.",
        )
        return None, [p for p in problems if p.code == "no-playbook"]
    r.keys(root, SECTIONS)
    _check_version(r, root)
    book = _book(root, r)
    catalog = catalog or Catalog()
    problems.extend(check(book, catalog, r))
    problems.sort(key=_position)
    if any(p.level == "fault" for p in problems):
        return None, problems
    if any(p.code == "model-input" for p in problems):
        book = without_unfit_terms(book, types_of(book, catalog))
    return replace(book, lines=dict(r.lines)), problems


def _check_version(r: Reader, root: Node) -> None:
    version = root.get("leadlight")
    if version is not None and version.text != "1":
        r.fault(
            "unknown-version",
            f"This playbook is written for format {version.text}; this leadlight reads format 1.",
            version,
            "Write `leadlight: 1`, or install a newer leadlight.",
        )


def _position(problem: Problem) -> tuple[int, int]:
    """Where a problem stands in the text; what has no place comes first."""
    place = problem.place
    return (place.line or 0, place.column or 0) if place else (0, 0)


def derived_names_of_text(text: str) -> frozenset[str]:
    """The names that a text makes (signals, scores, scales, segments), as far as it can be read."""
    root, problems = read_nodes(text, "playbook.yml")
    if root is None or root.pairs is None:
        return frozenset()
    return frozenset(derived_names(_book(root, Reader("playbook.yml", problems))))


def _book(root: Node, r: Reader) -> Playbook:
    """What the sections say, with nothing checked yet."""
    models, asked = read_models(r, root.get("models"))
    routes = read_routes(r, root.get("routes"))
    return Playbook(
        name=r.text(root, "name") or Path(r.file).stem,
        about=r.text(root, "about") or "",
        sign_off=read_sign_off(r, root.get("sign_off")),
        signals=(*read_signals(r, root.get("signals")), *asked),
        scores=read_scores(r, root.get("scores"), models),
        scales=read_scales(r, root.get("scales")),
        segments=read_segments(r, root.get("segments")),
        routes=routes,
        order=r.text(root, "order") or "",
        outcomes=read_outcomes(r, root.get("outcomes")),
        capacity=read_capacity(r, root.get("capacity"), routes),
        tracks=read_tracks(r, root.get("tracks")),
        limits=read_limits(r, root.get("limits")),
        fingerprint=fingerprint(root),
        file=r.file,
        lines=r.lines,
    )


def _is_playbook(root: Node) -> bool:
    """Whether some key is one of a playbook, or a slip of the pen. Of another file nothing is
    repeated: it may be about people."""
    keys = [key for key, _, _ in root.entries()]
    if all(key in SECTIONS for key in keys):
        return True
    return any(
        get_close_matches(key.lower(), ("leadlight", *_OF_PLAYBOOKS), 1, 0.8) for key in keys
    )


def must_read(text: str, file: str = "playbook.yml", catalog: Catalog | None = None) -> Playbook:
    """The playbook a text holds; raises `CannotDo` with every problem when it has a fault."""
    book, problems = read_playbook(text, file, catalog)
    if book is None:
        raise CannotDo(_sentence(file, problems), [p for p in problems if p.level == "fault"])
    return book


def fingerprint(root: Node) -> str:
    """Twelve hex digits that stand for the content: comments, blanks and quotes do not change it, a
    rule does.
    """
    canonical = json.dumps(root.plain(), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def fingerprint_of(text: str) -> str | None:
    """The fingerprint of a text; None when it is no YAML."""
    root, _ = read_nodes(text, "playbook.yml")
    return fingerprint(root) if root is not None else None


def _sentence(file: str, problems: Iterable[Problem]) -> str:
    n = sum(p.level == "fault" for p in problems)
    return f"{file} cannot be used: {n} {'fault' if n == 1 else 'faults'}."
