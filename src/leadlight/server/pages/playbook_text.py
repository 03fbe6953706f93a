"""A text that somebody types, as the verbs take a playbook: a file in a private folder, beside the
models of the workspace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from leadlight.desk.model_files import FOLDER as MODELS
from leadlight.desk.session import Session
from leadlight.desk.wiring import computer
from leadlight.problems import CannotDo, Problem
from leadlight.server.api.request_content import RequestContent, hidden_folder

#: So many lines are shown around a fault.
AROUND = 2


@contextmanager
def playbook_file(session: Session, text: str) -> Iterator[Path]:
    """The text as a file, as long as this lasts. No refusal tells where it stands."""
    with computer.private_folder() as folder:
        models = session.place.folder / MODELS
        if models.is_dir():
            with suppress(FileExistsError):
                (folder / MODELS).symlink_to(models.absolute())
        file = folder / "playbook.yml"
        try:
            file.write_text(text, encoding="utf-8", newline="")
        except UnicodeEncodeError:
            sentence = _("The text has characters that nobody can read.")
            raise CannotDo(sentence, field="text") from None
        with hidden_folder(RequestContent(folder, {}, workspace=session.place.folder)):
            yield file


@dataclass(frozen=True)
class FaultLine:
    """A fault of a text where it stands: its line (0: it is of the whole), the lines around it,
    what is wrong and what to do.
    """

    line: int
    column: int
    around: tuple[tuple[int, str, bool], ...]
    message: str
    hint: str
    code: str
    is_doubt: bool


def fault_lines(text: str, problems: Sequence[Problem]) -> list[FaultLine]:
    """The faults of a text in the order of their lines, the doubts after them."""
    lines = text.splitlines()
    found = [_fault_line(lines, problem) for problem in problems]
    return sorted(found, key=lambda f: (f.is_doubt, f.line, f.column))


def _fault_line(lines: Sequence[str], problem: Problem) -> FaultLine:
    place = problem.place
    number = place.line if place and place.line and place.line <= len(lines) else 0
    first, last = max(1, number - AROUND), min(len(lines), number + AROUND)
    around = [(n, lines[n - 1][:300], n == number) for n in range(first, last + 1)]
    return FaultLine(
        number,
        (place.column or 1) if place and number else 1,
        tuple(around) if number else (),
        problem.message,
        problem.hint or "",
        problem.code,
        problem.level == "doubt",
    )


def marked_sentence(text: str) -> SafeString:
    """A sentence of a playbook as HTML: a name between stars, and a formula between backticks,
    which are shown as what they are. All else is text.
    """
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a backtick of the playbook's own
        return escape(text)
    pieces = [
        _stars(part) if n % 2 == 0 else format_html("<code>{}</code>", part)
        for n, part in enumerate(parts)
    ]
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _stars(text: str) -> SafeString:
    parts = text.split("*")
    if len(parts) % 2 == 0:
        return escape(text)
    marked = [escape(p) if n % 2 == 0 else format_html("<b>{}</b>", p) for n, p in enumerate(parts)]
    return mark_safe("".join(marked))
