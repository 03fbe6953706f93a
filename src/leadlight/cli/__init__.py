"""The command: one file a verb. Arguments, terminal output, exit codes: 0 done, 2 the user's turn,
1 our own fault.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from typing import NoReturn

import typer

from leadlight.cli import (
    assign,
    audit,
    backup,
    channels,
    check,
    connect,
    copy,
    customers,
    dedupe,
    diff,
    endpoint,
    enrich,
    explain,
    forget,
    forms,
    geo,
    history,
    import_,
    init,
    key,
    ladder,
    learn,
    list_,
    log,
    mcp,
    models,
    nurture,
    object_,
    person,
    persona,
    plan,
    playbook,
    preview,
    publish,
    push,
    qualify,
    quality,
    rehearse,
    replay,
    report,
    research,
    restore,
    retire,
    roster,
    scanners,
    segment,
    segments,
    serve,
    sign,
    sync,
    test,
    today,
    translate,
    tune,
    undo,
    uplift,
    user,
    verify,
)
from leadlight.cli.chapters import VerbGroup
from leadlight.cli.console import invoked_verb, tell
from leadlight.cli.one_verb import app_of_line
from leadlight.cli.screen import install
from leadlight.problems import CannotDo, LeadlightError

app = typer.Typer(
    name="leadlight",
    cls=VerbGroup,
    help="Classifies your leads, says why, and says what to do next.",
    epilog="Begin with:  leadlight qualify leads.csv",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (
    qualify,
    explain,
    replay,
    verify,
    enrich,
    dedupe,
    init,
    import_,
    undo,
    person,
    object_,
    forget,
    forms,
    geo,
    scanners,
    nurture,
    copy,
    backup,
    restore,
    check,
    playbook,
    segments,
    segment,
    research,
    quality,
    ladder,
    channels,
    report,
    today,
    list_,
    log,
    mcp,
    roster,
    assign,
    plan,
    translate,
    test,
    tune,
    publish,
    sign,
    history,
    diff,
    preview,
    rehearse,
    learn,
    models,
    retire,
    persona,
    customers,
    uplift,
    serve,
    key,
    user,
    audit,
    endpoint,
    connect,
    sync,
    push,
):
    verb.register(app)


@app.callback(invoke_without_command=True)
def _top(
    context: typer.Context,
    version: bool = typer.Option(
        False, "--version", help="Show the version and exit.", is_eager=True
    ),
    workspace: str | None = typer.Option(
        None,
        "--workspace",
        "-w",
        help="Workspace to use: a folder or postgresql://user@host/database.",
    ),
) -> None:
    from leadlight.cli.answer import named_before

    invoked_verb.set(context.invoked_subcommand)
    named_before.set(workspace)
    if version:
        from leadlight import __version__

        typer.echo(f"leadlight {__version__}")
        raise typer.Exit()


def main() -> None:
    """Run the command; whatever goes wrong ends in a sentence."""
    gc.set_threshold(
        50_000
    )  # a short run of many small objects: looking for rings among them took a tenth of it
    install()
    try:
        app_of_line(app, sys.argv[1:])()
    except CannotDo as fault:
        tell(fault)
        sys.exit(2)
    except BrokenPipeError:
        # The reader has had enough.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        sys.exit(0)
    except KeyboardInterrupt:
        _stop()
    except MemoryError:
        typer.echo(
            "There is not enough memory for this. Set LEADLIGHT_MEMORY=2GB, say, so that the disk"
            " is used instead.",
            err=True,
        )
        sys.exit(2)
    except Exception as fault:
        if _is_interrupted(fault):
            _stop()
        _own_fault(fault)
        sys.exit(1)


def _stop() -> NoReturn:
    """End as whoever pressed Ctrl-C expects it."""
    typer.echo("Stopped. What was under way was not written.", err=True)
    sys.exit(130)


def _is_interrupted(fault: Exception) -> bool:
    """Whether it is Ctrl-C, in the middle of a statement: DuckDB catches that itself and tells of
    it in its own words.
    """
    if type(fault).__name__ == "InterruptException":
        return True
    return isinstance(fault, RuntimeError) and str(fault) == "Query interrupted"


def _own_fault(fault: BaseException) -> None:
    """Say that the fault is ours. Its text may hold a lead's data, so only its kind and place are
    shown unless asked for.
    """
    if os.environ.get("LEADLIGHT_DEBUG"):
        import traceback

        traceback.print_exception(fault)
    sentence = _of_the_machine(fault)
    if sentence:
        typer.echo(sentence, err=True)
        sys.exit(2)
    place = fault.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = (
        f"{os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}"
        if place
        else "unknown"
    )
    kind = (
        fault.args[0] if isinstance(fault, LeadlightError) and fault.args else type(fault).__name__
    )
    typer.echo(
        f"leadlight made a mistake ({kind} at {where}). Nothing of yours was changed. "
        "Set LEADLIGHT_DEBUG=1 and run it again to see the details for a report.",
        err=True,
    )


#: What the engine says when bytes of a Parquet file are not what they should be, found late.
_OF_PARQUET = ("out of buffer", "parquet", "failed to decompress", "snappy", "thrift", "tprotocol")


def _of_the_machine(fault: BaseException) -> str | None:
    """A full disk, too little memory, a folder that may not be written: not our fault, and not a
    puzzle for the user.
    """
    text = str(fault).lower()
    if isinstance(fault, PermissionError):
        return f"{fault.filename} may not be written or read by you."
    if isinstance(fault, OSError) and fault.errno == errno.ENAMETOOLONG:
        return (
            f"The name {fault.filename} is longer than this system allows. Give the file a shorter"
            " one, or say --out."
        )
    if isinstance(fault, RuntimeError) and text.startswith("symlink loop"):
        return "A file that was named is a link that leads back to itself. Name the file itself."
    if type(fault).__module__ == "_duckdb" and any(sign in text for sign in _OF_PARQUET):
        return "A Parquet file that was read is damaged. Export it again."
    if "no space left" in text or "not enough disk" in text:
        return "The disk is full. What was under way was not written; make room and run it again."
    if type(fault).__name__ == "OutOfMemoryException":
        return (
            "There is not enough memory for this. Set LEADLIGHT_MEMORY to what may be used (2GB,"
            " say) and have free disk beside it."
        )
    return None
