"""A write of an agent is done when it is asked for twice: the second time with the word that the
first one was answered with, so that a person can look at it in between.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.signing import BadSignature, Signer

#: So long a person may think about it.
LIFE = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1)


class Confirmations:
    """Words that confirm: each for one caller, one write with exactly these fields, once."""

    def __init__(self) -> None:
        self._signer = Signer(
            key=secrets.token_urlsafe(48), salt="leadlight.agents", fallback_keys=()
        )
        self._used: set[str] = set()

    def word(self, caller: str, what: str, fields: Mapping[str, Any], now: datetime) -> str:
        """The word that confirms a write."""
        made = int((now - _EPOCH).total_seconds())
        signed: str = self._signer.sign(f"{made}.{_digest(caller, what, fields)}")
        return f"{made}.{signed.rsplit(':', 1)[1]}"

    def accepts(
        self, word: str, caller: str, what: str, fields: Mapping[str, Any], now: datetime
    ) -> bool:
        """Whether a word confirms a write; it does so once."""
        made, _, signature = word.partition(".")
        if not made.isdigit() or word in self._used:
            return False
        if now - (_EPOCH + timedelta(seconds=int(made))) > LIFE:
            return False
        try:
            self._signer.unsign(f"{made}.{_digest(caller, what, fields)}:{signature}")
        except BadSignature:
            return False
        self._used.add(word)
        return True


def _digest(caller: str, what: str, fields: Mapping[str, Any]) -> str:
    return json.dumps([caller, what, sorted(fields.items())], default=str)
