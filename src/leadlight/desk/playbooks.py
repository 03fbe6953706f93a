"""The playbook a user names: a file, a preset, or the preset that fits the columns at hand."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from leadlight.desk.model_files import complete
from leadlight.desk.texts import text_of
from leadlight.facts.catalog import Catalog
from leadlight.playbook.presets import best_preset, preset_names, preset_text
from leadlight.playbook.read import read_playbook
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo, NextStep, Problem, plural


def find_playbook(
    playbook: str | Path | None, catalog: Catalog, field: str = "playbook"
) -> tuple[str, str, str | None]:
    """(file name, text, preset chosen): the file or preset named, else the preset that fits the
    base's columns. `field` is the field of a request that names it.
    """
    if playbook is None:
        chosen = best_preset(catalog.present, catalog.kinds)
        return f"{chosen}.yml", preset_text(chosen), chosen
    path = Path(playbook)
    if path.suffix.lower() in (".yml", ".yaml") or path.exists():
        return str(playbook), read_text(path, field), None
    if str(playbook) in preset_names():
        return f"{playbook}.yml", preset_text(str(playbook)), None
    raise CannotDo(
        f"There is no playbook {playbook}: neither a file nor a preset. The presets are"
        f" {', '.join(preset_names())}.",
        field=field,
    )


def read_text(path: Path, field: str = "playbook") -> str:
    """A playbook's text. Raises `CannotDo` when there is none."""
    try:
        return complete(text_of(path), path.parent)
    except FileNotFoundError:
        raise CannotDo(
            f"There is no playbook {path}. The presets are {', '.join(preset_names())}.",
            field=field,
            step=NextStep("init"),
        ) from None
    except IsADirectoryError:
        raise CannotDo(f"{path} is a folder. Name the playbook in it.", field=field) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotDo(f"{path} cannot be read as a text in UTF-8: {fault}.", field=field) from None


@lru_cache(maxsize=64)
def book_of(text: str, name: str, catalog: Catalog) -> tuple[Playbook | None, tuple[Problem, ...]]:
    """The playbook that a text is, None where it has faults, and its problems. One request reads a
    playbook several times over, and each reading checks all of it.
    """
    book, problems = read_playbook(text, name, catalog)
    return book, tuple(problems)


def usable(text: str, name: str, catalog: Catalog) -> tuple[Playbook, list[Problem]]:
    """The playbook checked against the base's own columns and kinds, and its doubts."""
    book, problems = book_of(text, name, catalog)
    faults = [p for p in problems if p.level == "fault"]
    if book is None:
        raise CannotDo(f"{name} cannot be used: {plural(len(faults), 'fault', 'faults')}.", faults)
    return book, [p for p in problems if p.level == "doubt"]
