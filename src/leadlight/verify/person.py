"""What speaks against a lead as a whole: names that are nobody's, and what it says of itself that
does not fit together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from leadlight.facts.contact import RULES
from leadlight.facts.missing_values import is_missing
from leadlight.verify import domains, mailbox, numbering
from leadlight.verify.letters import is_latin, plain, spellings
from leadlight.verify.mash import is_mash
from leadlight.verify.placeholder_names import is_placeholder_company, is_placeholder_name, stem
from leadlight.verify.sites import PLATFORMS, could_be, label, same_site, spells_another

Lead = Mapping[str, str | None]

_TWO_NAMES = re.compile(r"([^\W\d_]{3,})[._]([^\W\d_]{3,})")
# First or second words of addresses that are of a team, a place or a mood and not of a person.
_NO_PERSON = frozenset(
    (
        "info",
        "sales",
        "office",
        "team",
        "support",
        "marketing",
        "kontakt",
        "contact",
        "service",
        "mail",
        "email",
        "hello",
        "admin",
        "post",
        "the",
        "our",
        "your",
        "customer",
        "accounts",
        "accounting",
        "billing",
        "jobs",
        "press",
        "new",
        "old",
        "shop",
        "store",
        "online",
        "news",
        "reply",
        "group",
        "company",
        "business",
        "work",
        "home",
        "private",
        "web",
        "web",
        "vertrieb",
        "einkauf",
        "verkauf",
        "buero",
        "empfang",
        "zentrale",
        "rechnung",
        "bestellung",
        "anfrage",
        "ventas",
        "compras",
        "commercial",
        "direction",
        "accueil",
        "help",
        "desk",
        "orders",
        "order",
        "booking",
        "reservations",
        "events",
        "event",
        "finance",
        "legal",
        "human",
        "resources",
        "recruiting",
        "career",
        "careers",
        "management",
        "assistant",
        "secretary",
        "reception",
        "technical",
        "tech",
        "dev",
        "data",
        "project",
        "global",
        "international",
        "general",
        "inquiries",
        "enquiries",
        "public",
        "relations",
        "media",
        "social",
        "content",
        "design",
        "studio",
        "product",
        "north",
        "south",
        "east",
        "west",
        "europe",
        "asia",
        "america",
        "africa",
        "germany",
        "france",
        "spain",
        "italy",
        "london",
        "berlin",
        "paris",
        "madrid",
        "test",
        "user",
        "name",
        "first",
        "last",
        "lead",
        "demo",
        "big",
        "little",
        "good",
        "happy",
    )
)
# Short forms that share neither letters nor an initial with the name.
_SHORT_FORMS: Mapping[str, str] = {
    "bill": "william",
    "billy": "william",
    "will": "william",
    "bob": "robert",
    "bobby": "robert",
    "dick": "richard",
    "peggy": "margaret",
    "meg": "margaret",
    "ted": "edward",
    "ned": "edward",
    "jack": "john",
    "hank": "henry",
    "chuck": "charles",
    "polly": "mary",
    "molly": "mary",
    "sasha": "alexander",
    "sascha": "alexander",
    "topher": "christopher",
    "tony": "anthony",
    "nell": "ellen",
    "nacho": "ignacio",
    "pepe": "jose",
    "paco": "francisco",
    "pancho": "francisco",
    "kuba": "jakub",
    "zosia": "sofia",
    "asia": "joanna",
    "ola": "aleksandra",
    "sepp": "josef",
    "jupp": "josef",
}


def doubts(
    lead: Lead, phone_country: str | None = None, crowd: Sequence[str] = ()
) -> tuple[str, ...]:
    """The rules by which a lead contradicts itself, in the order of the table; `crowd` holds what
    was seen of many leads at once (`shared_phone`, `burst` ...), `phone_country` the country of its
    best number.
    """
    first, last, full = lead.get("first_name"), lead.get("last_name"), lead.get("full_name")
    company = lead.get("company")
    found = _of_name(first, last, full) if first or last or full else ()
    if company:
        found += _of_company(company)
    if lead.get("email"):
        found += _of_email(lead, first, last, full)
    if phone_country and _in_another_country(lead.get("country"), phone_country):
        found += ("country_vs_phone",)
    if _is_filled(lead.get("honeypot")):
        found += ("honeypot",)
    return _with_crowd(found, crowd) if crowd else found


def _is_filled(trap: str | None) -> bool:
    """Whether something stands in a field that people do not see."""
    return bool(trap) and not str(trap).isspace()


def _of_email(lead: Lead, first: str | None, last: str | None, full: str | None) -> tuple[str, ...]:
    """The rules of a name and a company that do not fit the address."""
    email, company = lead.get("email") or "", lead.get("company")
    found: tuple[str, ...] = ()
    if first and last:
        # Most addresses say one of the names as it stands, which is quickly seen.
        said = email.lower()
        unsaid = first.lower() not in said and last.lower() not in said
        contradicted = unsaid and _name_vs_email(lead, first, last)
    else:
        given = _given_and_family(first, last, full)
        contradicted = full is not None and _name_vs_email(lead, *given)
    if contradicted:
        found += ("name_vs_email",)
    if company and _company_vs_domain(lead, company, email):
        found += ("company_vs_domain",)
    return found


def _with_crowd(found: tuple[str, ...], crowd: Sequence[str]) -> tuple[str, ...]:
    return found + tuple(rule for rule in LEAD_RULES if rule in crowd and rule not in found)


LEAD_RULES: tuple[str, ...] = tuple(rule.name for rule in RULES.values() if rule.subject == "lead")


def _given_and_family(first: str | None, last: str | None, full: str | None) -> tuple[str, str]:
    if not (first or last):
        first, _, last = (full or "").strip().partition(" ")
    return first or "", last or ""


@lru_cache(1 << 16)
def _of_name(first: str | None, last: str | None, full: str | None) -> tuple[str, ...]:
    one, two = _given_and_family(first, last, full)
    found: tuple[str, ...] = ("placeholder_name",) if is_placeholder_name(one, two) else ()
    return (*found, "mash_name") if (one and is_mash(one)) or (two and is_mash(two)) else found


@lru_cache(1 << 16)
def _of_company(company: str) -> tuple[str, ...]:
    found: tuple[str, ...] = ("placeholder_company",) if is_placeholder_company(company) else ()
    return (*found, "mash_company") if _mash_of_company(company) else found


def _mash_of_company(company: str) -> bool:
    # Companies are called by their initials in capitals, and those sound like nothing.
    return not (company.isupper() and len(company) < 7) and is_mash(stem(company))


def _name_vs_email(lead: Lead, first: str, last: str) -> bool:
    local, _, domain = (lead.get("email") or "")[:320].rpartition("@")
    if not (first and last and _is_separated(local)):
        return False
    said = plain(local.strip())
    if plain(last) in said or plain(first) in said:
        return False
    two = _two_names(said)
    if two is None or is_missing(last, "last_name") or is_missing(first, "first_name"):
        return False
    return _other_person(two, first, last, lead, domain)


def _is_separated(local: str) -> bool:
    return "." in local or "_" in local


def _two_names(said: str) -> Sequence[str] | None:
    """The two words of an address that may be a person's names."""
    two = _TWO_NAMES.fullmatch(said.partition("+")[0].rstrip("0123456789"))
    return None if two is None or mailbox.rules_of(said) else two.groups()


def _other_person(two: Sequence[str], first: str, last: str, lead: Lead, domain: str) -> bool:
    """Whether two words of an address are somebody else's names. When in doubt they are not: people
    marry, use short forms, and write their name in other letters than their address.
    """
    if not _is_comparable(first, last) or _not_its_own(domain):
        return False
    names = spellings(first) | spellings(last)
    if any(_may_be_of(word, names) for word in two):
        return False
    return not any(_is_in_words_about(word, lead, domain) for word in two)


def _is_in_words_about(word: str, lead: Lead, domain: str) -> bool:
    """Whether a word of an address is in the company, the city or the domain of a lead."""
    about = f"{lead.get('company') or ''} {lead.get('city') or ''} {label(domain)}"
    return any(_overlap(word, other) for other in spellings(about) if len(other) > 2)


def _is_comparable(first: str, last: str) -> bool:
    """Whether a name is somebody's, in letters that an address can have."""
    return is_latin(first) and is_latin(last) and not is_placeholder_name(first, last)


def _may_be_of(word: str, names: frozenset[str]) -> bool:
    """Whether a word of an address may stand for a person of these names, or for no person."""
    if word in _NO_PERSON:
        return True
    initials = {name[0] for name in names} | {
        _SHORT_FORMS[name][0] for name in names if name in _SHORT_FORMS
    }
    if word[0] in initials or _SHORT_FORMS.get(word, word)[0] in {name[0] for name in names}:
        return True
    return any(_overlap(word, name) for name in names if len(name) > 1)


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _company_vs_domain(lead: Lead, company: str, email: str) -> bool:
    domain = email.rpartition("@")[2]
    known_as, site = label(domain), label(lead.get("website") or "")
    elsewhere = bool(site) and site not in PLATFORMS and not same_site(site, known_as)
    # What is quickly seen comes first: most leads have neither another site nor a domain of two
    # words.
    if not (elsewhere or spells_another(company, known_as)) or _fits(company, domain):
        return False
    person = " ".join(
        _given_and_family(lead.get("first_name"), lead.get("last_name"), lead.get("full_name"))
    )
    return not could_be(person, known_as)  # it may be a domain of one's own


@lru_cache(1 << 16)
def _fits(company: str, domain: str) -> bool:
    """Whether nothing speaks against a company's name beside a domain: it shares a word, or the
    domain is no company's.
    """
    known_as = label(domain)
    return (
        not known_as
        or could_be(company, known_as)
        or _not_its_own(domain)
        or is_placeholder_company(company)
    )


@lru_cache(1 << 12)
def _in_another_country(country: str | None, phone_country: str) -> bool:
    """Whether a number is of another country. Countries of one calling code (US and CA, GB and JE,
    RU and KZ) are one here.
    """
    plan = numbering.plan()
    mine, other = plan.calling_code(country), plan.calling_code(phone_country)
    return bool(mine and other) and mine != other


@lru_cache(1 << 15)
def _not_its_own(domain: str) -> bool:
    """Whether a domain is no company's: free mail, disposable, a slip, made up."""
    known = domains.look_up(domain.strip().lower())
    return known is None or bool(known.rules) or known.meant is not None
