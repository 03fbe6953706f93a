"""`make demo-live`: the demo company is served, a visitor walks through its site, and the terminal shows the lead turn hot.

The workspace is made in out/demo-live (afresh each time). The visitor's browser is played by this program: it sends what the
script for pages sends.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from datetime import UTC, datetime

from shown import ROOT, say

OUT = ROOT / "out" / "demo-live"
LEADLIGHT = [str(ROOT / ".venv" / "bin" / "leadlight")]
VISITOR = uuid.uuid4().hex
WALK = (
    ("page", {"name": "Home"}, "comes by an ad and sees the home page"),
    ("page", {"name": "Product"}, "looks at the product"),
    ("page", {"name": "Pricing"}, "looks at the prices"),
    ("identify", {"traits": {"email": "rosa@marlowe-tools.com", "firstName": "Rosa", "phone": "+44 20 7946 0991",
                             "company": {"name": "Marlowe Tools", "employee_count": 240}, "title": "Head of Operations"}},
     "leaves her address for a white paper"),
    ("track", {"event": "Content Downloaded"}, "reads it"),
    ("page", {"name": "Pricing"}, "comes back to the prices"),
    ("track", {"event": "Demo Requested"}, "asks for a demo"),
)  # fmt: skip


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    say("A company of 2,000 leads, served:")
    company = OUT / "company"
    run(sys.executable, str(ROOT / "examples" / "demo_company.py"), str(company), "--leads", "2000")
    workspace = OUT / "workspace"
    run(*LEADLIGHT, "init", str(workspace))
    files = [str(company / f"{name}.csv") for name in ("leads", "activities", "conversations")]
    run(*LEADLIGHT, "import", "-w", str(workspace), *files)
    server = subprocess.Popen(
        [*LEADLIGHT, "serve", "-w", str(workspace), "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )  # fmt: skip
    try:
        url, key = welcome(server)
        read = re.findall(
            r"ll_[\w-]+", run(*LEADLIGHT, "key", "create", "--scope", "read", "-w", str(workspace))
        )[0]
        time.sleep(3)  # the base is qualified for the first time
        threading.Thread(target=listen, args=(url, read), daemon=True).start()
        time.sleep(1)
        say("A visitor walks through the site; each step is sent as the script for pages sends it:")
        for call, what, words in WALK:
            begin = time.perf_counter()
            send(url, key, call, what)
            print(
                f"  Rosa {words}  ({1000 * (time.perf_counter() - begin):.0f} ms until it is on the disk)",
                flush=True,
            )
            time.sleep(1.2)
        time.sleep(1.5)
    finally:
        server.terminate()
        server.wait(30)
    say("Why, as a salesperson reads it:")
    print(run(*LEADLIGHT, "explain", "-w", str(workspace), "rosa@marlowe-tools.com")[:1800])
    say(f"Serve it yourself:  .venv/bin/leadlight serve -w {workspace}")


def run(*command: str) -> str:
    """A command that must succeed; what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr or done.stdout}")
    return done.stdout


def welcome(server: subprocess.Popen[str]) -> tuple[str, str]:
    """The server's address and a key for sending, as it tells them when it begins."""
    assert server.stdout is not None
    said = ""
    while "Stop with" not in said:
        line = server.stdout.readline()
        if not line:
            raise SystemExit(f"The server did not begin: {said}")
        said += line
        print(f"  {line.rstrip()}")
    return re.findall(r"at (http://\S+)", said)[0], re.findall(r"ll_[\w-]+", said)[0]


def send(url: str, key: str, call: str, what: dict[str, object]) -> None:
    """One call of the tracking API, as a browser makes it."""
    context = {
        "campaign": {"source": "google", "medium": "cpc", "name": "autumn"},
        "page": {"url": f"https://demo.example/{call}"},
    }
    body = {
        **what, "writeKey": key, "anonymousId": VISITOR, "messageId": uuid.uuid4().hex, "context": context,
        "timestamp": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    request = urllib.request.Request(
        f"{url}/v1/{call}", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=10).read()


def listen(url: str, key: str) -> None:
    """Print each transition of the stream."""
    request = urllib.request.Request(f"{url}/stream", headers={"authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=120) as stream:
        for line in stream:
            if line.startswith(b"data: "):
                told = json.loads(line[6:])
                moves = [
                    f"{m['scale']} {m['before'] or 'nothing'} -> {m['after']}"
                    for m in told["moves"]
                ]
                route = (
                    f"; {told['department']} answers within {told['respond_within'] / 60:.0f} min"
                    if told["respond_within"]
                    else ""
                )
                print(
                    f"      stream: {told['lead_id']}  {', '.join(moves) or 'another route'}{route}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
