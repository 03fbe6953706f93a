"""The quality of a verified base's contacts: what is counted, and what the report and the terminal say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import duckdb
import pytest

from leadlight.adapters.destinations.report import render
from leadlight.adapters.summary import contact_quality as engine
from leadlight.adapters.summary.summary import summarise
from leadlight.facts.catalog import CHECK_ATTRIBUTES, Catalog
from leadlight.playbook.spec import Playbook
from leadlight.results.quality import Quality, Recheck, due_sentence, empty_sentence, waste_sentence
from leadlight.results.summary import Summary
from tests.adapters.destinations import fabricated, hostile
from tests.adapters.destinations.fabricated import AS_OF
from tests.adapters.destinations.test_report import Page
from tests.results.test_terminal import printed


def leads(*told: str, more: str = "") -> duckdb.DuckDBPyConnection:
    """Leads `l` with checks, given as `name=value` apart by `|`, and their qualifications `q`; the n-th is called n."""
    con = duckdb.connect()
    columns = [
        "lead_id",
        "source",
        "created_at",
        "email",
        "phone",
        "mobile",
        *CHECK_ATTRIBUTES,
        "contact",
        "audience",
    ]
    listed = ", ".join(f"{c} {'TIMESTAMP' if c.endswith('_at') else 'VARCHAR'}" for c in columns)
    con.execute(f"CREATE TABLE a ({listed})")
    for n, lead in enumerate(told, 1):
        values = {
            "lead_id": str(n),
            "checked_at": str(AS_OF),
            "contact": "reachable",
            "audience": "target",
        }
        values |= dict(part.strip().split("=", 1) for part in lead.split("|") if part.strip())
        marks = ", ".join("?" for _ in values)
        con.execute(
            f"INSERT INTO a ({', '.join(values)}) VALUES ({marks})",
            [v or None for v in values.values()],
        )
    con.execute(
        "CREATE TABLE q AS SELECT lead_id, contact, audience, 1::DOUBLE AS engagement, 2::DOUBLE AS"
        " fit FROM a"
    )
    con.execute(f"CREATE TABLE l AS SELECT * EXCLUDE (contact, audience){more} FROM a")
    return con


def quality_of(
    con: duckdb.DuckDBPyConnection, playbook: Playbook, spend: str | None = None
) -> Quality:
    found = summarise(con, "q", "l", playbook, AS_OF, spend=spend).quality
    assert found is not None
    return found


EMPTY = "contact=empty | email=a@b.c | email_verdict=unreachable"


def test_every_empty_lead_is_counted_once_by_source_and_by_age(verified: Summary) -> None:
    """600 leads: the empties of all sources add up to the empties, those of all ages too, and so do all leads."""
    q = verified.quality
    assert q is not None
    assert q.empty == verified.empty > 20
    for groups in (q.ages, [*q.sources, *([q.others] if q.others else [])]):
        assert sum(g.empty for g in groups) == q.empty
        assert sum(g.leads for g in groups) == 600
    assert q.non_target == verified.non_target
    assert sum(s.either for s in q.sources) == q.either <= q.empty + verified.non_target


def test_many_sources_still_add_up(playbook: Playbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five sources and a table of two: the other three stand in one line."""
    monkeypatch.setattr(engine, "LISTED", 2)
    told = [f"{EMPTY} | source={s}" for s in ("a", "a", "b", "b", "b", "c", "d", "e")]
    q = quality_of(leads(*told, "source=c"), playbook)
    assert [s.source for s in q.sources] == ["b", "a"]
    assert q.others is not None
    assert (q.sources_left, q.others.leads, q.others.empty) == (3, 4, 3)


def test_a_lead_has_several_reasons(playbook: Playbook) -> None:
    """
    1  empty  disposable; free  + a burst     three rules spoke, a free provider is no reason to be empty
    2  empty  disposable, twice               counts once
    3  empty  no contact point
    4  empty  e-mail not verified yet
    5  empty  nothing was said against it     the playbook's own rule
    6  reachable  role                        is not counted
    """
    q = quality_of(
        leads(
            f"{EMPTY} | email_because=disposable; free | doubts=burst",
            f"{EMPTY} | email_because=disposable; disposable",
            "contact=empty",
            "contact=empty | email=a@b.c | checked_at=",
            "contact=empty | email=a@b.c | email_verdict=reachable | email_because=free",
            "email=info@b.c | email_verdict=reachable | email_because=role",
        ),
        playbook,
    )
    assert q.empty == 5
    assert {r.rule: r.leads for r in q.reasons} == {
        "disposable": 2,
        "burst": 1,
        "no_contact_point": 1,
        "not_verified": 1,
        "free": 1,
    }
    assert q.reasons[0].say == "The e-mail address is a disposable one"
    unsaid = quality_of(leads("contact=empty | email=a@b.c | email_verdict=reachable"), playbook)
    assert [r.rule for r in unsaid.reasons] == ["by_playbook"]


def test_without_a_scale_the_verdicts_decide(playbook: Playbook) -> None:
    """A playbook without `contact`: a lead is empty when no verdict is reachable, risky or unknown."""
    told = (
        "email_verdict=unreachable",
        "email_verdict=unreachable | phone_verdict=risky",
        "",
        "mobile_verdict=unknown",
    )
    bare = replace(playbook, scales=tuple(s for s in playbook.scales if s.name != "contact"))
    q = quality_of(leads(*told), bare)
    assert q.empty == 2
    assert [lead.lead_id for lead in q.to_repair] == ["1", "3"]


@pytest.mark.parametrize(
    ("days", "named"),
    [
        (0, "Up to 30 days"),
        (30, "Up to 30 days"),
        (31, "31 to 90 days"),
        (180, "91 to 180 days"),
        (365, "181 days to 1 year"),
        (366, "1 to 2 years"),
        (731, "Over 2 years"),
    ],
)
def test_the_age_of_an_empty_lead(playbook: Playbook, days: int, named: str) -> None:
    """Known for so many days as of the moment of the report; a second lead's day is not known."""
    q = quality_of(leads(f"{EMPTY} | created_at={AS_OF - timedelta(days=days)}", EMPTY), playbook)
    assert [(a.name, a.empty) for a in q.ages if a.leads] == [(named, 1), ("Not known", 1)]


def test_no_table_of_ages_when_none_is_known(playbook: Playbook) -> None:
    """Nobody knows when the leads came: nothing is said of their age."""
    assert quality_of(leads(EMPTY), playbook).ages == ()


def test_what_a_source_cost_in_vain(playbook: Playbook) -> None:
    """
    Ads   4 leads, 1,000 EUR: one empty, one non-target, one both   250 each, so 750 in vain, not 1,000
    Fair  2 leads,   100 EUR: one empty                             50 in vain
    Blog  nothing was spent
    Radio 40 EUR, and no lead
    """
    told = (
        f"{EMPTY} | source=Ads",
        "audience=non_target | source=ads ",
        f"{EMPTY} | audience=non_target | source=Ads",
        "source=Ads",
        f"{EMPTY} | source=Fair",
        "source=Fair",
        f"{EMPTY} | source=Blog",
    )
    spend = (
        "(VALUES ('ADS', 1000.0, 'EUR'), ('Fair', 100.0, 'EUR'), ('Radio', 40.0, 'EUR')) v(source,"
        " amount, currency)"
    )
    q = quality_of(leads(*told), playbook, f"(SELECT * FROM {spend})")
    assert [(s.source, s.cost) for s in q.sources] == [
        ("Ads", 750.0),
        ("Fair", 50.0),
        ("Blog", None),
    ]
    assert q.spent is not None
    assert (q.spent.total, q.spent.on_empty, q.spent.on_non_target, q.spent.on_either) == (
        1100,
        550,
        500,
        800,
    )
    assert q.spent.elsewhere == 40
    assert (
        waste_sentence(q)
        == "800 of 1,100 EUR spent went to leads nobody can reach (50%) or nobody wants (45%)."
    )


def test_without_spend_the_shares_alone(playbook: Playbook) -> None:
    """No spend, or spend in two currencies: the sources are there, worst first, and no cost is named."""
    told = [f"{EMPTY} | source=List"] * 15 + ["source=List"] * 10 + ["source=Site"] * 25
    two = (
        "(SELECT * FROM (VALUES ('List', 1.0, 'EUR'), ('List', 1.0, 'USD')) v(source, amount,"
        " currency))"
    )
    for spend in (None, two):
        q = quality_of(leads(*told), playbook, spend)
        assert q.spent is None
        assert [s.source for s in q.sources] == ["List", "Site"]
        assert waste_sentence(q) == "List brings the highest share of empty leads, 60%."


def test_what_is_due_for_rechecking(playbook: Playbook) -> None:
    """
    1  verified 91 days ago: its address and its phone are due
    2  verified 90 days ago: due in the week that begins on 26 October, which is this one
    3  verified today: due in the week of 25 January
    4  the same, and its phone
    5  never verified: due
    6  has no contact point
    """
    told = (
        (
            f"email=a@b.c|email_verdict=reachable|phone=1|phone_verdict=risky|checked_at={AS_OF - timedelta(days=91)}"
        ),
        f"email=a@b.c|email_verdict=reachable|checked_at={AS_OF - timedelta(days=90)}",
        "email=a@b.c|email_verdict=reachable",
        "email=a@b.c|email_verdict=reachable|phone=1|phone_verdict=reachable",
        "email=a@b.c|checked_at=",
        "checked_at=",
    )
    email, phone = quality_of(leads(*told), playbook).rechecks
    assert (email.leads, email.verified, email.due, email.most) == (5, 4, 2, 2)
    assert email.week is not None
    assert (email.week.month, email.week.day) == (1, 25)
    assert (phone.leads, phone.verified, phone.due) == (2, 2, 1)


def test_repairs_by_rule(playbook: Playbook) -> None:
    """A typo; a typo at a free provider, which is no reason for a repair; a national number; one that is right already."""
    told = (
        "email=a@gmial.com | email_repair=a@gmail.com | email_because=typo; free",
        (
            "email=b@gmial.com | email_repair=b@gmail.com | email_because=typo | phone=030 1 |"
            " phone_repair=+49301"
        ),
        "phone=+49301 | phone_repair=+49301",
    )
    q = quality_of(leads(*told), playbook)
    assert [(r.rule, r.values) for r in q.repairs] == [("typo", 2), ("phone", 1)]
    assert q.repair_count == 3


def test_which_empty_leads_to_repair_first(playbook: Playbook) -> None:
    """The most engaged first, with why and what is proposed; a lead that asked not to be mailed needs no address."""
    told = [f"{EMPTY} | contact_because=Gone {n} | email_repair=x@y.z" for n in range(30)]
    con = leads(*told, "email=fine@b.c", more=", lead_id = '7' AS do_not_email")
    con.execute(
        "UPDATE q SET engagement = CASE lead_id WHEN '7' THEN 9 WHEN '8' THEN 5 WHEN '31' THEN 99"
        " ELSE 0 END"
    )
    q = quality_of(con, playbook)
    assert [lead.lead_id for lead in q.to_repair][:3] == ["7", "8", "1"]
    assert len(q.to_repair) == 20
    assert q.to_repair[0].proposals == ()
    (proposal,) = q.to_repair[1].proposals
    assert (proposal.point, proposal.value, proposal.proposed) == ("email", "a@b.c", "x@y.z")
    assert q.to_repair[1].because == "Gone 7"


def test_a_base_that_was_not_verified_has_no_such_section(
    summary: Summary, playbook: Playbook
) -> None:
    """No check, no section; nor where the columns stand in the leads and the catalog does not know of them."""
    assert summary.quality is None
    assert "Data quality" not in render(summary, playbook)
    assert "Data quality" not in printed(summary)
    catalog = Catalog(present=frozenset({"email"}))
    assert summarise(leads(EMPTY), "q", "l", playbook, AS_OF, catalog=catalog).quality is None


def test_a_base_without_leads(playbook: Playbook) -> None:
    """Verified, and nothing in it: no section and no sum of nothing."""
    s = summarise(leads(), "q", "l", playbook, AS_OF)
    assert s.quality is not None
    assert not s.quality.sources
    assert not s.quality.rechecks
    assert "Data quality" not in render(s, playbook)


def test_a_base_of_good_contacts(playbook: Playbook) -> None:
    """Nobody is empty: that is said, and there is no picture of nothing."""
    s = summarise(leads("email=a@b.c | email_verdict=reachable"), "q", "l", playbook, AS_OF)
    page = Page(render(s, playbook)).text
    assert "No lead is empty" in page
    assert "Empty leads by" not in page


def test_the_section_of_the_report(verified: Summary, playbook: Playbook) -> None:
    """The sentences, two pictures with words, tables with heads, the commands, and why a lead on the list is in doubt."""
    page = Page(render(verified, playbook))
    assert verified.quality is not None
    for said in (
        empty_sentence(verified.quality),
        waste_sentence(verified.quality),
        due_sentence(verified.quality),
        "Empty leads by reason",
        "Empty leads by age",
        "A lead can have several reasons",
        "All sources",
        "Empty leads to repair first",
        "leadlight verify --repairs",
        "The e-mail address looks mistyped",
        "Due for re-checking",
    ):
        assert said in page.text
    named = {a.get("id") for _, a in page.tags}
    assert all(a["aria-labelledby"] in named for _, a in page.tags if a.get("aria-labelledby"))
    assert all(
        (a.get("aria-label") or "").strip(". ")
        for t, a in page.tags
        if t == "svg" and a.get("role") == "img"
    )
    assert page.open == []


def test_the_terminal_has_three_lines(verified: Summary) -> None:
    """Who is empty, what it costs, what is due."""
    said = " ".join(printed(verified).split())
    assert verified.quality is not None
    for line in (
        empty_sentence(verified.quality),
        waste_sentence(verified.quality),
        due_sentence(verified.quality),
    ):
        assert line in said


def test_sentences_of_one() -> None:
    """One is, two are."""
    one = Quality(leads=1, empty=1, rechecks=(Recheck("email", 1, 0, 1),))
    assert empty_sentence(one) == "1 of 1 lead is empty (100%)."
    assert due_sentence(one) == "1 e-mail address is due for re-checking (leadlight verify)."
    several = (Recheck("email", 1, 0, 1), Recheck("phone", 2, 0, 2), Recheck("mobile", 2, 0, 2))
    assert due_sentence(replace(one, rechecks=several)).startswith(
        "1 e-mail address, 2 phone numbers and 2 mobile numbers are"
    )


@pytest.mark.parametrize("text", hostile.ALL)
def test_hostile_text_stays_text(verified: Summary, playbook: Playbook, text: str) -> None:
    """Script tags, quotes and templates in a source, a name or a proposal are shown as letters, on page and terminal."""
    summary = hostile.everywhere(replace(verified, read=(fabricated.summary(1).read[0],)), text)
    page = Page(render(summary, playbook))
    assert sum(t == "script" for t, _ in page.tags) == 1
    assert not any(t == "img" or any(k.startswith("on") for k in a) for t, a in page.tags)
    assert not set(page.text) & {"\x1b", "\x00", "\x08", "\u202e"}
    assert page.open == []
    assert not set(printed(summary)) & {"\x1b", "\x07", "\x00", "\x08", "\x9b", "\u202e", "\r"}
