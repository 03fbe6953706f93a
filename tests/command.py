"""The command as a user types it: each time a process of its own, with its own folder, surroundings and exit code.

Loading the program takes a second, and the tests type hundreds of commands.  So each test process keeps a helper that has
loaded it; a command is a fork of that helper, which runs `leadlight.cli.main` and whatever is to be done at the exit.
Verbs that learn are forks of a second helper, itself a fork of the first, which has loaded the numeric libraries too.
LEADLIGHT_TEST_FRESH=1 starts a new interpreter for every command instead.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from datetime import datetime
from functools import cache
from io import StringIO
from pathlib import Path

from tests.socket_messages import receive, send

ROOT = Path(__file__).resolve().parents[1]
SOURCE = str(ROOT / "src")
MAIN = "import sys; sys.argv[0] = 'leadlight'; from leadlight.cli import main; main()"
#: What the program loads when it first needs it, but for Spark, what learns and the server, whose
#: pages need Django's settings.
LAZY = (
    "email_validator",
    "phonenumbers",
    "pydantic.type_adapter",
    "requests",
    "rich._emoji_codes",
    "rich.table",
    "rphonenumbers",
    "tldextract",
    "zoneinfo",
    "leadlight",
)
LEFT = ("leadlight.adapters.spark", "leadlight.predict", "leadlight.server")
#: The verbs that need numeric libraries, and what these verbs load: most other commands would only
#: be slowed down by so much memory.
NUMERIC = frozenset({"customers", "dedupe", "learn", "persona", "tune", "uplift"})
NUMBERS = (
    "interpret.glassbox",
    "scipy.optimize",
    "scipy.stats",
    "sklearn.cluster",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "splink",
    "leadlight.predict",
)


def leadlight(
    *words: str, cwd: Path, env: Mapping[str, str], together: bool = False
) -> subprocess.CompletedProcess[str]:
    """The finished process: what it printed (`together`: complaints among it, as a terminal shows it) and how it ended."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        told = out if together else err
        if os.environ.get("LEADLIGHT_TEST_FRESH") or not hasattr(os, "fork"):
            ended = subprocess.run(
                [sys.executable, "-c", MAIN, *words],
                cwd=cwd,
                env=env,
                stdout=out,
                stderr=told,
                check=False,
            ).returncode
        else:
            ended = _forked(words, cwd, env, (out.fileno(), told.fileno()))
        out.seek(0)
        err.seek(0)
        said = [file.read().decode("utf-8").replace("\r\n", "\n") for file in (out, err)]
    return subprocess.CompletedProcess(words, ended, said[0], "" if together else said[1])


def on_a_terminal(*words: str, cwd: Path, env: Mapping[str, str]) -> tuple[int, str]:
    """How the command ended, and every character that a terminal of 100 columns got from it."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    got: list[bytes] = []
    reader = threading.Thread(target=_read_all, args=(ours, got), daemon=True)
    reader.start()
    ended = _forked(words, cwd, {**env, "TERM": "xterm-256color"}, (theirs, theirs))
    os.close(theirs)
    reader.join()
    os.close(ours)
    return ended, b"".join(got).decode("utf-8", "surrogateescape")


def _forked(words: Sequence[str], cwd: Path, env: Mapping[str, str], files: tuple[int, int]) -> int:
    """How the command ended, as a fork of a helper, which writes into these files."""
    helper = _learner() if NUMERIC & set(words) else _helper()
    send(helper, {"words": words, "cwd": str(cwd), "env": dict(env)}, *files)
    return int(receive(helper)[0])


def _read_all(end: int, got: list[bytes]) -> None:
    """Until nobody holds the other end."""
    try:
        while block := os.read(end, 65_536):
            got.append(block)
    except OSError:  # what Linux says instead of an end
        return


@cache
def _helper() -> socket.socket:
    """The socket to this process's helper, which ends when the socket does."""
    ours, theirs = socket.socketpair()
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), SOURCE])}
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.command", str(theirs.fileno())],
        pass_fds=[theirs.fileno()],
        cwd="/",
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    theirs.close()
    HELPERS[started.pid] = started
    return ours


@cache
def _learner() -> socket.socket:
    """The socket to the helper that has loaded the numeric libraries, which ends when the socket does."""
    ours, theirs = socket.socketpair()
    helper = _helper()
    send(helper, {}, theirs.fileno())
    theirs.close()
    HELPERS[int(receive(helper)[0])] = None
    return ours


#: The helpers of this process by their numbers, of which commands are the children; those it started itself are kept.
HELPERS: dict[int, subprocess.Popen[bytes] | None] = {}


def _import(names: Iterable[str]) -> None:
    """The modules, with all of a package of ours but for what the tests' commands seldom need."""
    for name in names:
        try:
            package = importlib.import_module(name)
        except ImportError:
            continue
        if name.startswith("leadlight"):
            left = tuple(n for n in LEFT if n != name)
            for found in pkgutil.walk_packages(package.__path__, f"{name}."):
                if not found.name.startswith(left) and not found.name.endswith("__main__"):
                    importlib.import_module(found.name)


def _load() -> None:
    """What commands need: their modules, the lists of names that take long to read, and the playbooks most of them name."""
    _import(LAZY)
    from typer.main import get_command

    from leadlight.adapters.destinations.report.page import page_environment
    from leadlight.adapters.sources.countries import country_code
    from leadlight.cli import app
    from leadlight.facts.catalog import Catalog
    from leadlight.facts.cohort import Everyone
    from leadlight.facts.headers import read_headers
    from leadlight.plan.compile import statement
    from leadlight.plan.sources import Sources
    from leadlight.playbook.presets import preset_text
    from leadlight.playbook.read import must_read
    from leadlight.verify.lead import check_lead

    with redirect_stdout(StringIO()):
        get_command(app).main(["qualify", "--help"], standalone_mode=False)
    pages = page_environment()
    for name in pages.list_templates(["j2"]):
        pages.get_template(name)
    for what in ("leads", "activities", "spend"):
        read_headers(["Email"], what)
    country_code("no country")
    for phone in ("+49 30 901820", "+1 212 555 0123", "+91 22 2266 0000"):
        check_lead(
            {
                "lead_id": "1",
                "email": "ana@acme.com",
                "phone": phone,
                "first_name": "Ana",
                "company": "Acme",
                "website": "acme.com",
            }
        )
    for text in (
        (ROOT / "examples" / "acme" / "playbook.yml").read_text("utf-8"),
        preset_text("b2b-saas"),
    ):
        statement(must_read(text), Sources(Catalog()), Everyone(datetime(2026, 1, 1)))


def _serve(asks: socket.socket) -> bool:
    """Forks for each command. In the helper False when nobody asks any more; True in a fork that is to be the command."""
    while True:
        try:
            asked, files = receive(asks)
        except EOFError:
            return False
        if not asked:
            if not (helper := _fork_helper()):
                asks.close()
                asks = socket.socket(fileno=files[0])
                _import(NUMBERS)
                gc.freeze()
                continue
            answer = helper
        elif (child := os.fork()) == 0:
            asks.close()
            for n, file in enumerate(files, 1):
                os.dup2(file, n)
            os.environ.clear()
            os.environ.update(asked["env"])
            time.tzset()
            os.chdir(asked["cwd"])
            sys.argv = ["leadlight", *asked["words"]]
            return True
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        for file in files:
            os.close(file)
        send(asks, answer)


def _fork_helper() -> int:
    """Who the second helper is, and 0 in itself. It is nobody's child, so that the children of a helper are commands."""
    ours, theirs = os.pipe()
    if (between := os.fork()) == 0:
        if (helper := os.fork()) == 0:
            os.close(ours)
            os.close(theirs)
            return 0
        os.write(theirs, helper.to_bytes(4, "big"))
        os._exit(0)
    os.waitpid(between, 0)
    helper = int.from_bytes(os.read(ours, 4), "big")
    os.close(ours)
    os.close(theirs)
    return helper


def _run(main: Callable[[], None]) -> int:
    """What an interpreter does around a script, but for taking every module apart at the end, which takes half a second."""
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    _load()
    gc.freeze()
    if _serve(socket.socket(fileno=int(sys.argv[1]))):
        from leadlight.cli import main

        os._exit(_run(main))
    os._exit(0)
