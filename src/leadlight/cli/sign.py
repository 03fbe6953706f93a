"""`leadlight sign [VERSION] --as ROLE`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import Workspace

if TYPE_CHECKING:
    from leadlight.desk.rules.agreement import Signed


def register(app: typer.Typer) -> None:
    """Add the verb to the app."""
    app.command("sign", rich_help_panel="Agreement")(sign)


def sign(
    role: Annotated[str, typer.Option("--as", help="Role you sign for, e.g. sales.")],
    version: Annotated[
        str | None,
        typer.Argument(
            help=(
                "Version, by number or fingerprint. Default: the newest that waits for this role."
            ),
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", help="Who signs. Default: your git user name, or your login name."),
    ] = None,
    fingerprint: Annotated[
        str | None,
        typer.Option("--fingerprint", help="Sign only if the version has this fingerprint."),
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Sign a published version for a role. It takes effect once every role that it names has
    signed.
    """
    from leadlight.desk import wiring
    from leadlight.desk.rules.agreement import sign as run
    from leadlight.desk.workspace.workspace import named

    done = run(named(workspace), role, wiring.now(), by=by, wanted=version, fingerprint=fingerprint)
    for line in told(done, workspace):
        typer.echo(line)


def told(done: Signed, workspace: str | None) -> list[str]:
    """What was signed by whom, what it changes, and whether it counts now."""
    from leadlight.cli.diff import LONGEST
    from leadlight.cli.publish import signer, standing
    from leadlight.presentable import presentable

    v = done.version
    out = [
        f"Signed {v} ({v.fingerprint}) as {done.role}: {presentable(v.name, 80)}, by"
        f" {signer(done.by)}."
    ]
    if done.difference is not None:
        out.append(
            f"What it says otherwise than {done.before}, which was in force:"
            if not done.difference.same
            else f"It says the same as {done.before}, which was in force."
        )
        for about, lines in done.difference.groups().items():
            out += [
                f"  {presentable(about, 100)}",
                *(f"    {presentable(line, LONGEST)}" for line in lines),
            ]
    before = done.before if done.state.word == "proposed" else None
    return out + standing(v, done.state, workspace, before)
