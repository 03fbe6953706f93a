"""The `experiment` of a roster: leads that are held back by lot, to learn what speed is worth."""

from __future__ import annotations

from hashlib import blake2b

from leadlight.playbook.nodes import Node
from leadlight.playbook.reader import Reader
from leadlight.route.roster.spec import Experiment
from leadlight.route.roster.values import read_yes_no

_KEYS = ("share", "hold", "hot")
_MOST_SHARE = 0.5
_LONGEST_HOLD = 7 * 86_400
_DRAWS = 2**64


def read_experiment(r: Reader, node: Node | None) -> Experiment | None:
    """The experiment; None where there is none, or it has a fault."""
    if node is None:
        return None
    if node.pairs is None:
        hint = "Write {share: 0.1, hold: 2h}."
        r.fault("wrong-shape", "experiment is a mapping.", node, hint)
        return None
    r.keys(node, _KEYS)
    share, hold = _share(r, node), r.duration(node, "hold", _LONGEST_HOLD)
    if node.get("hold") is None:
        r.fault("missing-key", "experiment does not say for how long.", node, "Add `hold: 2h`.")
    if share is None or hold is None:
        return None
    return Experiment(share, hold, read_yes_no(r, node, "hot", usual=False))


def _share(r: Reader, node: Node) -> float | None:
    value = node.get("share")
    if value is None:
        r.fault("missing-key", "experiment names no share.", node, "Add `share: 0.1`.")
        return None
    try:
        share = float((value.text or "").strip())
    except ValueError:
        share = 0.0
    if 0 < share <= _MOST_SHARE:
        return share
    said = f"share is above 0 and at most {_MOST_SHARE}, not {(value.text or 'nothing')!r}."
    r.fault("not-a-number", said, value)
    return None


def takes_part(experiment: Experiment, label: str | None) -> bool:
    """Whether leads with a label are in the draw."""
    return experiment.with_hot or label != "hot"


def is_drawn(experiment: Experiment, lead_id: str, department: str) -> bool:
    """Whether a lead that takes part is held back when it first comes to a department: always the
    same, and of no relation to anything that is known of the lead.
    """
    text = f"hold\n{department}\n{lead_id}".encode("utf-8", "surrogatepass")
    draw = int.from_bytes(blake2b(text, digest_size=8).digest(), "big")
    return draw < experiment.share * _DRAWS
