"""The quality of the contacts by the labels that stand: in a folder and on a server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from leadlight.desk.leads.data_quality import DataQualityRequest, data_quality
from leadlight.desk.leads.dedupe import (
    DecideRequest,
    Decision,
    MergePreviewRequest,
    PairsRequest,
    decide,
    merge_preview,
    pairs,
)
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.lead_list import attributes_of_lead
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.leads.undo import (
    ImportContentRequest,
    ImportsRequest,
    UndoRequest,
    import_content,
    imports,
    undo,
)
from leadlight.desk.leads.verify import (
    AcceptRequest,
    DeclineRequest,
    RepairsRequest,
    accept,
    decline,
    repairs,
)
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.problems import CannotDo
from tests.prepared import HERE, Prepared

NOW = datetime(2026, 11, 1, 9)
LEADS = """lead id,first name,last name,email,phone,company,source,consent,xyz
a,Ana,Kuhn,ana@gmial.com,+49 30 123456,Acme,fair,yes,1
b,Ana,Kuhn,ana.kuhn@acme.com,,Acme GmbH,web,no,2
c,,,n/a,,,fair,,3
"""
LATER = timedelta(hours=1)


@pytest.fixture
def session(prepared: Prepared) -> Iterator[Session]:
    """Three leads of which one is empty and one mistyped, qualified."""
    where = prepared(company)
    with Session(where, shared=where == HERE) as opened:
        yield opened


def company(where: str) -> None:
    init(Session(), InitRequest(NOW, where, "b2b-saas"))
    Path("leads.csv").write_text(LEADS)
    session = Session(where)
    import_files(session, ImportRequest((Path("leads.csv"),), NOW, maps={"xyz": "-"}))
    qualify(session, QualifyRequest(NOW + LATER, learn=False))


def proposed(session: Session) -> list[str]:
    return [f"{r.lead_id}:{r.point}" for r in repairs(session, RepairsRequest(NOW + LATER)).repairs]


def test_the_numbers_are_those_of_a_full_qualification(session: Session) -> None:
    """
    what the report counts, and after an undo what is left
    """
    found = data_quality(session, DataQualityRequest(NOW + LATER)).quality
    full = qualify(session, QualifyRequest(NOW + 2 * LATER, learn=False)).summary
    assert found is not None
    assert full is not None
    assert full.quality is not None
    for part in ("leads", "empty", "either", "reasons", "sources", "repairs", "to_repair"):
        assert getattr(found, part) == getattr(full.quality, part), part
    assert found.empty == 1
    undo(session, UndoRequest("i1", NOW + 3 * LATER))
    with pytest.raises(CannotDo):
        qualify(session, QualifyRequest(NOW + 4 * LATER, learn=False))
    left = data_quality(session, DataQualityRequest(NOW + 4 * LATER)).quality
    assert left is None or left.leads < 3


def test_a_repair_is_declined_until_that_is_taken_back(session: Session) -> None:
    """
    a:email is declined: proposed no more; the other is accepted by lead and point alone
    """
    assert "a:email" in proposed(session)
    others = [word for word in proposed(session) if word != "a:email"]
    done = decline(session, DeclineRequest(("a:email",), NOW + LATER))
    assert proposed(session) == others
    with pytest.raises(CannotDo, match="No repair is proposed"):
        accept(session, AcceptRequest(("a:email",), NOW + LATER))
    undo(session, UndoRequest(done.receipt.import_id, NOW + 2 * LATER))
    accepted = accept(session, AcceptRequest(("a:email",), NOW + 2 * LATER))
    assert [r.point for r in accepted.repairs] == ["email"]
    assert attributes_of_lead(session, "a", NOW + 3 * LATER)["email"] == "ana@gmail.com"


def test_a_preview_of_a_merge_is_what_it_becomes(session: Session) -> None:
    """
    a allows, b refuses; the preview says what is known of both as one, and nothing is written
    """
    preview = merge_preview(session, MergePreviewRequest("a", "b", NOW + LATER))
    assert pairs(session, PairsRequest(NOW + LATER, "made")).pairs == ()
    decide(session, DecideRequest((Decision("a", "b", "made"),), "eve", NOW + LATER))
    person = {**attributes_of_lead(session, "a", NOW + 2 * LATER)}
    person = person or {**attributes_of_lead(session, "b", NOW + 2 * LATER)}
    said = {line.name: line.merged for line in preview.lines}
    assert {n: str(person[n]).lower() for n in said} == {n: v.lower() for n, v in said.items()}
    assert said["consent"] == "false"
    assert preview.leads == ("a", "b")
    assert [p.link.lead_b for p in pairs(session, PairsRequest(NOW + LATER, "made")).pairs] == ["b"]
    decide(session, DecideRequest((Decision("a", "b", "refused"),), "eve", NOW + 3 * LATER))
    kept = pairs(session, PairsRequest(NOW + 4 * LATER, "refused", limit=1)).pairs
    assert (kept[0].one["company"], kept[0].other["company"]) == ("Acme", "Acme GmbH")


def test_how_an_import_was_read(session: Session) -> None:
    found = import_content(session, ImportContentRequest("i1", NOW + LATER))
    assert found.mapping["xyz"] == "-"
    assert found.said == {"xyz": "-"}
    assert found.mapping["first name"] == "first_name"
    assert found.line.read == 3
    newest = imports(session, ImportsRequest(NOW + LATER)).imports
    line = next(x for x in newest if x.import_id == "i1")
    assert (line.left_out, line.is_mended) == (1, True)
    assert {(x.left_out, x.is_mended) for x in newest if x != line} == {(0, False)}
    with pytest.raises(CannotDo, match="There is no import 'i99'"):
        import_content(session, ImportContentRequest("i99", NOW + LATER))
