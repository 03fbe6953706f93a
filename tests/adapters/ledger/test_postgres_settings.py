"""Settings of a role, of a database or of the URL change nothing of what a workspace on a server says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import chdir, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from leadlight.adapters.db.postgres import SETTINGS, address_of, connection
from leadlight.desk.workspace.workspace import find_workspace
from tests.verbs import import_files, init, live_base, run

BEGIN, NOW = datetime(2026, 1, 1), datetime(2026, 3, 1)
LEADS = r"""lead_id,company,city,created_at,employees,email
1,"x\",Bonn,2026-02-03 04:05:06,10,ana@hotel-mare.hr
2,Acme,Köln,2026-01-12,999,bob@siemens.com
3,"a\b",Ulm,2026-02-11,,
"""
LOG = """lead_id,occurred_at,kind
1,2026-02-04 08:00:00,demo_requested
2,2026-01-05 08:00:00,page_viewed
"""
BOOK = r"""
signals: {heat: {points: {demo_requested: 40, page_viewed: 2}, half_life: 14d}}
scores:
  fit:
    - {when: "company = 'x\\' and city = ' or 1=1 or city = '", add: 7}
    - {when: "company = 'x\\'", add: 11}
    - {when: "contains(company, '\\')", add: 13}
    - {when: "created_at < '2026-02-05'", add: 17}
    - {when: "has_word(email, 'siemens')", add: 19}
  engagement: heat
scales: {temperature: [{hot: engagement > 10}, {cold: otherwise}]}
segments: {known: employees > 5}
"""
ODD = {
    "datestyle": "SQL, DMY",
    "intervalstyle": "sql_standard",
    "standard_conforming_strings": "off",
    "timezone": "Asia/Tokyo",
    "extra_float_digits": "-15",
    "bytea_output": "escape",
    "transform_null_equals": "on",
    "backslash_quote": "on",
    "array_nulls": "off",
    "client_encoding": "LATIN1",
    "default_transaction_isolation": "serializable",
    "escape_string_warning": "on",
    "search_path": "public",
    "quote_all_identifiers": "on",
}


def workspace(url: str, folder: Path) -> None:
    """A small one, with a playbook whose texts hold backslashes and quotes."""
    init(url, BEGIN)
    for name, text in (("leads.csv", LEADS), ("log.csv", LOG), ("playbook.yml", BOOK)):
        (folder / name).write_text(text, "utf-8")
    receipts = import_files(
        find_workspace(url),
        [folder / "leads.csv", folder / "log.csv"],
        NOW,
        backfill=True,
        verify=False,
    )
    assert not [r.refusal for r in receipts if r.refusal]


def answers(url: str, folder: Path) -> list[dict[str, Any]]:
    with live_base(
        find_workspace(url), "report", playbook=str(folder / "playbook.yml"), as_of=NOW
    ) as found:
        return sorted(found.to_arrow().to_pylist(), key=lambda row: str(row["lead_id"]))


@contextmanager
def odd_database(url: str, settings: dict[str, str]) -> Iterator[None]:
    """As long as this lasts, everybody who connects has these settings, as with ALTER ROLE ... SET."""
    name = url.partition("?")[0].rsplit("/", 1)[1]
    with psycopg.connect(url.partition("?")[0], autocommit=True) as con:
        for setting, value in settings.items():
            con.execute(f"ALTER DATABASE {name} SET {setting} = '{value}'")
        try:
            yield
        finally:
            con.execute(f"ALTER DATABASE {name} RESET ALL")


@pytest.fixture(scope="module")
def usual(
    server_database: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path, list[dict[str, Any]]]:
    """A workspace, its folder and its answers, made before anybody set anything."""
    folder, url = tmp_path_factory.mktemp("usual"), f"{server_database}?schema=usual"
    with chdir(folder):
        workspace(url, folder)
        return url, folder, answers(url, folder)


@pytest.mark.parametrize(
    "odd",
    [*({k: v} for k, v in ODD.items()), {"datestyle": "German"}, {"datestyle": "Postgres"}, ODD],
    ids=lambda odd: "all" if len(odd) > 1 else " ".join(next(iter(odd.items()))),
)
def test_settings_of_a_role_change_nothing(
    usual: tuple[str, Path, list[dict[str, Any]]], odd: dict[str, str]
) -> None:
    r"""ALTER ROLE crm SET datestyle = 'SQL, DMY', or standard_conforming_strings = off and a condition with '\'"""
    url, folder, said = usual
    assert [row["fit"] for row in said] == [11 + 13 + 17, 17 + 19, 13]
    with odd_database(url, odd), chdir(folder):
        assert answers(url, folder) == said


def test_every_setting_of_the_list_is_the_connections_own(server_database: str) -> None:
    """One list in one place: what stands in it, a connection has, whatever the database says."""
    url = f"{server_database}?schema=public"
    pinned = {name.lower(): value for name, value in SETTINGS.items()}
    with odd_database(url, ODD), connection(address_of(url), "a test") as there:
        found = {
            str(n).lower(): str(v)
            for n, v in there.rows("SELECT name, current_setting(name) FROM pg_settings")
        }
    assert {n: found[n] for n in pinned} == pinned
    assert set(ODD) - {"search_path"} <= pinned.keys()


LONG = "a_name_of_sixty_three_letters_which_is_the_longest_that_is_allo"
LONG_BOOK = f"""
signals:
  {LONG[:60]}: {{questions: {{budget: {{yes: employees > 500, no: employees > 0}}, budgex: {{yes: employees > 5}}}}}}
  {LONG[:62]}v: {{verify: {{role: risky}}}}
  {LONG[:62]}h: {{half_life: 14d, points: {{demo_requested: 40}}}}
  {LONG[:62]}i: {{half_life: 14d, points: {{page_viewed: 30}}}}
  {LONG[:62]}c: {{count: page_viewed}}
  {LONG[:62]}d: {{count: demo_requested}}
scores:
  {LONG[:62]}s:
    - {{when: {LONG[:60]}_budget = 'yes', add: 1}}
    - {{when: {LONG[:60]}_budgex = 'yes', add: 2}}
    - {{when: {LONG[:62]}c > 0, add: 4}}
    - {{when: {LONG[:62]}d > 0, add: 8}}
    - {{when: "{LONG[:62]}v = 'empty'", add: 16}}
    - {{when: "{LONG[:62]}v_email = 'risky'", add: 32}}
  {LONG[:62]}t: {LONG[:62]}h
  {LONG[:62]}u: {LONG[:62]}i
scales:
  {LONG[:62]}x: [{{hot: {LONG[:62]}t > 1}}, {{cold: otherwise}}]
  {LONG[:62]}y: [{{hot: {LONG[:62]}u > 1}}, {{cold: otherwise}}]
segments: {{{LONG[:62]}m: employees > 5, {LONG[:62]}n: employees > 500}}
"""


def test_names_of_sixty_letters_and_more_are_apart_on_a_server(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two signals whose names differ in the 66th letter: PostgreSQL cuts names at 63."""
    monkeypatch.chdir(tmp_path)
    workspace(address, tmp_path)
    workspace(str(tmp_path / "here"), tmp_path)
    (tmp_path / "playbook.yml").write_text(LONG_BOOK, "utf-8")
    there, here = answers(address, tmp_path), answers(str(tmp_path / "here"), tmp_path)
    assert there == here
    assert [row[f"{LONG[:62]}s"] for row in here] == [10, 7, 16]
    for place in (address, str(tmp_path / "here")):
        with run(find_workspace(place), playbook=str(tmp_path / "playbook.yml"), as_of=NOW):
            pass


def test_a_header_of_another_script_is_one_column_however_often_it_comes(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column called by 40 letters of two bytes, imported twice"""
    monkeypatch.chdir(tmp_path)
    header = "наименование_юридического_лица_клиента_а"
    for place in (address, str(tmp_path / "here")):
        init(place, BEGIN)
        for n, value in enumerate(("эй", "би")):
            (tmp_path / f"{n}.csv").write_text(
                f"lead_id,email,{header}в,{header}г\n{n},a@b.de,{value},x\n", "utf-8"
            )
            receipt = import_files(
                find_workspace(place), [tmp_path / f"{n}.csv"], NOW, verify=False
            )[0]
            assert receipt.refusal is None
    (tmp_path / "playbook.yml").write_text(
        "segments: {first: наименование_юридического_лица = 'эй', second:"
        " наименование_юридического_лица_2 = 'x'}\nscores: {fit: [{when: employees > 0, add: 1}]}\n"
    )
    there, here = answers(address, tmp_path), answers(str(tmp_path / "here"), tmp_path)
    assert there == here
    assert [row["segments"] for row in here] == ["first; second", "second"]
