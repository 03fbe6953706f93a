"""`leadlight list`: who may be reached by a channel, as a file for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from leadlight.cli.options import Activities, AsJson, Leads, PlaybookFile, Workspace, several
from leadlight.problems import CannotDo

_WITHOUT = ("customers", "held-out")


def register(app: typer.Typer) -> None:
    app.command("list", rich_help_panel="Qualify")(list_)


def list_(
    channel: Annotated[
        str,
        typer.Argument(
            metavar="CHANNEL",
            help="google-ads, meta-ads, linkedin-ads, microsoft-ads, dialler, text, mail or post.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="File to write: CSV, for people also XLSX. Without one, leads are only counted.",
        ),
    ] = None,
    when: Annotated[
        str | None,
        typer.Option("--when", help="Condition, such as \"temperature = 'hot'\". Default: all."),
    ] = None,
    segment: Annotated[
        str | None, typer.Option("--segment", help="Segment of the playbook.")
    ] = None,
    purpose: Annotated[
        str | None,
        typer.Option(
            "--purpose",
            help="What the consent must be for: advertising, marketing, newsletter or service.",
        ),
    ] = None,
    consented: Annotated[
        bool, typer.Option("--consented", help="Ask for a consent to calls and letters, too.")
    ] = False,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            help="Leave out customers, or held-out (control groups of tracks). Repeatable.",
        ),
    ] = None,
    leads: Leads = None,
    activities: Activities = None,
    playbook: PlaybookFile = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """List who may be reached by ads, calls, texts, mail or post.

    Says how many are left out and why.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.leads.contact_list import ContactListRequest, contact_list
    from leadlight.desk.wiring import clock
    from leadlight.results.text.contact_list import render_contact_list

    request = ContactListRequest(
        channel,
        clock.now(),
        out,
        segment,
        when,
        purpose,
        consented,
        tuple(map(_exclusion, several(without))),
        leads,
        tuple(activities or ()),
        playbook,
    )
    with open_session(workspace) as session, busy("Listing"):
        found = contact_list(session, request)
    answer(found, render_contact_list, as_json)


def _exclusion(word: str) -> Literal["customers", "held-out"]:
    if word not in _WITHOUT:
        raise CannotDo(f"--without takes customers or held-out, not {word!r}.")
    return cast(Literal["customers", "held-out"], word)
