"""Forms under whatever may be sent: never a fault of ours, and whatever is kept can be taken."""

from __future__ import annotations

import io
import os
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from leadlight.desk.wiring import clock
from leadlight.desk.workspace.form_folder import FormFolder
from leadlight.server.capture.capture import Capture, CaptureParts
from leadlight.server.capture.limits import Limiter
from leadlight.server.capture.links import Purpose, make_link
from leadlight.server.capture.submission import FORM
from leadlight.server.capture.waiting_mail import WaitingMails
from leadlight.server.intake.envelope import unseal
from leadlight.server.intake.source import QuarantineRow
from leadlight.server.log import Log
from leadlight.server.metrics import Metrics
from tests.server.conftest import Served
from tests.server.in_a_loop import run

SECRET = b"a secret of thirty-two bytes, at least"
REQUESTS = int(os.environ.get("LEADLIGHT_FORM_REQUESTS", "600"))
FORMS = {
    "a": "title: A\nfields: {email: required, phone: , employees: , timeline: , birthday: , notes: }\noffer: https://x.example/\n",
    "b": "title: B\nfields: {email: required, first_name: }\nconsent: {words: You may.}\n",
}
FIELDS = (
    *("email", "phone", "employees", "timeline", "birthday", "notes", "first_name", "agree"),
    *("homepage_2", "repair", "question", "device", "utm_source", "gclid", "stop"),
)
TEXTS = (
    *("ann@lakeshore.org", "a@b", "x" * 5000, "+44 20 7183 8750", "-1e999", "NaN", "1,5", "now"),
    *("2026-13-45", "\x00", "{{7*7}}", "<script>", "../..", "ann@gmial.com", '"@x.y', "\udc80"),
)


class Storm:
    """Requests of every kind, drawn by a seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def text(self) -> str:
        if self.dice.random() < 0.5:
            return self.dice.choice(TEXTS)
        marks = (self.dice.randrange(32), self.dice.randrange(32, 0x3000), 0x1F600)
        return "".join(chr(self.dice.choice(marks)) for _ in range(self.dice.randrange(40)))

    def link(self, purpose: Purpose) -> str:
        word = self.text().replace("\udc80", "")  # what we sign was decoded before
        subject = {
            "begun": {"form": self.dice.choice("ab"), "nonce": word},
            "opt-in": {
                "form": "b",
                "id": str(self.dice.random()),
                "kind": "form_submitted",
                "values": {"email": "x@y.org", "first_name": word},
            },
            "offer": {"form": self.dice.choice("ab")},
            "lead": {"lead": word},
            "leave": {"lead": word, "track": word},
        }[purpose]
        made = clock.now() - timedelta(seconds=self.dice.choice((0, 30, 10**6)))
        text = make_link(SECRET, purpose, subject, made)
        return text if self.dice.random() < 0.8 else f"{text[:-2]}zz"

    def path(self) -> str:
        return self.dice.choice(
            (
                *("/f/a", "/f/b", "/f/a/thanks", "/f/check"),
                f"/f/b/confirm/{self.link('opt-in')}",
                f"/f/a/offer/{self.link('offer')}",
                f"/u/{self.link('leave')}",
                f"/f/{self.text()}",
                f"/f/b/confirm/{self.text()}",
            )
        )

    def body(self) -> bytes:
        if self.dice.random() < 0.1:
            return self.dice.randbytes(300)
        fields = [(self.dice.choice(FIELDS), self.text()) for _ in range(self.dice.randrange(9))]
        fields.append(("begun", self.link("begun")))
        if self.dice.random() < 0.7:
            fields.append(("email", f"a{self.dice.randrange(9)}@lakeshore.org"))
        if self.dice.random() < 0.3:
            fields.append(("me", self.link("lead")))
        return urlencode(fields, errors="surrogatepass").encode()


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_sent(served: Served, tmp_path: Path, seed: int) -> None:
    """
    texts of every kind, links of every purpose, signed, forged and old, bytes that are no form
    """
    folder = tmp_path / "forms"
    folder.mkdir()
    for name, text in FORMS.items():
        (folder / f"{name}.yml").write_text(text)
    kept: list[bytes] = []

    async def keep(body: bytes) -> int:
        kept.append(body)
        return len(kept)

    said = io.StringIO()
    parts = CaptureParts(
        FormFolder(tmp_path),
        SECRET,
        "http://forms.example",
        WaitingMails(tmp_path),
        keep,
        lambda lead: {},
        lambda: None,
        Metrics(),
        Log(said),
        clock.now,
    )
    capture, storm = Capture(parts, Limiter(10**9, 1.0)), Storm(seed)

    async def work() -> Counter[int]:
        found: Counter[int] = Counter()
        for _ in range(REQUESTS):
            body = storm.body()

            async def receive(body: bytes = body) -> dict[str, object]:
                return {"type": "http.request", "body": body, "more_body": False}

            scope = {
                "method": storm.dice.choice(("GET", "POST", "POST")),
                "headers": [],
                "query_string": storm.body(),
                "client": ("192.0.2.1", 1),
            }
            answer = await capture.answer(scope, receive, storm.path())
            found[answer.status] += 1
            for name, value in answer.headers.items():
                assert not {"\r", "\n"} & set(name + value)
                value.encode("latin-1")
        return found

    statuses = run(work())
    assert set(statuses) <= {200, 303, 400, 404, 410, 422}
    assert kept
    events = [e for body in kept for e in FORM.parse(unseal(body))]
    assert not [e for e in events if isinstance(e, QuarantineRow)]
    assert "lakeshore" not in said.getvalue()
