"""A base that is open, and what can be asked of it: by row, by lead and in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from leadlight.desk.leads.first_answer import FirstAnswerOptions, first_playbook, moment_of
from leadlight.desk.leads.one_lead import explain_lead
from leadlight.desk.leads.story import past_of_files
from leadlight.desk.playbooks import find_playbook, read_text, usable
from leadlight.desk.wiring import bases, db, output_files, reports, staging
from leadlight.facts.catalog import Catalog, Type
from leadlight.facts.file_options import FileOptions
from leadlight.facts.vocabulary import key
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.models_section import maps_of_models, types_of_terms
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo, NextStep, Problem, did_you_mean
from leadlight.results.explanation import Explanation
from leadlight.results.first_answer import FirstAnswer, learned_order
from leadlight.results.notebook import summary_html
from leadlight.results.summary import Summary
from leadlight.results.whose_turn import WhoseTurn

if TYPE_CHECKING:
    from leadlight.desk.leads.story import LeadPast
    from leadlight.desk.wiring.bases import Base
    from leadlight.desk.wiring.db import Connection
    from leadlight.desk.wiring.staging import StagedFile


@dataclass
class Qualifications:
    """A qualified base: one row a lead with its scores, labels, segments, route and reasons.

    `to_arrow`, `to_pandas` and `to_polars` give the rows; `explain(lead_id)` says why; `summary` is
    the base in numbers.
    """

    base: Base
    playbook: Playbook
    playbook_text: str
    as_of: datetime
    chosen: str | None = None  # the preset that was chosen because nobody named a playbook
    staged: tuple[StagedFile, ...] = ()
    doubts: tuple[Problem, ...] = ()
    passes: int = 1  # more where the memory allowed is small for the base
    # which version of a workspace's playbook it is: v3, unpublished; empty for one that was named
    standing: str = ""
    reads: tuple[Path, ...] = ()  # the files behind it, which no output may take the place of
    past: LeadPast | None = field(
        default=None, repr=False
    )  # what tells a lead's labels of the past
    rests_on: FirstAnswer | None = None  # of a first answer
    turns: WhoseTurn | None = None  # of a workspace with a roster, where a report is written
    _summary: Summary | None = field(default=None, repr=False)

    def to_arrow(self) -> Any:
        """A pyarrow.Table, ordered by lead id (needs `pip install 'leadlight[arrow]'`)."""
        if find_spec("pyarrow") is None:
            raise CannotDo(
                "An Arrow table needs pyarrow. Install it: pip install 'leadlight[arrow]'"
            )
        return self.base.con.sql("SELECT * FROM qualifications ORDER BY lead_id").to_arrow_table()

    def to_pandas(self) -> Any:
        """A pandas.DataFrame (needs `pip install 'leadlight[pandas]'`)."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> Any:
        """A polars.DataFrame (needs `pip install 'leadlight[polars]'`)."""
        import polars

        return polars.from_arrow(self.to_arrow())

    def with_checks_of(self, wanted: str) -> Qualifications:
        """Files of which nobody was verified, with a verdict for the leads that a user may mean,
        where the playbook asks for verdicts; for all of them where it compares leads.
        """
        if not verifies(self.playbook):
            return self
        among = [] if self.playbook.ranks else bases.lead_search(self.base).find(wanted)
        if not among and not self.playbook.ranks:
            return self
        return replace(self, base=self.base.with_checks(self.as_of, among))

    def explain(self, lead_id: object, story: bool = False, *, ahead: bool = True) -> Explanation:
        """The ledger of one lead, by its id or its e-mail address; with `story` what became of it
        until then, without `ahead` not what would lift it and what will change.
        """
        past = self.past if story else None
        found = explain_lead(
            self.base, self.playbook, str(lead_id), self.as_of, ahead=ahead, past=past
        )
        return replace(found, standing=self.standing)

    @property
    def by(self) -> str:
        """The playbook as every row of an export names it: the version, where there is one, and the
        fingerprint.
        """
        return f"{self.standing} {self.playbook.fingerprint}".strip()

    @property
    def summary(self) -> Summary:
        """The base in numbers, and whom to call."""
        if self._summary is None:
            self._summary = replace(
                reports.summarise(self.base, self.playbook, self.as_of),
                standing=self.standing,
                rests_on=self.rests_on or learned_order(self.playbook),
            )
        return self._summary

    def _repr_html_(self) -> str:
        """The base in numbers and whom to call, as a notebook shows it."""
        return summary_html(self.summary)

    def export(
        self, target: str | Path, columns: Literal["all", "qualification"] | None = None
    ) -> int:
        """Write the qualifications to a CSV, XLSX, Parquet or JSON file; how many rows it has."""
        with output_files.together(self.reads):
            return reports.export(self.base, self.playbook, Path(target), columns, self.by)

    def report(self, target: str | Path) -> Path:
        """Write the HTML report: one self-contained file."""
        with output_files.together(self.reads):
            return reports.write_report(self.summary, self.playbook, Path(target), self.turns)


def open_files(  # noqa: PLR0913 - the sources, and what is known of them
    leads: Any,
    activities: Sequence[Any] = (),
    *,
    as_of: datetime,
    playbook: str | Path | None = None,
    maps: Mapping[str, str] | None = None,
    more: Sequence[Any] = (),
    text: str | None = None,
    verify: bool = True,
    reading: FileOptions = FileOptions(),
    first_answer: FirstAnswerOptions | None = None,
) -> Qualifications:
    """Files or frames read and the playbook checked, with nothing qualified yet: enough to explain
    one lead. `more` are further logs and spend.

    `text` is that of the playbook when somebody read it already; `playbook` is then what faults
    call it. `reading` is what the files do not say of themselves: of sheet and header row those of
    the leads, of the kind that of the logs. Without `verify` no contact is verified, whatever the
    playbook asks for. With `first_answer` a base that no playbook is named for gets one of its own,
    and may be read as of an earlier moment; else it gets the preset that fits its columns. Raises
    `CannotDo` with a sentence.
    """
    con = db.connect()
    maps = maps or {}
    of_leads = replace(reading, kind=None)
    of_logs, of_others = (
        replace(reading, sheet=None, header_row=None),
        FileOptions(zone=reading.zone),
    )
    written = _text_with_models(playbook, text)
    types, as_taught = (
        types_of_terms(written, str(playbook)),
        maps_of_models(written, str(playbook)),
    )
    staged = [_stage(con, leads, "leads", {**as_taught, **maps}, of_leads, types)]
    _no_log_for_leads(staged[0])
    staged += [
        _stage(con, log, "activities", maps, of_logs, prefix=f"activities{n}")
        for n, log in enumerate(activities)
    ]
    staged += [
        _stage(con, other, None, maps, of_others, prefix=f"more{n}") for n, other in enumerate(more)
    ]
    _every_map_is_used(maps, staged)
    first = first_answer if playbook is None and text is None else None
    now = as_of
    if first is not None and first.choose_moment:
        as_of = moment_of(con, staged, now)
    base: Base = bases.base_of_files(con, staged, as_of)
    rests_on = None
    if first is None:
        name, text, chosen = _playbook(playbook, text, base.sources.catalog)
    else:
        made = first_playbook(base, staged, as_of, learn=first.learn)
        rests_on = replace(made.rests_on, read_as_of=as_of if as_of != now else None)
        chosen = rests_on.preset if rests_on.basis == "points" else None
        name, text = f"{rests_on.preset}.yml", made.text
    book, doubts = usable(text, name, base.sources.catalog)
    if verify and verifies(book):
        base = base.with_checks(as_of)
    past = past_of_files(book)
    sources = (leads, *activities, *more, playbook)
    reads = tuple(Path(s) for s in sources if isinstance(s, str | Path))
    return Qualifications(
        base,
        book,
        text,
        as_of,
        chosen,
        tuple(staged),
        tuple(doubts),
        reads=reads,
        past=past,
        rests_on=rests_on,
    )


def _playbook(
    playbook: str | Path | None, text: str | None, catalog: Catalog
) -> tuple[str, str, str | None]:
    """The playbook's name, its text, and the preset that was chosen."""
    if text is not None:
        return str(playbook), text, None
    return find_playbook(playbook, catalog)


def _text_with_models(playbook: str | Path | None, text: str | None) -> str:
    """The text of a playbook that may hold models; nothing of one that is no file."""
    if text is not None:
        return text
    path = Path(playbook or "")
    is_file = path.suffix.lower() in (".yml", ".yaml") and path.exists()
    return read_text(path) if is_file else ""


def _stage(
    con: Connection,
    source: Any,
    what: str | None,
    maps: Mapping[str, str],
    reading: FileOptions,
    types: Mapping[str, Type] | None = None,
    prefix: str = "leads",
) -> StagedFile:
    """A source as a typed relation; of what the user said about columns, what concerns this one.

    Each source has a prefix of its own: two data frames have no names, and those of two files may
    begin alike.
    """
    name = str(source) if isinstance(source, str | Path) else (what or "data frame")
    staged = (
        staging.stage(
            con, source, name=name, what=what, prefix=prefix, types=types, reading=reading
        )
        if not maps
        else _stage_by_maps(con, source, name, what, maps, prefix, types, reading)
    )
    if what and staged.what != what:
        raise CannotDo(f"{name} was given as {what}, and holds {staged.what}.")
    return staged


def _no_log_for_leads(staged: StagedFile) -> None:
    """Refuses a log that was given for the leads: each thing that somebody did would be a lead."""
    log, place = staged.mapping.log, ", ".join(staged.files)
    if log is None:
        return
    column = staged.mapping.header(log.whose)
    known = column is not None and column.name in ("lead_id", "email")
    maps = None if known else f"{log.whose}=lead_id"
    raise CannotDo(
        f"{place} is a log of what leads did, not a list of leads: {log.whose!r} repeats beside"
        f" {log.kind!r} and {log.moment!r}. Name it beside the file of the leads, as their"
        " activities, or import both into a workspace. If each row is a lead all the same, leave"
        f" the column {log.kind!r} out.",
        field="leads",
        step=NextStep("qualify", {"leads": "LEADS.csv", "activities": place, "maps": maps}),
    )


def _stage_by_maps(
    con: Connection,
    source: Any,
    name: str,
    what: str | None,
    maps: Mapping[str, str],
    prefix: str,
    types: Mapping[str, Type] | None,
    reading: FileOptions,
) -> StagedFile:
    try:
        first = staging.stage(con, source, name=name, what=what, prefix=prefix, reading=reading)
        headers = {key(c.header) for c in first.mapping.columns}
    except CannotDo:
        headers = {key(h) for h in maps}  # perhaps just what the user says is what it lacks
    mine = {h: t for h, t in maps.items() if key(h) in headers}
    return staging.stage(
        con,
        source,
        name=name,
        what=what,
        maps=mine,
        prefix=prefix,
        types=types,
        reading=reading,
    )


def _every_map_is_used(maps: Mapping[str, str], staged: Sequence[StagedFile]) -> None:
    """A header that no file has is a slip of the pen."""
    headers = [c.header for s in staged for c in s.mapping.columns]
    for header in maps:
        if key(header) not in {key(h) for h in headers}:
            hint = did_you_mean(header, headers) or f"The columns are: {', '.join(headers[:12])}."
            raise CannotDo(f"No file has a column {header!r}. {hint}", field="maps")
