"""The roster of a workspace: `roster.yml` beside its playbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from leadlight.desk.texts import text_of
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.assignments import Standing
from leadlight.problems import CannotDo, NextStep
from leadlight.route.business_time import local_midnight
from leadlight.route.desks import returns_of
from leadlight.route.presence import presence
from leadlight.route.roster.read import ROSTER, must_read_roster
from leadlight.route.roster.spec import Roster

#: Whoever came back longer ago has had the turns that were theirs since.
_RECENT_DAYS = 60


@dataclass(frozen=True)
class RosterText:
    """A roster with its text, which the ledger keeps."""

    roster: Roster
    text: str

    @property
    def version(self) -> tuple[str, str]:
        """Its fingerprint and its text."""
        return self.roster.fingerprint, self.text


def roster_file(workspace: Workspace) -> Path:
    """Where the roster of a workspace stands."""
    return workspace.folder / ROSTER


def find_roster(workspace: Workspace, file: Path | None = None) -> RosterText | None:
    """The roster of a workspace, or of a file; None where the workspace has none. Raises `CannotDo`
    for one that cannot be used.
    """
    path = file or roster_file(workspace)
    try:
        text = text_of(path)
    except FileNotFoundError:
        if file is None:
            return None
        raise CannotDo(f"There is no roster {file}.", field="roster") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotDo(f"{path} cannot be read as a text in UTF-8: {fault}.") from None
    return RosterText(_read(text, path.name), text)


def must_find_roster(workspace: Workspace, file: Path | None = None) -> RosterText:
    """The same. Raises `CannotDo` where there is none."""
    found = find_roster(workspace, file)
    if found is None:
        raise CannotDo(
            f"This workspace has no roster: {roster_file(workspace).name} is not in its folder.",
            step=NextStep("roster", {"begin": True}),
        )
    return found


@lru_cache(maxsize=8)
def _read(text: str, name: str) -> Roster:
    return must_read_roster(text, name)


def standing_of(
    workspace: Workspace,
    roster: Roster,
    companies: tuple[str, ...],
    now: datetime,
    *,
    is_whole: bool = False,
) -> Standing:
    """Where past assignments leave the people of a roster; the leads of the day are counted of
    those who have a limit, or with `is_whole` of all.
    """
    days = {
        p.id: (presence(p, now).day, local_midnight(p.calendar.zone, now))
        for p in roster.people.values()
        if is_whole or p.a_day is not None
    }
    returns = {
        key: moment
        for key, moment in returns_of(roster, now).items()
        if (now - moment).days <= _RECENT_DAYS
    }
    return workspace.ledger.assignments().standing(
        days, returns, companies, count_open=has_limits(roster)
    )


def has_limits(roster: Roster) -> bool:
    """Whether it matters how many leads somebody has."""
    return any(p.open is not None for p in roster.people.values()) or any(
        d.order == "least_busy" for d in roster.departments.values()
    )
