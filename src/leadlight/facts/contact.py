"""The rules of verification by name: what each speaks of, what it means by default, and the
sentence for people.

A playbook may set every rule under its own name (`verify: {role: risky, burst: off}`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

Verdict = Literal["reachable", "risky", "unreachable", "unknown"]
Subject = Literal["email", "phone", "lead"]
Means = Literal["unreachable", "risky", "unknown", "fine"]
MEANINGS: tuple[Means, ...] = ("unreachable", "risky", "unknown", "fine")
"""What a rule can mean for a contact point, the worst first."""

#: The attribute that names the repairs which somebody declined: `email=value`, several apart.
DECLINED, APART = "declined_repairs", "; "
#: Rules that say where a value was taken from, not what is wrong with it.
OTHER_EMAIL, OTHER_PHONE, ASSUMED_COUNTRY = "other_email", "other_phone", "assumed_country"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Of a contact point it `means` a verdict; of a lead it is a doubt with a `weight`
    from 0 to 100.
    """

    name: str
    subject: Subject
    say: str
    means: Means = "fine"
    weight: int = 0


class Check(NamedTuple):
    """What the rules say of one contact point; `because` holds names of rules, `repair` the value
    proposed instead.

    A bare tuple, because millions are made.
    """

    verdict: Verdict
    because: tuple[str, ...] = ()
    repair: str | None = None


RULES: Mapping[str, Rule] = {
    r.name: r
    for r in (
        Rule("malformed", "email", "The e-mail address is malformed", "unreachable"),
        Rule(
            "unknown_ending",
            "email",
            "The e-mail address ends in no known top-level domain",
            "unreachable",
        ),
        Rule(
            "reserved_domain",
            "email",
            "The e-mail domain is reserved for examples and tests",
            "unreachable",
        ),
        Rule("no_such_domain", "email", "The e-mail domain does not exist", "unreachable"),
        Rule("no_mail", "email", "The e-mail domain accepts no mail", "unreachable"),
        Rule("disposable", "email", "The e-mail address is a disposable one", "unreachable"),
        Rule(
            "no_reply", "email", "The e-mail address is a sender that nobody reads", "unreachable"
        ),
        Rule("newsletter", "email", "The e-mail address sends newsletters", "unreachable"),
        Rule("test_address", "email", "The e-mail address is test data", "unreachable"),
        Rule("bounced", "email", "Mail to the address bounced", "unreachable"),
        Rule("complained", "email", "The address reported mail as spam", "unreachable"),
        Rule("typo", "email", "The e-mail address looks mistyped", "risky"),
        Rule("mash_address", "email", "The e-mail address looks like random typing", "risky"),
        Rule(
            "look_alike",
            "email",
            "The e-mail domain imitates another with look-alike letters",
            "risky",
        ),
        Rule("role", "email", "The e-mail address belongs to a role, not a person", "fine"),
        Rule("free", "email", "The e-mail address belongs to a free provider", "fine"),
        Rule(OTHER_EMAIL, "email", "Another e-mail address of the lead is used", "fine"),
        Rule("no_number", "phone", "The phone field contains no number", "unreachable"),
        Rule("impossible", "phone", "The phone number is too short or too long", "unreachable"),
        Rule("not_in_plan", "phone", "The phone number is in no numbering plan", "unreachable"),
        Rule("placeholder_number", "phone", "The phone number is a placeholder", "unreachable"),
        Rule("show_number", "phone", "The phone number is one that people type for show", "risky"),
        Rule(
            "guessed_country",
            "phone",
            "The phone number does not say its country, and fits none that is known",
            "risky",
        ),
        Rule("no_country", "phone", "The phone number does not say its country", "unknown"),
        Rule("premium", "phone", "The phone number costs its caller", "risky"),
        Rule(
            "short_number",
            "phone",
            "The phone number is a short one, good within its country only",
            "risky",
        ),
        Rule(OTHER_PHONE, "phone", "Another phone number of the lead is used", "fine"),
        Rule(
            ASSUMED_COUNTRY,
            "phone",
            "The phone number does not say its country; that of the lead's other numbers, its site"
            " or most leads is assumed",
            "fine",
        ),
        Rule("placeholder_name", "lead", "The name is a placeholder", weight=50),
        Rule("mash_name", "lead", "The name looks like random typing", weight=50),
        Rule("placeholder_company", "lead", "The company is a placeholder", weight=30),
        Rule("mash_company", "lead", "The company looks like random typing", weight=30),
        Rule("name_vs_email", "lead", "The name contradicts the e-mail address", weight=25),
        Rule("company_vs_domain", "lead", "The company contradicts the e-mail domain", weight=15),
        Rule("country_vs_phone", "lead", "The country contradicts the phone number", weight=20),
        Rule("honeypot", "lead", "A hidden form field (honeypot) was filled in", weight=100),
        Rule("shared_phone", "lead", "The same phone number came with many names", weight=40),
        Rule("shared_ip", "lead", "The same internet address sent many names", weight=40),
        Rule("burst", "lead", "Many leads came from one source within minutes", weight=40),
        Rule("outdated", "lead", "The contact was last confirmed long ago", weight=20),
    )
}
