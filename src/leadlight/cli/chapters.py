"""The verbs in the help, under the heading of what one has in mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter

#: Every heading, in the order of the help. A verb names its own where it is registered.
CHAPTERS = (
    "Qualify",
    "Facts",
    "CRM",
    "Contacts and persons",
    "Rules",
    "Agreement",
    "Figures",
    "Prediction",
    "Aerial pictures",
    "Outreach",
    "Server",
)


class VerbGroup(TyperGroup):
    """The program: its help lists the verbs by chapter."""

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write one section a chapter; what belongs to none stands at the end."""
        shown = [(n, c) for n, c in self.commands.items() if not c.hidden]
        width = formatter.width - 6 - max((len(name) for name, _ in shown), default=0)
        for chapter in (*CHAPTERS, None):
            rows = [
                (name, verb.get_short_help_str(width))
                for name, verb in shown
                if chapter_of(verb) == chapter
            ]
            if rows:
                with formatter.section(chapter or "Other"):
                    formatter.write_dl(rows)


def chapter_of(verb: Command) -> str | None:
    """The heading that a verb names, or None where it names none of ours."""
    named = getattr(verb, "rich_help_panel", None)
    return named if named in CHAPTERS else None
