"""`make year`: an invented company's cold leads, left alone with the shipped tracks for a year, in about a minute.

The audience is a program: who is mailed clicks now and then, and who clicks may ask for a demo, buy, answer or unsubscribe. Those
who are held out do the same a little, by themselves. At the end the results page says what the tracks caused; beside it stands
what the program knows to be true. Nothing is sent: the mails are handed to a relay that lies in memory.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from leadlight.adapters.mail.message import Mail, sender_of
from leadlight.adapters.mail.post_office import PostOffice
from leadlight.adapters.mail.relay import Outcome
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.leads.qualify import QualifyRequest, qualify
from leadlight.desk.nurture.begin_tracks import BeginTracksRequest, begin_tracks
from leadlight.desk.nurture.send import SendRequest, send
from leadlight.desk.nurture.tracks import TracksRequest, tracks
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.results.nurture import TracksResult
from leadlight.results.text.nurture import render_tracks

BEGIN = datetime(2026, 1, 5, 10)
WEEKS, STEP = 52, timedelta(days=7)
#: What a mail does: it is clicked; who clicked comes to ask for a demo, and who asked buys.
CLICKS, ASKS, BUYS, ANSWERS, LEAVES = 0.25, 0.35, 0.4, 0.03, 0.01
#: What anybody does in a week without any mail.
VISITS, BUYS_ALONE = 0.02, 0.0004


class MemoryRelay:
    """Takes every mail, and remembers to whom it was."""

    def __init__(self) -> None:
        self.mailed: list[str] = []

    def hand_over(
        self,
        mails: Iterable[Mail],
        before: Callable[[Mail], None],
        after: Callable[[Mail, Outcome], None],
    ) -> str | None:
        """Take them all."""
        for mail in mails:
            before(mail)
            self.mailed.append(mail.to.partition("@")[0].upper())
            after(mail, Outcome("sent"))
        return None

    def close(self) -> None:
        """Nothing is open."""


def make_company(folder: Path, leads: int, draw: random.Random) -> Session:
    """Leads who left an address once and consented, none of them interested yet."""
    init(Session(), InitRequest(BEGIN - timedelta(days=1), str(folder), "b2b-saas"))
    rows = ["lead_id,email,first_name,company,employees,industry,country,consent,created_at"]
    for n in range(leads):
        size, trade = draw.choice([20, 80, 300, 900]), draw.choice(["software", "retail"])
        rows.append(f"Y{n},y{n}@acme{n}.com,Kim,Acme {n},{size},{trade},DE,yes,2025-12-01")
    (folder / "leads.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    session = Session(folder)
    import_files(session, ImportRequest((folder / "leads.csv",), BEGIN, verify=False))
    begin_tracks(session, BeginTracksRequest(BEGIN))
    for file in (folder / "content").glob("*.md"):
        text = re.sub(r"\[\[[^]]*\]\]", "what there is to say", file.read_text("utf-8"))
        file.write_text(text, encoding="utf-8")
    return session


class Audience:
    """What the leads do, by themselves and because they were written to."""

    def __init__(self, leads: int, draw: random.Random) -> None:
        self._leads, self._draw = [f"Y{n}" for n in range(leads)], draw
        self.gone: set[str] = set()
        self.bought_by_mail: set[str] = set()

    def week(self, mailed: Iterable[str], at: datetime) -> list[str]:
        """The lines of a log of the week that begins then."""
        out = [line for lead in mailed for line in self._answer(lead, at)]
        for lead in self._leads:
            if lead in self.gone:
                continue
            if self._draw.random() < VISITS:
                out.append(self._line(lead, at, 2, "page_viewed"))
            if self._draw.random() < BUYS_ALONE:
                out.append(self._line(lead, at, 3, "won"))
                self.gone.add(lead)
        return out

    def _answer(self, lead: str, at: datetime) -> Iterable[str]:
        chance = self._draw.random
        if chance() < LEAVES:
            yield self._line(lead, at, 1, "unsubscribed")
            return
        if chance() < ANSWERS:
            yield self._line(lead, at, 1, "email_replied")
        if chance() >= CLICKS:
            return
        yield self._line(lead, at, 1, "email_clicked")
        yield self._line(lead, at, 1, "content_downloaded")
        yield self._line(lead, at, 2, "pricing_viewed")
        if chance() < ASKS:
            yield self._line(lead, at, 3, "demo_requested")
            if chance() < BUYS and lead not in self.gone:
                yield self._line(lead, at, 5, "won")
                self.gone.add(lead)
                self.bought_by_mail.add(lead)

    def _line(self, lead: str, at: datetime, days: int, kind: str) -> str:
        moment = at + timedelta(days=days, minutes=self._draw.randrange(300))
        return f"{lead},{moment:%Y-%m-%d %H:%M},{kind}"


def live(session: Session, leads: int, weeks: int, draw: random.Random) -> TracksResult:
    """The weeks, one after the other; what the tracks came to."""
    relay, audience = MemoryRelay(), Audience(leads, draw)
    post = PostOffice(
        relay,  # type: ignore[arg-type]
        sender_of("Acme <hello@acme.example>"),
        lambda lead, track, language: f"https://desk.acme.example/u/{lead}",
    )
    log = session.place.folder / "week.csv"
    for week in range(weeks):
        at = BEGIN + week * STEP
        qualify(session, QualifyRequest(at))
        before = len(relay.mailed)
        done = send(session, SendRequest(at), post)
        lines = audience.week(relay.mailed[before:], at)
        log.write_text("\n".join(["lead_id,occurred_at,kind", *lines]) + "\n", encoding="utf-8")
        import_files(session, ImportRequest((log,), at + STEP - timedelta(hours=1), verify=False))
        print(
            f"week {week + 1:>2}: {done.entered:>4} entered, {done.left:>4} left,"
            f" {done.sent:>4} mails; {len(lines)} acts"
        )
    end = BEGIN + weeks * STEP
    qualify(session, QualifyRequest(end))
    print(f"True, and known to the program alone: {len(audience.bought_by_mail)} bought by a mail.")
    return tracks(session, TracksRequest(end))


def main() -> None:
    said = argparse.ArgumentParser(description="A year of tracks.")
    said.add_argument("--leads", type=int, default=2_000)
    said.add_argument("--weeks", type=int, default=WEEKS)
    said.add_argument("--seed", type=int, default=2026)
    args = said.parse_args()
    draw = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as name:
        session = make_company(Path(name) / "year", args.leads, draw)
        for line in render_tracks(live(session, args.leads, args.weeks, draw)):
            print(line)


if __name__ == "__main__":
    main()
