"""The text of a first answer, made of each trade's playbook."""

from __future__ import annotations

from itertools import product

import pytest

from leadlight.facts.evidence import RankedEvidence, StatedEvidence
from leadlight.facts.outcome import KnownOutcome
from leadlight.playbook.first_answer import ChanceCuts, first_answer_text
from leadlight.playbook.presets import preset_text
from leadlight.playbook.read import read_playbook
from leadlight.playbook.spec import Playbook
from tests.conftest import Qualify

TRADES = ("b2b-saas", "b2c-shop", "education", "services")
EVIDENCE = (
    RankedEvidence("time_spent", "minutes_on_site", 40, "Time on our site", ("minutes_on_site",)),
    StatedEvidence("recommended", "source in ('Friend')", 30, "Was recommended", ("source",)),
)
LOST = KnownOutcome(
    "Status", "yes", "converted", "not converted and crm_status = 'Lost'", ("converted",), True
)


def read(text: str) -> Playbook:
    book, problems = read_playbook(text, "first.yml")
    assert book is not None, [str(p) for p in problems]
    return book


@pytest.mark.parametrize(
    ("trade", "log", "evidence", "outcome"),
    [*product(TRADES, (False, True), ((), EVIDENCE), (None, LOST))],
)
def test_it_is_a_playbook_whatever_the_base_holds(
    trade: str, log: bool, evidence: tuple, outcome: KnownOutcome | None
) -> None:
    book = read(first_answer_text(preset_text(trade), evidence, log=log, outcome=outcome))
    assert "fit" not in {s.name for s in book.scores}
    assert book.order == ("interest" if log else "evidence")
    temperature = book.scale("temperature")
    assert temperature is not None
    labels = ["hot", "warm", "not_told_apart", "cold", "won", "lost"]
    assert [la.name for la in temperature.labels] == labels
    stage = book.scale("stage")
    assert stage is not None
    assert [la.name for la in stage.labels][:2] == ["customer", "dropped"]


@pytest.mark.parametrize("trade", TRADES)
def test_a_model_orders_the_leads_where_there_is_one(trade: str) -> None:
    cuts = ChanceCuts.of_base_rate("won_soon", 0.2)
    assert (cuts.hot, cuts.warm) == (0.3333, 0.2308)  # twice, and 1.2 times, odds of 1 to 4
    text = first_answer_text(preset_text(trade), EVIDENCE, log=False, chance=cuts)
    assert "probability: {model: won_soon}" in text
    assert "hot: probability >= 0.3333 and place > 80" in text


@pytest.mark.parametrize("trade", TRADES)
def test_who_is_hot_is_reached_by_a_way_that_is_allowed(trade: str, qualify: Qualify) -> None:
    """
    2026-01-01  ana  minutes_on_site = 90, email = ana.lee@firm.de, phone = '+49 30 901820'
    2026-01-01  ben  minutes_on_site = 90, email = ben.olm@firm.de, phone = '+49 30 901821'
    2026-01-01  ben  do_not_call = true
    2026-01-01  cid  minutes_on_site = 90, email = cid.ray@firm.de, phone = '+49 30 901822'
    2026-01-01  cid  do_not_call = true, do_not_email = true
    2026-01-01  dan  minutes_on_site = 90, dropped_reason = 'No answer', email = dan.fox@firm.de
    2026-01-01  eva  minutes_on_site = 90, dropped_reason = 'No answer', email = eva.kim@firm.de
    2026-01-01  eva  do_not_email = true
    """
    hot = (RankedEvidence("time", "minutes_on_site", 40, "Time", ("minutes_on_site",)),)
    text = first_answer_text(preset_text(trade), hot, log=False)
    text = text.replace("place > 90 and place_at_last >= 80", "place > 0")  # in so small a base
    text = text.replace("interest_shown > 10", "interest_shown >= 0")
    ana, ben, cid, dan, eva = (
        qualify(lead, "2026-01-02", playbook=text) for lead in ("ana", "ben", "cid", "dan", "eva")
    )
    assert {r.temperature for r in (ana, ben, cid)} == {"hot"}
    assert (ana.next_step, ana.respond_within) == ("Call today, the best first", 86_400)
    assert ben.next_step == "Write today, the best first"
    for words in ("Call", "Write"):
        assert words not in (cid.next_step or "")
    assert (dan.stage, dan.next_step) == ("dropped", "Nurture it by the reason that was noted")
    assert (eva.stage, eva.next_step) == ("dropped", "Leave it alone until it comes back")
