"""`python benchmarks/nurture.py`: what a million leads in tracks are owed, and mails to a local relay.

    python benchmarks/nurture.py owed --leads 1000000
    python benchmarks/nurture.py send --mails 4000
    python benchmarks/nurture.py kill --mails 10000 --kills 30

The relay is aiosmtpd in a process of its own. `kill` ends a sender at a random moment again and again, and counts what each lead got.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from leadlight.adapters.mail.post_office import post_office
from leadlight.desk.leads.import_ import ImportRequest, import_files
from leadlight.desk.nurture.round_plan import plan_round
from leadlight.desk.nurture.send import SendRequest, send
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init

MONDAY = datetime(2026, 11, 2, 9)
PLAYBOOK = """\
leadlight: 1
name: nurtured
signals:
  heat: {points: {demo_requested: 40, pricing_viewed: 10, page_viewed: 1}, half_life: 14d, at_most: 100}
  talks: {count: call_held, within: 90d}
scores:
  fit: [{when: employees >= 50, add: 20}, {when: country = 'DE', add: 10}]
  engagement: heat
scales:
  temperature: [{hot: engagement >= 30}, {warm: engagement >= 5}, {cold: otherwise}]
routes:
  - {when: otherwise, to: sales}
tracks:
  cold:
    when: temperature = 'cold'
    exits: temperature <> 'cold'
    steps: [{content: a}, {after: 7d, content: b, when: employees > 10}, {after: 7d, content: c}]
  warm:
    when: temperature = 'warm'
    exits: temperature <> 'warm'
    steps: [{content: b}, {after: 4d, content: c}, {after: 4d, by: task, to: sales, say: Call}]
limits: {hours: 0-24, days: [mon, tue, wed, thu, fri, sat, sun], at_most: {1h: 5}}
"""
BODY = (
    """---
subject: Hello {{ first_name or 'there' }}, something about {{ company }}
---
Hello **{{ first_name }}**,

here is [what we promised](https://example.com/guide). """
    + "Some lines of text about heat pumps. " * 20
    + "\n\nYours\n"
)


def make_workspace(folder: Path, leads: int, activities: int) -> Session:
    """Leads of whom all consent, and what they did."""
    draw = random.Random(3)
    init(Session(), InitRequest(MONDAY - timedelta(days=1), str(folder)))
    (folder / "playbook.yml").write_text(PLAYBOOK, encoding="utf-8")
    (folder / "content").mkdir()
    for name in "abc":
        (folder / "content" / f"{name}.md").write_text(BODY, encoding="utf-8")
    with (folder / "leads.csv").open("w", encoding="utf-8") as out:
        out.write("lead_id,email,first_name,company,employees,country,consent\n")
        for n in range(leads):
            out.write(f"N{n},n{n}@acme{n % 997}.com,Kim,Acme {n % 997},{n % 300},DE,yes\n")
    with (folder / "log.csv").open("w", encoding="utf-8") as out:
        out.write("lead_id,occurred_at,kind\n")
        for _ in range(activities):
            at = MONDAY - timedelta(minutes=draw.randrange(1, 90 * 1440))
            kind = draw.choice(["page_viewed"] * 8 + ["pricing_viewed", "email_sent"])
            out.write(f"N{draw.randrange(leads)},{at:%Y-%m-%d %H:%M},{kind}\n")
    session = Session(folder)
    files = (folder / "leads.csv", folder / "log.csv")
    import_files(session, ImportRequest(files, MONDAY, verify=False))
    return session


def owed(leads: int) -> None:
    """How long a round takes to decide, when nobody is in a track yet, and when everybody is."""
    with tempfile.TemporaryDirectory() as name:
        session = make_workspace(Path(name) / "w", leads, 3 * leads)
        for days in (0, 0.1, 7.2):
            now = MONDAY + timedelta(days=days)
            begin, cpu = time.perf_counter(), time.process_time()
            with session.write("bench", now) as workspace:
                plan = plan_round(workspace, 10_000)
            print(
                f"{leads:,} leads, day {days}: entered {plan.entered:,}, left {plan.left:,}, owed"
                f" {plan.owed:,}, chosen {len(plan.mails):,} in {time.perf_counter() - begin:.1f} s"
                f" ({time.process_time() - cpu:.1f} s CPU)"
            )


class _Sink:
    """Takes every mail, and writes down to whom it was."""

    def __init__(self, file: str) -> None:
        self._file = open(file, "a", buffering=1)  # noqa: SIM115 - held as long as the process

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        self._file.write(f"{envelope.rcpt_tos[0]}\n")  # type: ignore[attr-defined]
        return "250 OK"


def _relay(port: int, file: str) -> None:
    from aiosmtpd.controller import Controller

    controller = Controller(_Sink(file), hostname="127.0.0.1", port=port)
    controller.start()
    signal.pause()


def start_relay(file: Path) -> tuple[multiprocessing.Process, int]:
    """A relay in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    relay = multiprocessing.Process(target=_relay, args=(port, str(file)), daemon=True)
    relay.start()
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.1)
    return relay, port


def one_round(folder: str, port: int, now: datetime, limit: int = 1_000_000) -> float:
    """A round; how long it took."""
    environment = {
        "LEADLIGHT_SMTP": f"smtp://127.0.0.1:{port}",
        "LEADLIGHT_MAIL_FROM": "Acme <hello@acme.example>",
    }
    post = post_office(environment, lambda lead, track, language: f"https://a.example/u/{lead}")
    begin, cpu = time.perf_counter(), time.process_time()
    result = send(Session(folder), SendRequest(now, limit), post)
    took = time.perf_counter() - begin
    print(
        f"sent {result.sent:,}, uncertain {len(result.uncertain)}, recovered {result.recovered};"
        f" {time.process_time() - cpu:.1f} s CPU of the sender"
    )
    return took


def speed(mails: int) -> None:
    """Mails a second, from deciding to the ledger."""
    with tempfile.TemporaryDirectory() as name:
        make_workspace(Path(name) / "w", mails * 10 // 9, 10)
        relay, port = start_relay(Path(name) / "mails")
        took = one_round(f"{name}/w", port, MONDAY)
        relay.kill()
        sent = len((Path(name) / "mails").read_text().splitlines())
        print(f"{sent:,} mails in {took:.1f} s: {sent / took:.0f} a second, the round included")


def _lines(file: Path) -> int:
    return file.read_bytes().count(b"\n") if file.exists() else 0


def kill(mails: int, kills: int) -> None:
    """Kill senders at random moments; how many mails each lead got."""
    draw = random.Random(5)
    with tempfile.TemporaryDirectory() as name:
        make_workspace(Path(name) / "w", mails * 10 // 9, 10)
        relay, port = start_relay(Path(name) / "mails")
        code = (
            "import sys; from datetime import datetime; from benchmarks.nurture import one_round;"
        )
        code += " one_round(sys.argv[1], int(sys.argv[2]), datetime.fromisoformat(sys.argv[3]))"
        for n in range(kills):
            now = (MONDAY + timedelta(minutes=n)).isoformat()
            file = Path(name) / "mails"
            goal = _lines(file) + draw.randrange(1, 2 * mails // kills)
            sender = subprocess.Popen([sys.executable, "-c", code, f"{name}/w", str(port), now])
            while sender.poll() is None and _lines(file) < goal:
                time.sleep(0.002)
            sender.send_signal(signal.SIGKILL)
            sender.wait()
        one_round(f"{name}/w", port, MONDAY + timedelta(hours=2))
        with Session(f"{name}/w").read("bench", MONDAY + timedelta(hours=2)) as workspace:
            rows = workspace.con.execute(
                "SELECT kind, count(*) FROM step_facts GROUP BY 1"
            ).fetchall()
        relay.kill()
        times = Counter((Path(name) / "mails").read_text().split())
        print(
            f"{kills} kills: {len(times):,} leads got {Counter(times.values())}; facts {dict(rows)}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="?", choices=["owed", "send", "kill", "all"], default="all")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--mails", type=int, default=4_000)
    parser.add_argument("--kills", type=int, default=30)
    asked = parser.parse_args()
    os.environ.setdefault("PYTHONPATH", os.pathsep.join(sys.path))
    if asked.what in ("owed", "all"):
        owed(asked.leads)
    if asked.what in ("send", "all"):
        speed(asked.mails)
    if asked.what in ("kill", "all"):
        kill(10_000 if asked.what == "all" else asked.mails, asked.kills)
