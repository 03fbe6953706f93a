"""HubSpot's lead scores as a playbook: the points are those that HubSpot's published rules give, reckoned by hand or by
the ten lines of `as_published`.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from leadlight.facts.catalog import Attribute, Catalog, Type
from leadlight.playbook.read import read_playbook
from leadlight.problems import CannotDo
from tests.conftest import Qualify
from tests.playbook.translation.exports import (
    CLICK,
    FORM,
    OPEN,
    PAGE,
    event,
    group,
    operation,
    rule,
    score,
    translated,
    when,
    where,
)

SOFTWARE = operation("ENUMERATION", "IS_ANY_OF", values=["COMPUTER_SOFTWARE", "RETAIL"])
LARGE = operation("NUMBER", "IS_GREATER_THAN_OR_EQUAL_TO", value=50)
PRICING = {
    "type": "CONDITIONAL",
    "value": 5,
    "whereCondition": where("hs_url", operation("STRING", "CONTAINS", value="/Pricing")),
}
HALF_A_MONTH = {"decayIntervalDays": 30, "percentToDecayPerInterval": 50}
READERS = {
    "listId": "12",
    "name": "Heads",
    "objectTypeId": "0-1",
    "filterBranch": {
        "filterBranchType": "OR",
        "filters": [],
        "filterBranches": [
            {
                "filterBranchType": "AND",
                "filterBranches": [],
                "filters": [
                    {
                        "filterType": "PROPERTY",
                        "property": "jobtitle",
                        "operation": operation("MULTISTRING", "CONTAINS", values=["head", "chief"]),
                    },
                    {
                        "filterType": "PROPERTY",
                        "property": "hs_email_optout",
                        "operation": operation("BOOL", "IS_NOT_EQUAL_TO", value=True)
                        | {"includeObjectsWithNoValueSet": True},
                    },
                ],
            }
        ],
    },
}
QUALITY = score(
    group(
        "Company",
        "FIT",
        rule(
            {
                "type": "MATCH",
                "property": "industry",
                "matchRules": [{"operation": SOFTWARE, "value": 25}],
                "defaultValue": -5,
            }
        ),
        rule(when(30, "numberofemployees", LARGE), maxValue=20),
        maxValue=40,
        minValue=-10,
    ),
    group(
        "Website",
        "INTENT",
        rule(event(PAGE, recordCalculation=PRICING), maxValue=20),
        rule(event(FORM, 10)),
        maxValue=30,
        groupDecay=HALF_A_MONTH,
    ),
    group(
        "Mail",
        "INTENT",
        rule(event(OPEN, 2), maxValue=6),
        rule(
            event(
                CLICK,
                eventFrequencyCriteria={
                    "type": "BETWEEN",
                    "ranges": [
                        {"type": "BETWEEN", "from": 1, "to": 2, "value": 4},
                        {"type": "AT_LEAST", "from": 3, "value": 9},
                    ],
                },
                eventTimeframe={
                    "eventFilterOperation": operation(
                        "ROLLING_DATE_RANGE", "IS_LESS_THAN_X_DAYS_AGO", numberOfDays=60
                    )
                },
            )
        ),
        rule(
            {
                "type": "SEGMENT_MEMBERSHIP",
                "segmentMembershipRules": [
                    {
                        "operation": "HAS_AT_LEAST_ONE_SEGMENT_MEMBERSHIP",
                        "segmentIds": [12],
                        "value": 7,
                    }
                ],
            }
        ),
    ),
    maxScorePerCategory=100,
    outputConfiguration={
        "outputs": [
            {
                "id": "o2",
                "outputType": "THRESHOLD",
                "categories": ["INTENT"],
                "propertyLabel": "Interest",
                "propertyName": "interest",
                "boundaries": [
                    {"label": "Low", "threshold": 0},
                    {"label": "High", "threshold": 30},
                    {"label": "Medium", "threshold": 10},
                ],
            },
            {
                "id": "o3",
                "outputType": "MATRIX",
                "categories": ["FIT", "INTENT"],
                "propertyLabel": "Grade",
                "propertyName": "grade",
                "boundaries": {
                    "FIT": [{"label": "A", "threshold": 40}, {"label": "B", "threshold": 0}],
                    "INTENT": [{"label": "1", "threshold": 20}, {"label": "2", "threshold": 0}],
                },
            },
        ]
    },
)


def test_a_score_gives_the_points_that_hubspot_gives(qualify: Qualify) -> None:
    """
    2026-01-01  ana  industry = 'Computer Software', employees = 120, job_title = 'Head of Sales'
    2026-01-15 12:00  ana  page_viewed url=/pricing
    2026-02-20 12:00  ana  page_viewed url=/Pricing?plan=2
    2026-03-30 12:00  ana  page_viewed url=/PRICING
    2026-03-30 12:00  ana  page_viewed url=/blog
    2026-03-01 12:00  ana  form_submitted
    2026-03-02 12:00  ana  email_opened
    2026-03-03 12:00  ana  email_opened
    2026-03-04 12:00  ana  email_opened
    2026-03-05 12:00  ana  email_opened
    2026-01-05 12:00  ana  email_clicked
    2026-03-05 12:00  ana  email_clicked
    2026-03-06 12:00  ana  email_clicked
    2026-01-01  bob  industry = Farming
    """
    text = translated(QUALITY, {"list": READERS}).text
    ana = qualify("ana", "2026-03-31 12:00", playbook=text)
    # 25 for the industry and 20 of 30 for the size; the group gives 40 at most.
    assert ana.fit_company == 40
    # Views: 5 after a day, half of 5 after 39 days, nothing after 75; the form: half of 10 after exactly 30 days.
    assert ana.engagement_website == 12.5
    # Opens: 6 of 8; two clicks in 60 days: 4; a head of sales: 7.
    assert ana.engagement_mail == 17
    assert ana.score_lead_quality == 40 + 12.5 + 17
    # Leads are called by the score of HubSpot itself, which is one of the answer's scores.
    assert "order: total_lead_quality\n" in text
    assert ana.total_lead_quality == 40 + 12.5 + 17
    assert (ana.interest, ana.grade) == ("Medium", "A1")
    bob = qualify("bob", "2026-03-31 12:00", playbook=text)
    assert (bob.fit_company, bob.score_lead_quality, bob.interest, bob.grade) == (
        -5,
        -5,
        "Low",
        "B2",
    )


def as_published(ages: list[float], points: int, days: int, percent: int) -> Decimal:
    """Each event loses so many percent of its points after each interval, down to nothing."""
    total = Decimal(0)
    for age in ages:
        lost = min(100, int(age // days) * percent)
        total += (Decimal(points) * (100 - lost) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return total


@pytest.mark.parametrize(("days", "percent"), [(30, 50), (1, 33), (14, 7)])
def test_points_decay_as_published_at_any_age(qualify: Qualify, days: int, percent: int) -> None:
    """Six leads with events of random ages, some of them exactly at an interval; a cap on the rule and on the group."""
    dice = random.Random(days * 1_000 + percent)
    now = datetime(2026, 6, 1, 12)
    points, cap, most = 9, 20, 31
    website = group(
        "Website",
        "INTENT",
        rule(event(FORM, points), maxValue=cap),
        rule(event(OPEN, 4)),
        maxValue=most,
        groupDecay={"decayIntervalDays": days, "percentToDecayPerInterval": percent},
    )
    text = translated(score(website)).text
    lines, wanted = [], {}
    for n in range(6):
        ages = {
            kind: [
                float(dice.choice([dice.randrange(0, 5) * days, dice.randrange(0, 150)]))
                for _ in range(dice.randrange(0, 5))
            ]
            for kind in ("form_submitted", "email_opened")
        }
        for kind, all_ages in ages.items():
            lines += [
                f"{now - timedelta(days=age):%Y-%m-%d %H:%M}  l{n}  {kind}" for age in all_ages
            ]
        lines.append(f"2026-01-01  l{n}  city = x")
        forms = min(Decimal(cap), as_published(ages["form_submitted"], points, days, percent))
        opens = as_published(ages["email_opened"], 4, days, percent)
        wanted[f"l{n}"] = min(Decimal(most), forms + opens)
    facts = "\n".join(lines)
    for lead, points_there in wanted.items():
        found = qualify(lead, now.isoformat(" "), playbook=text, facts=facts)
        assert Decimal(str(found.score_lead_quality)) == points_there


def test_the_first_rule_that_matches_counts(qualify: Qualify) -> None:
    """
    2026-01-01  s  employees = 5
    2026-01-01  m  employees = 60
    2026-01-01  l  employees = 900
    2026-01-01  n  city = x
    """
    at_least = [operation("NUMBER", "IS_GREATER_THAN_OR_EQUAL_TO", value=n) for n in (500, 50)]
    size = {
        "type": "MATCH",
        "property": "numberofemployees",
        "matchRules": [
            {"operation": at_least[0], "value": 30},
            {"operation": at_least[1], "value": 10},
        ],
        "defaultValue": 1,
    }
    text = translated(score(group("Size", "FIT", rule(size)))).text
    points = {n: qualify(n, "2026-02-01", playbook=text).score_lead_quality for n in "smln"}
    assert points == {"s": 1, "m": 10, "l": 30, "n": 1}


def test_only_those_of_a_list_are_scored(qualify: Qualify) -> None:
    """
    2026-01-01  ana  job_title = 'Head of Sales'
    2026-01-01  bob  job_title = Clerk
    """
    fit = group("All", "FIT", rule({"type": "CONSTANT", "value": 3}))
    filtered = {"listFilterType": "EXCLUDES", "segmentIds": [12]}
    text = translated(score(fit, filterConfiguration=filtered), {"lists": [READERS]}).text
    assert qualify("ana", "2026-02-01", playbook=text).score_lead_quality is None
    assert not qualify("ana", "2026-02-01", playbook=text).total_lead_quality
    assert qualify("bob", "2026-02-01", playbook=text).score_lead_quality == 3


def test_what_the_base_has_under_its_own_name_is_carried_over() -> None:
    """`hs_persona` is no attribute that every base has; in a workspace that has it, its rule is carried over."""
    fit = score(
        group(
            "A",
            "FIT",
            rule(when(3, "hs_persona", operation("STRING", "IS_EQUAL_TO", value="It's"))),
        )
    )
    with pytest.raises(CannotDo, match="hs_persona"):
        translated(fit)
    own = Catalog().with_own([Attribute("hs_persona", Type.TEXT, "", own=True)])
    found = translated(fit, catalog=own)
    assert not found.left
    assert "lower(hs_persona) = 'it''s'" in found.text
    assert read_playbook(found.text, "x.yml", own)[1] == []


LEFT = {
    "another object": (
        rule({"type": "ASSOCIATIONS", "associatedObjectTypeId": "0-3"}),
        "other objects",
    ),
    "an unknown event": (rule(event("4-1", 3)), "no kind of activity"),
    "an unknown list": (
        rule(
            {
                "type": "SEGMENT_MEMBERSHIP",
                "segmentMembershipRules": [
                    {"operation": "HAS_NO_SEGMENT_MEMBERSHIP", "segmentIds": [9], "value": 1}
                ],
            }
        ),
        "the list 9",
    ),
    "a text that is compared by size": (
        rule(when(1, "jobtitle", operation("NUMBER", "IS_GREATER_THAN", value=3))),
        "job_title is a text",
    ),
    "a property that changed": (
        rule(when(1, "jobtitle", operation("ROLLING_PROPERTY_UPDATED", "UPDATED", numberOfDays=3))),
        "no counterpart",
    ),
    "parts of a country": (
        rule(when(1, "country", operation("STRING", "CONTAINS", value="land"))),
        "codes of two letters",
    ),
    "thousandths of a point": (
        rule(when(0.125, "jobtitle", operation("ALL_PROPERTY", "IS_KNOWN"))),
        "two decimals",
    ),
    "a rule that is off": (rule({"type": "CONSTANT", "value": 1}, enabled=False), "turned off"),
    "a damaged rule": (rule({"type": "CONDITIONAL", "value": "x"}), "should be"),
}


@pytest.mark.parametrize("case", LEFT)
def test_what_cannot_be_said_is_named_with_a_reason_and_a_way_out(case: str) -> None:
    """The other rule of the group is carried over; the playbook's comments say what was not."""
    broken, why = LEFT[case]
    good = rule(when(2, "jobtitle", operation("ALL_PROPERTY", "IS_KNOWN")))
    found = translated(score(group("G", "FIT", good, broken)))
    (left,) = found.left
    assert left.rule == "group 'G', rule 2"
    assert why in left.why
    assert left.instead
    assert "# " + "  - group 'G', rule 2: " in found.text
    assert [c.became for c in found.carried] == ["fit_g"]
    assert read_playbook(found.text, "x.yml", Catalog())[1] == []


def test_decay_of_a_number_of_events_is_left() -> None:
    """HubSpot does not publish how points for a frequency decay; nothing is guessed."""
    often = {"type": "BETWEEN", "ranges": [{"type": "AT_LEAST", "from": 3, "value": 9}]}
    rules = (rule(event(OPEN, 1)), rule(event(OPEN, eventFrequencyCriteria=often)))
    found = translated(score(group("G", "INTENT", *rules, groupDecay=HALF_A_MONTH)))
    assert [r.why for r in found.left] == [
        "how points for a number of events decay is not published"
    ]


REFUSED = {
    "a list of scores": (
        {"results": [{"id": "1", "name": "x", "scoreType": "FIT", "scoredObjectTypeId": "0-1"}]},
        "without their rules",
    ),
    "an older score property": (
        {"name": "hubspotscore", "fieldType": "calculation_score"},
        "older score properties",
    ),
    "another document": ({"hello": 1}, "no scoring rules"),
    "a number": (7, "no scoring rules"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_export_gets_a_sentence(case: str) -> None:
    """It says what the document is, where that is known, and what is taken."""
    document, words = REFUSED[case]
    with pytest.raises(CannotDo, match=words):
        translated(document)
