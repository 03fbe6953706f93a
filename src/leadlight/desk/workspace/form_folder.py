"""The forms of a workspace: files in its folder `forms`, read again when they change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from leadlight.capture.form import Form
from leadlight.capture.form_file import NAME, read_form
from leadlight.problems import Place, Problem

FORMS, OFFERS, ENDING = "forms", "offers", ".yml"
#: A form is a page of text: one that is longer is something else.
LONGEST = 256 * 1024


@dataclass(frozen=True)
class ReadForm:
    """A form as it was read; None where its file has a fault."""

    name: str
    form: Form | None
    problems: tuple[Problem, ...]


class FormFolder:
    """The forms of a workspace's folder."""

    def __init__(self, folder: Path) -> None:
        self._forms, self._offers = folder / FORMS, folder / OFFERS
        self._read: dict[str, tuple[tuple[int, int], ReadForm]] = {}

    def names(self) -> list[str]:
        """The forms by name."""
        if not self._forms.is_dir():
            return []
        return sorted(file.stem for file in self._forms.glob(f"*{ENDING}"))

    def read(self, name: str) -> ReadForm | None:
        """A form; None where there is none of that name."""
        return self._read_file(name) if NAME.fullmatch(name) else None

    def read_any(self, name: str) -> ReadForm:
        """A form of the folder, however it is called."""
        gone = Problem("no-such-file", "The form cannot be read.", Place(f"{FORMS}/{name}{ENDING}"))
        return self._read_file(name) or ReadForm(name, None, (gone,))

    def _read_file(self, name: str) -> ReadForm | None:
        file = self._forms / f"{name}{ENDING}"
        try:
            state = file.stat()
            version = (state.st_mtime_ns, state.st_size)
            known = self._read.get(name)
            if known is None or known[0] != version:
                text = file.read_bytes()[:LONGEST].decode("utf-8", "replace")
                form, problems = read_form(text, name, f"{FORMS}/{file.name}")
                known = (version, ReadForm(name, form, tuple(problems)))
                self._read[name] = known
        except OSError:
            self._read.pop(name, None)
            return None
        return known[1]

    def form(self, name: str) -> Form | None:
        """A form that can be shown; None where there is none, or its file has a fault."""
        found = self.read(name)
        return found.form if found is not None else None

    def offer(self, form: Form) -> Path | None:
        """The file of a form's offer; None where it has none, or it is not there."""
        if form.offer is None or form.offer.file is None:
            return None
        file = (self._offers / form.offer.file).resolve()
        is_inside = file.is_relative_to(self._offers.resolve())
        return file if is_inside and file.is_file() else None

    def missing_offer(self, found: ReadForm) -> Iterator[Problem]:
        """That the file of a form's offer is not there: its page promises what nobody gets."""
        form = found.form
        offer = form.offer if form is not None else None
        if form is not None and offer is not None and offer.file and self.offer(form) is None:
            yield Problem(
                "no-offer",
                f"There is no file {offer.file!r} in the folder {OFFERS}.",
                Place(f"{FORMS}/{found.name}{ENDING}"),
                "Put it there: who fills in the form gets nothing until then.",
                "doubt",
            )
