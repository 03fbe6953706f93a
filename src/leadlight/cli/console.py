"""What the terminal says: faults with their places, and a sign of life for what takes longer than a
moment.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING

from leadlight.cli.screen import console, live, shell_quote
from leadlight.cli.secrets import redact
from leadlight.presentable import presentable
from leadlight.problems import CannotDo, NextStep, Problem

if TYPE_CHECKING:
    from leadlight.facts.cohort import Known

MOST = 50

#: The verb that was typed.
invoked_verb: ContextVar[str | None] = ContextVar("invoked_verb", default=None)

#: The options that it has: a sentence names no other.
typed_options: ContextVar[frozenset[str] | None] = ContextVar("typed_options", default=None)


def parse_known(text: str) -> Known:
    """The value of --known. Raises `CannotDo` for another word."""
    if text == "then":
        return "then"
    if text == "now":
        return "now"
    raise CannotDo(
        "--known takes then (what was known at that moment) or now (what we know now about it),"
        f" not {text!r}."
    )


def tell(fault: CannotDo) -> None:
    """The sentence of a refusal, and every problem behind it, on standard error."""
    print(presentable(redact(refusal_text(fault)), 2_000), file=sys.stderr)
    tell_problems(fault.problems)


def refusal_text(fault: CannotDo) -> str:
    """A refusal in the words of the command line: the option that is wrong, the command that
    helps.
    """
    text = str(fault)
    if (invoked_verb.get(), fault.field) not in _ARGUMENTS:
        text = with_option(text, fault.field)
    if fault.step is not None:
        text += f" Try: {command_of(fault.step)}"
    return text


def with_option(text: str, field: str | None) -> str:
    """A sentence with the option that fills a field of the request, where the verb has one."""
    if field is None:
        return text
    option, has = option_of(field, invoked_verb.get()), typed_options.get()
    return text if has is not None and option not in has else f"{text} ({option})"


def command_of(step: NextStep) -> str:
    """A next step as the command to type."""
    words = ["leadlight", _COMMANDS.get(step.verb, step.verb)]
    for name, value in step.fields.items():
        words += _words_of(step.verb, name, value)
    return " ".join(words)


def _words_of(verb: str, field: str, value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [word for one in value for word in _words_of(verb, field, one)]
    if value is None or value is False:
        return []
    option = [] if (verb, field) in _ARGUMENTS else [option_of(field, verb)]
    # A password is taken out before the word is quoted: the quotes of a shell would hide it.
    return [*option, *([] if value is True else [shell_quote(redact(_text_of(value)))])]


def _text_of(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes").removesuffix("T00:00")
    return str(value)


#: Verbs that are typed otherwise than they are called.
_COMMANDS = {
    "export-segment": "segment export",
    "segment-figures": "segment figures",
    "send-segment": "segment send",
    "try-segment": "segment try",
    "add-endpoint": "endpoint add",
    "endpoints": "endpoint list",
    "replay-deliveries": "endpoint replay",
    "label-buildings": "geo label",
    "learn-buildings": "geo learn",
    "list-buildings": "geo list",
    "match-buildings": "geo match",
    "measure-buildings": "geo measure",
    "log-outcome": "log",
    "retire-model": "retire",
    "undo-outcome": "log",
}
#: Fields of a request that are typed without an option.
_ARGUMENTS = {
    ("backup", "file"),
    ("check", "playbook"),
    ("connect", "crm"),
    ("copy", "source"),
    ("copy", "target"),
    ("diff", "new"),
    ("diff", "old"),
    ("endpoint", "endpoint"),
    ("endpoint", "target"),
    ("add-endpoint", "target"),
    ("explain", "lead"),
    ("import", "files"),
    ("forget", "lead"),
    ("key", "key"),
    ("label-buildings", "buildings"),
    ("learn", "table"),
    ("learn-buildings", "buildings"),
    ("list", "channel"),
    ("list-buildings", "leads"),
    ("log", "lead"),
    ("match-buildings", "buildings"),
    ("measure-buildings", "picture"),
    ("log", "outcome"),
    ("log-outcome", "lead"),
    ("object", "lead"),
    ("person", "lead"),
    ("init", "where"),
    ("playbook", "playbook"),
    ("preview", "new"),
    ("publish", "playbook"),
    ("push", "connection"),
    ("disconnect", "connection"),
    ("sync", "connection"),
    ("qualify", "leads"),
    ("rehearse", "new"),
    ("restore", "file"),
    ("segment", "endpoint"),
    ("segment", "out"),
    ("segment", "name"),
    ("try-segment", "when"),
    ("restore", "where"),
    ("retire", "model"),
    ("sign", "version"),
    ("test", "playbook"),
    ("undo", "import_id"),
    ("user", "name"),
    ("user", "password"),
    ("verify", "file"),
}
#: Options that do not bear the name of their request's field.
_OPTIONS = {
    "outcome_id": "--undo",
    "everything": "--all",
    "external_ids": "--external-id",
    "labels": "--label",
    "maps": "--map",
    "role": "--as",
    "since": "--from",
    "what": "--as",
    "workspace": "-w",
    "overwrite": "--yes",
}


#: Those that do in one verb only.
_OPTIONS_OF_VERBS = {
    ("geo", "labels"): "--labels",
    ("list-buildings", "labels"): "--labels",
    ("endpoint", "kind"): "--form",
    ("enrich", "enrichers"): "--with",
    ("endpoint", "states"): "--state",
    ("explain", "since"): "--since",
    ("user", "role"): "--role",
    ("history", "version"): "--show",
    ("init", "leads"): "--from",
    ("channels", "until"): "--to",
    ("ladder", "until"): "--to",
    ("plan", "engine"): "--dialect",
    ("preview", "leads"): "--lead",
    ("push", "overwrite"): "--overwrite",
    ("rehearse", "moments"): "--at",
    ("replay", "until"): "--to",
    ("segment", "until"): "--to",
    ("scanners", "since"): "--since",
}


def option_of(field: str, verb: str | None = None) -> str:
    """The option that fills a request's field, in a verb."""
    option = _OPTIONS.get(field, f"--{field.replace('_', '-')}")
    return _OPTIONS_OF_VERBS.get((verb or "", field), option)


def tell_problems(problems: Iterable[Problem]) -> None:
    """Problems, a line each."""
    listed = list(problems)
    for problem in listed[:MOST]:
        sign = "?" if problem.level == "doubt" else "!"
        text = with_option(str(problem), problem.field)
        print(f"  {sign} {presentable(redact(text), 1_000)}", file=sys.stderr)
    if len(listed) > MOST:
        print(f"  ... and {len(listed) - MOST:,} more", file=sys.stderr)


@contextmanager
def busy(text: str) -> Iterator[None]:
    """A spinner with the elapsed time while something runs; silent where nobody looks."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        transient=True,
        console=console(err=True),
    )
    with live(bar) as progress:
        progress.add_task(text, total=None)
        yield
