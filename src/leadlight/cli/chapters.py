"""The verbs in the help, under the heading of what one has in mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.core import TyperGroup

from leadlight.cli.console import typed_options

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

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """Find the verb that was typed, and keep which options it has."""
        name, verb, rest = super().resolve_command(ctx, args)
        typed_options.set(_options_of(verb, rest))
        return name, verb, rest

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


def _options_of(verb: Command | None, rest: list[str]) -> frozenset[str] | None:
    """The options of a verb, or of the one of a group that comes first in the rest."""
    if isinstance(verb, TyperGroup):
        verb = next((verb.commands[word] for word in rest if word in verb.commands), None)
    if verb is None:
        return None
    return frozenset(o for p in verb.params for o in (*p.opts, *p.secondary_opts))


def chapter_of(verb: Command) -> str | None:
    """The heading that a verb names, or None where it names none of ours."""
    named = getattr(verb, "rich_help_panel", None)
    return named if named in CHAPTERS else None
