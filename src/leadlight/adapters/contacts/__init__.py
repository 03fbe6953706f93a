"""Verifying the contacts of a base: what is asked of the engine, the rules over it, and the answers
as a relation.
"""

from leadlight.adapters.contacts.candidates import wanted, with_crowd
from leadlight.adapters.contacts.checks import CHECKS, check_contacts, some
from leadlight.adapters.contacts.domains import domain_answers
from leadlight.adapters.contacts.tally import proposals, repairs_relation, tally

__all__ = [
    "CHECKS",
    "check_contacts",
    "domain_answers",
    "proposals",
    "repairs_relation",
    "some",
    "tally",
    "wanted",
    "with_crowd",
]
