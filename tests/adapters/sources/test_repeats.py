"""What files tell twice: they and a workspace into which they are imported give the same answer,
and it is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from leadlight import Qualifications, qualify
from leadlight.problems import Problem
from tests.verbs import import_files, init, live_base

AS_OF = datetime(2026, 11, 1)
LEADS = "lead_id,email\n1,a@firm.de\n2,b@firm.de\n3,c@firm.de\n"
HEAD = "activity_id,lead_id,kind,occurred_at,url\n"
E1 = "e1,1,demo_requested,2026-10-30T10:00:00,/demo\n"
BOOK = """
signals:
  heat: {half_life: 14d, points: {demo_requested: 40, page_viewed: 7}}
  looks: {count: page_viewed}
scores:
  engagement: heat
  looked: looks
"""


def written(folder: Path, **files: str) -> list[Path]:
    out = []
    for name, text in files.items():
        out.append(folder / f"{name}.csv")
        out[-1].write_text(text, "utf-8")
    return out


def of_files(leads: Path, logs: Sequence[Path], book: Path) -> Qualifications:
    return qualify(leads, list(logs), playbook=book, as_of=AS_OF)


def answers(found: Qualifications) -> list[tuple[object, ...]]:
    return found.base.con.execute(
        "SELECT lead_id::VARCHAR, engagement, looked FROM qualifications ORDER BY 1"
    ).fetchall()


def both(
    folder: Path, leads: Path, logs: Sequence[Path]
) -> tuple[list[tuple[object, ...]], tuple[Problem, ...]]:
    """What the files answer, and what is said of them; a workspace that imports the same must
    answer it too.
    """
    book = folder / "book.yml"
    book.write_text(BOOK, "utf-8")
    found = of_files(leads, logs, book)
    init(folder / "w", AS_OF)
    for file in (leads, *logs):
        done = import_files(folder / "w", [file], AS_OF, verify=False)[0]
        assert done.receipt, done.refusal
    with live_base(folder / "w", "test", playbook=str(book), as_of=AS_OF) as there:
        assert answers(found) == answers(there)
    return answers(found), tuple(p for p in found.base.problems if p.code == "repeated-activities")


@pytest.mark.parametrize(
    ("logs", "left_out"),
    [
        ([HEAD + E1 + E1], 1),
        ([HEAD + E1, HEAD + E1], 1),
        ([HEAD + E1, HEAD + E1 + "e2,1,page_viewed,2026-10-31,/\n" + E1], 2),
        ([HEAD + E1, HEAD + E1.replace("/demo", "/other"), HEAD + E1.replace("e1,1", "e1,2")], 1),
        ([HEAD + E1, HEAD + E1.replace("demo_requested", "page_viewed")], 0),
    ],
    ids=[
        "twice-in-a-file",
        "overlapping",
        "overlapping-and-more",
        "said-otherwise",
        "same-id-of-another-kind",
    ],
)
def test_an_activity_with_an_id_counts_once(tmp_path: Path, logs: list[str], left_out: int) -> None:
    """
    `e1` stands twice: in one file, or in two exports that overlap. `qualify l.csv -a a1.csv` said
    engagement 60.0, and a
    workspace that had imported both 36.98.
    """
    leads, *files = written(
        tmp_path, leads=LEADS, **{f"log{n}": text for n, text in enumerate(logs)}
    )
    _, said = both(tmp_path, leads, files)
    if not left_out:
        assert said == ()
        return
    what = "1 repeated activity was" if left_out == 1 else f"{left_out} repeated activities were"
    assert said[0].message.startswith(f"{what} counted once: in {tmp_path}")
    assert said[0].level == "doubt"


def test_the_same_log_given_twice_counts_once(tmp_path: Path) -> None:
    """`-a c1.csv -a c1.csv`: 9.49 became 18.98"""
    leads, log = written(tmp_path, leads=LEADS, log=HEAD + E1)
    found, said = both(tmp_path, leads, [log, log])
    assert found[0][1] == pytest.approx(36.98, abs=0.01)
    assert said


def test_without_ids_a_row_that_two_files_have_is_one(tmp_path: Path) -> None:
    """
    A lead opens a page twice in the same second: both count. The later export has both again and a
    third view, and once
    more what it did later: three views and that one.
    """
    head, view = "lead_id,kind,occurred_at,url\n", "1,page_viewed,2026-10-30T10:00:00,/\n"
    later = "1,page_viewed,2026-10-31,/\n"
    leads, one, two = written(
        tmp_path, leads=LEADS, one=head + view * 2, two=head + view * 3 + later
    )
    found, said = both(tmp_path, leads, [one, two])
    assert found[0][2] == 4
    assert said[0].message.startswith("2 repeated activities")


def test_one_file_without_ids_is_taken_as_it_is(tmp_path: Path) -> None:
    """Two identical rows of one file are two page views, and nothing is said."""
    head, view = "lead_id,kind,occurred_at\n", "1,page_viewed,2026-10-30T10:00:00\n"
    leads, log = written(tmp_path, leads=LEADS, log=head + view * 2)
    found, said = both(tmp_path, leads, [log])
    assert found[0][2] == 2
    assert said == ()


def test_a_log_by_addresses_and_one_by_ids_tell_the_same(tmp_path: Path) -> None:
    """One export names the lead by its id, the other by its address."""
    by_id = "activity_id,lead_id,kind,occurred_at\ne1,1,page_viewed,2026-10-30\n"
    by_address = "activity_id,email,kind,occurred_at\ne1,A@firm.de,page_viewed,2026-10-30\n"
    leads, one, two = written(tmp_path, leads=LEADS, one=by_id, two=by_address)
    found, said = both(tmp_path, leads, [one, two])
    assert found[0][2] == 1
    assert said


def test_a_typed_file_that_spells_its_kinds_otherwise(tmp_path: Path) -> None:
    """Parquet with `Page Viewed` and a CSV with `page_viewed`: the same id is the same activity."""
    leads, one = written(
        tmp_path,
        leads=LEADS,
        one="activity_id,lead_id,kind,occurred_at\ne1,1,page_viewed,2026-10-30\n",
    )
    two = tmp_path / "two.parquet"
    duckdb.execute(
        "COPY (SELECT 'e1' AS activity_id, '1' AS lead_id, 'Page Viewed' AS kind, TIMESTAMP"
        f" '2026-10-30' AS occurred_at) TO '{two}' (FORMAT parquet)"
    )
    found, said = both(tmp_path, leads, [one, two])
    assert found[0][2] == 1
    assert said


def test_of_a_lead_that_stands_twice_the_later_statement_counts(tmp_path: Path) -> None:
    """
    Lead 1 stands twice: the row that was changed last is the first one. A file and a workspace take
    its industry, and of the
    other row what that does not say; the file says that a row repeats the id.
    """
    text = "lead_id,industry,city,changed_at\n1,retail,,2026-10-20\n1,mining,Ulm,2026-10-10\n2,retail,Bonn,\n"
    (leads,) = written(tmp_path, leads=text)
    found = qualify(leads, as_of=AS_OF)
    assert [p.code for p in found.base.problems] == ["repeated-leads"]
    asked = "SELECT lead_id::VARCHAR, industry, city FROM {} ORDER BY 1"
    here = found.base.con.execute(asked.format("leads")).fetchall()
    init(tmp_path / "w", AS_OF)
    import_files(tmp_path / "w", [leads], AS_OF, verify=False)
    with live_base(tmp_path / "w", "test", as_of=AS_OF) as there:
        leads_there = there.base.facts.leads
        assert here == there.base.con.execute(asked.format(leads_there)).fetchall()
    assert here[0] == ("1", "retail", "Ulm")


def test_two_logs_whose_names_begin_alike_are_two(tmp_path: Path) -> None:
    """Two exports in a deep folder, `.../activities of january.csv` and `.../activities of
    february.csv`: both count.
    """
    folder = tmp_path / "a-folder-with-a-long-name" / "and-another-one-in-it-that-is-longer"
    folder.mkdir(parents=True)
    head = "lead_id,kind,occurred_at\n"
    one, two = written(
        folder,
        january=f"{head}1,page_viewed,2026-10-01\n",
        february=f"{head}1,page_viewed,2026-10-02\n",
    )
    (leads,) = written(tmp_path, leads=LEADS)
    assert both(tmp_path, leads, [one, two])[0][0][2] == 2


def test_two_frames_are_two(tmp_path: Path) -> None:
    """From Python: two logs as data frames, which have no names."""
    book = tmp_path / "book.yml"
    book.write_text(BOOK, "utf-8")
    logs = [
        [{"lead_id": "1", "kind": "page_viewed", "occurred_at": datetime(2026, 10, day)}]
        for day in (1, 2)
    ]
    found = qualify([{"lead_id": "1", "email": "a@firm.de"}], logs, playbook=book, as_of=AS_OF)
    assert answers(found)[0][2] == 2
    found = qualify(
        [{"lead_id": "1", "email": "a@firm.de"}], [logs[0], logs[0]], playbook=book, as_of=AS_OF
    )
    assert answers(found)[0][2] == 1
