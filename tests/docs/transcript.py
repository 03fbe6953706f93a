"""Reads the console blocks of a page, runs them, and says which documented line did not occur.

    ```console
    $ leadlight check            a command; what follows is what it should say, in this order
    playbook.yml holds: ...      `...` inside or alone stands for whatever is left out
    ```

Comments steer a run: `<!-- exits 2 -->` before a block, and `<!-- edit FILE -->` before a block of two YAML lines
(`- old`, `+ new` as a diff) which the reader does in an editor.

    python -m tests.docs.transcript PAGE...      runs the pages and puts today's output in the place of the old
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.command import leadlight

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(
    r"(?:<!-- (?P<note>[^>]+?) -->\n)?```(?P<kind>console|diff)\n(?P<text>.*?)^```$", re.S | re.M
)


@dataclass
class Step:
    """A command of a page with what the page says that it prints; or an edit."""

    command: str
    line: int
    says: list[str] = field(default_factory=list)
    exits: int = 0
    edits: str | None = None


def steps(page: str) -> Iterator[Step]:
    """The commands and edits of a page, in order."""
    for block in _BLOCK.finditer(page):
        note = block["note"] or ""
        line = page.count("\n", 0, block.start("text")) + 1
        if block["kind"] == "diff":
            if note.startswith("edit "):
                yield Step(block["text"], line, edits=note.removeprefix("edit ").strip())
            continue
        exits = int(note.removeprefix("exits ")) if note.startswith("exits ") else 0
        one: Step | None = None
        for n, text in enumerate(block["text"].splitlines()):
            if text.startswith("$ "):
                if one:
                    yield one
                one = Step(text[2:], line + n, exits=exits)
            elif one:
                one.says.append(text)
        if one:
            yield one


class Shell:
    """Runs a page's commands one after the other, from a folder that `cd` changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, step: Step) -> tuple[int, list[str]]:
        if step.edits:
            return self._edit(step)
        words = shlex.split(step.command, comments=True)
        if words[0] == "cd":
            self.folder = self.folder / words[1]
            assert self.folder.is_dir(), step.command
            return 0, []
        assert words[0] == "leadlight", (
            f"line {step.line}: only leadlight and cd are run, not {words[0]}"
        )
        env = {**os.environ, "COLUMNS": "100", "PYTHONPATH": str(ROOT / "src")}
        done = leadlight(*words[1:], cwd=self.folder, env=env, together=True)
        return done.returncode, [line.rstrip() for line in done.stdout.splitlines()]

    def _edit(self, step: Step) -> tuple[int, list[str]]:
        assert step.edits
        file = self.folder / step.edits
        text = file.read_text(encoding="utf-8")
        old = "\n".join(li[1:] for li in step.command.splitlines() if li[:1] in ("-", " "))
        new = "\n".join(li[1:] for li in step.command.splitlines() if li[:1] in ("+", " "))
        assert text.count(old) == 1, f"{file.name} has {text.count(old)} times:\n{old}"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return 0, []


def missing(says: list[str], printed: list[str]) -> list[str]:
    """The documented lines that did not occur, in their order, in what was printed."""
    at, out = 0, []
    for wanted in says:
        if wanted.strip() in ("", "..."):
            continue
        pattern = re.compile(
            ".*".join(re.escape(p) for p in wanted.rstrip().split("...")) + r"\s*$"
        )
        found = next((n for n in range(at, len(printed)) if pattern.match(printed[n])), None)
        if found is None:
            out.append(wanted)
        else:
            at = found + 1
    return out


def sandbox(folder: Path) -> Path:
    """A folder with the small company's files in it, as the pages say."""
    shutil.copytree(ROOT / "examples" / "acme", folder / "acme")
    for name in ("hubspot_export.csv", "salesforce_export.csv"):
        shutil.copy(ROOT / "examples" / name, folder / "acme")
    return folder / "acme"


def renewed(says: list[str], printed: list[str]) -> list[str]:
    """The documented lines with each replaced by the printed one that is most like it."""
    out, at = [], 0
    for wanted in says:
        if wanted.strip() in ("", "...") or "..." in wanted:
            out.append(wanted)
            continue
        ranked = sorted(
            (
                (
                    difflib.SequenceMatcher(None, _masked(wanted), _masked(li)).ratio()
                    + 0.3 * (wanted == li),
                    -n,
                    li,
                )
                for n, li in enumerate(printed)
                if n >= at
            ),
            reverse=True,
        )
        if ranked and ranked[0][0] > 0.55:
            at = -ranked[0][1] + 1
            out.append(ranked[0][2])
    return out


def _masked(line: str) -> str:
    return re.sub(r"[█▉▊▋▌▍▎▏]+", "|", re.sub(r"\d+", "0", line))


def main(pages: list[str]) -> None:
    for name in pages:
        page = Path(name)
        text = page.read_text(encoding="utf-8")
        lines = text.split("\n")
        replaced: list[tuple[int, int, list[str]]] = []
        with tempfile.TemporaryDirectory() as folder:
            shell = Shell(sandbox(Path(folder)))
            for step in steps(text):
                code, printed = shell.run(step)
                if code != step.exits:
                    print(f"{page}:{step.line}: {step.command} exited {code}", *printed, sep="\n")
                for line in missing(step.says, printed):
                    print(f"{page}:{step.line}: no longer says: {line}")
                if not step.edits:
                    replaced.append((step.line, len(step.says), renewed(step.says, printed)))
        for line, count, says in reversed(replaced):
            lines[line : line + count] = says
        page.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
