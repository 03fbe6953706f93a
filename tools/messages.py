"""The words of the pages in other languages: what is missing is found, and the rest compiled.

    python tools/messages.py            gather the words, keep their translations, compile them
    python tools/messages.py --check    say what has no translation, or is not compiled

Words stand in templates as `{% translate %}` and in Python as `gettext`.
"""

from __future__ import annotations

import gettext
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SERVER = Path(__file__).resolve().parent.parent / "src/leadlight/server"
LANGUAGES = ("de",)
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: Headers of a file of words that nobody reads; its dates would make each writing another file.
_HEADERS = ("Project-Id", "Report-", "POT-", "PO-Revision", "Last-", "Language-Team", "Generated")


def main() -> int:
    """Gather and compile, or check. The answer is the exit code."""
    words = gather()
    faults: list[str] = []
    for language in LANGUAGES:
        file = SERVER / f"locale/{language}/LC_MESSAGES/django.po"
        catalog = merge(words, file, language)
        if "--check" in sys.argv:
            faults += check(catalog, file)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(written(catalog))
            file.with_suffix(".mo").write_bytes(compiled(catalog))
            faults += missing(catalog)
    print("\n".join(faults) or "Every word has its translation.")
    return 1 if faults and "--check" in sys.argv else 0


def gather() -> Catalog:
    """Every word that the pages say."""
    words = Catalog(charset="utf-8")
    for file in sorted([*SERVER.rglob("*.html"), *SERVER.rglob("*.py")]):
        for _line, message, _comments, context in words_of(file):
            words.add(message, context=context)
    return words


def words_of(file: Path) -> Iterator[tuple[int, Any, list[str], str | None]]:
    """The words of a template or of a module."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        from django.conf import settings
        from django.utils.translation.template import templatize

        if not settings.configured:
            settings.configure()
        text = templatize(text)
    yield from extract("python", io.BytesIO(text.encode()), _KEYWORDS, (), {})


def merge(words: Catalog, file: Path, language: str) -> Catalog:
    """The words with the translations that a file has; what nobody says any more is dropped."""
    known = Catalog()
    if file.exists():
        with file.open("rb") as source:
            known = read_po(source, locale=language)
    merged = Catalog(locale=language, charset="utf-8", fuzzy=False, header_comment="# Leadlight")
    for message in sorted((m for m in words if m.id), key=_sort_key):
        before = known.get(message.id, message.context)
        merged.add(message.id, before.string if before else None, context=message.context)
    return merged


def _sort_key(message: Message) -> tuple[str, str]:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return text, message.context or ""


def written(catalog: Catalog) -> bytes:
    """What a translator reads."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, no_location=True)
    heads = tuple(f'"{name}'.encode() for name in _HEADERS)
    return b"".join(line for line in out.getvalue().splitlines(True) if not line.startswith(heads))


def compiled(catalog: Catalog) -> bytes:
    """What `gettext` reads."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def missing(catalog: Catalog) -> list[str]:
    """The words without a translation."""
    return [
        f"{catalog.locale}: no translation of {message.id!r}"
        for message in catalog
        if message.id and not _has_all(message)
    ]


def _has_all(message: Message) -> bool:
    parts = _parts(message)
    return bool(parts) and all(parts)


def _parts(message: Message) -> tuple[str, ...]:
    """The text of a message, or its texts of one and of many."""
    text = message.string or ()
    return (text,) if isinstance(text, str) else tuple(text)


def check(catalog: Catalog, file: Path) -> list[str]:
    """The words without a translation, those whose blanks differ, and whether the file that
    programs read is of these.
    """
    faults = missing(catalog)
    faults += [
        f"{catalog.locale}: {message.id!r}: {fault}"
        for message in catalog
        if message.id and message.string
        for fault in _blanks(message)
    ]
    binary = file.with_suffix(".mo")
    with file.open("rb") as source:
        in_file = {(_key(m)): m.string for m in read_po(source) if m.id}
    here = {(_key(m)): m.string for m in catalog if m.id}
    if in_file != here:
        faults.append(f"{file.name}: other words than the pages say. Run tools/messages.py.")
    if not binary.exists() or _strings(binary) != _strings_of(catalog):
        faults.append(f"{binary.name}: not compiled from {file.name}. Run tools/messages.py.")
    return faults


def _key(message: Message) -> tuple[Any, str | None]:
    return message.id, message.context


def _blanks(message: Message) -> Iterator[str]:
    """Blanks such as `%(name)s` that are not the same in both languages."""
    blank = re.compile(r"%\((\w+)\)")
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = list(_parts(message))
    wanted = {name for text in ids for name in blank.findall(text)}
    for text in strings:
        strange = set(blank.findall(text or "")) - wanted
        if strange:
            yield f"unknown blanks {sorted(strange)}"
        if len(ids) == 1 and set(blank.findall(text or "")) != wanted:
            yield "its blanks are not those of the English"


def _strings(binary: Path) -> set[str]:
    with binary.open("rb") as source:
        entries: dict[object, str] = vars(gettext.GNUTranslations(source))["_catalog"]
    return {text for key, text in entries.items() if key}


def _strings_of(catalog: Catalog) -> set[str]:
    complete = [message for message in catalog if message.id and _has_all(message)]
    return {text for message in complete for text in _parts(message)}


if __name__ == "__main__":
    sys.exit(main())
