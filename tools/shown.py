"""Runs the installed `leadlight` command and shows it as a user would see and type it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = Path(sys.executable).with_name("leadlight")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def say(text: str = "") -> None:
    print(text, flush=True)


def leadlight(*words: str | Path, only: str | None = None) -> str:
    """Run the command at the root of the checkout, show it and what it says, and give that back without colours.

    With `only`, the lines that match are shown and the rest is not. When the command fails, so does the demo.
    """
    arguments = [_short(w) for w in words]
    say(f"$ leadlight {shlex.join(arguments)}")
    wide = str(min(shutil.get_terminal_size((100, 24)).columns, 120))
    environment = {**os.environ, "COLUMNS": wide}
    if sys.stdout.isatty():
        environment["FORCE_COLOR"] = "1"
    # The installed command; where the package is only on the path (as in its own tests), the same by its module.
    begin = (
        [str(COMMAND)]
        if COMMAND.exists()
        else [sys.executable, "-c", "from leadlight.cli import main; main()"]
    )
    done = subprocess.run(
        [*begin, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    plain = _COLOUR.sub("", done.stdout)
    if only is None or done.returncode:
        say(done.stdout.rstrip("\n"))
    else:
        for line in plain.splitlines():
            if re.search(only, line):
                say(line)
    say()
    if done.returncode:
        say("That did not work; the demo ends here.")
        sys.exit(done.returncode)
    return plain


def _short(word: str | Path) -> str:
    """A path as it is typed at the root of the checkout."""
    if isinstance(word, Path) and word.is_relative_to(ROOT):
        return str(word.relative_to(ROOT))
    return str(word)
