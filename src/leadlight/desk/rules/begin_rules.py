"""`begin-rules`: the rules to begin with, where nobody has changed or published any yet.

A first answer that nobody has changed may give way to a preset: it was written for the columns of
one file, and what a log says does not move its temperatures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.session import Session
from leadlight.desk.wiring import ledgers, output_files
from leadlight.desk.workspace.workspace import PLAYBOOK
from leadlight.playbook.first_answer import EVIDENCE, FIRST_ANSWER
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.problems import CannotDo
from leadlight.results.text.first_answer import basis_sentences, improvement_sentences

#: The order of a first answer for which no log and no outcomes were there.
_BY_COLUMNS = f"\norder: {EVIDENCE}\n"


@dataclass(frozen=True)
class BeginRulesRequest:
    """Begin with a `preset`, or with the first answer on the file `leads`, whose columns `maps`
    says otherwise than they are read.
    """

    now: datetime
    preset: str | None = None
    leads: Path | None = None
    maps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FirstRules:
    """The rules that were begun with: their file, and of a first answer the sentences that say on
    what its order rests, how good it is, and what would make it better.
    """

    playbook: Path
    basis: tuple[str, ...] = ()
    improvements: tuple[str, ...] = ()


def may_begin_rules(session: Session, now: datetime) -> bool:
    """Whether the rules are still to be chosen: nobody was qualified, nothing is published, and
    `playbook.yml` is as it was shipped.
    """
    with session.read("begin-rules", now) as workspace:
        known = workspace.ledger.runs(1) or workspace.ledger.agreements().versions
        playbook = workspace.playbook
    if known:
        return False
    return not playbook.exists() or playbook.read_text(encoding="utf-8") in _preset_texts()


def may_leave_first_answer(session: Session, now: datetime) -> bool:
    """Whether a preset may take the place of the rules: nothing is published, and `playbook.yml` is
    a first answer by columns alone. The last run was made by it, so its text stays in the ledger.
    """
    with session.read("begin-rules", now) as workspace:
        last = next(iter(workspace.ledger.runs(1)), None)
        if last is None or workspace.ledger.agreements().versions:
            return False
        text = ledgers.playbook_text(workspace.con, last.fingerprint)
        playbook = workspace.playbook
    if not last.playbook.startswith(FIRST_ANSWER) or not playbook.exists():
        return False
    return playbook.read_text(encoding="utf-8") == text and _BY_COLUMNS in text


def begin_rules(session: Session, request: BeginRulesRequest) -> FirstRules:
    """Write `playbook.yml`. Raises `CannotDo` where somebody wrote rules already."""
    leaves = request.leads is None and may_leave_first_answer(session, request.now)
    if not leaves and not may_begin_rules(session, request.now):
        raise CannotDo("This workspace has rules already. Change its playbook instead.")
    target = session.place.folder / PLAYBOOK
    draft = target.with_name(f".{PLAYBOOK}.new")
    draft.unlink(missing_ok=True)
    rules = FirstRules(target)
    if request.leads is not None:
        maps = dict(request.maps)
        answer = qualify(
            session,
            QualifyRequest(request.now, leads=request.leads, maps=maps, save_playbook=draft),
        )
        if answer.summary is not None and answer.summary.rests_on is not None:
            found = answer.summary.rests_on
            rules = FirstRules(
                target, tuple(basis_sentences(found)), tuple(improvement_sentences(found))
            )
    else:
        output_files.write_text(draft, preset_text(request.preset or ""), "new")
    draft.replace(target)
    return rules


def _preset_texts() -> frozenset[str]:
    return frozenset(preset_text(name) for name in preset_names())
