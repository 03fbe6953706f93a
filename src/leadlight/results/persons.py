"""What was done with a person's rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Objection:
    """A person's objection to profiling, or that it was `withdrawn`: of which leads and since when.
    `import_id` is the import that states it (null: it was so already).
    """

    leads: tuple[str, ...]
    withdrawn: bool
    at: datetime
    import_id: str | None
