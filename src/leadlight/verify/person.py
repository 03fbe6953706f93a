"""What speaks against a lead as a whole: names that are nobody's, and what it says of itself that does not fit together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from leadlight.facts.contact import RULES
from leadlight.facts.missing import is_missing
from leadlight.verify import domains, mailbox, numbering
from leadlight.verify.letters import is_latin, plain, spellings
from leadlight.verify.made_up import is_placeholder_company, is_placeholder_name, stem
from leadlight.verify.mash import is_mash
from leadlight.verify.sites import PLATFORMS, could_be, label, same_site, spells_another

Lead = Mapping[str, str | None]

_TWO_NAMES = re.compile(r"([^\W\d_]{3,})[._]([^\W\d_]{3,})")
# First or second words of addresses that are of a team, a place or a mood and not of a person.
_NO_PERSON = frozenset((
    "info", "sales", "office", "team", "support", "marketing", "kontakt", "contact", "service", "mail", "email", "hello",
    "admin", "post", "the", "our", "your", "customer", "accounts", "accounting", "billing", "jobs", "press", "new", "old",
    "shop", "store", "online", "news", "reply", "group", "company", "business", "work", "home", "private", "web", "web",
    "vertrieb", "einkauf", "verkauf", "buero", "empfang", "zentrale", "rechnung", "bestellung", "anfrage", "ventas",
    "compras", "commercial", "direction", "accueil", "help", "desk", "orders", "order", "booking", "reservations", "events",
    "event", "finance", "legal", "human", "resources", "recruiting", "career", "careers", "management", "assistant",
    "secretary", "reception", "technical", "tech", "dev", "data", "project", "global", "international", "general",
    "inquiries", "enquiries", "public", "relations", "media", "social", "content", "design", "studio", "product", "north",
    "south", "east", "west", "europe", "asia", "america", "africa", "germany", "france", "spain", "italy", "london",
    "berlin", "paris", "madrid", "test", "user", "name", "first", "last", "lead", "demo", "big", "little", "good", "happy",
))  # fmt: skip
# Short forms that share neither letters nor an initial with the name.
_SHORT_FORMS: Mapping[str, str] = {
    "bill": "william", "billy": "william", "will": "william", "bob": "robert", "bobby": "robert", "dick": "richard",
    "peggy": "margaret", "meg": "margaret", "ted": "edward", "ned": "edward", "jack": "john", "hank": "henry",
    "chuck": "charles", "polly": "mary", "molly": "mary", "sasha": "alexander", "sascha": "alexander", "topher": "christopher",
    "tony": "anthony", "nell": "ellen", "nacho": "ignacio", "pepe": "jose", "paco": "francisco", "pancho": "francisco",
    "kuba": "jakub", "zosia": "sofia", "asia": "joanna", "ola": "aleksandra", "sepp": "josef", "jupp": "josef",
}  # fmt: skip


def doubts(lead: Lead, phone_country: str | None = None, crowd: Sequence[str] = ()) -> tuple[str, ...]:
    """The rules by which a lead contradicts itself, in the order of the table; `crowd` holds what was seen of many leads
    at once (`shared_phone`, `burst` ...), `phone_country` the country of its best number.
    """
    found = {rule for rule, holds in _DOUBTS if holds(lead)}
    if phone_country and _elsewhere(lead.get("country"), phone_country):
        found.add("country_vs_phone")
    found.update(crowd)
    return tuple(rule for rule in LEAD_RULES if rule in found) if found else ()


LEAD_RULES: tuple[str, ...] = tuple(rule.name for rule in RULES.values() if rule.subject == "lead")


def _names(lead: Lead) -> tuple[str, str]:
    first, last = lead.get("first_name") or "", lead.get("last_name") or ""
    if not (first or last):
        first, _, last = (lead.get("full_name") or "").strip().partition(" ")
    return first, last


def _placeholder_name(lead: Lead) -> bool:
    return is_placeholder_name(*_names(lead))


def _mash_name(lead: Lead) -> bool:
    first, last = _names(lead)
    return _mash(first) or _mash(last)


def _placeholder_company(lead: Lead) -> bool:
    company = lead.get("company")
    return bool(company) and is_placeholder_company(company or "")


def _mash_company(lead: Lead) -> bool:
    company = lead.get("company")
    return bool(company) and _mash_of_company(company or "")


@lru_cache(1 << 15)
def _mash(name: str) -> bool:
    return bool(name) and is_mash(name)


@lru_cache(1 << 15)
def _mash_of_company(company: str) -> bool:
    # Companies are called by their initials in capitals, and those sound like nothing.
    return not (company.isupper() and len(company) < 7) and is_mash(stem(company))


def _name_vs_email(lead: Lead) -> bool:
    email = lead.get("email")
    if not email or ("." not in email and "_" not in email):
        return False
    first, last = _names(lead)
    if not (first and last):
        return False
    local, _, domain = email[:320].rpartition("@")
    if plain(last) in (said := plain(local.strip())) or plain(first) in said:
        return False
    two = _TWO_NAMES.fullmatch(said.partition("+")[0].rstrip("0123456789"))
    if two is None or mailbox.spoken(said) or is_missing(last, "last_name") or is_missing(first, "first_name"):
        return False
    return _other_person(two.groups(), first, last, lead, domain)


def _other_person(two: Sequence[str], first: str, last: str, lead: Lead, domain: str) -> bool:
    """Whether two words of an address are somebody else's names. When in doubt they are not: people marry, use short forms,
    and write their name in other letters than their address."""
    if not (is_latin(first) and is_latin(last)) or is_placeholder_name(first, last) or _not_its_own(domain):
        return False
    names = spellings(first) | spellings(last)
    initials = {name[0] for name in names}
    if any(word[0] in initials or word in _NO_PERSON for word in two):
        return False
    if any(_SHORT_FORMS.get(word, "")[:1] in initials and word in _SHORT_FORMS for word in two):
        return False
    if any(_SHORT_FORMS[name][0] == word[0] for name in names if name in _SHORT_FORMS for word in two):
        return False
    if any(word in name or name in word for word in two for name in names if len(name) > 1):
        return False
    about = f"{lead.get('company') or ''} {lead.get('city') or ''} {label(domain)}"
    return not any(word in other or other in word for word in two for other in spellings(about) if len(other) > 2)


def _company_vs_domain(lead: Lead) -> bool:
    company, email = lead.get("company"), lead.get("email")
    if not company or not email or "@" not in email:
        return False
    domain = email.rpartition("@")[2].strip()
    known_as = label(domain)
    if not known_as or could_be(company, known_as) or _not_its_own(domain) or is_placeholder_company(company):
        return False
    first, last = _names(lead)
    if could_be(f"{first} {last}", known_as):  # a domain of one's own
        return False
    site = label(lead.get("website") or "")
    if site and site not in PLATFORMS and not same_site(site, known_as):
        return True
    return spells_another(company, known_as)


def _honeypot(lead: Lead) -> bool:
    return bool((lead.get("honeypot") or "").strip())


@lru_cache(1 << 12)
def _elsewhere(country: str | None, phone_country: str) -> bool:
    """Whether a number is of another country. Countries of one calling code (US and CA, GB and JE, RU and KZ) are one here."""
    plan = numbering.plan()
    mine, other = plan.calling_code(country), plan.calling_code(phone_country)
    return bool(mine and other) and mine != other


@lru_cache(1 << 15)
def _not_its_own(domain: str) -> bool:
    """Whether a domain is no company's: free mail, disposable, a slip, made up."""
    known = domains.known(domain.strip().lower())
    return known is None or bool(known.rules) or known.meant is not None


_DOUBTS: tuple[tuple[str, Callable[[Lead], bool]], ...] = (
    ("placeholder_name", _placeholder_name),
    ("mash_name", _mash_name),
    ("placeholder_company", _placeholder_company),
    ("mash_company", _mash_company),
    ("name_vs_email", _name_vs_email),
    ("company_vs_domain", _company_vs_domain),
    ("honeypot", _honeypot),
)
