"""What is attacked, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.attack import disks, formats, kills, server, settings, verbs
from tests.attack.room import Room

SUBJECTS: Mapping[str, Callable[[Room], None]] = {
    "formats": formats.attack,
    "verbs": verbs.attack,
    "settings": settings.attack,
    "server": server.attack,
    "kills": kills.attack,
    "disks": disks.attack,
}
