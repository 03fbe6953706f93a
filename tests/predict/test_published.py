"""One number, whoever asks: qualify, qualify --touched, explain and replay give the probability that the model's text and
the fit itself give."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from leadlight.playbook.model_yaml import model_text
from tests.predict.published import BOOK, leads, learned, said_by_fit
from tests.verbs import import_files, init, live_base, live_replay, run

BEGIN = datetime(2026, 3, 1, 9)
DAY = timedelta(days=1)
FIRST, LATER = BEGIN + 5 * DAY, BEGIN + 30 * DAY


class Company:
    """A workspace of sixty leads, and what is known of them by when, to be asked on paper."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = {str(r["lead_id"]): dict(r) for r in leads(60, seed=2)}
        self.acted: dict[str, list[datetime]] = {}
        init(str(folder), BEGIN)
        (folder / "playbook.yml").write_text(BOOK, "utf-8")
        (folder / "models").mkdir()
        (folder / "models" / "soon.yml").write_text(model_text(learned()[1]), "utf-8")
        self.brings(
            "leads.csv",
            [list(r.values()) for r in self.rows.values()],
            BEGIN,
            list(self.rows["L0"]),
        )
        self.act({lead: BEGIN - n * DAY for n, lead in enumerate(list(self.rows)[::2])}, BEGIN)

    def brings(self, name: str, rows: list[list[Any]], at: datetime, head: list[str]) -> None:
        with (self.folder / name).open("w", newline="") as out:
            csv.writer(out).writerows([head, *rows])
        (receipt,) = import_files(
            self.folder,
            [self.folder / name],
            at,
            verify=False,
            maps={"stay": "stay"} if "stay" in head else {},
        )
        assert receipt.refusal is None, receipt.refusal

    def act(self, when: Mapping[str, datetime], at: datetime) -> None:
        for lead, moment in when.items():
            self.acted.setdefault(lead, []).append(moment)
        rows = [[lead, moment.isoformat(), "page_viewed"] for lead, moment in when.items()]
        self.brings(f"log-{at:%d}.csv", rows, at, ["lead_id", "occurred_at", "kind"])

    def recency(self, lead: str, as_of: datetime) -> float | None:
        past = [a for a in self.acted.get(lead, ()) if a <= as_of]
        return (as_of - max(past)).total_seconds() / 86_400 if past else None

    def agrees(self, found: Mapping[str, float], as_of: datetime) -> None:
        """Exactly what the text gives, and what the fit gives but for the rounding of each value to a millionth."""
        fitted, model = learned()
        rows = [self.rows[lead] for lead in found]
        recency = [self.recency(lead, as_of) for lead in found]
        fit = said_by_fit(fitted, rows, recency)
        for lead, row, days, close in zip(found, rows, recency, fit, strict=True):
            assert found[lead] == model.probability({**row, "recency": days}), lead
            assert found[lead] == pytest.approx(close, abs=1e-6)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Seen whole on the sixth day; later some act, one is corrected, and time passes."""
    return Company(tmp_path_factory.mktemp("company"))


def probabilities(con: Any, relation: str = "qualifications") -> dict[str, float]:
    return dict(con.execute(f"SELECT lead_id, probability FROM {relation}").fetchall())


def test_every_way_of_asking_gives_the_same_probability(company: Company) -> None:
    """whole, then --touched after facts and time, then explained one by one, then replayed"""
    with run(company.folder, as_of=FIRST) as ran:
        first = probabilities(ran.local_qualifications.base.con)
    assert len(first) == 60
    company.agrees(first, FIRST)

    before = {lead: dict(row) for lead, row in company.rows.items()}
    company.act({"L1": BEGIN + 20 * DAY, "L3": BEGIN + 21 * DAY}, BEGIN + 22 * DAY)
    company.rows["L5"]["employees"] = 499
    company.brings("leads2.csv", [["L5", 499]], BEGIN + 23 * DAY, ["lead_id", "employees"])
    with run(company.folder, as_of=LATER, touched=True) as ran:
        assert ran.complete_because is None
        again = probabilities(ran.local_qualifications.base.con)
    assert {"L1", "L3", "L5"} <= set(again)
    assert len(again) < 60
    company.agrees(again, LATER)

    with live_base(company.folder, "explain", as_of=LATER) as found:
        whole = probabilities(found.base.con)
        company.agrees(whole, LATER)
        assert {lead: whole[lead] for lead in again} == again
        for lead in ("L1", "L4", "L5"):
            (ledger,) = found.explain(lead).scores
            assert ledger.answer == whole[lead]

    with live_replay(company.folder, since=FIRST, until=LATER) as past:
        states = past.con.execute(
            "SELECT lead_id, as_of, probability FROM replay_states"
        ).fetchall()
    assert len(states) > 100
    corrected = company.rows
    for lead, as_of, probability in states:
        company.rows = corrected if as_of >= BEGIN + 23 * DAY else before
        known = {
            k: [a for a in v if a <= BEGIN or as_of >= BEGIN + 22 * DAY]
            for k, v in company.acted.items()
        }
        everything, company.acted = company.acted, known
        company.agrees({lead: probability}, as_of)
        company.acted = everything
    company.rows = corrected
