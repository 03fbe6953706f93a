"""The summary on a terminal: what the base looks like, and whom to call; readable at 80 columns and
without colour.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.quality import due_sentence, empty_sentence, percent, waste_sentence
from leadlight.results.summary import (
    ScaleSummary,
    Summary,
    TopLead,
    duration,
    headline,
    label_text,
    nobody_to_call,
    uncallable_hot_leads,
)
from leadlight.results.text.first_answer import basis_sentences, improvement_sentences

_STYLES = {
    "hot": "bold red",
    "warm": "yellow",
    "cold": "blue",
    "won": "green",
    "lost": "dim",
    "empty": "dim",
    "non_target": "dim",
}
_CALLS = 10
_SOURCES = 8


@dataclass(frozen=True)
class SummaryView:
    """A summary that is drawn as wide as the screen is; `calls` is how many leads to call are
    listed.
    """

    summary: Summary
    calls: int = _CALLS

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        yield from _parts(self.summary, console, self.calls)


def print_summary(summary: Summary, console: Console, *, calls: int = _CALLS) -> None:
    """Print a summary; `calls` is how many leads to call are listed."""
    if not _can_draw(console) and isinstance(console.file, io.TextIOWrapper):
        console.file.reconfigure(
            errors="replace"
        )  # a name this terminal cannot write is no reason to stop
    console.print(SummaryView(summary, calls), soft_wrap=False)


def _parts(summary: Summary, console: Console, calls: int) -> Iterator[RenderableType]:
    plain = not _can_draw(console)
    yield Text(presentable(headline(summary)), style="bold")
    standing = f", {summary.standing}" if summary.standing else ""
    standing += f" ({summary.fingerprint[:12]})" if summary.standing.startswith("v") else ""
    yield Text(
        f"As of {summary.as_of:%Y-%m-%d %H:%M} UTC by the playbook"
        f" “{presentable(summary.playbook, 60)}”{standing}".replace(
            "“", '"' if plain else "“"
        ).replace("”", '"' if plain else "”"),
        style="dim",
    )
    for read in summary.read:
        if read.rejected or read.duplicates:
            yield Text(
                _read(read.what, read.rows, read.usable, read.rejected, read.duplicates),
                style="dim",
            )
    if not summary.leads:
        yield Text("\nThere is no lead in this base yet.")
        return
    yield from _basis(summary, plain)
    for scale in _in_reading_order(summary.scales):
        yield from _bars(scale, summary.leads, console, plain)
    yield from _calls(summary, calls, plain)
    yield from _sources(summary)
    yield from _quality(summary)
    yield from _notes(summary)


def _basis(summary: Summary, plain: bool) -> Iterator[RenderableType]:
    """What a first answer rests on, and what would make it better."""
    if summary.rests_on is None:
        return
    sentences = list(basis_sentences(summary.rests_on))
    better = list(improvement_sentences(summary.rests_on))
    if sentences:
        yield _heading("What the order rests on")
    for sentence in sentences:
        yield Padding(Text(_in_plain(sentence) if plain else sentence), (0, 0, 0, 2))
    for n, sentence in enumerate(better):
        said = f"Better with: {sentence}" if n == 0 else f"And with: {sentence}"
        yield Padding(Text(said, style="dim"), (0, 0, 0, 2))


def _in_plain(text: str) -> str:
    return text.replace("“", '"').replace("”", '"')


def _can_draw(console: Console) -> bool:
    return console.encoding.lower().startswith("utf")


def _in_reading_order(scales: Sequence[ScaleSummary]) -> list[ScaleSummary]:
    first = ("temperature", "stage")
    return sorted(scales, key=lambda s: first.index(s.name) if s.name in first else len(first))


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _read(what: str, rows: int, usable: int, rejected: int, duplicates: int) -> str:
    asides = [f"{rejected:,} rejected"] if rejected else []
    asides += [f"{duplicates:,} of them repeated"] if duplicates else []
    return (
        f"Read {plural(rows, 'row', 'rows')} of {presentable(what, 40)}: {usable:,} usable,"
        f" {', '.join(asides)}"
    )


def _bars(
    scale: ScaleSummary, leads: int, console: Console, plain: bool
) -> Iterator[RenderableType]:
    yield _heading(presentable(label_text(scale.name), 40).capitalize())
    table = Table.grid(padding=(0, 2))
    table.add_column(max_width=24, overflow="ellipsis", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    longest = max(10, min(36, console.width - 44))
    most = max(c.leads for c in scale.labels)
    for c in scale.labels:
        style = _STYLES.get(c.label, "cyan")
        table.add_row(
            Text(presentable(label_text(c.label), 24)),
            Text(f"{c.leads:,}"),
            Text(percent(c.leads, leads)),
            Text(_bar(c.leads / most if most else 0, longest, plain), style=style),
        )
    yield Padding(table, (0, 0, 0, 2))


def _bar(share: float, longest: int, plain: bool) -> str:
    """A bar of blocks in eighths; the smallest share that is not none still shows."""
    if share <= 0:
        return ""
    if plain:
        return "#" * max(1, round(share * longest))
    eighths = max(1, round(share * longest * 8))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + " ▏▎▍▌▋▊▉"[rest].strip()


def _calls(summary: Summary, calls: int, plain: bool) -> Iterator[RenderableType]:
    if not calls:
        return
    listed = summary.to_call[:calls]
    if listed or summary.warmer:
        yield _heading("Whom to call first")
    if listed:
        yield _call_table(summary, listed, plain)
        hot = summary.count("temperature", "hot")
        if hot > len(listed):
            yield Text(f"     {plural(hot, 'lead is', 'leads are')} hot in all", style="dim")
        said = uncallable_hot_leads(summary)
    else:
        said = nobody_to_call(summary) if summary.warmer else ""
    if said:
        yield Padding(Text(presentable(said, 400)), (0, 0, 0, 2))
    if not listed and summary.hottest:
        tells = summary.warmer and not summary.is_untold
        yield _heading("The hottest leads" if tells else "The first leads")
        yield _call_table(summary, summary.hottest[:calls], plain)


def _call_table(summary: Summary, listed: Sequence[TopLead], plain: bool) -> RenderableType:
    telling = {s.name for s in summary.scores if s.lowest or s.highest}
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True, style="dim")
    table.add_column(ratio=1)
    for place, lead in enumerate(listed, start=1):
        table.add_row(Text(f"{place}."), _call(lead, telling, plain))
    return Padding(table, (0, 0, 0, 1), expand=False)


def _call(lead: TopLead, telling: Collection[str], plain: bool) -> RenderableType:
    dot = " - " if plain else " · "
    company = presentable(lead.company, 40) if lead.name else ""
    who = Text(presentable(lead.who, 50), style="bold")
    who.append(f", {company}" if company else "", style="not bold")
    if lead.who != lead.lead_id:
        who.append(f"  {presentable(lead.lead_id, 40)}", style="not bold dim")
    state = Text()
    for i, (word, style) in enumerate(_state(lead, telling)):
        state.append(dot if i else "").append(word, style=style)
    lines = [who, state]
    if lead.reasons:
        lines.append(Text(presentable(lead.reasons, 220), style="dim"))
    return Group(*lines)


def _state(lead: TopLead, telling: Collection[str]) -> Iterator[tuple[str, str]]:
    """`telling` are the scores that are not 0 for everybody."""
    if lead.temperature:
        yield presentable(label_text(lead.temperature), 30), _STYLES.get(lead.temperature, "")
    if lead.stage:
        yield presentable(label_text(lead.stage), 30), ""
    if dict(lead.labels).get("audience") == "non_target":
        yield "non-target", "dim"
    for name, value in lead.scores:
        if value is not None and name in telling:
            yield f"{presentable(label_text(name), 20)} {lead.score_text(name, value)}", ""
    if lead.next_step:
        within = f" within {duration(lead.respond_within)}" if lead.respond_within else ""
        yield f"{presentable(lead.next_step, 90)}{within}", "bold"
    if lead.do_not_call:
        yield "asked not to be called", "bold magenta"
    if lead.do_not_email:
        yield "asked not to be mailed", "bold magenta"


def _sources(summary: Summary) -> Iterator[RenderableType]:
    if not summary.sources or (len(summary.sources) == 1 and not summary.sources_left):
        return
    yield _heading(f"Sources ({presentable(label_text(summary.source_attribute), 30)})")
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("", max_width=26, overflow="ellipsis", no_wrap=True)
    spent = any(s.spend is not None for s in summary.sources)
    shares = [
        c
        for c, scale in (("hot", "temperature"), ("target", "audience"), ("empty", "contact"))
        if summary.scale(scale)
    ]
    for title in ("leads", *shares, *(["per hot lead"] if spent else [])):
        table.add_column(title, justify="right", no_wrap=True)
    for s in summary.sources[:_SOURCES]:
        cells = [f"{s.leads:,}", *(percent(getattr(s, c), s.leads) for c in shares)]
        if spent:
            cost = s.cost_per_hot
            cells.append(
                "" if cost is None else f"{cost:,.0f} {presentable(summary.currency, 5)}".strip()
            )
        table.add_row(Text(presentable(s.source, 26)), *(Text(c) for c in cells))
    yield Padding(table, (0, 0, 0, 2), expand=False)
    more = len(summary.sources[_SOURCES:]) + summary.sources_left
    if more:
        yield Text(f"  and {more:,} more", style="dim")


def _quality(summary: Summary) -> Iterator[RenderableType]:
    """Of a verified base: who is empty, what that costs, and what to check or repair."""
    if summary.quality is None:
        return
    yield _heading("Data quality")
    for said in (
        empty_sentence(summary.quality),
        waste_sentence(summary.quality),
        due_sentence(summary.quality),
    ):
        if said:
            yield Padding(Text(presentable(said, 240)), (0, 0, 0, 2))


def _notes(summary: Summary) -> Iterator[RenderableType]:
    """What a reader must know to judge the figures."""
    notes: list[str] = []
    if summary.no_contacts:
        notes.append("This base has no e-mail or phone column: look the leads up by their id.")
    elif summary.empty and summary.quality is None:
        empty = plural(summary.empty, "empty lead has", "empty leads have")
        notes.append(f"{empty} no contact that works; they are not on the call list.")
    if summary.customers:
        notes.append(
            f"{plural(summary.customers, 'customer is', 'customers are')} not on the call list."
        )
    if summary.non_target:
        notes.append(
            f"{plural(summary.non_target, 'lead is', 'leads are')} outside the target audience."
        )
    if summary.unknown:
        names = presentable(", ".join(u.name for u in summary.unknown[:8]), 200)
        more = f" and {len(summary.unknown) - 8} more" if len(summary.unknown) > 8 else ""
        notes.append(f"The playbook asks for what this base does not have: {names}{more}.")
    if summary.unused_kinds:
        kinds = ", ".join(
            f"{presentable(k.kind, 40)} ({k.activities:,})" for k in summary.unused_kinds[:5]
        )
        more = f" and {len(summary.unused_kinds) - 5} more" if len(summary.unused_kinds) > 5 else ""
        notes.append(f"No rule uses these activities: {kinds}{more}.")
    notes += [presentable(note, 200) for note in summary.models]
    if notes:
        yield _heading("Good to know")
        for note in notes:
            yield Padding(Text(note), (0, 0, 0, 2))
