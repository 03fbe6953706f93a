"""How each reading of a CRM, and each writing to it, ended is kept: whoever looks later sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime

from leadlight.crm.values import is_code
from leadlight.desk.live.rows import moment_of_append
from leadlight.desk.session import Session
from leadlight.facts.crm import AttemptVerb, CrmAttempt
from leadlight.facts.crm_line import CrmFault
from leadlight.problems import CannotDo

#: Why a CRM could not be read or written, by the sort of fault.
REASONS: Mapping[str, str] = {
    "secret": "No secret is set where the command runs.",
    "token": "The CRM does not accept the token: it expired, or was withdrawn.",
    "scopes": "The token may not do this: scopes are missing.",
    "refused": "The CRM refuses the request.",
    "silent": "The CRM does not answer, or has been too busy for a long time.",
    "package": "The extra for CRMs is not installed where the command runs.",
    "dry-run": "So much would be written or taken away that somebody must see a dry run first.",
    "other": "It failed; the command says more.",
}
#: Our own words for a refusal of which the CRM says nothing.
_OWN_WORDS = frozenset({"no answer", "not found"})


@contextmanager
def note_attempt(
    session: Session, connection: str, verb: AttemptVerb, now: datetime
) -> Iterator[None]:
    """Keep how what is done inside ends."""
    with note_failure(session, connection, verb, now):
        yield
    _record(session, connection, CrmAttempt(verb, "", "", now))


@contextmanager
def note_failure(
    session: Session, connection: str, verb: AttemptVerb, now: datetime
) -> Iterator[None]:
    """Keep why what is done inside failed, if it does."""
    try:
        yield
    except Exception as fault:
        with suppress(CannotDo):  # the first fault is the one that is told
            _record(session, connection, _failure(verb, fault, now))
        raise


def crm_word(text: str) -> str:
    """A CRM's word for a refusal. A sentence of its own may hold a person's data: nothing is left
    of it, however it came to be kept.
    """
    return text if text in _OWN_WORDS or is_code(text) else ""


def _failure(verb: AttemptVerb, fault: Exception, now: datetime) -> CrmAttempt:
    if isinstance(fault, CrmFault):
        return CrmAttempt(verb, fault.code, crm_word(fault.word), now)
    is_unseen = isinstance(fault, CannotDo) and fault.field == "dry_run"
    return CrmAttempt(verb, "dry-run" if is_unseen else "other", "", now)


def _record(session: Session, connection: str, attempt: CrmAttempt) -> None:
    with session.write(attempt.verb, attempt.at) as workspace:
        at = moment_of_append(workspace, attempt.at)
        kept = CrmAttempt(attempt.verb, attempt.code, attempt.status, at)
        workspace.ledger.crm().record_attempt(connection, kept)
