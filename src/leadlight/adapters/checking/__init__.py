"""Verifying the contacts of a base: what is asked of the engine, the rules over it, and the answers
as a relation.
"""

from leadlight.adapters.checking.checks import CHECKS, check_contacts, some
from leadlight.adapters.checking.domains import domain_answers
from leadlight.adapters.checking.tally import proposals, repairs_relation, tally
from leadlight.adapters.checking.wanted import relation, wanted, with_crowd

__all__ = [
    "CHECKS",
    "check_contacts",
    "domain_answers",
    "proposals",
    "relation",
    "repairs_relation",
    "some",
    "tally",
    "wanted",
    "with_crowd",
]
