"""`leadlight tracks`, `leadlight send` and `leadlight mail-check`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from leadlight.cli.options import AsJson, Workspace
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.nurture.text_post import TextPost
    from leadlight.desk.session import Session
    from leadlight.desk.wiring.mail_delivery import PostOffice

#: Where the page is on which a lead says that it wants no more mails.
VARIABLE = "LEADLIGHT_URL"


def register(app: typer.Typer) -> None:
    """Add the verbs to the app."""
    app.command("tracks", rich_help_panel="Outreach")(tracks)
    app.command("send", rich_help_panel="Outreach")(send)
    app.command("mail-check", rich_help_panel="Outreach")(mail_check)


def tracks(
    track: Annotated[
        str | None, typer.Argument(metavar="TRACK", help="One track. Default: all.")
    ] = None,
    stop: Annotated[bool, typer.Option("--stop", help="Stop the track: nothing goes out.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Let the track go on.")] = False,
    because: Annotated[str, typer.Option("--because", help="Why, in a few words.")] = "",
    begin: Annotated[
        bool, typer.Option("--begin", help="Write tracks to start from into your playbook.")
    ] = False,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Show what tracks sent and what came of it.

    Says what they caused, too; stops and resumes one.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.nurture.tracks import ChangeTrackRequest, TracksRequest, change_track
    from leadlight.desk.nurture.tracks import tracks as look
    from leadlight.desk.wiring import clock
    from leadlight.results.text.nurture import render_change, render_tracks

    if begin:
        from leadlight.desk.nurture.begin_tracks import BeginTracksRequest, begin_tracks
        from leadlight.results.text.nurture import render_begin

        with open_session(workspace) as session:
            written = begin_tracks(session, BeginTracksRequest(clock.now()))
        answer(written, render_begin, as_json)
        return
    if stop and resume:
        raise CannotDo("A track is stopped or resumed, not both.", field="stop")
    if (stop or resume) and track is None:
        raise CannotDo("Name the track.", field="track")
    with open_session(workspace) as session, busy("Looking at tracks"):
        if track is not None and (stop or resume):
            request = ChangeTrackRequest(
                clock.now(), track, "stopped" if stop else "resumed", because
            )
            answer(change_track(session, request), render_change, as_json)
            return
        found = look(session, TracksRequest(clock.now(), track))
    answer(found, render_tracks, as_json)


def send(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show ten mails; send and record nothing.")
    ] = False,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1_000_000, help="Send at most so many mails.")
    ] = 10_000,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="ADDRESS", help="Send one mail, as a test, to yourself."),
    ] = None,
    content: Annotated[
        str | None, typer.Option("--content", help="Which content a test shows.")
    ] = None,
    url: Annotated[
        str | None,
        typer.Option("--url", help="Address of your server, for the link to unsubscribe."),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Send what the tracks owe and may send: one round."""
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.nurture.sample_mail import SampleMailRequest, send_sample_mail
    from leadlight.desk.nurture.send import OwedRequest, SendRequest, owed
    from leadlight.desk.nurture.send import send as make_round
    from leadlight.desk.wiring import clock
    from leadlight.results.text.nurture import render_sample_mail, render_send

    with open_session(workspace) as session, busy("Working out what is owed"):
        if dry_run:
            answer(owed(session, OwedRequest(clock.now(), limit)), render_send, as_json)
            return
        post = _post(session, url)
        if to is not None:
            test = send_sample_mail(session, SampleMailRequest(clock.now(), to, content), post)
            answer(test, render_sample_mail, as_json)
            return
        texts = _texts(session, url)
        result = make_round(session, SendRequest(clock.now(), limit), post, texts)
    answer(result, render_send, as_json)
    if result.fault is not None:
        raise typer.Exit(1)


def _post(session: Session, url: str | None) -> PostOffice | None:
    """What hands over, where the environment names a relay."""
    from leadlight.desk.wiring import clock, mail_delivery

    base = (url or os.environ.get(VARIABLE) or "").rstrip("/")
    if os.environ.get("LEADLIGHT_SMTP") and not base.startswith(("http://", "https://")):
        raise CannotDo(
            "Every mail has a link to unsubscribe, and nobody said where your server is. Write its"
            f" address (https://desk.acme.com), or set {VARIABLE}.",
            field="url",
        )
    try:
        from leadlight.server.capture.links import click_links, unsubscribe_links
        from leadlight.server.secret import load_secret
    except ModuleNotFoundError as fault:
        raise CannotDo(
            f"Sending needs {fault.name}, which is not installed. Install it with: pip install"
            " 'leadlight[serve]'."
        ) from fault
    secret = load_secret(session.place.folder)
    links = unsubscribe_links(secret, base, clock.now)
    return mail_delivery.post_office(os.environ, links, click_links(secret, base, clock.now))


def _texts(session: Session, url: str | None) -> TextPost | None:
    """What hands texts to endpoints, where somebody said where the server is."""
    from leadlight.desk.wiring import clock

    base = (url or os.environ.get(VARIABLE) or "").rstrip("/")
    if not base.startswith(("http://", "https://")):
        return None
    from leadlight.server.capture.links import unsubscribe_links
    from leadlight.server.outgoing.track_texts import TrackTexts
    from leadlight.server.secret import load_secret

    secret = load_secret(session.place.folder)
    return TrackTexts(secret, unsubscribe_links(secret, base, clock.now), clock.now)


def mail_check(
    domain: Annotated[str, typer.Argument(metavar="DOMAIN", help="The domain of your sender.")],
    selector: Annotated[
        str | None, typer.Option("--selector", help="The name of your DKIM key (s= in a mail).")
    ] = None,
    relay: Annotated[
        str | None, typer.Option("--relay", help="The host that hands over to mailboxes.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that your domain may send mail.

    Asks the name servers for what providers look at.
    """
    from leadlight.cli.answer import answer, open_session
    from leadlight.cli.console import busy
    from leadlight.desk.nurture.mail_check import MailCheckRequest
    from leadlight.desk.nurture.mail_check import mail_check as ask
    from leadlight.desk.wiring import clock
    from leadlight.results.text.nurture import render_mail_check

    with open_session(None) as session, busy("Asking"):
        result = ask(session, MailCheckRequest(clock.now(), domain, selector, relay))
    answer(result, render_mail_check, as_json)
    if not result.ready:
        raise typer.Exit(1)
