"""The imports of a workspace, as a list."""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.facts.ledger import ImportLine


@dataclass(frozen=True)
class ImportList:
    """The imports of a workspace, the newest first."""

    imports: tuple[ImportLine, ...]
