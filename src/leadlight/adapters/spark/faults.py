"""What Spark says when it cannot, as a sentence: never its own text, which may hold a lead's data
or an address's secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from leadlight.problems import CannotDo

_NO_JAVA = ("JAVA_GATEWAY_EXITED", "JAVA_HOME_NOT_SET")
_NOT_FOUND = (
    "PATH_NOT_FOUND",
    "TABLE_OR_VIEW_NOT_FOUND",
    "SCHEMA_NOT_FOUND",
    "CATALOG_NOT_FOUND",
    "UNABLE_TO_INFER_SCHEMA",
)


#: What Java says when its memory is at an end. It may die of it, and then only the silence at the
#: other end is known.
_NO_ROOM = (
    "OutOfMemory",
    "Java heap space",
    "GC overhead limit exceeded",
    "Metaspace",
    "StackOverflowError",
)


def without_secrets(address: str) -> str:
    """An address without what may be secret in it: who logs in, with which key, and every
    parameter.
    """
    if "://" not in address:
        return address
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path.partition(';')[0]}"


@contextmanager
def translated_errors(doing: str) -> Iterator[None]:
    """Spark's errors as the user's turn: what could not be done, and the name that Spark has for
    the fault.
    """
    try:
        yield
    except CannotDo:
        raise
    except Exception as fault:
        if not is_sparks(fault):
            raise
        raise CannotDo(sentence(doing, fault)) from None


def is_sparks(fault: BaseException) -> bool:
    """Whether the error is Spark's, its transport's or its bridge's to Java."""
    return any(
        c.__module__.split(".")[0] in ("pyspark", "py4j", "grpc") for c in type(fault).__mro__
    )


def condition(fault: BaseException) -> str:
    """The name that Spark has for a fault."""
    asked = getattr(fault, "getCondition", None) or getattr(fault, "getErrorClass", None)
    named = asked() if callable(asked) else None
    return str(named) if named else type(fault).__name__


def is_missing(fault: BaseException) -> bool:
    """Whether what was read is not there."""
    return condition(fault).startswith(_NOT_FOUND)


def sentence(doing: str, fault: BaseException) -> str:
    """What could not be done, and why as far as it can be told."""
    name, text = condition(fault), str(fault)
    if name.startswith(_NO_JAVA) or isinstance(fault, FileNotFoundError):
        return (
            "Spark did not start: it needs Java 17 or newer. Install it, or let JAVA_HOME name it."
        )
    why = _refusal(text) or (_missing(text) if is_missing(fault) else None) or _lack_of_room(text)
    if why:
        return f"Spark could not {doing}: {why}"
    return (
        f"Spark could not {doing} ({name}). Nothing was written. Set LEADLIGHT_DEBUG=1 to see what"
        " Spark says of it."
    )


def _refusal(text: str) -> str | None:
    if "UNAVAILABLE" in text or "failed to connect" in text.lower():
        return "nobody answers at that address."
    if "UNAUTHENTICATED" in text or "PERMISSION_DENIED" in text:
        return "the server refused who asks. Look at the token of the address."
    return None


def _missing(text: str) -> str | None:
    """What is not there; an address is not repeated."""
    named = re.match(r"\[[A-Z_.]+\] [^`'\n]*(`[^`\n]+`(?:\.`[^`\n]+`)*)", text)
    if named is None or "://" in named[1]:
        return None
    return f"there is no {named[1].replace('`', '')}."


def _lack_of_room(text: str) -> str | None:
    if "No space left on device" in text:
        return "a disk of the cluster is full."
    if any(sign in text for sign in _NO_ROOM):
        return (
            "there was not enough memory. Give the driver more (LEADLIGHT_MEMORY=4GB, say), and on"
            " a cluster the executors too (spark.executor.memory)."
        )
    return None
