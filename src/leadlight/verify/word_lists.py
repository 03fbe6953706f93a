"""The word lists that come with the program (`lists/*.txt`), and those of the packages it stands
on. None is ever downloaded.

`python tools/lists.py` says how each is updated.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def words(name: str) -> dict[str, frozenset[str]]:
    """The words of a shipped list by the group they stand in; a list without `[group]` lines is one
    group, called ``.``
    """
    text = (files("leadlight.verify") / "lists" / f"{name}.txt").read_text("utf-8")
    groups: dict[str, set[str]] = {}
    group = "."
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip("[]")
        elif not line.startswith("#"):
            groups.setdefault(group, set()).update(line.split())
    return {name: frozenset(found) for name, found in groups.items()}


@cache
def endings() -> frozenset[str]:
    """Every top-level domain, in letters and in Punycode: of the public suffix list that is bundled
    with tldextract.
    """
    from tldextract import TLDExtract

    offline = TLDExtract(cache_dir=None, suffix_list_urls=())
    found = {suffix.rpartition(".")[2].lower() for suffix in offline.tlds}
    return frozenset(
        found | {ending.encode("idna").decode("ascii") for ending in found if not ending.isascii()}
    )


@cache
def disposable() -> frozenset[str]:
    """Domains of throw-away addresses, of the package disposable-email-domains."""
    from disposable_email_domains import allowlist, blocklist

    return frozenset(blocklist) - frozenset(allowlist)
