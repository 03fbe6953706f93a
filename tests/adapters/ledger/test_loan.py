"""A command on a workspace that is being served borrows it."""

from __future__ import annotations

import socket
import subprocess
import sys
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


def test_a_request_within_another_does_not_wait_for_itself(folder: Path) -> None:
    """A reader asks again while somebody wants to borrow: both answers come, then it is lent."""
    with Session(folder, shared=True) as served:
        imports(served, ImportsRequest(NOW))
        lent = threading.Event()

        def lend() -> None:
            with served.suspend(NOW):
                lent.set()

        with served.read("outer", NOW):
            borrower = threading.Thread(target=lend)
            borrower.start()
            assert not lent.wait(0.2)
            imports(served, ImportsRequest(NOW))
            assert not lent.is_set()
        assert lent.wait(10)
        borrower.join(10)
        imports(served, ImportsRequest(NOW))


def test_a_borrower_that_holds_on_a_moment_longer(folder: Path) -> None:
    """The process of a command that was killed lets go of its connection first, of the file later;
    and the desk goes on lending.
    """
    keeps = (
        "import sys, time; from leadlight.adapters.db.duckdb import connect;"
        "from leadlight.adapters.ledger.loan import borrow; from pathlib import Path;"
        "folder = Path(sys.argv[1]); loan = borrow(folder, 'test');"
        "con = connect(folder / 'leadlight.duckdb'); loan.close(); print('closed', flush=True);"
        "time.sleep(1.5)"
    )
    with Session(folder, shared=True) as served:
        imports(served, ImportsRequest(NOW))
        desk = LoanDesk(folder, lambda: served.suspend(NOW))
        with subprocess.Popen(
            [sys.executable, "-c", keeps, str(folder)], stdout=subprocess.PIPE, text=True
        ) as command:
            assert command.stdout is not None
            assert command.stdout.readline() == "closed\n"
            imports(served, ImportsRequest(NOW))
        with Session(folder) as again:
            imports(again, ImportsRequest(NOW))
        desk.close()


def test_a_folder_may_lie_deep(tmp_path: Path) -> None:
    """Two hundred characters down: longer than the path of a socket may be."""
    deep = tmp_path / ("a" * 100) / ("b" * 100)
    init(Session(), InitRequest(NOW, str(deep)))
    with Session(deep, shared=True) as served:
        imports(served, ImportsRequest(NOW))
        desk = LoanDesk(deep, lambda: served.suspend(NOW))
        with Session(deep) as command:
            imports(command, ImportsRequest(NOW))
        imports(served, ImportsRequest(NOW))
        desk.close()
        assert not (deep / SOCKET).exists()
