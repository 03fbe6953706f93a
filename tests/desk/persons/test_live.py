"""Events of persons who objected, or were forgotten, as they arrive at a server."""

from __future__ import annotations

from leadlight.desk.persons.erasure import ForgetRequest, forget
from leadlight.desk.persons.objection import ObjectionRequest, record_objection
from leadlight.facts.intake import Event
from tests.desk.live.conftest import qualified
from tests.desk.live.test_take import Live, at, live

__all__ = ["live", "qualified"]


def newest(live: Live, run: int) -> dict[str, tuple[bool, str | None]]:
    """What the transitions since a run say: whether the lead is gone, and its temperature."""
    from leadlight.desk.live.transitions import TransitionsRequest, transitions

    found = transitions(live.session, TransitionsRequest(at(600), run)).transitions
    return {t.lead_id: (t.gone, t.labels.get("temperature")) for t in found}


def test_an_objector_is_gone_at_once_and_stays_so(live: Live) -> None:
    """Ana objects; the next batch of others tells that she is gone; what she does then moves nothing"""
    record_objection(live.session, ObjectionRequest("L1", at(1)))
    live.take(Event("m1", "page_viewed", at(2), email="bo@bellaco.com"), minute=2)
    assert newest(live, 1)["L1"] == (True, None)
    result = live.take(Event("m2", "demo_requested", at(3), email="ana@abelzinc.com"), minute=3)
    assert (result.added, result.changed) == (1, 0)
    assert live.kinds("L1") == ["demo_requested"]
    record_objection(live.session, ObjectionRequest("L1", at(4), withdraw=True))
    live.take(Event("m3", "page_viewed", at(5), email="bo@bellaco.com"), minute=5)
    assert newest(live, 2)["L1"] == (False, "hot")


def test_nothing_is_kept_of_whoever_was_forgotten(live: Live) -> None:
    """Ana told who she is on her device, and is forgotten; then she comes by again, three ways"""
    live.take(Event("m1", "page_viewed", at(1), anonymous_id="device-1"), minute=1)
    live.take(
        Event("m2", "identified", at(2), email="ana@abelzinc.com", anonymous_id="device-1"),
        minute=2,
    )
    assert live.kinds("anonymous/device-1") == ["page_viewed"]
    gone = forget(live.session, ForgetRequest("ana@abelzinc.com", at(3), "eve"))
    assert gone.rows["activity_facts"] == 3
    assert live.kinds("anonymous/device-1") == []
    for n, event in enumerate(
        (
            Event("m3", "demo_requested", at(4), email="Ana@AbelZinc.com"),
            Event("m4", "demo_requested", at(5), "L1"),
            Event("m5", "identified", at(6), "u9", "ana@abelzinc.com"),
        )
    ):
        result = live.take(event, minute=7 + n)
        assert result.new_leads == 0
        assert result.changed == 0
    assert [live.kinds(lead) for lead in ("L1", "ana@abelzinc.com", "u9")] == [[], [], []]
    live.take(Event("m6", "demo_requested", at(9), email="bo@bellaco.com"), minute=11)
    assert live.kinds("L2") == ["demo_requested"]
