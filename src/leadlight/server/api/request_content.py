"""What came with a request: its JSON, its files, and the playbooks that it names.

A request names no path of the server's disk. A file is sent; a playbook is a preset, a version, or
the text itself. Both stand in a private folder for as long as the request runs, and no sentence and
no result tells of that folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from leadlight.desk.leads.one_lead import NoSuchLead
from leadlight.desk.model_files import FOLDER as MODELS
from leadlight.desk.rules.agreement import VersionTextRequest, version_text
from leadlight.desk.session import Session
from leadlight.desk.wiring import computer
from leadlight.playbook.presets import preset_names
from leadlight.problems import CannotDo, Problem, did_you_mean
from leadlight.server.api.faults import ApiFault
from leadlight.server.api.request_data import decode, is_file
from leadlight.server.wsgi_names import SESSION

#: Fields that name a playbook.
PLAYBOOKS = frozenset({"playbook", "new", "old", "against", "playbook_since"})
#: Fields that nobody sends: where a terminal has files written, and what the server knows itself.
HIDDEN = frozenset(
    {
        "alone",
        "begin",
        "by",
        "dbt",
        "folder",
        "junit",
        "now",
        "out",
        "out_format",
        "parquet",
        "report",
        "save_playbook",
        "states",
    }
)
#: Fields whose texts the desk would take for a path as well: they hold a name here.
NAMES = frozenset({"like", "model"})
#: The largest request with files, in bytes.
LARGEST_UPLOAD = 2 * 1024**3
#: The longest playbook: to read one takes a second for 100,000 characters.
LONGEST_PLAYBOOK = 300_000
_VERSION = re.compile(r"v?\d{1,7}|[0-9a-f]{8,64}", re.IGNORECASE)
_NAME = re.compile(r"\w[\w -]{0,99}")
_UNSAFE = re.compile(r"[^\w. ()+-]")


@dataclass(frozen=True)
class RequestContent:
    """A request's JSON and files, with the private folder in which they stand."""

    folder: Path
    data: dict[str, Any]
    files: dict[str, list[Path]] = field(default_factory=dict)

    workspace: Path = Path()

    def hide(self, text: str) -> str:
        """A text that does not tell where this folder and the workspace are."""
        text = re.sub(re.escape(str(self.folder)) + r"(/[\w.]+/)?", "", text)
        return text.replace(f"{self.workspace}/", "") if self.workspace.is_absolute() else text


@contextmanager
def open_content(request: HttpRequest) -> Iterator[RequestContent]:
    """What came with a request. Raises `ApiFault` where it cannot be read."""
    session: Session = request.META[SESSION]
    workspace = session.place.folder
    with computer.private_folder() as folder:
        if request.content_type == "multipart/form-data":
            if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_UPLOAD:
                raise ApiFault(413, "The files are larger than is taken.")
            data = _json(request.POST.get("request", "{}"))
            yield RequestContent(folder, data, _files(request, folder), workspace)
        else:
            yield RequestContent(folder, _json(request.body), workspace=workspace)


def _json(body: bytes | str) -> dict[str, Any]:
    try:
        data = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise ApiFault(400, "The body is not JSON.") from None
    if not isinstance(data, dict):
        raise ApiFault(422, "The body is a JSON object: the fields of the request.")
    return data


def _files(request: HttpRequest, folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for name in request.FILES:
        found[name] = [
            _keep(file, folder / f"{len(found)}.{n}")
            for n, file in enumerate(request.FILES.getlist(name))
        ]
    return found


def _keep(file: UploadedFile, folder: Path) -> Path:
    """A file that was sent, under its own name, in a folder of its own."""
    last = str(file.name or "file").replace("\\", "/").rpartition("/")[2]
    name = _UNSAFE.sub("_", last).strip(". ")[-100:] or "file"
    folder.mkdir()
    target = folder / name
    with target.open("wb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
    return target


def request_of(
    sent: RequestContent, kind: type, session: Session, now: datetime, by: str, resolve: bool = True
) -> Any:
    """The request of a verb. With `resolve` a version is handed to the verb as a text; the others
    look versions up themselves. Raises `CannotDo` for what cannot be taken.
    """
    given: dict[str, object] = {"now": now, "by": by, **_given_files(sent, kind)}
    if "folder" in get_type_hints(kind):
        given["folder"] = sent.folder
    desk = _Playbooks(sent, session, now, resolve)
    data = desk.place_all(sent.data, kind, given)
    return decode(kind, data, given, HIDDEN)


def _given_files(sent: RequestContent, kind: type) -> dict[str, object]:
    """The fields of a request that were sent as files."""
    given: dict[str, object] = {}
    for name, files in sent.files.items():
        hint = _type_of(kind, name)
        if hint is None or name.rpartition(".")[2] in HIDDEN | PLAYBOOKS:
            raise CannotDo(f"There is no field {name[:100]!r} that takes a file.", field=name[:100])
        if not _takes_several(hint) and len(files) > 1:
            raise CannotDo(f"{name} is one file.", field=name)
        given[name] = tuple(files) if _takes_several(hint) else files[0]
        parent, inside = name.rpartition(".")[::2]
        if parent and inside:
            sent.data.setdefault(parent, {})
    return given


def _takes_several(hint: Any) -> bool:
    return str(hint).startswith("tuple")


def _type_of(kind: Any, name: str) -> Any | None:
    """The type of a field that holds files, by its name or its path (`table.file`)."""
    first, _, rest = name.partition(".")
    for one in get_args(kind) or (kind,):
        hint = get_type_hints(one).get(first) if is_dataclass(one) else None
        if hint is None:
            continue
        found = _type_of(hint, rest) if rest else hint
        if found is not None and (rest or is_file(hint)):
            return found
    return None


@dataclass(frozen=True)
class _Playbooks:
    """The playbooks that a request names, made into what the desk takes for one."""

    sent: RequestContent
    session: Session
    now: datetime
    resolve: bool

    def place_all(
        self, data: Mapping[str, Any], kind: Any, given: dict[str, object]
    ) -> dict[str, Any]:
        """The data with every playbook in its place; one that the desk wants as a path goes to
        `given`.
        """
        hints = get_type_hints(kind) if is_dataclass(kind) else {}
        out: dict[str, Any] = {}
        for name, value in data.items():
            if isinstance(value, dict):
                out[name] = self.place_all(value, None, {})
            elif name in PLAYBOOKS and isinstance(value, str):
                where = self._place(name, value)
                if name in hints and is_file(hints[name]):
                    given[name] = self._file(where, name)
                else:
                    out[name] = where
            else:
                out[name] = _check_name(name, value)
        return out

    def _place(self, field: str, value: str) -> str:
        if len(value) > LONGEST_PLAYBOOK:
            raise CannotDo(
                f"A playbook has at most {LONGEST_PLAYBOOK:,} characters here.", field=field
            )
        if "\n" in value or ":" in value:
            return str(self._write(field, value))
        if value in preset_names():
            return value
        if _VERSION.fullmatch(value):
            return value if not self.resolve else str(self._version(field, value))
        hint = did_you_mean(value[:100], preset_names()) or "Send its text instead."
        raise CannotDo("There is no preset and no version of that name. " + hint, field=field)

    def _version(self, field: str, value: str) -> Path:
        found = version_text(self.session, VersionTextRequest(value, self.now))
        return self._write(field, found.text)

    def _file(self, where: str, field: str) -> Path:
        if where in preset_names():
            from leadlight.playbook.presets import preset_text

            return self._write(field, preset_text(where))
        return Path(where) if Path(where).is_absolute() else self._version(field, where)

    def _write(self, field: str, text: str) -> Path:
        """A playbook as a file, beside the models of the workspace."""
        folder = self.sent.folder / field
        folder.mkdir(exist_ok=True)
        models = self.session.place.folder / MODELS
        if models.is_dir():
            with suppress(FileExistsError):
                (folder / MODELS).symlink_to(models.absolute())
        file = folder / "playbook.yml"
        try:
            file.write_text(text, encoding="utf-8", newline="")
        except UnicodeEncodeError:
            raise CannotDo(f"{field} has characters that nobody can read.", field=field) from None
        return file


def _check_name(name: str, value: Any) -> Any:
    """A text that the desk would take for a path as well is a plain name here."""
    if name not in NAMES or not isinstance(value, str):
        return value
    if not _NAME.fullmatch(value) or Path(value).exists():
        raise CannotDo(f"{name} is a name: letters, digits and underscores.", field=name)
    return value


@contextmanager
def hidden_folder(sent: RequestContent) -> Iterator[None]:
    """No sentence of a refusal tells of the private folder."""
    try:
        yield
    except CannotDo as fault:
        kind = NoSuchLead if isinstance(fault, NoSuchLead) else CannotDo
        problems = [_hide(sent, p) for p in fault.problems]
        raise kind(sent.hide(str(fault)), problems, field=fault.field, step=fault.step) from fault


def _hide(sent: RequestContent, fault: Problem) -> Problem:
    place = fault.place and replace(fault.place, file=sent.hide(fault.place.file))
    return replace(fault, message=sent.hide(fault.message), place=place)
