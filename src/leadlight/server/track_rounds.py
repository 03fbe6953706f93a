"""Rounds over the tracks, again and again: what is owed and allowed goes out.

A workspace whose playbook has no tracks, or from which deliveries wait, makes none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from leadlight.desk.nurture.send import SendRequest, send
from leadlight.desk.nurture.text_post import TextPost
from leadlight.desk.session import Session
from leadlight.desk.workspace.pause import pause_reason
from leadlight.playbook.read import read_playbook
from leadlight.problems import CannotDo
from leadlight.results.nurture import SendResult
from leadlight.server.log import Log

if TYPE_CHECKING:
    from leadlight.desk.wiring.mail_delivery import PostOffice

#: How often, in seconds; and how many mails one round sends, so that others have their turn.
EVERY, MOST = 300.0, 2_000


class TrackRounds:
    """Makes rounds in a thread of its own. `is_ours` says whether it is this process's turn, of
    several on a database.
    """

    def __init__(
        self,
        session: Session,
        post: PostOffice,
        log: Log,
        now: Callable[[], datetime],
        is_ours: Callable[[], bool] = lambda: True,
        texts: TextPost | None = None,
    ) -> None:
        self._session, self._post, self._log, self._now = session, post, log, now
        self._is_ours, self._texts = is_ours, texts
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="tracks", daemon=True)

    def start(self) -> None:
        """Begin to make rounds."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the round under way, and stop."""
        self._is_over.set()
        if self._thread.is_alive():
            self._thread.join()

    def round(self) -> SendResult | None:
        """Make one round; None where there is nothing to make one of."""
        if pause_reason(self._session.place.folder) is not None or not self._is_ours():
            return None
        if not self._has_tracks():
            return None
        result = send(self._session, SendRequest(self._now(), MOST), self._post, self._texts)
        self._log.tell(
            "tracks",
            entered=result.entered,
            left=result.left,
            owed=result.owed,
            sent=result.sent,
            texts=result.texts_sent,
            failed=len(result.failed),
            uncertain=len(result.uncertain),
            **({"fault": result.fault} if result.fault else {}),
        )
        return result

    def _has_tracks(self) -> bool:
        now = self._now()
        with self._session.read("tracks", now) as workspace:
            agreed = workspace.agreed_playbook(now)
            book, _ = read_playbook(agreed.text, agreed.name, workspace.ledger.holdings().catalog())
        return book is not None and bool(book.tracks)

    def _work(self) -> None:
        while not self._is_over.wait(EVERY):
            try:
                self.round()
            except CannotDo as fault:
                self._log.tell("tracks", cannot=str(fault))
            except Exception as fault:  # the next round may do better
                self._log.fault("tracks", fault)
