"""Passwords in what is repeated to the user: an address that is misspelt or stands in the wrong
place has its own.
"""

from __future__ import annotations

import re

_GONE = "***"
# postgre://ana:secret@host, also where a path made one slash of two. The last @ ends the password:
# it may hold one.
_ADDRESS = re.compile(r"(\b[a-z][\w+.-]*:/+[^\s:/@'\"]*:)[^\n]*(?=@)", re.IGNORECASE)
# ana:secret@host, without what begins an address.
_BARE = re.compile(r"((?<![\w:/.@-])[\w.%+-]+:)[^\s:/]\S*(?=@[\w\[])")
# host=db password=secret, ?sslpassword=secret
_NAMED = re.compile(
    r"\b((?:ssl|pg)?(?:pass(?:word|wd|phrase)?|pwd)\s*=\s*)"
    r"('(?:[^'\\]|\\.)*'|\"[^\"]*\"|[^\s&;,'\"]+)",
    re.IGNORECASE,
)


def redact(text: str, *, everywhere: bool = True) -> str:
    """The text without passwords. `everywhere`: also where nothing but `name:password@` says that
    there is one.
    """
    if "@" in text and ":" in text:
        text = _ADDRESS.sub(rf"\1{_GONE}", text)
        if everywhere:
            text = _BARE.sub(rf"\1{_GONE}", text)
    return _NAMED.sub(rf"\1{_GONE}", text) if "=" in text else text
