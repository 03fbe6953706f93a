"""What channels bring and cost, of a small company whose numbers are known."""

from __future__ import annotations

import random
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from leadlight.desk.leads.channel_lines import add_advice, make_line
from leadlight.desk.leads.channel_spend import Sums
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.marketing_channels import ChannelsRequest, channels
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from leadlight.problems import CannotDo
from leadlight.results.channels import ChannelLine, ChannelsResult
from leadlight.results.text.channels import render_channels
from tests.desk.live.conftest import place, small_company  # noqa: F401 - the fixture
from tests.prepared import Prepared

NOW = datetime(2026, 11, 1, 9)
PLAYBOOK = """\
leadlight: 1
name: channels
scales:
  temperature: [{hot: employees >= 100}, {cold: otherwise}]
  stage: [{customer: employees >= 900}, {sales_qualified: employees >= 100}, {unknown: otherwise}]
  audience: [{target: employees >= 10}, {non_target: otherwise}]
  contact: [{reachable: email is not null}, {empty: otherwise}]
"""
SPEND = """\
month,source,campaign,amount,currency
2026-09-01,Google Ads,brand,400,EUR
2026-09-01,Facebook Ads,,4000,EUR
2026-10-01,google ads,brand,400,EUR
2026-09-01,Trade fair,,900,EUR
2026-09-01,Radio,,50,EUR
"""
#: source, medium, campaign, how many; of these hot (and SQL), empty, won
BROUGHT = (
    ("Google Ads", "cpc", "brand", 40, 20, 0, 10),
    ("Facebook Ads", "cpc", "", 40, 1, 30, 0),
    ("Google", "organic", "", 40, 4, 2, 1),
    ("Trade fair", "", "", 5, 1, 0, 0),
)


def _company() -> tuple[str, str]:
    """The leads as BROUGHT says, and a log of those who were won, each of whom paid 1,000."""
    leads = ["lead_id,created_at,email,employees,source,utm_medium,campaign"]
    log = ["lead_id,occurred_at,kind,value"]
    for source, medium, campaign, count, hot, empty, won in BROUGHT:
        for n in range(count):
            lead = f"{source[:2]}{medium}{n}".replace(" ", "")
            month = 9 if n % 2 else 10
            email = "" if n >= count - empty else f"ana{n}@{lead.lower()}inc.com"
            people = 150 if n < hot else 20
            leads.append(f"{lead},2026-{month:02}-05,{email},{people},{source},{medium},{campaign}")
            if n < won:
                log.append(f"{lead},2026-10-20 10:00,won,1000")
    return "\n".join(leads) + "\n", "\n".join(log) + "\n"


@pytest.fixture
def where(prepared: Prepared) -> str:
    """The company, qualified; the three leads of the fixture have no source."""
    return prepared(company)


@pytest.fixture
def session(where: str) -> Session:
    return Session(where)


def company(where: str) -> None:
    small_company(where)
    Path("playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    leads, log = _company()
    for name, text in (("more.csv", leads), ("won.csv", log), ("spend.csv", SPEND)):
        add(where, name, text)
    qualify(Session(where), QualifyRequest(NOW))


def add(where: str, name: str, text: str) -> None:
    file = Path(name)
    file.write_text(text, encoding="utf-8")
    import_files(Session(where), ImportRequest((file,), NOW, verify=False))


def ask(session: Session, **fields: object) -> ChannelsResult:
    return channels(session, ChannelsRequest(NOW, **fields))  # type: ignore[arg-type]


def line(found: ChannelsResult, name: str) -> ChannelLine:
    return next(each for each in found.lines if each.name == name)


def test_each_channel_with_what_it_brings_and_costs(session: Session) -> None:
    found = ask(session)
    assert {each.name: each.leads for each in found.lines} == {
        "Paid Search": 40,
        "Paid Social": 40,
        "Organic Search": 40,
        "Unassigned": 5,
        "(unknown)": 3,
        "Paid Other": 0,
    }
    search = line(found, "Paid Search")
    assert (search.hot, search.qualified, search.empty, search.won) == (20, 20, 0, 10)
    assert (search.spend, search.cost_per_lead) == (800, 20)
    assert search.cost_per_qualified.value == 40
    assert search.cost_per_customer.value == 80
    assert (search.value, search.return_on_spend) == (10_000, 12.5)
    assert search.hot_share.low == pytest.approx(0.352, abs=1e-3)
    assert search.hot_share.high == pytest.approx(0.648, abs=1e-3)
    social = line(found, "Paid Social")
    assert (social.empty_share.value, social.empty_cost.value) == (0.75, 3000)
    assert line(found, "Unassigned").spend == 900
    assert line(found, "Paid Other").spend == 50  # the radio brought nobody
    assert line(found, "Organic Search").spend is None


def test_lines_add_up_to_all_however_they_are_split(session: Session) -> None:
    for by in ("channel", "source", "campaign"):
        found = ask(session, split=by)
        assert sum(each.leads for each in found.lines) == found.whole.leads == 128
        assert sum(each.won for each in found.lines) == found.whole.won == 11
        assert sum(each.spend or 0 for each in found.lines) == pytest.approx(5750)
    assert line(ask(session, split="source"), "Google Ads").spend == 800  # in either spelling


def test_what_to_raise_and_what_to_cut_has_its_interval(session: Session) -> None:
    found = ask(session)
    said = {advice.name: (advice.act, advice.measure) for advice in found.advice}
    assert said == {
        "Paid Search": ("raise", "cost_per_qualified"),
        "Paid Social": ("cut", "cost_per_qualified"),
    }
    parts = list(render_channels(found))
    lines = [part for part in parts if isinstance(part, str)]
    console = Console(width=80, file=StringIO(), record=True)
    for part in parts:
        if isinstance(part, Table):
            console.print(part)
    assert "…" not in console.export_text()  # no number is cut off in a terminal
    assert any(text.startswith("Raise Paid Search: 40.00 EUR (30.") for text in lines)
    assert "Leads that nobody can reach cost 3,000 EUR of 5,750 EUR." in lines
    assert any("too few to judge: Unassigned, (unknown), Paid Other" in text for text in lines)


def test_a_period_counts_arrivals_and_spend_in_it(session: Session) -> None:
    found = ask(session, since=datetime(2026, 10, 1))
    search = line(found, "Paid Search")
    assert (search.leads, search.spend) == (20, 400)
    assert found.undated == 3
    assert found.whole.leads == 63
    with pytest.raises(CannotDo, match="ends before it begins"):
        ask(session, since=NOW, until=NOW)


def test_the_last_touch_is_that_of_the_newest_list(session: Session, where: str) -> None:
    """Gocpc0 came by an advertisement; later a newsletter's list names it."""
    add(where, "later.csv", "lead_id,source,utm_medium,campaign\nGocpc0,Letter,email,autumn\n")
    qualify(session, QualifyRequest(NOW))
    assert line(ask(session), "Paid Search").leads == 40
    last = ask(session, touch="last")
    assert (line(last, "Paid Search").leads, line(last, "Email").leads) == (39, 1)


def test_several_currencies_are_not_added(session: Session, where: str) -> None:
    more = "month,source,campaign,amount,currency\n2026-09-01,Radio,,70,USD\n"
    add(where, "dollars.csv", more)
    found = ask(session)
    assert found.currencies == ("EUR", "USD")
    assert found.whole.spend is None
    assert any("not added" in str(part) for part in render_channels(found))


def test_without_sources_and_spend_everything_is_unknown(place: str) -> None:  # noqa: F811
    session = Session(place)
    with pytest.raises(CannotDo, match="No run was stored"):
        ask(session)
    qualify(session, QualifyRequest(NOW))
    found = ask(session)
    assert [(each.name, each.leads, each.is_small) for each in found.lines] == [
        ("(unknown)", 3, True)
    ]
    assert found.whole.qualified is None  # the playbook has no such label
    assert not found.advice


def test_one_hot_lead_is_no_reason_to_raise() -> None:
    """Of 70 leads of a channel one is hot, of 281 others none; and of 700 ten, of 2,810 none."""
    none = frozenset({"hot"})

    def lines(times: int) -> list[ChannelLine]:
        sums = [Sums(leads=70 * times, hot=times)]
        sums += [Sums(leads=n * times) for n in (86, 77, 46, 37, 35)]
        return [make_line(f"c{n}", s, None, none) for n, s in enumerate(sums)]

    assert add_advice(lines(1)) == ()
    assert [(a.act, a.name) for a in add_advice(lines(10))] == [("raise", "c0")]


def test_nobody_is_told_to_cut_what_nobody_named() -> None:
    """300 leads of an unknown channel cost 30,000 and brought nobody; paid search brought 90 of 300
    for as much. What is unknown cannot be cut, and search is raised beside it all the same.
    """
    labels = frozenset({"hot", "sales_qualified"})
    lines = [
        make_line("Paid Search", Sums(leads=300, hot=90, qualified=90), 30_000, labels),
        make_line("Unassigned", Sums(leads=300), 30_000, labels),
        make_line("(unknown)", Sums(leads=300, qualified=1), 30_000, labels),
    ]
    assert [(a.act, a.name) for a in add_advice(lines)] == [("raise", "Paid Search")]
    other = [make_line("Radio", Sums(leads=300), 30_000, labels), *lines[:1]]
    assert ("cut", "Radio") in [(a.act, a.name) for a in add_advice(other)]


def test_among_channels_that_are_alike_one_in_twenty_bases_is_told_of_one() -> None:
    """Ten channels of 200 leads each, all 5 % hot: by luck one looks best in every base."""
    dice, told = random.Random(4), 0
    for _ in range(200):
        sums = [
            Sums(leads=200, hot=sum(dice.random() < 0.05 for _ in range(200))) for _ in range(10)
        ]
        told += bool(add_advice([make_line(str(n), s, None, {"hot"}) for n, s in enumerate(sums)]))
    assert told <= 10
