"""A playbook's text becomes a version of a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.playbooks import usable
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.agreements import Agreements, Version, roles_to_sign
from leadlight.facts.ledger import Agreement, Proposal
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo
from leadlight.results.agreement import Publication

LONGEST_NAME, LONGEST_NOTE = 200, 2_000


@dataclass(frozen=True)
class ProposedText:
    """A playbook's text that is to be a version: what faults call it, whose it is, why, and from
    when on it is wished for.
    """

    text: str
    name: str
    by: str
    note: str = ""
    since: datetime | None = None


def publish_text(workspace: Workspace, proposed: ProposedText) -> Publication:
    """Publish a text in a workspace that is open for writing, unless it says the same as the newest
    version that counts.
    """
    text, since = proposed.text, proposed.since
    by = checked_name(proposed.by)
    book, doubts = usable(text, proposed.name, workspace.ledger.catalog())
    known = workspace.ledger.agreements()
    now = moment_after(known, workspace.now)
    current = known.in_force(now)
    same = _same(known, book, now, since)
    if same is not None:
        return Publication(
            same,
            known.state(same, now),
            by,
            is_new=False,
            current=current,
            is_reworded=workspace.ledger.version_text(same.number) != text,
            doubts=tuple(doubts),
        )
    needs = roles_to_sign(book.sign_off, current)
    agreement = Agreement(book.fingerprint, book.name, text)
    note = _demand_length(proposed.note, "note", "note")
    version = workspace.ledger.publish(Proposal(agreement, needs, by, note, since), now)
    return Publication(
        version,
        workspace.ledger.agreements().state(version, now),
        by,
        is_new=True,
        current=current,
        extra_roles=tuple(role for role in needs if role not in book.sign_off),
        is_past=since is not None and since < now,
        doubts=tuple(doubts),
    )


def checked_name(by: str) -> str:
    """The name of whoever publishes or signs. Raises `CannotDo` where there is none."""
    name = _demand_length(" ".join(by.split()), "name", "by")
    if not name:
        raise CannotDo("Nobody is named. Say who it is.", field="by")
    return name


def _demand_length(text: str, what: str, field: str) -> str:
    text = text.replace("\0", "").strip()
    longest = LONGEST_NAME if what == "name" else LONGEST_NOTE
    if len(text) > longest:
        raise CannotDo(
            f"A {what} has at most {longest:,} characters, this one has {len(text):,}.", field=field
        )
    return text


def moment_after(known: Agreements, now: datetime) -> datetime:
    """A moment not before anything that was recorded: clocks of several computers differ."""
    return max(
        [now, *(v.published_at for v in known.versions), *(s.signed_at for s in known.sign_offs)]
    )


def _same(
    known: Agreements, book: Playbook, now: datetime, wished: datetime | None
) -> Version | None:
    """The version that says the same already: the newest one, unless it was for another date, or
    can no longer count.
    """
    newest = next(
        (v for v in reversed(known.versions) if known.state(v, now).word != "never in force"), None
    )
    if newest is None or newest.fingerprint != book.fingerprint:
        return None
    is_for_another_date = wished is not None and wished != newest.wished_from
    if is_for_another_date and known.state(newest, now).word != "in force":
        return None
    return newest
