"""The script for pages as it is sent: the file that people read, without comments and spaces."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

#: Where it answers, and as what.
PATH, TYPE = "/js/leadlight.js", "text/javascript; charset=utf-8"
_SPACE = re.compile(r" ?([=<>{}(),:;?|&+*]|=>) ?")


@cache
def page_script() -> bytes:
    """The script that pages load."""
    text = (files("leadlight.server") / "static" / "leadlight.js").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    code = "".join(line for line in lines if not line.startswith(("//", "/*")))
    return _SPACE.sub(r"\1", code).encode()
