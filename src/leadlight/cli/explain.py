"""`leadlight explain`: a lead's ledger."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadlight.cli.options import Activities, AsOf, KnownOfMoment, Leads, PlaybookFile, Workspace
from leadlight.cli.screen import say_json
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.results.difference import LeadDifference
    from leadlight.results.explanation import Explanation, RuleLine, ScoreLedger
    from leadlight.results.story import Story

FACTS_SHOWN = 6
TERMS_SHOWN = 9


def register(app: typer.Typer) -> None:
    app.command("explain", rich_help_panel="Every day")(explain)


def explain(
    lead: Annotated[str, typer.Argument(help="Lead id or e-mail address.")],
    as_of: AsOf = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", help="Earlier moment, in UTC: show what was added, faded or changed since."
        ),
    ] = None,
    leads: Leads = None,
    activities: Activities = None,
    playbook: PlaybookFile = None,
    playbook_since: Annotated[
        str | None,
        typer.Option("--playbook-since", help="Playbook to use at --since, if different."),
    ] = None,
    workspace: Workspace = None,
    known: KnownOfMoment = "then",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the full explanation as JSON, with every digit.")
    ] = False,
    story: Annotated[
        bool,
        typer.Option(
            "--story/--no-story",
            help="Include the lead's history. Leave it out for a faster answer.",
        ),
    ] = True,
    every: Annotated[bool, typer.Option("--all", help="List every fact of every rule.")] = False,
) -> None:
    """Explain one lead: every point and where it comes from. Also what would raise its labels, its
    history, and when it cools.
    """
    if since is not None:
        from leadlight.results.text import comparison

        two = _compared(
            lead, since, as_of, leads, activities or [], playbook, playbook_since, workspace, known
        )
        _say(two, as_json, comparison.told(two, every))
        return
    if playbook_since is not None:
        raise CannotDo(
            "--playbook-since is the playbook at an earlier moment. Name the moment with --since."
        )
    found = _found(lead, as_of, leads, activities or [], playbook, workspace, known, story)
    _say(found, as_json, told(found, every))


def _say(found: Explanation | LeadDifference, as_json: bool, lines: list[str]) -> None:
    if as_json:
        say_json(asdict(found), _plain)
        return
    for line in lines:
        typer.echo(line)


def _compared(
    lead: str,
    since: str,
    as_of: str | None,
    leads: Path | None,
    activities: list[Path],
    playbook: str | None,
    playbook_since: str | None,
    workspace: str | None,
    known: str,
) -> LeadDifference:
    from leadlight.cli.console import busy, known_as
    from leadlight.desk.leads.compare import in_files, in_workspace
    from leadlight.desk.workspace.workspace import named

    with busy("Looking it up"):
        if leads is not None:
            return in_files(
                leads,
                activities,
                lead,
                since,
                as_of,
                playbook=playbook,
                playbook_since=playbook_since,
            )
        return in_workspace(
            named(workspace),
            lead,
            since,
            as_of,
            playbook=playbook,
            playbook_since=playbook_since,
            known=known_as(known),
        )


def _found(
    lead: str,
    as_of: str | None,
    leads: Path | None,
    activities: list[Path],
    playbook: str | None,
    workspace: str | None,
    known: str,
    story: bool,
) -> Explanation:
    from leadlight.cli.console import busy, known_as

    with busy("Looking it up"):
        if leads is not None:
            from leadlight.desk.leads.qualify import opened

            return opened(leads, activities, playbook=playbook, as_of=as_of).explain(
                lead, story=story
            )
        from leadlight.desk.leads.run import looked_at
        from leadlight.desk.workspace.workspace import named

        with looked_at(
            named(workspace),
            "explain",
            playbook=playbook,
            as_of=as_of,
            known=known_as(known),
            whole=False,
        ) as q:
            return replace(q.explain(lead, story=story), known=known_as(known))


def told(e: Explanation, every: bool = False) -> list[str]:
    """The explanation in lines of plain text."""
    from leadlight.presentable import presentable
    from leadlight.results.summary import duration, label_text

    name = (
        " ".join(str(e.attributes[k]) for k in ("first_name", "last_name") if e.attributes.get(k))
        or e.attributes.get("full_name")
        or ""
    )
    standing = f", {e.standing}" if e.standing else ""
    out = [
        f"{presentable(e.lead_id, 60)}{'  ' + presentable(str(name), 60) if name else ''}",
        (
            f"as of {e.as_of:%Y-%m-%d %H:%M} UTC by {presentable(e.playbook, 60)}{standing}"
            f" ({e.fingerprint})"
        ),
        "",
    ]
    if e.twins:
        out[1:1] = _person(e)
    if e.known == "now":
        from leadlight.results.text.comparison import KNOWN_NOW

        out.insert(0, KNOWN_NOW)
    for label in e.labels:
        because = presentable(label.say or " ".join(label.because.split()), 160)
        sign = "   " if label.say else "   because "
        line = f"  {label_text(label.scale):<14}{label_text(label.label):<24}"
        out.append((line + sign + because if because else line).rstrip())
    if e.segments:
        out.append(f"  {'segments':<14}{', '.join(label_text(s) for s in e.segments)}")
    if e.department:
        within = f" within {duration(e.respond_within)}" if e.respond_within else ""
        step = f": {presentable(e.next_step, 80)}" if e.next_step else ""
        out.append(f"  {'route':<14}{presentable(e.department, 40)}{within}{step}")
    for ledger in e.scores:
        out += ["", *_ledger(ledger, every)]
    if e.said_by:
        out += ["", "What counts of it, and which of its leads said it"]
        out += [
            f"  {presentable(n, 24):<24} {presentable(str(e.attributes[n]), 60)} "
            f" ({presentable(who, 40)})"
            for n, who in e.said_by.items()
            if n in e.attributes
        ]
    if e.lifts:
        out += ["", "What would lift it"]
        out += [
            f"  {label_text(lift.scale)} to {label_text(lift.label)}: {presentable(lift.by, 80)}"
            for lift in e.lifts
        ]
    if e.raises:
        out += ["", "What could add to it, as it did for leads before (no promise)"]
        out += [
            f"  {label_text(r.score)} {r.adds:+.2f} to {r.reaches:.1%}: {presentable(r.by, 100)}"
            for r in e.raises
        ]
    if e.story is not None:
        out += ["", "Its story", *_story(e.story)]
    out += ["", "If nothing happens"]
    out += [
        f"  {label_text(c.scale)} turns from {label_text(c.before)} to {label_text(c.after)} on"
        f" {c.at:%Y-%m-%d at %H:%M}"
        for c in e.changes
    ] or ["  nothing changes within a year"]
    return out


def _story(s: Story) -> list[str]:
    """What became of the lead: its labels, how it climbed, slept and was given back, and where it
    is going.
    """
    from leadlight.results.text.story import told

    return [f"  {line}" for line in told(s)]


def _person(e: Explanation) -> list[str]:
    """That several leads are one person, and which of them was asked for."""
    from leadlight.presentable import presentable

    listed = ", ".join(presentable(t, 40) for t in e.twins[:10]) + (
        " ..." if len(e.twins) > 10 else ""
    )
    said = f"one person, {len(e.twins)} leads: {listed}"
    if e.asked is None:
        return [said]
    return [said, f"{presentable(e.asked, 40)} is one of them; this is what is known of the person"]


def _ledger(ledger: ScoreLedger, every: bool) -> list[str]:
    from leadlight.results.summary import label_text

    if ledger.answer is not None and ledger.rules:
        return _probability(ledger, every)
    if ledger.answer is not None or (not ledger.rules and ledger.summed == ledger.score == 0):
        value = ledger.answer if ledger.answer is not None else ledger.score
        return [f"{label_text(ledger.name)}  {_number(Decimal(str(value)))}"]
    out = [f"{label_text(ledger.name)}  {_number(ledger.score)}"]
    for rule in sorted(ledger.rules, key=lambda r: -abs(r.counted)):
        out += _rule(rule, every)
    out.append(f"  {_number(ledger.summed):>16}  sum")
    if ledger.limited:
        limit = f"at least {ledger.at_least}" if ledger.limited > 0 else f"at most {ledger.at_most}"
        out.append(f"  {_number(ledger.limited):>16}  the score is kept to {limit}")
        out.append(f"  {_number(ledger.score):>16}  score")
    return out


def _probability(ledger: ScoreLedger, every: bool) -> list[str]:
    """A learned model's tables, the weightiest first; those that add next to nothing in one
    line.
    """
    from leadlight.results.summary import label_text

    out = [f"{label_text(ledger.name)}  {ledger.answer:.1%}"]
    ordered = [ledger.rules[0], *sorted(ledger.rules[1:], key=lambda r: -abs(r.counted))]
    listed = ordered if every else [r for r in ordered[:TERMS_SHOWN] if r.counted]
    for rule in listed:
        out += _rule(rule, every)
    if len(listed) < len(ordered):
        rest = ledger.summed - sum((r.counted for r in listed), Decimal(0))
        out.append(
            f"  {_number(rest):>16}  {len(ordered) - len(listed)} others together  (--all shows"
            " them)"
        )
    out.append(
        f"  {_number(ledger.summed):>16}  sum, in log-odds; 1 / (1 + e^-sum) is the probability"
    )
    return out


def _rule(rule: RuleLine, every: bool) -> list[str]:
    from leadlight.presentable import presentable

    facts = ", ".join(
        f"{k} = {presentable(str(v), 40)}" for k, v in rule.facts.items() if v is not None
    )
    out = [
        f"  {_number(rule.counted):>16} "
        f" {presentable(rule.say, 60)}{'  (' + facts + ')' if facts else ''}"
    ]
    listed = rule.given if every else rule.given[:FACTS_SHOWN]
    for g in listed:
        detail = ", ".join(
            f"{k} {presentable(str(v), 40)}"
            for k, v in g.detail.items()
            if k not in ("props", "occurred_at")
        )
        out.append(
            f"  {'':>16}    {g.occurred_at:%Y-%m-%d %H:%M}  {_number(rule.each)} x"
            f" {g.factor.normalize():f} = {_number(g.points)}"
            f"  {presentable(g.kind, 40)}{' ' + detail if detail else ''}"
            f"{'  (' + presentable(g.told_by, 60) + ')' if g.told_by else ''}"
        )
    if len(rule.given) > len(listed):
        rest = sum((g.points for g in rule.given[len(listed) :]), Decimal(0))
        out.append(
            f"  {'':>16}    and {len(rule.given) - len(listed)} older ones = {_number(rest)} "
            " (--all shows them)"
        )
    if rule.capped:
        out.append(
            f"  {'':>16}    {_number(rule.summed)} in all; this rule counts at most {rule.cap}"
        )
    return out


def _number(value: Decimal) -> str:
    """Every digit, so that the lines sum exactly to the score."""
    text = f"{value.normalize():f}"
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.ljust(2, '0')}"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)
