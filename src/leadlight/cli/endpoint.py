"""`leadlight endpoint ...`: who is told of transitions, and what is owed to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import AsJson, Workspace, several

if TYPE_CHECKING:
    from leadlight.desk.live.endpoints import Action
    from leadlight.desk.session import Session
    from leadlight.results.endpoints import EndpointChange

Which = Annotated[str, typer.Argument(metavar="ENDPOINT", help="Endpoint, by its id or name.")]
WhichOrAll = Annotated[
    str | None,
    typer.Argument(metavar="[ENDPOINT]", help="Endpoint, by its id or name. Default: all."),
]
By = Annotated[
    str | None,
    typer.Option("--by", help="Who decides. Default: your git user name, or your login name."),
]
group = typer.Typer(
    name="endpoint",
    help="Tell other systems of leads whose labels change.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


def register(app: typer.Typer) -> None:
    """Add the verbs to the app."""
    app.add_typer(group, rich_help_panel="Server")


@group.command("add")
def add(
    target: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="Webhook (https://...), or env:NAME for a variable that holds an Apprise address.",
        ),
    ],
    name: Annotated[str | None, typer.Option("--name", help="Name. Default: its host.")] = None,
    labels: Annotated[
        list[str] | None,
        typer.Option(
            "--label",
            help="Tell only of leads that get this label: temperature=hot, or stage. Repeatable.",
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--form", help="What a variable holds: webhook or apprise (the default)."),
    ] = None,
    by: By = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Tell another system of what changes from now on, and print the secret that signs it."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.publish import signer
    from leadlight.desk.live import endpoints
    from leadlight.desk.live.targets import is_variable
    from leadlight.desk.wiring import clock
    from leadlight.results.text.endpoints import render_endpoint_change

    with open_session(workspace) as session:
        request = endpoints.AddEndpointRequest(
            clock.now(),
            target,
            signer(by, session.place.folder)[0],
            name,
            several(labels),
            endpoints.parse_kind(form),
        )
        secret = _secret_of(session, is_needed=not is_variable(target) or form == "webhook")
        done = _with_secret(endpoints.add_endpoint(session, request), secret)
    answer(done, render_endpoint_change, as_json)


@group.command("list")
def list_(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """List the endpoints, with what waits for each and what failed."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.live import endpoints
    from leadlight.desk.wiring import clock
    from leadlight.results.text.endpoints import render_endpoints

    with open_session(workspace) as session:
        found = endpoints.endpoints(session, endpoints.EndpointsRequest(clock.now()))
    answer(found, render_endpoints, as_json)


@group.command("pause")
def pause(
    endpoint: Which, by: By = None, workspace: Workspace = None, as_json: AsJson = False
) -> None:
    """Send nothing to an endpoint for now. What is owed to it waits."""
    _change("pause", endpoint, by, workspace, as_json=as_json)


@group.command("resume")
def resume(
    endpoint: Which, by: By = None, workspace: Workspace = None, as_json: AsJson = False
) -> None:
    """Send an endpoint what is owed to it, after it was paused or disabled."""
    _change("resume", endpoint, by, workspace, as_json=as_json)


@group.command("remove")
def remove(
    endpoint: Which, by: By = None, workspace: Workspace = None, as_json: AsJson = False
) -> None:
    """Tell an endpoint nothing any more."""
    _change("remove", endpoint, by, workspace, as_json=as_json)


@group.command("rotate")
def rotate(
    endpoint: Which, by: By = None, workspace: Workspace = None, as_json: AsJson = False
) -> None:
    """Replace an endpoint's secret and print the new one. Both sign for a day."""
    _change("rotate", endpoint, by, workspace, as_json=as_json)


@group.command("deliveries")
def deliveries(
    endpoint: WhichOrAll = None,
    states: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            help="Only those that are delivered, failed, dead or owed. Default: all but delivered.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", help="List at most so many.")] = 100,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """List deliveries that failed, are dead, or are owed again."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.live import deliveries
    from leadlight.desk.wiring import clock
    from leadlight.results.text.endpoints import render_deliveries

    request = deliveries.DeliveriesRequest(
        clock.now(), endpoint, deliveries.parse_states(several(states)), limit
    )
    with open_session(workspace) as session:
        found = deliveries.deliveries(session, request)
    answer(found, render_deliveries, as_json)


@group.command("replay")
def replay(
    endpoint: WhichOrAll = None,
    lead: Annotated[str | None, typer.Option("--lead", help="Only those of this lead.")] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Deliver dead deliveries again, with all their attempts."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.desk.live import deliveries
    from leadlight.desk.wiring import clock
    from leadlight.results.text.endpoints import render_replay

    request = deliveries.ReplayDeliveriesRequest(clock.now(), endpoint, lead)
    with open_session(workspace) as session:
        done = deliveries.replay_deliveries(session, request)
    answer(done, render_replay, as_json)


def _change(
    action: Action, endpoint: str, by: str | None, workspace: str | None, *, as_json: bool
) -> None:
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.publish import signer
    from leadlight.desk.live import endpoints
    from leadlight.desk.wiring import clock
    from leadlight.results.text.endpoints import render_endpoint_change

    with open_session(workspace) as session:
        name = signer(by, session.place.folder)[0]
        request = endpoints.ChangeEndpointRequest(clock.now(), endpoint, action, name)
        secret = _secret_of(session, is_needed=action == "rotate")
        done = _with_secret(endpoints.change_endpoint(session, request), secret)
    answer(done, render_endpoint_change, as_json)


def _secret_of(session: Session, *, is_needed: bool) -> bytes | None:
    """The server's secret, where a signing secret is to be shown: looked up before anything is
    changed. That of a database is where its servers run, and is not made here.
    """
    from leadlight.server.secret import load_secret

    place = session.place
    return load_secret(place.folder, make=place.address is None) if is_needed else None


def _with_secret(done: EndpointChange, secret: bytes | None) -> EndpointChange:
    from leadlight.desk.live.signatures import with_secret

    return done if secret is None else with_secret(done, secret)
