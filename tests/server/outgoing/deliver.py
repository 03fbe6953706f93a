"""Delivers what a workspace owes until it is killed: python -m tests.server.outgoing.deliver FOLDER"""

from __future__ import annotations

import sys
import time

from leadlight.desk.session import Session
from leadlight.server.outgoing.courier import DispatchOptions
from leadlight.server.outgoing.dispatcher import Dispatcher
from tests.server.outgoing.company import now
from tests.server.outgoing.examples import SECRET


def main(folder: str) -> None:
    dispatcher = Dispatcher(
        Session(folder, shared=True),
        SECRET,
        allow_private=True,
        clock=now,
        options=DispatchOptions(batch=0.1, poll=0.2),
    )
    dispatcher.start()
    print("delivers", flush=True)
    time.sleep(60)


if __name__ == "__main__":
    main(sys.argv[1])
