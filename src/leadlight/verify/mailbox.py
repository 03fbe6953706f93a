"""What stands before the @: a role, a sender that nobody reads, test data, or keys hit at
random.
"""

from __future__ import annotations

from functools import cache

from leadlight.verify import word_lists
from leadlight.verify.mash import is_mash, worth_a_look

# Words that speak wherever they stand at the start or the end: `noreply-billing@`,
# `alerts.noreply@`.
SENDERS = ("noreply", "donotreply", "nepasrepondre", "noresponder", "mailerdaemon")
NEWSLETTER = "newsletter"
LONGEST_FILLER = 14  # letters of the longest filler, with a dot or two


@cache
def _rules() -> dict[str, str]:
    """Each listed mailbox, and the rule it speaks for."""
    return {word: rule for rule, listed in word_lists.words("mailboxes").items() for word in listed}


def rules_of(mailbox: str) -> tuple[str, ...]:
    """The rules that speak of a mailbox, whatever its domain. A tag (`ana+fair@`) is left aside."""
    plain = mailbox.lower()
    if "+" in plain and plain.rindex("+"):
        plain = plain[: plain.index("+", 1)]
    joined = plain.replace(".", "").replace("-", "").replace("_", "")
    rule = _rules().get(joined.rstrip("0123456789")) or _affix_rule(joined)
    if rule is not None:
        return (rule,)
    return ("mash_address",) if (worth_a_look(plain) or len(plain) == 3) and is_mash(plain) else ()


def _affix_rule(joined: str) -> str | None:
    """The rule of a word that speaks wherever it stands at the start or the end."""
    # Most mailboxes have none of these letters, which is quicker to see than where they stand.
    sender = "rep" in joined or "resp" in joined or "daemon" in joined
    if sender and (joined.startswith(SENDERS) or joined.endswith(SENDERS)):
        return "no_reply"
    if joined.startswith(NEWSLETTER) or joined.endswith(NEWSLETTER):
        return "newsletter"
    return None


def is_filler(mailbox: str, domain: str) -> bool:
    """Whether mailbox and domain together are what people type to get past a form: `abc@abc.com`,
    `name@domain.com`.
    """
    fillers = word_lists.words("fillers")
    plain = mailbox.lower().replace(".", "")
    return plain in fillers["mailbox"] and (
        domain in fillers["domain"] or domain.partition(".")[0] == plain
    )
