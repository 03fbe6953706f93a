"""`publish`, `sign`, `history`: which rules are in force, and who agreed to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk import wiring
from leadlight.desk.model_files import complete
from leadlight.desk.moments import when
from leadlight.desk.playbooks import usable
from leadlight.desk.workspace.workspace import Place, Workspace, opened
from leadlight.facts.agreements import Agreements, SignOff, State, Version, roles_to_sign
from leadlight.facts.ledger import Agreement, Proposal, Run
from leadlight.playbook.diff.difference import PlaybookDifference, difference
from leadlight.playbook.read import fingerprint_of
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo, Problem, did_you_mean

LONGEST = {"name": 200, "note": 2_000}


@dataclass(frozen=True)
class Published:
    """What became of a text that was to be published: its version and where that stands; `new` when
    there was none of it.

    `reworded` says that only comments, blanks or quotes differ from the version that there was.
    `asked` are the roles that must sign only because the version in force needs them; `by` is who
    published it and how the name was found; `past` says that the date that was wished lies behind.
    """

    version: Version
    state: State
    new: bool
    by: tuple[str, str]
    before: Version | None = None
    asked: tuple[str, ...] = ()
    past: bool = False
    reworded: bool = False
    doubts: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Signed:
    """A signature that was added, where its version stands now, and what it says otherwise than the
    one `before`, in force.
    """

    version: Version
    role: str
    by: tuple[str, str]
    state: State
    before: Version | None
    difference: PlaybookDifference | None


@dataclass(frozen=True)
class History:
    """All versions with where each stood at a moment, the newest first, who signed them, and how
    many stored runs went by each.

    `at` is that moment; `ruling` is the version that a qualification as of then goes by. `written`
    is the fingerprint of `playbook.yml`, if there is one.
    """

    at: datetime
    agreements: Agreements
    ruling: Version | None
    states: Mapping[Version, State]
    runs: Mapping[Version, int]
    unpublished_runs: int
    written: str | None


def publish(
    place: Place | Path,
    playbook: Path | None,
    now: datetime,
    *,
    by: str | None = None,
    since: str | None = None,
    note: str = "",
) -> Published:
    """Publish a playbook (`playbook.yml`) as the next version, unless it says the same as the
    newest one that counts.
    """
    wished = when(since) if since is not None else None
    with opened(place, "publish", now, write=True) as workspace:
        file = playbook or workspace.playbook
        text = _text(file)
        author = _named(by, file.absolute().parent)
        book, doubts = usable(text, str(file), workspace.ledger.catalog())
        known = workspace.ledger.agreements()
        now = _after(known, now)
        current = known.in_force(now)
        same = _same(known, book, now, wished)
        if same is not None:
            reworded = workspace.ledger.version_text(same.number) != text
            return Published(
                same,
                known.state(same, now),
                False,
                author,
                current,
                reworded=reworded,
                doubts=tuple(doubts),
            )
        needs = roles_to_sign(book.sign_off, current)
        agreement = Agreement(book.fingerprint, book.name, text)
        version = workspace.ledger.publish(
            Proposal(agreement, needs, author[0], _short(note, "note"), wished), now
        )
        state = workspace.ledger.agreements().state(version, now)
    asked = tuple(role for role in needs if role not in book.sign_off)
    past = wished is not None and wished < now
    return Published(version, state, True, author, current, asked, past, doubts=tuple(doubts))


def sign(
    place: Place | Path,
    role: str,
    now: datetime,
    *,
    by: str | None = None,
    wanted: str | None = None,
    fingerprint: str | None = None,
) -> Signed:
    """Sign a version as a role: the one that is named by number or fingerprint, else the newest
    that waits for that role.
    """
    role = role.strip().lower()
    with opened(place, "sign", now, write=True) as workspace:
        known = workspace.ledger.agreements()
        now = _after(known, now)
        signer = _named(by, workspace.folder)
        version = _meant(known, wanted, role, now)
        _may_sign(known, version, role, fingerprint, now)
        before = known.in_force(now)
        workspace.ledger.sign(SignOff(version.number, version.fingerprint, role, signer[0], now))
        state = workspace.ledger.agreements().state(version, now)
        told = _difference(workspace, before, version)
    return Signed(version, role, signer, state, before, told)


def history(place: Place | Path, now: datetime, at: str | None = None) -> History:
    """Every version of a workspace's playbook, as things stood at a moment (now)."""
    moment = when(at) if at is not None else now
    with opened(place, "history", now) as workspace:
        everything = workspace.ledger.agreements()
        agreements, ruling = everything.known(moment), everything.ruling(moment, now)
        runs = workspace.ledger.runs()
        written = (
            fingerprint_of(_text(workspace.playbook)) if workspace.playbook.is_file() else None
        )
    states = {v: agreements.state(v, moment) for v in reversed(agreements.versions)}
    by_version = Counter(_version_of(run, agreements) for run in runs if run.recorded_at <= moment)
    unpublished = by_version.pop(None, 0)
    return History(
        moment,
        agreements,
        ruling,
        states,
        {v: n for v, n in by_version.items() if v},
        unpublished,
        written,
    )


def text_of(place: Place | Path, wanted: str, now: datetime) -> str:
    """The text of a version, exactly as it was published."""
    with opened(place, "history", now) as workspace:
        version = _named_version(workspace.ledger.agreements(), wanted)
        return workspace.published(version).text


def _text(file: Path) -> str:
    """A playbook's text with its models, and with its line ends as they are, so that it can be
    given back exactly.
    """
    try:
        return complete(file.read_bytes().decode("utf-8-sig"), file.parent)
    except FileNotFoundError:
        raise CannotDo(
            f"There is no playbook {file}. Name the one to publish: leadlight publish FILE."
        ) from None
    except IsADirectoryError:
        raise CannotDo(f"{file} is a folder. Name the playbook in it.") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotDo(f"{file} cannot be read as a text in UTF-8: {fault}.") from None


def _named(by: str | None, folder: Path) -> tuple[str, str]:
    name, found = (by, "") if by is not None else wiring.who(folder)
    name = _short(" ".join(name.split()), "name")
    if not name:
        raise CannotDo("Nobody is named. Say who it is: --by 'Ada Lovelace'.")
    return name, found


def _short(text: str, what: str) -> str:
    text = text.replace("\0", "").strip()
    if len(text) > LONGEST[what]:
        raise CannotDo(
            f"A {what} has at most {LONGEST[what]:,} characters, this one has {len(text):,}."
        )
    return text


def _after(known: Agreements, now: datetime) -> datetime:
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
    if (
        known.state(newest, now).word != "in force"
        and wished is not None
        and wished != newest.wished_from
    ):
        return None
    return newest


def _named_version(known: Agreements, wanted: str) -> Version:
    """A version by its number (2, v2), or the newest with that fingerprint (eight digits of it are
    enough).
    """
    said = wanted.strip().lower()
    if not known.versions:
        raise CannotDo("Nothing was ever published here. Begin with `leadlight publish`.")
    number = said.removeprefix("v")
    if number.isascii() and number.isdigit() and len(number) < 8:
        found = known.version(int(number))
        if found is None:
            raise CannotDo(f"There is no version {said}. The newest is {known.versions[-1]}.")
        return found
    of_that = [v for v in known.versions if len(said) >= 8 and v.fingerprint.startswith(said)]
    if not of_that:
        hint = (
            did_you_mean(said, [v.fingerprint for v in known.versions])
            or "leadlight history lists them."
        )
        raise CannotDo(
            f"No version has the fingerprint {wanted!r}: such a text was never published. {hint}"
        )
    return of_that[-1]


def _meant(known: Agreements, wanted: str | None, role: str, now: datetime) -> Version:
    if wanted is not None:
        return _named_version(known, wanted)
    waiting = [v for v in known.waiting(now) if role in known.missing(v)]
    if waiting:
        return waiting[0]
    if not known.versions:
        raise CannotDo(
            "There is nothing to sign: nothing was ever published here. Begin with `leadlight"
            " publish`."
        )
    return known.versions[-1]


def _may_sign(
    known: Agreements, version: Version, role: str, fingerprint: str | None, now: datetime
) -> None:
    """Raise `CannotDo` when a signature would mean nothing."""
    if fingerprint is not None and not (
        len(fingerprint) >= 8 and version.fingerprint.startswith(fingerprint.lower())
    ):
        raise CannotDo(
            f"{version} has the fingerprint {version.fingerprint}, not {fingerprint}: it is not the"
            " text that you mean. Nothing was signed."
        )
    if role not in version.needs:
        who = (
            f"It is signed as {' and as '.join(version.needs)}."
            f" {did_you_mean(role, version.needs) or ''}"
            if version.needs
            else (
                "It needs nobody's: its playbook has no key sign_off, such as sign_off: [marketing,"
                " sales]."
            )
        )
        raise CannotDo(
            f"{version} ({version.fingerprint}) needs no signature as {role!r}. {who}".strip()
        )
    done = next((s for s in known.signed(version) if s.role == role), None)
    if done is not None:
        raise CannotDo(
            f"{version} ({version.fingerprint}) is signed as {role} already: by {done.by}, on"
            f" {done.signed_at:%Y-%m-%d %H:%M} UTC."
        )
    if known.state(version, now).word == "never in force":
        raise CannotDo(
            f"{version} ({version.fingerprint}) can no longer come into force:"
            f" {known.in_force(now)} was published after it and is in force. Publish the text again"
            " to propose it anew."
        )


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
        old, new = (usable(*workspace.published(v)[1::-1], catalog)[0] for v in (before, version))
    except CannotDo:
        return None
    return difference(old, new)


def _version_of(run: Run, known: Agreements) -> Version | None:
    """The newest version that a run can have gone by."""
    return next(
        (
            v
            for v in reversed(known.versions)
            if v.fingerprint == run.fingerprint and v.published_at <= run.recorded_at
        ),
        None,
    )
