"""`leadlight qualify --engine spark`: what a run in the lake says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.facts.cohort import Known


def qualify_lake(
    engine: str,
    facts: str | None,
    out: str | None,
    playbook: str | None,
    as_of: str | None,
    known: Known,
    master: str | None,
    remote: str | None,
    other: Sequence[str],
    as_json: bool,
) -> None:
    """Qualify facts where they lie and say what stands there now; `other` are options that belong
    to other ways.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy, tell_problems
    from leadlight.desk.leads.lake import LakeRequest
    from leadlight.desk.leads.lake import qualify_lake as run
    from leadlight.desk.moments import when
    from leadlight.desk.wiring import clock
    from leadlight.results.text.qualification import render_lake

    if engine != "spark":
        raise CannotDo(
            f"--engine takes duckdb (the default) or spark, not {engine!r}."
            if engine != "duckdb"
            else "--facts, --master and --remote belong to Spark: add --engine spark."
        )
    if other:
        raise CannotDo(
            f"With --engine spark leave out {', '.join(other)}: it reads --facts and writes --out."
        )
    if not facts or not out:
        raise CannotDo(
            "Say where the facts are and where the qualifications go: "
            "leadlight qualify --engine spark --facts FOLDER --playbook playbook.yml --out FOLDER."
        )
    now = clock.now()
    request = LakeRequest(
        facts,
        out,
        now,
        playbook=playbook,
        as_of=when(as_of, now, "as_of"),
        known=known,
        master=master,
        remote=remote,
    )
    with open_session() as session, busy("Qualifying on Spark"):
        result = run(session, request)
    if not as_json:
        tell_problems(result.doubts)
    answer(result, render_lake, as_json)
