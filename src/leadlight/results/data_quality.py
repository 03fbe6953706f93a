"""The quality of a workspace's contacts by the labels of its last run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.results.quality import Quality


@dataclass(frozen=True)
class DataQualityResult:
    """The quality of a base's contacts, as the run `run_id` of the moment `as_of` by a playbook
    labelled its leads; `quality` is null where no contact was ever verified.
    """

    run_id: str
    as_of: datetime
    playbook: str
    leads: int
    quality: Quality | None
