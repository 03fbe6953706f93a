"""A command on a workspace that is being served borrows it."""

from __future__ import annotations

import socket
import threading
from datetime import datetime
from pathlib import Path

import pytest

from leadlight.adapters.ledger.loan import SOCKET, LoanDesk, borrow
from leadlight.desk.leads.undo import ImportsRequest, imports
from leadlight.desk.session import Session
from leadlight.desk.workspaces.init import InitRequest, init
from leadlight.problems import CannotDo

NOW = datetime(2026, 11, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    init(Session(), InitRequest(NOW, str(tmp_path)))
    return tmp_path


def test_without_a_desk_it_is_refused(folder: Path) -> None:
    with Session(folder, shared=True) as served:
        imports(served, ImportsRequest(NOW))
        with pytest.raises(CannotDo, match="open in this very program"):
            imports(Session(folder), ImportsRequest(NOW))


def test_with_a_desk_it_is_lent_and_comes_back(folder: Path) -> None:
    """The command reads; requests of the server that come meanwhile wait, and then go on."""
    with Session(folder, shared=True) as served:
        imports(served, ImportsRequest(NOW))
        desk = LoanDesk(folder, lambda: served.suspend(NOW))
        with Session(folder) as command:
            imports(command, ImportsRequest(NOW))
            waits = threading.Thread(target=imports, args=(served, ImportsRequest(NOW)))
            waits.start()
            waits.join(0.2)
            assert waits.is_alive()
        waits.join(10)
        assert not waits.is_alive()
        imports(served, ImportsRequest(NOW))
        desk.close()
        assert not (folder / SOCKET).exists()


def test_who_was_killed_lends_nothing(folder: Path) -> None:
    """The socket of a server that is gone is left behind: commands open the file themselves."""
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(folder / SOCKET))
    assert borrow(folder, "test") is None
    imports(Session(folder), ImportsRequest(NOW))
