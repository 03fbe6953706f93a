"""Versions of a playbook: published, signed, and listed with where each stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.facts.agreements import SignOff, State, Version
from leadlight.playbook.diff.difference import PlaybookDifference
from leadlight.problems import Problem


@dataclass(frozen=True)
class Publication:
    """A text that was to be published: its version and where that stands.

    `is_new` is false where a version says the same already, and `is_reworded` where only comments,
    blanks or quotes differ from it. `current` is the version in force. `extra_roles` must sign only
    because the version in force needs them. `is_past` says that the wished date lies behind.
    """

    version: Version
    state: State
    by: str
    is_new: bool
    current: Version | None = None
    extra_roles: tuple[str, ...] = ()
    is_past: bool = False
    is_reworded: bool = False
    doubts: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class SignedVersion:
    """A signature that was added, where its version stands now, the version in force before, and
    what the two say otherwise (null: there was none, or one of them cannot be read today).
    """

    version: Version
    role: str
    by: str
    state: State
    before: Version | None
    difference: PlaybookDifference | None


@dataclass(frozen=True)
class VersionStatus:
    """A version, where it stands at a moment, who signed it, and how many runs went by it."""

    version: Version
    state: State
    signed: tuple[SignOff, ...]
    runs: int


@dataclass(frozen=True)
class PlaybookHistory:
    """All versions of a workspace's playbook as of a moment, the newest first.

    `ruling` is the version by which a qualification as of then goes. `written` is the fingerprint
    of `playbook.yml` (null: there is none). `unpublished_runs` went by no version.
    """

    at: datetime
    is_now: bool
    ruling: Version | None
    versions: tuple[VersionStatus, ...]
    unpublished_runs: int
    written: str | None


@dataclass(frozen=True)
class VersionText:
    """A version with its text, exactly as it was published."""

    version: Version
    text: str
