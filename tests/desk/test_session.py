"""One process, one open workspace: many threads read it while one writes."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.run import open_base, qualify_base
from leadlight.desk.leads.undo import ImportsRequest, UndoRequest, imports, undo
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Workspace
from leadlight.problems import CannotDo
from leadlight.results.data import Data, to_data
from tests.verbs import init

NOW = datetime(2026, 11, 1)
READERS, LEADS = 8, 40
PLAYBOOK = """\
leadlight: 1
name: small
signals:
  heat: {points: {pricing_viewed: 10}, half_life: 14d, at_most: 100}
scores:
  fit: [{when: employees >= 50, add: 20}]
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30 and fit >= 20}, {warm: engagement >= 10}, {cold: otherwise}]
routes:
  - {when: temperature = 'hot', to: sales, within: 15m, by: call}
"""
#: `make soak` asks for a minute; the suite for some seconds.
SECONDS = float(os.environ.get("LEADLIGHT_SESSION_SECONDS", "6"))


@dataclass(frozen=True)
class Answer:
    """What a reader was told, and after how many imports."""

    lead: str
    imports: int
    said: Data


def _batch(folder: Path, number: int) -> Path:
    """A log of a batch: who viewed the prices, and when."""
    at = NOW - timedelta(days=20) + timedelta(hours=number)
    file = folder / f"log-{number}.csv"
    rows = [f"L{n % LEADS},{at:%Y-%m-%d %H:%M},pricing_viewed" for n in range(number, number + 9)]
    file.write_text("lead_id,at,kind\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def _workspace(folder: Path) -> str:
    folder.mkdir()
    place = str(folder / "ws")
    init(place, NOW)
    (Path(place) / "playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    leads = folder / "leads.csv"
    cells = "".join(
        f"L{n},ada{n}@abelzinc{n}.com,+44 20 7946 09{n:02},software,{10 * n + 5}\n"
        for n in range(LEADS)
    )
    leads.write_text("id,email,phone,industry,employees\n" + cells, encoding="utf-8")
    import_files(Session(place), ImportRequest((leads,), NOW))
    return place


def _answer(session: Session, lead: str) -> Answer:
    """One lead explained and the whole base in numbers, from one picture of the facts."""
    with session.read("explain", NOW) as workspace:
        count = len(workspace.ledger.imports())
        return Answer(lead, count, [*_of_lead(workspace, lead), _of_all(workspace)])


def _of_lead(workspace: Workspace, lead: str) -> list[Data]:
    one = open_base(workspace, None, NOW, "now").explain(lead)
    return [to_data(one.scores), to_data(one.labels)]


def _of_all(workspace: Workspace) -> Data:
    return to_data(qualify_base(workspace, None, NOW, "now").summary.calls)


def _read(session: Session, seed: int, over: threading.Event) -> Iterator[Answer]:
    chance = random.Random(seed)
    while not over.is_set():
        yield _answer(session, f"L{chance.randrange(LEADS)}")


def _write(session: Session, folder: Path, over: threading.Event) -> int:
    number = 0
    while not over.is_set():
        import_files(session, ImportRequest((_batch(folder, number),), NOW, verify=False))
        number += 1
    return number


def test_readers_beside_a_writer_are_told_what_they_would_be_told_alone(tmp_path: Path) -> None:
    """Eight threads read while one imports; each answer is that of the facts at its moment."""
    place, over = _workspace(tmp_path / "shared"), threading.Event()
    with Session(place, shared=True) as session, ThreadPoolExecutor(READERS + 1) as pool:
        readers = [pool.submit(lambda n=n: list(_read(session, n, over))) for n in range(READERS)]
        writer = pool.submit(_write, session, tmp_path, over)
        time.sleep(SECONDS)
        _wait_for_some(session)
        over.set()
        answers = [a for reader in readers for a in reader.result()]
        written = writer.result()
    assert written > 1
    assert len({a.imports for a in answers}) > 1
    alone = _alone(tmp_path, written, {(a.imports, a.lead) for a in answers})
    different = [a for a in answers if alone[a.imports, a.lead] != a.said]
    assert not different, f"{len(different)} of {len(answers)} answers differ"


def _wait_for_some(session: Session) -> None:
    """A busy machine is given the time for three imports."""
    patience = time.monotonic() + 120
    while len(imports(session, ImportsRequest(NOW)).imports) < 4 and time.monotonic() < patience:
        time.sleep(0.5)


def _alone(folder: Path, batches: int, wanted: set[tuple[int, str]]) -> dict[tuple[int, str], Data]:
    """What is said when nobody writes: a workspace is built batch by batch, and asked in between."""
    place = _workspace(folder / "alone")
    said: dict[tuple[int, str], Data] = {}
    for number in range(batches + 1):
        with Session(place).read("explain", NOW) as workspace:
            count, of_all = len(workspace.ledger.imports()), _of_all(workspace)
            for lead in sorted(lead for n, lead in wanted if n == count):
                said[count, lead] = [*_of_lead(workspace, lead), of_all]
        if number < batches:
            request = ImportRequest((_batch(folder, number),), NOW, verify=False)
            import_files(Session(place), request)
    return said


def test_a_reader_knows_what_was_imported_and_taken_back_since(tmp_path: Path) -> None:
    """A log with a kind and a column of its own comes while the workspace is held open, and goes
    again: the next reader knows of it, and the one after that no longer.
    """
    log = tmp_path / "log.csv"
    log.write_text("lead_id,at,kind,hall\nL1,2026-10-20,fair_visited,4b\n", encoding="utf-8")

    def known(session: Session) -> tuple[bool, bool]:
        with session.read("explain", NOW) as workspace:
            catalog = workspace.ledger.catalog()
            hall = workspace.ledger.holdings().activity_columns.get("hall")
            return "fair_visited" in catalog.kinds, hall is not None and not hall.gone

    with Session(_workspace(tmp_path / "shared"), shared=True) as session:
        assert known(session) == (False, False)
        import_files(session, ImportRequest((log,), NOW, verify=False))
        assert known(session) == (True, True)
        newest = max(i.import_id for i in imports(session, ImportsRequest(NOW)).imports)
        undo(session, UndoRequest(newest, NOW))
        assert known(session)[1] is False


def test_other_processes_are_refused_while_the_file_is_held(tmp_path: Path) -> None:
    """A shared session holds the file; when it is closed, others have it."""
    place = _workspace(tmp_path / "held")
    with Session(place, shared=True) as session:
        assert imports(session, ImportsRequest(NOW)).imports
        with pytest.raises(CannotDo, match="open in this very program"):
            imports(Session(place), ImportsRequest(NOW))
    assert imports(Session(place), ImportsRequest(NOW)).imports
