"""`leadlight verify [FILE]`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import AsJson, Workspace
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.leads.verify import VerifyFileRequest, VerifyRequest
    from leadlight.desk.session import Session


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""

    @app.command("verify", rich_help_panel="Contacts and persons")
    def verify(
        file: Annotated[
            Path | None, typer.Argument(help="Leads file. Default: the leads of the workspace.")
        ] = None,
        every: Annotated[
            str, typer.Option("--every", help="Check a contact again after this time.")
        ] = "90d",
        everything: Annotated[
            bool, typer.Option("--all", help="Check every lead, even if not due.")
        ] = False,
        country: Annotated[
            str | None,
            typer.Option(
                "--country",
                help="Default country for phone numbers without a country code, e.g. DE.",
            ),
        ] = None,
        probe: Annotated[
            bool,
            typer.Option("--probe", help="Look up in DNS whether e-mail domains accept mail."),
        ] = False,
        out: Annotated[
            Path | None,
            typer.Option(
                "--out",
                "-o",
                help="Output file for the leads with their verdicts. Only with a leads file.",
            ),
        ] = None,
        repairs: Annotated[
            bool, typer.Option("--repairs", help="List the proposed repairs.")
        ] = False,
        accept: Annotated[
            list[str] | None,
            typer.Option(
                "--accept",
                help=(
                    "Accept proposed repairs, by rule, contact point or lead id, or all. "
                    "Repeatable."
                ),
            ),
        ] = None,
        decline: Annotated[
            list[str] | None,
            typer.Option(
                "--decline",
                help=(
                    "Decline proposed repairs, named as for --accept: they are not proposed again. "
                    "Repeatable."
                ),
            ),
        ] = None,
        workspace: Workspace = None,
        as_json: AsJson = False,
    ) -> None:
        """Check e-mail addresses, phone numbers and names. Nothing leaves this machine unless
        --probe is given.
        """
        from leadlight.cli.answer import open_session
        from leadlight.desk.leads.verify import VerifyFileRequest, VerifyRequest
        from leadlight.desk.wiring import clock

        length, region = _length(every), _country(country)
        _go_together(file, out, repairs=repairs or bool(accept or decline))
        with open_session(workspace) as session:
            if file is not None:
                _file(session, VerifyFileRequest(file, clock.now(), region, probe, out), as_json)
            elif accept:
                _accept(session, tuple(accept), as_json)
            elif decline:
                _decline(session, tuple(decline), as_json)
            elif repairs:
                _repairs(session, as_json)
            else:
                due = VerifyRequest(clock.now(), everything, length, region, probe)
                _due(session, due, as_json)


def _length(text: str) -> timedelta:
    from leadlight.playbook.durations import seconds

    found = seconds(text)
    if found is None:
        raise CannotDo(f"--every takes a duration such as 90d or 6w, not {text!r}.")
    return timedelta(seconds=found)


def _country(text: str | None) -> str | None:
    if text is None or (len(text.strip()) == 2 and text.strip().isalpha()):
        return text
    raise CannotDo(f"--country takes a two-letter code such as DE or US, not {text!r}.")


def _go_together(file: Path | None, out: Path | None, *, repairs: bool) -> None:
    """Raises `CannotDo` for options that do not."""
    if file is not None and repairs:
        raise CannotDo(
            "--repairs, --accept and --decline go with a workspace. A file's repairs are columns of"
            " --out."
        )
    if file is None and out is not None:
        raise CannotDo(
            "--out goes with a file: leadlight verify leads.csv --out verified.csv. "
            "A workspace's verdicts are exported by `leadlight qualify --out`."
        )


def _file(session: Session, request: VerifyFileRequest, as_json: bool) -> None:
    from leadlight.cli.answer import answer
    from leadlight.cli.progress import Bar
    from leadlight.desk.leads.verify import verify_file
    from leadlight.results.text.verification import render_verification

    with Bar() as bar:
        found = verify_file(session, request, bar)
    answer(found, render_verification, as_json)


def _due(session: Session, request: VerifyRequest, as_json: bool) -> None:
    from leadlight.cli.answer import answer
    from leadlight.cli.progress import Bar
    from leadlight.desk.leads.verify import verify
    from leadlight.results.text.verification import render_verification

    with Bar() as bar:
        found = verify(session, request, bar)
    answer(found, render_verification, as_json)


def _repairs(session: Session, as_json: bool) -> None:
    from leadlight.cli.answer import answer
    from leadlight.desk.leads.verify import RepairsRequest, repairs
    from leadlight.desk.wiring import clock
    from leadlight.results.text.verification import render_repairs

    answer(repairs(session, RepairsRequest(clock.now())), render_repairs, as_json)


def _accept(session: Session, words: tuple[str, ...], as_json: bool) -> None:
    from leadlight.cli.answer import answer
    from leadlight.cli.progress import Bar
    from leadlight.desk.leads.verify import AcceptRequest, accept
    from leadlight.desk.wiring import clock
    from leadlight.results.text.verification import render_acceptance

    with Bar() as bar:
        found = accept(session, AcceptRequest(words, clock.now()), bar)
    answer(found, render_acceptance, as_json)


def _decline(session: Session, words: tuple[str, ...], as_json: bool) -> None:
    from leadlight.cli.answer import answer
    from leadlight.desk.leads.verify import DeclineRequest, decline
    from leadlight.desk.wiring import clock
    from leadlight.results.text.verification import render_refusal

    answer(decline(session, DeclineRequest(words, clock.now())), render_refusal, as_json)
