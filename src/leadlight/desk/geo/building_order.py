"""Buildings in the order of a playbook's score, and what labels of the place say of that order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.geo.building_table import NAMES_OF_BUILDINGS, read_labels
from leadlight.desk.leads.qualifications import Qualifications, open_files
from leadlight.desk.wiring import building_tables, db, staging
from leadlight.facts.cohort import Everyone
from leadlight.playbook.spec import ModelScore, Playbook
from leadlight.predict.places.local_cut import (
    FEWEST,
    LocalFit,
    fit_local,
    log_odds,
)
from leadlight.problems import CannotDo, did_you_mean

#: What a list says of a building, beside its score.
WANTED = (
    *("building_id", "longitude", "latitude", "outline", "full_name", "first_name", "last_name"),
    *("company", "building_trade", "street", "postal_code", "city", "phone", "mobile", "email"),
    *("website", "do_not_call", "do_not_email", "consent", "contact_licence"),
    *("picture_taken", "picture_source", "picture_purpose", "ground_resolution"),
)
#: The scores that a list is ordered by, where nobody names one and no model is among them.
_USUAL = ("building_fit", "fit")

Row = Mapping[str, object]


@dataclass(frozen=True)
class Order:
    """Buildings, the best first: `rows` of what is known of each, and `seen`, the score: log-odds
    where it is a learned probability (`by_model`), else points. `homeless`
    counts leads without a building.
    """

    score: str
    playbook: Playbook
    rows: Sequence[Row]
    seen: Sequence[float]
    by_model: bool
    homeless: int = 0

    def names(self) -> list[str]:
        """The name of each building, else the id of its lead."""
        return [str(row.get("building_id") or row["lead_id"]) for row in self.rows]

    def answers(self, labels: Mapping[str, bool]) -> list[bool | None]:
        """What somebody said of each building."""
        by_id = [str(row["lead_id"]) for row in self.rows]
        return [
            labels.get(name, labels.get(lead))
            for name, lead in zip(self.names(), by_id, strict=True)
        ]


def order_of(found: Qualifications, score: str | None) -> Order:
    """A qualified base in the order of a score. Raises `CannotDo` where there is no such score."""
    chosen = _score(found.playbook, score)
    base = found.base
    everyone = building_tables.list_rows(base, chosen, WANTED)
    rows = [r for r in everyone if r.get("building_id") is not None or "building_id" not in r]
    if not rows:
        raise CannotDo(f"No lead with the score {chosen} has a known building.")
    model = next(
        (s for s in found.playbook.scores if s.name == chosen and isinstance(s, ModelScore)), None
    )
    values = [float(str(row["score"])) for row in rows]
    return Order(
        chosen,
        found.playbook,
        rows,
        [log_odds(v) for v in values] if model else values,
        model is not None,
        len(everyone) - len(rows),
    )


def qualify_buildings(leads: Path, playbook: str, now: datetime) -> Qualifications:
    """The buildings of a file, qualified by a playbook or a preset."""
    with closing(db.connect()) as con:
        columns = staging.stage(con, leads, name=str(leads), what="leads").mapping.columns
    named = {str(c.name): c.header for c in columns if c.name}
    key = next((named[name] for name in NAMES_OF_BUILDINGS if name in named), None)
    maps = {key: "lead_id"} if key is not None and "lead_id" not in named else {}
    found = open_files(leads, playbook=playbook, as_of=now, maps=maps)
    found.base.qualify(found.playbook, Everyone(found.as_of))
    return found


def labels_of(file: Path | None, column: str | None, positive: str | None) -> dict[str, bool]:
    """What somebody said of buildings; nothing without a file."""
    return {} if file is None else read_labels(file, column, positive)


def local_fit(order: Order, known: Sequence[bool | None]) -> LocalFit | None:
    """What the labels say of a model; None where they are too few, or all the same, or the order is
    by points.
    """
    if not order.by_model:
        return None
    labelled = [(s, k) for s, k in zip(order.seen, known, strict=True) if k is not None]
    answers = [k for _, k in labelled]
    if len(labelled) < FEWEST or len(set(answers)) < 2:
        return None
    seen = [s for s, _ in labelled]
    return fit_local(seen, answers)


def _score(book: Playbook, named: str | None) -> str:
    names = [s.name for s in book.scores]
    if named is not None:
        if named not in names:
            hint = did_you_mean(named, names) or f"It has {', '.join(names)}."
            raise CannotDo(f"The playbook has no score {named!r}. {hint}", field="score")
        return named
    models = [s.name for s in book.scores if isinstance(s, ModelScore)]
    usual = [n for n in _USUAL if n in names]
    chosen = next(iter((*models, *usual, *names)), None)
    if chosen is None:
        raise CannotDo("The playbook has no score to order buildings by.", field="playbook")
    return chosen
