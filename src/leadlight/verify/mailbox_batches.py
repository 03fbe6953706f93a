"""Many mailboxes at once: which of them are plain, so that no rule on what stands before an @ has
anything to say of them.

Most are. They are looked at as one long text, a line each: the machine searches a text faster than
Python calls a function. Whoever is not surely plain is left to the rules themselves, so that a
verdict never depends on how many were asked together.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from leadlight.verify import mash, word_lists
from leadlight.verify.mailbox import NEWSLETTER, SENDERS
from leadlight.verify.syntax import LONGEST_MAILBOX
from leadlight.verify.text_lines import begins_of, clear, lines_of

_SIGNS = b"._-0123456789"
_LETTERS = b"abcdefghijklmnopqrstuvwxyz"
# Letters by their kind, a dot, a blank for what is neither, and `!` for what needs a closer look: a
# tag, an unusual sign, a letter beyond ASCII.
_KINDS = bytes(
    i if i in b".\n" else mash.KINDS[i] if i in _LETTERS else 32 if i in _SIGNS else 33
    for i in range(256)
)
#: Kinds of letters in a row that may be keys hit at random, and what is not well formed.
_ODD = (b"cccc", b"vvvv", b"!", b"..", b"\n.", b".\n")


def plain_mailboxes(mailboxes: Sequence[str]) -> bytearray:
    """A 1 for each mailbox that is well formed and of which no rule speaks, a 0 for one that must
    be looked at.
    """
    found = bytearray(b"\x01" * len(mailboxes))
    small = lines_of(mailboxes)
    if small is None:
        return bytearray(len(mailboxes))
    lines = small[1:-1].split(b"\n")
    words = small.translate(None, _SIGNS)
    begins = begins_of(lines)
    clear(found, small.translate(_KINDS), _ODD, begins)
    clear(found, small, [keys.encode() for keys in mash.KEYS], begins)
    cores = words[1:-1].split(b"\n")
    clear(found, words, [word.encode() for word in (*SENDERS, NEWSLETTER)], begins_of(cores))
    listed = _words()
    for n, (line, core) in enumerate(zip(lines, cores, strict=True)):
        if core in listed or not 3 < len(line) <= LONGEST_MAILBOX:
            found[n] = 0
    return found


@cache
def _words() -> frozenset[bytes]:
    """Every word of which a rule may speak, as `plain_mailboxes` compares them: without digits and
    signs.
    """
    found = {w for group in word_lists.words("mailboxes").values() for w in group}
    found |= word_lists.words("fillers")["mailbox"]
    return frozenset(w.lower().encode().translate(None, _SIGNS) for w in found)
