"""What a lead is, as of a moment."""

from __future__ import annotations

from leadlight.facts.catalog import Type
from leadlight.facts.cohort import Everyone, Moments, Some
from leadlight.facts.relation import TableName
from tests.adapters.conftest import Desk, day


def test_a_later_statement_replaces_an_earlier_one_and_a_blank_cell_states_nothing(
    desk: Desk,
) -> None:
    """
    2026-01-02  ana  industry = software, employees = 10
    2026-01-04  ana  industry =         , employees = 50
    """
    desk.brings("leads", [{"lead_id": "ana", "industry": "software", "employees": 10}], day(1))
    desk.brings("leads", [{"lead_id": "ana", "industry": None, "employees": 50}], day(3))
    assert desk.leads(day(0.5)) == {}
    assert desk.leads(day(2))["ana"] == {"industry": "software", "employees": 10}
    assert desk.leads(day(4))["ana"] == {"industry": "software", "employees": 50}


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    """contacts.csv on Monday, and contacts.csv on Tuesday"""
    rows = [
        {"lead_id": "ana", "age": 30},
        {"lead_id": "bo", "age": None},
        {"lead_id": "cy", "age": 5},
    ]
    first = desk.brings("leads", rows, day(1))
    again = desk.brings("leads", rows, day(2))
    assert (first.imported, first.unchanged, first.new_leads) == (3, 0, 3)
    assert (again.imported, again.unchanged, again.new_leads) == (0, 3, 0)


def test_a_backfill_that_is_outdated_by_now_can_be_imported_twice(desk: Desk) -> None:
    """Today's list says that Ana is 31 and came by an ad; a list of long ago, imported twice, that
    she was 30 and came by a fair.
    """
    desk.brings("leads", [{"lead_id": "ana", "age": 31, "source": "ad"}], day(1))
    old: list[dict[str, object]] = [{"lead_id": "ana", "age": 30, "source": "fair"}]
    first = desk.brings("leads", old, day(2), backfill=True)
    again = desk.brings("leads", old, day(3), backfill=True)
    assert (first.imported, first.unchanged) == (1, 0)
    assert (again.imported, again.unchanged) == (0, 1)
    assert desk.leads(day(4))["ana"]["age"] == 31


def test_a_file_that_contradicts_itself_can_be_imported_twice(desk: Desk) -> None:
    """
    ana  age = 1
    ana  age = 2      the lower line counts
    """
    rows = [{"lead_id": "ana", "age": 1}, {"lead_id": "ana", "age": 2}]
    assert desk.brings("leads", rows, day(1)).imported == 2
    assert desk.leads(day(1))["ana"] == {"age": 2}
    assert desk.brings("leads", rows, day(2)).unchanged == 2
    assert desk.leads(day(2))["ana"] == {"age": 2}


def test_a_line_that_stands_twice_is_one_statement(desk: Desk) -> None:
    """
    ana  age = 1
    ana  age = 1
    """
    receipt = desk.brings("leads", [{"lead_id": "ana", "age": 1}] * 2)
    assert (receipt.imported, receipt.unchanged) == (1, 1)
    assert not desk.ledger.holdings().revised


def test_a_value_that_comes_back_is_news(desk: Desk) -> None:
    """
    Mon  ana  owner = kim
    Tue  ana  owner = lee
    Wed  ana  owner = kim
    """
    for n, owner in enumerate(["kim", "lee", "kim"]):
        assert desk.brings("leads", [{"lead_id": "ana", "owner": owner}], day(n)).imported == 1
    assert [desk.leads(day(n))["ana"]["owner"] for n in range(3)] == ["kim", "lee", "kim"]


def test_an_old_change_arrives_late(desk: Desk) -> None:
    """
    known on day 10: since day 8, ana's industry is retail
    known on day 20: since day 2, it had been software
    """
    desk.brings("leads", [{"lead_id": "ana", "industry": "retail", "changed_at": day(8)}], day(10))
    late = [{"lead_id": "ana", "industry": "software", "changed_at": day(2)}]
    before = desk.leads(day(15))
    assert desk.brings("leads", late, day(20)).imported == 1
    assert desk.leads(day(15)) == before
    assert desk.leads(day(21))["ana"]["industry"] == "retail"
    assert desk.leads(day(5)) == {}
    assert desk.leads(Everyone(day(5), known="now"))["ana"]["industry"] == "software"
    assert desk.brings("leads", late, day(22)).unchanged == 1


def test_a_backfill_was_known_when_it_happened(desk: Desk) -> None:
    """
    loaded today: ana, created on day 3
    """
    desk.brings(
        "leads", [{"lead_id": "ana", "created_at": day(3), "age": 7}], day(100), backfill=True
    )
    assert desk.leads(day(2)) == {}
    assert desk.leads(day(3))["ana"]["age"] == 7


def test_a_clock_that_is_ahead_does_not_hide_a_lead(desk: Desk) -> None:
    """ana was changed at 18:00, says a CRM in Tokyo, in a file imported at 09:00"""
    desk.brings("leads", [{"lead_id": "ana", "changed_at": day(1.4)}], day(1))
    assert "ana" in desk.leads(day(1))


def test_an_import_that_was_taken_back_is_seen_until_then(desk: Desk) -> None:
    """
    day 1  ana age = 30
    day 2  ana age = 99, and bo       a mistake
    day 4  undo
    """
    desk.brings("leads", [{"lead_id": "ana", "age": 30}], day(1))
    wrong = desk.brings(
        "leads", [{"lead_id": "ana", "age": 99}, {"lead_id": "bo", "age": 1}], day(2)
    )
    undone = desk.ledger.undo(wrong.import_id, now=day(4))
    assert (undone.facts, undone.leads_gone) == (2, 1)
    assert desk.leads(day(3))["ana"] == {"age": 99}
    assert desk.leads(day(4)) == {"ana": {"age": 30}}
    assert desk.leads(Everyone(day(3), known="now")) == {"ana": {"age": 30}}


def test_what_was_taken_back_can_be_imported_again(desk: Desk) -> None:
    """import, undo, import"""
    rows = [{"lead_id": "ana", "age": 30}]
    first = desk.brings("leads", rows, day(1))
    desk.ledger.undo(first.import_id, now=day(2))
    assert desk.leads(day(2)) == {}
    assert desk.brings("leads", rows, day(3)).imported == 1
    assert desk.leads(day(3)) == {"ana": {"age": 30}}


def test_the_companys_own_columns_become_typed_attributes(desk: Desk) -> None:
    """a column "Fleet size" that only this company has"""
    desk.brings(
        "leads", [{"lead_id": "ana", "fleet_size": 4}], day(1), own={"fleet_size": Type.WHOLE}
    )
    assert desk.ledger.catalog().lead["fleet_size"].type is Type.WHOLE
    desk.brings(
        "leads", [{"lead_id": "ana", "fleet_size": 4.5}], day(2), own={"fleet_size": Type.NUMBER}
    )
    assert desk.ledger.catalog().lead["fleet_size"].type is Type.NUMBER
    assert desk.leads(day(2))["ana"] == {"fleet_size": 4.5}
    receipt = desk.brings(
        "leads", [{"lead_id": "bo", "fleet_size": "many"}], day(3), own={"fleet_size": Type.TEXT}
    )
    assert receipt.problems[0].code == "value-of-another-type"
    assert desk.leads(day(3))["bo"] == {"fleet_size": None}


def test_a_header_may_be_called_like_anything(desk: Desk) -> None:
    """columns "Import", "Row", "Select" and "Recorded at" of a company"""
    own = dict.fromkeys(("import", "row", "select", "recorded_at", 'quo"te'), Type.TEXT)
    desk.brings("leads", [{"lead_id": "ana", **dict.fromkeys(own, "x")}], day(1), own=own)
    assert desk.leads(day(1))["ana"] == dict.fromkeys(own, "x")


def test_some_leads_and_many_moments_say_the_same_as_everyone(desk: Desk) -> None:
    """ana is stated three times, bo once; asked of one lead, and of pairs"""
    for n in range(3):
        desk.brings(
            "leads", [{"lead_id": "ana", "age": n, "city": f"c{n}" if n != 1 else None}], day(n)
        )
    gone = desk.brings("leads", [{"lead_id": "bo", "age": 8}, {"lead_id": "ana", "age": 9}], day(3))
    desk.ledger.undo(gone.import_id, now=day(5))
    desk.con.execute("CREATE TEMP TABLE touched AS SELECT 'ana' AS lead_id")
    desk.con.execute(
        "CREATE TEMP TABLE pairs AS SELECT lead_id, TIMESTAMP '2026-01-01' + to_hours(12 * h) AS"
        " as_of FROM (VALUES ('ana'), ('bo'), ('nobody')) l(lead_id), range(14) h(h)"
    )
    many = desk.leads(Moments(TableName("pairs")))
    for h in range(14):
        everyone = desk.leads(day(h / 2))
        assert desk.leads(Some(day(h / 2), "touched")) == {
            k: v for k, v in everyone.items() if k == "ana"
        }
        assert {k[0]: v for k, v in many.items() if k[1] == day(h / 2)} == everyone  # type: ignore[index]


def test_what_a_lead_came_by_keeps_its_first_statement(desk: Desk) -> None:
    """
    2026-01-02  ana  source = fair,    created_at = 2025-12-01
    2026-01-04  ana  source = webinar, created_at = 2026-01-03
    """
    first, second = day(-30), day(2)
    desk.brings("leads", [{"lead_id": "ana", "source": "fair", "created_at": first}], day(1))
    again = [{"lead_id": "ana", "source": "webinar", "created_at": second}]
    desk.brings("leads", again, day(3))
    assert desk.leads(day(2), newest=True)["ana"] == {
        "source": "fair",
        "created_at": first,
        "newest_source": "fair",
        "newest_created_at": first,
    }
    assert desk.leads(day(4), newest=True)["ana"] == {
        "source": "fair",
        "created_at": first,
        "newest_source": "webinar",
        "newest_created_at": second,
    }
    assert desk.brings("leads", again, day(5)).unchanged == 1


def test_the_second_source_is_the_first_once_the_first_import_is_taken_back(desk: Desk) -> None:
    """leadlight undo i1"""
    receipt = desk.brings("leads", [{"lead_id": "ana", "source": "fair"}], day(1))
    desk.brings("leads", [{"lead_id": "ana", "source": "webinar"}], day(2))
    desk.ledger.undo(receipt.import_id, now=day(3))
    assert desk.leads(day(2.5))["ana"]["source"] == "fair"
    assert desk.leads(day(4))["ana"] == {"source": "webinar"}


def test_a_file_that_corrects_a_source_further_down_is_believed(desk: Desk) -> None:
    """
    ana  source = fiar
    ana  source = fair
    """
    rows = [{"lead_id": "ana", "source": "fiar"}, {"lead_id": "ana", "source": "fair"}]
    desk.brings("leads", rows, day(1))
    assert desk.leads(day(2))["ana"]["source"] == "fair"


def test_a_source_that_is_recorded_later_and_true_earlier_is_the_first(desk: Desk) -> None:
    """
    2026-01-02  ana  source = fair
    2026-01-04  ana  source = phone, changed 2026-01-01: the fair was not the first
    """
    desk.brings("leads", [{"lead_id": "ana", "source": "fair"}], day(1))
    late = [{"lead_id": "ana", "source": "phone", "changed_at": day(0)}]
    desk.brings("leads", late, day(3))
    assert desk.leads(day(2))["ana"]["source"] == "fair"
    assert desk.leads(day(4))["ana"]["source"] == "phone"
