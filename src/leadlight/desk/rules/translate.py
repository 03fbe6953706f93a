"""`translate`: the scoring rules of another system as a playbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.session import Session
from leadlight.desk.wiring import countries, output_files
from leadlight.facts.catalog import Catalog
from leadlight.playbook.read import read_playbook
from leadlight.playbook.translation.document import LARGEST
from leadlight.playbook.translation.translate import translate
from leadlight.problems import CannotDo
from leadlight.results.files import WrittenFile
from leadlight.results.translation import TranslatedRules


@dataclass(frozen=True)
class TranslateRequest:
    """Write the rules of `files`, exports of one system, as the playbook `out` (null: only return
    it). In a workspace its own attributes are known too.
    """

    now: datetime
    files: tuple[Path, ...]
    out: Path | None = None


def translate_rules(session: Session, request: TranslateRequest) -> TranslatedRules:
    """Translate scoring rules. Raises `CannotDo` for files that hold none, and where the playbook
    may not be written.
    """
    if not request.files:
        raise CannotDo("Name the export to translate.", field="files")
    with output_files.together(request.files, [(request.out, "translated")]):
        texts = [(str(file), _text_of(file)) for file in request.files]
        catalog = _catalog(session, request.now)
        found = translate(texts, catalog, countries.country_code)
        book, problems = read_playbook(found.text, str(request.out or "translated.yml"), catalog)
        faults = [p for p in problems if p.level == "fault"]
        if book is None or faults:
            raise CannotDo("The rules make no playbook that can be used.", faults)
        written = None
        if request.out is not None:
            output_files.write_text(request.out, found.text, "translated")
            written = WrittenFile(request.out)
    doubts = tuple(p for p in problems if p.level == "doubt")
    return TranslatedRules(
        found.source, found.text, book.fingerprint, found.carried, found.left, doubts, written
    )


def _catalog(session: Session, now: datetime) -> Catalog:
    if not session.has_workspace:
        return Catalog()
    with session.read("translate", now) as workspace:
        return workspace.ledger.catalog()


def _text_of(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig") as f:
            return f.read(LARGEST + 1)
    except FileNotFoundError:
        raise CannotDo(f"There is no file {file}.", field="files") from None
    except IsADirectoryError:
        raise CannotDo(f"{file} is a folder. Name the files in it.", field="files") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotDo(
            f"{file} cannot be read as a text in UTF-8: {fault}.", field="files"
        ) from None
