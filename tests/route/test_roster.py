from __future__ import annotations

from datetime import date

import pytest

from leadlight.route.roster.read import must_read_roster, read_roster

TEXT = """\
zone: Europe/Berlin
country: DE-BE
hours: {mon-fri: "09:00-12:30, 13:30-18:00"}
special_days: {12-24: 09:00-12:00, 12-31: closed}
departments:
  sales: {otherwise: inside sales, breach: {owner: now, reassign: 1h, manager: 30m}, manager: anna}
  inside sales: {turns: least_busy, only_at_work: yes}
people:
  anna: {name: Anna Schmidt, departments: [sales], weight: 2, languages: [de, EN], away: [2026-12-24..2027-01-02]}
  bob: {departments: [sales, inside sales], zone: America/New_York, hours: {sun-thu: 22:00-06:00}, manager: anna}
"""


def faults(text: str, today: date | None = None) -> list[str]:
    return [
        f"{p.place.line}: {p.message} [{p.code}]"
        for p in read_roster(text, "roster.yml", today)[1]
        if p.place
    ]


def test_what_a_person_does_not_say_is_as_in_its_department() -> None:
    """Anna has the hours of all, Bob his own, over midnight, in New York."""
    roster = must_read_roster(TEXT)
    anna, bob = roster.people["anna"], roster.people["bob"]
    assert anna.calendar.week[0] == ((9 * 3600, 12 * 3600 + 1800), (13 * 3600 + 1800, 18 * 3600))
    assert anna.calendar.country == bob.calendar.country == "DE-BE"
    assert bob.calendar.zone == "America/New_York"
    assert bob.calendar.week[6] == ((22 * 3600, 86400),)
    assert bob.calendar.week[0] == ((0, 6 * 3600), (22 * 3600, 86400))
    assert bob.calendar.week[5] == ()
    assert roster.departments["sales"].breach == (
        ("owner", 0),
        ("manager", 1800),
        ("reassign", 3600),
    )
    assert roster.departments["inside sales"].only_at_work


def test_a_route_to_a_part_goes_to_the_department() -> None:
    """A route goes to sales/emea; the roster knows sales."""
    roster = must_read_roster(TEXT)
    found = roster.department_of("sales/emea")
    assert found is not None
    assert found.name == "sales"
    assert roster.department_of("marketing") is None


def test_an_owner_of_a_crm_is_found_by_any_name() -> None:
    """The CRM says `ANNA SCHMIDT` where the roster says anna."""
    roster = must_read_roster(TEXT)
    found = roster.person_of(" ANNA SCHMIDT ")
    assert found is not None
    assert found.id == "anna"
    assert roster.person_of("nobody") is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Europe/Berlin", "Europe/Berln", "1: 'Europe/Berln' is no time zone. [unknown-zone]"),
        ("DE-BE", "DE-XX", "2: DE has no part 'XX'. [unknown-country]"),
        ("13:30-18:00", "12:00-18:00", "3: Two stretches of one day overlap. [not-hours]"),
        ("12-31: closed", "02-30: closed", "4: '02-30' is no day. [not-a-day]"),
        ("only_at_work: yes", "otherwise: sales",
         "6: This goes in a circle: sales asks inside sales asks sales. [circular-escalation]"),
        ("otherwise: inside sales", "otherwise: inside",
         "6: sales names 'inside', which is not here. [unknown-department]"),
        ("turns: least_busy", "turns: busiest", "7: turns cannot be 'busiest'. [not-an-order]"),
        ("weight: 2", "weight: 0", "9: weight takes a whole number from 1 to 1,000, not '0'. [not-a-number]"),
        ("2026-12-24..2027", "2026-12-24..2025",
         "9: '2026-12-24..2025-01-02' is no absence, or it ends before it begins. [not-an-absence]"),
        ("weight: 2", "manager: bob", "9: This goes in a circle: anna is managed by bob is managed by anna."
         " [circular-escalation]"),
        ("name: Anna Schmidt", "name: BOB", "10: anna and bob are both called 'bob'. [said-twice]"),
        ("[sales, inside sales]", "[sales]", "7: Nobody is of the department inside sales. [nobody-on-duty]"),
    ],
)  # fmt: skip
def test_a_fault_is_a_sentence_with_its_line(old: str, new: str, said: str) -> None:
    """A slip of the pen in a roster is told with its line."""
    assert old in TEXT
    assert said in faults(TEXT.replace(old, new, 1))


def test_a_department_of_which_everybody_is_away() -> None:
    """Anna is on holiday and Bob was set off duty: what comes for sales goes on."""
    text = TEXT.replace("manager: anna}\n", "manager: anna, on_duty: no}\n").replace(
        "manager: anna, on_duty: no}\n  inside", "manager: anna}\n  inside"
    )
    assert faults(text) == []
    said = "6: Nobody of sales is on duty on 2026-12-28: what comes for it asks inside sales. [nobody-on-duty]"
    assert said in faults(text, date(2026, 12, 28))
