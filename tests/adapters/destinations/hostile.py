"""Texts that someone typed into a form to see what happens."""

from __future__ import annotations

from dataclasses import replace

from leadlight.results.quality import Quality, RepairProposal
from leadlight.results.summary import Summary

SCRIPT = "<script>document.title='owned'</script>"
IMAGE = "<img src=x onerror=\"document.title='owned'\">"
BREAKOUT = "\"'></td></table><h1>owned</h1>{{ 7 * 7 }}</style></script>"
TURNED = "invoice\u202egnp.exe"
COLOURED = "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07"
MARKED_UP = "[bold red]owned[/bold red] [link=http://evil.example]x[/link]"
CONTROL = "a\x00b\x08c\x7fd\x9be\rf\ng"
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 300
STACKED = "Z" + "\u0351" * 200
FORMULA = '=HYPERLINK("http://evil.example","Click")'

ALL = (SCRIPT, IMAGE, BREAKOUT, TURNED, COLOURED, MARKED_UP, CONTROL, LONG, STACKED, FORMULA)


def everywhere(summary: Summary, text: str) -> Summary:
    """The summary with the text in every place that a user's data or playbook can reach."""
    lead = replace(
        summary.top[0],
        lead_id=text,
        name=text,
        company=text,
        job_title=text,
        email=text,
        phone=text,
        source=text,
        temperature=text,
        stage=text,
        reasons=text,
        department=text,
        next_step=text,
        contact_because=text,
    )
    return replace(
        summary,
        playbook=text,
        fingerprint=text,
        top=(lead, *summary.top[:3]),
        calls=(lead, *summary.calls[:3]),
        sources=(replace(summary.sources[0], source=text), *summary.sources),
        scales=tuple(
            replace(s, labels=(replace(s.labels[0], label=text), *s.labels[1:]))
            for s in summary.scales
        ),
        segments=(replace(summary.segments[0], name=text, about=text), *summary.segments[1:]),
        overlaps=tuple(
            replace(o, one=text) if o.one == summary.segments[0].name else o
            for o in summary.overlaps
        ),
        scores=(replace(summary.scores[0], name=text), *summary.scores[1:]),
        routes=(replace(summary.routes[0], department=text, next_step=text), *summary.routes),
        unknown=(replace(summary.unknown[0], name=text, used_by=(text,)),),
        read=tuple(replace(r, what=text) for r in summary.read[:1]),
        unused_kinds=(replace(summary.unused_kinds[0], kind=text),),
        currency=text,
        quality=summary.quality and everywhere_in(summary.quality, text),
    )


def everywhere_in(quality: Quality, text: str) -> Quality:
    """The quality of the contacts with the text in every place that a user's data can reach."""
    lead = replace(
        quality.to_repair[0],
        lead_id=text,
        name=text,
        company=text,
        job_title=text,
        source=text,
        temperature=text,
        because=text,
        scores=((text, 1.0),),
        proposals=(RepairProposal("email", text, text),),
    )
    return replace(
        quality,
        currency=text,
        sources=(replace(quality.sources[0], source=text), *quality.sources[1:]),
        to_repair=(lead, *quality.to_repair[1:]),
    )
