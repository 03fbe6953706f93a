"""A workspace carried from place to place keeps every row, and says the same of every lead."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from leadlight.adapters.db import transfer
from leadlight.adapters.ledger.copy.parquet import ParquetTarget
from leadlight.adapters.ledger.copy.postgres import ServerTarget
from leadlight.desk.live.deliveries import RecordDeliveriesRequest, record_deliveries
from leadlight.desk.live.endpoints import (
    AddEndpointRequest,
    ChangeEndpointRequest,
    add_endpoint,
    change_endpoint,
)
from leadlight.desk.progress import NullProgress
from leadlight.desk.workspace.workspace import LEDGER, Place, find_workspace
from leadlight.facts.deliveries import Delivery
from leadlight.problems import CannotDo
from tests.adapters.ledger.test_postgres import BOOK
from tests.verbs import (
    copy,
    decide,
    import_files,
    imports,
    init,
    live_base,
    publish,
    run,
    session_on,
    sign,
    undo,
)

ACME = Path(__file__).parents[3] / "examples" / "acme"
NOW = datetime.fromisoformat("2026-11-22")
THEN = "2026-12-01"


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company: imported, verified, linked, corrected, an import taken back, a run, a version signed by one of two."""
    folder = tmp_path_factory.mktemp("acme") / "here"
    init(folder, NOW)
    (folder / "playbook.yml").write_text(BOOK, "utf-8")
    place = find_workspace(folder)
    files = []
    for name, lines in (("leads", 150), ("activities", 1500), ("spend", 40)):
        files.append(folder / f"{name}.csv")
        files[-1].write_text(
            "\n".join((ACME / f"{name}.csv").read_text("utf-8").split("\n")[:lines]) + "\n", "utf-8"
        )
    import_files(place, files, NOW)
    decide(place, NOW + timedelta(hours=1), [("A-000001", "A-000002", "made")], "eve")
    odd = folder / "odd.csv"
    odd.write_text(
        'lead_id,industry,colour\nA-000001,"say ""hi""\nand, bye",\nZ-1,,blue\n', "utf-8"
    )
    import_files(place, [odd], NOW + timedelta(hours=2), verify=False)
    import_files(place, [ACME / "conversations.csv"], NOW + timedelta(hours=3), verify=False)
    undo(place, imports(place, NOW, 1)[0].import_id, NOW + timedelta(hours=4))
    with run(place, as_of=THEN):
        pass
    (folder / "agreed.yml").write_text(f"sign_off: [marketing, sales]\n{BOOK}", "utf-8")
    publish(place, folder / "agreed.yml", NOW + timedelta(hours=5), by="eve", note="the first")
    sign(place, "sales", NOW + timedelta(hours=6), by="bob")
    deliver(place)
    return folder


def deliver(place: Place) -> None:
    """An endpoint that was paused, a delivery that failed and arrived, and how far it is."""
    session = session_on(place)
    add_endpoint(
        session, AddEndpointRequest(NOW, "https://crm.example/", "eve", labels=("temperature",))
    )
    change_endpoint(session, ChangeEndpointRequest(NOW, "e1", "pause", "eve"))
    rows = (
        Delivery("e1", 1, "A-000001", "failed", 1, "500", NOW + timedelta(seconds=5), NOW),
        Delivery("e1", 1, "A-000001", "delivered", 2, "200", None, NOW),
    )
    record_deliveries(session, RecordDeliveriesRequest(NOW, rows, {"e1": 1}))


def everything(folder: Path) -> Mapping[str, list[tuple[object, ...]]]:
    """Every row of every table, in no order; columns by name."""
    with duckdb.connect(str(folder / LEDGER), read_only=True) as con:
        tables = [
            t
            for (t,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
            if t != "ledger"
        ]
        found = {}
        for table in sorted(tables):
            names = sorted(str(c[0]) for c in con.execute(f"DESCRIBE {table}").fetchall())
            listed = ", ".join(f'"{n}"' for n in names)
            found[table] = [
                tuple(names),
                *con.execute(f"SELECT {listed} FROM {table} ORDER BY ALL").fetchall(),
            ]
        return found


def qualifications(where: str | Path, book: Path) -> list[dict[str, object]]:
    with live_base(find_workspace(where), "segments", playbook=str(book), as_of=THEN) as found:
        return found.to_arrow().to_pylist()


def test_a_workspace_goes_around_and_comes_back_the_same(
    acme: Path, address: str, tmp_path: Path
) -> None:
    """a folder -> PostgreSQL -> another schema -> Parquet -> Parquet -> a folder"""
    stops = [
        str(acme),
        address,
        f"{address}_b",
        str(tmp_path / "parquet"),
        str(tmp_path / "again"),
        str(tmp_path / "back"),
    ]
    for source, target in itertools.pairwise(stops):
        parquet = target in (stops[3], stops[4])
        found = copy(source, target, NOW, NullProgress(), parquet=parquet)
        assert found.rows["activity_facts"] > 1000
        assert not found.texts_without_nul
    assert everything(tmp_path / "back") == everything(acme)
    book = acme / "playbook.yml"
    here = qualifications(acme, book)
    assert qualifications(address, book) == here
    assert qualifications(tmp_path / "back", book) == here
    assert (tmp_path / "parquet" / "ledger.json").is_file()


def test_the_playbook_goes_along_between_folders(acme: Path, tmp_path: Path) -> None:
    """a folder -> a folder"""
    found = copy(str(acme), str(tmp_path / "there"), NOW, NullProgress())
    assert found.playbook == tmp_path / "there" / "playbook.yml"
    assert found.playbook.read_text("utf-8") == BOOK
    assert everything(tmp_path / "there") == everything(acme)


def test_a_copy_is_never_mixed_with_other_facts(acme: Path, address: str, tmp_path: Path) -> None:
    """onto itself, into a folder with something in it, into a schema with a workspace that is in use"""
    small = tmp_path / "small"
    init(small, NOW)
    (small / "leads.csv").write_text("lead_id,email\n1,a@example.com\n")
    import_files(small, [small / "leads.csv"], NOW, verify=False)
    with pytest.raises(CannotDo, match="holds facts already"):
        copy(str(acme), str(small), NOW, NullProgress())
    with pytest.raises(CannotDo, match="is not empty"):
        copy(str(acme), str(small), NOW, NullProgress(), parquet=True)
    copy(str(small), address, NOW, NullProgress())
    with pytest.raises(CannotDo, match="holds facts already"):
        copy(str(acme), address, NOW, NullProgress())
    assert len(imports(find_workspace(address), NOW)) == 1
    with pytest.raises(CannotDo, match="is not a workspace, nor a folder of Parquet"):
        copy(str(tmp_path / "nothing"), str(tmp_path / "x"), NOW, NullProgress())


def test_an_empty_workspace_is_filled(
    acme: Path, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """init there, then copy"""
    monkeypatch.chdir(tmp_path)
    init(address, NOW)
    copy(str(acme), address, NOW, NullProgress())
    init(tmp_path / "made", NOW)
    copy(address, str(tmp_path / "made"), NOW, NullProgress())
    assert everything(tmp_path / "made") == everything(acme)


def test_a_copy_that_fails_leaves_nothing(
    acme: Path, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """cut off in the middle, on a server and in a folder"""

    def breaks(self: object, table: str) -> int:
        if table == "imports":
            raise KeyboardInterrupt
        return -1 if table == "runs" else old_count[type(self)](self, table)

    old_count = {
        ServerTarget: ServerTarget.count,
        ParquetTarget: ParquetTarget.count,
    }
    for draft, target, parquet in (
        (ServerTarget, address, False),
        (ParquetTarget, str(tmp_path / "p"), True),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(draft, "count", breaks)
            with pytest.raises(KeyboardInterrupt):
                copy(str(acme), target, NOW, NullProgress(), parquet=parquet)
        assert list(tmp_path.iterdir()) == []
        copy(str(acme), target, NOW, NullProgress(), parquet=parquet)


def test_a_missing_row_is_told_and_nothing_is_kept(
    acme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """a count that differs"""
    monkeypatch.setattr(ParquetTarget, "count", lambda self, table: 1)
    with pytest.raises(CannotDo, match=r"rows of activity_facts 1 arrived, and nothing was kept"):
        copy(str(acme), str(tmp_path / "p"), NOW, NullProgress(), parquet=True)
    assert list(tmp_path.iterdir()) == []


def test_nul_is_left_out_and_told(address: str, tmp_path: Path) -> None:
    """a text with the character that PostgreSQL cannot hold"""
    init(tmp_path / "here", NOW)
    with duckdb.connect(str(tmp_path / "here" / LEDGER)) as con:
        con.execute(
            "INSERT INTO playbooks VALUES ('f', 'a' || chr(0) || 'b', 'text', TIMESTAMP"
            " '2026-01-01')"
        )
    found = copy(str(tmp_path / "here"), address, NOW, NullProgress())
    assert found.texts_without_nul == 1
    copy(address, str(tmp_path / "back"), NOW, NullProgress())
    assert everything(tmp_path / "back")["playbooks"][1][1] == "ab"


def test_both_ways_write_the_same_types() -> None:
    """every type of a ledger's column has a name on both sides"""
    assert {
        transfer.duckdb_type(p.lower().replace("timestamp", "timestamp without time zone")): d
        for d, p in transfer.TYPES.items()
    } == {d: d for d in transfer.TYPES}
