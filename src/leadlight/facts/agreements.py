"""Who agreed to which rules, since when: versions of a playbook and the roles' sign-offs, as dated
facts.

A version takes effect at the latest of three moments: when it was published, the date that was
wished, the last sign-off that it needs.  Of the versions in effect the highest number is in force.
So each moment has at most one version in force, and a fact recorded later changes no earlier
answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

Word = Literal["proposed", "coming", "in force", "superseded", "never in force"]


@dataclass(frozen=True)
class Version:
    """A published playbook: the roles that must sign it, who published it and when, and from when
    on it was wished.

    Numbers count from 1 in the order of publishing. The fingerprint stands for the content; the
    ledger keeps the text.
    """

    number: int
    fingerprint: str
    name: str
    needs: tuple[str, ...]
    author: str
    note: str
    published_at: datetime
    wished_from: datetime | None = None

    def __str__(self) -> str:
        return f"v{self.number}"


@dataclass(frozen=True)
class SignOff:
    """A role's agreement to a version, by whom and when. It counts only for the version with this
    fingerprint.
    """

    version: int
    fingerprint: str
    role: str
    by: str
    signed_at: datetime


@dataclass(frozen=True)
class State:
    """Where a version stands: `missing` are the roles that have not signed, `since` and `until`
    when it was, is or will be in force.
    """

    word: Word
    missing: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Agreements:
    """All versions and sign-offs of a workspace, each in the order in which they were recorded."""

    versions: tuple[Version, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()

    def as_of(self, at: datetime) -> Agreements:
        """What had been published and signed by a moment."""
        return Agreements(
            tuple(v for v in self.versions if v.published_at <= at),
            tuple(s for s in self.sign_offs if s.signed_at <= at),
        )

    def version(self, number: int) -> Version | None:
        """The version of that number."""
        return next((v for v in self.versions if v.number == number), None)

    def valid_sign_offs(self, version: Version) -> tuple[SignOff, ...]:
        """The sign-offs that count for a version, the first of each role."""
        found: dict[str, SignOff] = {}
        for s in sorted(self.sign_offs, key=lambda s: s.signed_at):
            if (s.version, s.fingerprint) == (version.number, version.fingerprint):
                found.setdefault(s.role, s)
        return tuple(found.values())

    def missing_roles(self, version: Version) -> tuple[str, ...]:
        """The roles that have still to sign a version."""
        done = {s.role for s in self.valid_sign_offs(version)}
        return tuple(role for role in version.needs if role not in done)

    def effective(self, version: Version) -> datetime | None:
        """When a version takes effect, unless a later one did before; None while a role has not
        signed.
        """
        if self.missing_roles(version):
            return None
        signed = (s.signed_at for s in self.valid_sign_offs(version) if s.role in version.needs)
        return max(version.published_at, version.wished_from or version.published_at, *signed)

    def reigns(self) -> list[tuple[datetime, Version]]:
        """Since when each version is in force, in order; one that was never in force has no
        entry.
        """
        moments = sorted(
            (at, v.number, v) for v in self.versions if (at := self.effective(v)) is not None
        )
        out: list[tuple[datetime, Version]] = []
        for at, number, version in moments:
            if out and out[-1][1].number > number:
                continue
            if out and out[-1][0] == at:
                out.pop()
            out.append((at, version))
        return out

    def in_force(self, at: datetime) -> Version | None:
        """The version in force at a moment; None before the first one was."""
        return next((v for since, v in reversed(self.reigns()) if since <= at), None)

    def version_for(self, at: datetime, now: datetime) -> Version | None:
        """The version that a qualification as of a moment goes by, asked now.

        The one in force then; the first one for a moment before it, once that is in force; None
        before.
        """
        reigns = self.reigns()
        return self.in_force(at) or (reigns[0][1] if reigns and reigns[0][0] <= now else None)

    def periods(
        self, since: datetime, until: datetime, now: datetime
    ) -> list[tuple[datetime, datetime, Version | None]]:
        """The same for a stretch of time, parted where another version comes into force; the parts
        join without a gap.
        """
        changes = [at for at, _ in self.reigns() if since < at < until]
        parts = [(a, b, self.version_for(a, now)) for a, b in pairwise([since, *changes, until])]
        out: list[tuple[datetime, datetime, Version | None]] = []
        for a, b, version in parts:
            if out and out[-1][2] == version:
                a = out.pop()[0]
            out.append((a, b, version))
        return out

    def state(self, version: Version, at: datetime) -> State:
        """Where a version stands at a moment, by what was known then."""
        then = self.as_of(at)
        reigns = then.reigns()
        place = next((n for n, (_, v) in enumerate(reigns) if v == version), None)
        if place is None:
            return then._state_outside(version, at)
        since = reigns[place][0]
        until = next((moment for moment, _ in reigns[place + 1 :]), None)
        if since > at:
            return State("coming", (), since, until)
        is_over = until is not None and until <= at
        return State("superseded" if is_over else "in force", (), since, until)

    def _state_outside(self, version: Version, at: datetime) -> State:
        """Of a version that is never in force: whether it still can be."""
        missing = self.missing_roles(version)
        later = any(v.number > version.number and since <= at for since, v in self.reigns())
        return State("never in force" if later or not missing else "proposed", missing)

    def proposed_versions(self, at: datetime) -> tuple[Version, ...]:
        """The versions that can still come into force once they are signed, the newest first."""
        return tuple(v for v in reversed(self.versions) if self.state(v, at).word == "proposed")


def roles_to_sign(own: Iterable[str], current: Version | None) -> tuple[str, ...]:
    """The roles that must sign a new version: those its text names, and those of the version in
    force.

    Else whoever leaves the key out of a text would leave the others out of the agreement.
    """
    return tuple(dict.fromkeys([*own, *(current.needs if current else ())]))


def in_force(
    versions: Sequence[Version], sign_offs: Sequence[SignOff], at: datetime
) -> Version | None:
    """The version in force at a moment; None before the first one was."""
    return Agreements(tuple(versions), tuple(sign_offs)).in_force(at)
