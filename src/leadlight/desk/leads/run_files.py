"""The files that a run leaves: the leads, and the report."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from leadlight.desk.wiring import reports
from leadlight.results.files import WrittenFile

if TYPE_CHECKING:
    from leadlight.desk.leads.qualifications import Qualifications
    from leadlight.desk.wiring.output_files import Claim

#: Which columns a file of leads has: the company's own and the results, or the results only.
Columns: TypeAlias = Literal["all", "qualification"]


@dataclass(frozen=True)
class RunFiles:
    """The files to write: the leads (`columns`: which of their columns) and the report."""

    out: Path | None = None
    report: Path | None = None
    columns: Columns | None = None

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The places that will be written to."""
        return (self.out, "qualified"), (self.report, "report")

    @property
    def streams(self) -> bool:
        """Whether the leads can be written while the plan runs, so that they are never held
        together.
        """
        return (
            self.out is not None and self.out.suffix.lower() == ".parquet" and self.columns != "all"
        )

    def without_report(self) -> RunFiles:
        """Those of a run over some leads only: it has no report."""
        return replace(self, report=None, columns="qualification")

    def write(self, found: Qualifications, *, streamed: bool = False) -> tuple[WrittenFile, ...]:
        """Write them. With `streamed` the leads are written already."""
        if self.out or self.report:
            found.base.fetch()
        with ThreadPoolExecutor(1) as drawing:
            drawn = self._draw(found, drawing)
            files = [WrittenFile(self.out, self._rows(found, streamed))] if self.out else []
            if drawn is not None:
                files.append(WrittenFile(drawn.result()))
        return tuple(files)

    def _draw(self, found: Qualifications, drawing: ThreadPoolExecutor) -> Future[Path] | None:
        """The report, drawn while the leads are written: it needs the summary only, and mostly
        waits. Its thread knows of the outputs of this request by the context.
        """
        if self.report is None:
            return None
        return drawing.submit(
            copy_context().run,
            reports.write_report,
            found.summary,
            found.playbook,
            self.report,
            found.turns,
        )

    def _rows(self, found: Qualifications, streamed: bool) -> int:
        """Write the leads; those that are written already get their places in the call order. How
        many there are.
        """
        assert self.out is not None
        if streamed:
            leads = found.summary.leads  # made now: the file it is read from moves to its place
            reports.add_ranks(found.base, found.playbook, self.out, found.by)
            return leads
        return found.export(self.out, self.columns)
