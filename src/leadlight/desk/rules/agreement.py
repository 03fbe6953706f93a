"""`publish`, `sign`, `history`: which rules are in force, and who agreed to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from leadlight.desk.model_files import complete
from leadlight.desk.playbooks import usable
from leadlight.desk.session import Session
from leadlight.desk.workspace.publication import (
    ProposedText,
    checked_name,
    moment_after,
    publish_text,
)
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.agreements import Agreements, SignOff, Version
from leadlight.playbook.diff.difference import PlaybookDifference, difference
from leadlight.playbook.read import fingerprint_of
from leadlight.problems import CannotDo, NextStep, did_you_mean
from leadlight.results.agreement import (
    PlaybookHistory,
    Publication,
    SignedVersion,
    VersionStatus,
    VersionText,
)


@dataclass(frozen=True)
class PublishRequest:
    """Publish a playbook as the next version, by somebody: a file (null: `playbook.yml` of the
    workspace), in force `since` a moment at the earliest (null: at once).

    `seen` is the number of the newest version that whoever wrote the text has seen (0: there was
    none): where somebody published another one since, nothing is published. Null: it is not looked
    at.
    """

    by: str
    now: datetime
    playbook: Path | None = None
    since: datetime | None = None
    note: str = ""
    seen: int | None = None


@dataclass(frozen=True)
class SignRequest:
    """Sign a version as a role, by somebody: a number or fingerprint (null: the newest version that
    waits for this role). With `fingerprint` it is signed only if it has that.
    """

    role: str
    by: str
    now: datetime
    version: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True)
class HistoryRequest:
    """Every version of a workspace's playbook, as things stood `at` a moment (null: now)."""

    now: datetime
    at: datetime | None = None


@dataclass(frozen=True)
class VersionTextRequest:
    """The text of a version, by number or fingerprint."""

    version: str
    now: datetime


def publish(session: Session, request: PublishRequest) -> Publication:
    """Publish a playbook, unless it says the same as the newest version that counts."""
    with session.write("publish", request.now) as workspace:
        _check_seen(workspace.ledger.agreements(), request.seen)
        file = request.playbook or workspace.playbook
        return publish_text(
            workspace,
            ProposedText(_text_of(file), str(file), request.by, request.note, request.since),
        )


def sign(session: Session, request: SignRequest) -> SignedVersion:
    """Sign a version. Raises `CannotDo` when the signature would mean nothing."""
    role, by = request.role.strip().lower(), checked_name(request.by)
    with session.write("sign", request.now) as workspace:
        known = workspace.ledger.agreements()
        now = moment_after(known, request.now)
        version = _version_to_sign(known, request.version, role, now)
        _check_fingerprint(version, request.fingerprint)
        _check_signature(known, version, role, now)
        before = known.in_force(now)
        workspace.ledger.sign(SignOff(version.number, version.fingerprint, role, by, now))
        state = workspace.ledger.agreements().state(version, now)
        return SignedVersion(
            version, role, by, state, before, _difference(workspace, before, version)
        )


def history(session: Session, request: HistoryRequest) -> PlaybookHistory:
    """Every version with where it stood, and how many stored runs went by it."""
    moment = request.at or request.now
    with session.read("history", request.now) as workspace:
        everything = workspace.ledger.agreements()
        agreements = everything.as_of(moment)
        runs = workspace.ledger.count_runs_by_version(moment)
        written = _written_fingerprint(workspace)
    return PlaybookHistory(
        moment,
        request.at is None,
        everything.version_for(moment, request.now),
        tuple(
            VersionStatus(
                v, agreements.state(v, moment), agreements.valid_sign_offs(v), runs.get(v.number, 0)
            )
            for v in reversed(agreements.versions)
        ),
        runs.get(None, 0),
        written,
    )


def version_text(session: Session, request: VersionTextRequest) -> VersionText:
    """The text of a version, exactly as it was published."""
    with session.read("history", request.now) as workspace:
        version = _find_version(workspace.ledger.agreements(), request.version)
        return VersionText(version, workspace.published_playbook(version).text)


def _check_seen(known: Agreements, seen: int | None) -> None:
    """Raise `CannotDo` where somebody published a version that the author has not seen."""
    newest = known.versions[-1] if known.versions else None
    if seen is None or newest is None or newest.number <= seen:
        return
    raise CannotDo(
        f"{newest.author} published {newest} on {newest.published_at:%Y-%m-%d at %H:%M} UTC, after"
        " this text was begun. Nothing was published: look at both, and put what you want to keep"
        " of theirs into yours.",
        field="seen",
    )


def _written_fingerprint(workspace: Workspace) -> str | None:
    file = workspace.playbook
    return _fingerprint(_text_of(file)) if file.is_file() else None


@lru_cache(maxsize=8)
def _fingerprint(text: str) -> str | None:
    """A page asks for that of the same file each time it is opened."""
    return fingerprint_of(text)


def _text_of(file: Path) -> str:
    """A playbook's text with its models, and with its line ends as they are, so that it can be
    given back exactly.
    """
    try:
        return complete(file.read_bytes().decode("utf-8-sig"), file.parent)
    except FileNotFoundError:
        raise CannotDo(
            f"There is no playbook {file}. Name the one to publish.", field="playbook"
        ) from None
    except IsADirectoryError:
        raise CannotDo(f"{file} is a folder. Name the playbook in it.", field="playbook") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotDo(
            f"{file} cannot be read as a text in UTF-8: {fault}.", field="playbook"
        ) from None


def _find_version(known: Agreements, wanted: str) -> Version:
    """A version by its number (2, v2), or the newest with that fingerprint (eight digits of it are
    enough).
    """
    text = wanted.strip().lower()
    if not known.versions:
        raise CannotDo("Nothing was ever published here.", step=NextStep("publish"))
    number = text.removeprefix("v")
    if number.isascii() and number.isdigit() and len(number) < 8:
        found = known.version(int(number))
        if found is None:
            raise CannotDo(
                f"There is no version {text}. The newest is {known.versions[-1]}.", field="version"
            )
        return found
    return _version_of_fingerprint(known, text)


def _version_of_fingerprint(known: Agreements, text: str) -> Version:
    of_that = [v for v in known.versions if len(text) >= 8 and v.fingerprint.startswith(text)]
    if of_that:
        return of_that[-1]
    refusal = f"No version has the fingerprint {text!r}: such a text was never published."
    hint = did_you_mean(text, [v.fingerprint for v in known.versions])
    if hint is not None:
        raise CannotDo(f"{refusal} {hint}", field="version")
    raise CannotDo(refusal, field="version", step=NextStep("history"))


def _version_to_sign(known: Agreements, wanted: str | None, role: str, now: datetime) -> Version:
    if wanted is not None:
        return _find_version(known, wanted)
    waiting = [v for v in known.proposed_versions(now) if role in known.missing_roles(v)]
    if waiting:
        return waiting[0]
    if not known.versions:
        raise CannotDo(
            "There is nothing to sign: nothing was ever published here.", step=NextStep("publish")
        )
    return known.versions[-1]


def _check_signature(known: Agreements, version: Version, role: str, now: datetime) -> None:
    """Raise `CannotDo` when a signature would mean nothing."""
    name = f"{version} ({version.fingerprint})"
    if role not in version.needs:
        raise CannotDo(
            f"{name} needs no signature as {role!r}. {_who_signs(version, role)}".strip(),
            field="role",
        )
    done = next((s for s in known.valid_sign_offs(version) if s.role == role), None)
    if done is not None:
        raise CannotDo(
            f"{name} is signed as {role} already: by {done.by}, on"
            f" {done.signed_at:%Y-%m-%d %H:%M} UTC."
        )
    if known.state(version, now).word == "never in force":
        raise CannotDo(
            f"{name} can no longer come into force: {known.in_force(now)} was published after it"
            " and is in force. Publish the text again to propose it anew."
        )


def _check_fingerprint(version: Version, fingerprint: str | None) -> None:
    """Raise `CannotDo` when the version is not the text that somebody has read."""
    if fingerprint is None:
        return
    if len(fingerprint) < 8 or not version.fingerprint.startswith(fingerprint.lower()):
        raise CannotDo(
            f"{version} has the fingerprint {version.fingerprint}, not {fingerprint}: it is not the"
            " text that you mean. Nothing was signed.",
            field="fingerprint",
        )


def _who_signs(version: Version, role: str) -> str:
    if not version.needs:
        return (
            "It needs nobody's: its playbook has no key sign_off, such as sign_off: [marketing,"
            " sales]."
        )
    roles = " and as ".join(version.needs)
    return f"It is signed as {roles}. {did_you_mean(role, version.needs) or ''}"


def _difference(
    workspace: Workspace, before: Version | None, version: Version
) -> PlaybookDifference | None:
    """What a version says otherwise than the one in force; None when there is no other, or one
    cannot be read today.
    """
    if before is None or before == version:
        return None
    catalog = workspace.ledger.catalog()
    try:
        versions = (workspace.published_playbook(v) for v in (before, version))
        old, new = (usable(v.text, v.name, catalog)[0] for v in versions)
    except CannotDo:
        return None
    return difference(old, new)
